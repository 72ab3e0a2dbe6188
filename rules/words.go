package rules

import (
	"fmt"

	"github.com/eventveil/eventveil/engine/catalog"
)

// Selector is one condition of a rule: a key of "when" and what it may be.
type Selector struct {
	Key    string
	Values []string
}

// When lists what a rule asks for, by its index, with names and labels looked up; none
// for a rule that is about everything.
func (p *Policy) When(rule int) (list []Selector) {
	r := &p.Rules[rule]
	add := func(key string, asked bool, values []string) {
		if asked {
			list = append(list, Selector{key, values})
		}
	}
	var classes, types, paths, statuses []string
	for _, c := range []catalog.Class{catalog.Red, catalog.Yellow, catalog.Green} {
		if r.classes&(1<<c) != 0 {
			classes = append(classes, c.String())
		}
	}
	for id := range r.types.all() {
		types = append(types, p.Types[id].Name)
	}
	for _, g := range r.paths {
		paths = append(paths, g.text)
	}
	if r.status&statusNew != 0 {
		statuses = append(statuses, "new")
	}
	if r.status&statusApproved != 0 {
		statuses = append(statuses, "approved")
	}
	add("class", r.classes != 0, classes)
	add("type", r.types != nil, types)
	add("path", r.paths != nil, paths)
	add("source", r.sources != nil, marked(r.sources, func(i int) string { return p.Sources[i].Name }))
	add("event", r.events != nil, r.events)
	add("destination", r.destinations != nil, marked(r.destinations, func(i int) string { return p.Destinations[i].Name }))
	add("status", r.status != 0, statuses)
	return list
}

// marked lists the names of what is set.
func marked(set []bool, name func(i int) string) (names []string) {
	for i, is := range set {
		if is {
			names = append(names, name(i))
		}
	}
	return names
}

// String says what an action does; never its key's secret.
func (a *Action) String() string {
	switch {
	case a.Kind == Hash && a.Plain:
		return "hash without a key (SHA-256)"
	case a.Key != nil:
		return fmt.Sprintf("%s with key %s", a.Kind, a.Key.ID)
	case a.Kind == Mask && a.KeepFirst+a.KeepLast > 0:
		return fmt.Sprintf("mask, but for the first %d and the last %d characters", a.KeepFirst, a.KeepLast)
	case a.Kind == Truncate:
		return fmt.Sprintf("truncate addresses to /%d and /%d, other values to %d characters", a.IPv4Bits, a.IPv6Bits, a.Length)
	case a.Kind == Integrate:
		return "allow, and write into integrations: " + a.Integrations
	}
	return a.Kind.String()
}
