package pages

import (
	"net/http"
	"slices"

	"github.com/eventveil/eventveil/portal/inventory"
)

// firstType is the type that the page asks about unless it is told otherwise.
const firstType = "ip_address"

type destinationsPage struct {
	Type   string   // that is asked about; "" when nothing was met yet
	Types  []string // that were met
	Answer []sendWords
	matrix          // destinations of the type by action
	All    matrix   // types by destination
	Unmet  []string // destinations of the policy that got nothing of it in any form
}

// sendWords are a part of the answer: what is done, and for whom.
type sendWords struct {
	Action       string
	Destinations []string
}

// destinations answers: which of them do we send IP addresses to? Or any other type.
func (s *site) destinations(w http.ResponseWriter, r *http.Request) error {
	flows, err := s.Store.Flows(r.Context(), inventory.Filter{Personal: true})
	if err != nil {
		return err
	}
	flows = slices.DeleteFunc(flows, func(f inventory.Flow) bool { return f.Type == "" })
	p := &destinationsPage{Type: r.URL.Query().Get("type")}
	for _, f := range flows {
		if !slices.Contains(p.Types, f.Type) {
			p.Types = append(p.Types, f.Type)
		}
	}
	slices.Sort(p.Types)
	flows = sent(flows)
	destination := func(f *inventory.Flow) string { return f.Destination }
	var names []string
	for _, d := range s.Policy().Destinations {
		names = append(names, d.Name)
	}
	p.All = gather(flows, func(f *inventory.Flow) string { return f.Type }, destination, names)
	slices.SortStableFunc(p.All.Rows, func(a, b matrixRow) int { return byClass(a.Classes[0], b.Classes[0]) })
	if p.Type == "" && len(p.Types) > 0 {
		p.Type = p.Types[0]
		if slices.Contains(p.Types, firstType) {
			p.Type = firstType
		}
	}
	one := slices.DeleteFunc(slices.Clone(flows), func(f inventory.Flow) bool { return f.Type != p.Type })
	p.matrix = gather(one, destination, func(f *inventory.Flow) string { return f.Action }, nil)
	p.matrix.order(actionRank)
	p.Answer = answerOf(&p.matrix)
	for _, n := range names {
		if !slices.ContainsFunc(p.Rows, func(r matrixRow) bool { return r.Name == n }) {
			p.Unmet = append(p.Unmet, n)
		}
	}
	v := s.view(r, "destinations", "Destinations")
	v.Data = p
	return s.show(w, http.StatusOK, "destinations", v)
}

// answerOf says by action which destinations there are: those that got it as it is first.
func answerOf(m *matrix) (words []sendWords) {
	for c, action := range m.Names {
		s := sendWords{Action: action}
		for _, r := range m.Rows {
			if r.Cells[c].Count > 0 {
				s.Destinations = append(s.Destinations, cut(r.Name, 40))
			}
		}
		words = append(words, s)
	}
	return words
}

// Raw is where a type arrived as it is.
func (p *destinationsPage) Raw() (names []string) {
	for _, w := range p.Answer {
		if !w.Intact() {
			continue
		}
		for _, n := range w.Destinations {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	return names
}

// Intact tells whether a type is as it was for these.
func (w *sendWords) Intact() bool { return inventory.Intact(w.Action) }
