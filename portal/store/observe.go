package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// Limits in bytes of what a point holds; what is longer is cut.
const (
	maxPath  = 16 << 10
	maxShape = 1 << 10
)

// Observe adds a batch, all or nothing.
func (s *Store) Observe(ctx context.Context, b *inventory.Batch) error {
	if slices.ContainsFunc(b.Sightings, func(n inventory.Sighting) bool { return n.Class == "" }) {
		return errors.New("cannot record what was met: a sighting has no class; give red, yellow or green")
	}
	o := observing{store: s, batch: b, observed: merge(b.Points), sightings: sorted(b.Sightings), at: micros(b.At)}
	if o.at == 0 {
		o.at = micros(time.Now())
	}
	return s.write(ctx, "record what was met", func(t tx) error {
		o.tx = t
		if err := t.lock(lockPoints); err != nil {
			return err
		}
		for _, step := range []func() error{o.load, o.refresh, o.add, o.count, o.rules, o.outcomes, o.process} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
}

// observing is a batch on its way into the tables.
type observing struct {
	tx
	store     *Store
	batch     *inventory.Batch
	observed  []observed
	sightings []inventory.Sighting
	at        int64
	points    map[inventory.ID]*point
}

// point is a row of points, as far as batches need it.
type point struct {
	num    int64
	found  inventory.Finding
	shape  string
	status inventory.Status
	class  string // for sources without a verdict of their own
	events int64  // names told apart so far
}

// observed is what a batch says of a point, fit for the tables.
type observed struct {
	id    inventory.ID
	place inventory.ID // of nothing at its path
	path  string
	found inventory.Finding
	shape string
}

// merge lists what is observed, of each point once: the last counts.
func merge(points []inventory.Observed) []observed {
	list := make([]observed, 0, len(points))
	at := make(map[inventory.ID]int, len(points))
	for i := range points {
		p := &points[i]
		n := observed{id: p.ID(), place: inventory.IDOf(p.Path, ""), path: cut(p.Path, maxPath), shape: cut(p.Shape, maxShape),
			found: inventory.Finding{Type: short(p.Found.Type), Class: short(p.Found.Class), Matched: short(p.Found.Matched), How: short(p.Found.How), Confidence: p.Found.Confidence}}
		if j, again := at[n.id]; again {
			n.shape = cmp.Or(n.shape, list[j].shape)
			list[j] = n
			continue
		}
		at[n.id] = len(list)
		list = append(list, n)
	}
	return list
}

// sorted puts sightings in the order of the tables' keys: rows that are written one
// after the other then lie beside each other.
func sorted(list []inventory.Sighting) []inventory.Sighting {
	return slices.SortedFunc(slices.Values(list), func(a, b inventory.Sighting) int {
		return cmp.Or(strings.Compare(string(a.Point), string(b.Point)), strings.Compare(a.Source, b.Source), strings.Compare(a.Event, b.Event),
			strings.Compare(a.Destination, b.Destination), strings.Compare(a.Action, b.Action), strings.Compare(a.Rule, b.Rule),
			strings.Compare(a.Class, b.Class))
	})
}

// load reads the rows of points that the batch is about.
func (o *observing) load() error {
	ids := make(map[inventory.ID]bool, len(o.observed))
	for i := range o.observed {
		ids[o.observed[i].id] = true
	}
	for i := range o.sightings {
		ids[o.sightings[i].Point] = true
	}
	keys := make([]any, 0, len(ids))
	for id := range ids {
		keys = append(keys, string(id))
	}
	o.points = make(map[inventory.ID]*point, len(ids))
	return o.in(func(r *sql.Rows) error {
		var id inventory.ID
		p := new(point)
		if err := r.Scan(&id, &p.num, &p.found.Type, &p.found.Class, &p.found.Matched, &p.found.How, &p.found.Confidence, &p.shape, &p.status, &p.class, &p.events); err != nil {
			return err
		}
		o.points[id] = p
		return nil
	}, "SELECT id, num, found_type, found_class, matched, how, confidence, shape, status, class, events FROM points WHERE id IN ", "", keys)
}

// refresh keeps the latest finding of points that are known, where it differs. Until
// somebody decides, the class is the one found.
func (o *observing) refresh() error {
	var args []any
	for _, n := range o.observed {
		p := o.points[n.id]
		if p == nil {
			continue
		}
		shape, class := cmp.Or(n.shape, p.shape), p.class
		if p.status == inventory.New {
			class = n.found.Class
		}
		if p.found == n.found && p.shape == shape && p.class == class {
			continue
		}
		p.found, p.shape, p.class = n.found, shape, class
		args = append(args, p.num, class, n.found.Class, n.found.Matched, n.found.How, int64(n.found.Confidence), shape)
	}
	return o.bulk("UPDATE points SET class = v.column2, found_class = v.column3, matched = v.column4, how = v.column5, confidence = v.column6, shape = v.column7 FROM (VALUES ",
		"(CAST(? AS INTEGER), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS TEXT))",
		"(?,?,?,?,?,?,?)", ") AS v WHERE points.num = v.column1", args)
}

// add inserts the points that are not known, as long as there is room.
func (o *observing) add() error {
	var fresh []observed
	var places []any
	typed := map[inventory.ID]bool{} // places where the batch itself has found something
	for _, n := range o.observed {
		if n.found.Type != "" {
			typed[n.place] = true
		}
		if o.points[n.id] == nil {
			fresh, places = append(fresh, n), append(places, string(n.place))
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	before := map[inventory.ID][]string{} // what each place was known for
	err := o.in(func(r *sql.Rows) error {
		var place inventory.ID
		var typ string
		if err := r.Scan(&place, &typ); err != nil {
			return err
		}
		if !slices.Contains(before[place], typ) {
			before[place] = append(before[place], typ)
		}
		return nil
	}, "SELECT place, found_type FROM points WHERE place IN ", "", places)
	if err != nil {
		return err
	}
	var have, last int64
	if err := o.row([]any{&have, &last}, "SELECT count(*), coalesce(max(num), 0) FROM points"); err != nil {
		return err
	}
	var args []any
	for _, n := range fresh {
		if n.found.Type == "" && (typed[n.place] || len(before[n.place]) > 0) || have >= int64(o.store.points) {
			continue
		}
		have, last = have+1, last+1
		p := &point{num: last, found: n.found, shape: n.shape, status: inventory.New, class: n.found.Class}
		o.points[n.id] = p
		args = append(args, p.num, string(n.id), string(n.place), n.path,
			n.found.Type, n.found.Class, n.found.Matched, n.found.How, int64(n.found.Confidence),
			n.shape, drift(before[n.place]), string(inventory.New), n.found.Type, n.found.Class, "", "",
			int64(0), "", int64(0), o.at, o.at, int64(0), int64(0))
	}
	return o.insert("points (num, id, place, path, found_type, found_class, matched, how, confidence, shape, drift, status, type, class, note, owner, version, decided_by, decided_at, first_seen, last_seen, count, events)",
		"(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", "", args)
}

// drift says what a place was known for.
func drift(types []string) string {
	if len(types) == 0 {
		return ""
	}
	types = slices.DeleteFunc(types, func(t string) bool { return t == "" })
	if len(types) == 0 {
		return "nothing personal"
	}
	slices.Sort(types)
	return strings.Join(types, ", ")
}

func (o *observing) rules() error {
	type key struct{ rule, destination, action string }
	var sums sums[key]
	for _, n := range o.batch.Rules {
		sums.add(key{short(n.Rule), short(n.Destination), short(n.Action)}, n.Count)
	}
	return o.insert("rules (rule, destination, action, last_seen, count)", "(?,?,?,?,?)",
		" ON CONFLICT (rule, destination, action) DO UPDATE SET "+sum("rules")+", "+latest("rules"),
		flat(&sums, func(k key, n int64) []any { return []any{k.rule, k.destination, k.action, o.at, n} }))
}

func (o *observing) outcomes() error {
	type key struct{ destination, outcome string }
	var sums sums[key]
	for _, n := range o.batch.Outcomes {
		sums.add(key{short(n.Destination), short(n.Outcome)}, n.Count)
	}
	return o.insert("outcomes (hour, destination, outcome, count)", "(?,?,?,?)",
		" ON CONFLICT (hour, destination, outcome) DO UPDATE SET "+sum("outcomes"),
		flat(&sums, func(k key, n int64) []any { return []any{hourOf(o.at), k.destination, k.outcome, n} }))
}

func (o *observing) process() error {
	p := &o.batch.Process
	if p.ID == "" {
		return nil
	}
	return o.insert("processes (id, host, role, version, policy, started, last_seen, lost)", "(?,?,?,?,?,?,?,?)",
		" ON CONFLICT (id) DO UPDATE SET host = excluded.host, role = excluded.role, version = excluded.version, policy = excluded.policy,"+
			" started = excluded.started, lost = excluded.lost, "+latest("processes"),
		[]any{short(p.ID), short(p.Host), short(p.Role), short(p.Version), short(p.Policy), micros(p.Started), o.at, p.Lost})
}
