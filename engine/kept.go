package engine

import (
	"slices"

	"github.com/eventveil/eventveil/rules"
)

// holdBeside appends to in.held what holds for what stands beside the events, which goes
// where one of them goes, and forgets all of it when nothing is held.
func (in *Inspector) holdBeside() {
	if !slices.ContainsFunc(in.held, func(h Hold) bool { return h != Free }) {
		in.held = in.held[:0]
		return
	}
	n := len(in.policy.Destinations)
	for d := range n {
		h := in.held[d]
		for i := d + n; i < len(in.events)*n; i += n {
			h = min(h, in.held[i])
		}
		in.held = append(in.held, h)
	}
}

// Withholds tells whether Kept may be anything but Allow for some destination.
func (in *Inspector) Withholds(event int) bool {
	return len(in.held) > 0 || event == Transport && in.engine.plain
}

// Kept is what happens, before any rule, to all that is found in an event, Envelope or
// Transport on the way to a destination. It is Drop when the event is held; Block for
// transport values when all events are, or when the destination's format sends none of
// them; Allow when the rules alone decide.
func (in *Inspector) Kept(event, destination int) rules.ActionKind {
	held := in.Held(event, destination) != Free
	switch {
	case event == Transport && (held || in.policy.Destinations[destination].Format != rules.AsReceived):
		return rules.Block
	case held:
		return rules.Drop
	}
	return rules.Allow
}

// Done is what is done with a finding for a destination, where kept is what Kept says of
// its event. ruled is false when that is not as the ruling decides.
func (r *Ruling) Done(destination int, kept rules.ActionKind) (action rules.ActionKind, ruled bool) {
	action = r.By[destination].Action.Kind
	if kept == rules.Allow || kept == action || action == rules.Drop {
		return action, true
	}
	return kept, false
}
