package names

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// word is one word of a name as the lexicon knows it.
type word struct {
	text  string
	fuzzy bool // not as it was written
}

// read turns the words of a name into words of the lexicon: numbers go, plurals
// and romanised words become their stems, compounds their parts, and misspelt or
// shortened words what they were meant to be. What stays unknown stays as it is.
// With alone, words that mean something only in phrases count as unknown.
func (l *lexicon) read(raw []string, alone bool) []word {
	out := make([]word, 0, len(raw)+4)
	for _, w := range raw {
		switch {
		case l.words[w] && !alone || l.phrases[w] != (sense{}):
			out = append(out, word{text: w})
		case strings.Trim(w, "0123456789") == "" || len(w) == 1:
			// adds nothing; a phrase that has the number in it was found above
		default:
			out = l.unknown(out, w)
		}
	}
	return out
}

// unknown looks for what a word that is not in the lexicon may be.
func (l *lexicon) unknown(out []word, w string) []word {
	if ordinary[w] {
		return append(out, word{text: w})
	}
	if base, ok := l.singular(w); ok {
		return append(out, word{text: base})
	}
	if base := l.roman[latinStem(w)]; base != "" && len(w) >= 4 {
		return append(out, word{text: base})
	}
	near := ""
	if !l.words[w] {
		near = l.spell(w)
	}
	if near != "" && l.phrases[near].rank >= medium {
		return append(out, word{text: near, fuzzy: true})
	}
	if parts := l.compound(w); parts != nil {
		for _, p := range parts {
			out = append(out, word{text: p})
		}
		return out
	}
	if near != "" {
		return append(out, word{text: near, fuzzy: true})
	}
	if part := l.inside(w); part != "" {
		return append(out, word{text: w}, word{text: part, fuzzy: true})
	}
	return append(out, word{text: w})
}

func (l *lexicon) singular(w string) (string, bool) {
	for _, end := range [][2]string{{"ies", "y"}, {"es", ""}, {"s", ""}, {"en", ""}, {"n", ""}} {
		if base, ok := strings.CutSuffix(w, end[0]); ok && len(base) > 3 && l.words[base+end[1]] {
			return base + end[1], true
		}
	}
	return "", false
}

// maxCompound bounds the words that are taken apart, in bytes.
const maxCompound = 64

// compound takes a word apart into the fewest words of the lexicon; nil when it
// cannot be. In scripts without spaces every word is looked at so.
func (l *lexicon) compound(w string) []string {
	if len(w) < 6 || len(w) > maxCompound {
		return nil
	}
	type step struct{ from, parts int }
	best := make([]step, len(w)+1)
	for end := 1; end <= len(w); end++ {
		best[end].parts = -1
		for from := 0; from < end; from++ {
			if best[from].parts < 0 || !l.parts[w[from:end]] {
				continue
			}
			if n := best[from].parts + 1; best[end].parts < 0 || n < best[end].parts {
				best[end] = step{from, n}
			}
		}
	}
	if best[len(w)].parts < 2 || best[len(w)].parts > 5 {
		return nil
	}
	var parts []string
	for end := len(w); end > 0; end = best[end].from {
		parts = append(parts, w[best[end].from:end])
	}
	slices.Reverse(parts)
	return parts
}

// inside finds a word that tells wherever it stands, glued to something unknown.
func (l *lexicon) inside(w string) string {
	if len(w) > maxCompound {
		return ""
	}
	found := ""
	ascii := w[0] < utf8.RuneSelf
	for from := 0; from < len(w); from++ {
		for to := len(w); to > from+len(found) && to > from; to-- {
			part := w[from:to]
			if s := l.phrases[part]; s.rank >= medium && (!ascii && (letterCount(part) >= 5 || isIdeographic(part) && len(part) >= 6) || s.rank == strong && len(part) >= 7 || from == 1 && to == len(w) && (len(part) >= 4 || part == "zip")) {
				found = part
				break
			}
		}
	}
	return found
}
