package pages

import (
	"net/http"

	"github.com/eventveil/eventveil/portal/inventory"
)

// inboxSize is how many data points a page of the inbox has: as many as can be decided
// on at once, with one tick.
const inboxSize = 50

type inboxPage struct {
	*browse
	inventory.Page
	Classes []facetItem
	Sources []facetItem
	Drifted string // the address of those with drift, or of all
	Rows    []pointRow
	Types   []typeChoice
	Bulk    decideForm
}

// inbox answers: what is new and waits for a decision?
func (s *site) inbox(w http.ResponseWriter, r *http.Request) error {
	b, err := browseOf("/inbox", r.URL.Query(), inboxSize)
	if err != nil {
		return &unfit{http.StatusBadRequest, sentence(err.Error())}
	}
	b.List.Status = nil // that all of it is new is no filter that could be taken away
	b.values.Del("status")
	list := b.List
	list.Status = waiting.Status
	page, err := s.Store.Points(r.Context(), list)
	if err != nil {
		return err
	}
	f, err := s.Store.Facets(r.Context(), list.Filter)
	if err != nil {
		return err
	}
	policy := s.Policy()
	v := s.view(r, "inbox", "Inbox")
	v.Scripts = []string{"keys.js"}
	v.Flash = s.flash(r, v)
	p := &inboxPage{browse: &b, Page: page, Rows: rowsOf(policy, v, page.Items), Bulk: decideForm{Token: v.Token, Back: v.Here}}
	if v.Editor {
		p.Types = types(policy)
	}
	p.Classes = b.facet("", "class", f.Class, b.List.Class, classWord).Items
	p.Sources = b.facet("", "source", f.Source, b.List.Source, func(v string) string { return cut(v, 40) }).Items
	p.Drifted = b.Only("drift", map[bool]string{false: "true"}[b.List.Drift])
	v.Data = p
	return s.show(w, http.StatusOK, "inbox", v)
}
