package detect

// Groupings of national numbers, as the numbering plans and the formats of
// libphonenumber have them. A grouping is written with four bits a group: 0x344
// is "0xx xxxx xxxx".

// trunk has the groupings of numbers that begin with the trunk prefix 0 and are
// telephone numbers without another word.
var trunk = [...]uint32{
	0x22222,         // France, Belgium, Morocco: 0x xx xx xx xx
	0x3222, 0x32222, // Belgium 0xx xx xx xx, Germany
	0x3322, 0x33222, // Switzerland, Sweden, Ukraine: 0xx xxx xx xx
	0x4222, 0x42222, // Belgium 0xxx xx xx xx, Germany 0xxx xx xx xx xx
	0x4322, 0x4332, // Turkey, Austria 0xxx xxx xx xx, Germany 0xxx xxx xxx xx
	0x334, 0x343, // South Africa, Korea, Malaysia, Israel: 0xx xxx xxxx
	0x344, 0x444, // United Kingdom 0xx xxxx xxxx, Japan, Korea, India, Indonesia
	0x433, 0x434, // Australia, Romania, Japan 0xxx xxx xxx, Nigeria, Pakistan
	0x533, 0x56, // United Kingdom 0xxxx xxx xxx, 0xxxx xxxxxx
	0x234, 0x244, // New Zealand, Sweden 0x xxx xxxx, Australia, Japan 0x xxxx xxxx
	0x2234, 0x2322, 0x2332, // Hungary 06 xx xxx xxxx, Sweden 0x-xxx xx xx, 0x-xxx xxx xx
	0x37,             // Finland, Israel: 0xx-xxxxxxx
	0x38, 0x47, 0x48, // China 0xx-xxxxxxxx, Germany 0xxx xxxxxxx
	0x46, 0x57, 0x443, // Kenya, Morocco 0xxx xxxxxx, Germany 0xxxx xxxxxxx, Vietnam 0xxx xxxx xxx
}

// national tells whether the number that begins at s is written in a grouping
// that only telephone numbers have.
func (g *groupedNumber) national(text []byte, s int) bool {
	if g.digits[0] != '0' || g.digits[1] == '0' || g.count < 2 || startsInside(text, s) || at(text, s-1) == '/' || chained(text, s) || same(g.digits[1:g.n]) || !g.uniform() {
		return false
	}
	if g.shape == 0x28 && g.digits[1] == '6' && g.seps[0] == '-' {
		return true // Netherlands, mobile: 06-xxxxxxxx
	}
	for _, shape := range trunk {
		if g.shape == shape {
			return g.seps[0] != '.' || g.count > 2 && g.seps[1] == '.'
		}
	}
	return false
}

// chained tells whether the number that begins at s goes on a longer one: three
// digits or more and a space stand before it.
func chained(text []byte, s int) bool {
	return s > 3 && text[s-1] == ' ' && isDigit(text[s-2]) && isDigit(text[s-3]) && isDigit(text[s-4])
}

// bracketed reads a number whose area code stands in brackets, "(0x) xxxx xxxx", at
// the digits [s,e). start is 0 and end too when it is none.
func bracketed(text []byte, s, e int) (start, end int) {
	start = s - 1
	if at(text, start) == ' ' {
		start--
	}
	if at(text, start) != '(' || isAlnum(at(text, start-1)) {
		return 0, 0
	}
	i := e
	if at(text, i) == ' ' {
		i++
	}
	closed := at(text, i) == ')'
	if closed {
		i++
		if c := at(text, i); c == ' ' || c == '-' || c == '.' || c == '/' {
			i++
		}
	}
	var g groupedNumber
	g.read(text, i)
	n := e - s
	switch {
	case g.count == 0 || g.count > 4 || isAlnum(at(text, g.end())) && extensionEnd(text, g.end()) == g.end(), g.isDate(), !g.uniform():
		return 0, 0
	case n >= 4 && text[s] != '0', g.n < 6, g.n > 9, n+g.n < 8, n+g.n > 12, g.sums[0] < 2 || g.count == 1 && g.n > 9:
		return 0, 0
	case !closed && (n != 2 || g.count != 1 || g.n < 8 || at(text, g.end()) == ')'):
		return 0, 0 // only "(19 35550143", whose bracket was forgotten
	}
	return start, g.end()
}
