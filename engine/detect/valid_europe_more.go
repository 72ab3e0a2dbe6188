package detect

// Further numbers of persons in Europe.

// beNumber tells whether eleven digits are a number of the Belgian register whose
// month lies above shift. The month and the day may be zero, and days above 31 stand
// for one that is not known.
func beNumber(d []byte, shift int) bool {
	month, day := number(d[2:4])-shift, number(d[4:6])
	if month < 0 || month > 12 || month > 0 && day > 0 && day <= 31 && !isDate(2000+number(d[:2]), month, day) {
		return false
	}
	n, check := number(d[:9]), number(d[9:])
	return 97-n%97 == check || 97-(2000000000+n)%97 == check
}

// beNN: 97 minus the remainder; births from 2000 on have a 2 before.
func beNN(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	return d != nil && beNumber(d, 0)
}

// beBIS: numbers of people outside the register have 20 or 40 added to the month.
func beBIS(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	return d != nil && (beNumber(d, 20) || beNumber(d, 40))
}

// beSSN is either.
func beSSN(v []byte) bool { return beNN(v) || beBIS(v) }

// beEID: ten digits and their rest by 97, which is 97 for none.
func beEID(v []byte) bool {
	var room [12]byte
	d := digitsOf(room[:0], v, 12)
	return d != nil && number(d[:10]) > 0 && (number(d[:10])+96)%97+1 == number(d[10:])
}

// bgPNF: weights mod 10.
func bgPNF(v []byte) bool {
	var room [10]byte
	d := digitsOf(room[:0], v, 10)
	return d != nil && weigh(d, 21, 19, 17, 13, 11, 9, 7, 3, 1)%10 == digit(d[9])
}

// deLANR: six digits weighed 4 and 9, mod 10, then two for the specialty.
func deLANR(v []byte) bool {
	var room [9]byte
	d := digitsOf(room[:0], v, 9)
	return d != nil && (10-weigh(d, 4, 9, 4, 9, 4, 9)%10)%10 == digit(d[6])
}

// deBSNR: the first two digits are an association of physicians.
func deBSNR(v []byte) bool {
	var room [9]byte
	d := digitsOf(room[:0], v, 9)
	if d == nil || number(d[2:]) == 0 {
		return false
	}
	switch number(d[:2]) {
	case 1, 2, 3, 17, 20, 35, 38, 46, 51, 52, 71, 72, 73, 74, 78, 83, 88, 93, 98:
		return true
	}
	return false
}

// esNUSS: province, serial number and their rest by 97; short serials count less.
func esNUSS(v []byte) bool {
	var room [12]byte
	d := digitsOf(room[:0], v, 12)
	if d == nil {
		return false
	}
	province, serial := number(d[:2]), number(d[2:10])
	n := province*10000000 + serial
	if serial >= 10000000 {
		n = province*100000000 + serial
	}
	return n%97 == number(d[10:])
}

// frNationalID is the number of an identity card, twelve digits until 2021 and nine
// letters and digits since, or the NIR, which goes by that name too.
func frNationalID(v []byte) bool {
	var room [15]byte
	d := compact(room[:0], v, 9, 15)
	switch {
	case len(d) == 12:
		return allDigits(d) && number(d[2:4]) >= 1 && number(d[2:4]) <= 12
	case len(d) == 9:
		return nextDigit(d, 0) > 0 && isLetter(d[0])
	}
	return d != nil && frNIR(v)
}

// grPoliceID: one or two letters that Greek and Latin share, and six digits.
func grPoliceID(v []byte) bool {
	n := 0
	for n < 2 && len(v) > 0 && !isDigit(v[0]) && v[0] != ' ' && v[0] != '-' {
		size := 1
		switch c := upper(v[0]); c {
		case 'A', 'B', 'E', 'Z', 'H', 'I', 'K', 'M', 'N', 'O', 'P', 'T', 'Y', 'X':
		case 0xce: // the first byte of Greek capitals
			if size = 2; len(v) < 2 || v[1] < 0x91 || v[1] > 0xa9 {
				return false
			}
		default:
			return false
		}
		v = v[size:]
		n++
	}
	if n > 0 && len(v) > 0 && (v[0] == ' ' || v[0] == '-') {
		v = v[1:]
	}
	return n > 0 && len(v) == 6 && allDigits(v)
}

// isKennitala: a date (companies have 40 added to the day), mod 11, the century.
func isKennitala(v []byte) bool {
	var room [10]byte
	d := digitsOf(room[:0], v, 10)
	if d == nil {
		return false
	}
	year, day := number(d[4:6]), number(d[:2])
	switch d[9] {
	case '8':
		year += 1800
	case '9':
		year += 1900
	case '0':
		year += 2000
	default:
		return false
	}
	if day > 40 {
		day -= 40
	}
	return isDate(year, number(d[2:4]), day) && weigh(d, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0
}

// itIDCard: the electronic card has two letters, five digits and two letters; paper
// cards two letters and seven digits, or the reverse.
func itIDCard(v []byte) bool {
	var room [9]byte
	d := compact(room[:0], v, 9, 9)
	return d != nil && fits(d, "AA99999AA|AA9999999|9999999AA")
}

// luNIN: date of birth, serial number, Luhn over twelve digits and Verhoeff over the
// first eleven and the last.
func luNIN(v []byte) bool {
	var room [13]byte
	d := digitsOf(room[:0], v, 13)
	if d == nil || !isDate(number(d[:4]), number(d[4:6]), number(d[6:8])) || !luhn(d[:12]) {
		return false
	}
	d[11] = d[12]
	return verhoeff(d[:12])
}

// mtID: up to seven digits and a letter for the register, where the number lies below
// 32001 and its year is two digits; nine digits for others.
func mtID(v []byte) bool {
	var room [9]byte
	d := compact(room[:0], v, 4, 9)
	if d == nil {
		return false
	}
	n := len(d) - 1
	if !allDigits(d[:n]) {
		return false
	}
	switch d[n] {
	case 'A', 'P':
		return n <= 7 && d[n-1] != '0'
	case 'M', 'G', 'L', 'H', 'B', 'Z':
		return n <= 7 && number(d[:n])/100 <= 32000
	}
	return len(d) == 9 && isDigit(d[n]) && d[0] == d[1] && d[0] >= '1' && d[0] <= '8'
}

// nlIDCard: two letters, six letters or digits, a digit; the letter O is not used.
func nlIDCard(v []byte) bool {
	if len(v) != 9 || !fitsForm(v, "AA******9") {
		return false
	}
	for _, c := range v {
		if upper(c) == 'O' {
			return false
		}
	}
	return true
}

// nlOnderwijsnummer: as the BSN, but the weighted sum leaves 5; begins with 10.
func nlOnderwijsnummer(v []byte) bool {
	var room [9]byte
	d := digitsOf(room[:0], v, 9)
	return d != nil && d[0] == '1' && d[1] == '0' && weigh(d, 9, 8, 7, 6, 5, 4, 3, 2, -1)%11 == 5
}

// ptCC: the eight digits of the civil number, its check digit, a version and a check
// digit over all: every second character from the right but one is doubled, A being 10.
func ptCC(v []byte) bool {
	var room [12]byte
	d := compact(room[:0], v, 12, 12)
	if d == nil || !allDigits(d[:9]) || !isDigit(d[11]) {
		return false
	}
	sum := 0
	for i, c := range d {
		x := base36(c)
		if i%2 == 0 {
			if x *= 2; x > 9 {
				x -= 9
			}
		}
		sum += x
	}
	return sum%10 == 0
}

// ukUPN: a letter that checks what follows mod 23, a local authority, a school, the
// year and a serial number, whose last place is a letter for temporary ones.
func ukUPN(v []byte) bool {
	var room [13]byte
	d := compact(room[:0], v, 13, 13)
	if d == nil || !allDigits(d[1:12]) || !isAlnum(d[12]) {
		return false
	}
	const letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
	last := -1
	if isDigit(d[12]) {
		last = digit(d[12])
	}
	for i := range len(letters) {
		if letters[i] == d[12] {
			last = i
		}
	}
	return last >= 0 && ukAuthority(number(d[1:4])) && d[0] == letters[(weigh(d[1:], 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)+13*last)%23]
}

// ukAuthority tells whether the Department for Education has, or had, a local
// authority of that number.
func ukAuthority(n int) bool {
	for _, r := range [...][2]int{{201, 213}, {301, 320}, {330, 336}, {340, 344}, {350, 359}, {370, 373}, {380, 384}, {390, 394}, {420, 421},
		{660, 681}, {701, 708}, {800, 803}, {805, 808}, {810, 813}, {815, 816}, {820, 823}, {825, 826}, {830, 831}, {835, 841}, {845, 846},
		{850, 852}, {855, 857}, {860, 861}, {865, 896}, {908, 909}, {916, 916}, {919, 919}, {921, 921}, {925, 926}, {928, 929}, {931, 931},
		{933, 933}, {935, 938}, {940, 943}} {
		if n >= r[0] && n <= r[1] {
			return true
		}
	}
	return false
}
