package engine

import "github.com/eventveil/eventveil/engine/catalog"

// plausible tells whether text can be what its field's name says. Only types whose
// names have another common meaning are doubted, and only what cannot be the type at
// all: a longitude or a card without digits, a session that is a moment in time.
func plausible(typ catalog.ID, text []byte) bool {
	switch typ {
	case catalog.Latitude, catalog.Longitude, catalog.CreditCard, catalog.CardPIN, catalog.CardCVV:
		return len(text) == 0 || hasDigit(text)
	case catalog.SessionID:
		return !isMillis(text)
	case catalog.PersonName, catalog.FirstName, catalog.LastName, catalog.Employer, catalog.Occupation:
		return !isNumber(text)
	}
	return true
}

func hasDigit(text []byte) bool {
	for _, c := range text {
		if c-'0' <= 9 || c >= 0x80 { // other scripts have digits too
			return true
		}
	}
	return false
}

// isNumber tells a run of at most 12 digits: an identifier, or a count.
func isNumber(text []byte) bool {
	for _, c := range text {
		if c-'0' > 9 {
			return false
		}
	}
	return len(text) > 0 && len(text) <= 12
}

// isMillis tells a time in milliseconds since 1970, from 2001 to 2033, which some
// SDKs number sessions by.
func isMillis(text []byte) bool {
	if len(text) != 13 || text[0] != '1' {
		return false
	}
	for _, c := range text {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}
