package detect

import "github.com/eventveil/eventveil/engine/catalog"

// Card numbers: ISO/IEC 7812-1. The ranges are the published ones of the
// schemes; they matter because Luhn alone passes one number in ten.

// The lengths of a card number in digits.
const (
	minCard = 12
	maxCard = 19
)

// luhn tells whether digits pass the Luhn check (ISO/IEC 7812-1 annex B).
func luhn(digits []byte) bool {
	sum, double := 0, false
	for i := len(digits) - 1; i >= 0; i-- {
		d := int(digits[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return len(digits) > 0 && sum%10 == 0
}

// lengthBits has bit n set for each length of digits given.
func lengthBits(n ...int) (b uint32) {
	for _, l := range n {
		b |= 1 << l
	}
	return b
}

var (
	only16   = lengthBits(16)
	maestro  = lengthBits(12, 13, 14, 15, 16, 17, 18, 19)
	from16   = lengthBits(16, 17, 18, 19)
	visa     = lengthBits(13, 16, 19)
	amex     = lengthBits(15)
	diners   = lengthBits(14, 16)
	discover = lengthBits(16, 19)
	jcb      = lengthBits(15, 16, 19)
)

// cardLengths returns the lengths of the cards whose numbers begin with four
// digits; 0 when no scheme has them.
func cardLengths(iin []byte) uint32 {
	n := number(iin[:4])
	switch {
	case n/1000 == 4:
		return visa
	case n >= 5100 && n <= 5599, n >= 2221 && n <= 2720:
		return only16
	case n/100 == 34, n/100 == 37:
		return amex
	case n >= 3000 && n <= 3059, n/100 == 36, n/100 == 38, n/100 == 39, n == 3095:
		return diners
	case n == 6011, n >= 6440 && n <= 6599:
		return discover
	case n/100 == 62:
		return from16
	case n/100 == 35: // JCB has 3528 to 3589, and issues test numbers beyond
		return only16 | lengthBits(19)
	case n == 2131, n == 1800:
		return jcb &^ only16
	case n >= 1100 && n <= 1999: // UATP; 10 begins the identifiers of accounts
		return amex
	case n >= 2200 && n <= 2204: // Mir
		return from16
	case n == 8600, n == 9792, n == 9860, n == 9704: // UzCard, Troy, Humo, Napas
		return only16 | lengthBits(19)
	case n == 2014, n == 2149: // enRoute
		return amex
	case n/100 == 50, n >= 5600 && n <= 5899, n == 6304, n == 6390, n == 604, n/100 == 67, n/10 == 633:
		return maestro
	case n >= 6360 && n <= 6399: // InterPayment, InstaPayment, Elo, Hipercard
		return from16
	case n == 6042, n == 6043, n == 6060, n == 6062, n >= 6081 && n <= 6085, n == 8171: // Cabal, Hipercard, Elo, RuPay
		return only16
	}
	return 0
}

// number reads at most 18 decimal digits.
func number(digits []byte) int {
	n := 0
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	return n
}

// isCard tells whether digits are a card number: range, length, check digit and
// not one that people type to fill a field.
func isCard(digits []byte) bool {
	return len(digits) >= minCard && len(digits) <= maxCard && cardLengths(digits)&(1<<len(digits)) != 0 &&
		luhn(digits) && !obvious(digits)
}

// isCardAt is isCard for digits that begin at s of text: after a word for a card
// the range does not matter, as new ones are given out every year.
func isCardAt(text []byte, s int, digits []byte) bool {
	if s == 0 {
		return isCard(digits)
	}
	return len(digits) >= minCard && len(digits) <= maxCard && luhn(digits) && !obvious(digits) &&
		(cardLengths(digits)&(1<<len(digits)) != 0 || announced(text, s) == topicCard)
}

// isMistyped tells whether sixteen digits that begin at s of text are called a card and
// lie in a range of cards, though their check fails.
func isMistyped(text []byte, s int, digits []byte) bool {
	return s > 0 && len(digits) == 16 && cardLengths(digits)&only16 != 0 && !obvious(digits) && announced(text, s) == topicCard
}

// obvious tells whether digits are all the same or count up or down.
func obvious(digits []byte) bool {
	same, ups, downs := 1, 0, 0
	for i := 1; i < len(digits); i++ {
		switch (digits[i] - digits[i-1] + 10) % 10 {
		case 0:
			same++
		case 1:
			ups++
		case 9:
			downs++
		}
	}
	n := len(digits)
	return same == n || ups >= n-2 || downs >= n-2
}

// cardEnd returns where the card number that begins at s ends, its groups apart
// by one kind of separator, and what proves it; 0 when there is none. e is the end of
// the first group.
func cardEnd(text []byte, s, e int) (end int, proof Proof) {
	if e-s >= minCard {
		switch {
		case e-s > maxCard, decimalAfter(text, e):
		case isCardAt(text, s, text[s:e]):
			return e, Check
		case isMistyped(text, s, text[s:e]):
			return e, Context
		}
		return 0, 0
	}
	sep := at(text, e)
	if sep != ' ' && sep != '-' && sep != '.' || !isDigit(at(text, e+1)) || sep == '.' && e-s != 4 {
		return 0, 0
	}
	if e-s < 4 || s == 0 && cardLengths(text[s:s+4]) == 0 {
		return 0, 0
	}
	var room [maxCard]byte
	n := copy(room[:], text[s:e])
	groups, i := 1, e
	for at(text, i) == sep && isDigit(at(text, i+1)) {
		begin := i + 1
		i = begin
		for i < len(text) && isDigit(text[i]) {
			if n == maxCard {
				return 0, 0
			}
			room[n] = text[i]
			n++
			i++
		}
		groups++
		if next := at(text, i); isAlnum(next) || next == sep && isDigit(at(text, i+1)) && n < 15 {
			continue
		}
		if e-s != 4 && groups != 2 || n < 13 || i-begin < 2 {
			continue
		}
		if isCardAt(text, s, room[:n]) {
			return i, Check
		}
		if groups == 4 && isMistyped(text, s, room[:n]) {
			return i, Context
		}
	}
	return 0, 0
}

// decimalAfter tells whether a decimal fraction other than zeros follows e.
func decimalAfter(text []byte, e int) bool {
	if at(text, e) != '.' || !isDigit(at(text, e+1)) {
		return false
	}
	for i := e + 1; i < len(text) && isDigit(text[i]); i++ {
		if text[i] != '0' {
			return true
		}
	}
	return false
}

// FindNumber tells which personal data a JSON number is: a card number, also
// written with a fraction of zeros or an exponent, or none. The number is
// expanded as text; it never passes through a float.
func FindNumber(num []byte) (typ catalog.ID, validated bool) {
	if len(num) < 3 || num[0] == '-' {
		return catalog.None, false
	}
	i := 0
	for i < len(num) && isDigit(num[i]) {
		i++
	}
	if i == len(num) {
		if i >= 14 && isCard(num) {
			return catalog.CreditCard, true
		}
		return catalog.None, false
	}
	if len(num) < 14 {
		return catalog.None, false
	}
	var room [maxCard]byte
	digits, ok := expand(room[:0], num, i)
	if ok && len(digits) >= 14 && isCard(digits) {
		return catalog.CreditCard, true
	}
	return catalog.None, false
}

// expand writes the integer that a JSON number with a fraction or an exponent
// stands for, whose whole part ends at dot. ok is false when it is none of up
// to maxCard digits.
func expand(dst, num []byte, dot int) (digits []byte, ok bool) {
	if dot > maxCard {
		return dst, false
	}
	dst = append(dst, num[:dot]...)
	i, fraction := dot, 0
	if at(num, i) == '.' {
		for i++; i < len(num) && isDigit(num[i]); i++ {
			if len(dst) == maxCard {
				if num[i] != '0' {
					return dst, false
				}
				continue
			}
			dst = append(dst, num[i])
			fraction++
		}
	}
	exponent := 0
	if i < len(num) {
		if num[i]|0x20 != 'e' {
			return dst, false
		}
		i++
		if at(num, i) == '+' {
			i++
		}
		if i == len(num) || len(num)-i > 3 || !allDigits(num[i:]) {
			return dst, false
		}
		exponent = number(num[i:])
	}
	for ; exponent < fraction; fraction-- {
		if dst[len(dst)-1] != '0' {
			return dst, false
		}
		dst = dst[:len(dst)-1]
	}
	for ; fraction < exponent; fraction++ {
		if len(dst) == maxCard {
			return dst, false
		}
		dst = append(dst, '0')
	}
	for len(dst) > 0 && dst[0] == '0' {
		dst = dst[1:]
	}
	return dst, true
}
