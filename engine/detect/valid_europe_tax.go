package detect

// Tax numbers of Europe. VIES is the European Commission's description of the check
// digits of numbers for value added tax.

// dropPrefix takes two letters off the front of v.
func dropPrefix(v []byte, prefix string) []byte {
	if len(v) > 2 && v[0] == prefix[0] && v[1] == prefix[1] {
		return v[2:]
	}
	return v
}

// adNRT: the first letter is the kind of holder; F are residents, A and L companies
// in ranges of their own.
func adNRT(v []byte) bool {
	var room [8]byte
	d := compact(room[:0], v, 8, 8)
	if d == nil || !allDigits(d[1:7]) || !isLetter(d[7]) {
		return false
	}
	switch n := number(d[1:7]); d[0] {
	case 'F':
		return n <= 699999
	case 'A', 'L':
		return n > 699999 && n < 800000
	case 'C', 'D', 'E', 'G', 'O', 'P', 'U':
		return true
	}
	return false
}

// atTIN: nine digits, the first two a tax office; every second digit is doubled.
func atTIN(v []byte) bool {
	var room [9]byte
	d := digitsOf(room[:0], v, 9)
	return d != nil && atOffice(number(d[:2])) && (10-crossSum(d, 1, 2, 1, 2, 1, 2, 1, 2)%10)%10 == digit(d[8])
}

// atOffice tells whether Austria has, or had until 2020, a tax office of a number.
func atOffice(n int) bool {
	switch n {
	case 3, 4, 6, 7, 8, 9, 10, 12, 15, 16, 18, 22, 23, 29, 33, 38, 41, 46, 51, 52, 53, 54, 57, 59, 61, 65, 67, 68, 69, 71, 72,
		81, 82, 83, 84, 90, 91, 93, 97, 98:
		return true
	}
	return false
}

// cyTIN: eight digits and a letter; digits at odd places are translated, mod 26.
func cyTIN(v []byte) bool {
	var room [11]byte
	d := dropPrefix(compact(room[:0], v, 9, 11), "CY")
	if len(d) != 9 || !allDigits(d[:8]) || !isLetter(d[8]) || string(d[:2]) == "12" {
		return false
	}
	odd := [10]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21}
	sum := 0
	for i, c := range d[:8] {
		if i%2 == 0 {
			sum += odd[digit(c)]
		} else {
			sum += digit(c)
		}
	}
	return int(d[8]-'A') == sum%26
}

// czDIC: companies have eight digits, mod 11; some persons nine that begin with 6;
// the others have their birth number.
func czDIC(v []byte) bool {
	var room [12]byte
	d := dropPrefix(compact(room[:0], v, 8, 12), "CZ")
	switch {
	case !allDigits(d):
		return false
	case len(d) == 8:
		return d[0] != '9' && (11-weigh(d, 8, 7, 6, 5, 4, 3, 2)%11)%10 == digit(d[7])
	case len(d) == 9 && d[0] == '6':
		// A table of VIES, here by the remainder instead of the distance to 11.
		return d[8] == "89012345678"[weigh(d[1:], 8, 7, 6, 5, 4, 3, 2)%11]
	}
	return (len(d) == 9 || len(d) == 10) && czRC(d)
}

// deSTNR: ten or eleven digits as the states write them; thirteen with the state in
// front and a zero at the fifth place as the tax offices send them.
func deSTNR(v []byte) bool {
	var room [13]byte
	d := compact(room[:0], v, 10, 13)
	if d == nil || !allDigits(d) {
		return false
	}
	if len(d) != 13 {
		return len(d) < 12
	}
	switch number(d[:2]) {
	case 10, 11, 21, 22, 23, 24, 26, 27, 28:
	default:
		if d[0] != '3' && d[0] != '4' && d[0] != '5' && d[0] != '9' {
			return false
		}
	}
	return d[4] == '0'
}

// esNIF is a person's DNI or NIE, a number of K, L and M for those without, or a
// company's: digits weighed as by Luhn, then a digit or a letter by kind of company.
func esNIF(v []byte) bool {
	var room [11]byte
	d := dropPrefix(compact(room[:0], v, 9, 11), "ES")
	if len(d) != 9 {
		return false
	}
	if isDigit(d[0]) {
		return allDigits(d[:8]) && d[8] == dniLetters[number(d[:8])%23]
	}
	if !allDigits(d[1:8]) {
		return false
	}
	switch d[0] {
	case 'X', 'Y', 'Z':
		return esNIE(d)
	case 'K', 'L', 'M':
		return d[8] == dniLetters[number(d[1:8])%23]
	}
	c := (10 - crossSum(d[1:], 2, 1, 2, 1, 2, 1, 2)%10) % 10
	asDigit, asLetter := d[8] == byte(c)+'0', d[8] == "JABCDEFGHI"[c]
	switch d[0] {
	case 'A', 'B', 'E', 'H':
		return asDigit
	case 'N', 'P', 'Q', 'R', 'S', 'W':
		return asLetter
	case 'C', 'D', 'F', 'G', 'J', 'U', 'V':
		return asDigit || asLetter
	}
	return false
}

// fiVeronumero: twelve digits without a check that is published.
func fiVeronumero(v []byte) bool {
	var room [12]byte
	return digitsOf(room[:0], v, 12) != nil
}

// frNIF: thirteen digits that begin with 0 to 3; the last three are the rest of the
// first ten by 511.
func frNIF(v []byte) bool {
	var room [13]byte
	d := digitsOf(room[:0], v, 13)
	return d != nil && d[0] <= '3' && number(d[:10])%511 == number(d[10:])
}

// huTax: ten digits, of persons with 8 in front; weights 1 to 9, mod 11.
func huTax(v []byte) bool {
	var room [10]byte
	d := digitsOf(room[:0], v, 10)
	return d != nil && d[0] != '0' && weigh(d, 1, 2, 3, 4, 5, 6, 7, 8, 9)%11 == digit(d[9])
}

// liPEID: up to twelve digits.
func liPEID(v []byte) bool {
	var room [12]byte
	d := compact(room[:0], v, 4, 12)
	return d != nil && allDigits(d) && number(d) > 999
}

// lvPVN: companies' numbers begin with 4 to 9, their weighted sum leaves 3; persons
// have their personal code, here with its check digit in any year.
func lvPVN(v []byte) bool {
	var room [13]byte
	d := dropPrefix(compact(room[:0], v, 11, 13), "LV")
	switch {
	case len(d) != 11 || !allDigits(d):
		return false
	case d[0] > '3':
		return weigh(d, 9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1)%11 == 3
	}
	return lvPK(d) && lvCheck(d)
}

// plNIP: weights mod 11; 10 is not issued.
func plNIP(v []byte) bool {
	var room [12]byte
	d := dropPrefix(compact(room[:0], v, 10, 12), "PL")
	return len(d) == 10 && allDigits(d) && !same(d) && weigh(d, 6, 5, 7, 2, 3, 4, 5, 6, 7)%11 == digit(d[9])
}

// siTax: weights 8 to 2, mod 11; 10 is written 0, 11 is not issued.
func siTax(v []byte) bool {
	var room [10]byte
	d := dropPrefix(compact(room[:0], v, 8, 10), "SI")
	if len(d) != 8 || !allDigits(d) || d[0] == '0' {
		return false
	}
	c := 11 - weigh(d, 8, 7, 6, 5, 4, 3, 2)%11
	return c < 11 && c%10 == digit(d[7])
}

// trVKN: each digit is moved by its place and raised to powers of two, mod 9.
func trVKN(v []byte) bool {
	var room [10]byte
	d := digitsOf(room[:0], v, 10)
	if d == nil {
		return false
	}
	sum := 0
	for i, c := range d[:9] {
		if x := (digit(c) + 9 - i) % 10; x != 0 {
			if x = x << (9 - i) % 9; x == 0 {
				x = 9
			}
			sum += x
		}
	}
	return (10-sum%10)%10 == digit(d[9])
}

// ukUTR: the first digit checks the nine behind it; a K may stand at the end.
func ukUTR(v []byte) bool {
	var room [11]byte
	d := compact(room[:0], v, 10, 11)
	if len(d) == 11 && d[10] == 'K' {
		d = d[:10]
	}
	return len(d) == 10 && allDigits(d) && d[0] == "21987654321"[weigh(d[1:], 6, 7, 8, 9, 10, 5, 4, 3, 2)%11]
}

// ukTRN is a temporary number of HMRC, two digits, a letter and five digits, or a
// UTR, which the number of a tax office may precede.
func ukTRN(v []byte) bool {
	var room [13]byte
	d := compact(room[:0], v, 8, 13)
	switch {
	case len(d) == 8:
		return fitsForm(d, "99A99999")
	case len(d) == 13 && allDigits(d[:3]):
		d = d[3:]
	}
	return d != nil && ukUTR(d)
}
