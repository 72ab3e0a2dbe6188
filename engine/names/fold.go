package names

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxKey is the length in bytes above which a name is not looked at: nobody
// names a field so.
const maxKey = 256

// split folds a name and cuts it into lower-case words: at separators, between
// camelCase humps and before a number at the end. Full-width forms, diacritics and
// the letters that Unicode folds to ASCII count as the plain letter, invisible
// characters do not count, so that no spelling of a name hides it.
func split(key string) []string {
	var words []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	var last rune // the unfolded rune before this one
	runes := []rune(key)
	for i, r := range runes {
		r = width(r)
		if r == utf8.RuneError || unicode.In(r, unicode.Cf, unicode.Cc, unicode.Mn, unicode.Variation_Selector) {
			continue
		}
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
		case unicode.IsUpper(r):
			next := rune(0)
			if i+1 < len(runes) {
				next = width(runes[i+1])
			}
			if unicode.IsLower(last) || unicode.IsDigit(last) || unicode.IsUpper(last) && unicode.IsLower(next) {
				flush()
			}
		case unicode.IsDigit(r) != unicode.IsDigit(last) && last != 0 && unicode.IsDigit(r):
			if !strings.ContainsFunc(string(runes[i:]), func(c rune) bool { return !unicode.IsDigit(width(c)) }) {
				flush() // digits to the end
			}
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			word.WriteString(letter(unicode.ToLower(r)))
		}
		last = r
	}
	flush()
	return words
}

// width maps full-width ASCII to ASCII.
func width(r rune) rune {
	if r >= 0xff01 && r <= 0xff5e {
		return r - 0xfee0
	}
	return r
}

// letters folds Latin letters with marks, and the two letters whose simple case
// folding is ASCII, to plain letters.
var letters = func() map[rune]string {
	m := map[rune]string{'ß': "ss", 'ø': "o", 'đ': "d", 'ł': "l", 'æ': "ae", 'œ': "oe", 'ð': "d", 'þ': "th", 'ı': "i", 'ſ': "s", 'K': "k"}
	for plain, marked := range map[string]string{
		"a": "àáâãäåāăą", "c": "çćĉċč", "d": "ď", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ", "i": "ìíîïĩīĭį", "j": "ĵ", "k": "ķ",
		"l": "ĺļľ", "n": "ñńņň", "o": "òóôõöōŏő", "r": "ŕŗř", "s": "śŝşšș", "t": "ţťŧț", "u": "ùúûüũūŭůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
	} {
		for _, r := range marked {
			m[r] = plain
		}
	}
	return m
}()

func letter(r rune) string {
	if s, ok := letters[r]; ok {
		return s
	}
	return string(r)
}

// germanic spells ä, ö, ü, å and ø as they are written without the letters.
var germanic = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "å", "aa", "Å", "Aa", "ø", "oe", "Ø", "Oe")
