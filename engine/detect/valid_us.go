package detect

// Further numbers of the United States and Canada.

// usATIN: the IRS promises no more than nine digits, written 3-2-4. Those issued so
// far begin with 9 and have 93 in the middle, which is not asked.
func usATIN(v []byte) bool {
	var room [9]byte
	return digitsOf(room[:0], v, 9) != nil && grouped(v)
}

// usPTIN: a P and eight digits.
func usPTIN(v []byte) bool {
	var room [9]byte
	d := compact(room[:0], v, 9, 9)
	return d != nil && d[0] == 'P' && allDigits(d[1:])
}

// usTIN is any number that the IRS takes for a taxpayer's.
func usTIN(v []byte) bool { return usSSN(v) || usITIN(v) || usEIN(v) || usPTIN(v) || usATIN(v) }

// usMBI: eleven places, each a digit or a letter; S, L, O, I, B and Z are not used.
func usMBI(v []byte) bool {
	var room [11]byte
	d := compact(room[:0], v, 11, 11)
	if d == nil || d[0] == '0' || !fitsForm(d, "9A*9A*9AA99") {
		return false
	}
	for _, c := range d {
		switch c {
		case 'S', 'L', 'O', 'I', 'B', 'Z':
			return false
		}
	}
	return true
}

// caPHN: ten digits that begin with 9; weights over the eight in the middle, mod 11.
func caPHN(v []byte) bool {
	var room [10]byte
	d := digitsOf(room[:0], v, 10)
	return d != nil && d[0] == '9' && (11-weigh(d[1:], 2, 4, 8, 5, 10, 9, 7, 3)%11)%11 == digit(d[9])
}
