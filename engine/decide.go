package engine

import (
	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

// maxRulings is how many different rulings a node remembers; beyond it the rules are
// asked each time.
const maxRulings = 64

// Ruling is what people and the rules say of a data point in events from a source
// that the rules do not tell apart. As long as an engine remembers it, it is the same
// one for all findings that it is about, so rulings can be counted by their pointers.
type Ruling struct {
	ID     uint64        // distinct within an engine
	Policy *rules.Policy // that it is by
	Path   string
	Source int              // index into Policy.Sources
	Found  catalog.ID       // as detection says; None for what a rule selects by its path
	Type   catalog.ID       // as people say, else as found
	Class  catalog.Class    // likewise
	By     []rules.Decision // by destination
	Drops  bool             // one of them drops the event

	typ   catalog.ID // what was asked about
	class catalog.Class
	event int
	muted bool // nothing is there after all, in these events or from this source
}

// Decide asks people and the rules about everything found, for every destination, and
// drops what they say is nothing in that event or from that source. source is an index
// into Policy.Sources. Call it once for each Inspect.
func (in *Inspector) Decide(source int) {
	in.source = source
	in.plans, in.parts, in.held, in.chosen = in.plans[:0], in.parts[:0], in.held[:0], in.chosen[:0]
	for range in.policy.Destinations {
		in.chosen = append(in.chosen, -1)
	}
	in.rulings, in.whole = in.rulings[:0], in.whole[:0]
	root := in.cache.root(in.format)
	for i := range in.events {
		e := &in.events[i]
		e.class = in.engine.eventClass(e.name)
		in.whole = append(in.whole, in.engine.decide(root, catalog.None, catalog.Green, source, e.class, e.name))
	}
	forget := false
	none := in.engine.eventClass(nil)
	for i := range in.finds {
		f := &in.finds[i]
		class, name := none, []byte(nil)
		if f.event >= 0 {
			class, name = in.events[f.event].class, in.events[f.event].name
		}
		r := in.engine.decide(f.n, f.typ, f.class, source, class, name)
		if r.muted {
			if !forget {
				forget = true
				in.gone = flags0(in.gone, len(in.finds))
			}
			if left := in.mute(f, class, name); left != nil {
				r = left
			} else {
				in.gone[i] = true
			}
		}
		f.typ, f.class = r.Type, r.Class
		in.rulings = append(in.rulings, r)
	}
	if forget {
		in.forget(in.gone)
	}
}

// decide returns the ruling on a point, remembered at the node.
func (e *Engine) decide(n *node, typ catalog.ID, class catalog.Class, source, event int, name []byte) *Ruling {
	known := n.rulings.Load()
	if known != nil {
		for _, r := range *known {
			if r.typ == typ && r.Source == source && r.event == event && r.class == class {
				return r
			}
		}
	}
	r := &Ruling{ID: e.ids.Add(1), Policy: e.policy, Path: n.path, Source: source, Found: typ, Type: typ, Class: class, typ: typ, class: class, event: event,
		By: make([]rules.Decision, len(e.policy.Destinations))}
	pt := rules.Point{Source: source, Event: string(name), Path: n.path, Type: typ, Class: class}
	r.muted = n.scoped && typ != catalog.None && e.policy.Muted(&pt)
	if v := e.policy.Verdict(n.path, typ, source); v != nil && !v.Ignored {
		r.Found, r.Type, r.Class = v.Found, v.Type, v.Class
		pt.Type, pt.Class, pt.Approved = v.Type, v.Class, v.Approved
	}
	for i := range r.By {
		pt.Destination = i
		r.By[i] = e.policy.Decide(&pt)
		r.Drops = r.Drops || r.By[i].Action.Kind == rules.Drop
	}
	var more []*Ruling
	if known != nil {
		more = append(more, *known...)
	}
	if len(more) < maxRulings {
		more = append(more, r)
		n.rulings.CompareAndSwap(known, &more) // a lost race costs one more question
	}
	return r
}

// eventClass maps an event's name to the class that the rules tell apart.
func (e *Engine) eventClass(name []byte) int {
	if !e.byEvent {
		return 0
	}
	e.eventsMu.RLock()
	c, ok := e.eventClasses[string(name)]
	e.eventsMu.RUnlock()
	if ok {
		return c
	}
	c = e.policy.EventClass(string(name))
	e.eventsMu.Lock()
	if len(e.eventClasses) >= maxEventNames {
		clear(e.eventClasses)
	}
	e.eventClasses[string(name)] = c
	e.eventsMu.Unlock()
	return c
}

// Decision is what the rules say of a finding for a destination.
func (in *Inspector) Decision(finding, destination int) rules.Decision {
	return in.rulings[finding].By[destination]
}

// Ruling is what was decided about a finding.
func (in *Inspector) Ruling(finding int) *Ruling { return in.rulings[finding] }

// EventRuling is what was decided about an event itself, whatever it holds.
func (in *Inspector) EventRuling(event int) *Ruling { return in.whole[event] }

// DropsEvents tells whether an event is dropped whatever it holds, for some destination.
func (in *Inspector) DropsEvents() bool {
	for _, r := range in.whole {
		if r.Drops {
			return true
		}
	}
	return false
}
