package detect

import "github.com/eventveil/eventveil/engine/catalog"

// Identity numbers that are told by the way they are grouped together with their
// check digits: the grouping alone is a date's or an amount's, the check alone is
// passed by one number in ten.

// findGrouped looks at one or two digits [s,e) with a dot behind them.
func findGrouped(text []byte, s, e int) Span {
	if startsInside(text, s) || at(text, s-1) == '.' {
		return Span{}
	}
	switch rest := text[e:]; {
	case len(rest) >= 10 && rest[4] == '.' && rest[8] == '-' && allDigits(rest[1:4]) && allDigits(rest[5:8]) && !isAlnum(at(rest, 10)): // 12.345.678-5
		switch v := text[s : e+10]; {
		case isLetter(rest[9]) && e-s == 2 && esDNI(v):
			return Span{s, e + 10, catalog.ESDNI, Check}
		case clRUT(v):
			return Span{s, e + 10, catalog.CLRUT, Check}
		}
	case e-s == 2 && len(rest) >= 13 && rest[3] == '.' && rest[6] == '-' && (rest[10] == '.' || rest[10] == ' ') && !isAlnum(at(rest, 13)): // 85.07.30-033.28
		if v := text[s : e+13]; allDigits(rest[7:10]) && beNN(v) {
			return Span{s, e + 13, catalog.BENN, Check}
		}
	}
	return Span{}
}

// findDated looks at six or eight digits [s,e) with a dash or plus behind them, for a
// date of birth and four digits.
func findDated(text []byte, s, e int) Span {
	end := e + 5
	if len(text) < end || isAlnum(at(text, end)) || at(text, end) == '-' || startsInside(text, s) || !allDigits(text[e+1:end]) || !sePNR(text[s:end]) {
		return Span{}
	}
	return Span{s, end, catalog.SEPNR, Check}
}

// findPaired looks at two digits [s,e) with a dash or space behind them.
func findPaired(text []byte, s, e int, sep byte) Span {
	if startsInside(text, s) {
		return Span{}
	}
	if end := s + 13; sep == '-' && len(text) >= end && text[s+11] == '-' && allDigits(text[s+3:s+11]) && isDigit(text[s+12]) && !isAlnum(at(text, end)) && arCUIT(text[s:end]) {
		return Span{s, end, catalog.ARDNI, Check}
	}
	if end := s + 15; sep == ' ' && len(text) >= end && text[s+9] == ' ' && text[s+11] == ' ' && isLetter(text[s+10]) && !isAlnum(at(text, end)) && deSVNR(text[s:end]) {
		return Span{s, end, catalog.DESVNR, Check}
	}
	return Span{}
}
