package detect

import "bytes"

// Identity numbers of the Americas. Algorithms as the issuing agencies publish
// them and as python-stdnum documents them.

// usSSN: Social Security Administration, rules since 2011.
func usSSN(v []byte) bool {
	var room [9]byte
	d := digitsOf(room[:0], v, 9)
	if d == nil || same(d) || !grouped(v) {
		return false
	}
	area, group, serial := number(d[:3]), number(d[3:5]), number(d[5:])
	switch number(d) {
	case 78051120, 219099999, 457555462: // printed in advertisements
		return false
	}
	return area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
}

// usITIN: IRS Publication 1915.
func usITIN(v []byte) bool {
	var room [9]byte
	d := digitsOf(room[:0], v, 9)
	if d == nil || d[0] != '9' || !grouped(v) {
		return false
	}
	g := number(d[3:5])
	return g >= 50 && g <= 65 || g >= 70 && g <= 88 || g >= 90 && g <= 92 || g >= 94
}

// usEIN: the prefixes that the IRS has assigned.
func usEIN(v []byte) bool {
	var room [9]byte
	d := digitsOf(room[:0], v, 9)
	if d == nil {
		return false
	}
	switch p := number(d[:2]); p {
	case 0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97:
		return false
	}
	return true
}

// usNPI: Luhn over the ISO prefix 80840 and the number (CMS).
func usNPI(v []byte) bool {
	room := [15]byte{'8', '0', '8', '4', '0'}
	d := digitsOf(room[5:5], v, 10)
	return d != nil && (d[0] == '1' || d[0] == '2') && luhn(room[:])
}

// usDEA: registration numbers of the Drug Enforcement Administration.
func usDEA(v []byte) bool {
	var room [9]byte
	d := compact(room[:0], v, 9, 9)
	return d != nil && isLetter(d[0]) && allDigits(d[2:]) && weigh(d[2:], 1, 2, 1, 2, 1, 2)%10 == digit(d[8])
}

// medicalLicense is a practitioner's number in the United States.
func medicalLicense(v []byte) bool { return usNPI(v) || usDEA(v) }

// usABA: routing transit numbers of the American Bankers Association. The ranges of
// the first two digits have been widened before, so that they are not asked.
func usABA(v []byte) bool {
	var room [9]byte
	d := digitsOf(room[:0], v, 9)
	return d != nil && weigh(d, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0
}

// caSIN: Luhn; 0 and 8 are not issued to persons.
func caSIN(v []byte) bool {
	var room [9]byte
	d := digitsOf(room[:0], v, 9)
	return d != nil && d[0] != '0' && d[0] != '8' && luhn(d)
}

// brCPF: two digits of mod 11 (Receita Federal).
func brCPF(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	return d != nil && !same(d) &&
		weigh(d, 10, 9, 8, 7, 6, 5, 4, 3, 2)*10%11%10 == digit(d[9]) &&
		weigh(d, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)*10%11%10 == digit(d[10])
}

// mxCURP: Registro Nacional de Población; date, sex, state, mod 10.
func mxCURP(v []byte) bool {
	var room [18]byte
	d := compact(room[:0], v, 18, 18)
	if d == nil || !allDigits(d[4:10]) || !isDigit(d[17]) || d[10] != 'H' && d[10] != 'M' && d[10] != 'X' || !isYYMMDD(d[4:10]) {
		return false
	}
	const states = "ASBCBSCCCLCMCSCHDFDGGTGRHGJCMCMNMSNTNLOCPLQTQRSPSLSRTCTSTLVZYNZSNE"
	known := false
	for i := 0; i < len(states); i += 2 {
		known = known || states[i] == d[11] && states[i+1] == d[12]
	}
	sum := 0
	for i, c := range d[:17] {
		x := base36(c)
		if c >= 'O' {
			x++ // Ñ has its place after N
		}
		sum += x * (18 - i)
	}
	return known && (10-sum%10)%10 == digit(d[17])
}

// mxRFC: Servicio de Administración Tributaria; persons have four letters,
// companies three. The check character is not asked: many issued numbers differ.
func mxRFC(v []byte) bool {
	var room [13]byte
	d := room[:0]
	for i := 0; i < len(v); i++ {
		c := v[i]
		switch {
		case c == 0xc3 && (at(v, i+1)|0x20) == 0xb1: // Ñ, which counts as a letter
			c = 'N'
			i++
		case c == '&':
			c = 'N'
		case c == ' ' || c == '-' || c == '.' || c == '/':
			continue
		case !isAlnum(c):
			return false
		}
		if len(d) == len(room) {
			return false
		}
		d = append(d, upper(c))
	}
	if len(d) < 10 || len(d) == 11 {
		return false
	}
	n := 4
	if len(d) == 12 {
		n = 3
	}
	for _, c := range d[:n] {
		if !isLetter(c) {
			return false
		}
	}
	return allDigits(d[n:n+6]) && isYYMMDD(d[n:n+6])
}

// arCUIT: AFIP; weights mod 11.
func arCUIT(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	if d == nil || bytes.IndexByte(v, '.') >= 0 { // it is written with dashes
		return false
	}
	switch number(d[:2]) {
	case 20, 23, 24, 25, 26, 27, 30, 33, 34, 50, 51, 55:
		return (11-weigh(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%11%10 == digit(d[10]) && weigh(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11 != 1 ||
			(11-weigh(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11) == 10 && d[10] == '9'
	}
	return false
}

// arDNI is a number of a document, seven or eight digits.
func arDNI(v []byte) bool {
	var room [8]byte
	d := compact(room[:0], v, 7, 8)
	return d != nil && allDigits(d)
}

// clRUT: mod 11 with K for 10.
func clRUT(v []byte) bool {
	var room [10]byte
	d := compact(room[:0], v, 7, 10)
	if d == nil {
		return false
	}
	if len(d) == 10 {
		if d[0] != 'C' || d[1] != 'L' {
			return false
		}
		d = d[2:]
	}
	n := len(d) - 1
	if !allDigits(d[:n]) {
		return false
	}
	sum := 0
	for i := range n {
		sum += digit(d[n-1-i]) * (2 + i%6)
	}
	return d[n] == "0123456789K0"[11-sum%11]
}

// coNIT: DIAN; prime weights mod 11. Thousands may be apart by points or commas.
func coNIT(v []byte) bool {
	var plain [24]byte
	if len(v) > len(plain) {
		return false
	}
	for i, c := range v {
		if c == ',' {
			c = '.'
		}
		plain[i] = c
	}
	var room [16]byte
	d := compact(room[:0], plain[:len(v)], 8, 16)
	if d == nil || !allDigits(d) {
		return false
	}
	primes := [...]int{3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71}
	n, sum := len(d)-1, 0
	for i := range n {
		sum += digit(d[n-1-i]) * primes[i]
	}
	return d[n] == "01987654321"[sum%11]
}

// ecCI: Luhn, province and third digit.
func ecCI(v []byte) bool {
	var room [10]byte
	d := digitsOf(room[:0], v, 10)
	if d == nil {
		return false
	}
	p := number(d[:2])
	return (p >= 1 && p <= 24 || p == 30 || p == 50) && d[2] <= '6' && luhn(d)
}

// peRUC: SUNAT; peCUI: RENIEC, eight digits and one that is a digit or a letter.
func peRUC(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	if d == nil {
		return false
	}
	switch number(d[:2]) {
	case 10, 15, 16, 17, 20:
		return (11-weigh(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%10 == digit(d[10])
	}
	return false
}

func peCUI(v []byte) bool {
	var room [9]byte
	d := compact(room[:0], v, 8, 9)
	if d == nil || !allDigits(d[:8]) {
		return false
	}
	if len(d) == 8 {
		return true
	}
	c := weigh(d, 3, 2, 7, 6, 5, 4, 3, 2) % 11
	return d[8] == "65432110987"[c] || d[8] == "KJIHGFEDCBA"[c]
}

// veRIF: SENIAT; a letter and nine digits, mod 11.
func veRIF(v []byte) bool {
	var room [10]byte
	d := compact(room[:0], v, 10, 10)
	if d == nil || !allDigits(d[1:]) {
		return false
	}
	sum := 0
	switch d[0] {
	case 'V':
		sum = 4
	case 'E':
		sum = 8
	case 'J':
		sum = 12
	case 'P':
		sum = 16
	case 'G':
		sum = 20
	default:
		return false
	}
	return d[9] == "00987654321"[(sum+weigh(d[1:], 3, 2, 7, 6, 5, 4, 3, 2))%11]
}

// grouped tells whether v has no separators or is written 3-2-4.
func grouped(v []byte) bool { return len(v) == 9 || len(v) == 11 && !isAlnum(v[3]) && v[3] == v[6] }
