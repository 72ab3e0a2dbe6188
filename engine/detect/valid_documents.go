package detect

import "github.com/eventveil/eventveil/engine/catalog"

// Documents whose numbers are not told by their form alone.

// passport asks the forms of the locale's country, and the shape of all.
func passport(locale string, v []byte) bool {
	if !shapes[catalog.Passport].valid(v) {
		return false
	}
	c, ok := country(locale)
	if !ok {
		return true
	}
	switch string(c[:]) {
	case "DE":
		return len(v) == 9 && dePassport(v)
	case "KR":
		switch upper(v[0]) { // ordinary, single, residents', official, diplomatic
		case 'M', 'S', 'R', 'O', 'D', 'P':
		default:
			return false
		}
	}
	return fitsCountry(v, passportForms, c)
}

// dePassport tells whether nine characters are a number of a German passport: a letter of
// the issuers and characters without vowels and those that look like others.
func dePassport(v []byte) bool {
	switch upper(v[0]) {
	case 'C', 'F', 'G', 'H', 'J', 'K':
		return deSerial(v)
	}
	return false
}

// deSerial tells whether v is of the characters of German documents.
func deSerial(v []byte) bool {
	for _, c := range v {
		if !isDigit(c) && !holds("CFGHJKLMNPRTVWXYZ", rune(upper(c))) {
			return false
		}
	}
	return true
}

// fitsCountry tells whether v has a form of a country; it does where none is listed.
func fitsCountry(v []byte, forms map[string]string, c [2]byte) bool {
	f, ok := forms[string(c[:])]
	return !ok || fits(v, f)
}

// postalCode asks the forms of the locale's country, and which codes its post gives out.
func postalCode(locale string, v []byte) bool {
	c, ok := country(locale)
	if ok && c == [2]byte{'G', 'B'} {
		return gbPostcode(v)
	}
	if !shapes[catalog.PostalCode].valid(v) {
		return false
	}
	if !ok {
		return true
	}
	if !fitsCountry(v, postalForms, c) {
		return false
	}
	switch string(c[:]) {
	case "DE":
		return number(v) > 1000 && number(v) < 99999
	case "ES":
		return number(v[:2]) >= 1 && number(v[:2]) <= 52
	case "SE":
		return v[nextDigit(v, 0)] != '0'
	case "NL":
		if i := nextDigit(v, 0); v[i] == '0' {
			return false
		}
		// The Dutch post leaves out SA, SD and SS.
		n := len(v)
		last := upper(v[n-1])
		return upper(v[n-2]) != 'S' || last != 'A' && last != 'D' && last != 'S'
	}
	return true
}

// gbPostcode: BS 7666 and the PAF guide: letters that are not used at their places.
// The outward half alone is taken too.
func gbPostcode(v []byte) bool {
	var room [7]byte
	d := compact(room[:0], v, 2, 7)
	if d == nil || !isLetter(d[0]) {
		return false
	}
	if string(d) == "GIR0AA" {
		return true
	}
	if !fits(d, "A99AA|A999AA|AA99AA|AA999AA|A9A9AA|AA9A9AA|A9|A99|AA9|AA99|A9A|AA9A") {
		return false
	}
	switch d[0] {
	case 'Q', 'V', 'X':
		return false
	}
	if n := len(d); n >= 5 {
		for _, c := range d[n-2:] {
			switch c {
			case 'C', 'I', 'K', 'M', 'O', 'V':
				return false
			}
		}
	}
	return !isLetter(d[1]) || d[1] != 'I' && d[1] != 'J' && d[1] != 'Z'
}

// driverLicense asks the form of a country where it has one only.
func driverLicense(locale string, v []byte) bool {
	if !shapes[catalog.DriverLicense].valid(v) {
		return false
	}
	c, _ := country(locale)
	switch string(c[:]) {
	case "DE":
		return fits(v, "A99******9*")
	case "GB":
		return gbLicense(v)
	case "KR":
		var room [12]byte
		return digitsOf(room[:0], v, 12) != nil && fits(v, "999999999999|99-99-999999-99|99 99 999999 99|99-999999-99")
	}
	return true
}

// gbLicense: DVLA; five places of the surname, the date of birth around the month,
// which has 50 added for women, two initials, and characters against equal numbers.
func gbLicense(v []byte) bool {
	var room [18]byte
	d := compact(room[:0], v, 16, 18)
	if d == nil || len(d) == 17 || !allDigits(d[5:11]) || !isAlnum(d[13]) || len(d) == 18 && !allDigits(d[16:]) {
		return false
	}
	for i, c := range d[:5] {
		if !isLetter(c) && (c != '9' || i == 0) {
			return false
		}
	}
	month := number(d[6:8])
	if month > 50 {
		month -= 50
	}
	return isDate(2000, month, number(d[8:10]))
}

// licensePlate asks the form of a country where its plates have one only.
func licensePlate(locale string, v []byte) bool {
	c, _ := country(locale)
	switch string(c[:]) {
	case "GB":
		return gbPlate(v)
	case "SE":
		if len(v) >= 2 && len(v) <= 2*7 && nextDigit(v, 0) < 0 { // a word that its owner chose
			return shapes[catalog.FirstName].valid(v)
		}
	case "TR":
		var room [9]byte
		d := compact(room[:0], v, 5, 9)
		return d != nil && allDigits(d[:2]) && number(d[:2]) >= 1 && number(d[:2]) <= 81 && isLetter(d[2]) &&
			fits(d[2:], "A9999|A99999|A999|A99|AA999|AA9999|AAA99|AAA999|AAA9999")
	}
	return shapes[catalog.LicensePlate].valid(v)
}

// gbPlate: DVLA; since 2001 an area, half a year and three letters, before a letter for
// the year in front or behind, before that letters and digits, as in Northern Ireland.
func gbPlate(v []byte) bool {
	var room [7]byte
	d := compact(room[:0], v, 2, 7)
	if d == nil || nextDigit(d, 0) < 0 {
		return false
	}
	if fitsForm(d, "AA99AAA") {
		age := number(d[2:4])
		return !holds("IQZ", rune(d[0])) && !holds("IQZ", rune(d[1])) && (age >= 2 && age <= 30 || age >= 51 && age <= 79)
	}
	year := byte(0)
	switch {
	case fits(d, "A9AAA|A99AAA|A999AAA"):
		year = d[0]
	case fits(d, "AAA9A|AAA99A|AAA999A"):
		year = d[len(d)-1]
	default:
		return fits(d, "A9|A99|A999|A9999|AA9|AA99|AA999|AA9999|AAA9|AAA99|AAA999|AAA9999|9A|99A|999A|9999A|9AA|99AA|999AA|9999AA|9AAA|99AAA|999AAA")
	}
	return year != 'I' && year != 'O' && year != 'U' && year != 'Z' && (year != 'Q' || year == d[0])
}
