package engine

import "bytes"

// asked is a member of events, at their root or in another one, that says what somebody
// agreed to, or in which such members are. The places of a policy are a tree.
type asked struct {
	name   string
	number int // distinct within the tree
	source int // that is told of here; -1 for none
	read   reader
	plain  bool // the configuration names the place of a dialect
	below  []*asked
}

// reader reads the value at text[i]; false says that it tells nothing.
type reader func(r *reading, at *asked, text []byte, i int) bool

// reading is what one object, an event or what is around a batch's events, says of
// consent and of integrations. Whoever says something twice must mean it twice: a
// category is granted when everything that speaks grants it.
type reading struct {
	h             *heeding
	granted       []bool // by category
	spoke, silent []bool // by source: some occurrence says something, some says nothing
	met           []bool // by number of asked: in the object being read
	marks         []mark // by category, for one value

	barred bool   // its integrations cannot be read
	closed bool   // All: false
	named  []mark // by destination
}

// mark is what is said of one name.
type mark uint8

const (
	yes mark = 1 << iota
	no
)

func (r *reading) reset(h *heeding) {
	if r.h != h {
		*r = reading{h: h, granted: make([]bool, len(h.categories)), spoke: make([]bool, h.sources), silent: make([]bool, h.sources),
			met: make([]bool, h.asked), marks: make([]mark, len(h.categories)), named: make([]mark, len(h.by))}
	}
	for i := range r.granted {
		r.granted[i] = true
	}
	clear(r.spoke)
	clear(r.silent)
	clear(r.named)
	r.barred, r.closed = false, false
}

// said tells whether anything is said of consent.
func (r *reading) said() bool {
	for _, s := range r.spoke {
		if s {
			return true
		}
	}
	return false
}

// allows tells whether what is said of consent is enough for a destination.
func (r *reading) allows(n *needs) bool {
	if !r.said() {
		return n.missing
	}
	for i, s := range r.spoke {
		if s && r.silent[i] && !n.missing {
			return false
		}
	}
	for _, c := range n.categories {
		if !r.granted[c] {
			return false
		}
	}
	return true
}

// object reads the object at text[i], which is at a place.
func (r *reading) object(text []byte, i int, at *asked) (end int) {
	for _, c := range at.below {
		r.met[c.number] = false
	}
	m := enter(text, i)
	for m.next() {
		r.member(&m, at)
	}
	r.leave(at)
	return m.start + 1
}

// member reads a member of an object that is at a place.
func (r *reading) member(m *members, at *asked) {
	for _, c := range at.below {
		if !m.is(c.name) {
			continue
		}
		r.met[c.number] = true
		if c.read != nil {
			if told := c.read(r, c, m.text, m.start); c.source >= 0 {
				r.spoke[c.source], r.silent[c.source] = r.spoke[c.source] || told, r.silent[c.source] || !told
			}
		}
		switch {
		case len(c.below) == 0:
		case m.text[m.start] == '{':
			m.end = r.object(m.text, m.start, c)
		case m.text[m.start] == 'n' && at == &r.h.root: // "context":null is no context
			r.leave(c)
		default:
			r.refuse(c)
		}
		return
	}
}

// leave notes that what was not met in an object at a place says nothing there.
func (r *reading) leave(at *asked) {
	for _, c := range at.below {
		if !r.met[c.number] {
			r.hush(c)
		}
	}
}

func (r *reading) hush(at *asked) {
	if at.source >= 0 {
		r.silent[at.source] = true
	}
	for _, c := range at.below {
		r.hush(c)
	}
}

// refuse takes what stands in the way of all places below one as a no.
func (r *reading) refuse(at *asked) {
	for _, c := range at.below {
		if c.source >= 0 {
			r.spoke[c.source] = true
			r.deny()
		}
		r.refuse(c)
	}
}

func (r *reading) deny() { clear(r.granted) }

// preferences reads Segment's context.consent.
func (r *reading) preferences(at *asked, text []byte, i int) bool {
	found := false
	if text[i] == '{' {
		m := enter(text, i)
		for m.next() {
			if m.is("categoryPreferences") {
				found = true
				r.booleans(text, m.start)
			}
		}
	}
	return found || r.other(at, text, i)
}

// other is asked about a value at the place of a dialect that is not as it has it. It
// grants nothing, unless the configuration looks there or in it.
func (r *reading) other(at *asked, text []byte, i int) bool {
	switch {
	case at.plain:
		return r.grants(at, text, i)
	case text[i] == '{' && len(at.below) > 0:
		return false
	}
	r.deny()
	return true
}

// management reads RudderStack's context.consentManagement: granted is what is allowed
// and not denied. How its sender would have several categories weighed is not asked:
// a destination needs all that the configuration names.
func (r *reading) management(at *asked, text []byte, i int) bool {
	allowed, denied := false, false
	if text[i] == '{' {
		m := enter(text, i)
		for m.next() {
			switch {
			case m.is("allowedConsentIds"):
				allowed = true
				r.allowed(text, m.start)
			case m.is("deniedConsentIds"):
				denied = true
				r.list(text, m.start, no)
			}
		}
	}
	switch {
	case !allowed && !denied:
		return r.other(at, text, i)
	case !allowed:
		r.deny()
	}
	return true
}

// allowed reads a list of what is granted, or an object whose names are that list, as
// the OneTrust integration of RudderStack writes it.
func (r *reading) allowed(text []byte, i int) {
	if text[i] != '{' {
		r.list(text, i, yes)
		return
	}
	clear(r.marks)
	m := enter(text, i)
	for m.next() {
		r.mark(&m, text[m.start] == 't' || text[m.start] == '"')
	}
	r.settle()
}

// grants reads what a configured path leads to.
func (r *reading) grants(_ *asked, text []byte, i int) bool {
	switch text[i] {
	case '{':
		r.booleans(text, i)
	case '"':
		var room [64]byte
		clear(r.marks)
		name, _ := stringAt(room[:0], text, i)
		r.say(name, yes)
		r.settle()
	default:
		r.list(text, i, yes)
	}
	return true
}

// booleans reads an object of categories.
func (r *reading) booleans(text []byte, i int) {
	if text[i] != '{' {
		r.deny()
		return
	}
	clear(r.marks)
	m := enter(text, i)
	for m.next() {
		r.mark(&m, text[m.start] == 't')
	}
	r.settle()
}

// mark notes what a member says of the category that it is named after.
func (r *reading) mark(m *members, granted bool) {
	var room [64]byte
	said := no
	if granted {
		said = yes
	}
	r.say(m.name(room[:0]), said)
}

func (r *reading) say(category []byte, said mark) {
	if c, known := r.h.categories[string(category)]; known {
		r.marks[c] |= said
	}
}

// settle leaves granted what the marks grant as well.
func (r *reading) settle() {
	for c, m := range r.marks {
		r.granted[c] = r.granted[c] && m == yes
	}
}

// list reads an array of categories: those that are granted (yes) or those that are
// not. Anything else than an array of strings denies all.
func (r *reading) list(text []byte, i int, said mark) {
	if text[i] != '[' {
		r.deny()
		return
	}
	var room [64]byte
	clear(r.marks)
	m := enter(text, i)
	for m.next() {
		name, ok := stringAt(room[:0], text, m.start)
		if !ok {
			r.deny()
			return
		}
		r.say(name, said)
	}
	if said == yes {
		r.settle()
		return
	}
	for c, m := range r.marks {
		r.granted[c] = r.granted[c] && m == 0
	}
}

// all is the name in integrations for those that it does not name.
var all = []byte("All")

// integrations reads which destinations an object is for. Names are compared without
// regard to case. What is neither an object nor null says that it is for none: nobody
// can tell what its sender meant.
func (r *reading) integrations(_ *asked, text []byte, i int) bool {
	switch text[i] {
	case 'n':
		return false
	case '{':
	default:
		r.barred = true
		return false
	}
	m := enter(text, i)
	for m.next() {
		var room [64]byte
		name, said := m.name(room[:0]), no // what nobody can read lets nobody have it
		switch text[m.start] {
		case 't', '{':
			said = yes
		case 'n':
			said = 0
		}
		for i := range r.h.names {
			if to := &r.h.names[i]; bytes.EqualFold(name, to.name) {
				r.named[to.destination] |= said
			}
		}
		r.closed = r.closed || said == no && bytes.EqualFold(name, all)
	}
	return false
}

// lets tells whether integrations name a destination as one that may have an event.
func (r *reading) lets(d int) bool { return r.named[d]&yes != 0 }

// bars tells whether integrations keep an event from a destination.
func (r *reading) bars(d int) bool {
	return r.barred || r.named[d]&no != 0 || r.closed && r.named[d]&yes == 0
}
