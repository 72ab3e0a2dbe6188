package pages

import (
	"net/http"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

// pageSize is how many data points a page of the inventory has.
const pageSize = 100

type inventoryPage struct {
	*browse
	inventory.Page
	Columns []column
	Rows    []pointRow
	Facets  func() facetList
}

// pointRow is a data point with what its row needs besides.
type pointRow struct {
	*inventory.DataPoint
	Share    string // of the most frequent on the page
	Override string // where the configuration says what the path holds; "" when it does not
	Form     decideForm
}

// facetList is what there is to filter by, or that it cannot be told.
type facetList struct {
	List   []facet
	Failed bool
}

// inventory answers: what personal data is there? The rows go out before the facets
// are counted, so that a large inventory is on the screen at once.
func (s *site) inventory(w http.ResponseWriter, r *http.Request) error {
	b, err := browseOf("/inventory", r.URL.Query(), pageSize)
	if err != nil {
		return &unfit{http.StatusBadRequest, sentence(err.Error())}
	}
	page, err := s.Store.Points(r.Context(), b.List)
	if err != nil {
		return err
	}
	v := s.view(r, "inventory", "Inventory")
	v.Scripts = []string{"keys.js"}
	v.Flash = s.flash(r, v)
	v.Data = &inventoryPage{browse: &b, Page: page, Rows: rowsOf(s.Policy(), v, page.Items), Columns: []column{
		b.column("Class", inventory.ByClass, ""), b.column("Data point", inventory.ByPath, ""), b.column("Type", inventory.ByType, ""),
		{Words: "Status"}, {Words: "Sources"}, {Words: "Destinations", Class: "roomy"},
		b.column("Last seen", inventory.ByLast, "num roomy"), b.column("Findings", inventory.ByCount, "num"),
	}, Facets: func() facetList {
		_ = http.NewResponseController(w).Flush() // where it cannot be done, the page comes as a whole
		f, err := s.Store.Facets(r.Context(), b.List.Filter)
		if err != nil {
			return facetList{Failed: true}
		}
		return facetList{List: b.facets(f)}
	}}
	begin(w, http.StatusOK)
	if err := s.execute(w, "inventory", v); err != nil && r.Context().Err() == nil {
		s.Log.Error("a page cannot be rendered", "page", "inventory", "error", err)
	}
	return nil
}

// rowsOf are data points as rows.
func rowsOf(p *rules.Policy, v *view, items []inventory.DataPoint) []pointRow {
	var most int64
	for i := range items {
		most = max(most, items[i].Count)
	}
	rows := make([]pointRow, len(items))
	for i := range items {
		rows[i] = pointRow{DataPoint: &items[i], Share: share(items[i].Count, most), Form: v.decideForm(&items[i])}
		if line, ok := p.OverrideLine(items[i].Path); ok {
			rows[i].Override = place(p, line)
		}
	}
	return rows
}
