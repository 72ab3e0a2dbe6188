package detect

// IBAN: ISO 13616-1, lengths from the SWIFT IBAN registry.

// ibanLengths has the length of a country's IBAN at the index of its two letters.
var ibanLengths = func() (t [26 * 26]uint8) {
	for n, codes := range map[uint8]string{
		15: "NO", 16: "BE", 18: "DKFIFKFOGLNLSD", 19: "MKSI", 20: "ATBAEEKZLTLUMNXK", 21: "CHHRLILV", 22: "BGBHCRDEGBGEIEMERSVA",
		23: "AEGIILIQOMSOTL", 24: "ADCZESMDPKROSASESKTNVG", 25: "LYPTST", 26: "ISTR", 27: "BIDJFRGRITMCMRSM", 28: "ALAZBYCYDOGTHNHULBNIPLSV",
		29: "BREGPSQAUA", 30: "JOKWMUYE", 31: "MTSC", 32: "LC", 33: "RU",
	} {
		for i := 0; i < len(codes); i += 2 {
			t[int(codes[i]-'A')*26+int(codes[i+1]-'A')] = n
		}
	}
	return t
}()

// ibanLength returns the length of the IBANs that begin with two letters, 0 for none.
func ibanLength(a, b byte) int {
	if !isLetter(a) || !isLetter(b) {
		return 0
	}
	return int(ibanLengths[int(upper(a)-'A')*26+int(upper(b)-'A')])
}

// ibanEnd returns where the IBAN that begins at i ends, 0 when it is none. Its
// groups may be apart by single spaces, dashes or dots.
func ibanEnd(text []byte, i int) int {
	if len(text) < i+15 {
		return 0
	}
	n := ibanLength(text[i], text[i+1])
	if n == 0 {
		return 0
	}
	var room [34]byte
	k := 0
	for ; i < len(text) && k < n; i++ {
		c := text[i]
		switch {
		case isAlnum(c):
			room[k] = upper(c)
			k++
		case (c == ' ' || c == '-' || c == '.') && k >= 2 && isAlnum(at(text, i-1)):
		default:
			return 0
		}
	}
	if k < n || isAlnum(at(text, i)) || !isIBAN(room[:n]) {
		return 0
	}
	return i
}

// isForeignIBAN tells whether the word v has the check digits of an IBAN but a
// country or a length that is not in the registry: banks use such ones too.
func isForeignIBAN(v []byte) bool {
	if len(v) < 15 || len(v) > 34 || !isDigit(v[2]) || !isDigit(v[3]) {
		return false
	}
	var room [34]byte
	digits := 0
	for i, c := range v {
		if !isAlnum(c) || c >= 'a' {
			return false
		}
		if isDigit(c) {
			digits++
		}
		room[i] = c
	}
	return (digits >= 8 || digits >= 6 && ibanLength(v[0], v[1]) != 0) && isCountry(v[0], v[1]) && mod97(mod97(0, room[4:len(v)]), room[:4]) == 1
}

// isIBAN checks the digits of ISO 7064 mod 97-10. v is upper-case, without separators.
func isIBAN(v []byte) bool {
	if len(v) < 15 || len(v) != ibanLength(v[0], v[1]) || !isDigit(v[2]) || !isDigit(v[3]) {
		return false
	}
	m := mod97(mod97(0, v[4:]), v[:4])
	return m == 1
}

// mod97 continues the remainder of a number of digits and letters, A being 10.
func mod97(m int, v []byte) int {
	for _, c := range v {
		if isDigit(c) {
			m = (m*10 + int(c-'0')) % 97
		} else {
			m = (m*100 + int(c-'A') + 10) % 97
		}
	}
	return m
}
