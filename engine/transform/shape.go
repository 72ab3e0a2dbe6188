package transform

import (
	"unicode"
	"unicode/utf8"
)

// maxShape and maxShapeRun bound a shape and a run of one character in it, in
// runes, the '…' that stands for what was cut included or behind the run.
const (
	maxShape    = 32
	maxShapeRun = 16
)

// Shape appends to dst what a value looks like without saying what it is:
// letters become 'a', upper-case ones 'A', digits '9', letters of scripts other
// than Latin and all other characters outside ASCII 'x'; ASCII punctuation and
// spaces stay, control characters become spaces. ada@example.com is
// aaa@aaaaaaa.aaa. Longer than 32 runes, or a run of one character longer than
// 16, is cut and ends in '…'. Bytes that are not UTF-8 are 'x' each.
//
// It does not allocate when dst has room.
func Shape(dst, value []byte) []byte {
	last, run := rune(-1), 0
	n, mark := 0, len(dst) // mark: where the last rune that may stand before a final '…' ends
	put := func(r rune) {
		dst = utf8.AppendRune(dst, r)
		if n++; n == maxShape-1 {
			mark = len(dst)
		}
	}
	for len(value) > 0 {
		r, size := utf8.DecodeRune(value)
		value = value[size:]
		if r != utf8.RuneError && (unicode.Is(unicode.M, r) || unicode.Is(unicode.Cf, r)) {
			continue // belongs to the letter before it, or cannot be seen
		}
		r = outline(r)
		if r != last {
			last, run = r, 0
		}
		switch run++; {
		case run == maxShapeRun+1:
			r = '…'
		case run > maxShapeRun+1:
			continue
		}
		if n == maxShape {
			return append(dst[:mark], "…"...)
		}
		put(r)
	}
	return dst
}

// outline is the character that stands for r in a shape.
func outline(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return 'a'
	case r >= 'A' && r <= 'Z':
		return 'A'
	case r >= '0' && r <= '9':
		return '9'
	case r > ' ' && r < 0x7f:
		return r
	case r <= ' ' || r == 0x7f || unicode.IsSpace(r):
		return ' '
	case unicode.IsNumber(r):
		return '9'
	case unicode.Is(unicode.Latin, r) && unicode.IsUpper(r):
		return 'A'
	case unicode.Is(unicode.Latin, r) && unicode.IsLetter(r):
		return 'a'
	}
	return 'x'
}
