package engine

import (
	"unicode/utf16"
	"unicode/utf8"
)

// Encodings of an inner text in its outer one. Each has an unescape, a step that
// maps offsets back, and an append for replacements, so that an edit inside
// changes only its own span outside.
type encoding uint8

const (
	encNone    encoding = iota // the inner text is the outer one
	encJSON                    // the content of a JSON string
	encPercent                 // a URL component or form value
	encBase64                  // standard or URL alphabet; rewritten as a whole
)

// unescapeJSON appends the text that the content of a JSON string stands for. Lone
// surrogates become U+FFFD, as encoding/json has it. raw must have been scanned.
func unescapeJSON(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		c := raw[i]
		if c != '\\' {
			dst = append(dst, c)
			i++
			continue
		}
		r, n := unescapeRune(raw[i:])
		dst = utf8.AppendRune(dst, r)
		i += n
	}
	return dst
}

// unescapeRune decodes the escape at the start of raw, a surrogate pair as one.
func unescapeRune(raw []byte) (rune, int) {
	switch raw[1] {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r := hex4(raw[2:])
		if !utf16.IsSurrogate(r) {
			return r, 6
		}
		if len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
			if pair := utf16.DecodeRune(r, hex4(raw[8:])); pair != utf8.RuneError {
				return pair, 12
			}
		}
		return utf8.RuneError, 6
	}
	return rune(raw[1]), 2
}

func hex4(b []byte) rune {
	return rune(hexValue[b[0]])<<12 | rune(hexValue[b[1]])<<8 | rune(hexValue[b[2]])<<4 | rune(hexValue[b[3]])
}

// unescapePercent appends the text that a URL component stands for; plus says
// that '+' means a space, as in forms and queries. Bad escapes stay as they are.
func unescapePercent(dst, raw []byte, plus bool) []byte {
	for i := 0; i < len(raw); {
		n := percentLen(raw[i:])
		switch {
		case n == 3:
			dst = append(dst, byte(hexValue[raw[i+1]])<<4|byte(hexValue[raw[i+2]]))
		case plus && raw[i] == '+':
			dst = append(dst, ' ')
		default:
			dst = append(dst, raw[i])
		}
		i += n
	}
	return dst
}

func percentLen(raw []byte) int {
	if raw[0] == '%' && len(raw) >= 3 && isHex(raw[1]) && isHex(raw[2]) {
		return 3
	}
	return 1
}

const hexDigits = "0123456789abcdef"

// appendJSON appends text as the content of a JSON string, without the quotes.
func appendJSON(dst, text []byte) []byte {
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c >= 0x20 && c < utf8.RuneSelf:
			dst = append(dst, c)
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			r, n := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(dst, `\ufffd`...)
			} else {
				dst = append(dst, text[i:i+n]...)
			}
			i += n
			continue
		}
		i++
	}
	return dst
}

// appendPercent appends text as a URL component. ':' stays readable: queries may hold it.
func appendPercent(dst, text []byte) []byte {
	for _, c := range text {
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c-'0' <= 9,
			c == '-', c == '.', c == '_', c == '~', c == ':', c == '*':
			dst = append(dst, c)
		default:
			dst = append(dst, '%', "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
		}
	}
	return dst
}

// append encodes text for a place in the outer text.
func (e encoding) append(dst, text []byte) []byte {
	switch e {
	case encJSON:
		return appendJSON(dst, text)
	case encPercent:
		return appendPercent(dst, text)
	}
	return append(dst, text...)
}
