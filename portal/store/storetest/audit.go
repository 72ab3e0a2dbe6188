package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

func testChain(t *testing.T, s inventory.Store) {
	before := time.Now().Truncate(time.Microsecond)
	for i := range 9 {
		must(t, s.Note(t.Context(), inventory.Entry{Actor: "ann", Action: "export", Object: "inventory.csv", Label: "<all> & more", After: fmt.Sprintf(`{"rows":%d}`, i),
			Seq: 77, At: time.Unix(1, 0), Prev: "prev", Hash: "hash"})) // which are the store's
	}
	log := audit(t, s)
	for i, e := range log {
		if e.Seq != int64(i+1) || e.At.Before(before) || e.At.After(time.Now()) || e.At.Location() != time.UTC {
			t.Errorf("entry %d: seq %d at %v", i, e.Seq, e.At)
		}
		equal(t, []string{e.Actor, e.Action, e.Object, e.Label, e.Before, e.After}, []string{"ann", "export", "inventory.csv", "<all> & more", "", fmt.Sprintf(`{"rows":%d}`, i)})
	}
	must(t, inventory.VerifyAudit(log[3:], log[2].Hash))
}

func testAuditList(t *testing.T, s inventory.Store) {
	for i := range 10 {
		must(t, s.Note(t.Context(), inventory.Entry{Action: "login", Object: fmt.Sprint("o", i%2)}))
	}
	seqs := func(object string, before int64, limit int, want ...int64) {
		t.Helper()
		list, err := s.Audit(t.Context(), object, before, limit)
		must(t, err)
		var got []int64
		for _, e := range list {
			got = append(got, e.Seq)
		}
		equal(t, got, want, object, before, limit)
	}
	seqs("", 0, 3, 10, 9, 8)
	seqs("", 8, 2, 7, 6)
	seqs("", 2, 5, 1)
	seqs("", 1, 5)
	seqs("o1", 0, 2, 10, 8)
	seqs("o1", 8, 10, 6, 4, 2)
	seqs("o2", 0, 10)
	seqs("", 0, 0)
}

func testSessions(t *testing.T, s inventory.Store) {
	soon := time.Now().UTC().Add(time.Hour).Truncate(time.Microsecond)
	is := func(key string, want *inventory.Session) {
		t.Helper()
		got, err := s.Session(t.Context(), key)
		must(t, err)
		equal(t, got, want, key)
	}
	a := inventory.Session{User: "ann", Role: "owner", Token: "t1", Expires: soon}
	must(t, s.PutSession(t.Context(), "a", a))
	must(t, s.PutSession(t.Context(), "b", inventory.Session{User: "bob", Role: "viewer", Expires: time.Now().Add(-time.Second)}))
	is("a", &a)
	is("b", nil)
	is("c", nil)
	a.Role = "viewer"
	must(t, s.PutSession(t.Context(), "a", a))
	is("a", &a)
	must(t, s.Prune(t.Context(), at))
	is("a", &a)
	must(t, s.DropSession(t.Context(), "a"))
	must(t, s.DropSession(t.Context(), "a"))
	is("a", nil)
}

func testPrune(t *testing.T, s inventory.Store) {
	o := email("traits.email")
	for i := range 5 {
		observe(t, s, inventory.Batch{At: at.Add(time.Duration(i) * time.Hour), Points: []inventory.Observed{o}, Sightings: []inventory.Sighting{met(o, "web", "", 1)},
			Outcomes: []inventory.Outcomes{{Destination: "crm", Outcome: "forwarded", Count: 1}}, Process: inventory.Process{ID: fmt.Sprint("run-", i)}})
	}
	must(t, decide(t, s, said{class: "red"}.of(o)))
	must(t, s.Prune(t.Context(), at.Add(2*time.Hour))) // the hour that it is in stays
	for _, id := range []inventory.ID{"", o.ID()} {
		hours, err := s.Hours(t.Context(), id, time.Time{})
		must(t, err)
		equal(t, len(hours), 3, "hours of ", id)
		equal(t, hours[0].At, at.Truncate(time.Hour).Add(2*time.Hour))
	}
	outcomes, err := s.OutcomesSince(t.Context(), time.Time{})
	must(t, err)
	equal(t, len(outcomes), 3, "outcomes")
	seen, err := s.Sightings(t.Context(), o.ID())
	must(t, err)
	equal(t, []int64{seen[0].Count, point(t, s, o).Count, int64(len(audit(t, s)))}, []int64{5, 5, 1}, "what is of all time")
}

// together observes and decides from both stores at once, and counts what came of it.
func together(t *testing.T, a, b inventory.Store) {
	const rounds, workers = 12, 3
	o := email("traits.email")
	var group sync.WaitGroup
	for w := range workers {
		for _, s := range []inventory.Store{a, b} {
			group.Go(func() {
				for i := range rounds {
					own := email(fmt.Sprint("own.", i))
					b := inventory.Batch{At: at, Points: []inventory.Observed{o, own}, Sightings: []inventory.Sighting{
						met(o, "web", "e", 1), met(own, "web", fmt.Sprint("e", w), 1), did(o, "web", "e", "crm", "hash", "r", 1), did(own, "app", "e", "crm", "hash", "r", 1)},
						Outcomes: []inventory.Outcomes{{Destination: "crm", Outcome: "forwarded", Count: 1}}}
					if err := s.Observe(t.Context(), &b); err != nil {
						t.Error(err)
					}
				}
			})
			group.Go(func() {
				for i := range rounds {
					class := inventory.Classes[i%2]
					errs, err := s.Decide(t.Context(), fmt.Sprint("ann", w), []inventory.Change{said{class: class}.of(email(fmt.Sprint("own.", i))), said{class: class, note: fmt.Sprint(w)}.of(o)})
					if err != nil {
						t.Error(err)
					}
					for _, err := range errs {
						if err != nil && !errors.Is(err, inventory.ErrNotFound) {
							t.Error(err)
						}
					}
					if err := s.Note(t.Context(), inventory.Entry{Action: "login"}); err != nil {
						t.Error(err)
					}
					if _, err := s.Points(t.Context(), inventory.List{Limit: 5}); err != nil {
						t.Error(err)
					}
					if _, err := s.Facets(t.Context(), inventory.Filter{}); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	group.Wait()
	equal(t, point(t, a, o).Count, 2*rounds*workers, "findings")
	equal(t, point(t, b, email("own.3")).Count, 2*workers, "findings of its own")
	outcomes, err := b.OutcomesSince(t.Context(), at)
	must(t, err)
	equal(t, outcomes[0].Count, 2*rounds*workers, "outcomes")
	log := audit(t, b)
	decided := map[string]int64{}
	logins := 0
	for _, e := range log {
		if e.Action == "login" {
			logins++
		}
		decided[e.Object]++
	}
	equal(t, logins, 2*rounds*workers, "logins in the audit")
	for _, d := range list(t, a, inventory.List{}) {
		equal(t, decided[string(d.ID)], d.Version, "entries about ", d.Path)
	}
}

func testClosed(t *testing.T, s inventory.Store) {
	must(t, s.Ping(t.Context()))
	must(t, s.Close())
	if err := s.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("ping: %v", err)
	}
	if err := s.Observe(t.Context(), &inventory.Batch{}); err == nil {
		t.Error("a closed store took a batch")
	}
	if _, err := s.Points(t.Context(), inventory.List{Limit: 1}); err == nil {
		t.Error("a closed store listed")
	}
	must(t, s.Close())
}
