package engine

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
)

// maxKeyShown is the length in bytes to which a member's name is cut in a normalised path.
const maxKeyShown = 128

// foldKey is a member's name as paths show it: names that are identifiers, or
// personal data, become "*", so that a path is neither unbounded nor a value;
// separators and what cannot be shown are replaced.
func foldKey(key string, personal catalog.ID) string {
	if personal != catalog.None || idLike(key) {
		return "*"
	}
	if len(key) > maxKeyShown {
		key = key[:maxKeyShown]
		for !utf8.ValidString(key) {
			key = key[:len(key)-1]
		}
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '.':
			return '_'
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, key)
}

// idLike tells whether a name was made by a machine: a number, a UUID, a long
// run of hexadecimal, a long mix of letters and digits.
func idLike(key string) bool {
	digits, hex, letters, dashes := 0, 0, 0, 0
	for i := 0; i < len(key); i++ {
		switch c := key[i]; {
		case c-'0' <= 9:
			digits++
			hex++
		case isHex(c):
			hex++
			letters++
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			letters++
		case c == '-':
			dashes++
		default:
			return false
		}
	}
	n := len(key) - dashes
	switch {
	case n == 0:
		return false
	case digits == n:
		return true
	case hex == n && n >= 16 && digits >= 2:
		return true
	}
	return n >= 20 && digits >= 4 && letters >= 4
}

// keyType is the type of the personal data that a member's name itself is.
func (e *Engine) keyType(key string) catalog.ID {
	text := []byte(key)
	var room [4]detect.Span
	best, class := e.keyOwn(text)
	for _, s := range detect.Find(room[:0], text, detect.Classify(text)) {
		if c := e.policy.Types[s.Type].Class; !e.noValues[s.Type] && c >= class && c != catalog.Green {
			best, class = s.Type, c
		}
	}
	return best
}
