package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

func testSightings(t *testing.T, s inventory.Store) {
	o, other := email("traits.email"), email("other")
	late := at.Add(2 * time.Hour)
	observe(t, s, inventory.Batch{Points: []inventory.Observed{o, other}, Sightings: []inventory.Sighting{
		met(o, "web", "Signed Up", 5), did(o, "web", "Signed Up", "crm", "hash", "r1", 5), met(o, "web", "", 1), met(other, "web", "", 9)}})
	observe(t, s, inventory.Batch{At: late, Sightings: []inventory.Sighting{
		met(o, "web", "Signed Up", 2), did(o, "web", "Signed Up", "crm", "block", "r2", 2), met(o, "app", "Signed Up", 2)}})
	got, err := s.Sightings(t.Context(), o.ID())
	must(t, err)
	equal(t, got, []inventory.Seen{
		{Source: "web", Event: "Signed Up", FirstSeen: at, LastSeen: late, Count: 7},
		{Source: "web", Event: "Signed Up", Destination: "crm", Action: "hash", Rule: "r1", FirstSeen: at, LastSeen: at, Count: 5},
		{Source: "app", Event: "Signed Up", FirstSeen: late, LastSeen: late, Count: 2},
		{Source: "web", Event: "Signed Up", Destination: "crm", Action: "block", Rule: "r2", FirstSeen: late, LastSeen: late, Count: 2},
		{Source: "web", FirstSeen: at, LastSeen: at, Count: 1}})

	b := inventory.Batch{Points: []inventory.Observed{o}}
	for i := range 120 {
		for d := range 10 {
			b.Sightings = append(b.Sightings, did(o, "web", fmt.Sprint(i), fmt.Sprint(d), "allow", "", int64(i+10)))
		}
	}
	observe(t, s, b)
	got, err = s.Sightings(t.Context(), o.ID())
	must(t, err)
	if len(got) != 1000 || got[0].Count != 129 || got[999].Count != 30 {
		t.Errorf("%d sightings, from %d to %d", len(got), got[0].Count, got[len(got)-1].Count)
	}
	if got, err := s.Sightings(t.Context(), "unknown"); len(got) != 0 || err != nil {
		t.Errorf("of an unknown point: %v, %v", got, err)
	}
}

func testFlows(t *testing.T, s inventory.Store) {
	a, b, c := email("a"), email("b"), typed("c", "phone", "red")
	observe(t, s, inventory.Batch{Points: []inventory.Observed{a, b, c}, Sightings: []inventory.Sighting{
		met(a, "web", "e1", 1), met(a, "web", "e2", 2), met(b, "web", "e1", 4), met(b, "app", "e1", 8), met(c, "web", "e1", 16),
		did(a, "web", "e1", "crm", "hash", "r1", 1), did(a, "web", "e2", "crm", "hash", "r2", 2), did(b, "web", "e1", "crm", "hash", "r1", 4),
		did(b, "app", "e1", "crm", "block", "", 8), did(c, "web", "e1", "crm", "block", "r1", 16)}})
	flows := func(f inventory.Filter, want ...inventory.Flow) {
		t.Helper()
		got, err := s.Flows(t.Context(), f)
		must(t, err)
		for i := range want {
			want[i].LastSeen = at
		}
		equal(t, got, want, fmt.Sprintf("%+v", f))
	}
	flows(inventory.Filter{},
		inventory.Flow{Source: "app", Type: "email", Class: "yellow", Points: 1, Count: 8},
		inventory.Flow{Source: "app", Destination: "crm", Type: "email", Class: "yellow", Action: "block", Points: 1, Count: 8},
		inventory.Flow{Source: "web", Type: "email", Class: "yellow", Points: 2, Count: 7},
		inventory.Flow{Source: "web", Type: "phone", Class: "red", Points: 1, Count: 16},
		inventory.Flow{Source: "web", Destination: "crm", Type: "email", Class: "yellow", Action: "hash", Points: 2, Count: 7},
		inventory.Flow{Source: "web", Destination: "crm", Type: "phone", Class: "red", Action: "block", Points: 1, Count: 16})
	// What is said of one source changes the flows of that source alone.
	must(t, decide(t, s, inventory.Change{ID: b.ID(), Source: "web", Type: ptr("name"), Class: ptr("red")}))
	must(t, decide(t, s, inventory.Change{ID: b.ID(), Status: ptr(inventory.Ignored)}))
	flows(inventory.Filter{ID: b.ID()},
		inventory.Flow{Source: "app", Type: "email", Class: "green", Points: 1, Count: 8},
		inventory.Flow{Source: "app", Destination: "crm", Type: "email", Class: "green", Action: "block", Points: 1, Count: 8},
		inventory.Flow{Source: "web", Type: "name", Class: "red", Points: 1, Count: 4},
		inventory.Flow{Source: "web", Destination: "crm", Type: "name", Class: "red", Action: "hash", Points: 1, Count: 4})
	flows(inventory.Filter{Type: []string{"phone"}},
		inventory.Flow{Source: "web", Type: "phone", Class: "red", Points: 1, Count: 16},
		inventory.Flow{Source: "web", Destination: "crm", Type: "phone", Class: "red", Action: "block", Points: 1, Count: 16})
}

func testHours(t *testing.T, s inventory.Store) {
	a, b := email("a"), email("b")
	hour := at.Truncate(time.Hour)
	observe(t, s, inventory.Batch{Points: []inventory.Observed{a, b}, Sightings: []inventory.Sighting{
		met(a, "web", "e1", 1), met(a, "web", "e2", 2), met(b, "web", "e1", 4), did(a, "web", "e1", "crm", "hash", "r", 3)}})
	// What was let through before it was decided to be red is told later: it was yellow then.
	must(t, decide(t, s, inventory.Change{ID: a.ID(), Source: "web", Class: ptr("red")}))
	red := typed(a.Path, a.Found.Type, "red")
	observe(t, s, inventory.Batch{At: at.Add(time.Hour), Sightings: []inventory.Sighting{
		met(a, "web", "e1", 32), did(a, "web", "e1", "crm", "allow", "", 32), met(red, "web", "e1", 8), did(red, "web", "e1", "crm", "block", "r", 8), met(a, "app", "e1", 16)}})
	hours := func(id inventory.ID, since time.Time, want ...inventory.Hour) {
		t.Helper()
		got, err := s.Hours(t.Context(), id, since)
		must(t, err)
		equal(t, got, want, id, since)
	}
	first := inventory.Hour{At: hour, Source: "web", Destination: "crm", Action: "hash", Class: "yellow", Count: 3}
	late := []inventory.Hour{
		{At: hour.Add(time.Hour), Source: "app", Class: "yellow", Count: 16},
		{At: hour.Add(time.Hour), Source: "web", Class: "red", Count: 8},
		{At: hour.Add(time.Hour), Source: "web", Class: "yellow", Count: 32},
		{At: hour.Add(time.Hour), Source: "web", Destination: "crm", Action: "allow", Class: "yellow", Count: 32},
		{At: hour.Add(time.Hour), Source: "web", Destination: "crm", Action: "block", Class: "red", Count: 8}}
	hours("", time.Time{}, append([]inventory.Hour{{At: hour, Source: "web", Class: "yellow", Count: 7}, first}, late...)...)
	hours(a.ID(), time.Time{}, append([]inventory.Hour{{At: hour, Source: "web", Class: "yellow", Count: 3}, first}, late...)...)
	hours(a.ID(), at.Add(time.Hour), late...)
	hours("", hour.Add(time.Hour), late...)
	hours(b.ID(), at.Add(time.Hour))
	hours("unknown", time.Time{})
}

func testSums(t *testing.T, s inventory.Store) {
	hour, late := at.Truncate(time.Hour), at.Add(time.Hour)
	observe(t, s, inventory.Batch{
		Outcomes: []inventory.Outcomes{{Destination: "crm", Outcome: "forwarded", Count: 1}, {Destination: "ads", Outcome: "blocked", Count: 2}},
		Rules:    []inventory.RuleCount{{Rule: "r", Destination: "crm", Action: "hash", Count: 4}, {Destination: "crm", Action: "allow", Count: 8}}})
	observe(t, s, inventory.Batch{At: late,
		Outcomes: []inventory.Outcomes{{Destination: "crm", Outcome: "forwarded", Count: 16}},
		Rules:    []inventory.RuleCount{{Rule: "r", Destination: "crm", Action: "hash", Count: 32}}})
	observe(t, s, inventory.Batch{Outcomes: []inventory.Outcomes{{Destination: "crm", Outcome: "forwarded", Count: 64}}})
	outcomes, err := s.OutcomesSince(t.Context(), at)
	must(t, err)
	equal(t, outcomes, []inventory.OutcomeHour{
		{At: hour, Outcomes: inventory.Outcomes{Destination: "ads", Outcome: "blocked", Count: 2}},
		{At: hour, Outcomes: inventory.Outcomes{Destination: "crm", Outcome: "forwarded", Count: 65}},
		{At: hour.Add(time.Hour), Outcomes: inventory.Outcomes{Destination: "crm", Outcome: "forwarded", Count: 16}}})
	outcomes, err = s.OutcomesSince(t.Context(), late)
	must(t, err)
	equal(t, len(outcomes), 1, "outcomes of the last hour")
	rules, err := s.Rules(t.Context())
	must(t, err)
	equal(t, rules, []inventory.RuleCount{
		{Destination: "crm", Action: "allow", Count: 8, LastSeen: at},
		{Rule: "r", Destination: "crm", Action: "hash", Count: 36, LastSeen: late}})
}

func testProcesses(t *testing.T, s inventory.Store) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	p := inventory.Process{ID: "run-1", Host: "node-1", Role: "proxy", Version: "1", Policy: "abc", Started: now.Add(-time.Hour), Lost: 3}
	old := inventory.Process{ID: "run-0", Host: "node-0", Role: "all"}
	observe(t, s, inventory.Batch{At: now.Add(-25 * time.Hour), Process: old})
	observe(t, s, inventory.Batch{At: now.Add(-time.Minute), Process: p})
	p.Policy, p.Lost = "def", 4
	observe(t, s, inventory.Batch{At: now, Process: p})
	p.LastSeen = now
	got, err := s.Processes(t.Context())
	must(t, err)
	equal(t, got, []inventory.Process{p})
}
