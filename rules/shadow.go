package rules

import (
	"slices"

	"github.com/eventveil/eventveil/engine/catalog"
)

// shadowed warns of rules that can never decide, because earlier rules match all
// that they match. It asks for every destination by itself, and lets earlier
// rules share the types among them. What it claims is true; it may miss a rule
// that only many others together make useless.
func (l *linker) shadowed() {
	p := l.policy
	reach := make([]typeSet, len(p.Rules))
	for j := range p.Rules {
		reach[j] = l.reach(&p.Rules[j])
	}
	for j := range p.Rules {
		r := &p.Rules[j]
		wants := reach[j]
		if wants.empty() || r.destinations != nil && !slices.Contains(r.destinations, true) {
			continue // warned of by itself
		}
		by, alone, hidden := -1, true, len(p.Destinations) > 0
		for d := range p.Destinations {
			if r.destinations != nil && !r.destinations[d] {
				continue
			}
			last, one := l.covered(j, d, reach)
			if last < 0 {
				hidden = false
				break
			}
			alone = alone && one && (by < 0 || by == last)
			by = max(by, last)
		}
		switch {
		case hidden && alone:
			l.warnf(l.rules[j].node, "rule %q can never match: rule %q on line %d decides first", r.Name, p.Rules[by].Name, p.Rules[by].Line)
		case hidden:
			l.warnf(l.rules[j].node, "rule %q can never match: earlier rules, the last of them %q on line %d, decide first", r.Name, p.Rules[by].Name, p.Rules[by].Line)
		}
	}
}

// reach is the set of the types of points that a rule's class and type selectors
// accept; None among them for a rule that has neither.
func (l *linker) reach(r *Rule) typeSet {
	var s typeSet
	switch {
	case r.types != nil:
		s = r.types
		if r.classes != 0 {
			s = s.without(s.without(typesOfClass(l.policy.Types, r.classes)))
		}
	case r.classes != 0:
		s = typesOfClass(l.policy.Types, r.classes)
	default:
		for id := range l.policy.Types {
			s.add(catalog.ID(id))
		}
		s.add(catalog.None)
	}
	s = s.without(l.policy.off)
	if !r.aboutPoints() {
		s.add(catalog.ID(len(l.policy.Types))) // stands for the event itself, which has no type
	}
	return s
}

// covered tells whether the rules before rule j match, for destination d, every
// type that j reaches wherever j matches: last is the one that takes the last
// type away, alone whether it takes them all; -1 when some are left.
func (l *linker) covered(j, d int, reach []typeSet) (last int, alone bool) {
	p := l.policy
	last = -1
	r, wants := &p.Rules[j], reach[j]
	broad := false // for an allow-list: an earlier rule about everything that does not end it
	for i := range p.Rules[:j] {
		e := &p.Rules[i]
		if e.destinations != nil && !e.destinations[d] {
			continue
		}
		if p.Destinations[d].AllowList && !e.explicit() && r.explicit() {
			if broad = broad || e.action(d).passes(); broad {
				continue // r may approve what e only restricts
			}
		}
		if !coversStatus(e, r) || !coversSources(e, r) || !coversEvents(e, r) || !coversPaths(e, r) {
			continue
		}
		if reach[j].without(reach[i]).empty() {
			return i, true
		}
		if wants = wants.without(reach[i]); last < 0 && wants.empty() {
			last = i
		}
	}
	return last, false
}

func coversStatus(e, r *Rule) bool {
	const both = statusNew | statusApproved
	return e.status == 0 || e.status == both || r.status != 0 && r.status&^e.status == 0
}

func coversSources(e, r *Rule) bool {
	if e.sources == nil {
		return true
	}
	for i := range e.sources {
		if !e.sources[i] && (r.sources == nil || r.sources[i]) {
			return false
		}
	}
	return true
}

func coversEvents(e, r *Rule) bool {
	if e.events == nil {
		return true
	}
	// A '*' of the later pattern is compared as a character: only a '*' of the earlier one takes it.
	return r.events != nil && !slices.ContainsFunc(r.events, func(pattern string) bool { return !anyWildcard(e.events, pattern) })
}

func coversPaths(e, r *Rule) bool {
	if e.paths == nil {
		return true
	}
	return r.paths != nil && !slices.ContainsFunc(r.paths, func(g *pathGlob) bool {
		return !slices.ContainsFunc(e.paths, func(by *pathGlob) bool { return by.covers(g) })
	})
}

// shadowedSources warns of sources that an earlier one takes all requests from.
func (l *linker) shadowedSources() {
	sources := l.policy.Sources[1:]
	for j := range sources {
		for i := range sources[:j] {
			if sourceCovers(&sources[i], &sources[j]) {
				l.warnf(l.sources[j].node, "source %q can never match: source %q before it matches first", sources[j].Name, sources[i].Name)
				break
			}
		}
	}
}

// sourceCovers tells whether every request that b matches is matched by a.
func sourceCovers(a, b *Source) bool {
	if a.WriteKey != "" && a.WriteKey != b.WriteKey || a.Path != "" && (b.Path == "" || !pathCovers(a.Path, b.Path)) {
		return false
	}
	if a.Host != "" && a.Host != b.Host && a.Host != withoutPort(b.Host) {
		return false
	}
	for name, want := range a.Header {
		if got, ok := b.Header[name]; !ok || got != want {
			return false
		}
	}
	return true
}
