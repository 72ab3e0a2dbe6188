package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// Decide makes changes and writes the audit, in one transaction.
func (s *Store) Decide(ctx context.Context, actor string, changes []inventory.Change) ([]error, error) {
	errs := make([]error, len(changes))
	err := s.write(ctx, "store the decision", func(t tx) error {
		if err := t.lock(lockPoints); err != nil {
			return err
		}
		d := deciding{tx: t, actor: short(actor), now: moment(micros(time.Now()))}
		if err := d.load(changes); err != nil {
			return err
		}
		for i := range changes {
			errs[i] = d.change(&changes[i])
		}
		return d.store()
	})
	if err != nil {
		return nil, err
	}
	return errs, nil
}

// deciding is a set of changes on its way into the tables.
type deciding struct {
	tx
	actor  string
	now    time.Time
	points map[inventory.ID]*subject
	types  map[inventory.ID]map[string]bool // found at each place
	log    []inventory.Entry
}

// subject is a data point that changes are about.
type subject struct {
	inventory.DataPoint
	num     int64
	place   inventory.ID
	scoped  map[string]inventory.Verdict
	changed bool
	spoken  map[string]bool // sources whose verdict has changed
}

// load reads the points that changes name, and what else was found at their paths.
func (d *deciding) load(changes []inventory.Change) error {
	d.points = map[inventory.ID]*subject{}
	d.types = map[inventory.ID]map[string]bool{}
	var ids, nums, places []any
	for i := range changes {
		if id := changes[i].ID; d.points[id] == nil {
			d.points[id] = &subject{}
			ids = append(ids, string(id))
		}
	}
	clear(d.points)
	byNum := map[int64]*subject{}
	err := d.in(func(r *sql.Rows) error {
		p := &subject{scoped: map[string]inventory.Verdict{}, spoken: map[string]bool{}}
		if err := scan(r, &p.num, &p.DataPoint); err != nil {
			return err
		}
		d.points[p.ID], byNum[p.num] = p, p
		nums = append(nums, p.num)
		return nil
	}, "SELECT "+columns+" FROM points p WHERE p.id IN ", "", ids)
	if err != nil {
		return err
	}
	err = d.in(func(r *sql.Rows) error {
		var num int64
		var place inventory.ID
		if err := r.Scan(&num, &place); err != nil {
			return err
		}
		byNum[num].place = place
		if d.types[place] == nil {
			d.types[place] = map[string]bool{}
			places = append(places, string(place))
		}
		return nil
	}, "SELECT num, place FROM points WHERE num IN ", "", nums)
	if err != nil {
		return err
	}
	err = d.in(func(r *sql.Rows) error {
		var place inventory.ID
		var typ string
		if err := r.Scan(&place, &typ); err != nil {
			return err
		}
		d.types[place][typ] = true
		return nil
	}, "SELECT place, found_type FROM points WHERE place IN ", "", places)
	if err != nil {
		return err
	}
	return d.in(func(r *sql.Rows) error {
		var num int64
		var v inventory.Verdict
		if err := r.Scan(&num, &v.Source, &v.Status, &v.Type, &v.Class); err != nil {
			return err
		}
		byNum[num].scoped[v.Source] = v
		return nil
	}, "SELECT point, source, status, type, class FROM verdicts WHERE point IN ", "", nums)
}

// change makes one change to what is loaded, or says why it cannot be made.
func (d *deciding) change(c *inventory.Change) error {
	p := d.points[c.ID]
	if p == nil {
		return inventory.ErrNotFound
	}
	if c.IfVersion != nil && *c.IfVersion != p.Version {
		return inventory.ErrChanged
	}
	source := short(c.Source)
	was, own := p.Verdict, true
	if source != "" {
		if was, own = p.scoped[source]; !own {
			was = inventory.Verdict{Source: source, Status: inventory.New, Type: p.Type, Class: p.Class}
		}
	}
	is := say(c, was, p, !own && p.Status == inventory.Ignored)
	if is.Status == inventory.Approved {
		switch {
		case is.Type == "" && is.Class != green:
			return inventory.ErrUntyped
		case c.Type != nil && is.Type != p.Found.Type && d.types[p.place][is.Type]:
			return inventory.ErrTwin
		}
	}
	before, after := said{Source: source}, said{Source: source}
	changed := false
	for _, m := range []struct {
		was, is        string
		before, after_ **string
	}{
		{string(was.Status), string(is.Status), &before.Status, &after.Status},
		{was.Type, is.Type, &before.Type, &after.Type},
		{was.Class, is.Class, &before.Class, &after.Class},
		{p.Note, or(c.Note, p.Note), &before.Note, &after.Note},
		{p.Owner, or(c.Owner, p.Owner), &before.Owner, &after.Owner},
	} {
		if m.was != m.is {
			changed = true
			*m.before, *m.after_ = &m.was, &m.is
		}
	}
	if !changed {
		return nil
	}
	p.Note, p.Owner = or(c.Note, p.Note), or(c.Owner, p.Owner)
	switch {
	case source == "":
		p.Verdict = is
	case is != was:
		p.spoken[source] = true
		if p.scoped[source] = is; is.Status == inventory.New {
			delete(p.scoped, source)
		}
	}
	p.changed = true
	p.Version++
	p.DecidedBy, p.DecidedAt = d.actor, d.now
	label := p.Path
	if p.Found.Type != "" {
		label += " · " + p.Found.Type
	}
	d.log = append(d.log, inventory.Entry{Actor: d.actor, Action: "decide", Object: string(p.ID), Label: label, Before: before.json(), After: after.json()})
	return nil
}

const green = "green"

// say is the verdict that a change makes of one. What was ignored was called green for
// that alone: said to be something again, it is what was found.
func say(c *inventory.Change, was inventory.Verdict, p *subject, ignored bool) inventory.Verdict {
	if c.Status == nil && c.Class == nil && c.Type == nil {
		return was
	}
	is := was
	is.Status = inventory.Approved
	if c.Status != nil {
		is.Status = *c.Status
	}
	switch is.Status {
	case inventory.New:
		is.Type, is.Class = p.Found.Type, p.Found.Class
		if was.Source != "" {
			is.Type, is.Class = p.Type, p.Class
		}
	case inventory.Ignored:
		is.Type, is.Class = p.Found.Type, green
	default:
		if ignored || was.Status == inventory.Ignored {
			is.Type, is.Class = p.Found.Type, p.Found.Class
		}
		is.Type, is.Class = or(c.Type, is.Type), or(c.Class, is.Class)
	}
	return is
}

func or(said *string, otherwise string) string {
	if said == nil {
		return otherwise
	}
	return clean(*said)
}

// said is what the audit tells of a change: the members that are different.
type said struct {
	Source string  `json:"source,omitempty"`
	Status *string `json:"status,omitempty"`
	Type   *string `json:"type,omitempty"`
	Class  *string `json:"class,omitempty"`
	Note   *string `json:"note,omitempty"`
	Owner  *string `json:"owner,omitempty"`
}

func (s said) json() string {
	b, err := json.Marshal(s)
	if err != nil {
		panic("BUG: what was said is not JSON: " + err.Error())
	}
	return string(b)
}

// store writes what has changed.
func (d *deciding) store() error {
	if len(d.log) == 0 {
		return nil
	}
	var points, verdicts []any
	for _, p := range d.points {
		if !p.changed {
			continue
		}
		points = append(points, p.num, string(p.Status), p.Type, p.Class, p.Note, p.Owner, p.Version, p.DecidedBy, micros(p.DecidedAt))
		for source := range p.spoken {
			v, kept := p.scoped[source]
			if kept {
				verdicts = append(verdicts, p.num, source, string(v.Status), v.Type, v.Class)
				continue
			}
			if err := d.exec("DELETE FROM verdicts WHERE point = ? AND source = ?", p.num, source); err != nil {
				return err
			}
		}
	}
	if err := d.insert("verdicts (point, source, status, type, class)", "(?,?,?,?,?)",
		" ON CONFLICT (point, source) DO UPDATE SET status = excluded.status, type = excluded.type, class = excluded.class", verdicts); err != nil {
		return err
	}
	err := d.bulk("UPDATE points SET status = v.column2, type = v.column3, class = v.column4, note = v.column5, owner = v.column6, version = v.column7, decided_by = v.column8, decided_at = v.column9 FROM (VALUES ",
		"(CAST(? AS INTEGER), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS BIGINT))",
		"(?,?,?,?,?,?,?,?,?)", ") AS v WHERE points.num = v.column1", points)
	if err != nil {
		return err
	}
	if err := d.audit(d.log); err != nil {
		return err
	}
	return d.exec("UPDATE meta SET value = value + 1 WHERE key = 'decisions'")
}

const version = "SELECT value FROM meta WHERE key = 'decisions'"

// Version is the version of Decisions.
func (s *Store) Version(ctx context.Context) (v int64, err error) {
	err = s.read(ctx, "read the version of the decisions", func(t tx) error { return t.row([]any{&v}, version) })
	return v, err
}

// Decisions are all that people have decided, and the version of that.
func (s *Store) Decisions(ctx context.Context) (*inventory.Decisions, error) {
	var all inventory.Decisions
	err := s.read(ctx, "read the decisions", func(t tx) error {
		all = inventory.Decisions{}
		if err := t.row([]any{&all.Version}, version); err != nil {
			return err
		}
		return t.rows(func(r *sql.Rows) error {
			var d inventory.Decision
			err := r.Scan(&d.Path, &d.Found, &d.Source, &d.Status, &d.Type, &d.Class)
			all.List = append(all.List, d)
			return err
		}, "SELECT path, found_type, '' AS source, status, type, class FROM points WHERE status <> 'new'"+
			" UNION ALL SELECT p.path, p.found_type, v.source, v.status, v.type, v.class FROM verdicts v JOIN points p ON p.num = v.point"+
			" ORDER BY path, found_type, source")
	})
	if err != nil {
		return nil, err
	}
	return &all, nil
}
