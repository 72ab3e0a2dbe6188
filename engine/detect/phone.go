package detect

import "github.com/eventveil/eventveil/engine/catalog"

// Telephone numbers. International ones are told by '+' or 00, a country code
// of ITU-T E.164 and a plausible length; North American ones by their
// punctuation; other national ones by a grouping that a numbering plan has, or
// by a word before them (see announced). A run of bare digits without such a
// word is never a telephone number.

// countryCodes has, for each E.164 code, the least and the greatest number of
// digits that follow it; zeros for codes that are not in use.
var countryCodes = func() (t [1000][2]uint8) {
	for _, c := range [...]struct {
		codes    string
		low, top uint8
	}{
		{"1", 10, 10}, {"7", 10, 10}, {"20", 8, 10}, {"27", 9, 9}, {"30", 10, 10}, {"31", 7, 11}, {"32", 8, 9}, {"33", 9, 9},
		{"34", 9, 9}, {"36", 8, 9}, {"39", 6, 12}, {"40", 9, 9}, {"41", 9, 12}, {"43", 4, 13}, {"44", 7, 10}, {"45", 8, 8}, {"46", 7, 13},
		{"47", 5, 8}, {"48", 9, 9}, {"49", 5, 13}, {"51", 8, 9}, {"52", 10, 11}, {"53", 6, 8}, {"54", 9, 11}, {"55", 10, 11}, {"56", 8, 9},
		{"57", 8, 10}, {"58", 10, 10}, {"60", 8, 10}, {"61", 5, 10}, {"62", 7, 12}, {"63", 8, 10}, {"64", 7, 10}, {"65", 8, 12}, {"66", 8, 10},
		{"81", 9, 10}, {"82", 8, 11}, {"84", 7, 11}, {"86", 8, 11}, {"90", 10, 10}, {"91", 10, 10}, {"92", 8, 10}, {"93", 9, 9}, {"94", 9, 9},
		{"95", 7, 10}, {"98", 10, 10},
		{"211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239", 6, 11},
		{"240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269", 5, 10},
		{"290 291 297 298 299", 4, 8}, {"350 351 352 353 354 355 356 357 358 359", 5, 12},
		{"370 371 372 373 374 375 376 377 378 380 381 382 383 385 386 387 389", 6, 10}, {"420 421 423", 7, 9},
		{"500 501 502 503 504 505 506 507 508 509", 5, 11}, {"590 591 592 593 594 595 596 597 598 599", 6, 11},
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

// maxPhone is the most digits of a telephone number, with prefixes and a trunk zero.
const maxPhone = 16

// maxGroups is the most groups that a number is read in.
const maxGroups = 8

// groupedNumber is a number in groups, as people write telephone numbers.
type groupedNumber struct {
	digits [maxPhone]byte
	start  int              // where it begins in the text
	n      int              // digits
	count  int              // groups
	shape  uint32           // the length of each group in four bits, the first in the highest used
	ends   [maxGroups]uint8 // where each group ends, from start
	sums   [maxGroups]uint8 // digits up to the end of each group
	seps   [maxGroups]byte  // the first byte after each group, if another follows
}

// end is where the number ends in the text.
func (g *groupedNumber) end() int { return g.start + int(g.ends[g.count-1]) }

// read reads digits in groups from i on, and stops before groups that make it too
// many. Between groups stands one separator, or a bracket or dash with spaces beside it.
func (g *groupedNumber) read(text []byte, i int) {
	g.start = i
	for g.count < maxGroups {
		begin := i
		for i < len(text) && isDigit(text[i]) {
			i++
		}
		if i == begin || g.n+i-begin > maxPhone || i-begin > 15 {
			return
		}
		if g.count > 0 {
			g.seps[g.count-1] = text[g.end()]
		}
		copy(g.digits[g.n:], text[begin:i])
		g.n += i - begin
		g.shape = g.shape<<4 | uint32(i-begin)
		g.ends[g.count], g.sums[g.count] = uint8(i-g.start), uint8(g.n)
		g.count++
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

// uniform tells whether the groups from the second on are apart by one separator.
func (g *groupedNumber) uniform() bool {
	for k := 2; k < g.count-1; k++ {
		if g.seps[k] != g.seps[1] {
			return false
		}
	}
	return true
}

// isDate tells whether the groups begin with a date: a year and two numbers, or
// two numbers and a year.
func (g *groupedNumber) isDate() bool {
	if g.count == 1 {
		return g.n == 8 && isYear(g.digits[:]) && isDay(g.digits[4:8])
	}
	if g.count < 3 {
		return false
	}
	if g.shape == 0x422 { // of any year
		return isDay(g.digits[4:8])
	}
	first, second, third := g.digits[:g.sums[0]], g.digits[g.sums[0]:g.sums[1]], g.digits[g.sums[1]:g.sums[2]]
	if len(second) > 2 {
		return false
	}
	return len(first) == 4 && isYear(first) && len(third) <= 2 || len(first) <= 2 && len(third) == 4 && isYear(third)
}

// isDay tells whether d is a month and a day, two digits each.
func isDay(d []byte) bool {
	month, day := number(d[:2]), number(d[2:4])
	return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

// isYear tells whether d begins with a year of this or the last century.
func isYear(d []byte) bool { return d[0] == '1' && d[1] == '9' || d[0] == '2' && d[1] == '0' }

// isAmount tells whether the groups are those of thousands: "1.234.567".
func (g *groupedNumber) isAmount() bool {
	if g.count < 2 || g.digits[0] == '0' || !(g.seps[0] == '.' && g.sums[0] <= 2 || g.seps[0] == ' ' && g.sums[0] == 1) {
		return false
	}
	for k := 1; k < g.count; k++ {
		if g.sums[k]-g.sums[k-1] != 3 {
			return false
		}
	}
	return g.uniform() && (g.count < 3 || g.seps[1] == g.seps[0])
}

// isClock tells whether the only group is a time since 1970 in seconds or milliseconds.
func (g *groupedNumber) isClock() bool {
	return g.count == 1 && (g.n == 10 || g.n == 13) && g.digits[0] == '1' && g.digits[1] >= '5'
}

// internationalEnd returns where the number that begins at s, behind its '+',
// ends; 0 when it is none.
func internationalEnd(text []byte, s int) int {
	var g groupedNumber
	g.read(text, s)
	if g.count == 0 {
		return 0
	}
	end := g.end()
	if c := at(text, end); isAlnum(c) && c != 'x' && c != 'e' && c != ';' {
		return 0
	}
	// Perhaps the last groups are not part of it: "+49 30 901820 2024".
	for k := g.count - 1; k >= 0; k-- {
		if d := g.digits[:g.sums[k]]; plausible(d) && !same(d[1:]) {
			return g.start + int(g.ends[k])
		}
	}
	return 0
}

// findPhone looks for a national number at the run of digits text[s:e]. next is
// where to go on. last is the end of the telephone number found before, or -1;
// asked becomes the topic of the words before s, if they were asked.
func findPhone(text []byte, s, e, last int, asked *topic) (Span, int) {
	p, c := at(text, s-1), at(text, e)
	if p == '#' || p == '$' || p == '_' || p == '.' || p == '=' && c != '-' && c != '.' {
		return Span{}, e
	}
	n := e - s
	if next := at(text, e+1); n < 7 && !isDigit(next) && !joins[next] {
		return Span{}, e // no other group follows
	}
	if n == 3 || n == 1 && text[s] == '1' {
		if start, end := northAmerican(text, s, e); end != 0 {
			return Span{start, extensionEnd(text, end), catalog.Phone, Shape}, end
		}
	}
	if n >= 2 && n <= 5 && p != '+' {
		if start, end := bracketed(text, s, e); end != 0 {
			return Span{start, extensionEnd(text, end), catalog.Phone, Shape}, end
		}
	}
	if n >= 3 && text[s] == '0' && text[s+1] == '0' && text[s+2] != '0' && n < 12 && (c == ' ' || c == '-' || c == '(') {
		if end := internationalEnd(text, s+2); end > e {
			return Span{s, extensionEnd(text, end), catalog.Phone, Shape}, end
		}
	}
	if s == 0 && !joins[c] || n == 4 && !isLetter(c) && isYear(text[s:]) && len(text) > e+2 && pair(text, e+1) && !isDigit(at(text, e+3)) {
		return Span{}, e // nothing before or behind it; a date
	}
	if n > 15 || n < 7 && c != ' ' && c != '-' && c != '.' && c != '/' && c != ')' && c != '(' {
		return Span{}, e
	}
	var g groupedNumber
	g.read(text, s)
	if g.n < 7 {
		return Span{}, e
	}
	switch after := at(text, g.end()); {
	case isAlnum(after) && extensionEnd(text, g.end()) == g.end(), after == ':', after == '%', after == '_', after == '=', after == '@':
		return Span{}, e
	}
	proof := Shape
	if !g.national(text, s) {
		if proof = Context; !g.announced(text, s, last, asked) {
			return Span{}, e
		}
	}
	if p == '(' {
		s--
	}
	return Span{s, extensionEnd(text, g.end()), catalog.Phone, proof}, g.end()
}

// announced tells whether the number that begins at s is called a telephone
// number by the words before it, the label behind it, or the company of one.
func (g *groupedNumber) announced(text []byte, s, last int, asked *topic) bool {
	if g.isAmount() || g.isClock() || g.count > 1 && g.isDate() {
		return false
	}
	if last >= 0 && s-last <= maxContext/2 && !g.isDate() && (g.digits[0] == '0' || g.n >= 8) && plainGap(text[last:s]) {
		return true
	}
	if g.count > 1 && labelled(text, g.end()) || g.count == 1 && isChineseMobile(text, s, g.end()) {
		return true
	}
	if s == 0 {
		return false
	}
	if s > 1 && text[s-1] == ' ' && text[s-2] == '@' && g.n >= 9 {
		return true // "Call with Jane @ 2025550143", as calendars have it
	}
	*asked = announced(text, s)
	switch *asked {
	case topicPhone:
		return !startsInside(text, s) || spelled(text, s)
	case topicNumber:
		return (text[s-1] == ' ' || text[s-1] == ':' || text[s-1] == '(') && !g.isDate()
	}
	return false
}

// spelled tells whether the word right before the separator at s-1 is a word for
// a telephone: "Tel-5550143", but not "ORD-5550143" where the word is further off.
func spelled(text []byte, s int) bool {
	e := s - 1
	return lookup(text[runBack(text, e, max(0, e-wordRoom), setLetter):e]) == topicPhone
}

// plainGap tells whether what stands between two numbers is a list's punctuation
// or a short word: ", second: ", " or ".
func plainGap(gap []byte) bool {
	words := 0
	for i, c := range gap {
		if isDigit(c) || c == '"' || c == '=' || c == '#' || c == '$' {
			return false
		}
		if isLetter(c) && (i == 0 || !isLetter(gap[i-1])) {
			words++
			if lookup(gap[i:run(gap, i, setLetter)]) == topicOther {
				return false
			}
		}
	}
	return words <= 1
}

// isChineseMobile tells whether text[s:e] is a mobile number of China within
// Chinese text.
func isChineseMobile(text []byte, s, e int) bool {
	if e-s != 11 || text[s] != '1' || text[s+1] < '3' {
		return false
	}
	for _, c := range before(text, s, 4) {
		if c >= 0xe3 && c <= 0xe9 {
			t := announced(text, s)
			return t == topicPhone || t == topicNone
		}
	}
	return false
}

// labels are words that stand behind a number and say which telephone it is.
var labels = [...]string{"office", "fax", "mobile", "home", "work", "cell", "tel", "phone", "desk", "direct", "main", "voice", "mobil", "handy", "pager"}

// labelled tells whether such a label alone stands behind the number that ends at i.
func labelled(text []byte, i int) bool {
	for n := 0; n < 3 && (at(text, i) == ' ' || at(text, i) == '-' || at(text, i) == '('); n++ {
		i++
	}
	e := run(text[:min(len(text), i+8)], i, setLetter)
	if e-i < 3 {
		return false
	}
	switch at(text, e) {
	case 0, '\n', '\r', ',', ';', '.', ')', '\\', '/', '|':
	default:
		return false
	}
	for _, l := range labels {
		if equalFold(text[i:e], l) {
			return true
		}
	}
	return false
}

// extensionEnd returns where the extension behind a number that ends at i ends: "x12",
// " ext. 1234"; i when there is none.
func extensionEnd(text []byte, i int) int {
	k := i
	if at(text, k) == ' ' || at(text, k) == ',' {
		k++
	}
	if at(text, k) == ' ' {
		k++
	}
	switch c := at(text, k) | 0x20; {
	case c == 'x':
		k++
	case c == 'e' && len(text) > k+4 && equalFold(text[k:k+3], "ext"):
		for k += 3; at(text, k) == '.' || at(text, k) == ' ' || at(text, k) == ':'; k++ {
		}
	default:
		return i
	}
	if at(text, k) == ' ' {
		k++
	}
	e := run(text[:min(len(text), k+7)], k, setDigit)
	if e == k || e-k > 6 || isAlnum(at(text, e)) {
		return i
	}
	return e
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
