package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/eventveil/eventveil/portal/inventory"
)

// Facets counts data points by each kind of filter, as if that kind were not set. What
// has no type is not among the types.
func (s *Store) Facets(ctx context.Context, f inventory.Filter) (*inventory.Facets, error) {
	var out inventory.Facets
	without := func(clear func(*inventory.Filter)) *where {
		g := f
		clear(&g)
		return filter(g)
	}
	err := s.read(ctx, "count data points", func(t tx) error {
		out = inventory.Facets{}
		for _, k := range []struct {
			to     *[]inventory.Bucket
			column string
			w      *where
		}{
			{&out.Class, "p.class", without(func(g *inventory.Filter) { g.Class = nil })},
			{&out.Type, "p.type", without(func(g *inventory.Filter) { g.Type = nil })},
			{&out.Status, "p.status", without(func(g *inventory.Filter) { g.Status = nil })},
		} {
			query := "SELECT " + k.column + ", count(*) FROM points p" + k.w.String() + " GROUP BY " + k.column
			if err := t.buckets(k.to, query, k.w.args); err != nil {
				return err
			}
		}
		w := without(func(g *inventory.Filter) { g.Source = nil })
		w.and("m.destination = ''")
		if err := t.buckets(&out.Source, "SELECT m.source, count(*) FROM flows m JOIN points p ON p.num = m.point"+w.String()+" GROUP BY m.source", w.args); err != nil {
			return err
		}
		for _, k := range []struct {
			to     *[]inventory.Bucket
			column string
			other  string
			any    []string // of the other
		}{{&out.Destination, "d.destination", "d.action", f.Action}, {&out.Action, "d.action", "d.destination", f.Destination}} {
			w := without(func(g *inventory.Filter) { g.Destination, g.Action = nil, nil })
			if len(k.any) > 0 {
				w.and(k.other+" IN "+list(len(k.any)), texts(k.any)...)
			}
			query := "SELECT " + k.column + ", count(DISTINCT d.point) FROM done d JOIN points p ON p.num = d.point" + w.String() + " GROUP BY " + k.column
			if err := t.buckets(k.to, query, w.args); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.Type = slices.DeleteFunc(out.Type, func(b inventory.Bucket) bool { return b.Value == "" })
	inOrder(out.Class, inventory.Classes)
	var statuses []string
	for _, s := range inventory.Statuses {
		statuses = append(statuses, string(s))
	}
	inOrder(out.Status, statuses)
	return &out, nil
}

func (t tx) buckets(to *[]inventory.Bucket, query string, args []any) error {
	return t.rows(func(r *sql.Rows) error {
		var b inventory.Bucket
		err := r.Scan(&b.Value, &b.Count)
		*to = append(*to, b)
		return err
	}, query+" ORDER BY 2 DESC, 1", args...)
}

// inOrder sorts buckets by the order of words.
func inOrder(list []inventory.Bucket, words []string) {
	slices.SortStableFunc(list, func(a, b inventory.Bucket) int {
		return slices.Index(words, a.Value) - slices.Index(words, b.Value)
	})
}
