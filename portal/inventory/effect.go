package inventory

import (
	"slices"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

// Effect is what a policy does with a data point on its way to a destination.
type Effect struct {
	Destination int    // index into Policy.Destinations
	Cases       []Case // different ones, in the order in which the data point was met most
}

// Case is what is done with a data point on some occasions.
type Case struct {
	rules.Decision
	Nothing   bool       // it is said to be nothing personal, and no rule names the path: it passes
	Occasions []Occasion // in which it was met; one without a source when it was met in none that there is
}

// Occasion is a kind of event that a data point was met in.
type Occasion struct{ Source, Event string }

// Effects asks a policy, with the decisions of people, what it does now with a data
// point, in the kinds of events that it was met in. It is empty for a type that the
// policy no longer has, which is not found.
func Effects(p *rules.Policy, d *DataPoint, seen []Seen) (list []Effect) {
	typ, known := p.Type(d.Found.Type)
	if !known && d.Found.Type != "" {
		return nil
	}
	met := occasions(p, seen)
	for i := range p.Destinations {
		e := Effect{Destination: i}
		for _, o := range met {
			c := decide(p, &rules.Point{Destination: i, Source: max(0, p.Source(o.Source)), Event: o.Event, Path: d.Path, Type: typ})
			at := slices.IndexFunc(e.Cases, func(x Case) bool { return x.Decision == c.Decision && x.Nothing == c.Nothing })
			if at < 0 {
				at = len(e.Cases)
				e.Cases = append(e.Cases, c)
			}
			e.Cases[at].Occasions = append(e.Cases[at].Occasions, o)
		}
		list = append(list, e)
	}
	return list
}

// occasions are those of sightings that a policy can tell apart.
func occasions(p *rules.Policy, seen []Seen) (list []Occasion) {
	type kind struct {
		source string
		class  int
	}
	met := map[kind]bool{}
	for _, x := range seen {
		if k := (kind{x.Source, p.EventClass(x.Event)}); !met[k] && p.Source(x.Source) >= 0 {
			met[k] = true
			list = append(list, Occasion{x.Source, x.Event})
		}
	}
	if list == nil {
		list = []Occasion{{}}
	}
	return list
}

// decide does as an engine does with what it finds as pt.Type.
func decide(p *rules.Policy, pt *rules.Point) Case {
	override, decided := p.Override(pt.Path)
	if decided {
		pt.Type = override
	}
	pt.Class = p.Types[pt.Type].Class
	v := p.Verdict(pt.Path, pt.Type, pt.Source)
	switch {
	case v != nil && v.Ignored, decided && override == catalog.None, p.TypeOff(pt.Type), p.Muted(pt):
		nothing := Case{Nothing: true}
		if muted, _ := p.Mutes(pt.Path); decided || !slices.Contains(muted, pt.Type) || !p.SelectsPath(pt.Path) {
			return nothing
		}
		// The type is looked for nowhere there, but a rule names the path.
		pt.Type, pt.Class = catalog.None, catalog.Green
		if p.Decide(pt).Rule < 0 {
			return nothing
		}
	case v != nil:
		pt.Type, pt.Class, pt.Approved = v.Type, v.Class, v.Approved
	}
	return Case{Decision: p.Decide(pt)}
}
