package detect

import "github.com/eventveil/eventveil/engine/catalog"

// findDigits appends what holds digits: numbers of all kinds, identifiers that
// begin with letters, keys. It walks from one run of digits to the next; what it
// looks at around a run is bounded, so the walk is linear. i is where it begins.
func findDigits(dst []Span, text []byte, i int) []Span {
	own := len(dst)
	last := -1         // the end of the last telephone number
	low, token := 0, 0 // nothing before low is looked at again; token is the end of the last token asked for a key
	for {
		s := nextDigit(text, i)
		if s < 0 {
			return dst
		}
		e := s + 1
		for e < len(text) && isDigit(text[e]) {
			e++
		}
		i = e
		p, c := at(text, s-1), at(text, e)
		if c == '.' && e-s <= 3 && sets[p]&setToken == 0 && p != '+' && p != '(' {
			if next := dullDecimal(text, s, e, p); next != 0 {
				i = next
				continue
			}
		}
		if s >= token && ((sets[p]|sets[c])&setToken != 0 || p == '/' && c == '/' && hookEnding(text, s)) {
			ts := runBack(text, s, max(low, token), setToken)
			te := run(text, e, setToken)
			token = te
			if te-ts >= minToken || at(text, ts-1) == '/' && hookEnding(text, ts) || at(text, te) == '.' && run(text[:min(len(text), te+2+minToken)], te+1, setDotted)-te > minToken {
				if span, ok := findToken(text, ts, te, low); ok {
					dst = append(dst, span)
					i, low, token = span.End, span.End, max(te, span.End)
					continue
				}
				if te-ts == 36 && isUUID(text[ts:te]) {
					i, low = te, te
					continue
				}
				if isMACToken(text[ts:te]) {
					dst = append(dst, Span{ts, te, catalog.MAC, Check})
					i, low = te, te
					continue
				}
			}
		}
		if isLetter(p) || isLetter(c) {
			ws := runBack(text, s, max(low, s-64), setLetter|setDigit)
			we := run(text, e, setLetter|setDigit)
			if span, ok := findWord(text, ws, s, e, we); ok {
				dst = append(dst, span)
				we = span.End
			}
			i, low = we, we
			continue
		}
		if n := e - s; n < 7 && !joins[c] && p != '+' && p != '(' || n <= 2 && c == '/' && p != '+' {
			continue
		}
		span, next := findNumeric(text, s, e, last)
		if span.End != 0 {
			if span.Type == catalog.Phone {
				last = span.End
			}
			if n := len(dst); n > own && dst[n-1].End > span.Start {
				span.Start = dst[n-1].End // a prefix taken back over
			}
			dst = append(dst, span)
		}
		i = max(e, next)
		low = i
	}
}

// dullDecimal returns the end of a short decimal number or of a version behind a
// name, "537.36" and "Chrome/124.0.0.0", of which user agents are made; 0 when the
// digits [s,e), which a dot follows, may be more.
func dullDecimal(text []byte, s, e int, p byte) int {
	f := run(text, e+1, setDigit)
	if f == e+1 {
		return 0
	}
	c := at(text, f)
	if c != '.' {
		if f-s-1 >= 7 || f-e-1 >= minDecimals && (c == ',' || c == ';' || c == ' ') || isLetter(c) {
			return 0
		}
		return f
	}
	if p != '/' || s < 2 || !isLetter(text[s-2]) {
		return 0
	}
	for f < len(text) && (isDigit(text[f]) || text[f] == '.' && isDigit(at(text, f+1))) {
		f++
	}
	if isLetter(at(text, f)) {
		return 0
	}
	return f
}

// joins has the bytes that can join a run of digits to the next one.
var joins = [256]bool{' ': true, '-': true, '.': true, '/': true, '(': true, ')': true, '+': true}

// findNumeric looks at the run of digits text[s:e], which has no letter at either
// side, and what follows it. next is where to go on. last is the end of the
// telephone number found before, or -1. A Span with End 0 is none.
func findNumeric(text []byte, s, e, last int) (span Span, next int) {
	n, p, c := e-s, at(text, s-1), at(text, e)
	topic := topicUnasked
	if p == '.' && s >= 2 && isDigit(text[s-2]) {
		return Span{}, e // the fraction of a number
	}
	// Inside of a chain of numbers only a card may begin: dates, ISBNs and part
	// numbers are full of pieces that look like telephone numbers.
	inner := (p == '-' || p == '/' || p == ':') && s >= 2 && isDigit(text[s-2])
	if p == '+' && (s < 2 || !isAlnum(text[s-2])) {
		if end := internationalEnd(text, s); end != 0 {
			return Span{s - 1, end, catalog.Phone, Check}, end
		}
	}
	if p == '(' && s >= 2 && text[s-2] == '+' {
		if end := internationalEnd(text, s); end != 0 {
			return Span{s - 2, end, catalog.Phone, Check}, end
		}
	}
	if c == '.' && n <= 3 && isDigit(at(text, e+1)) {
		if n <= 2 {
			if span = findGrouped(text, s, e); span.End != 0 {
				return span, span.End
			}
		}
		if span, next = findDotted(text, s, e); span.End != 0 {
			return span, next
		} else if next > e {
			if !inner && n >= 2 && next-s >= len("12.34.5678") && (text[s] == '0' || s > 0) {
				if span := findNational(text, s, e, inner); span.End != 0 {
					return span, max(next, span.End)
				}
				if span, end := findPhone(text, s, e, last, &topic); span.End != 0 {
					return span, max(next, end)
				}
			}
			return span, next
		}
	}
	if n >= 4 && n <= maxCard {
		if end, proof := cardEnd(text, s, e); end != 0 {
			return Span{s, end, catalog.CreditCard, proof}, end
		}
	}
	if span = findNational(text, s, e, inner); span.End != 0 {
		return span, span.End
	}
	if inner {
		return Span{}, e
	}
	if n == 4 && c == '.' && isDottedMAC(text[s:min(len(text), s+14)]) && !isAlnum(at(text, s+14)) {
		return Span{s, s + 14, catalog.MAC, Check}, s + 14
	}
	span, next = findPhone(text, s, e, last, &topic)
	if span.End == 0 && n >= 6 && s > 0 {
		span, _ = findIdentity(text, s, e, topic)
	}
	return span, next
}

// findDotted looks at what begins with one to three digits and a dot: addresses,
// coordinates, numbers grouped by dots. next > e skips all of a dotted number
// that is nothing.
func findDotted(text []byte, s, e int) (Span, int) {
	if end := pairEnd(text, s, e); end != 0 {
		if p := at(text, s-1); p == '-' || p == '+' {
			s--
		}
		return Span{s, end, catalog.LatLong, Shape}, end
	}
	i := run(text, e+1, setDigit)
	if at(text, i) != '.' { // "537.36"
		return Span{}, i
	}
	end, next := findIPv4(text, s)
	if end != 0 {
		return Span{s, end, catalog.IPAddress, Check}, next
	}
	if e-s == 3 {
		return Span{}, e // may be another thing
	}
	return Span{}, next
}

// minDecimals is the number of decimals from which a pair of coordinates is
// precise: 110 m.
const minDecimals = 3

// pairEnd returns where a pair of coordinates that begins with the digits [s,e)
// and a dot ends; 0 when there is none: "52.5200,13.4050", "(-17.738223, 85.605469)".
func pairEnd(text []byte, s, e int) int {
	if p := at(text, s-1); isAlnum(p) || p == '.' || p == '/' || p == ',' && s > 1 && isDigit(text[s-2]) {
		return 0
	}
	i := run(text, e+1, setDigit)
	if i-e-1 < minDecimals {
		return 0
	}
	first := number(text[s:e])
	switch at(text, i) {
	case ',', ';':
		i++
		if at(text, i) == ' ' {
			i++
		}
	case ' ':
		i++
	default:
		return 0
	}
	if c := at(text, i); c == '-' || c == '+' {
		i++
	}
	begin := i
	i = run(text, i, setDigit)
	if i == begin || i-begin > 3 || at(text, i) != '.' {
		return 0
	}
	second := number(text[begin:i])
	dot := i
	i = run(text, i+1, setDigit)
	if i-dot-1 < minDecimals || first > 180 || second > 180 || first > 90 && second > 90 {
		return 0
	}
	if c := at(text, i); isLetter(c) || (c == ',' || c == '.') && isDigit(at(text, i+1)) {
		return 0
	}
	return i
}
