package detect

import (
	"bytes"

	"github.com/eventveil/eventveil/engine/catalog"
)

// Validators of the types that are the same in every country.

// validCard also takes separators.
func validCard(v []byte) bool {
	var room [maxCard]byte
	d := compact(room[:0], v, minCard, maxCard)
	return d != nil && allDigits(d) && isCard(d)
}

func validIBAN(v []byte) bool {
	var room [34]byte
	d := compact(room[:0], v, 15, 34)
	return d != nil && (isIBAN(d) || isForeignIBAN(d))
}

// validBIC: ISO 9362; four letters, a country, two and perhaps three more characters.
func validBIC(v []byte) bool {
	var room [11]byte
	d := compact(room[:0], v, 8, 11)
	if d == nil || len(d) != 8 && len(d) != 11 {
		return false
	}
	for _, c := range d[:6] {
		if !isLetter(c) {
			return false
		}
	}
	return isCountry(d[4], d[5])
}

// countries are the codes of ISO 3166-1 alpha-2, and XK, which banks use.
const countries = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZ" +
	"ECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZ" +
	"LALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQA" +
	"RERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW"

func isCountry(a, b byte) bool {
	for i := 0; i < len(countries); i += 2 {
		if countries[i] == a && countries[i+1] == b {
			return true
		}
	}
	return false
}

func validCrypto(v []byte) bool {
	return isETH(v) || len(v) >= 26 && len(v) <= 35 && isBase58Address(v) || isBech32(v)
}

// maxZone is the length in bytes of the zone of an IPv6 address with its %: names of
// interfaces have up to 15 on Linux, more elsewhere.
const maxZone = 32

// validIPText also takes a prefix length and a zone.
func validIPText(v []byte) bool {
	if k := bytes.IndexByte(v, '/'); k >= 0 {
		bits := v[k+1:]
		if len(bits) == 0 || len(bits) > 3 || !allDigits(bits) || number(bits) > 128 || number(bits) > 32 && bytes.IndexByte(v, ':') < 0 {
			return false
		}
		v = v[:k]
	}
	if k := bytes.IndexByte(v, '%'); k > 0 && k+1 < len(v) && len(v)-k <= maxZone && bytes.IndexByte(v, ':') >= 0 {
		v = v[:k]
	}
	return validIP(v)
}

// validMAC: IEEE 802; with colons, dashes, dots or nothing between.
func validMAC(v []byte) bool {
	if isMAC(v) || isDottedMAC(v) {
		return true
	}
	if len(v) == 14 && v[4] == '.' && v[9] == '.' {
		return run(v, 0, setHex) == 4 && run(v, 5, setHex) == 9 && run(v, 10, setHex) == 14
	}
	return len(v) == 12 && run(v, 0, setHex) == 12 || isEUI(v)
}

// isEUI tells whether v is 12 or 16 hexadecimal digits in equal groups of two or four
// with one kind of separator.
func isEUI(v []byte) bool {
	group := run(v, 0, setHex)
	if group != 2 && group != 4 || len(v) <= group {
		return false
	}
	sep, digits := v[group], group
	if sep != ' ' && sep != '-' && sep != ':' && sep != '.' {
		return false
	}
	for i := group; i < len(v); i += group + 1 {
		if v[i] != sep || run(v, i+1, setHex) != i+1+group {
			return false
		}
		digits += group
	}
	return digits == 16 || digits == 12 && group == 4
}

// validIMEI: 3GPP TS 23.003; 15 digits with Luhn, 14 or 16 (IMEISV) without.
func validIMEI(v []byte) bool {
	var room [16]byte
	d := compact(room[:0], v, 14, 16)
	if d == nil {
		return false
	}
	if !allDigits(d) { // MEID: 14 hexadecimal digits that begin with a letter
		return len(d) <= 15 && run(d, 0, setHex) == len(d) && d[0] >= 'A'
	}
	return !same(d) && (len(d) != 15 || luhn(d))
}

// validICCID: ITU-T E.118; begins with 89, Luhn.
func validICCID(v []byte) bool {
	var room [20]byte
	d := compact(room[:0], v, 18, 20)
	return d != nil && allDigits(d) && hasPrefix(d, "89") && (luhn(d) || len(d) == 18)
}

// validVIN: ISO 3779; the check digit of 49 CFR 565 is asked only where it is
// mandatory, in North America and China.
func validVIN(v []byte) bool {
	var room [17]byte
	d := compact(room[:0], v, 17, 17)
	if d == nil || len(v) != 17 || same(d) {
		return false
	}
	weights := [17]int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}
	values := [26]int{1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 0, 7, 0, 9, 2, 3, 4, 5, 6, 7, 8, 9}
	sum := 0
	for i, c := range d {
		if c == 'I' || c == 'O' || c == 'Q' {
			return false
		}
		x := 0
		if isDigit(c) {
			x = digit(c)
		} else {
			x = values[c-'A']
		}
		sum += x * weights[i]
	}
	return d[0] > '5' && d[0] != 'L' || d[8] == "0123456789X"[sum%11]
}

func validUUID(v []byte) bool {
	if hasPrefix(v, "urn:uuid:") {
		v = v[9:]
	}
	if n := len(v); n > 6 && hasPrefix(v, "%7B") && equalFold(v[n-3:], "%7d") { // braces in a URL
		v = v[3 : n-3]
	} else if n > 3 && upper(v[0]) == 'X' && v[1] == '\'' && v[n-1] == '\'' { // SQL
		v = v[2 : n-1]
	}
	if len(v) == 38 && v[0] == '{' && v[37] == '}' {
		v = v[1:37]
	}
	if len(v) == 32 {
		return run(v, 0, setHex) == 32
	}
	if len(v) != 36 || !isUUID(v) {
		return false
	}
	for i, c := range v {
		if !isHex(c) && i != 8 && i != 13 && i != 18 && i != 23 {
			return false
		}
	}
	return true
}

// phone takes any writing of 5 to 15 digits, after a word that names it, with an
// extension. Some islands have numbers of four digits.
func phone(locale string, v []byte) bool {
	least := 5
	switch c, _ := country(locale); string(c[:]) {
	case "NU", "TK", "SH", "AC", "FK":
		least = 4
	}
	v = afterPhoneWord(v)
	n := 0
	for i, c := range v {
		switch {
		case isDigit(c):
			n++
		case c == '+' && n == 0, c == ' ', c == '-', c == '.', c == '(', c == ')', c == '/', c == '\t':
		case n < 5 && c|0x20 == 'x' && (at(v, i-1)|0x20 == 'x' || at(v, i+1)|0x20 == 'x'): // the code of a carrier
		case n >= 5 && (c == 'x' || c == 'X' || c == 'e' || c == ',' || c == '#' || c == ';'):
			rest := v[i:]
			return len(rest) <= 20 && nextDigit(rest, 0) > 0
		default:
			return false
		}
	}
	return n >= least && n <= 17
}

// afterPhoneWord cuts "phone:" and the like off the front of v.
func afterPhoneWord(v []byte) []byte {
	n := run(v, 0, setLetter)
	if n < 2 {
		return v
	}
	for _, w := range [...]string{"phone", "ph", "tel", "telephone", "fax", "mobile", "cell"} {
		if n == len(w) && equalFold(v[:n], w) {
			return bytes.TrimLeft(v[n:], " :#.")
		}
	}
	return v
}

func validEmail(v []byte) bool {
	if hasPrefix(v, "mailto:") {
		var room [8]Span
		return len(findEmails(room[:0], v[7:])) > 0
	}
	var room [4]Span
	spans := findEmails(room[:0], v)
	return len(spans) > 0 && spans[0].Type == catalog.Email && (spans[0].Start == 0 && spans[0].End == len(v) || bytes.IndexByte(v, '<') >= 0)
}

func validURLCredentials(v []byte) bool {
	var room [4]Span
	return len(findURLCredentials(room[:0], v)) > 0
}

// privateKey is a key in PEM, or the body of OpenSSH's, which begins with its magic
// word in base64.
func privateKey(v []byte) bool {
	return privatePEM("", v) || bytes.Contains(v, []byte("b3BlbnNzaC1rZXktdjE"))
}

var privatePEM = found(catalog.PrivateKey)
