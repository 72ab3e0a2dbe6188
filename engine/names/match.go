package names

import (
	"slices"
	"strings"
	"unicode"

	"github.com/eventveil/eventveil/engine/catalog"
)

// Anywhere is the parent of a field whose surroundings are not known.
const Anywhere = ""

// Matcher recognises names. It is immutable and safe for concurrent use.
type Matcher struct {
	*lexicon
	own map[string]catalog.ID   // the policy's names, folded and joined
	not map[string][]catalog.ID // names that do not mean these types
	// similar are the policy's names that also tell inside longer ones and misspelt.
	similar []similar
}

type similar struct {
	words []string
	typ   catalog.ID
}

// New makes a Matcher of the built-in lexicon and the entries that a policy adds;
// these win.
func New(extra []Entry) *Matcher {
	m := &Matcher{lexicon: builtin(), own: map[string]catalog.ID{}, not: map[string][]catalog.ID{}}
	for _, e := range extra {
		words := split(e.Key)
		name := strings.Join(words, "")
		if e.Not {
			m.not[name] = append(m.not[name], e.Type)
			continue
		}
		m.own[name] = e.Type
		if e.Similar {
			m.similar = append(m.similar, similar{words, e.Type})
		}
	}
	return m
}

// Match tells what a name says. parents are the names of the objects around it,
// outermost first, as they are in the document, without arrays; a single parent
// Anywhere says that they are not known. A name that holds a path ("user.email",
// "card[number]") is taken for one.
func (m *Matcher) Match(parents []string, key string) Verdict {
	if len(key) > maxKey {
		return Verdict{}
	}
	name := strings.Join(split(key), "")
	if id, ok := m.own[name]; ok {
		return Verdict{Type: id, How: Exact}
	}
	if id, ok := m.alike(split(key)); ok {
		return Verdict{Type: id, How: Fuzzy}
	}
	around, last := parents, key
	if steps := path(key); len(steps) > 1 {
		around, last = append(slices.Clone(parents), steps[:len(steps)-1]...), steps[len(steps)-1]
	}
	v := m.builtin(around, last)
	if v == (Verdict{}) && last != key {
		v = m.builtin(parents, key) // "first.name"
	}
	if slices.Contains(m.not[name], v.Type) {
		return Verdict{}
	}
	return v
}

// path is the steps of a name that holds a path, without indexes.
func path(key string) []string {
	steps := strings.FieldsFunc(key, isStep)
	return slices.DeleteFunc(steps, func(s string) bool { return !strings.ContainsFunc(s, unicode.IsLetter) })
}

func isStep(r rune) bool { return r == '.' || r == '[' || r == ']' || r == '/' || r == ':' }

// builtin is Match without the policy's names.
func (m *Matcher) builtin(parents []string, key string) Verdict {
	raw := split(key)
	if len(raw) == 0 {
		return Verdict{}
	}
	around := make([]string, len(parents))
	for i, p := range parents {
		if i == 0 && strings.HasPrefix(p, "$") {
			around[i] = p // a transport value's
			continue
		}
		around[i] = strings.Join(split(p[:min(len(p), maxKey)]), "")
	}
	if v, ok := dialect(around, strings.Join(raw, "")); ok {
		return v
	}
	ps := m.parse(raw)
	place := m.surroundings(parents, around)
	p, ok := judge(ps)
	if ok && !place.allow(p, len(ps)) {
		ok = false
	}
	if place.name != "" {
		together, known := m.phrase(place.name + strings.Join(raw, ""))
		switch {
		case known && (together.typ != catalog.None || together.roles&none != 0) && together.rank != weak:
			// {"job":{"title":…}}
			ps = []piece{{sense: together}}
			p, ok = judge(ps)
		case !ok && open(ps):
			ps = m.parse(append(split(parents[len(parents)-1]), raw...))
			p, ok = judge(ps)
			ok = ok && place.allow(p, 1)
		}
	}
	if !ok {
		return Verdict{Thing: aThing(ps)}
	}
	switch {
	case p.fuzzy:
		p.how = Fuzzy
	case len(ps) > 1:
		p.how = Synonym
	}
	return Verdict{Type: p.typ, How: p.how, Thing: p.typ == catalog.OrderRef || p.typ == catalog.Commerce}
}

// aThing tells names that end in a thing or in an identifier.
func aThing(ps []piece) bool {
	return len(ps) > 0 && ps[len(ps)-1].roles&(thing|ref) != 0
}

// surroundings is what the nearest parent says of a field.
type surroundings struct {
	name    string // folded and joined
	known   bool
	human   bool // a person, or what belongs to one
	thing   bool // has names and measures that are no person's
	unknown bool // has a word that the lexicon does not know
}

func (m *Matcher) surroundings(parents, around []string) surroundings {
	if len(around) == 0 {
		return surroundings{known: true}
	}
	if around[len(around)-1] == Anywhere {
		return surroundings{}
	}
	s := surroundings{known: true, name: around[len(around)-1]}

	ps := m.parse(split(parents[len(parents)-1]))
	for i := range ps {
		s.unknown = s.unknown || ps[i].unknown
		s.thing = s.thing || ps[i].roles&thing != 0 && ps[i].roles&owner == 0
	}
	if n := len(ps); n > 0 {
		s.human = ps[n-1].roles&human != 0
		s.thing = s.thing || ps[n-1].roles&thing != 0
	}
	return s
}

// allow tells whether a field there can be a person's p.
func (s surroundings) allow(p piece, pieces int) bool {
	switch {
	case !s.known || s.human || p.rank == strong:
		return true
	case p.rank == weak && somebody[p.typ] && pieces == 1:
		return false
	case personal[p.typ]:
		return !s.thing && !(s.unknown && p.rank == weak)
	}
	return true
}

// alike looks for the policy's names inside a longer name, and misspelt.
func (m *Matcher) alike(words []string) (catalog.ID, bool) {
	for _, s := range m.similar {
		want := strings.Join(s.words, "")
		for from := range words {
			got := ""
			for _, w := range words[from:] {
				if got += w; got == want || len(want) >= minFuzzy-1 && got != "" && oneSlip(got, want) {
					return s.typ, true
				}
			}
		}
	}
	return catalog.None, false
}
