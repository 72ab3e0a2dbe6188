package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/portal/inventory"
)

// delivering is a site that two processes have told of their queues, one of them an
// hour ago, and of one that they share.
func delivering(t testing.TB) *site {
	t.Helper()
	s := filled(t)
	now := time.Now().UTC().Truncate(time.Microsecond)
	tell := func(id string, at time.Time, backlogs []inventory.Backlog, dead ...inventory.DeadGroup) {
		t.Helper()
		p := inventory.Process{ID: id, Host: "host-" + id, LastSeen: at, Queue: id}
		if err := s.store.SetDelivery(s.Context(), p, backlogs, dead); err != nil {
			t.Fatal(err)
		}
	}
	group := func(process, destination, source, reason string, status int, events int64, age time.Duration) inventory.DeadGroup {
		return inventory.DeadGroup{Process: process, Destination: destination, Source: source, Reason: reason, Status: status, Messages: 1, Events: events, Bytes: 10 * events, First: now.Add(-age), Last: now.Add(-age / 2)}
	}
	tell("p1", now, []inventory.Backlog{
		{Process: "p1", Destination: "ads", Messages: 2, Events: 20, Bytes: 200, Oldest: now.Add(-time.Minute), Delivered: 5, Retries: 3, Lost: 1, Trouble: "it answers 503", Since: now.Add(-time.Minute)},
		{Process: "", Destination: "ads", Messages: 1, Events: 300, Bytes: 3000, Oldest: now.Add(-time.Second)},
	}, group("p1", "ads", "web", "rejected", 400, 7, time.Minute), group("p1", "ads", "web", "rejected", 422, 1, time.Minute), group("p1", "former", "old", "expired", 0, 2, time.Hour))
	tell("p2", now.Add(-time.Hour), []inventory.Backlog{
		{Process: "p2", Destination: "ads", Messages: 4, Events: 4000, Bytes: 4, Oldest: now.Add(-2 * time.Hour), Delivered: 60},
		{Process: "p2", Destination: "former"},
	}, group("p2", "ads", "web", "rejected", 400, 30, 4*time.Hour))
	return s
}

func TestDeliveries(t *testing.T) {
	empty := get[deliveries](begin(t, nil), "/deliveries")
	for i, want := range []string{"collector inline", "ads queued"} {
		if d := empty.Items[i]; d.Destination+" "+d.Delivery != want || d.Oldest != nil || d.Since != nil || d.LastSeen != nil || len(d.Queues) > 0 {
			t.Errorf("%+v", d)
		}
	}
	s := delivering(t)
	var got []string
	for _, d := range get[deliveries](s, "/deliveries").Items {
		got = append(got, fmt.Sprintf("%s %s %d/%d/%d %d/%d/%d %q %d, dead %d/%d", d.Destination, d.Delivery, d.Requests, d.Events, d.Bytes, d.Delivered, d.Retries, d.Lost, d.Trouble, d.Troubled, d.DeadRequests, d.DeadEvents))
		for _, q := range d.Queues {
			got = append(got, fmt.Sprintf("- %s@%s %d %q %v", q.Process, q.Host, q.Events, q.Trouble, q.Silent))
		}
	}
	want := []string{`ads queued 7/4320/3204 65/3/1 "its process is not heard of" 2, dead 3/38`,
		`- @ 300 "" false`, `- p1@host-p1 20 "it answers 503" false`, `- p2@host-p2 4000 "its process is not heard of" true`,
		`former none 0/0/0 0/0/0 "" 0, dead 1/2`, `collector inline 0/0/0 0/0/0 "" 0, dead 0/0`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	ads := get[deliveries](s, "/deliveries").Items[0]
	if age := time.Since(*ads.Oldest); age < 2*time.Hour || age > 3*time.Hour {
		t.Errorf("the oldest of all is %v old", age)
	}
	if age := time.Since(*ads.Since); age < time.Hour || age > 2*time.Hour {
		t.Errorf("in trouble for %v", age)
	}
	if time.Since(*ads.LastSeen) > time.Minute {
		t.Errorf("told %v", ads.LastSeen)
	}
}

// TestDestinationsDelivered: what waits is told with the question where data goes.
func TestDestinationsDelivered(t *testing.T) {
	s := delivering(t)
	for _, path := range []string{"/destinations", "/destinations?type=us_ssn"} {
		got := map[string]string{}
		for _, d := range get[destinations](s, path).Items {
			got[d.Name] = fmt.Sprintf("%s %d %v %q %d", d.Delivery, d.Waiting, d.Oldest != nil, d.Trouble, d.Dead)
		}
		want := map[string]string{"collector": `inline 0 false "" 0`, "ads": `queued 4320 true "its process is not heard of" 38`, "former": `none 0 false "" 2`}
		if path == "/destinations" {
			want["gone"] = `none 0 false "" 0`
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: - want, + got:\n%s", path, diff)
		}
	}
}

// TestUnchangedWithIntegrations: what passes with integrations written beside it passes.
func TestUnchangedWithIntegrations(t *testing.T) {
	s := begin(t, nil)
	s.observe(observed, []inventory.Sighting{{Point: id("traits.email"), Source: "web", Count: 5},
		{Point: id("traits.email"), Source: "web", Destination: "collector", Action: "integrations", Count: 5}})
	if d := get[destinations](s, "/destinations").Items[0]; d.Name != "collector" || d.Unchanged != 5 || d.Changed != 0 {
		t.Errorf("%+v", d)
	}
}

func TestDeadLetters(t *testing.T) {
	s := delivering(t)
	check := func(query, sums string, want ...string) {
		t.Helper()
		l := get[deadLetters](s, "/dead-letters"+query)
		var got []string
		for _, g := range l.Items {
			got = append(got, fmt.Sprintf("%s %s %s %d: %d", g.Destination, g.Source, g.Reason, g.Status, g.Events))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: - want, + got:\n%s", query, diff)
		}
		if got := fmt.Sprintf("%d/%d/%d", l.Requests, l.Events, l.Bytes); got != sums {
			t.Errorf("%s: sums %s, want %s", query, got, sums)
		}
	}
	const ads, other, former = "ads web rejected 400: 37", "ads web rejected 422: 1", "former old expired 0: 2"
	check("", "4/40/400", ads, other, former)
	check("?destination=ads", "3/38/380", ads, other)
	check("?reason=expired", "1/2/20", former)
	check("?source=web&reason=rejected&destination=ads", "3/38/380", ads, other)
	check("?source=web&reason=expired", "0/0/0")
	check("?destination=nowhere", "0/0/0")
	first := get[deadLetters](s, "/dead-letters").Items[0]
	if age := time.Since(*first.First); age < 4*time.Hour {
		t.Errorf("the first was set aside %v ago", age)
	}
	if age := time.Since(*first.Last); age > time.Minute {
		t.Errorf("the last was set aside %v ago", age)
	}
	for _, query := range []string{"?reason=bored", "?reason=%zz"} {
		problemOf(s, s.ask("GET", "/dead-letters"+query, ""), http.StatusBadRequest)
	}
}

func TestOrderDead(t *testing.T) {
	s := delivering(t)
	order := func(what, body, want string, headers ...string) {
		t.Helper()
		o := decode[deadOrder](s, s.ask("POST", "/dead-letters/"+what, body, headers...), http.StatusAccepted)
		if got := fmt.Sprintf("%s %s %s %s by %s: %d/%d", o.What, o.Destination, o.Source, o.Reason, o.Actor, o.Requests, o.Events); got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
		given, err := s.store.DeadOrders(s.Context(), o.ID-1)
		if err != nil || len(given) != 1 || given[0].What != what || !given[0].At.Equal(o.At) || time.Since(o.At) > time.Minute {
			t.Errorf("%v: the processes are told %+v", err, given)
		}
	}
	order("replay", `{"destination":"ads","reason":"rejected"}`, "replay ads  rejected by ada: 3/38")
	order("replay", `{"source":"unknown"}`, "replay  unknown  by ada: 0/0")
	order("purge", `{"destination":"former","source":"old"}`, "purge former old  by token:ci: 1/2", "X-User: token:ci")
	order("purge", `{}`, "purge    by ada: 4/40")
	for i, e := range get[auditPage](s, "/audit?object=dead-letters").Items {
		want := []string{"ada purge all dead letters", "token:ci purge dead letters: former · old", "ada replay dead letters: unknown", "ada replay dead letters: ads · rejected"}[i]
		if got := e.Actor + " " + e.Action + " " + e.Label; got != want || !strings.Contains(e.After, `"events":`) {
			t.Errorf("the audit has %q %s, want %q", got, e.After, want)
		}
	}
	for _, body := range []string{`{}`, `{"destination":"ads"}`} {
		if a := s.ask("POST", "/dead-letters/purge", body, "X-Role: editor"); a.status != http.StatusForbidden {
			t.Errorf("an editor purges: %d", a.status)
		}
	}
}

func TestOrderDeadRefuses(t *testing.T) {
	s := delivering(t)
	check := func(body, want string) {
		t.Helper()
		for _, what := range []string{"replay", "purge"} {
			p := problemOf(s, s.ask("POST", "/dead-letters/"+what, body), http.StatusBadRequest)
			if !strings.Contains(p.Detail, want) || len(p.Accepted) != 3 || p.Accepted["reason"] != "rejected, failing, expired" {
				t.Errorf("%s: %q has no %q, accepted %v", body, p.Detail, want, p.Accepted)
			}
		}
	}
	check(`{"destination":"adz"}`, `there is no destination of that name; did you mean "ads"?`)
	check(`{"destination":"formre"}`, `did you mean "former"?`)
	check(`{"destination":"something else"}`, "there is no destination of that name")
	check(`{"source":"wbe"}`, `there is no source of that name; did you mean "web"?`)
	check(`{"reason":"bored"}`, "reason is one of rejected, failing, expired")
	check(`{"reason":""}`, "leave it out to choose all")
	check(`{"destination":""}`, "leave it out to choose all")
	check(``, "empty")
	check(`[]`, "object")
	check(`{"destination":null}`, "null")
	check(`{"destination":7}`, "type")
	check(`{"status":"400"}`, "no member")
	check(`{"Destination":"ads"}`, "lower case")
	if orders, err := s.store.DeadOrders(s.Context(), 0); err != nil || len(orders) > 0 {
		t.Errorf("%v: what was refused is ordered: %v", err, orders)
	}
}

// untold is a store that can tell nothing of deliveries.
type untold struct{ inventory.Store }

var errUntold = errors.New("cannot read the dead letters: the database is locked")

func (untold) Dead(context.Context) ([]inventory.DeadGroup, error) { return nil, errUntold }

func TestDeliveriesUnknown(t *testing.T) {
	s := begin(t, func(under inventory.Store) inventory.Store { return untold{under} })
	for _, c := range [][2]string{{"GET", "/deliveries"}, {"GET", "/dead-letters"}, {"GET", "/destinations"}, {"POST", "/dead-letters/purge"}} {
		if p := problemOf(s, s.ask(c[0], c[1], `{}`), http.StatusServiceUnavailable); !strings.Contains(p.Detail, errUntold.Error()) {
			t.Errorf("%s: %q", c, p.Detail)
		}
	}
}
