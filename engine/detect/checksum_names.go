package detect

import (
	"maps"
	"slices"
)

// checksums are the check digits that a value can be asked for by name.
var checksums = map[string]func(value []byte) bool{
	"ean": func(value []byte) bool {
		var room [maxChecked]byte
		v := checked(room[:0], value, false)
		return v != nil && ean(v)
	},
	"luhn": func(value []byte) bool {
		var room [maxChecked]byte
		v := checked(room[:0], value, false)
		return v != nil && luhn(v)
	},
	"mod11_10": func(value []byte) bool {
		var room [maxChecked]byte
		v := checked(room[:0], value, false)
		return v != nil && mod11_10(v)
	},
	"mod97": func(value []byte) bool {
		var room [maxChecked]byte
		v := checked(room[:0], value, true)
		return v != nil && mod97(0, v) == 1
	},
	"verhoeff": func(value []byte) bool {
		var room [maxChecked]byte
		v := checked(room[:0], value, false)
		return v != nil && verhoeff(v)
	},
}

// Checksum returns the check of a scheme of check digits: "luhn" (ISO/IEC 7812),
// "verhoeff", "mod11_10" and "mod97" (ISO 7064), "ean" (GTIN). The check is given a
// value as it was found: separators do not count, and letters only for mod97, where
// A is 10. ok is false for any other name; ChecksumNames lists them.
func Checksum(name string) (check func(value []byte) bool, ok bool) {
	check, ok = checksums[name]
	return check, ok
}

// ChecksumNames lists what Checksum knows, sorted.
func ChecksumNames() []string { return slices.Sorted(maps.Keys(checksums)) }

// maxChecked is the most letters and digits of a value with check digits.
const maxChecked = 128

// checked appends the digits of a value, and its letters in upper case where they
// count. It returns nil when there are fewer than two, or too many.
func checked(dst, value []byte, letters bool) []byte {
	for _, c := range value {
		if !isDigit(c) && !(letters && isAlnum(c)) {
			continue
		}
		if len(dst) == maxChecked {
			return nil
		}
		dst = append(dst, upper(c))
	}
	if len(dst) < 2 {
		return nil
	}
	return dst
}

// ean tells whether digits pass the check of EAN and GTIN: weights 3 and 1 from the right.
func ean(digits []byte) bool {
	sum, weight := 0, 1
	for i := len(digits) - 1; i >= 0; i-- {
		sum += digit(digits[i]) * weight
		weight = 4 - weight
	}
	return sum%10 == 0
}
