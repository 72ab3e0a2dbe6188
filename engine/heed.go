package engine

import (
	"strings"

	"github.com/eventveil/eventveil/rules"
)

// Signals are what the headers of a request say of consent.
type Signals struct{ GPC, DNT bool }

// Hold is why an event is kept from a destination whatever it holds.
type Hold uint8

// Why an event is kept from a destination.
const (
	Free      Hold = iota // it is not
	NoConsent             // its sender did not agree to what the destination needs
	NotMeant              // its "integrations" say that it is not for the destination
)

// String is the word for it; "" for Free.
func (h Hold) String() string { return [...]string{"", "consent", "integrations"}[h] }

// heeding is what a policy's destinations ask of an event, whatever it holds.
type heeding struct {
	root       asked          // where events tell of it
	asked      int            // how many numbers of asked there are
	sources    int            // and of sources
	categories map[string]int // all that some destination needs
	changes    map[string]bool
	names      []receiver
	by         []needs // by destination
}

// receiver is a name by which "integrations" speak of a destination.
type receiver struct {
	name        []byte
	destination int
}

// needs is what one destination asks for.
type needs struct {
	categories   []int
	missing      bool // nothing said of consent is enough
	changes      bool // events that tell of a change of consent pass
	gpc, dnt     bool // the signal takes back some category
	integrations bool // they are heeded
}

// newHeeding is nil for a policy whose destinations ask for nothing.
func newHeeding(p *rules.Policy) *heeding {
	if !p.Heeds() {
		return nil
	}
	h := &heeding{categories: map[string]int{}, changes: map[string]bool{}, by: make([]needs, len(p.Destinations))}
	routed := false
	for i := range p.Destinations {
		d, n := &p.Destinations[i], &h.by[i]
		n.missing, n.changes, n.integrations = d.ConsentMissing, d.ConsentChanges, d.Integrations != nil
		for _, c := range d.Consent {
			if _, known := h.categories[c]; !known {
				h.categories[c] = len(h.categories)
			}
			n.categories = append(n.categories, h.categories[c])
			n.gpc, n.dnt = n.gpc || p.Consent.GPC.Denies(c), n.dnt || p.Consent.DNT.Denies(c)
		}
		for _, name := range d.Integrations {
			h.names = append(h.names, receiver{[]byte(name), i})
		}
		routed = routed || n.integrations
	}
	if routed {
		h.place("integrations").read = (*reading).integrations
	}
	if len(h.categories) > 0 {
		h.source("context.consent", (*reading).preferences)
		h.source("context.consentManagement", (*reading).management)
		for _, path := range p.Consent.Paths {
			h.source(path, (*reading).grants)
		}
		for _, name := range p.Consent.Changes {
			h.changes[name] = true
		}
	}
	return h
}

// place returns the place at a dotted path, made if it is not there yet.
func (h *heeding) place(path string) *asked {
	at := &h.root
next:
	for name := range strings.SplitSeq(path, ".") {
		for _, c := range at.below {
			if c.name == name {
				at = c
				continue next
			}
		}
		c := &asked{name: name, number: h.asked, source: -1}
		h.asked++
		at.below = append(at.below, c)
		at = c
	}
	return at
}

// source adds a place that consent is told of at.
func (h *heeding) source(path string, read reader) {
	at := h.place(path)
	if at.read != nil {
		at.plain = true
		return
	}
	at.read, at.source = read, h.sources
	h.sources++
}

// Heed asks every event of the body what its sender agreed to and which integrations it
// is for: Render then leaves out, for a destination, the events that it must not have
// for that. What a batch says of consent counts for those of its events that say nothing
// themselves, and what it says of integrations for all that do not let a destination have
// them by its name. Call it after Decide. It does nothing when no destination asks for
// consent or heeds integrations, nor in observe mode.
func (in *Inspector) Heed(s Signals) {
	h := in.engine.heeding
	in.held = in.held[:0]
	if h == nil || in.policy.Observe {
		return
	}
	body := in.layers[0].text
	own, around := &in.own, &in.around
	around.reset(h)
	in.split = in.split[:0]
	for i := range in.events {
		in.split = append(in.split, Span{in.events[i].start, in.events[i].end})
	}
	if b, any := in.beside(body, in.split); any {
		for b.next() {
			around.member(&b.members, &h.root)
		}
	}
	for i := range in.events {
		e := &in.events[i]
		own.reset(h)
		if body[e.start] == '{' {
			own.object(body, e.start, &h.root)
		}
		agreed := own
		if !own.said() {
			agreed = around
		}
		change := h.changes[string(e.name)] && in.namedChange(e)
		for d := range h.by {
			in.held = append(in.held, h.by[d].hold(agreed, own.bars(d) || around.bars(d) && !own.lets(d), change, s))
		}
	}
	in.holdBeside()
}

// hold decides about an event for a destination; barred is what integrations say.
func (n *needs) hold(agreed *reading, barred, change bool, s Signals) Hold {
	switch {
	case len(n.categories) == 0, n.changes && change:
	case s.GPC && n.gpc, s.DNT && n.dnt, !agreed.allows(n):
		return NoConsent
	}
	if n.integrations && barred {
		return NotMeant
	}
	return Free
}

// beside goes over the members beside the events of a batch, which lie at spans and
// are not read again; over none for a body that is no batch.
type beside struct {
	members
	batch string
	spans []Span
}

func (in *Inspector) beside(body []byte, spans []Span) (b beside, any bool) {
	i := skipSpace(body, 0)
	if !in.batch || in.format.Lines || body[i] != '{' {
		return b, false
	}
	return beside{enter(body, i), in.format.Batch, spans}, true
}

func (b *beside) next() bool {
	for b.members.next() {
		if b.text[b.start] != '[' || !b.is(b.batch) {
			return true
		}
		elements := enter(b.text, b.start)
		for elements.next() {
			elements.end, b.spans = b.spans[0].End, b.spans[1:]
		}
		b.end = elements.start + 1
	}
	return false
}

// namedChange tells whether all the names of an event whose name tells of a change of
// consent do so.
func (in *Inspector) namedChange(e *event) bool {
	body := in.layers[0].text
	m := enter(body, e.start)
	for m.next() {
		if !m.is(in.format.EventName[e.rank-1]) {
			continue
		}
		if name, ok := stringAt(nil, body, m.start); !ok || !in.engine.heeding.changes[string(name)] {
			return false
		}
	}
	return true
}

// Held is why Heed keeps an event from a destination; Free when it does not. What is
// beside the events, Envelope or Transport, is kept from it when all of them are.
func (in *Inspector) Held(event, destination int) Hold {
	if len(in.held) == 0 {
		return Free
	}
	if event < 0 {
		event = len(in.events)
	}
	return in.held[event*len(in.policy.Destinations)+destination]
}
