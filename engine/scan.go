package engine

import (
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/detect"
)

// Bits that stop the string scanner, above the byte classes of package detect.
const (
	stopQuote   = 1 << 31
	stopEscape  = 1 << 30
	stopControl = 1 << 29
	stopAny     = stopQuote | stopEscape | stopControl
	classBits   = stopControl - 1
)

// scanTable gives a byte's class and whether the string scanner must stop at it.
var scanTable = func() (t [256]uint32) {
	for c := range t {
		switch {
		case c == '"':
			t[c] = stopQuote
		case c == '\\':
			t[c] = stopEscape
		case c < 0x20:
			t[c] = stopControl
		default:
			t[c] = uint32(detect.ClassOf[c] &^ (detect.HasOther | detect.HasControl)) // nobody asks; a bit serves scanBlocks
		}
	}
	return t
}()

// escape marks, beside the byte classes, a string that holds a backslash.
const escape = stopEscape

// scanString reads a JSON string whose opening quote is at b[i-1]. It returns
// the index of the closing quote and the classes of the bytes between, with
// escape set when there are backslashes. On a fault it returns the offset of
// the fault and a reason.
func scanString(b []byte, i int) (end int, classes uint32, reason string) {
	start := i
	var acc uint32
	for {
		if blocks && len(b)-i >= 32 {
			n, w := scanBlocks(&b[i], len(b)-i)
			acc |= w
			i += n
		}
		for i+8 <= len(b) {
			s := b[i : i+8 : i+8]
			w := scanTable[s[0]] | scanTable[s[1]] | scanTable[s[2]] | scanTable[s[3]] |
				scanTable[s[4]] | scanTable[s[5]] | scanTable[s[6]] | scanTable[s[7]]
			if w&stopAny != 0 {
				break
			}
			acc |= w
			i += 8
		}
		var w uint32
		for ; i < len(b); i++ {
			w = scanTable[b[i]]
			if w&stopAny != 0 {
				break
			}
			acc |= w
		}
		switch {
		case i >= len(b):
			return i, 0, reasonSyntax
		case w&stopQuote != 0:
			if acc&uint32(detect.HasHigh) != 0 && !utf8.Valid(b[start:i]) {
				return start, 0, reasonUTF8
			}
			return i, acc, ""
		case w&stopControl != 0:
			return i, 0, reasonSyntax
		}
		n := escapeLen(b[i:])
		if n == 0 {
			return i, 0, reasonSyntax
		}
		acc |= escape
		i += n
	}
}

// escapeLen is the length of the escape sequence at the start of b, 0 if there is none.
func escapeLen(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(b) >= 6 && isHex(b[2]) && isHex(b[3]) && isHex(b[4]) && isHex(b[5]) {
			return 6
		}
	}
	return 0
}

// scanNumber returns the index after the JSON number at b[i], or -1.
func scanNumber(b []byte, i int) int {
	if i < len(b) && b[i] == '-' {
		i++
	}
	switch {
	case i >= len(b):
		return -1
	case b[i] == '0':
		i++
	case b[i] >= '1' && b[i] <= '9':
		i = digits(b, i)
	default:
		return -1
	}
	if i < len(b) && b[i] == '.' {
		j := digits(b, i+1)
		if j == i+1 {
			return -1
		}
		i = j
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		j := digits(b, i)
		if j == i {
			return -1
		}
		i = j
	}
	return i
}

func digits(b []byte, i int) int {
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return i
}

func isHex(c byte) bool { return hexValue[c] >= 0 }

// hexValue maps a hexadecimal digit to its value, every other byte to -1.
var hexValue = func() (t [256]int8) {
	for c := range t {
		switch {
		case c >= '0' && c <= '9':
			t[c] = int8(c - '0')
		case c >= 'a' && c <= 'f':
			t[c] = int8(c - 'a' + 10)
		case c >= 'A' && c <= 'F':
			t[c] = int8(c - 'A' + 10)
		default:
			t[c] = -1
		}
	}
	return t
}()

// skipSpace returns the index of the first byte at or after i that is not JSON white space.
func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}
