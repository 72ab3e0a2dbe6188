package pages

import (
	"context"
	"net/http"
	"net/url"

	"github.com/eventveil/eventveil/portal/inventory"
)

type deliveriesPage struct {
	Only string // the destination that is shown alone; "" for all
	Rows []inventory.Delivery
	By   []inventory.Told // the queues of Only
	Dead []deadRow
	All  *deadRow // of all that are shown
}

// deliveries answers: does every destination get its events, and if not, why?
func (s *site) deliveries(w http.ResponseWriter, r *http.Request) error {
	v := s.view(r, "deliveries", "Deliveries")
	list, dead, err := inventory.ReadDeliveries(r.Context(), s.Store, s.Policy(), s.Now())
	if err != nil {
		return err
	}
	p := &deliveriesPage{Only: r.URL.Query().Get("destination")}
	chosen := inventory.DeadOrder{Destination: p.Only}
	for i := range list {
		if d := &list[i]; p.Only == "" || p.Only == d.Destination {
			p.Rows = append(p.Rows, *d)
			p.By = d.By
		}
	}
	if p.Only == "" {
		p.By = nil
	} else if p.Rows == nil {
		return &unfit{http.StatusNotFound, "There is no destination of that name, and nothing waits for one."}
	}
	p.Dead = deadRows(s.Policy(), dead, &chosen)
	p.All = sumOf(p.Dead, &chosen)
	v.Flash = s.ordered(r, v)
	v.Data = p
	return s.show(w, http.StatusOK, "deliveries", v)
}

// delivers tells whether there is anything to say of deliveries: a destination is
// queued, or was and has left something.
func (s *site) delivers(ctx context.Context) bool {
	p := s.Policy()
	for i := range p.Destinations {
		if p.Destinations[i].Queued {
			return true
		}
	}
	backlogs, err := s.Store.Backlogs(ctx)
	if err != nil || len(backlogs) > 0 {
		return err == nil
	}
	dead, err := s.Store.Dead(ctx)
	return err == nil && len(dead) > 0
}

// deliveriesAt is the address of the page about one destination, or ("") about all.
func deliveriesAt(destination string) string {
	if destination == "" {
		return "/deliveries"
	}
	return "/deliveries?" + url.Values{"destination": {destination}}.Encode()
}

// troubles are the destinations that somebody has to look after.
func troubles(list []inventory.Delivery) (some []inventory.Delivery) {
	for i := range list {
		if d := &list[i]; d.Trouble != "" || d.Dead.Messages > 0 {
			some = append(some, *d)
		}
	}
	return some
}
