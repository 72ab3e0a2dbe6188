package api

import (
	"context"
	"iter"
	"net/http"
	"net/url"

	"github.com/eventveil/eventveil/portal/inventory"
)

// pageSize is how many data points a page of a list has unless limit says otherwise.
const pageSize = 100

// list is a page of data points.
type list struct {
	Items []point `json:"items"`
	Next  *string `json:"next" doc:"cursor of the next page; null when this is the last"`
	Total int     `json:"total" doc:"on all pages"`
}

func (a *api) inbox(w http.ResponseWriter, r *http.Request) error {
	return a.list(w, r, func(q url.Values, l *inventory.List) {
		personal(q, l)
		if len(l.Status) == 0 {
			l.Status = []string{string(inventory.New)}
		}
	})
}

func (a *api) inventory(w http.ResponseWriter, r *http.Request) error {
	return a.list(w, r, func(_ url.Values, l *inventory.List) {
		if len(l.Status) == 0 {
			l.Status = []string{string(inventory.Approved), string(inventory.Ignored)}
		}
	})
}

func (a *api) datapoints(w http.ResponseWriter, r *http.Request) error {
	return a.list(w, r, func(url.Values, *inventory.List) {})
}

// personal leaves out what is not personal, unless the question says of which class
// or type the answers are to be.
func personal(q url.Values, l *inventory.List) {
	if len(l.Class)+len(l.Type) == 0 && q.Get("personal") == "" {
		l.Personal = true
	}
}

// question reads the parameters of a list.
func question(r *http.Request, limit int) (url.Values, inventory.List, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, inventory.List{}, wrong("the query of the address is not well-formed")
	}
	l, err := inventory.ParseList(q, limit)
	if err != nil {
		return nil, l, wrong(err.Error())
	}
	return q, l, nil
}

func (a *api) list(w http.ResponseWriter, r *http.Request, narrow func(url.Values, *inventory.List)) error {
	q, l, err := question(r, pageSize)
	if err != nil {
		return err
	}
	narrow(q, &l)
	page, err := a.Store.Points(r.Context(), l)
	if err != nil {
		return err
	}
	s := a.policy()
	out := list{Items: []point{}, Total: page.Total}
	for i := range page.Items {
		out.Items = append(out.Items, s.point(&page.Items[i]))
	}
	if page.Next != "" {
		out.Next = &page.Next
	}
	return send(w, out)
}

// pages reads a list from its beginning to its end.
func (a *api) pages(ctx context.Context, l inventory.List) iter.Seq2[inventory.Page, error] {
	return func(yield func(inventory.Page, error) bool) {
		l.Cursor, l.Limit = "", inventory.MaxLimit
		for {
			page, err := a.Store.Points(ctx, l)
			if !yield(page, err) || err != nil || page.Next == "" {
				return
			}
			l.Cursor = page.Next
		}
	}
}

func (a *api) datapoint(w http.ResponseWriter, r *http.Request) error {
	d, err := a.detail(r.Context(), inventory.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(d.Version))
	return send(w, d)
}

func (a *api) detail(ctx context.Context, id inventory.ID) (*pointDetail, error) {
	p, err := a.Store.Point(ctx, id)
	if err != nil {
		return nil, err
	}
	seen, err := a.Store.Sightings(ctx, id)
	if err != nil {
		return nil, err
	}
	return a.policy().detail(p, seen), nil
}
