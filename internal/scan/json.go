package scan

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// The functions here walk documents that the engine has found to be valid JSON.

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// skipString returns the offset after the string that begins at i.
func skipString(b []byte, i int) int {
	for i++; i < len(b) && b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return min(i+1, len(b))
}

// skipValue returns the offset after the value that begins at i.
func skipValue(b []byte, i int) int {
	for depth := 0; i < len(b); {
		switch c := b[i]; c {
		case '"':
			i = skipString(b, i)
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return i
}

// each calls visit for the members or elements of the container at i until it
// returns false; the name of an element is nil.
func each(b []byte, i int, visit func(name, value []byte) bool) {
	object := b[i] == '{'
	for i = skipSpace(b, i+1); i < len(b) && b[i] != '}' && b[i] != ']'; {
		var name []byte
		if object {
			end := skipString(b, i)
			name = b[i+1 : end-1]
			i = skipSpace(b, skipSpace(b, end)+1)
		}
		end := skipValue(b, i)
		if !visit(name, b[i:end]) {
			return
		}
		if i = skipSpace(b, end); i < len(b) && b[i] == ',' {
			i = skipSpace(b, i+1)
		}
	}
}

// unquote returns the text of a JSON string, or of a name without its quotes.
func unquote(b []byte) []byte {
	if len(b) >= 2 && b[0] == '"' {
		b = b[1 : len(b)-1]
	}
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	return []byte(gjson.Parse(`"` + string(b) + `"`).Str)
}

// at follows a JSON Pointer. name is that of the last member, value the raw JSON;
// ok is false when nothing is there.
func at(doc []byte, pointer string) (name, value []byte, ok bool) {
	start := skipSpace(doc, 0)
	value = doc[start:]
	for pointer != "" {
		step, rest, more := strings.Cut(pointer[1:], "/")
		if pointer = ""; more {
			pointer = "/" + rest
		}
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		if len(value) == 0 || value[0] != '{' && value[0] != '[' {
			return nil, nil, false
		}
		parent, index := value, 0
		ok = false
		each(parent, 0, func(n, v []byte) bool {
			if n == nil {
				ok = step == strconv.Itoa(index)
			} else {
				n = unquote(n)
				ok = string(n) == step
			}
			if ok {
				name, value = n, v
			}
			index++
			return !ok
		})
		if !ok {
			return nil, nil, false
		}
	}
	return name, value, true
}
