package scan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/catalog"
)

// Snapshot is the inventory of what was scanned.
type Snapshot struct {
	Events     int64
	Bytes      int64       // of events, unpacked
	Unreadable int         // documents, and inputs that broke off
	Problems   []Problem   // the first of them, by input and line
	Overflow   int64       // findings at data points beyond Limits.Paths
	Points     []DataPoint // red first, then by findings
}

// DataPoint is one row of an inventory.
type DataPoint struct {
	Path    string // normalised; never a value
	Type    string // "" for a value that a rule selects by its path alone
	Class   catalog.Class
	Sources []string // in the order of the policy
	Count   int64    // findings of a value
	Empty   int64    // findings of null or "", which are not in Count, Events, Share and Names
	Events  int64    // that hold it
	Share   float64  // of all events, 0 to 1

	engine.Evidence // the most frequent; of an empty field, its name's

	Names     []NameCount // the most frequent event names, at most MaxTop
	NameCount int         // distinct event names
	MoreNames bool        // there were more than NameCount says
	Shape     string      // of one value, see transform.Shape; "" when it could not be told
}

// NameCount is an event name and the number of its events that hold a data point.
type NameCount struct {
	Name   string
	Events int64
}

// MaxTop bounds DataPoint.Names.
const MaxTop = 5

// Totals are the data points of each class, by catalog.Class.
func (s *Snapshot) Totals() (n [catalog.Red + 1]int) {
	for i := range s.Points {
		n[s.Points[i].Class]++
	}
	return n
}

// merge adds what another worker found.
func (w *worker) merge(o *worker) {
	w.events += o.events
	w.bytes += o.bytes
	w.overflow += o.overflow
	for _, p := range o.problems.first {
		w.problems.add(p)
	}
	w.problems.count += o.problems.count - len(o.problems.first)
	ids := make([]int, len(o.names.shown)) // the other's numbers of names in this one's
	for i, name := range o.names.shown {
		id, ok := w.names.ids[name]
		if !ok {
			id = len(w.names.shown)
			w.names.ids[name] = id
			w.names.shown = append(w.names.shown, name)
		}
		ids[i] = id
	}
	for k, q := range o.points {
		renamed := make(map[int]int64, len(q.names))
		for id, n := range q.names {
			renamed[ids[id]] = n
		}
		q.names = renamed
		if p := w.points[k]; p != nil {
			p.merge(q)
		} else {
			w.points[k] = q
		}
	}
	o.points = nil
}

func (p *point) merge(q *point) {
	p.count += q.count
	p.empty += q.empty
	p.events += q.events
	p.more = p.more || q.more
	for e, n := range q.means {
		p.means[e] += n
	}
	for i, seen := range q.sources {
		p.sources[i] = p.sources[i] || seen
	}
	for id, n := range q.names {
		p.names[id] += n
	}
	if p.shape == "" || q.shape != "" && q.at.before(p.at) {
		p.shape, p.at = q.shape, q.at
	}
}

// snapshot turns what a worker has into rows.
func (w *worker) snapshot() *Snapshot {
	s := &Snapshot{Events: w.events, Bytes: w.bytes, Unreadable: w.problems.count, Problems: w.problems.first, Overflow: w.overflow}
	for k, p := range w.points {
		s.Points = append(s.Points, w.row(k, p))
	}
	slices.SortFunc(s.Points, func(a, b DataPoint) int {
		return cmp.Or(cmp.Compare(b.Class, a.Class), cmp.Compare(b.Count, a.Count), strings.Compare(a.Path, b.Path), strings.Compare(a.Type, b.Type))
	})
	if limit := w.Policy.Limits.Paths; len(s.Points) > limit {
		for _, p := range s.Points[limit:] {
			s.Overflow += p.Count
		}
		s.Points = s.Points[:limit]
	}
	return s
}

func (w *worker) row(k key, p *point) DataPoint {
	d := DataPoint{Path: k.path, Class: p.class, Count: p.count, Empty: p.empty, Events: p.events, Evidence: p.first, MoreNames: p.more, NameCount: len(p.names), Shape: p.shape}
	if k.typ != catalog.None {
		d.Type = w.Policy.Types[k.typ].Name
	}
	if w.events > 0 {
		d.Share = float64(p.events) / float64(w.events)
	}
	for i, seen := range p.sources {
		if seen {
			d.Sources = append(d.Sources, w.Policy.Sources[i].Name)
		}
	}
	for e, n := range p.means {
		most := p.means[d.Evidence]
		if cmp.Or(cmp.Compare(n, most), cmp.Compare(e.Confidence(), d.Confidence()), strings.Compare(e.How(), d.How())) > 0 {
			d.Evidence = e
		}
	}
	for id, n := range p.names {
		d.Names = append(d.Names, NameCount{w.names.shown[id], n})
	}
	slices.SortFunc(d.Names, func(a, b NameCount) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), strings.Compare(a.Name, b.Name))
	})
	d.Names = d.Names[:min(len(d.Names), MaxTop)]
	return d
}
