package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// deadLetters are events that destinations will not take.
type deadLetters struct {
	Items    []deadGroup `json:"items" doc:"by destination, reason, source and status"`
	Requests int64       `json:"requests"`
	Events   int64       `json:"events"`
	Bytes    int64       `json:"bytes"`
}

// deadGroup is those that have this in common, from all processes together.
type deadGroup struct {
	Destination string     `json:"destination"`
	Source      string     `json:"source"`
	Reason      string     `json:"reason" enum:"rejected,failing,expired" doc:"rejected: its answer will not change; failing: tried as often as the configuration says; expired: waited longer than the configuration says"`
	Status      int        `json:"status" doc:"of its last answer; 0 for none, or for different ones"`
	Requests    int64      `json:"requests"`
	Events      int64      `json:"events"`
	Bytes       int64      `json:"bytes"`
	First       *time.Time `json:"first" doc:"when the first was set aside"`
	Last        *time.Time `json:"last"`
}

func (a *api) deadLetters(w http.ResponseWriter, r *http.Request) error {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return wrong("the query of the address is not well-formed")
	}
	chosen := inventory.DeadOrder{Destination: q.Get("destination"), Source: q.Get("source"), Reason: q.Get("reason")}
	if chosen.Reason != "" && !slices.Contains(inventory.Reasons, chosen.Reason) {
		return wrong("reason is one of " + choices["reason"])
	}
	dead, err := a.Store.Dead(r.Context())
	if err != nil {
		return err
	}
	out := deadLetters{Items: []deadGroup{}}
	for _, g := range inventory.Merge(dead, func(g *inventory.DeadGroup) { g.Process, g.Host = "", "" }) {
		if !chosen.Means(&g) {
			continue
		}
		out.Items = append(out.Items, deadGroup{g.Destination, g.Source, g.Reason, g.Status, g.Messages, g.Events, g.Bytes, stamp(g.First), stamp(g.Last)})
		out.Requests, out.Events, out.Bytes = out.Requests+g.Messages, out.Events+g.Events, out.Bytes+g.Bytes
	}
	return send(w, out)
}

// deadSelection is the body of an order. What is left out chooses all.
type deadSelection struct {
	Destination *string `json:"destination,omitempty"`
	Source      *string `json:"source,omitempty"`
	Reason      *string `json:"reason,omitempty" enum:"rejected,failing,expired"`
}

// choices is what a deadSelection may have, for who got it wrong.
var choices = map[string]string{
	"destination": "the name of a destination; GET /api/v1/dead-letters lists what they will not take",
	"source":      "the name of a source",
	"reason":      strings.Join(inventory.Reasons, ", "),
}

// deadOrder is an order that was given.
type deadOrder struct {
	ID          int64     `json:"id"`
	What        string    `json:"what" enum:"replay,purge"`
	Destination string    `json:"destination" doc:"empty for all"`
	Source      string    `json:"source" doc:"empty for all"`
	Reason      string    `json:"reason" doc:"empty for all"`
	Actor       string    `json:"actor"`
	At          time.Time `json:"at" doc:"what is set aside later is not meant"`
	Requests    int64     `json:"requests" doc:"that are known to be meant"`
	Events      int64     `json:"events" doc:"that are known to be meant"`
}

func (a *api) replay(w http.ResponseWriter, r *http.Request) error {
	return a.orderDead(w, r, inventory.Replay)
}

func (a *api) purge(w http.ResponseWriter, r *http.Request) error {
	return a.orderDead(w, r, inventory.Purge)
}

// orderDead notes what all processes are to do with dead letters.
func (a *api) orderDead(w http.ResponseWriter, r *http.Request, what string) error {
	ctx := r.Context()
	var body deadSelection
	if err := readBody(w, r, &body); err != nil {
		return choosing(err)
	}
	o := inventory.DeadOrder{What: what, Actor: a.User(ctx)}
	for _, m := range []struct {
		to   *string
		from *string
	}{{&o.Destination, body.Destination}, {&o.Source, body.Source}, {&o.Reason, body.Reason}} {
		if m.from == nil {
			continue
		}
		if *m.to = *m.from; *m.to == "" {
			return choosing(wrong("the body has an empty member: leave it out to choose all"))
		}
	}
	dead, err := a.Store.Dead(ctx)
	if err != nil {
		return err
	}
	if err := o.Check(a.Policy(), dead); err != nil {
		return choosing(err)
	}
	if o, err = a.Store.OrderDead(ctx, o); err != nil {
		return err
	}
	return sendAs(w, http.StatusAccepted, deadOrder{o.ID, o.What, o.Destination, o.Source, o.Reason, o.Actor, o.At, o.Messages, o.Events})
}

// choosing is a refusal with what a selection may have.
func choosing(err error) *problem {
	p := toProblem(err)
	p.Accepted = choices
	return p
}
