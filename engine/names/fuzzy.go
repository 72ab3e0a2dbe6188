package names

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
)

// minFuzzy is the length of the shortest word that is spelled right: one letter in
// six is a slip, one in four another word.
const minFuzzy = 6

// index prepares the lexicon for misspelt words: each long word under every form
// with one letter less (Garbe's symmetric delete), and under its consonants.
func (l *lexicon) index() {
	l.near, l.bones = newNeighbors(len(l.words)), map[string][]string{}
	for w, s := range l.phrases {
		if _, one := l.words[w]; !one && s.rank >= medium && len(w) >= 2*minFuzzy-4 && len(w) <= 24 && ascii(w) {
			l.slips(w)
		}
	}
	for w := range l.words {
		if len(w) < minFuzzy-1 || !ascii(w) {
			continue
		}
		l.slips(w)
	}
}

func (l *lexicon) slips(w string) {
	if len(w) >= minFuzzy {
		l.near.add(w)
	}
	if b := bones(w); len(b) >= 4 && b != w {
		l.bones[b] = append(l.bones[b], w)
	}
}

func ascii(w string) bool {
	return strings.IndexFunc(w, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// bones is a word without its vowels, the first letter aside.
func bones(w string) string {
	b := make([]byte, 1, len(w))
	b[0] = w[0]
	for i := 1; i < len(w); i++ {
		if strings.IndexByte("aeiou", w[i]) < 0 {
			b = append(b, w[i])
		}
	}
	return string(b)
}

// spell finds the lexicon's word that w is a misspelling of, or its consonants;
// "" when there is none, and when several are as near and mean different things.
func (l *lexicon) spell(w string) string {
	if !ascii(w) || len(w) > maxCompound {
		return ""
	}
	if len(w) >= 4 && bones(w) == w {
		if found := l.bones[w]; len(found) > 0 {
			plain := slices.DeleteFunc(slices.Clone(found), func(f string) bool { return l.phrases[f].typ != catalog.None || !l.words[f] })
			if len(plain) > 0 {
				return l.agree(plain) // "clckd" is no click id
			}
			return l.agree(found)
		}
	}
	if len(w) < minFuzzy-1 {
		return ""
	}
	var found []string
	for without := -1; without < len(w); without++ {
		found = l.near.appendTo(found, w, without)
	}
	return l.agree(found)
}

// agree picks one of several words: English ones first, as most names are, then what
// is personal, then what says most.
func (l *lexicon) agree(found []string) string {
	best, most := "", -1
	for _, w := range found {
		s := l.phrases[w]
		says := int(s.rank)
		if s.typ != catalog.None && l.class[s.typ] != catalog.Green {
			says += int(strong)
		}
		if l.english[w] {
			says += 2 * int(strong)
		}
		if says > most || says == most && w < best {
			best, most = w, says
		}
	}
	return best
}

// oneSlip tells whether a becomes b by one letter more, less or other, or two
// neighbours changing places (Damerau's four slips); the first letter must be right.
func oneSlip(a, b string) bool {
	if a[0] != b[0] {
		return false
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 1:
		return a[i:] == b[i+1:]
	case 0:
		return i == len(a) || a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
	}
	return false
}
