package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// overview is what there is at a glance.
type overview struct {
	Since    time.Time        `json:"since"`
	Inbox    int              `json:"inbox" doc:"personal data points that nobody has decided on"`
	Points   pointCounts      `json:"points" doc:"personal data points"`
	Findings byClass          `json:"findings" doc:"findings since then"`
	Actions  map[string]int64 `json:"actions" doc:"what was done to them, for all destinations together"`
	Outcomes map[string]int64 `json:"outcomes" doc:"what became of events since then, once for each destination"`
	Hours    []hour           `json:"hours" doc:"those in which anything was met, the earliest first"`
}

type pointCounts struct {
	Class  map[string]int `json:"class"`
	Status map[string]int `json:"status"`
}

type hour struct {
	At       time.Time `json:"at" doc:"its beginning"`
	Findings byClass   `json:"findings"`
}

// maxHours bounds the hours of an overview: a year.
const maxHours = 366 * 24

func (a *api) overview(w http.ResponseWriter, r *http.Request) error {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return wrong("the query of the address is not well-formed")
	}
	hours := 24
	if v := q.Get("hours"); v != "" {
		if hours, err = strconv.Atoi(v); err != nil || hours < 1 || hours > maxHours {
			return wrong("hours is a number from 1 to " + strconv.Itoa(maxHours))
		}
	}
	ctx := r.Context()
	out := overview{Since: time.Now().UTC().Truncate(time.Hour).Add(-time.Duration(hours-1) * time.Hour),
		Actions: map[string]int64{}, Outcomes: map[string]int64{}, Hours: []hour{},
		Points: pointCounts{Class: map[string]int{}, Status: map[string]int{}}}
	facets, err := a.Store.Facets(ctx, inventory.Filter{Personal: true})
	if err != nil {
		return err
	}
	for _, b := range facets.Class {
		out.Points.Class[b.Value] = b.Count
	}
	for _, b := range facets.Status {
		out.Points.Status[b.Value] = b.Count
	}
	out.Inbox = out.Points.Status[string(inventory.New)]
	met, err := a.Store.Hours(ctx, "", out.Since)
	if err != nil {
		return err
	}
	for _, h := range met {
		out.add(&h)
	}
	slices.SortFunc(out.Hours, func(a, b hour) int { return a.At.Compare(b.At) })
	ended, err := a.Store.OutcomesSince(ctx, out.Since)
	if err != nil {
		return err
	}
	for _, o := range ended {
		out.Outcomes[o.Outcome] += o.Count
	}
	return send(w, out)
}

func (o *overview) add(h *inventory.Hour) {
	if h.Destination != "" {
		o.Actions[h.Action] += h.Count
		return
	}
	o.Findings.add(h.Class, h.Count)
	at := slices.IndexFunc(o.Hours, func(x hour) bool { return x.At.Equal(h.At) })
	if at < 0 {
		at = len(o.Hours)
		o.Hours = append(o.Hours, hour{At: h.At.UTC()})
	}
	o.Hours[at].Findings.add(h.Class, h.Count)
}
