package detect

import "bytes"

// Identity numbers of Europe. Algorithms as the issuing agencies publish them
// and as python-stdnum documents them; each is named at its function.

// weighted checks n digits: the weighted sum of them is a multiple of m.
func weighted(v []byte, n, m int, weights ...int) bool {
	var room [16]byte
	d := digitsOf(room[:0], v, n)
	return d != nil && !same(d) && weigh(d, weights...)%m == 0
}

// ukNINO: HMRC manual NIM39110; prefix and suffix letters.
func ukNINO(v []byte) bool {
	var room [9]byte
	d := compact(room[:0], v, 9, 9)
	if d == nil || !isLetter(d[0]) || !isLetter(d[1]) || !allDigits(d[2:8]) || d[8] < 'A' || d[8] > 'D' || d[1] == 'O' {
		return false
	}
	for _, c := range d[:2] {
		switch c {
		case 'D', 'F', 'I', 'Q', 'U', 'V':
			return false
		}
	}
	switch string(d[:2]) {
	case "BG", "GB", "NK", "KN", "TN", "NT", "ZZ":
		return false
	}
	return true
}

// ukNHS: NHS data dictionary; mod 11.
func ukNHS(v []byte) bool { return weighted(v, 10, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1) }

// deSteuerID: ISO 7064 mod 11,10; of the first ten digits one occurs two or three times.
func deSteuerID(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	if d == nil || d[0] == '0' || !mod11_10(d) {
		return false
	}
	var count [10]int
	for _, c := range d[:10] {
		count[c-'0']++
	}
	more := 0
	for _, n := range count {
		if n > 3 {
			return false
		}
		if n > 1 {
			more++
		}
	}
	return more == 1
}

// crossSum doubles every second digit from first on and adds the digits of all.
func crossSum(digits []byte, weights ...int) (sum int) {
	for i, w := range weights {
		x := digit(digits[i]) * w
		sum += x/10 + x%10
	}
	return sum
}

// deSVNR: Deutsche Rentenversicherung; area, date of birth, letter, serial, check.
func deSVNR(v []byte) bool {
	var room [12]byte
	d := compact(room[:0], v, 12, 12)
	if d == nil || !allDigits(d[:8]) || !isLetter(d[8]) || !allDigits(d[9:]) {
		return false
	}
	// Days from 51 on stand for dates that were not proven (VKVV § 2 (3)).
	if day, month := number(d[2:4]), number(d[4:6]); day == 0 || day > 31 && day < 51 || day > 81 || month == 0 || month > 12 {
		return false
	}
	n := int(d[8]-'A') + 1
	w := [13]byte{}
	copy(w[:8], d[:8])
	w[8], w[9] = byte(n/10)+'0', byte(n%10)+'0'
	copy(w[10:], d[9:])
	return crossSum(w[:], 2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)%10 == digit(w[12])
}

// deIDCard: identity card and passport. The tenth character is the check digit of
// ICAO 9303 over nine; without it the number begins with a letter of the issuers.
func deIDCard(v []byte) bool {
	var room [11]byte
	d := compact(room[:0], v, 9, 11)
	if d == nil {
		return false
	}
	if len(d) == 9 {
		return isLetter(d[0]) && nextDigit(d, 0) > 0 && deSerial(d)
	}
	if len(d) == 10 && d[9] == 'D' { // the nationality without the check digit
		return isLetter(d[0]) && deSerial(d[:9])
	}
	sum := 0
	for i, c := range d[:9] {
		sum += base36(c) * [...]int{7, 3, 1}[i%3]
	}
	return sum%10 == base36(d[9]) && (len(d) == 10 || d[10] == 'D')
}

// deKVNR: GKV-Spitzenverband; letter and nine digits; the card's long form has more behind.
func deKVNR(v []byte) bool {
	var room [20]byte
	d := compact(room[:0], v, 10, 20)
	if d == nil || len(d) != 10 && len(d) != 20 || !isLetter(d[0]) || !allDigits(d[1:]) {
		return false
	}
	n := int(d[0]-'A') + 1
	w := [10]byte{byte(n/10) + '0', byte(n%10) + '0'}
	copy(w[2:], d[1:9])
	return crossSum(w[:], 1, 2, 1, 2, 1, 2, 1, 2, 1, 2)%10 == digit(d[9])
}

// atSVNR: Dachverband der Sozialversicherungsträger.
func atSVNR(v []byte) bool {
	var room [10]byte
	d := digitsOf(room[:0], v, 10)
	return d != nil && d[0] != '0' && weigh(d, 3, 7, 9, 0, 5, 8, 4, 2, 1, 6)%11 == digit(d[3])
}

// chAHV: EAN-13 with the prefix 756.
func chAHV(v []byte) bool {
	return weighted(v, 13, 10, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1) && hasPrefix(v, "756")
}

// frNIR: INSEE; sex, year, month, department, 97 minus remainder. Corsica has letters.
func frNIR(v []byte) bool {
	var room [15]byte
	d := compact(room[:0], v, 13, 15)
	if d == nil || len(d) == 14 || d[0] < '1' || d[0] > '8' || !allDigits(d[1:6]) || !allDigits(d[7:]) {
		return false
	}
	shift := 0
	switch {
	case d[5] == '2' && d[6] == 'A':
		shift, d[6] = 1000000, '0'
	case d[5] == '2' && d[6] == 'B':
		shift, d[6] = 2000000, '0'
	case !isDigit(d[6]):
		return false
	}
	month, department := number(d[3:5]), number(d[5:7])
	if month == 0 || department == 0 && shift == 0 || department == 96 {
		return false
	}
	return len(d) == 13 || 97-(number(d[:13])-shift)%97 == number(d[13:])
}

const dniLetters = "TRWAGMYFPDXBNJZSQVHLCKE"

// esDNI: eight digits and a letter; mod 23 (Ministerio del Interior).
func esDNI(v []byte) bool {
	var room [9]byte
	d := compact(room[:0], v, 9, 9)
	return d != nil && allDigits(d[:8]) && d[8] == dniLetters[number(d[:8])%23] && number(d[:8]) > 0
}

// esNIE: X, Y or Z stands for 0, 1 or 2.
func esNIE(v []byte) bool {
	var room [9]byte
	d := compact(room[:0], v, 9, 9)
	return d != nil && d[0] >= 'X' && d[0] <= 'Z' && allDigits(d[1:8]) && d[8] == dniLetters[(int(d[0]-'X')*10000000+number(d[1:8]))%23]
}

// itFiscal is a person's code, or a company's: eleven digits with an office and Luhn.
func itFiscal(v []byte) bool {
	var room [13]byte
	if d := dropPrefix(compact(room[:0], v, 11, 13), "IT"); len(d) == 11 {
		return allDigits(d) && number(d[:7]) > 0 && itOffice(number(d[7:10])) && luhn(d)
	}
	return itCF(v)
}

// itOffice tells whether a number is a province of the tax administration's.
func itOffice(n int) bool {
	return n >= 1 && n <= 100 || n == 120 || n == 121 || n == 888 || n == 999
}

// itCF: Agenzia delle Entrate; letters LMNPQRSTUV may stand for digits.
func itCF(v []byte) bool {
	var room [16]byte
	d := compact(room[:0], v, 16, 16)
	if d == nil {
		return false
	}
	var plain [16]byte
	for i, c := range d {
		plain[i] = c
		switch i {
		case 6, 7, 9, 10, 12, 13, 14:
			if isLetter(c) {
				k := -1
				for j, o := range []byte("LMNPQRSTUV") {
					if o == c {
						k = j
					}
				}
				if k < 0 {
					return false
				}
				plain[i] = byte(k) + '0'
			}
		default:
			if !isLetter(c) {
				return false
			}
		}
	}
	month := -1
	for i, c := range []byte("ABCDEHLMPRST") {
		if c == d[8] {
			month = i + 1
		}
	}
	day := number(plain[9:11])
	for day > 40 { // women; the check in use takes the day modulo 40
		day -= 40
	}
	if month < 0 || !isDate(2000+number(plain[6:8]), month, day) {
		return false
	}
	odd := [36]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
	sum := 0
	for i, c := range d[:15] {
		switch x := base36(c); {
		case i%2 == 0:
			sum += odd[x]
		case x >= 10:
			sum += x - 10
		default:
			sum += x
		}
	}
	return int(d[15]-'A') == sum%26
}

// ptNIF: Autoridade Tributária; mod 11.
func ptNIF(v []byte) bool {
	var room [11]byte
	d := compact(room[:0], v, 9, 11)
	if len(d) == 11 && d[0] == 'P' && d[1] == 'T' {
		d = d[2:]
	}
	if len(d) != 9 || !allDigits(d) || d[0] == '0' {
		return false
	}
	c := 11 - weigh(d, 9, 8, 7, 6, 5, 4, 3, 2)%11
	if c > 9 {
		c = 0
	}
	return c == digit(d[8])
}

// nlBSN: the "elfproef"; the zeros of old numbers are often left out.
func nlBSN(v []byte) bool {
	room := [11]byte{'0', '0'}
	d := compact(room[2:2], v, 7, 9)
	if d == nil || !allDigits(d) {
		return false
	}
	d = room[len(d)-7 : 2+len(d)]
	return weigh(d, 9, 8, 7, 6, 5, 4, 3, 2, -1)%11 == 0 && number(d) > 0
}

// sePNR: Skatteverket; date (coordination numbers +60), Luhn over the last ten digits.
func sePNR(v []byte) bool {
	plus := false
	var room [12]byte
	d := room[:0]
	for i, c := range v {
		switch {
		case isDigit(c) && len(d) < 12:
			d = append(d, c)
		case (c == '-' || c == '+' || c == ' ') && i == len(v)-5 && !plus:
			plus = true
		default:
			return false
		}
	}
	year := 0
	switch len(d) {
	case 10:
		year = 2000 + number(d[:2])
	case 12:
		if year = number(d[:4]); year < 1800 || year > 2100 {
			return false
		}
		d = d[2:]
	default:
		return false
	}
	day := number(d[4:6])
	if day > 60 {
		day -= 60
	}
	return isDate(year, number(d[2:4]), day) && luhn(d)
}

// noFNR: Skatteetaten; two digits of mod 11; D-numbers have 40 added to the day.
func noFNR(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	if d == nil {
		return false
	}
	day, month := number(d[:2]), number(d[2:4])
	if day > 40 {
		day -= 40
	}
	if month > 80 {
		month -= 80
	} else if month > 40 {
		month -= 40
	}
	return noCentury(number(d[4:6]), number(d[6:9])) && isDate(2000+number(d[4:6]), month, day) && weigh(d, 3, 7, 6, 1, 8, 9, 4, 5, 2, 1)%11 == 0 && weigh(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0
}

// noCentury tells whether somebody may have been born in a year of two digits and
// have that serial number, which tells the century.
func noCentury(year, serial int) bool {
	switch {
	case serial < 500, serial < 750 && year >= 54, serial >= 900 && year >= 40:
		return true
	}
	return 2000+year <= latestBirth
}

// latestBirth is the last year in which a person with a number may have been born. The
// engine has no clock; the year is to be raised before it comes.
const latestBirth = 2031

// dkCPR: a date and a serial number, whose first digit tells the century; the mod 11
// check was given up in 2007.
func dkCPR(v []byte) bool {
	var room [10]byte
	d := digitsOf(room[:0], v, 10)
	if d == nil {
		return false
	}
	year := number(d[4:6])
	switch {
	case d[6] <= '3' || (d[6] == '4' || d[6] == '9') && year >= 37:
		year += 1900
	case d[6] >= '5' && d[6] <= '8' && year >= 58:
		year += 1800
	default:
		year += 2000
	}
	return year <= latestBirth && isDate(year, number(d[2:4]), number(d[:2]))
}

// fiHETU: Digital and Population Data Services Agency; date, century sign, mod 31.
func fiHETU(v []byte) bool {
	if len(v) != 11 || !allDigits(v[:6]) || !allDigits(v[7:10]) || !isDDMMYY(v) || number(v[7:10]) < 2 {
		return false
	}
	switch upper(v[6]) {
	case '+', '-', 'A', 'B', 'C', 'D', 'E', 'F', 'Y', 'X', 'W', 'V', 'U':
	default:
		return false
	}
	return upper(v[10]) == "0123456789ABCDEFHJKLMNPRSTUVWXY"[(number(v[:6])*1000+number(v[7:10]))%31]
}

// plPESEL: the century is in the month; weights 1, 3, 7, 9.
func plPESEL(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	return d != nil && weigh(d, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)%10 == 0 && isDate(centuryOf20s(d), number(d[2:4])%20, number(d[4:6]))
}

// centuryOf20s is the year of numbers that add 20 to the month for each century.
func centuryOf20s(d []byte) int {
	return [...]int{1900, 2000, 2100, 2200, 1800}[number(d[2:4])/20%5] + number(d[:2])
}

// czRC: birth number of Czechia and Slovakia; month +50 for women, +20 since 2004.
func czRC(v []byte) bool {
	var room [10]byte
	d := compact(room[:0], v, 9, 10)
	if d == nil || !allDigits(d) || bytes.IndexByte(v, '-') >= 0 { // it is written with a slash
		return false
	}
	month, year := number(d[2:4])%50%20, 1900+number(d[:2])
	switch {
	case len(d) == 9 && year >= 1980:
		year -= 100
	case len(d) == 10 && year < 1954:
		year += 100
	}
	if !isDate(year, month, number(d[4:6])) || len(d) == 9 && (year > 1953 || string(d[6:]) == "000") {
		return false
	}
	return len(d) == 9 || number(d)%11 == 0 || number(d[:9])%11 == 10 && d[9] == '0'
}

// bgEGN: GRAO; month +20 for the 19th, +40 for the 21st century.
func bgEGN(v []byte) bool {
	var room [10]byte
	d := digitsOf(room[:0], v, 10)
	if d == nil || number(d[2:4]) > 52 {
		return false
	}
	return isDate([...]int{1900, 1800, 2000}[number(d[2:4])/20]+number(d[:2]), number(d[2:4])%20, number(d[4:6])) &&
		weigh(d, 2, 4, 8, 5, 10, 9, 7, 3, 6)%11%10 == digit(d[9])
}

// roCNP: sex and century, date, county, mod 11.
func roCNP(v []byte) bool {
	var room [13]byte
	d := digitsOf(room[:0], v, 13)
	if d == nil || d[0] == '0' || !isYYMMDD(d[1:7]) {
		return false
	}
	if county := number(d[7:9]); county == 0 || county > 52 && county != 70 && (county < 80 || county > 83) || county > 48 && county < 51 {
		return false
	}
	c := weigh(d, 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9) % 11
	if c == 10 {
		c = 1
	}
	return c == digit(d[12])
}

// huTAJ is the social security number, nine digits with weights 3 and 7, or a tax
// number or personal number, which go by its name too. The personal number has sex and
// century, date, serial and mod 11, with weights from the other end since 1997.
func huTAJ(v []byte) bool {
	var room [11]byte
	d := compact(room[:0], v, 9, 11)
	switch {
	case d == nil || !allDigits(d):
		return false
	case len(d) == 9:
		return weigh(d, 3, 7, 3, 7, 3, 7, 3, 7)%10 == digit(d[8])
	case len(d) == 10:
		return huTax(d)
	}
	return d[0] >= '1' && d[0] <= '8' && isYYMMDD(d[1:7]) &&
		(weigh(d, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)%11 == digit(d[10]) || weigh(d, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)%11 == digit(d[10]))
}

// hrOIB: ISO 7064 mod 11,10.
func hrOIB(v []byte) bool {
	var room [13]byte
	d := dropPrefix(compact(room[:0], v, 11, 13), "HR")
	return len(d) == 11 && allDigits(d) && mod11_10(d)
}

// siEMSO: EMŠO and the JMBG of its neighbors; date, region, mod 11.
func siEMSO(v []byte) bool {
	var room [13]byte
	d := digitsOf(room[:0], v, 13)
	if d == nil {
		return false
	}
	year := 1000 + number(d[4:7])
	if year < 1800 {
		year += 1000
	}
	return isDate(year, number(d[2:4]), number(d[:2])) && (11-weigh(d, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%11%10 == digit(d[12])
}

// eeIK: Estonian and Lithuanian numbers; century and sex, date, two-stage mod 11.
func eeIK(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	if d == nil || d[0] == '0' {
		return false
	}
	if d[0] == '9' { // Lithuania: no date
		if string(d[1:7]) == "000000" {
			return false
		}
	} else if !isDate(1800+(digit(d[0])-1)/2*100+number(d[1:3]), number(d[3:5]), number(d[5:7])) {
		return false
	}
	c := weigh(d, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1) % 11
	if c == 10 {
		c = weigh(d, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3) % 11 % 10
	}
	return c == digit(d[10])
}

// lvPK: numbers from 2017 on begin with 32 to 39 and hold neither date nor check.
func lvPK(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	if d == nil {
		return false
	}
	if d[0] == '3' && d[1] >= '2' {
		return true
	}
	return d[6] <= '2' && isDate(1800+digit(d[6])*100+number(d[4:6]), number(d[2:4]), number(d[:2])) &&
		lvCheck(d)
}

// lvCheck: 1101 less the weighted sum, mod 11.
func lvCheck(d []byte) bool {
	return (1101-weigh(d, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))%11%10 == digit(d[10])
}

// grAMKA: date and Luhn.
func grAMKA(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	return d != nil && isDDMMYY(d) && luhn(d)
}

// grAFM: powers of two, mod 11.
func grAFM(v []byte) bool {
	var room [11]byte
	d := compact(room[:0], v, 9, 11)
	if len(d) == 11 && (string(d[:2]) == "EL" || string(d[:2]) == "GR") {
		d = d[2:]
	}
	return len(d) == 9 && allDigits(d) && !same(d) && weigh(d, 256, 128, 64, 32, 16, 8, 4, 2)%11%10 == digit(d[8])
}

// iePPS: mod 23; a second letter counts nine times.
func iePPS(v []byte) bool {
	var room [9]byte
	d := compact(room[:0], v, 8, 9)
	if d == nil || !allDigits(d[:7]) || !isLetter(d[7]) {
		return false
	}
	sum := weigh(d, 8, 7, 6, 5, 4, 3, 2)
	if len(d) == 9 {
		switch {
		case d[8] >= 'A' && d[8] <= 'I':
			sum += int(d[8]-'A'+1) * 9
		case d[8] != 'W' && d[8] != 'T' && d[8] != 'X':
			return false
		}
	}
	return d[7] == "WABCDEFGHIJKLMNOPQRSTUV"[sum%23]
}

// trTCKN: two check digits.
func trTCKN(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	if d == nil || d[0] == '0' {
		return false
	}
	odd, even := weigh(d, 1, 0, 1, 0, 1, 0, 1, 0, 1), weigh(d, 0, 1, 0, 1, 0, 1, 0, 1)
	return ((7*odd-even)%10+10)%10 == digit(d[9]) && (odd+even+digit(d[9]))%10 == digit(d[10])
}

// ruINN: persons have twelve digits with two checks, companies ten.
func ruINN(v []byte) bool {
	var room [12]byte
	d := compact(room[:0], v, 10, 12)
	if d == nil || !allDigits(d) {
		return false
	}
	switch len(d) {
	case 10:
		return weigh(d, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == digit(d[9])
	case 12:
		return weigh(d, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == digit(d[10]) && weigh(d, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == digit(d[11])
	}
	return false
}

// ruSNILS: mod 101.
func ruSNILS(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	return d != nil && weigh(d, 9, 8, 7, 6, 5, 4, 3, 2, 1)%101%100 == number(d[9:])
}

// uaRNTRC: mod 11; the first five digits are a date.
func uaRNTRC(v []byte) bool {
	var room [10]byte
	d := digitsOf(room[:0], v, 10)
	return d != nil && ((weigh(d, -1, 5, 7, 9, 4, 6, 10, 5, 7)%11+11)%11)%10 == digit(d[9])
}
