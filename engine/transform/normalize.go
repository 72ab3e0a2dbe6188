package transform

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
)

// Normalize appends to dst the form of a value that is hashed: the same for
// every way of writing the same person's value. Types without a rule of their
// own are only trimmed.
func Normalize(dst []byte, typ catalog.ID, value []byte) []byte {
	value = bytes.TrimSpace(value)
	switch typ {
	case catalog.Email:
		return lower(dst, value)
	case catalog.Phone, catalog.Fax:
		return phone(dst, value)
	case catalog.IPAddress:
		if a, ok := parseIP(value); ok {
			return a.AppendTo(dst)
		}
	case catalog.CreditCard, catalog.IBAN, catalog.USSSN:
		return solid(dst, value)
	case catalog.MAC:
		return mac(dst, value)
	case catalog.UUID, catalog.AnonymousID, catalog.AdID, catalog.DeviceID, catalog.SessionID:
		if isUUID(value) {
			return lower(dst, value)
		}
	}
	return append(dst, value...)
}

// lower appends value in lower case.
func lower(dst, value []byte) []byte {
	for i := 0; i < len(value); {
		if c := value[i]; c < utf8.RuneSelf {
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, n := utf8.DecodeRune(value[i:])
		if r == utf8.RuneError && n <= 1 {
			dst = append(dst, value[i])
		} else {
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
		i += n
	}
	return dst
}

// phone appends the digits of a number behind its '+'; an extension is left out.
// A number without '+' or 00 stays without: its country is not known.
func phone(dst, value []byte) []byte {
	start := len(dst)
	for i, c := range value {
		switch {
		case c == '+' && len(dst) == start:
			dst = append(dst, '+')
		case c >= '0' && c <= '9':
			dst = append(dst, c)
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '#' || c == ';' || c == ',':
			if digits(dst[start:]) >= 5 && i > 0 {
				return international(dst, start)
			}
		}
	}
	if len(dst) == start {
		return append(dst, value...)
	}
	return international(dst, start)
}

func digits(b []byte) (n int) {
	for _, c := range b {
		if c >= '0' && c <= '9' {
			n++
		}
	}
	return n
}

// international replaces the prefix 00 by '+'.
func international(dst []byte, start int) []byte {
	if n := dst[start:]; len(n) > 8 && n[0] == '0' && n[1] == '0' {
		n[1] = '+'
		copy(n, n[1:])
		dst = dst[:len(dst)-1]
	}
	return dst
}

// solid appends letters and digits only, in upper case. A value that has none is
// appended as it is.
func solid(dst, value []byte) []byte {
	start := len(dst)
	for _, c := range value {
		switch {
		case c >= 'a' && c <= 'z':
			dst = append(dst, c-'a'+'A')
		case c == ' ', c == '-', c == '.', c == '/', c == '\t':
		default:
			dst = append(dst, c)
		}
	}
	if len(dst) == start {
		return append(dst, value...)
	}
	return dst
}

// mac appends lower-case pairs with colons, when there are 12 or 16 hexadecimal digits.
func mac(dst, value []byte) []byte {
	start, n := len(dst), 0
	for _, c := range value {
		switch {
		case c == ':', c == '-', c == '.', c == ' ':
			continue
		case c >= 'A' && c <= 'F':
			c += 'a' - 'A'
		case c >= 'a' && c <= 'f', c >= '0' && c <= '9':
		default:
			return append(dst[:start], value...)
		}
		if n > 0 && n%2 == 0 {
			dst = append(dst, ':')
		}
		dst = append(dst, c)
		n++
	}
	if n != 12 && n != 16 {
		return append(dst[:start], value...)
	}
	return dst
}

// isUUID tells whether v is 32 hexadecimal digits with or without a UUID's dashes.
func isUUID(v []byte) bool {
	n := 0
	for _, c := range v {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
			n++
		case c != '-':
			return false
		}
	}
	return n == 32
}
