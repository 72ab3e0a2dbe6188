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

// validDate takes a day written with numbers: year first, or day and month in
// either order before a year of four digits.
func validDate(v []byte) bool {
	var part [3]int
	var width [3]int
	n := 0
	for i := 0; i < len(v); {
		if !isDigit(v[i]) {
			if c := v[i]; n == 0 || c != '-' && c != '.' && c != '/' && c != ' ' {
				return false
			}
			i++
			continue
		}
		begin := i
		i = run(v, i, setDigit)
		if n == 3 {
			return false
		}
		if n == 0 && i-begin == 8 && i == len(v) {
			return isDate(number(v[:4]), number(v[4:6]), number(v[6:])) || isDate(number(v[4:]), number(v[2:4]), number(v[:2]))
		}
		if i-begin > 4 {
			return false
		}
		part[n], width[n] = number(v[begin:i]), i-begin
		n++
	}
	switch {
	case n != 3:
		return false
	case width[0] == 4:
		return isDate(part[0], part[1], part[2])
	case width[2] == 4 || width[2] == 2:
		year := part[2]
		if width[2] == 2 {
			year += 2000
		}
		return isDate(year, part[1], part[0]) || isDate(year, part[0], part[1])
	}
	return false
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
