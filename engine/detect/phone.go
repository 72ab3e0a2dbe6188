package detect

import "github.com/eventveil/eventveil/engine/catalog"

// Telephone numbers. International ones are told by '+' or 00, a country code
// of ITU-T E.164 and a plausible length; North American ones by their
// punctuation; other national ones only by a word before them. A run of bare
// digits without such a word is never a telephone number.

// countryCodes has, for each E.164 code, the least and the greatest number of
// digits that follow it; zeros for codes that are not in use.
var countryCodes = func() (t [1000][2]uint8) {
	for _, c := range [...]struct {
		codes    string
		low, top uint8
	}{
		{"1", 10, 10}, {"7", 10, 10}, {"20", 8, 10}, {"27", 9, 9}, {"30", 10, 10}, {"31", 8, 11}, {"32", 8, 9}, {"33", 9, 9},
		{"34", 9, 9}, {"36", 8, 9}, {"39", 6, 12}, {"40", 9, 9}, {"41", 9, 12}, {"43", 4, 13}, {"44", 7, 10}, {"45", 8, 8}, {"46", 7, 13},
		{"47", 5, 8}, {"48", 9, 9}, {"49", 5, 13}, {"51", 8, 9}, {"52", 10, 11}, {"53", 6, 8}, {"54", 10, 11}, {"55", 10, 11}, {"56", 8, 9},
		{"57", 8, 10}, {"58", 10, 10}, {"60", 8, 10}, {"61", 5, 10}, {"62", 7, 12}, {"63", 8, 10}, {"64", 7, 10}, {"65", 8, 12}, {"66", 8, 9},
		{"81", 9, 10}, {"82", 8, 11}, {"84", 7, 11}, {"86", 8, 11}, {"90", 10, 10}, {"91", 10, 10}, {"92", 8, 10}, {"93", 9, 9}, {"94", 9, 9},
		{"95", 7, 10}, {"98", 10, 10},
		{"211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239", 6, 10},
		{"240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269", 5, 10},
		{"290 291 297 298 299", 4, 8}, {"350 351 352 353 354 355 356 357 358 359", 5, 12},
		{"370 371 372 373 374 375 376 377 378 380 381 382 383 385 386 387 389", 6, 10}, {"420 421 423", 7, 9},
		{"500 501 502 503 504 505 506 507 508 509", 5, 11}, {"590 591 592 593 594 595 596 597 598 599", 6, 10},
		{"670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692", 4, 10},
		{"800 808 850 852 853 855 856 870 878 880 881 882 883 886 888 960 961 962 963 964 965 966 967 968", 5, 12},
		{"970 971 972 973 974 975 976 977 979 992 993 994 995 996 998", 6, 12},
	} {
		for i := 0; i < len(c.codes); {
			n := 0
			for ; i < len(c.codes) && c.codes[i] != ' '; i++ {
				n = n*10 + int(c.codes[i]-'0')
			}
			t[n] = [2]uint8{c.low, c.top}
			i++
		}
	}
	return t
}()

// plausible tells whether digits are a country code and as many as follow it.
// A trunk zero may be left in.
func plausible(digits []byte) bool {
	for n := 1; n <= 3 && n < len(digits); n++ {
		if t := countryCodes[number(digits[:n])]; t[1] != 0 && digits[0] != '0' {
			rest := len(digits) - n
			if rest > int(t[1]) && digits[n] == '0' {
				rest--
			}
			return rest >= int(t[0]) && rest <= int(t[1]) && len(digits) >= 7
		}
	}
	return false
}

// maxPhone is the most digits of a telephone number, with a trunk zero.
const maxPhone = 16

// collect reads digits in groups, apart by one separator, from i on. It returns
// the end of the last group and stops before groups that make it too many.
func collect(dst, text []byte, i int) (digits []byte, end, groups int) {
	end = i
	for {
		begin := i
		for i < len(text) && isDigit(text[i]) {
			i++
		}
		if i == begin || len(dst)+i-begin > maxPhone {
			return dst, end, groups
		}
		dst = append(dst, text[begin:i]...)
		end = i
		groups++
		// One separator, or a bracket with or without a space beside it.
		for n := 0; i < len(text) && n < 3; n++ {
			switch text[i] {
			case ' ', '-', '.', '(', ')', '/':
				i++
				continue
			}
			break
		}
	}
}

// internationalEnd returns where the number that begins at s, behind its '+',
// ends; 0 when it is none.
func internationalEnd(text []byte, s int) int {
	var room [maxPhone]byte
	digits, end, _ := collect(room[:0], text, s)
	if c := at(text, end); isAlnum(c) && c != 'x' && c != 'e' && c != ';' {
		return 0
	}
	if plausible(digits) && !same(digits[1:]) {
		return end
	}
	// Perhaps the last group is not part of it: "+49 30 901820 2024".
	first := run(text, s, setDigit)
	if plausible(text[s:first]) && at(text, first) == ' ' {
		return first
	}
	return 0
}

// findPhone looks for a national number at the run of digits text[s:e]. next is
// where to go on.
func findPhone(text []byte, s, e int) (Span, int) {
	p, c := at(text, s-1), at(text, e)
	if p == '#' || p == '$' || p == '_' || p == '.' || p == '=' && c != '-' && c != '.' {
		return Span{}, e
	}
	n := e - s
	if n == 3 || n == 1 && text[s] == '1' {
		if start, end := northAmerican(text, s, e); end != 0 {
			return Span{start, end, catalog.Phone, false}, end
		}
	}
	if n >= 4 && text[s] == '0' && text[s+1] == '0' && text[s+2] != '0' && n < 12 && (c == ' ' || c == '-' || c == '(') {
		if end := internationalEnd(text, s+2); end > e {
			return Span{s, end, catalog.Phone, false}, end
		}
	}
	if n > 14 || n < 7 && c != ' ' && c != '-' && c != '.' && c != '/' && c != ')' && c != '(' {
		return Span{}, e
	}
	var room [maxPhone]byte
	digits, end, _ := collect(room[:0], text, s)
	if len(digits) >= 7 && len(digits) <= 14 && !isAlnum(at(text, end)) && at(text, end) != ':' && phoneBefore(before(text, s, 40)) {
		if p == '(' {
			s--
		}
		return Span{s, end, catalog.Phone, false}, end
	}
	return Span{}, e
}

// northAmerican reads "(202) 555-0143", "202-555-0143", "1-202-555-0143" and
// "202.555.0143" at the digits [s,e). Area and exchange do not begin with 0 or 1 (NANPA).
func northAmerican(text []byte, s, e int) (start, end int) {
	start = s
	i := e
	if e-s == 1 {
		if c := at(text, e); c != '-' && c != '.' && c != ' ' {
			return 0, 0
		}
		i++
		s = i
		if at(text, s) == '(' {
			s++
		}
		i = s + 3
		if i > len(text) || !allDigits(text[s:i]) || isDigit(at(text, i)) {
			return 0, 0
		}
	}
	bracket := at(text, s-1) == '('
	sep := at(text, i)
	switch {
	case bracket && sep == ')':
		if start == s {
			start--
		}
		if i++; at(text, i) == ' ' || at(text, i) == '-' {
			i++
		}
		sep = 0
	case sep == '-', sep == '.':
		i++
	default:
		return 0, 0
	}
	if text[s] < '2' || at(text, i) < '2' || len(text) < i+7 || !allDigits(text[i:i+3]) {
		return 0, 0
	}
	i += 3
	switch c := text[i]; {
	case sep != 0 && c == sep, sep == 0 && (c == '-' || c == '.' || c == ' '):
		i++
	case !isDigit(c) || sep != 0:
		return 0, 0
	}
	if len(text) < i+4 || !allDigits(text[i:i+4]) || isDigit(at(text, i+4)) {
		return 0, 0
	}
	i += 4
	if c := at(text, i); c == '-' && isAlnum(at(text, i+1)) || c == '.' && isDigit(at(text, i+1)) {
		return 0, 0
	}
	return start, i
}

// phoneWords are the words that announce a telephone number.
var phoneWords = [...]string{"phone", "tel", "telefon", "telephone", "mobile", "mobil", "call me", "call", "fax", "whatsapp", "cell",
	"handy", "telefono", "celular", "sms", "messages to", "dial", "gsm"}

// phoneBefore tells whether such a word stands in t, which ends where the number
// begins, with no other number between.
func phoneBefore(t []byte) bool {
	for i := len(t) - 1; i >= 0; i-- {
		if isDigit(t[i]) {
			t = t[i+1:]
			break
		}
	}
	if len(t) < 3 {
		return false
	}
	for i := 0; i < len(t); i++ {
		if i > 0 && isLetter(t[i-1]) && !(t[i-1] >= 'a' && t[i] <= 'Z') || !isLetter(t[i]) {
			continue
		}
		for _, w := range phoneWords {
			if len(t)-i >= len(w) && equalFold(t[i:i+len(w)], w) {
				end := i + len(w)
				if end == len(t) || !isLetter(t[end]) || hasPrefix(t[end:], "number") || hasPrefix(t[end:], "s ") {
					return true
				}
			}
		}
	}
	for _, w := range [...]string{"电话", "電話", "手机", "携帯"} {
		if index(t, 0, w) >= 0 {
			return true
		}
	}
	return false
}
