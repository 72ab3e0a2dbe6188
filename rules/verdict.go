package rules

import "github.com/eventveil/eventveil/engine/catalog"

// Verdict is what people have decided in the portal about a data point: what was
// found as a type at exactly a path. It never takes effect on anything else that is
// found there.
type Verdict struct {
	Path     string
	Found    catalog.ID // as detection says; None for a field in which nothing was found
	Source   int        // index into Policy.Sources; AnySource for all without a verdict of their own
	Ignored  bool       // it is nothing personal; Type and Class mean nothing
	Approved bool       // somebody has looked at it: "status: approved" selects it
	Type     catalog.ID // what it is
	Class    catalog.Class
}

// AnySource stands for all sources in a Verdict.
const AnySource = -1

// With is the policy with what people have decided. An override of the configuration
// wins: verdicts about a path that one speaks of as a whole are left out. The policy
// itself stays as it is.
func (p *Policy) With(verdicts []Verdict) *Policy {
	q := *p
	q.verdicts = make(map[string][]Verdict, len(verdicts))
	for _, v := range verdicts {
		if _, decided := p.Override(v.Path); !decided {
			q.verdicts[v.Path] = append(q.verdicts[v.Path], v)
		}
	}
	return &q
}

// Verdict is what people have decided about what is found as a type at a path in
// events from a source; nil when nobody has. A type that a verdict gives stands for
// the one that was found.
func (p *Policy) Verdict(path string, typ catalog.ID, source int) *Verdict {
	about := p.verdicts[path]
	if len(about) == 0 {
		return nil
	}
	found := typ
	if !anyFound(about, typ) {
		for i := range about {
			if v := &about[i]; v.Source == AnySource && !v.Ignored && v.Type == typ {
				found = v.Found
				break
			}
		}
	}
	var best *Verdict
	for i := range about {
		if v := &about[i]; v.Found == found && (v.Source == source || v.Source == AnySource && best == nil) {
			best = v
		}
	}
	return best
}

func anyFound(about []Verdict, typ catalog.ID) bool {
	for i := range about {
		if about[i].Found == typ {
			return true
		}
	}
	return false
}

// Renamed is the type that people say a path holds whoever sends it, where its name
// says found (None when it says nothing). A verdict about another type that is found
// there counts when it is more restricted than what the name says.
func (p *Policy) Renamed(path string, found catalog.ID) catalog.ID {
	best := found
	for _, v := range p.verdicts[path] {
		if v.Source != AnySource || v.Ignored || v.Type == v.Found || v.Type == catalog.None {
			continue
		}
		if v.Found == found {
			return v.Type
		}
		if best == catalog.None || v.Class > p.Types[best].Class {
			best = v.Type
		}
	}
	return best
}

// Judged tells whether people have said what a type at a path is, so that it is a data
// point even when its class is green.
func (p *Policy) Judged(path string, typ catalog.ID) bool {
	for _, v := range p.verdicts[path] {
		if !v.Ignored && (v.Found == typ || v.Type == typ) {
			return true
		}
	}
	return false
}

// ignores lists the types that people say are nothing at a path, whoever sends them;
// scoped tells that it depends on the source for some.
func (p *Policy) ignores(path string, types []catalog.ID) (_ []catalog.ID, scoped bool) {
	about := p.verdicts[path]
	for i := range about {
		v := &about[i]
		switch {
		case !v.Ignored || v.Found == catalog.None:
		case v.Source != AnySource || exceptions(about, v.Found):
			scoped = true
		default:
			types = append(types, v.Found)
		}
	}
	return types, scoped
}

// exceptions tells whether some source has a verdict of its own about a type.
func exceptions(about []Verdict, found catalog.ID) bool {
	for i := range about {
		if about[i].Found == found && about[i].Source != AnySource {
			return true
		}
	}
	return false
}
