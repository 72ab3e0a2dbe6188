package pages

import (
	"context"
	"errors"
	"net/http"

	"github.com/eventveil/eventveil/portal/access"
	"github.com/eventveil/eventveil/portal/inventory"
)

// handler shows a page, or says why it cannot.
type handler func(w http.ResponseWriter, r *http.Request) error

// unfit is a request that cannot be answered as it is, for whoever asked.
type unfit struct {
	status int
	reason string
}

func (u *unfit) Error() string { return u.reason }

// serve is where errors become pages.
func (s *site) serve(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Pages hold a token and what few may see: no cache keeps them.
		w.Header().Set("Cache-Control", "no-store")
		if err := h(w, r); err != nil && !errors.Is(r.Context().Err(), context.Canceled) {
			s.fault(w, r, err)
		}
	})
}

// faultPage is a page instead of the one that was asked for.
type faultPage struct {
	Status int
	Head   string
	Reason string
	Back   string // where to go on; "" for nowhere
}

func (s *site) fault(w http.ResponseWriter, r *http.Request, err error) {
	p := faultPage{Back: r.URL.Path}
	var u *unfit
	switch {
	case errors.As(err, &u):
		p.Status, p.Head, p.Reason = u.status, "This cannot be done", u.reason
		if u.status == http.StatusNotFound {
			p.Head, p.Back = "There is no such page", "/"
		}
	case errors.Is(err, inventory.ErrNotFound):
		p.Status, p.Head, p.Back = http.StatusNotFound, "There is no such data point", "/inventory"
		p.Reason = "It may have been on another server, or the address is incomplete."
	case errors.Is(err, inventory.ErrCursor):
		p.Status, p.Head = http.StatusBadRequest, "This is not the address of a page"
		p.Reason = "Its cursor was given out for another question. Start from the first page."
	default:
		s.Log.Warn("a page cannot be shown", "page", r.URL.Path, "error", err)
		p.Status, p.Head = http.StatusServiceUnavailable, "The store cannot be used"
		p.Reason = "What was decided and seen cannot be shown now. Traffic is not affected: events are filtered and forwarded by the decisions known so far."
		w.Header().Set("Retry-After", "5")
	}
	if r.Method != http.MethodGet {
		p.Back = access.LocalPath(r.PostFormValue("back"))
	}
	v := s.view(r, "", p.Head)
	v.Data = p
	begin(w, p.Status)
	s.write(w, "fault", v)
}

// begin writes the header of a page.
func begin(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
}

func (s *site) nowhere(http.ResponseWriter, *http.Request) error {
	return &unfit{http.StatusNotFound, "The pages there are stand in the menu."}
}
