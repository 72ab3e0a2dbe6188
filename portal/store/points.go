package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/eventveil/eventveil/portal/inventory"
)

// maxNames is how many sources, and how many destinations, are told of a point in a list.
const maxNames = 100

// columns of a data point p, in the order in which scan reads them.
const columns = "p.num, p.id, p.path, p.found_type, p.found_class, p.matched, p.how, p.confidence, p.status, p.type, p.class, p.note, p.owner, p.version, p.decided_by, p.decided_at, p.shape, p.drift, p.first_seen, p.last_seen, p.count"

func scan(r *sql.Rows, num *int64, d *inventory.DataPoint) error {
	var decided, first, last int64
	err := r.Scan(num, &d.ID, &d.Path, &d.Found.Type, &d.Found.Class, &d.Found.Matched, &d.Found.How, &d.Found.Confidence,
		&d.Status, &d.Type, &d.Class, &d.Note, &d.Owner, &d.Version, &d.DecidedBy, &decided, &d.Shape, &d.Drift, &first, &last, &d.Count)
	d.DecidedAt, d.FirstSeen, d.LastSeen = moment(decided), moment(first), moment(last)
	return err
}

// Points lists data points. Pages follow each other by what rows are, not by where
// they stand, so that none is skipped or told twice because others have come or gone;
// one whose place in the order changes meanwhile may be.
func (s *Store) Points(ctx context.Context, l inventory.List) (inventory.Page, error) {
	var page inventory.Page
	if l.Order == "" {
		l.Order = inventory.ByClass
	}
	keys, known := keys[l.Order]
	if !known {
		return page, fmt.Errorf("cannot list data points in the order %q: it is one of %v", l.Order, inventory.Orders)
	}
	limit := min(max(l.Limit, 1), inventory.MaxLimit)
	q := question(&l)
	err := s.read(ctx, "list data points", func(t tx) error {
		page = inventory.Page{}
		w := filter(l.Filter)
		if err := t.row([]any{&page.Total}, "SELECT count(*) FROM points p"+w.String(), w.args...); err != nil {
			return err
		}
		if l.Cursor != "" {
			c, err := parseCursor(l.Cursor, q)
			if err != nil {
				return err
			}
			var path string
			err = t.row([]any{&path}, "SELECT path FROM points WHERE id = ?", string(c.id))
			if errors.Is(err, sql.ErrNoRows) {
				return inventory.ErrCursor
			}
			if err != nil {
				return err
			}
			condition, args := after(keys, l.Reverse, c, path)
			w.and(condition, args...)
		}
		var nums []any
		err := t.rows(func(r *sql.Rows) error {
			var num int64
			var d inventory.DataPoint
			if err := scan(r, &num, &d); err != nil {
				return err
			}
			nums, page.Items = append(nums, num), append(page.Items, d)
			return nil
		}, "SELECT "+columns+" FROM points p"+w.String()+orderBy(keys, l.Reverse)+" LIMIT ?", append(w.args, limit+1)...)
		if err != nil {
			return err
		}
		if len(page.Items) > limit {
			page.Items, nums = page.Items[:limit], nums[:limit]
			page.Next = cursorAt(l.Order, &page.Items[limit-1]).text(q)
		}
		return t.names(nums, page.Items)
	})
	if err != nil {
		return inventory.Page{}, err
	}
	return page, nil
}

// names fills in the sources and destinations of data points with these numbers.
func (t tx) names(nums []any, points []inventory.DataPoint) error {
	at := make(map[int64]*inventory.DataPoint, len(points))
	for i := range points {
		at[nums[i].(int64)] = &points[i]
	}
	for _, k := range []struct {
		query, tail string
		list        func(*inventory.DataPoint) *[]string
	}{
		{"SELECT point, source FROM flows WHERE destination = '' AND point IN ", " ORDER BY point, source",
			func(d *inventory.DataPoint) *[]string { return &d.Sources }},
		{"SELECT DISTINCT point, destination FROM done WHERE point IN ", " ORDER BY point, destination",
			func(d *inventory.DataPoint) *[]string { return &d.Destinations }},
	} {
		err := t.in(func(r *sql.Rows) error {
			var num int64
			var name string
			if err := r.Scan(&num, &name); err != nil {
				return err
			}
			if to := k.list(at[num]); len(*to) < maxNames {
				*to = append(*to, name)
			}
			return nil
		}, k.query, k.tail, nums)
		if err != nil {
			return err
		}
	}
	return nil
}

// Point is one data point with everything known.
func (s *Store) Point(ctx context.Context, id inventory.ID) (*inventory.DataPoint, error) {
	var d *inventory.DataPoint
	err := s.read(ctx, "read a data point", func(t tx) error {
		var num int64
		list := make([]inventory.DataPoint, 1)
		found := false
		err := t.rows(func(r *sql.Rows) error {
			found = true
			return scan(r, &num, &list[0])
		}, "SELECT "+columns+" FROM points p WHERE p.id = ?", string(id))
		if err != nil {
			return err
		}
		if !found {
			return inventory.ErrNotFound
		}
		d = &list[0]
		if err := t.names([]any{num}, list); err != nil {
			return err
		}
		return t.rows(func(r *sql.Rows) error {
			var v inventory.Verdict
			err := r.Scan(&v.Source, &v.Status, &v.Type, &v.Class)
			d.PerSource = append(d.PerSource, v)
			return err
		}, "SELECT source, status, type, class FROM verdicts WHERE point = ? ORDER BY source", num)
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}
