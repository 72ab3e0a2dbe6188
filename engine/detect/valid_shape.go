package detect

import (
	"unicode"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
)

// shape is all that can be asked of values without a grammar: how long they are
// and which characters they hold.
type shape struct {
	low, top int // characters
	digits   int // least number of digits
	letters  int // least number of letters
	mostly   int // greatest number of digits
	extra    string
}

// shapes are the types told by their shape only.
var shapes = map[catalog.ID]shape{
	catalog.PersonName:    {1, 128, 0, 1, 2, " .,'’-()/&\"·`´"},
	catalog.FirstName:     {1, 64, 0, 1, 0, " .'’-()·`´"},
	catalog.LastName:      {1, 64, 0, 1, 0, " .,'’-()·`´"},
	catalog.MiddleName:    {1, 64, 0, 1, 0, " .'’-()·`´"},
	catalog.StreetAddress: {2, 256, 0, 1, 40, " .,'’-/#()&\n\r\"°:;+ºª–|"},
	catalog.Username:      {1, 64, 0, 1, 32, "._-@+"},
	catalog.UserAgent:     {3, 1024, 0, 1, 200, " ./;:,()_-+[]{}=@?&%!*#'\"|~<>"},
	catalog.PostalCode:    {2, 12, 2, 0, 11, " -"},
	catalog.Passport:      {6, 12, 2, 0, 12, " -"},
	catalog.DriverLicense: {4, 24, 2, 0, 20, " -./*"},
	catalog.LicensePlate:  {2, 32, 1, 0, 12, " -.·・"},
	catalog.BankAccount:   {5, 40, 5, 0, 34, " -./"},
	catalog.BRRG:          {7, 14, 6, 0, 10, " -."},
}

// valid tells whether v has the shape.
func (s shape) valid(v []byte) bool {
	n, digits, letters := 0, 0, 0
	for i := 0; i < len(v); {
		r, size := utf8.DecodeRune(v[i:])
		i += size
		n++
		switch {
		case r == utf8.RuneError && size <= 1:
			return false
		case r >= '0' && r <= '9' || r >= utf8.RuneSelf && unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r) || unicode.IsMark(r):
			letters++
		case !holds(s.extra, r):
			return false
		}
	}
	return n >= s.low && n <= s.top && digits >= s.digits && digits <= s.mostly && letters >= s.letters
}

// holds tells whether text has the character r.
func holds(text string, r rune) bool {
	for _, c := range text {
		if c == r {
			return true
		}
	}
	return false
}

// validDate takes a day of the calendar: year, month, day; or day and month in either
// order before a year of four or two digits. The month may be an English name.
func validDate(v []byte) bool {
	if len(v) == 8 && allDigits(v) {
		return isDate(number(v[:4]), number(v[4:6]), number(v[6:])) || isDate(number(v[4:]), number(v[2:4]), number(v[:2]))
	}
	var part, width [3]int
	named, n := -1, 0 // the part that is the name of a month; the parts so far
	for i := 0; i < len(v); {
		begin := i
		switch c := v[i]; {
		case isDigit(c) && n < 3:
			i = run(v, i, setDigit)
			if i-begin > 4 {
				return false
			}
			part[n], width[n] = number(v[begin:i]), i-begin
			n++
			i += ordinal(v[i:])
		case isLetter(c) && n < 3 && named < 0:
			for i < len(v) && isLetter(v[i]) {
				i++
			}
			if part[n] = month(v[begin:i]); part[n] == 0 {
				return false
			}
			named = n
			n++
		case n > 0 && (c == '-' || c == '.' || c == '/' || c == ' ' || c == ','):
			i++
		default:
			return false
		}
	}
	if n < 3 || named == 2 {
		return false
	}
	first, second, year := part[0], part[1], part[2]
	switch {
	case width[0] == 4:
		return isDate(first, second, year)
	case width[2] == 2:
		year += 2000
	case width[2] != 4:
		return false
	}
	switch named {
	case 0:
		return isDate(year, first, second)
	case 1:
		return isDate(year, second, first)
	}
	return isDate(year, second, first) || isDate(year, first, second)
}

// ordinal is the length of an English ending of ordinal numbers at the front of v, else 0.
func ordinal(v []byte) int {
	if len(v) < 2 || len(v) > 2 && isLetter(v[2]) {
		return 0
	}
	switch string([]byte{v[0] | 0x20, v[1] | 0x20}) {
	case "st", "nd", "rd", "th":
		return 2
	}
	return 0
}

// month is the number of the month with that English name or its first three or four
// letters, else 0.
func month(name []byte) int {
	if len(name) < 3 {
		return 0
	}
	for i, m := range [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"} {
		if len(name) > len(m) || len(name) > 4 && len(name) < len(m) {
			continue
		}
		n := 0
		for n < len(name) && name[n]|0x20 == m[n] {
			n++
		}
		if n == len(name) {
			return i + 1
		}
	}
	return 0
}

// validPassword takes whatever people may choose: at least four printable characters.
func validPassword(v []byte) bool {
	for _, c := range v {
		if c < 0x20 || c == 0x7f {
			return false
		}
	}
	return len(v) >= 4 && len(v) <= 256
}
