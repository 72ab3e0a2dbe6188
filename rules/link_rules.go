package rules

import (
	"slices"
	"strconv"

	"github.com/eventveil/eventveil/engine/catalog"
)

func (l *linker) linkRules() {
	lines := map[string]int{}
	for i := range l.rules {
		rc := &l.rules[i]
		l.twice(rc.nameNode, "the name of this rule", rc.name, lines)
		if rc.name == "" {
			rc.name = "rule " + strconv.Itoa(i+1)
		}
		r := Rule{Name: rc.name, Line: rc.line, classes: rc.classes, status: rc.status, paths: rc.paths, events: rc.events}
		l.selectTypes(rc, &r)
		l.selectSources(rc, &r)
		l.selectDestinations(rc, &r)
		l.act(rc, &r)
		l.policy.Rules = append(l.policy.Rules, r)
	}
}

func (l *linker) selectTypes(rc *ruleConfig, r *Rule) {
	p := l.policy
	if rc.types != nil {
		r.types = typeSet{0}
	}
	for _, t := range rc.types {
		id, ok := l.lookType(t, nil)
		if !ok {
			continue
		}
		r.types.add(id)
		switch class := p.Types[id].Class; {
		case p.off.has(id):
			l.warnf(t.node, "type %q is switched off under types and never found", p.Types[id].Name)
		case rc.classes != 0 && rc.classes&(1<<class) == 0:
			l.warnf(t.node, "type %q can never match here: its class is %s, which this rule does not select", p.Types[id].Name, class)
		default:
			p.selected.add(id)
		}
	}
	if rc.types == nil {
		for id := range typesOfClass(p.Types, rc.classes).all() {
			p.selected.add(id)
		}
	}
}

// typesOfClass lists the types that have one of the classes.
func typesOfClass(types []catalog.Type, classes uint8) (s typeSet) {
	for id := range types {
		if id != int(catalog.None) && classes&(1<<types[id].Class) != 0 {
			s.add(catalog.ID(id))
		}
	}
	return s
}

func (l *linker) selectSources(rc *ruleConfig, r *Rule) {
	if rc.sources != nil {
		r.sources = l.markSources(rc.sources)
	}
}

// markSources is the set of the sources that are named.
func (l *linker) markSources(list []text) []bool {
	names := make([]string, len(l.policy.Sources))
	for i, s := range l.policy.Sources {
		names[i] = s.Name
	}
	set := make([]bool, len(names))
	for _, t := range list {
		if i := slices.Index(names, t.string); i >= 0 {
			set[i] = true
		} else {
			l.unknown(t.node, "source", "", t.string, names, t.hidden)
		}
	}
	return set
}

func (l *linker) selectDestinations(rc *ruleConfig, r *Rule) {
	s := rc.destination
	if s == nil {
		return
	}
	in := make([]bool, len(l.policy.Destinations))
	r.destinations = in
	complete := true // every name was known, so that what is selected is what was meant
	switch {
	case s.byName:
		complete = l.mark(s.names, in)
	case s.byLabel:
		complete = l.markLabels(s.labels, in)
	default:
		for i := range in {
			in[i] = true
		}
	}
	if s.inv {
		out := make([]bool, len(in))
		names, labels := l.mark(s.not, out), l.markLabels(s.notLabels, out)
		complete = complete && names && labels
		for i := range in {
			in[i] = in[i] && !out[i]
		}
	}
	if complete && len(in) > 0 && !slices.Contains(in, true) && (s.byName && len(s.names) > 0 || s.byLabel || s.inv) {
		l.warnf(s.node, "rule %q can never match: it selects no destination", rc.name)
	}
}

// mark sets the destinations that are named; false when one is unknown.
func (l *linker) mark(names []text, set []bool) bool {
	ok := true
	for _, t := range names {
		if i := l.policy.Destination(t.string); i >= 0 {
			set[i] = true
			continue
		}
		ok = false
		var known []string
		for _, d := range l.policy.Destinations {
			known = append(known, d.Name)
		}
		l.unknown(t.node, "destination", "", t.string, known, t.hidden)
	}
	return ok
}

// markLabels sets the destinations that have one of the labels.
func (l *linker) markLabels(labels []text, set []bool) bool {
	ok := true
	for _, t := range labels {
		found := false
		var known []string
		for i, d := range l.policy.Destinations {
			known = append(known, d.Labels...)
			if slices.Contains(d.Labels, t.string) {
				set[i], found = true, true
			}
		}
		if !found {
			slices.Sort(known)
			l.unknown(t.node, "label", "", t.string, slices.Compact(known), t.hidden)
			ok = false
		}
	}
	return ok
}

// act completes the rule's action for every destination that it selects.
func (l *linker) act(rc *ruleConfig, r *Rule) {
	r.Action = allow
	a := rc.action
	if a == nil {
		return
	}
	r.Action = l.intern(a.Action)
	if a.key.node != nil && l.lookKey(a.key) == nil {
		return
	}
	same := true
	r.actions = make([]*Action, len(l.policy.Destinations))
	first := -1
	for i := range l.policy.Destinations {
		r.actions[i] = r.Action
		if r.destinations != nil && !r.destinations[i] {
			continue
		}
		k := l.keyed(a, &l.policy.Destinations[i])
		if k == nil {
			return // reported, once
		}
		r.actions[i] = k
		if first < 0 {
			first = i
		}
		same = same && k == r.actions[first]
	}
	if same {
		if first >= 0 {
			r.Action = r.actions[first]
		}
		r.actions = nil
	}
}
