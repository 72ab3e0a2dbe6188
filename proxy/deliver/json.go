package deliver

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/eventveil/eventveil/engine"
)

// readable tells whether a body is what the engine takes.
func readable(body []byte, f *engine.Format) bool {
	if !f.Lines {
		return utf8.Valid(body) && gjson.ValidBytes(body)
	}
	for line := range bytes.Lines(body) {
		if space(line, 0) < len(line) && !gjson.ValidBytes(line) {
			return false
		}
	}
	return utf8.Valid(body)
}

// members visits the members of an object that begins at text[i]: the name with its
// quotes, and where the member begins and ends. It returns where the object's closing
// brace is, or -1 when this is no object.
func members(text []byte, i int, visit func(name []byte, start, end int)) int {
	if i >= len(text) || text[i] != '{' {
		return -1
	}
	for i++; ; i++ {
		i = space(text, i)
		if i < len(text) && text[i] == '}' {
			return i
		}
		start := i
		stop := stringEnd(text, start)
		i = space(text, stop)
		if stop < 0 || i >= len(text) || text[i] != ':' {
			return -1
		}
		end := valueEnd(text, space(text, i+1))
		if end < 0 {
			return -1
		}
		visit(text[start:stop], start, end)
		i = space(text, end)
		if i < len(text) && text[i] == '}' {
			return i
		}
		if i >= len(text) || text[i] != ',' {
			return -1
		}
	}
}

// valueEnd is where the value ends that begins at text[i]; -1 when it does not.
func valueEnd(text []byte, i int) int {
	if i >= len(text) {
		return -1
	}
	switch text[i] {
	case '"':
		return stringEnd(text, i)
	case '{', '[':
		for depth := 0; i < len(text); i++ {
			switch text[i] {
			case '"':
				if i = stringEnd(text, i) - 1; i < 0 {
					return -1
				}
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
		return -1
	}
	start := i
	for i < len(text) && text[i] != ',' && text[i] != '}' && text[i] != ']' && space(text, i) == i {
		i++
	}
	if i == start {
		return -1
	}
	return i
}

// stringEnd is behind the closing quote of the string that begins at text[i]; -1 when
// there is none.
func stringEnd(text []byte, i int) int {
	if i < 0 || i >= len(text) || text[i] != '"' {
		return -1
	}
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// space skips white space from text[i] on.
func space(text []byte, i int) int {
	for i >= 0 && i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t') {
		i++
	}
	return i
}

// spelled is a name without quotes and escapes.
func spelled(name []byte) []byte {
	for _, c := range name {
		if c == '\\' {
			var s string
			if err := json.Unmarshal(name, &s); err == nil {
				return []byte(s)
			}
			break
		}
	}
	return name[1 : len(name)-1]
}
