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
// camelCase humps, before a number at the end of a word and where one script ends
// and another begins. Full-width forms, diacritics, letters of other alphabets that
// look like the Latin ones beside them, and the letters that Unicode folds to ASCII
// count as the plain letter; invisible characters do not count. So no spelling of a
// name hides it.
func split(key string) []string {
	var words []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			words = append(words, ending(word.String()))
			word.Reset()
		}
	}
	runes := visible(key)
	for i, r := range runes {
		var last, next rune
		if i > 0 {
			last = runes[i-1]
		}
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r):
			flush()
			continue
		case unicode.IsUpper(r):
			if unicode.IsLower(last) || unicode.IsDigit(last) || unicode.IsUpper(last) && unicode.IsLower(next) && !plural(runes[i:]) {
				flush()
			}
		case unicode.IsDigit(r) && unicode.IsLetter(last) && numberEnds(runes[i:]):
			flush()
		case unicode.IsLetter(r) && unicode.IsLetter(last) && (r > 0x2e80) != (last > 0x2e80):
			flush() // 您的Email地址
		}
		word.WriteString(letter(unicode.ToLower(r)))
	}
	flush()
	return words
}

// visible is a name without what cannot be seen, in plain letters' code points.
func visible(key string) []rune {
	runes := make([]rune, 0, len(key))
	var latin, other bool
	for _, r := range key {
		if r = width(r); r == utf8.RuneError || unicode.In(r, unicode.Cf, unicode.Cc) || unicode.Is(unicode.M, r) && !isVowelSign(r) {
			continue
		}
		latin = latin || r < 0x250 && unicode.IsLetter(r)
		other = other || unicode.In(r, unicode.Cyrillic, unicode.Greek)
		runes = append(runes, r)
	}
	if latin && other {
		unmix(runes)
	}
	return runes
}

// isVowelSign tells the marks of the scripts from India to Cambodia, without which
// their words are others. (Marks elsewhere are accents.)
func isVowelSign(r rune) bool {
	return r >= 0x900 && r < 0x1000 || r >= 0x1000 && r < 0x10a0 || r >= 0x1780 && r < 0x1800
}

// unmix replaces look-alikes in words that are otherwise Latin, or a look-alike
// alone: the е of "е-mail".
func unmix(runes []rune) {
	for from := 0; from < len(runes); {
		to := from
		mixed, foreign := false, 0
		for ; to < len(runes) && unicode.IsLetter(runes[to]); to++ {
			if runes[to] < 0x250 {
				mixed = true
			} else if lookalikes[runes[to]] == 0 {
				foreign++
			}
		}
		if foreign == 0 && (mixed || to-from == 1) {
			for i := from; i < to; i++ {
				if plain := lookalikes[runes[i]]; plain != 0 {
					runes[i] = plain
				}
			}
		}
		from = to + 1
	}
}

// lookalikes are Cyrillic and Greek letters drawn like Latin ones (Unicode's
// confusables.txt).
var lookalikes = func() map[rune]rune {
	m := map[rune]rune{}
	plain := []rune("aeopcyxisjhAEOPCTXKMHBYaoveipuxAEIOPTXKMHNBZYd")
	for i, r := range []rune("аеорсухіѕјһАЕОРСТХКМНВУαονειρυχΑΕΙΟΡΤΧΚΜΗΝΒΖΥԁ") {
		m[r] = plain[i]
	}
	return m
}()

// numberEnds tells whether the digits that begin here end the word.
func numberEnds(runes []rune) bool {
	for _, r := range runes {
		if !unicode.IsDigit(r) {
			return !unicode.IsLetter(r) || unicode.IsUpper(r)
		}
	}
	return true
}

// plural tells the "Ds" of "IDs", which is no hump.
func plural(runes []rune) bool {
	return len(runes) >= 2 && runes[1] == 's' && (len(runes) == 2 || !unicode.IsLower(runes[2]))
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
	m := map[rune]string{'ß': "ss", 'ø': "o", 'đ': "d", 'ł': "l", 'æ': "ae", 'œ': "oe", 'ð': "d", 'þ': "th", 'ı': "i", 'ſ': "s", 'K': "k", 'ё': "е", 'ə': "e"}
	for plain, marked := range map[string]string{
		"a": "àáâãäåāăąảạấầẩẫậắằẳẵặ", "c": "çćĉċč", "d": "ď", "e": "èéêëēĕėęěẻẽẹếềểễệ", "g": "ĝğġģ", "h": "ĥħ", "i": "ìíîïĩīĭįỉị", "j": "ĵ", "k": "ķ",
		"l": "ĺļľ", "n": "ñńņň", "o": "òóôõöōŏőơỏọốồổỗộớờởỡợ", "r": "ŕŗř", "s": "śŝşšș", "t": "ţťŧț", "u": "ùúûüũūŭůűųưủụứừửữự", "w": "ŵ", "y": "ýÿŷỳỷỹỵ", "z": "źżž",
		"α": "ά", "ε": "έ", "η": "ή", "ι": "ίϊΐ", "ο": "ό", "υ": "ύϋΰ", "ω": "ώ", "σ": "ς", "ا": "أإآ", "ی": "يى", "ک": "ك",
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

// ending takes from a word what its language hangs on to it: the endings of
// Cyrillic words, the article of Arabic ones. It is applied to the lexicon's words
// as well, so it need not be right, only the same.
func ending(word string) string {
	switch r, _ := utf8.DecodeRuneInString(word); {
	case unicode.Is(unicode.Cyrillic, r):
		return stem(word)
	case unicode.Is(unicode.Arabic, r):
		if rest, ok := strings.CutPrefix(word, "ال"); ok && utf8.RuneCountInString(rest) >= 3 {
			return rest
		}
	}
	return word
}

const cyrillicVowels = "аеиоуыэюяйьіїє"

func stem(word string) string {
	runes := []rune(word)
	cut := func() {
		for len(runes) > 3 && strings.ContainsRune(cyrillicVowels, runes[len(runes)-1]) {
			runes = runes[:len(runes)-1]
		}
	}
	cut()
	if n := len(runes); n > 5 {
		switch string(runes[n-2:]) {
		case "ов", "ев", "ом", "ем", "ам", "ям", "ах", "ях", "ых", "их", "ым", "им", "ог", "ег":
			runes = runes[:n-2]
			cut()
		}
	}
	return string(runes)
}

// romanize writes a Cyrillic phrase in Latin letters (ICAO 9303, Russian).
var romanize = strings.NewReplacer("а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ё", "e", "ж", "zh", "з", "z", "и", "i", "й", "y",
	"к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "kh", "ц", "ts", "ч", "ch",
	"ш", "sh", "щ", "shch", "ъ", "", "ы", "y", "ь", "", "э", "e", "ю", "yu", "я", "ya", "і", "i", "ї", "yi", "є", "ye", "ґ", "g")

// latinStem is stem for romanised words.
func latinStem(word string) string {
	trim := func(s string) string {
		for len(s) > 4 && strings.IndexByte("aeiouy", s[len(s)-1]) >= 0 {
			s = s[:len(s)-1]
		}
		return s
	}
	word = trim(word)
	for _, end := range []string{"ov", "ev", "om", "em", "am", "akh", "ykh", "ikh", "ym", "im", "og", "eg"} {
		if base, ok := strings.CutSuffix(word, end); ok && len(base) >= 4 {
			return trim(base)
		}
	}
	return word
}

// germanic spells ä, ö, ü, å and ø as they are written without the letters.
var germanic = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "å", "aa", "ø", "oe")
