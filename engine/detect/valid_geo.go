package detect

import (
	"bytes"
	"unicode/utf8"
)

// validLatLong takes two decimals within range, or two angles in degrees, minutes and
// seconds with their directions.
func validLatLong(v []byte) bool {
	if v[0] == '(' || v[0] == '[' {
		n := len(v) - 1
		if n == 0 || v[n] != v[0]+1 && v[n] != v[0]+2 { // the other bracket in ASCII
			return false
		}
		v = v[1:n]
	}
	return validPair(v) || validAngles(v)
}

// validPair takes two decimals apart by a comma, semicolon or space, within range.
func validPair(v []byte) bool {
	k := bytes.IndexAny(v, ",; ")
	if k <= 0 {
		return false
	}
	a, ok1 := degrees(v[:k])
	b, ok2 := degrees(bytes.TrimLeft(v[k:], ",; "))
	return ok1 && ok2 && a <= 90 && b <= 180
}

// degrees reads a signed decimal and returns its size, rounded up.
func degrees(v []byte) (size int, ok bool) {
	if len(v) > 0 && (v[0] == '+' || v[0] == '-') {
		v = v[1:]
	}
	n := run(v, 0, setDigit)
	if n == 0 || n > 3 || n > 1 && v[0] == '0' {
		return 0, false
	}
	size = number(v[:n])
	if n == len(v) {
		return size, true
	}
	if v[n] != '.' || !allDigits(v[n+1:]) || len(v) > 32 {
		return 0, false
	}
	for _, c := range v[n+1:] {
		if c != '0' {
			return size + 1, true
		}
	}
	return size, true
}

// validAngles takes a latitude and a longitude in degrees, minutes and seconds.
func validAngles(v []byte) bool {
	if len(v) > 64 {
		return false
	}
	axis, top, n := angle(v)
	if axis != 'N' && axis != 'S' || top > 90 {
		return false
	}
	axis, top, m := angle(bytes.TrimLeft(v[n:], ",; "))
	return (axis == 'E' || axis == 'W') && top <= 180 && len(bytes.TrimLeft(v[n:], ",; ")) == m
}

// angle reads an angle at the front of v, its direction first or last, and returns
// the direction, the degrees rounded up and its length; 0 when there is none.
func angle(v []byte) (axis byte, size, end int) {
	i, groups, rest := 0, 0, false
	leading := direction(at(v, 0)) != 0
	if leading {
		axis, i = direction(v[0]), 1
	}
	for i < len(v) {
		if isDigit(v[i]) {
			e := run(v, i, setDigit)
			x := 0
			if e-i <= 3 {
				x = number(v[i:e])
			}
			switch {
			case groups == 0 && e-i <= 3:
				size = x
			case groups == 0 || groups > 3 || groups < 3 && e-i <= 2 && x >= 60:
				return 0, 0, 0
			default:
				rest = rest || x > 0 || e-i > 3
			}
			groups++
			i = e
			continue
		}
		if leading && groups > 1 && (v[i] == ',' || v[i] == ';' || v[i] == ' ') {
			break
		}
		if a := direction(v[i]); a != 0 && !leading && groups > 0 {
			axis = a
			i++
			break
		}
		r, n := utf8.DecodeRune(v[i:])
		if !holds(" .:'\"°º′″’”", r) {
			return 0, 0, 0
		}
		i += n
	}
	if groups < 2 {
		return 0, 0, 0
	}
	if rest {
		size++
	}
	return axis, size, i
}

// direction is N, S, E or W for their letters, 0 for other bytes.
func direction(c byte) byte {
	switch c = upper(c); c {
	case 'N', 'S', 'E', 'W':
		return c
	}
	return 0
}
