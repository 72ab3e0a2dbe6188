package detect

import "unicode/utf8"

// foldRoom is the length in bytes of folded text that needs no allocation.
const foldRoom = 1024

// foldable tells whether text has a character that fold changes. Most non-ASCII
// texts have none: their letters pass as they are.
func foldable(text []byte) bool {
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if (c < 0x20 || c == 0x7f) && keep(c) < 0 {
				return true
			}
			i++
			continue
		}
		if c >= 0xc3 && c < 0xd9 && c != 0xcd {
			i += 2 // a letter of two bytes
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if n > 1 && foldRune(r) != r {
			return true
		}
		i += n
	}
	return false
}

// keep returns an ASCII byte, -1 for the control characters that hide in values.
func keep(c byte) rune {
	if c == '\t' || c == '\n' || c == '\r' || c >= 0x20 && c != 0x7f {
		return rune(c)
	}
	return -1
}

// foldRune maps a look-alike to its ASCII character, an invisible character to
// -1, any other to itself: full-width forms, digits of other scripts, dashes
// and spaces of typography, zero-width and direction marks.
func foldRune(r rune) rune {
	switch {
	case r < 0x80:
		return keep(byte(r))
	case r == 0xa0, r >= 0x2000 && r <= 0x200a, r == 0x2028, r == 0x2029, r == 0x202f, r == 0x205f, r == 0x3000:
		return ' '
	case r == 0xad, r == 0x34f, r == 0x61c, r == 0x180e, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e,
		r >= 0x2060 && r <= 0x206f, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0xfeff, r >= 0xe0000 && r <= 0xe01ef, r >= 0xfe00 && r <= 0xfe0f, r >= 0x80 && r < 0xa0:
		return -1
	case r >= 0x2010 && r <= 0x2015, r == 0x2212, r == 0xfe58, r == 0xfe63:
		return '-'
	case r >= 0xff01 && r <= 0xff5e:
		return r - 0xff01 + '!'
	case r == 0xfe6b:
		return '@'
	case r == 0x2024, r == 0xff61, r == 0xfe52:
		return '.'
	case r >= 0x660 && r <= 0x669:
		return r - 0x660 + '0'
	case r >= 0x6f0 && r <= 0x6f9:
		return r - 0x6f0 + '0'
	case r >= 0x966 && r <= 0xd6f && (r-0x966)&0x7f < 10: // Devanagari to Malayalam
		return (r-0x966)&0x7f + '0'
	case r >= 0xe50 && r <= 0xe59: // Thai
		return r - 0xe50 + '0'
	case r >= 0xed0 && r <= 0xed9: // Lao
		return r - 0xed0 + '0'
	case r >= 0x1040 && r <= 0x1049: // Myanmar
		return r - 0x1040 + '0'
	case r >= 0x17e0 && r <= 0x17e9: // Khmer
		return r - 0x17e0 + '0'
	case r >= 0x1d400 && r <= 0x1d6a3: // mathematical letters
		if r = (r - 0x1d400) % 52; r < 26 {
			return r + 'A'
		}
		return r - 26 + 'a'
	case r >= 0x1d7ce && r <= 0x1d7ff:
		return (r-0x1d7ce)%10 + '0'
	}
	return r
}

// fold appends text with its look-alikes replaced.
func fold(dst, text []byte) []byte {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		switch f := foldRune(r); {
		case r == utf8.RuneError && n <= 1, f == r:
			dst = append(dst, text[i:i+n]...)
		case f >= 0:
			dst = append(dst, byte(f))
		}
		i += n
	}
	return dst
}

// findFolded finds in the folded text and reports spans of the original one.
func findFolded(dst []Span, text []byte) []Span {
	var room [foldRoom]byte
	folded := room[:0]
	if len(text) > foldRoom {
		folded = make([]byte, 0, len(text))
	}
	folded = fold(folded, text)
	start := len(dst)
	dst = find(dst, folded, Classify(folded))
	if len(dst) == start {
		return dst
	}
	// The spans are in order, so one more walk maps all their ends.
	m := mapper{text: text}
	for i := start; i < len(dst); i++ {
		dst[i].Start, _ = m.to(dst[i].Start)
		_, dst[i].End = m.to(dst[i].End - 1)
	}
	return dst
}

// mapper walks a text in step with its folded form.
type mapper struct {
	text   []byte
	i      int // offset in text
	folded int // the same place in the folded text
}

// to returns where the character that holds byte k of the folded text starts
// and ends in the text. k must not decrease from call to call.
func (m *mapper) to(k int) (start, end int) {
	for {
		r, n := utf8.DecodeRune(m.text[m.i:])
		w := n
		switch f := foldRune(r); {
		case r == utf8.RuneError && n <= 1, f == r:
		case f >= 0:
			w = 1
		default:
			w = 0
		}
		if k < m.folded+w {
			if w == n {
				return m.i + k - m.folded, m.i + k - m.folded + 1
			}
			return m.i, m.i + n
		}
		m.i += n
		m.folded += w
	}
}
