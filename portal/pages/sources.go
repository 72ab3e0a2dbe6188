package pages

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

type sourcesPage struct {
	Answer string
	More   string
	By     string // class, type or action
	matrix
	Groups []sourceGroup // by type
}

// sourceGroup is a source with the types that it sends.
type sourceGroup struct {
	Name  string
	Total tally
	Types []matrixRow
}

// sources answers: which sources collect the most restricted data?
func (s *site) sources(w http.ResponseWriter, r *http.Request) error {
	flows, err := s.Store.Flows(r.Context(), inventory.Filter{Personal: true})
	if err != nil {
		return err
	}
	p := &sourcesPage{By: r.URL.Query().Get("by")}
	p.Answer, p.More = mostRestricted(flows)
	source := func(f *inventory.Flow) string { return f.Source }
	switch p.By {
	case "type":
		p.Groups = groupsOf(met(flows))
	case "action":
		p.matrix = gather(sent(flows), source, func(f *inventory.Flow) string { return f.Action }, nil)
		p.matrix.order(actionRank)
	default:
		p.By = "class"
		p.matrix = gather(met(flows), source, func(f *inventory.Flow) string { return f.Class }, layers)
		slices.SortStableFunc(p.Rows, func(a, b matrixRow) int { return cmp.Compare(b.Cells[0].Count, a.Cells[0].Count) })
		for i := range p.Rows {
			p.Rows[i].Total.Share = share(p.Rows[i].Cells[0].Count, p.Rows[0].Cells[0].Count)
		}
	}
	v := s.view(r, "sources", "Sources")
	v.Data = p
	return s.show(w, http.StatusOK, "sources", v)
}

// mostRestricted answers the question in a sentence, and says who comes next.
func mostRestricted(flows []inventory.Flow) (answer, more string) {
	red := slices.DeleteFunc(met(flows), func(f inventory.Flow) bool { return f.Class != "red" })
	rows := gather(red, func(f *inventory.Flow) string { return f.Source }, func(*inventory.Flow) string { return "" }, nil).Rows
	if len(rows) == 0 {
		return "No source has sent restricted data.", ""
	}
	words := func(r matrixRow) string {
		return fmt.Sprintf("%s at %s", plural(r.Total.Count, "finding", "findings"), plural(r.Total.Points, "data point", "data points"))
	}
	answer = fmt.Sprintf("%s collects the most restricted data: %s.", cut(rows[0].Name, 60), words(rows[0]))
	if len(rows) == 1 {
		return answer, "No other source has sent any."
	}
	var next []string
	for _, r := range rows[1:min(len(rows), 4)] {
		next = append(next, cut(r.Name, 60)+" ("+words(r)+")")
	}
	more = "Next: " + strings.Join(next, ", ")
	if n := len(rows) - 4; n > 0 {
		more += fmt.Sprintf(", and %s", plural(n, "other source", "other sources"))
	}
	return answer, more + "."
}

// groupsOf gathers types by source: who sends the most restricted data first.
func groupsOf(flows []inventory.Flow) (groups []sourceGroup) {
	by := map[string][]inventory.Flow{}
	restricted := map[string]int64{}
	for _, f := range flows {
		by[f.Source] = append(by[f.Source], f)
		if f.Class == "red" {
			restricted[f.Source] += f.Count
		}
	}
	for name, list := range by {
		g := sourceGroup{Name: name}
		for _, class := range layers { // people may have said that a type is more in one place
			of := slices.DeleteFunc(slices.Clone(list), func(f inventory.Flow) bool { return f.Class != class })
			g.Types = append(g.Types, gather(of, func(f *inventory.Flow) string { return f.Type }, func(*inventory.Flow) string { return "" }, nil).Rows...)
		}
		var most int64
		for _, r := range g.Types {
			g.Total.Points += r.Total.Points
			g.Total.Count += r.Total.Count
			most = max(most, r.Total.Count)
		}
		for i := range g.Types {
			g.Types[i].Total.Share = share(g.Types[i].Total.Count, most)
		}
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b sourceGroup) int {
		return cmp.Or(cmp.Compare(restricted[b.Name], restricted[a.Name]), cmp.Compare(b.Total.Count, a.Total.Count), cmp.Compare(a.Name, b.Name))
	})
	return groups
}

// actionRank orders actions from what lets everything through to what lets nothing.
func actionRank(action string) int {
	order := []rules.ActionKind{rules.Allow, rules.Integrate, rules.Generalize, rules.Truncate, rules.Mask, rules.Hash, rules.Encrypt, rules.Redact, rules.Block, rules.Drop}
	if i := slices.IndexFunc(order, func(k rules.ActionKind) bool { return k.String() == action }); i >= 0 {
		return i
	}
	return len(order)
}

// order puts the columns of a matrix in the order of their ranks.
func (m *matrix) order(rank func(string) int) {
	by := make([]int, len(m.Names))
	for i := range by {
		by[i] = i
	}
	slices.SortStableFunc(by, func(a, b int) int { return cmp.Compare(rank(m.Names[a]), rank(m.Names[b])) })
	names := make([]string, len(by))
	for i, from := range by {
		names[i] = m.Names[from]
	}
	m.Names = names
	for r := range m.Rows {
		cells := make([]cell, len(by))
		for i, from := range by {
			cells[i] = m.Rows[r].Cells[from]
		}
		m.Rows[r].Cells = cells
	}
}
