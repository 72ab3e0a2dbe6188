package rules

import (
	"slices"
	"strings"

	"github.com/eventveil/eventveil/engine/catalog"
)

// What a rule's status selector may ask for.
const (
	statusNew      = 1 << iota // nobody has decided what the path holds
	statusApproved             // an override gives the path a type, or people have decided
)

// allow is what decides when nothing else does, block when nobody approves for an
// allow-list.
var allow, block = &Action{Kind: Allow}, &Action{Kind: Block}

// Decide returns what the first matching rule says of a point, else the
// destination's default. The action of a Hash or Encrypt has its Key.
//
// A point that has neither path nor type is the event itself: only rules without
// class, type, path and status selectors are asked, the default is Allow, and the
// only actions that matter are Drop and Integrate.
//
// A point that holds nothing personal (type None, or a green class) is decided
// only if some rule speaks of it by path, type or class for this destination;
// otherwise a rule about one destination would change what another one gets. For an
// allow-list every point is decided, see Destination.AllowList.
func (p *Policy) Decide(pt *Point) Decision {
	event := pt.Path == "" && pt.Type == catalog.None
	if !event && p.Destinations[pt.Destination].AllowList {
		return p.decideListed(pt)
	}
	weak := pt.Type == catalog.None || pt.Class == catalog.Green
	first := -1
	for i := range p.Rules {
		r := &p.Rules[i]
		if event && r.aboutPoints() || !p.matches(r, pt) {
			continue
		}
		if first < 0 {
			first = i
		}
		if event || !weak || r.explicit() {
			return Decision{p.Rules[first].action(pt.Destination), first}
		}
	}
	if d := p.Destinations[pt.Destination].Default; d != nil && !weak {
		return Decision{d, -1}
	}
	return Decision{allow, -1}
}

// explicit tells whether a rule says which data points it is about.
func (r *Rule) explicit() bool { return r.types != nil || r.classes != 0 || r.paths != nil }

// aboutPoints tells whether a rule cannot be about an event itself.
func (r *Rule) aboutPoints() bool { return r.explicit() || r.status != 0 }

func (r *Rule) action(destination int) *Action {
	if r.actions != nil {
		return r.actions[destination]
	}
	return r.Action
}

func (p *Policy) matches(r *Rule, pt *Point) bool {
	switch {
	case r.destinations != nil && !r.destinations[pt.Destination],
		r.sources != nil && !r.sources[pt.Source],
		r.classes != 0 && (pt.Type == catalog.None || r.classes&(1<<pt.Class) == 0),
		r.types != nil && !r.types.has(pt.Type),
		r.events != nil && !anyWildcard(r.events, pt.Event),
		r.paths != nil && !anyPath(r.paths, pt.Path):
		return false
	}
	return r.status == 0 || r.status&p.status(pt) != 0
}

func (p *Policy) status(pt *Point) uint8 {
	if typ, decided := p.Override(pt.Path); pt.Approved || decided && typ != catalog.None {
		return statusApproved
	}
	return statusNew
}

func anyWildcard(patterns []string, s string) bool {
	return slices.ContainsFunc(patterns, func(w string) bool { return wildcard(w, s) })
}

func anyPath(globs []*pathGlob, path string) bool {
	return slices.ContainsFunc(globs, func(g *pathGlob) bool { return g.match(path) })
}

// SelectsPath tells whether a rule without class and type selectors names path,
// so that an undetected value there is a data point of type None.
func (p *Policy) SelectsPath(path string) bool {
	for i := range p.Rules {
		r := &p.Rules[i]
		if r.types == nil && r.classes == 0 && r.paths != nil && anyPath(r.paths, path) {
			return true
		}
	}
	return false
}

// SelectsType tells whether a rule asks for a type by its name or its class, so
// that it is a data point even when its class is green.
func (p *Policy) SelectsType(id catalog.ID) bool { return p.selected.has(id) }

// TypeOff tells whether the policy switches a type off: it is not to be found.
func (p *Policy) TypeOff(id catalog.ID) bool { return p.off.has(id) }

// SelectsEvents tells whether a rule or an override selects by the name of the event.
func (p *Policy) SelectsEvents() bool { return p.events.any() }

// EventClass maps an event name to a number that is equal for names that no rule
// or override tells apart; 0 for names that none selects. Used to key caches.
func (p *Policy) EventClass(name string) int { return p.events.class(name) }

// eventSet holds the different event patterns of the rules and overrides.
type eventSet struct {
	names []string // without wildcard, sorted
	globs []string // with one
}

// maxEventGlobs bounds the event patterns with a wildcard: each is a bit of a class.
const maxEventGlobs = 32

func (s *eventSet) any() bool { return len(s.names)+len(s.globs) > 0 }

// class numbers the pair of the literal name met and the wildcards that match.
func (s *eventSet) class(name string) int {
	c := 0
	if i, found := slices.BinarySearch(s.names, name); found {
		c = i + 1
	}
	for _, g := range s.globs {
		c <<= 1
		if wildcard(g, name) {
			c |= 1
		}
	}
	return c
}

func newEventSet(p *Policy) (s eventSet) {
	add := func(events []string) {
		for _, e := range events {
			if strings.Contains(e, "*") {
				s.globs = append(s.globs, e)
			} else {
				s.names = append(s.names, e)
			}
		}
	}
	for i := range p.Rules {
		add(p.Rules[i].events)
	}
	for i := range p.overrides {
		add(p.overrides[i].events)
	}
	slices.Sort(s.names)
	slices.Sort(s.globs)
	s.names, s.globs = slices.Compact(s.names), slices.Compact(s.globs)
	return s
}

// Destination returns the index of a destination by name, -1 when there is none.
func (p *Policy) Destination(name string) int {
	return slices.IndexFunc(p.Destinations, func(d Destination) bool { return d.Name == name })
}

// Source returns the index of a source by name, -1 when there is none.
func (p *Policy) Source(name string) int {
	return slices.IndexFunc(p.Sources, func(s Source) bool { return s.Name == name })
}

// SourceOf finds the first source whose criteria all hold; 0 (unknown) else. host
// is the Host header; its port is ignored unless the source names one. header
// returns the value of a request header by its canonical name.
func (p *Policy) SourceOf(writeKey, host, path string, header func(name string) string) int {
	host = strings.ToLower(host)
	for i := 1; i < len(p.Sources); i++ {
		if p.Sources[i].matches(writeKey, host, path, header) {
			return i
		}
	}
	return 0
}

func (s *Source) matches(writeKey, host, path string, header func(name string) string) bool {
	if s.WriteKey != "" && s.WriteKey != writeKey || s.Path != "" && !pathMatches(s.Path, path) {
		return false
	}
	if s.Host != "" && s.Host != host && s.Host != withoutPort(host) {
		return false
	}
	for name, want := range s.Header {
		if header(name) != want {
			return false
		}
	}
	return true
}

// Type returns the type of a name, of those with a classifier as well.
func (p *Policy) Type(name string) (id catalog.ID, ok bool) {
	i := slices.IndexFunc(p.Types, func(t catalog.Type) bool { return t.Name == name })
	if i <= 0 {
		return catalog.None, false
	}
	return catalog.ID(i), true
}
