package store

import (
	"strings"

	"github.com/eventveil/eventveil/portal/inventory"
)

// where is a condition on points p, and its arguments.
type where struct {
	all  []string
	args []any
}

func (w *where) and(condition string, args ...any) {
	w.all, w.args = append(w.all, condition), append(w.args, args...)
}

func (w *where) String() string {
	if len(w.all) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.all, " AND ")
}

// filter is the condition of a filter.
func filter(f inventory.Filter) *where {
	w := &where{}
	if f.ID != "" {
		w.and("p.id = ?", string(f.ID))
	}
	for _, k := range []struct {
		column string
		any    []string
	}{{"p.class", f.Class}, {"p.type", f.Type}, {"p.status", f.Status}} {
		if len(k.any) > 0 {
			w.and(k.column+" IN "+list(len(k.any)), texts(k.any)...)
		}
	}
	if len(f.Source) > 0 {
		w.and("EXISTS (SELECT 1 FROM flows f WHERE f.point = p.num AND f.destination = '' AND f.source IN "+list(len(f.Source))+")", texts(f.Source)...)
	}
	if len(f.Destination)+len(f.Action) > 0 {
		in := &where{}
		in.and("d.point = p.num")
		for _, k := range []struct {
			column string
			any    []string
		}{{"d.destination", f.Destination}, {"d.action", f.Action}} {
			if len(k.any) > 0 {
				in.and(k.column+" IN "+list(len(k.any)), texts(k.any)...)
			}
		}
		w.and("EXISTS (SELECT 1 FROM done d"+in.String()+")", in.args...)
	}
	if f.Drift {
		w.and("p.drift <> ''")
	}
	if f.Personal {
		w.and("(p.class <> 'green' OR p.status <> 'new' OR EXISTS (SELECT 1 FROM verdicts v WHERE v.point = p.num))")
	}
	switch {
	case f.Query == "":
	case len(f.Query) > maxPath: // longer than all that it could be part of
		w.and("1 = 0")
	default:
		part := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(clean(f.Query)) + "%"
		w.and(`(lower(p.path) LIKE lower(?) ESCAPE '\' OR lower(p.note) LIKE lower(?) ESCAPE '\' OR lower(p.owner) LIKE lower(?) ESCAPE '\')`, part, part, part)
	}
	return w
}

func texts(list []string) []any {
	args := make([]any, len(list))
	for i, s := range list {
		args[i] = s
	}
	return args
}
