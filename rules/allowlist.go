package rules

import "github.com/eventveil/eventveil/engine/catalog"

// decideListed decides a point for an allow-list. It passes only when it is approved: by
// the first matching rule that says which points it is about, or by people. A rule about
// everything approves nothing, but where it stands before it restricts what passes.
func (p *Policy) decideListed(pt *Point) Decision {
	broad := -1 // the first matching rule about everything
	for i := range p.Rules {
		r := &p.Rules[i]
		if !p.matches(r, pt) {
			continue
		}
		a := r.action(pt.Destination)
		switch {
		case r.explicit() && a.passes() && broad >= 0 && p.restricts(broad, pt.Destination):
			return p.decision(broad, pt.Destination)
		case r.explicit() || broad < 0 && !a.passes():
			return Decision{a, i}
		case broad < 0:
			broad = i
		}
	}
	switch d := p.Destinations[pt.Destination].Default; {
	case p.status(pt) != statusApproved:
		return Decision{block, -1}
	case broad >= 0:
		return p.decision(broad, pt.Destination)
	case d != nil && pt.Type != catalog.None && pt.Class != catalog.Green:
		return Decision{d, -1}
	}
	return Decision{allow, -1}
}

func (p *Policy) decision(rule, destination int) Decision {
	return Decision{p.Rules[rule].action(destination), rule}
}

// restricts tells whether a rule leaves less of a value than all.
func (p *Policy) restricts(rule, destination int) bool {
	k := p.Rules[rule].action(destination).Kind
	return k != Allow && k != Integrate
}

// passes tells whether an action leaves something of a value.
func (a *Action) passes() bool { return a.Kind != Block && a.Kind != Drop }

// HasAllowList tells whether some destination is an allow-list, so that every member of
// an event is a data point.
func (p *Policy) HasAllowList() bool {
	for i := range p.Destinations {
		if p.Destinations[i].AllowList {
			return true
		}
	}
	return false
}

// Heeds tells whether some destination asks what an event says of consent or integrations.
func (p *Policy) Heeds() bool {
	for i := range p.Destinations {
		if d := &p.Destinations[i]; d.Consent != nil || d.Integrations != nil {
			return true
		}
	}
	return false
}

// kindMember is the member by which Segment's events say what they are.
const kindMember = "type"

// emptyAllowLists warns of allow-lists to which no rule lets pass what an event is.
func (l *linker) emptyAllowLists() {
	p := l.policy
	for d := range p.Destinations {
		if !p.Destinations[d].AllowList || l.approves(d) {
			continue
		}
		l.warnf(l.destinations[d].node, "destination %[1]q is an allow-list, and no rule lets the member \"type\" pass to it, without which it cannot tell what an event is: "+
			"add a rule with all that it may have, {when: {path: [type, event, messageId, timestamp], destination: %[1]s}, action: allow}", p.Destinations[d].Name)
	}
}

// approves tells whether a rule may let the kind of an event pass to a destination.
func (l *linker) approves(destination int) bool {
	p := l.policy
	for i := range p.Rules {
		r := &p.Rules[i]
		if r.types == nil && r.classes == 0 && r.paths != nil && anyPath(r.paths, kindMember) &&
			(r.destinations == nil || r.destinations[destination]) && r.action(destination).passes() {
			return true
		}
	}
	return false
}
