package pages

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// blanks are letters and symbols that look like nothing.
const blanks = "\u115f\u1160\u2800\u3164\uffa0"

// maxMarks is how many marks one letter may carry; more would cover the lines around.
const maxMarks = 3

// glyphs splits a text that somebody else chose into what is shown of it: a rune each,
// or ⟨U+202E⟩ for one that cannot be seen or turns the text around. Bytes that are no
// UTF-8 are ⟨FF⟩.
func glyphs(s string, yield func(string) bool) {
	marks := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		shown := s[i : i+size]
		if unicode.Is(unicode.M, r) {
			marks++
		} else {
			marks = 0
		}
		switch {
		case r == utf8.RuneError && size == 1:
			shown = fmt.Sprintf("⟨%02X⟩", s[i])
		case !unicode.IsPrint(r), marks > maxMarks, strings.ContainsRune(blanks, r), unicode.Is(unicode.Variation_Selector, r):
			shown = fmt.Sprintf("⟨U+%04X⟩", r)
		}
		if !yield(shown) {
			return
		}
		i += size
	}
}

// visible is a text that somebody else chose as it may be shown, see glyphs.
func visible(s string) string {
	var b strings.Builder
	for g := range func(yield func(string) bool) { glyphs(s, yield) } {
		b.WriteString(g)
	}
	return b.String()
}

// cut is visible for a place with room for n runes: what stands in the middle goes
// first, for both ends of a path say what it is.
func cut(s string, n int) string {
	if len(s) <= n && printable(s) {
		return s
	}
	var all []string
	width := 0
	for g := range func(yield func(string) bool) { glyphs(s, yield) } {
		all = append(all, g)
		width += utf8.RuneCountInString(g)
	}
	if width <= n {
		return strings.Join(all, "")
	}
	head, tail := 0, len(all)
	room := n - 1
	for used := 0; head < tail; head++ {
		if used += utf8.RuneCountInString(all[head]); used > room*2/3 {
			break
		}
	}
	for used := 0; tail > head; tail-- {
		if used += utf8.RuneCountInString(all[tail-1]); used > room/3 {
			break
		}
	}
	return strings.Join(all[:head], "") + "…" + strings.Join(all[tail:], "")
}

// printable tells whether a text is plain ASCII that can be seen, as nearly all are.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// The room that a name has in a table, and that its whole has in a tip.
const (
	nameRoom = 72
	tipRoom  = 600
)

// name is a path as a table shows it.
type name struct {
	Parts []string // a line may be broken between them; the dots are theirs
	Tip   string   // more of it when it was cut; "" when it is all there
}

func nameOf(path string) name {
	n := name{}
	short := cut(path, nameRoom)
	if short != path {
		n.Tip = cut(path, tipRoom)
	}
	n.Parts = strings.SplitAfter(short, ".")
	return n
}
