package engine

import (
	"slices"

	"github.com/eventveil/eventveil/engine/catalog"
)

// part is a value of a body as it came: what destinations that get only what is
// approved are asked about, whether something was found there or not.
type part struct {
	n          *node
	prev       *node // the last member's node while the part is being read
	member     int   // where the member or element begins that holds the value
	start, end int
	up         int     // index of the container, -1 for a document
	event      int     // or Envelope
	first      int     // in.about[first:stop] are the findings on all of the value
	stop       int     // and on its name
	ruling     *Ruling // on a scalar that no finding is about, when its path may be asked about
	scalar     bool
	whole      bool // it is an event
	frame      bool // it holds events, and stays
}

// outline reads the body once more and fills in.parts, outermost first. The body is
// valid, and its names are in the cache.
func (in *Inspector) outline() {
	in.about = in.about[:0]
	sorted := true
	for i := range in.finds[:in.bodyFinds] {
		if f := &in.finds[i]; f.layer == 0 && (f.kind == spanMember || f.kind == spanKey) {
			sorted = sorted && (len(in.about) == 0 || in.finds[in.about[len(in.about)-1]].member <= f.member)
			in.about = append(in.about, i)
		}
	}
	if !sorted { // a sibling's name has been found to be its
		slices.SortFunc(in.about, func(a, b int) int { return in.finds[a].member - in.finds[b].member })
	}
	b := in.layers[0].text
	o := outliner{in: in, b: b, none: in.engine.eventClass(nil)}
	for i := 0; i < len(b); i = skipSpace(b, i) {
		i = o.document(i)
	}
}

// outliner is a walk that fills in.parts.
type outliner struct {
	in    *Inspector
	b     []byte
	event int // the next one
	about int // the next finding
	none  int // the class of no event
}

// document reads the document at i and returns where it ends.
func (o *outliner) document(i int) int {
	in, b := o.in, o.b
	n, member, up := in.cache.root(in.format), i, -1
	for {
		i = skipSpace(b, i)
		k := o.part(n, member, i, up)
		if b[i] == '{' || b[i] == '[' {
			up = k
			i = skipSpace(b, i+1)
		} else {
			i = skipValue(b, i)
			in.parts[k].end = i
			if up < 0 {
				return i
			}
			i = skipSpace(b, i)
		}
		for b[i] == '}' || b[i] == ']' {
			i++
			in.parts[up].end = i
			if up = in.parts[up].up; up < 0 {
				return i
			}
			i = skipSpace(b, i)
		}
		if b[i] == ',' {
			i = skipSpace(b, i+1)
		}
		member = i
		if p := &in.parts[up]; b[p.start] == '[' {
			n = in.cache.element(p.n, in.format)
		} else {
			n, i = o.name(p, i+1)
		}
	}
}

// name returns the node of the member of p whose name stands at i, without its quote,
// and where the member's value is.
func (o *outliner) name(p *part, i int) (*node, int) {
	guess := &p.n.first
	if p.prev != nil {
		guess = &p.prev.next
	}
	n := guess.Load()
	if n != nil && n.begins(o.b[i:]) {
		i += len(n.text)
	} else {
		stop, _, _ := scanString(o.b, i)
		n = o.in.cache.child(p.n, o.b[i:stop], o.in.format)
		i = stop + 1
	}
	p.prev = n
	return n, skipSpace(o.b, i) + 1
}

// part adds the value at start, its findings and the ruling on it.
func (o *outliner) part(n *node, member, start, up int) int {
	in := o.in
	p := part{n: n, member: member, start: start, up: up, event: Envelope}
	p.scalar = o.b[start] != '{' && o.b[start] != '['
	switch {
	case n.flags&isEvent != 0, up < 0 && in.alone:
		p.event, p.whole = o.event, true
		o.event++
	case up >= 0:
		p.event = in.parts[up].event
		p.frame = n.flags&isBatch != 0 && o.b[start] == '['
	default:
		p.frame = true
	}
	p.first = o.about
	found := false
	for o.about < len(in.about) && in.finds[in.about[o.about]].member == member {
		found = found || in.finds[in.about[o.about]].kind == spanMember
		o.about++
	}
	p.stop = o.about
	if p.scalar && !found && n.path != "" { // what has no path is no data point
		class, name := o.none, []byte(nil)
		if p.event >= 0 {
			class, name = in.events[p.event].class, in.events[p.event].name
		}
		p.ruling = in.engine.decide(n, catalog.None, catalog.Green, in.source, class, name)
	}
	in.parts = append(in.parts, p)
	return len(in.parts) - 1
}
