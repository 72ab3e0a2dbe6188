package detect

import "bytes"

// compact appends v in upper case without the separators of identifiers: space,
// dash, dot, slash. It returns nil when another character, or more or less than
// low to top characters, is there, or spaces, dashes and slashes all at once, which
// is how nobody writes a number.
func compact(dst, v []byte, low, top int) []byte {
	space, dash, slash := false, false, false
	for _, c := range v {
		switch {
		case isAlnum(c):
			if len(dst) == top {
				return nil
			}
			dst = append(dst, upper(c))
		case c == ' ':
			space = true
		case c == '-':
			dash = true
		case c == '/':
			slash = true
		case c == '.':
		default:
			return nil
		}
	}
	if len(dst) < low || space && dash && slash {
		return nil
	}
	return dst
}

// digitsOf is compact for values of n digits.
func digitsOf(dst, v []byte, n int) []byte {
	if dst = compact(dst, v, n, n); dst == nil || !allDigits(dst) {
		return nil
	}
	return dst
}

// weigh sums digits times weights.
func weigh(digits []byte, weights ...int) (sum int) {
	for i, w := range weights {
		sum += int(digits[i]-'0') * w
	}
	return sum
}

// digit is the value of a decimal digit.
func digit(c byte) int { return int(c - '0') }

// base36 is the value of a digit or an upper-case letter, A being 10.
func base36(c byte) int {
	if isDigit(c) {
		return int(c - '0')
	}
	return int(c-'A') + 10
}

// mod11_10 tells whether digits pass ISO 7064 mod 11,10.
func mod11_10(digits []byte) bool {
	p := 10
	for _, c := range digits[:len(digits)-1] {
		s := (p + digit(c)) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return (p+digit(digits[len(digits)-1]))%10 == 1
}

// The tables of Verhoeff's check over the dihedral group D5.
var (
	verhoeffD = [10][10]uint8{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5}, {2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
		{3, 4, 0, 1, 2, 8, 9, 5, 6, 7}, {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1}, {6, 5, 9, 8, 7, 1, 0, 4, 3, 2},
		{7, 6, 5, 9, 8, 2, 1, 0, 4, 3}, {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}}
	verhoeffP = [8][10]uint8{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4}, {5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
		{8, 9, 1, 6, 0, 4, 3, 5, 2, 7}, {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1}, {2, 7, 9, 3, 8, 0, 6, 4, 1, 5},
		{7, 0, 4, 6, 9, 1, 3, 2, 5, 8}}
)

// verhoeff tells whether digits pass Verhoeff's check.
func verhoeff(digits []byte) bool {
	c := uint8(0)
	for i := range digits {
		c = verhoeffD[c][verhoeffP[i%8][digits[len(digits)-1-i]-'0']]
	}
	return c == 0
}

// same tells whether all bytes of v are equal.
func same(v []byte) bool { return len(v) > 0 && bytes.Count(v, v[:1]) == len(v) }

// isDate tells whether a day of the Gregorian calendar exists. Year 0 stands
// for an unknown century and may be leap.
func isDate(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days++
	}
	return day <= days
}

// isYYMMDD and isDDMMYY tell whether six digits are a date in an unknown century.
func isYYMMDD(d []byte) bool { return isDate(2000+number(d[:2]), number(d[2:4]), number(d[4:6])) }
func isDDMMYY(d []byte) bool { return isDate(2000+number(d[4:6]), number(d[2:4]), number(d[:2])) }
