package scan

import (
	"bytes"

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
