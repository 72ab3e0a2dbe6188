package detect

// Further numbers of Asia, Africa and Oceania.

// inEPIC: three letters and seven digits, Luhn.
func inEPIC(v []byte) bool {
	var room [10]byte
	d := compact(room[:0], v, 10, 10)
	return d != nil && fitsForm(d, "AAA9999999") && luhn(d[3:])
}

// inVID: sixteen digits that do not begin with 0 or 1, Verhoeff, no palindromes.
func inVID(v []byte) bool {
	var room [16]byte
	d := digitsOf(room[:0], v, 16)
	return d != nil && d[0] >= '2' && verhoeff(d) && !palindrome(d)
}

// palindrome tells whether v is the same from either end.
func palindrome(v []byte) bool {
	for i := range len(v) / 2 {
		if v[i] != v[len(v)-1-i] {
			return false
		}
	}
	return true
}

// inGSTIN: state, PAN, number of the registration, Z and a check character: weights 1
// and 2 over the values of base 36, whose digits in that base are added.
func inGSTIN(v []byte) bool {
	var room [15]byte
	d := compact(room[:0], v, 15, 15)
	if d == nil || !allDigits(d[:2]) || number(d[:2]) < 1 || number(d[:2]) > 38 || !inPAN(d[2:12]) || d[12] == '0' || d[13] != 'Z' {
		return false
	}
	sum := 0
	for i, c := range d[:14] {
		x := base36(c) * (1 + i%2)
		sum += x/36 + x%36
	}
	return (36-sum%36)%36 == base36(d[14])
}

// idNPWP: fifteen digits, of which nine pass Luhn and the rest are an office and a
// branch; sixteen since 2024: a person's NIK, or a zero before the older number.
func idNPWP(v []byte) bool {
	var room [16]byte
	d := compact(room[:0], v, 15, 16)
	switch {
	case d == nil || !allDigits(d):
		return false
	case len(d) == 16 && d[0] != '0':
		return idNIK(d)
	case len(d) == 16:
		d = d[1:]
	}
	return luhn(d[:9]) && number(d[:9]) > 0
}

// krFRN: as the number of residents, with 5 to 8 for foreigners and 2 added to the check.
func krFRN(v []byte) bool {
	var room [13]byte
	if len(v) != 13 && (len(v) != 14 || v[6] != '-') {
		return false
	}
	d := digitsOf(room[:0], v, 13)
	return d != nil && isYYMMDD(d[:6]) && d[6] >= '5' && d[6] <= '8' &&
		(13-weigh(d, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)%11)%10 == digit(d[12])
}

// phSSS, phUMID, phPhilHealth and phTIN have groups of digits without a check that
// is published.
func phSSS(v []byte) bool        { return fits(v, "99-9999999-9|9999999999") }
func phUMID(v []byte) bool       { return fits(v, "9999-9999999-9|999999999999") }
func phPhilHealth(v []byte) bool { return fits(v, "99-999999999-9|999999999999") }

func phTIN(v []byte) bool {
	return fits(v, "999-999-999|999999999|999-999-999-999|999999999999|999-999-999-99999|99999999999999")
}

// saCitizen and saIqama: the first digit tells citizens from residents; Luhn.
func saCitizen(v []byte) bool { return saID(v) && v[0] == '1' }
func saIqama(v []byte) bool   { return saID(v) && v[0] == '2' }

// thTIN: persons have their citizen's number, companies one that begins with 0.
func thTIN(v []byte) bool {
	var room [13]byte
	d := digitsOf(room[:0], v, 13)
	return d != nil && d[0] != '9' && thCheck(d)
}

// thCheck: weights 13 to 2, mod 11.
func thCheck(d []byte) bool {
	return (11-weigh(d, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11)%10 == digit(d[12])
}

// kePIN: A for persons, P for others; nine digits and a letter whose rule is not published.
func kePIN(v []byte) bool {
	var room [11]byte
	d := compact(room[:0], v, 11, 11)
	return d != nil && (d[0] == 'A' || d[0] == 'P') && fitsForm(d, "A999999999A")
}

// lyNID: sex, year of birth, serial number; no check is published.
func lyNID(v []byte) bool {
	var room [12]byte
	d := digitsOf(room[:0], v, 12)
	return d != nil && (d[0] == '1' || d[0] == '2') && (d[1] == '1' && d[2] == '9' || d[1] == '2' && d[2] == '0')
}

// tnNID: eight digits.
func tnNID(v []byte) bool { return len(v) == 8 && allDigits(v) }

// muNID: the letter of the name, date of birth, a number, a check over the values of
// base 36 with weights 14 to 2, mod 17.
func muNID(v []byte) bool {
	var room [14]byte
	d := compact(room[:0], v, 14, 14)
	if d == nil || !isLetter(d[0]) || !allDigits(d[1:13]) || !isDDMMYY(d[1:]) {
		return false
	}
	sum := 0
	for i, c := range d[:13] {
		sum += base36(c) * (14 - i)
	}
	return base36(d[13]) == (17-sum%17)%17
}

// mzNUIT: weights 8, 9, 4, 5 to 9, mod 11; 10 is written 1.
func mzNUIT(v []byte) bool {
	var room [9]byte
	d := digitsOf(room[:0], v, 9)
	return d != nil && !same(d) && d[8] == "01234567891"[weigh(d, 8, 9, 4, 5, 6, 7, 8, 9)%11]
}

// ghTIN: the kind of holder, two zeros, eight characters; the nine digits before the
// last place have weights 1 to 9, mod 11 with X for 10.
func ghTIN(v []byte) bool {
	var room [11]byte
	d := compact(room[:0], v, 11, 11)
	if d == nil || !fitsForm(d, "A009999999*") {
		return false
	}
	switch d[0] {
	case 'P', 'C', 'G', 'Q', 'V':
		return d[10] == "0123456789X"[weigh(d[1:], 1, 2, 3, 4, 5, 6, 7, 8, 9)%11]
	}
	return false
}

// zaTIN: ten digits that begin with 0 to 3 or 9, Luhn.
func zaTIN(v []byte) bool {
	var room [10]byte
	d := digitsOf(room[:0], v, 10)
	return d != nil && (d[0] <= '3' || d[0] == '9') && luhn(d) && number(d) > 0
}

// nzIRD: from 10 to 150 million; weights mod 11, and others where the first give 10.
func nzIRD(v []byte) bool {
	if len(v) > 3 && upper(v[0]) == 'N' && upper(v[1]) == 'Z' {
		v = v[2:]
	}
	var room [10]byte
	d := compact(room[1:1], v, 8, 9)
	if d == nil || !allDigits(d) {
		return false
	}
	if len(d) == 8 {
		room[0] = '0'
		d = room[:9]
	}
	if n := number(d); n < 10000000 || n > 150000000 {
		return false
	}
	c := (11 - weigh(d, 3, 2, 7, 6, 5, 4, 3, 2)%11) % 11
	if c == 10 {
		c = (11 - weigh(d, 7, 4, 3, 2, 5, 2, 7, 6)%11) % 11
	}
	return c == digit(d[8])
}

// auABN: less one in the first place; weights 10, 1, 3, 5 and so on, mod 89.
func auABN(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	return d != nil && d[0] != '0' && (weigh(d, 10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)-10)%89 == 0
}
