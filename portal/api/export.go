package api

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/eventveil/eventveil/internal/sheet"
	"github.com/eventveil/eventveil/portal/inventory"
)

// columns of inventory.csv, and what each cell is made of. docs/api.md explains them.
var columns = []struct {
	name string
	cell func(*point) string
}{
	{"class", func(p *point) string { return p.Class }},
	{"type", func(p *point) string { return p.Type }},
	{"path", func(p *point) string { return p.Path }},
	{"status", func(p *point) string { return p.Status }},
	{"recommended", func(p *point) string { return p.Recommended }},
	{"found_type", func(p *point) string { return p.Found.Type }},
	{"matched", func(p *point) string { return p.Found.Matched }},
	{"how", func(p *point) string { return p.Found.How }},
	{"confidence", func(p *point) string { return strconv.FormatFloat(p.Found.Confidence, 'g', -1, 64) }},
	{"count", func(p *point) string { return strconv.FormatInt(p.Count, 10) }},
	{"first_seen", func(p *point) string { return cellTime(&p.FirstSeen) }},
	{"last_seen", func(p *point) string { return cellTime(&p.LastSeen) }},
	{"sources", func(p *point) string { return strings.Join(p.Sources, "; ") }},
	{"destinations", func(p *point) string { return strings.Join(p.Destinations, "; ") }},
	{"shape", func(p *point) string { return p.Shape }},
	{"drift", func(p *point) string { return p.Drift }},
	{"note", func(p *point) string { return p.Note }},
	{"owner", func(p *point) string { return p.Owner }},
	{"decided_by", func(p *point) string { return p.DecidedBy }},
	{"decided_at", func(p *point) string { return cellTime(p.DecidedAt) }},
	{"override", func(p *point) string {
		if p.Override == nil {
			return ""
		}
		return fmt.Sprintf("%s:%d", p.Override.File, p.Override.Line)
	}},
	{"id", func(p *point) string { return string(p.ID) }},
	{"version", func(p *point) string { return strconv.FormatInt(p.Version, 10) }},
}

func cellTime(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.RFC3339)
}

// exported is what an export of the inventory is of: what the page shows unless the
// parameters say otherwise. Its order is one that traffic does not change, so that no
// row is missed between two pages.
func exported(r *http.Request) (inventory.List, error) {
	q, l, err := question(r, inventory.MaxLimit)
	if err != nil {
		return l, err
	}
	personal(q, &l)
	if l.Order == "" {
		l.Order = inventory.ByPath
	}
	return l, nil
}

// attach makes an answer a file.
func attach(w http.ResponseWriter, media, name string) {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}

// points writes a list to its end: begin before the first page, which is where errors
// can still be told, each for each data point, and end.
func (a *api) points(r *http.Request, l inventory.List, begin func(total int), each func(*point) error, end func() error) error {
	s, begun := a.policy(), false
	for page, err := range a.pages(r.Context(), l) {
		if err != nil {
			return cut(begun, err)
		}
		if !begun {
			begin(page.Total)
			begun = true
		}
		if r.Method == http.MethodHead {
			return nil
		}
		for i := range page.Items {
			p := s.point(&page.Items[i])
			if err := each(&p); err != nil {
				return cut(true, err)
			}
		}
	}
	return cut(true, end())
}

// cut breaks the connection off when an answer has begun and cannot be finished, so
// that nobody takes a part for the whole.
func cut(begun bool, err error) error {
	if begun && err != nil {
		panic(http.ErrAbortHandler)
	}
	return err
}

func (a *api) inventoryCSV(w http.ResponseWriter, r *http.Request) error {
	l, err := exported(r)
	if err != nil {
		return err
	}
	out := sheet.NewWriter(w)
	row := make([]string, len(columns))
	return a.points(r, l, func(int) {
		attach(w, "text/csv; charset=utf-8", "inventory.csv")
		for i, c := range columns {
			row[i] = c.name
		}
		out.Row(row...)
	}, func(p *point) error {
		for i, c := range columns {
			row[i] = c.cell(p)
		}
		out.Row(row...)
		return nil
	}, out.Flush)
}

// inventoryFile is inventory.json.
type inventoryFile struct {
	At    time.Time `json:"at"`
	Total int       `json:"total"`
	Items []point   `json:"items"`
}

func (a *api) inventoryJSON(w http.ResponseWriter, r *http.Request) error {
	l, err := exported(r)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	separator := "\n"
	return a.points(r, l, func(total int) {
		attach(w, "application/json", "inventory.json")
		fmt.Fprintf(out, `{"at":%q,"total":%d,"items":[`, time.Now().UTC().Format(time.RFC3339), total)
	}, func(p *point) error {
		line, err := json.Marshal(p)
		out.WriteString(separator)
		out.Write(line)
		separator = ",\n"
		return err
	}, func() error {
		out.WriteString("\n]}\n")
		return out.Flush()
	})
}
