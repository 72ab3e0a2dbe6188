package names

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
)

// files are the lexicon: how fields are named, one file per language, as lines of
// "type: phrase, phrase". See the head of lexicon/en.txt for the notation.
//
//go:embed lexicon/*.txt
var files embed.FS

// rank says how much a phrase needs around it to mean its type.
type rank uint8

const (
	weak   rank = iota + 1 // means it beside words that add nothing
	medium                 // means it as the head of a name
	strong                 // means it wherever it stands
)

// role is what a word does for the words beside it. A word may do several things.
type role uint16

const (
	owner  role = 1 << iota // says whose or which
	filler                  // adds nothing
	flag                    // in front: makes the name one about a thing
	about                   // behind: makes the name one about a thing
	thing                   // has a name of its own, and is no person
	ref                     // an identifier or code of what stands before it
	human                   // is a person, or a group of them
	none                    // looks like something personal, and is not
	detail                  // behind a sensitive fact: tells more of it
	verb                    // anywhere in front: makes the name one about a thing
)

var roles = map[string]role{"owner": owner, "filler": filler, "flag": flag, "about": about, "thing": thing, "ref": ref, "human": human, "none": none, "detail": detail, "verb": verb}

// sense is what a phrase means.
type sense struct {
	typ       catalog.ID
	rank      rank
	how       How
	roles     role
	foreign   bool // not English
	headFirst bool // in this language the head of a name is its first word
}

// lexicon is all that is known of phrases, by their folded words joined.
type lexicon struct {
	phrases map[string]sense
	words   map[string]bool   // every folded word of a phrase
	english map[string]bool   // those of them that are English
	parts   map[string]bool   // those that compounds are made of
	roman   map[string]string // stem of a romanised word -> the Cyrillic stem
	near    *neighbors
	bones   map[string][]string
	class   []catalog.Class // by catalog.ID
	longest int             // words in a phrase
}

// headFirst are languages in which what stands behind a noun says which one it is.
const headFirst = " fr es it pt ca ro ru uk bg sr pl cs sk hr vi id ms ar he fa th el fil "

// builtin is the catalogue and the files. The files are part of the program: a
// mistake in them is found by the tests.
var builtin = sync.OnceValue(func() *lexicon {
	l := &lexicon{phrases: map[string]sense{}, words: map[string]bool{}, english: map[string]bool{}, parts: map[string]bool{}, roman: map[string]string{}}
	names, err := fs.Glob(files, "lexicon/*.txt")
	if err != nil {
		panic(err)
	}
	slices.SortFunc(names, func(a, b string) int { // English decides what others dispute
		return cmp.Or(cmp.Compare(b2i(b == "lexicon/en.txt"), b2i(a == "lexicon/en.txt")), cmp.Compare(a, b))
	})
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err == nil {
			err = l.load(strings.TrimSuffix(strings.TrimPrefix(name, "lexicon/"), ".txt"), string(text))
		}
		if err != nil {
			panic(fmt.Errorf("%s: %w", name, err))
		}
	}
	for _, t := range catalog.All() {
		l.class = append(l.class, t.Class)
	}
	for _, t := range catalog.All()[1:] {
		if t.ID == catalog.URLWithPII || t.ID == catalog.Flag || t.ID == catalog.Metric {
			continue // judged by their values
		}
		l.own(t)
		for _, s := range t.Synonyms {
			l.addNew(s, sense{typ: t.ID, rank: synonymRank(s), how: Synonym})
		}
	}
	l.index()
	return l
})

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ownRank is how much a type's own name says.
func ownRank(t catalog.Type) rank {
	if t.ID == catalog.UUID {
		return weak
	}
	if t.Class == catalog.Green || len(t.Name) <= 5 {
		return medium
	}
	return strong
}

// synonymRank is how much a synonym of the catalogue says that no lexicon ranks.
func synonymRank(s string) rank {
	if len(s) <= 4 && s[0] < utf8.RuneSelf {
		return weak
	}
	return medium
}

// load adds one language.
func (l *lexicon) load(language, text string) error {
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		head, rest, ok := strings.Cut(line, ":")
		if !ok {
			return fmt.Errorf("line %d: no colon", i+1)
		}
		s := sense{rank: medium, how: Synonym, foreign: language != "en", headFirst: strings.Contains(headFirst, " "+language+" ")}
		switch {
		case strings.HasSuffix(head, "!"):
			s.rank = strong
		case strings.HasSuffix(head, "?"):
			s.rank = weak
		}
		head = strings.TrimRight(head, "!?")
		if r, ok := roles[head]; ok {
			s = sense{roles: r}
		} else if s.typ, ok = catalog.Lookup(head); !ok {
			return fmt.Errorf("line %d: %q is no type and no role", i+1, head)
		}
		for _, p := range strings.Split(rest, ",") {
			if p = strings.TrimSpace(p); p == "" {
				continue
			}
			s := s
			if s.typ != catalog.None && s.foreign && len(p) <= 3 && p[0] < utf8.RuneSelf {
				s.rank = weak // three letters mean something else in English
				if _, known := l.phrases[p]; known {
					continue
				}
			}
			l.add(p, s)
			if spelled := germanic.Replace(p); spelled != p {
				l.add(spelled, s)
			}
		}
	}
	return nil
}

// own adds a type's own name. What the English lexicon says of it stays.
func (l *lexicon) own(t catalog.Type) {
	name := strings.Join(split(t.Name), "")
	s, ok := l.phrases[name]
	if !ok || s.typ != t.ID {
		l.phrases[name] = sense{}
		s = sense{typ: t.ID, rank: ownRank(t), roles: s.roles}
		l.add(t.Name, s)
	}
	s.how = Exact
	l.phrases[name] = s
}

// addNew adds a phrase that is not there yet.
func (l *lexicon) addNew(phrase string, s sense) {
	if _, ok := l.phrases[strings.Join(split(phrase), "")]; !ok {
		l.add(phrase, s)
	}
}

// add adds what a phrase means to what it meant: the first type stays, and when
// another language means something else it needs company.
func (l *lexicon) add(phrase string, s sense) {
	words := split(phrase)
	name := strings.Join(words, "")
	if name == "" {
		return
	}
	old, known := l.phrases[name]
	switch {
	case !known:
		l.phrases[name] = s
	case s.typ == catalog.None:
		old.roles |= s.roles
		l.phrases[name] = old
	case old.typ == catalog.None:
		if s.foreign {
			s.rank = weak // English decides what a word does to its neighbors
		}
		s.roles |= old.roles
		l.phrases[name] = s
	case old.typ == s.typ:
		old.rank = max(old.rank, s.rank)
		l.phrases[name] = old
	}
	l.longest = max(l.longest, len(words))
	for _, w := range words {
		l.words[w] = true
		if !s.foreign {
			l.english[w] = true
		}
		l.part(w, s)
		if w[0] >= utf8.RuneSelf {
			if roman := romanize.Replace(w); roman[0] < utf8.RuneSelf {
				if stem := latinStem(roman); len(stem) >= 4 && l.roman[stem] == "" {
					l.roman[stem] = w
				}
			}
		}
	}
	if len(words) > 1 {
		l.part(name, s)
	}
}

// part notes a word that others may be glued to.
func (l *lexicon) part(w string, s sense) {
	if n := letterCount(w); n >= 4 || n == 3 && (w[0] >= utf8.RuneSelf || s.rank == strong || s.roles&(owner|filler) != 0) || isIdeographic(w) {
		l.parts[w] = true
	}
}

// letterCount is the length of a word in letters.
func letterCount(w string) int { return utf8.RuneCountInString(w) }

// isIdeographic tells whether a word is written in a script in which one character
// may be a word, and which has no spaces between words.
func isIdeographic(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return r >= 0xe00 && r < 0xe80 || r >= 0x2e80
}
