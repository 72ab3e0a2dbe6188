package detect

// Further numbers of Latin America.

// crCedula: province (8, 9 and, with dashes, 0 stand for people registered otherwise),
// volume, entry. Zeros at the front of a group may be left out where dashes stand between.
func crCedula(v []byte) bool {
	if v[0] == '0' && isDigit(at(v, 1)) {
		v = v[1:]
	}
	if len(v) < 5 || !isDigit(v[0]) {
		return false
	}
	if v[1] != '-' {
		return len(v) == 9 && v[0] != '0' && allDigits(v)
	}
	v = v[2:]
	n := run(v, 0, setDigit)
	return n >= 1 && n <= 4 && at(v, n) == '-' && len(v) > n+1 && len(v) <= n+5 && allDigits(v[n+1:])
}

// crDIMEX: eleven or twelve digits that begin with 1.
func crDIMEX(v []byte) bool {
	var room [12]byte
	d := compact(room[:0], v, 11, 12)
	return d != nil && allDigits(d) && d[0] == '1'
}

// cuNI: the date of birth, then a digit for the century: 9 for the 19th, 0 to 5 for
// the 20th, 6 to 8 for the 21st.
func cuNI(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	if d == nil {
		return false
	}
	year := 1900
	switch {
	case d[6] == '9':
		year = 1800
	case d[6] >= '6':
		year = 2000
	}
	return isDate(year+number(d[:2]), number(d[2:4]), number(d[4:6]))
}

// doCedula: Luhn, which some numbers of the first years fail.
func doCedula(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	return d != nil && !same(d) && (luhn(d) || doIssued(d))
}

// gtNIT: weights 2, 3, 4 and so on from the right, mod 11 with K for 10.
func gtNIT(v []byte) bool {
	var room [12]byte
	d := compact(room[:0], v, 2, 12)
	if d == nil {
		return false
	}
	n, sum := len(d)-1, 0
	if !allDigits(d[:n]) {
		return false
	}
	for i := range n {
		sum += digit(d[n-1-i]) * (i + 2)
	}
	return d[n] == "0123456789K"[(11-sum%11)%11]
}

// ecRUC: a person's is the cédula with the number of an establishment; the third
// digit tells the state's (6) and companies' (9), each with weights mod 11.
func ecRUC(v []byte) bool {
	var room [13]byte
	d := digitsOf(room[:0], v, 13)
	if d == nil {
		return false
	}
	p := number(d[:2])
	if !(p >= 1 && p <= 24 || p == 30 || p == 50) {
		return false
	}
	switch d[2] {
	case '6':
		return weigh(d, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 && number(d[9:]) > 0 || ecCI(d[:10]) && number(d[10:]) > 0
	case '9':
		return weigh(d, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 && number(d[10:]) > 0
	}
	return ecCI(d[:10]) && number(d[10:]) > 0
}

// uyRUT: two digits up to 22, a serial number, 001, mod 11.
func uyRUT(v []byte) bool {
	var room [14]byte
	d := compact(room[:0], v, 12, 14)
	if len(d) == 14 && d[0] == 'U' && d[1] == 'Y' {
		d = d[2:]
	}
	if len(d) != 12 || !allDigits(d) {
		return false
	}
	p := number(d[:2])
	return p >= 1 && p <= 22 && number(d[2:8]) > 0 && string(d[8:11]) == "001" && weigh(d, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2, 1)%11 == 0
}

// brCNPJ: two digits mod 11. Numbers issued from 2026 on may have letters, which
// count as their ASCII code less 48.
func brCNPJ(v []byte) bool {
	var room [14]byte
	d := compact(room[:0], v, 14, 14)
	if d == nil || !allDigits(d[12:]) || same(d) {
		return false
	}
	return weigh(d, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)*10%11%10 == digit(d[12]) &&
		weigh(d, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)*10%11%10 == digit(d[13])
}

// mxNSS: eleven digits, Luhn.
func mxNSS(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	return d != nil && luhn(d) && number(d) > 0
}
