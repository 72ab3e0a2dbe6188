package inventory

import (
	"maps"
	"slices"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

// maxPending bounds the distinct sightings, and the distinct data points, that wait for
// the store.
const maxPending = 50_000

// pending is what has been fetched and is not stored yet. A store that is down for a
// while costs no counts as long as they fit.
type pending struct {
	engine    *engine.Engine // in force: shows names
	points    map[ID]Observed
	sightings map[Sighting]int64 // by all but the count
	rules     map[RuleCount]int64
	outcomes  map[Outcomes]int64
	overflow  map[string]int64
}

func newPending() pending {
	return pending{points: map[ID]Observed{}, sightings: map[Sighting]int64{}, rules: map[RuleCount]int64{}, outcomes: map[Outcomes]int64{}, overflow: map[string]int64{}}
}

// add takes what a shard of a recorder has counted.
func (p *pending) add(t *tally) {
	shown := make([]string, len(t.names.list)+1)
	for i, name := range t.names.list {
		shown[i+1] = p.engine.ShowName([]byte(name))
	}
	for _, s := range t.slots.list {
		if s.ruling == nil {
			continue
		}
		kept := ""
		if k := s.kind.kept(); k > 0 {
			kept = t.kept.list[k-1]
		}
		p.count(s.ruling, shown[s.kind.name()], kept, int64(s.count), t.drawn[s.ruling])
	}
	for _, s := range t.drops.list {
		if s.ruling == nil {
			continue
		}
		for d := range s.ruling.By {
			if s.ruling.By[d].Action.Kind == rules.Drop {
				p.rule(s.ruling, d, int64(s.count))
			}
		}
	}
	sources := p.engine.Policy().Sources
	for i, n := range t.lost {
		if n > 0 {
			p.overflow[sources[min(i, len(sources)-1)].Name] += n
		}
	}
}

// count adds n findings of a ruling in events of one name. kept is what happens to them
// for each destination before the rules, "" for nothing: the rules have decided, but not
// about what was sent.
func (p *pending) count(r *engine.Ruling, event, kept string, n int64, shown drawn) {
	for d := range r.By {
		p.rule(r, d, n)
	}
	if r.Found == catalog.None {
		return // selected by a rule, but nothing that was found
	}
	source := r.Policy.Sources[r.Source].Name
	id := pointOf(r)
	if !p.observe(id, r, shown) {
		p.overflow[source] += n
		return
	}
	s := Sighting{Point: id, Source: source, Event: event, Class: r.Class.String()}
	if len(p.sightings) >= maxPending && p.sightings[s] == 0 {
		p.overflow[source] += n
		return
	}
	p.sightings[s] += n
	for d := range r.By {
		before := rules.Allow
		if kept != "" {
			before = rules.ActionKind(kept[d])
		}
		s.Destination = r.Policy.Destinations[d].Name
		s.Action, s.Rule = done(r, d, before)
		p.sightings[s] += n
	}
}

// observe notes what is known of a data point; false when there is no room.
func (p *pending) observe(id ID, r *engine.Ruling, shown drawn) bool {
	o, ok := p.points[id]
	if !ok && len(p.points) >= maxPending {
		return false
	}
	if !ok || shown.By != 0 {
		o = Observed{Path: r.Path, Found: found(r, shown.Evidence), Shape: o.Shape}
	}
	if shown.shape != "" {
		o.Shape = shown.shape
	}
	p.points[id] = o
	return true
}

func found(r *engine.Ruling, e engine.Evidence) Finding {
	t := &r.Policy.Types[r.Found]
	return Finding{Type: t.Name, Class: t.Class.String(), Matched: e.Matched(), How: e.How(), Confidence: e.Confidence()}
}

// field notes a field with nothing personal by its name.
func (p *pending) field(path string, typ catalog.ID, e engine.Evidence) {
	t := &p.engine.Policy().Types[typ]
	id := IDOf(path, t.Name)
	if _, known := p.points[id]; known || len(p.points) >= maxPending/2 {
		return
	}
	p.points[id] = Observed{Path: path, Found: Finding{Type: t.Name, Class: catalog.Green.String(), Matched: e.Matched(), How: e.How(), Confidence: e.Confidence()}}
}

func (p *pending) rule(r *engine.Ruling, destination int, n int64) {
	p.rules[RuleCount{Rule: ruleName(r, destination), Destination: r.Policy.Destinations[destination].Name, Action: r.By[destination].Action.Kind.String()}] += n
}

// maxBatch bounds the sightings of one batch: the store needs memory for all at once.
const maxBatch = 10_000

// fill puts what is pending into a batch: all data points first, and as many sightings
// as one may have.
func (p *pending) fill(b *Batch) {
	for _, id := range slices.Sorted(maps.Keys(p.points)) {
		b.Points = append(b.Points, p.points[id])
	}
	for s, n := range p.sightings {
		if len(b.Sightings) == maxBatch {
			break
		}
		s.Count = n
		b.Sightings = append(b.Sightings, s)
	}
	for r, n := range p.rules {
		r.Count = n
		b.Rules = append(b.Rules, r)
	}
	for o, n := range p.outcomes {
		o.Count = n
		b.Outcomes = append(b.Outcomes, o)
	}
	for _, source := range slices.Sorted(maps.Keys(p.overflow)) {
		b.Overflow = append(b.Overflow, Overflow{source, p.overflow[source]})
	}
}

// stored takes out what a batch has brought to the store, and tells whether there is more.
func (p *pending) stored(b *Batch) (more bool) {
	if len(b.Sightings) == len(p.sightings) {
		*p = newPending()
		return false
	}
	for _, s := range b.Sightings {
		s.Count = 0
		delete(p.sightings, s)
	}
	left := p.sightings
	*p = newPending()
	p.sightings = left
	return true
}
