package transform

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// year appends the year of a date: the only run of four digits, of a plausible
// century, in a value that is otherwise digits and separators.
func year(dst, value []byte) ([]byte, bool) {
	if len(value) > 40 {
		return dst, false
	}
	found := -1
	for i := 0; i < len(value); {
		if value[i] < '0' || value[i] > '9' {
			i++
			continue
		}
		end := i
		for end < len(value) && value[end] >= '0' && value[end] <= '9' {
			end++
		}
		if n := end - i; n == 4 || n == 8 && len(value) == 8 {
			if found < 0 && plausibleYear(value[i:i+4]) {
				found = i
			}
		}
		i = end
	}
	if found < 0 {
		return dst, false
	}
	return append(dst, value[found:found+4]...), true
}

func plausibleYear(v []byte) bool {
	y := string(v)
	return y >= "1850" && y <= "2100"
}

// coordinate appends a decimal number cut to one decimal place.
func coordinate(dst, value []byte) ([]byte, bool) {
	i := 0
	if i < len(value) && (value[i] == '-' || value[i] == '+') {
		i++
	}
	begin := i
	for i < len(value) && value[i] >= '0' && value[i] <= '9' {
		i++
	}
	if i == begin || i-begin > 3 {
		return dst, false
	}
	end := i
	if i < len(value) {
		if value[i] != '.' {
			return dst, false
		}
		i++
		for ; i < len(value); i++ {
			if value[i] < '0' || value[i] > '9' {
				return dst, false
			}
		}
		if end+1 < len(value) {
			end += 2
		}
	}
	return append(dst, value[:end]...), true
}

// coordinates appends a pair, each cut to one decimal place.
func coordinates(dst, value []byte) ([]byte, bool) {
	value = bytes.Trim(value, "()[]")
	k := bytes.IndexAny(value, ",; ")
	if k < 0 {
		return dst, false
	}
	dst, ok := coordinate(dst, bytes.TrimSpace(value[:k]))
	if !ok {
		return dst, false
	}
	return coordinate(append(dst, ','), bytes.TrimLeft(value[k:], ",; "))
}

// keptPostal is how many characters of a postal code stay readable.
const keptPostal = 3

// postalCode appends the first characters and '*' for each letter and digit after
// them. Of short codes at most half stays.
func postalCode(dst, value []byte) ([]byte, bool) {
	n := utf8.RuneCount(value)
	if n < 2 || n > 16 {
		return dst, false
	}
	kept := keptPostal
	if n < 2*keptPostal-1 {
		kept = n / 2
	}
	i := 0
	for range kept {
		_, size := utf8.DecodeRune(value[i:])
		i += size
	}
	dst = append(dst, value[:i]...)
	return mask(dst, 0, 0, value[i:]), true
}

// decade appends "30-39" for an age in years.
func decade(dst, value []byte) ([]byte, bool) {
	age, err := strconv.Atoi(string(value))
	if err != nil || age < 0 || age > 150 {
		return dst, false
	}
	dst = strconv.AppendInt(dst, int64(age/10*10), 10)
	dst = append(dst, '-')
	return strconv.AppendInt(dst, int64(age/10*10+9), 10), true
}

// twoDigitCodes are the country codes of two digits; 1 and 7 have one, all others three (ITU-T E.164).
const twoDigitCodes = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 "

// countryCode appends "+49***". A number whose country is not known is not understood.
func countryCode(dst, value []byte) ([]byte, bool) {
	var room [64]byte
	if len(value) > len(room) {
		return dst, false
	}
	e164 := phone(room[:0], value)
	if len(e164) < 8 || e164[0] != '+' || e164[1] == '0' {
		return dst, false
	}
	n := 3
	switch {
	case e164[1] == '1' || e164[1] == '7':
		n = 1
	case bytes.Contains([]byte(twoDigitCodes), append(append(make([]byte, 0, 3), e164[1:3]...), ' ')):
		n = 2
	}
	return append(append(dst, e164[:n+1]...), "***"...), true
}
