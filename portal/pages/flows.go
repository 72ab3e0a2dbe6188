package pages

import (
	"cmp"
	"slices"

	"github.com/eventveil/eventveil/portal/inventory"
)

// tally counts what flows: findings, and distinct data points where they are distinct.
type tally struct {
	Points int
	Count  int64
	Share  string
}

// matrix is a table of tallies.
type matrix struct {
	Names []string // of the columns
	Rows  []matrixRow
}

type matrixRow struct {
	Name    string
	Classes []string // that occur in it, the most restricted first
	Cells   []cell
	Total   tally
}

// cell is what is in a column of a row, with what it divides into.
type cell struct {
	tally
	Parts []part
}

type part struct {
	Action string
	Count  int64
}

// gather adds up flows by the names of row and column. Columns are in the order of
// want, those that are not in it at the end; rows by their total.
func gather(flows []inventory.Flow, row, column func(*inventory.Flow) string, want []string) matrix {
	m := matrix{Names: slices.Clone(want)}
	index := map[string]int{}
	for i := range flows {
		f := &flows[i]
		c := slices.Index(m.Names, column(f))
		if c < 0 {
			c = len(m.Names)
			m.Names = append(m.Names, column(f))
		}
		at, ok := index[row(f)]
		if !ok {
			at = len(m.Rows)
			index[row(f)] = at
			m.Rows = append(m.Rows, matrixRow{Name: row(f)})
		}
		r := &m.Rows[at]
		for len(r.Cells) <= c {
			r.Cells = append(r.Cells, cell{})
		}
		r.Cells[c].add(f)
		r.Total.Points += f.Points
		r.Total.Count += f.Count
		if !slices.Contains(r.Classes, f.Class) {
			r.Classes = append(r.Classes, f.Class)
			slices.SortFunc(r.Classes, byClass)
		}
	}
	var most int64
	for i := range m.Rows {
		r := &m.Rows[i]
		for len(r.Cells) < len(m.Names) {
			r.Cells = append(r.Cells, cell{})
		}
		most = max(most, r.Total.Count)
	}
	for i := range m.Rows {
		m.Rows[i].Total.Share = share(m.Rows[i].Total.Count, most)
	}
	slices.SortFunc(m.Rows, func(a, b matrixRow) int {
		return cmp.Or(cmp.Compare(b.Total.Count, a.Total.Count), cmp.Compare(a.Name, b.Name))
	})
	return m
}

// byClass compares classes: the most restricted is first.
func byClass(a, b string) int { return cmp.Compare(slices.Index(layers, a), slices.Index(layers, b)) }

func (c *cell) add(f *inventory.Flow) {
	c.Points += f.Points
	c.Count += f.Count
	i := slices.IndexFunc(c.Parts, func(p part) bool { return p.Action == f.Action })
	if i < 0 {
		i = len(c.Parts)
		c.Parts = append(c.Parts, part{Action: f.Action})
	}
	c.Parts[i].Count += f.Count
}

// met are the flows that count what was met, sent those that count what was done.
func met(flows []inventory.Flow) []inventory.Flow {
	return slices.DeleteFunc(slices.Clone(flows), func(f inventory.Flow) bool { return f.Destination != "" })
}

func sent(flows []inventory.Flow) []inventory.Flow {
	return slices.DeleteFunc(slices.Clone(flows), func(f inventory.Flow) bool { return f.Destination == "" })
}
