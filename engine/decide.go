package engine

import (
	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

// maxDecided is how many different answers a node remembers; beyond it the rules
// are asked each time.
const maxDecided = 64

// Decide asks the rules about everything found, for every destination, and drops
// what an override says is nothing in that event or from that source. source is an
// index into Policy.Sources. Call it once for each Inspect.
func (in *Inspector) Decide(source int) {
	in.source = source
	in.plans = in.plans[:0]
	in.answers, in.whole = in.answers[:0], in.whole[:0]
	root := in.cache.root(in.format)
	for i := range in.events {
		e := &in.events[i]
		e.class = in.engine.eventClass(e.name)
		answers, _ := in.engine.decide(root, catalog.None, catalog.Green, source, e.class, e.name)
		in.whole = append(in.whole, answers)
	}
	forget := false
	none := in.engine.eventClass(nil)
	for i := range in.finds {
		f := &in.finds[i]
		class, name := none, []byte(nil)
		if f.event >= 0 {
			class, name = in.events[f.event].class, in.events[f.event].name
		}
		answers, muted := in.engine.decide(f.n, f.typ, f.class, source, class, name)
		if muted {
			if !forget {
				forget = true
				in.gone = flags0(in.gone, len(in.finds))
			}
			var left bool
			answers, left = in.mute(f, class, name)
			in.gone[i] = !left
		}
		in.answers = append(in.answers, answers)
	}
	if forget {
		in.forget(in.gone)
	}
}

// decide returns a Decision for every destination, remembered at the node. muted
// tells that an override for some events or sources says that nothing is there.
func (e *Engine) decide(n *node, typ catalog.ID, class catalog.Class, source, event int, name []byte) (answers []rules.Decision, muted bool) {
	known := n.decisions.Load()
	if known != nil {
		for i := range *known {
			d := &(*known)[i]
			if d.typ == typ && d.source == source && d.event == event && d.class == class {
				return d.answers, d.muted
			}
		}
	}
	answers = make([]rules.Decision, len(e.policy.Destinations))
	pt := rules.Point{Source: source, Event: string(name), Path: n.path, Type: typ, Class: class}
	for i := range answers {
		pt.Destination = i
		answers[i] = e.policy.Decide(&pt)
	}
	muted = n.scoped && typ != catalog.None && e.policy.Muted(&pt)
	var more []decided
	if known != nil {
		more = append(more, *known...)
	}
	if len(more) < maxDecided {
		more = append(more, decided{typ, class, source, event, answers, muted})
		n.decisions.CompareAndSwap(known, &more) // a lost race costs one more question
	}
	return answers, muted
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
	return in.answers[finding][destination]
}

// EventDecision is what the rules say of an event itself, whatever it holds; only
// rules.Drop matters.
func (in *Inspector) EventDecision(event, destination int) rules.Decision {
	return in.whole[event][destination]
}
