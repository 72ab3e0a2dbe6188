package detect

import "github.com/eventveil/eventveil/engine/catalog"

// Numbers of bank accounts within a country.

// bankAccount asks the rule of the locale's country, or a shape where none is known.
func bankAccount(locale string, v []byte) bool {
	if c, ok := country(locale); ok {
		switch string(c[:]) {
		case "AR":
			return arCBU(v)
		case "CZ":
			return czAccount(v)
		case "ES":
			return esCCC(v)
		case "NO":
			return noKontonr(v)
		case "NZ":
			return nzAccount(v)
		}
	}
	return shapes[catalog.BankAccount].valid(v)
}

// arCBU: bank and branch with a check digit, account with another; weights 3, 1, 7
// and 9 from the right, mod 10.
func arCBU(v []byte) bool {
	var room [22]byte
	d := digitsOf(room[:0], v, 22)
	return d != nil && weigh(d, 7, 1, 3, 9, 7, 1, 3, 1)%10 == 0 && weigh(d[8:], 3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3, 1)%10 == 0
}

// czAccount: a prefix of up to six digits, a number of two to ten and the code of a
// bank; both numbers have weights mod 11. Slovakia has the same.
func czAccount(v []byte) bool {
	slash := len(v) - 5
	if slash < 2 || v[slash] != '/' || !allDigits(v[slash+1:]) || !czBank(number(v[slash+1:])) {
		return false
	}
	v = v[:slash]
	prefix := 0
	for i, c := range v {
		if c == '-' {
			if prefix > 0 || i == 0 || i > 6 {
				return false
			}
			prefix = i
		} else if !isDigit(c) {
			return false
		}
	}
	account := v
	if prefix > 0 {
		account = v[prefix+1:]
	}
	n := len(account)
	return n >= 2 && n <= 10 && number(account) > 0 && czWeigh(account)%11 == 0 && czWeigh(v[:prefix])%11 == 0
}

// czWeigh sums digits with the weights of Czech accounts, from the right.
func czWeigh(d []byte) (sum int) {
	weights := [10]int{1, 2, 4, 8, 5, 10, 9, 7, 3, 6}
	for i := range d {
		sum += digit(d[len(d)-1-i]) * weights[i]
	}
	return sum
}

// czBank tells whether the national bank lists, or listed, a code.
func czBank(code int) bool {
	switch code {
	case 100, 300, 400, 600, 710, 800, 2010, 2020, 2030, 2040, 2050, 2060, 2070, 2100, 2200, 2210, 2220, 2230, 2240, 2250, 2260, 2270, 2275,
		2310, 2600, 2700, 3020, 3030, 3040, 3050, 3060, 3500, 4000, 4300, 4600, 5000, 5400, 5500, 5800, 6000, 6100, 6200, 6210, 6300, 6363,
		6700, 6800, 7910, 7940, 7950, 7960, 7970, 7980, 7990, 8030, 8040, 8060, 8090, 8150:
		return true
	}
	return code >= 8190 && code < 8300 // institutes of payment
}

// esCCC: bank and branch, two check digits, account; weights are powers of 2, mod 11.
func esCCC(v []byte) bool {
	var room [22]byte
	d := digitsOf(room[2:2], v, 20)
	if d == nil {
		return false
	}
	room[0], room[1] = '0', '0'
	check := func(ten []byte) byte {
		switch c := 11 - weigh(ten, 1, 2, 4, 8, 5, 10, 9, 7, 3, 6)%11; c {
		case 10:
			return '1'
		case 11:
			return '0'
		default:
			return byte(c) + '0'
		}
	}
	return check(room[:10]) == d[8] && check(d[10:]) == d[9]
}

// noKontonr: eleven digits, mod 11; those of the former postal bank begin with 0000
// and pass Luhn.
func noKontonr(v []byte) bool {
	var room [11]byte
	d := digitsOf(room[:0], v, 11)
	if d == nil || number(d) == 0 {
		return false
	}
	if string(d[:4]) == "0000" {
		return luhn(d[4:])
	}
	return weigh(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0
}

// nzBranches are the ranges of branches that each bank may have.
var nzBranches = [...]struct{ bank, low, high int }{
	{1, 1, 999}, {1, 1100, 1199}, {1, 1800, 1899}, {2, 1, 999}, {2, 1200, 1299}, {3, 1, 999}, {3, 1300, 1399}, {3, 1500, 1599},
	{3, 1700, 1799}, {3, 1900, 1999}, {3, 7350, 7399}, {4, 2020, 2024}, {6, 1, 999}, {6, 1400, 1499}, {8, 6500, 6599}, {9, 0, 0},
	{10, 5165, 5169}, {11, 5000, 6499}, {11, 6600, 8999}, {12, 3000, 3299}, {12, 3400, 3499}, {12, 3600, 3699}, {13, 4900, 4999},
	{14, 4700, 4799}, {15, 3900, 3999}, {16, 4400, 4499}, {17, 3300, 3399}, {18, 3500, 3599}, {19, 4600, 4649}, {20, 4100, 4199},
	{21, 4800, 4899}, {22, 4000, 4049}, {23, 3700, 3799}, {24, 4300, 4349}, {25, 2500, 2599}, {26, 2600, 2699}, {27, 3800, 3849},
	{28, 2100, 2149}, {29, 2150, 2299}, {30, 2900, 2949}, {31, 2800, 2849}, {33, 6700, 6799}, {35, 2400, 2499}, {38, 9000, 9499},
	{88, 8800, 8805},
}

// nzAccount: bank, branch, account and suffix of 2, 4, 7 and 2 or 3 digits. Where
// they stand apart, zeros at their front may be missing; the account may be apart too.
// Weights and modulus are the bank's.
func nzAccount(v []byte) bool {
	var room [16]byte
	d := nzDigits(&room, v)
	if d == nil {
		return false
	}
	bank, branch := number(d[:2]), number(d[2:6])
	known := false
	for _, b := range nzBranches {
		known = known || b.bank == bank && branch >= b.low && branch <= b.high
	}
	if !known {
		return false
	}
	switch d := d[2:]; bank { // d: branch, account, suffix
	case 8:
		return weigh(d[4:], 7, 6, 5, 4, 3, 2, 1)%11 == 0
	case 9:
		return (crossSum(d[7:], 5, 4, 3, 2)+digit(d[len(d)-1]))%11 == 0
	case 25, 33:
		return weigh(d[4:], 1, 7, 3, 1, 7, 3, 1)%10 == 0
	case 26, 28, 29:
		return (crossSum(d[4:], 1, 3, 7, 1, 3, 7, 1)+crossSum(d[11:], 3, 7, 1))%10 == 0
	case 31:
		return true
	default:
		if number(d[4:11]) < 990000 {
			return weigh(d, 6, 3, 7, 9, 0, 10, 5, 8, 4, 2, 1)%11 == 0
		}
		return weigh(d[4:], 0, 10, 5, 8, 4, 2, 1)%11 == 0
	}
}

// nzDigits writes the digits of an account into room, each part in its full length
// with the suffix in three; nil when v has none.
func nzDigits(room *[16]byte, v []byte) []byte {
	if len(v) == 15 || len(v) == 16 {
		if allDigits(v) {
			copy(room[:], v[:13])
			room[13] = '0'
			copy(room[16-(len(v)-13):], v[13:])
			return room[:]
		}
	}
	for i := range room {
		room[i] = '0'
	}
	part := func(digits []byte, end, most int) bool {
		if len(digits) == 0 || len(digits) > most || !allDigits(digits) {
			return false
		}
		copy(room[end-len(digits):end], digits)
		return true
	}
	cut := func() []byte {
		n := run(v, 0, setDigit)
		head := v[:n]
		if n < len(v) && (v[n] == '-' || v[n] == ' ') {
			n++
		}
		v = v[n:]
		return head
	}
	last := len(v)
	for last > 0 && isDigit(v[last-1]) {
		last--
	}
	suffix := v[last:]
	if last == 0 || !part(suffix, 16, 3) {
		return nil
	}
	v = v[:last]
	if !part(cut(), 2, 2) || !part(cut(), 6, 4) {
		return nil
	}
	n := 0
	var account [7]byte
	for _, c := range v {
		switch {
		case isDigit(c) && n < len(account):
			account[n] = c
			n++
		case c == '-' || c == ' ':
		default:
			return nil
		}
	}
	if !part(account[:n], 13, 7) {
		return nil
	}
	return room[:]
}
