package scan

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/catalog"
)

// value looks up the value of the i-th finding in its document, for its shape; nil
// when it cannot be told. The engine's pointers name the first of members with the
// same name, and a part of a text is told by its type: good enough to draw, not to
// edit.
func (w *worker) value(f *engine.Finding, i int, doc []byte) []byte {
	if w.Format.Lines {
		return nil
	}
	name, raw, ok := at(doc, w.in.Pointer(i))
	if !ok || len(raw) == 0 {
		return nil
	}
	for rest := w.in.Inner(i); ; {
		var step string
		step, rest = cutStep(rest)
		kind, arg, _ := strings.Cut(step, ":")
		switch kind {
		case "":
			return scalar(raw)
		case "key":
			return name
		case "query":
			if v := parameter(scalar(raw), arg); v != nil {
				return v
			}
			return w.part(scalar(raw), f.Type)
		case "text":
			return w.part(scalar(raw), f.Type)
		case "json", "base64":
			text := scalar(raw)
			if kind == "base64" {
				text = unpack(text)
			}
			if skipSpace(text, 0) == len(text) {
				return nil
			}
			if name, raw, ok = at(text, arg); !ok || len(raw) == 0 {
				return nil
			}
		default:
			return nil
		}
	}
}

// cutStep splits the first step off an engine's Inner; a name in it may hold spaces.
func cutStep(inner string) (step, rest string) {
	for i := range len(inner) {
		if inner[i] != ' ' {
			continue
		}
		for _, kind := range []string{"text:", "query:", "json:", "base64:"} {
			if strings.HasPrefix(inner[i+1:], kind) {
				return inner[:i], inner[i+1:]
			}
		}
		if inner[i+1:] == "key" {
			return inner[:i], "key"
		}
	}
	return inner, ""
}

// scalar is the text of a string, the characters of any other value; null has none.
func scalar(raw []byte) []byte {
	switch raw[0] {
	case 'n':
		return nil
	case '"':
		return unquote(raw)
	case '{':
		return []byte("{…}")
	case '[':
		return []byte("[…]")
	}
	return raw
}

// part is the first part of a text that is of a type by its value.
func (w *worker) part(text []byte, typ catalog.ID) []byte {
	if text == nil {
		return nil
	}
	for _, s := range w.engine.Classify("", text).Spans {
		if s.Type == typ && s.Start < s.End && s.End <= len(text) {
			return unescape(text[s.Start:s.End])
		}
	}
	return nil
}

// parameter is the first parameter of a URL or form with a name as paths show it.
func parameter(text []byte, name string) []byte {
	for _, p := range bytes.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("?&;# \t\r\n\"'<>", r) }) {
		n, v, ok := bytes.Cut(p, []byte("="))
		if ok && len(v) > 0 && strings.ReplaceAll(string(unescape(n)), ".", "_") == name {
			return unescape(v)
		}
	}
	return nil
}

// unescape decodes percent escapes; a text with wrong ones stays as it is.
func unescape(text []byte) []byte {
	if s, err := url.QueryUnescape(string(text)); err == nil && bytes.ContainsAny(text, "%") {
		return []byte(s)
	}
	return text
}

// unpack decodes base64 in any of its forms.
func unpack(text []byte) []byte {
	text = bytes.TrimRight(text, "=")
	form := base64.RawStdEncoding
	if bytes.ContainsAny(text, "-_") {
		form = base64.RawURLEncoding
	}
	out, err := form.AppendDecode(nil, text)
	if err != nil {
		return nil
	}
	return out
}
