package detect

// Identity numbers of Asia, Africa and Oceania. Algorithms as the issuing
// agencies publish them and as python-stdnum documents them.

// cnRIC: GB 11643; region, date of birth, ISO 7064 mod 11-2.
func cnRIC(v []byte) bool {
	var room [18]byte
	d := compact(room[:0], v, 18, 18)
	if d == nil || !allDigits(d[:17]) || d[0] == '0' || d[0] > '8' {
		return false
	}
	return isDate(number(d[6:10]), number(d[10:12]), number(d[12:14])) &&
		d[17] == "10X98765432"[weigh(d, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)%11]
}

// hkHKID: one or two letters, six digits, mod 11.
func hkHKID(v []byte) bool {
	if n := len(v); n > 3 && (v[n-1] == ')' && v[n-3] == '(' || v[n-1] == ']' && v[n-3] == '[') {
		var room [12]byte
		if n > len(room) {
			return false
		}
		return hkHKID(append(append(room[:0], v[:n-3]...), v[n-2]))
	}
	var room [9]byte
	d := compact(room[:0], v, 8, 9)
	if d == nil {
		return false
	}
	sum, n := 36*9, len(d)
	if n == 9 {
		if !isLetter(d[0]) {
			return false
		}
		sum = base36(d[0]) * 9
		d = d[1:]
	}
	if !isLetter(d[0]) || !allDigits(d[1:7]) || !isDigit(d[7]) && d[7] != 'A' {
		return false
	}
	sum += base36(d[0])*8 + weigh(d[1:], 7, 6, 5, 4, 3, 2) + base36(d[7])
	return sum%11 == 0
}

// twNID: the letter is a place, in two digits; mod 10.
func twNID(v []byte) bool {
	var room [10]byte
	d := compact(room[:0], v, 10, 10)
	if d == nil || !isLetter(d[0]) || !allDigits(d[2:]) {
		return false
	}
	places := [26]int{10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33}
	p := places[d[0]-'A']
	second := 0
	switch {
	case d[1] == '1', d[1] == '2', d[1] == '8', d[1] == '9':
		second = digit(d[1])
	case d[1] >= 'A' && d[1] <= 'D':
		second = places[d[1]-'A'] % 10
	default:
		return false
	}
	return (p/10+p%10*9+second*8+weigh(d[2:], 7, 6, 5, 4, 3, 2, 1, 1))%10 == 0
}

// jpMyNumber: Ordinance 85 of 2014, article 5.
func jpMyNumber(v []byte) bool {
	var room [12]byte
	d := digitsOf(room[:0], v, 12)
	if d == nil {
		return false
	}
	r := weigh(d, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11
	if r <= 1 {
		return d[11] == '0'
	}
	return digit(d[11]) == 11-r
}

// krRRN: date, century and sex, place of birth up to 96, mod 11. Numbers issued since October 2020 have
// no check digit; they are not told from others.
func krRRN(v []byte) bool {
	var room [13]byte
	d := digitsOf(room[:0], v, 13)
	return d != nil && isYYMMDD(d[:6]) && number(d[7:9]) <= 96 && (11-weigh(d, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)%11)%10 == digit(d[12])
}

// inAadhaar: UIDAI; Verhoeff, no palindromes.
func inAadhaar(v []byte) bool {
	var room [12]byte
	d := digitsOf(room[:0], v, 12)
	return d != nil && d[0] >= '2' && verhoeff(d) && !palindrome(d)
}

// inPAN: five letters, four digits, a letter; the fourth letter is the holder's kind.
func inPAN(v []byte) bool {
	var room [10]byte
	d := compact(room[:0], v, 10, 10)
	if d == nil || !allDigits(d[5:9]) || string(d[5:9]) == "0000" || !isLetter(d[9]) {
		return false
	}
	for _, c := range d[:5] {
		if !isLetter(c) {
			return false
		}
	}
	switch d[3] {
	case 'A', 'B', 'C', 'F', 'G', 'H', 'J', 'K', 'L', 'P', 'T':
		return true
	}
	return false
}

// pkCNIC: 13 digits, the first a province, the last the sex.
func pkCNIC(v []byte) bool {
	var room [13]byte
	d := digitsOf(room[:0], v, 13)
	return d != nil && d[0] >= '1' && d[0] <= '7' && d[12] != '0'
}

// lkNIC: nine digits and V or X, or twelve digits; the year of birth, which is not
// before 1910, and the day in it, +500 for women.
func lkNIC(v []byte) bool {
	var room [12]byte
	d := compact(room[:0], v, 10, 12)
	if d == nil {
		return false
	}
	day := 0
	switch {
	case len(d) == 10 && d[0] != '0' && allDigits(d[:9]) && (d[9] == 'V' || d[9] == 'X'):
		day = number(d[2:5])
	case len(d) == 12 && allDigits(d) && (d[0] == '1' || d[0] == '2'):
		day = number(d[4:7])
	default:
		return false
	}
	if day > 500 {
		day -= 500
	}
	return day >= 1 && day <= 366
}

// thPIN: weights 13 to 2, mod 11.
func thPIN(v []byte) bool {
	var room [13]byte
	d := digitsOf(room[:0], v, 13)
	return d != nil && d[0] != '0' && d[0] != '9' && thCheck(d)
}

// sgNRIC: letter tables by the first letter.
func sgNRIC(v []byte) bool {
	var room [9]byte
	d := compact(room[:0], v, 9, 9)
	if d == nil || !allDigits(d[1:8]) || !isLetter(d[8]) {
		return false
	}
	sum := weigh(d[1:], 2, 7, 6, 5, 4, 3, 2)
	switch d[0] {
	case 'S':
		return d[8] == "JZIHGFEDCBA"[sum%11]
	case 'T':
		return d[8] == "JZIHGFEDCBA"[(sum+4)%11]
	case 'F':
		return d[8] == "XWUTRQPNMLK"[sum%11]
	case 'G':
		return d[8] == "XWUTRQPNMLK"[(sum+4)%11]
	case 'M':
		return d[8] == "KLJNPQRTUWX"[10-(sum+3)%11]
	}
	return false
}

// myNRIC: a date, a place of birth, a serial number.
func myNRIC(v []byte) bool {
	var room [12]byte
	d := digitsOf(room[:0], v, 12)
	if d == nil || !isYYMMDD(d) {
		return false
	}
	switch p := number(d[6:8]); p {
	case 0, 17, 18, 19, 20, 69, 70, 73, 80, 81, 94, 95, 96, 97:
		return false
	}
	return true
}

// idNIK: region, date (women +40), serial number.
func idNIK(v []byte) bool {
	var room [16]byte
	d := digitsOf(room[:0], v, 16)
	if d == nil || !idProvince(number(d[:2])) || string(d[12:]) == "0000" {
		return false
	}
	day := number(d[6:8])
	for day > 40 { // women; registers take the day modulo 40
		day -= 40
	}
	return isDate(2000+number(d[10:12]), number(d[8:10]), day)
}

// ilID: Luhn after padding to nine digits.
func ilID(v []byte) bool {
	var room [9]byte
	d := compact(room[:0], v, 5, 9)
	return d != nil && allDigits(d) && luhn(d) && number(d) > 0
}

// irMelli: weights 10 to 2, mod 11.
func irMelli(v []byte) bool {
	var room [10]byte
	d := digitsOf(room[:0], v, 10)
	if d == nil || same(d) {
		return false
	}
	r := weigh(d, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11
	return r < 2 && digit(d[9]) == r || r >= 2 && digit(d[9]) == 11-r
}

// zaID: date, citizenship, Luhn.
func zaID(v []byte) bool {
	var room [13]byte
	d := digitsOf(room[:0], v, 13)
	return d != nil && isYYMMDD(d) && d[10] <= '2' && luhn(d)
}

// auTFN: eight or nine digits, mod 11.
func auTFN(v []byte) bool {
	var room [9]byte
	d := compact(room[:0], v, 8, 9)
	if d == nil || !allDigits(d) {
		return false
	}
	if len(d) == 8 {
		return weigh(d, 10, 7, 8, 4, 6, 3, 5, 1)%11 == 0
	}
	return weigh(d, 1, 4, 3, 7, 5, 8, 6, 9, 10)%11 == 0
}

// auMedicare: mod 10 over eight digits; an issue and a person's number follow.
func auMedicare(v []byte) bool {
	var room [11]byte
	d := compact(room[:0], v, 9, 11)
	return d != nil && allDigits(d) && d[0] >= '2' && d[0] <= '6' && weigh(d, 1, 3, 7, 9, 1, 3, 7, 9)%10 == digit(d[8])
}

// saID: citizens begin with 1, residents with 2; Luhn.
func saID(v []byte) bool {
	var room [10]byte
	d := digitsOf(room[:0], v, 10)
	return d != nil && (d[0] == '1' || d[0] == '2') && luhn(d)
}

// aeEID: 784, the year of birth, a serial number, Luhn.
func aeEID(v []byte) bool {
	var room [15]byte
	d := digitsOf(room[:0], v, 15)
	return d != nil && string(d[:3]) == "784" && d[3] >= '1' && d[3] <= '2' && luhn(d)
}

// egNID: century, date, governorate.
func egNID(v []byte) bool {
	var room [14]byte
	d := digitsOf(room[:0], v, 14)
	return d != nil && (d[0] == '2' || d[0] == '3') && isYYMMDD(d[1:7]) && number(d[7:9]) >= 1
}

// ngNIN: eleven digits; Verhoeff.
func ngNIN(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	return d != nil && verhoeff(d)
}

// vnCCCD: twelve digits: province, century and sex, year; the older cards have nine.
func vnCCCD(v []byte) bool {
	var room [12]byte
	d := compact(room[:0], v, 9, 12)
	return d != nil && allDigits(d) && (len(d) == 9 || len(d) == 12 && number(d[:3]) >= 1 && number(d[:3]) <= 96)
}

// idProvince tells whether Indonesia has a province of that number.
func idProvince(n int) bool {
	return n >= 11 && n <= 19 || n == 21 || n >= 31 && n <= 36 || n >= 51 && n <= 53 || n >= 61 && n <= 65 || n >= 71 && n <= 76 ||
		n >= 81 && n <= 82 || n >= 91 && n <= 97
}
