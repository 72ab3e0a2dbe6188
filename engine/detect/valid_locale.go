package detect

// Documents and postal codes that every country writes in its own way. A pattern
// is a list of forms: 'A' stands for a letter, '9' for a digit, '*' for either,
// any other character for itself; forms are apart by a bar.

// passportForms are the numbers on the data page (ICAO 9303 part 4; the issuers).
var passportForms = map[string]string{
	"AM": "AA9999999", "AR": "AAA999999", "AT": "A9999999|AA9999999", "AU": "A9999999|AA9999999", "AZ": "A99999999|A9999999", "BE": "AA999999", "BG": "999999999",
	"BR": "AA999999", "BY": "AA9999999", "CA": "AA999999|A999999AA", "CH": "A9999999", "CN": "G99999999|E99999999|EA9999999|D99999999|S99999999|P99999999",
	"CY": "A999999|A99999999", "CZ": "99999999", "DK": "999999999", "DZ": "999999999", "EE": "A9999999|AA9999999",
	"ES": "**999999|***999999", "FI": "AA9999999", "FR": "99AA99999", "GB": "999999999|AA9999999", "GR": "AA9999999", "HR": "999999999", "HU": "AA999999|AA9999999",
	"IE": "**9999999", "IN": "A9999999", "ID": "A9999999|AA999999|A999999", "IR": "A99999999", "IS": "a9999999", "IT": "**9999999", "JM": "a9999999",
	"JP": "AA9999999", "KR": "A99999999|A999A9999", "KZ": "A9999999|A99999999", "LI": "A99999", "LT": "********", "LU": "********", "LV": "**9999999", "LY": "********",
	"MT": "9999999", "MZ": "AA9999999|99AA99999", "MY": "A99999999", "MX": "9999999999|99999999999|A99999999", "NL": "AA******9", "NZ": "la999999|ld999999|lf999999|lh999999|ea999999|ep999999|n999999", "PH": "A9999999A|AA999999|AA9999999",
	"PK": "AA9999999", "PL": "AA9999999", "PT": "A999999|AA999999", "RO": "99999999|999999999", "RU": "999999999|9999999999", "SE": "99999999|aa999999",
	"SL": "AA999999|AA9999999|A9999999", "SK": "*9999999|AA9999999", "TH": "A999999|A9999999|AA999999|AA9999999", "TR": "A99999999", "UA": "AA999999", "US": "999999999|A99999999", "ZA": "a99999999|d99999999|m99999999|t99999999",
}

// postalForms are the codes of countries that are often met.
var postalForms = map[string]string{
	"AT": "9999", "AU": "9999", "BE": "9999", "BR": "99999-999|99999999", "CA": "A9A 9A9|A9A9A9|A9A-9A9", "CH": "9999", "CZ": "99999|999 99", "DE": "99999",
	"DK": "9999|DK-9999", "ES": "99999", "FI": "99999|FI-99999", "FR": "99999|99 999", "IN": "999999|999 999", "IT": "99999", "JP": "999-9999|9999999", "NL": "9999 AA|9999AA|NL-9999AA|NL-9999 AA",
	"NO": "9999|N-9999|NO-9999", "PL": "99-999|99999", "PT": "9999-999|9999", "RU": "999999", "SE": "99999|999 99|SE-999 99|S-999 99|SE-99999", "US": "99999|99999-9999|999999999",
}

// fits tells whether v is written in one of the forms.
func fits(v []byte, forms string) bool {
	for len(forms) > 0 {
		n := 0
		for n < len(forms) && forms[n] != '|' {
			n++
		}
		if fitsForm(v, forms[:n]) {
			return true
		}
		forms = forms[min(n+1, len(forms)):]
	}
	return false
}

func fitsForm(v []byte, form string) bool {
	if len(v) != len(form) {
		return false
	}
	for i, c := range v {
		ok := false
		switch form[i] {
		case 'A':
			ok = isLetter(c)
		case '9':
			ok = isDigit(c)
		case '*':
			ok = isAlnum(c)
		default:
			ok = upper(c) == upper(form[i])
		}
		if !ok {
			return false
		}
	}
	return true
}

// country is the country of a locale in upper case: "de_AT" and "at" are AT, "uk"
// is GB. ok is false when it names none.
func country(locale string) (code [2]byte, ok bool) {
	n := len(locale)
	if n < 2 || n > 2 && locale[n-3] != '_' && locale[n-3] != '-' {
		return code, false
	}
	code = [2]byte{upper(locale[n-2]), upper(locale[n-1])}
	if code == [2]byte{'C', 'A'} && n > 2 && hasLanguage(locale, "es") {
		code = [2]byte{'E', 'S'} // Catalonia
	}
	switch code {
	case [2]byte{'U', 'K'}:
		code = [2]byte{'G', 'B'}
	case [2]byte{'E', 'N'}, [2]byte{'Z', 'H'}, [2]byte{'J', 'A'}, [2]byte{'C', 'S'}, [2]byte{'D', 'A'}:
		return code, false // languages that are no country
	}
	return code, true
}

// hasLanguage tells whether a locale begins with a language.
func hasLanguage(locale, language string) bool {
	return len(locale) >= 2 && equalFold([]byte(locale[:2]), language)
}
