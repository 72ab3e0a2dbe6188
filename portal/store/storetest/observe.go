package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

func testNew(t *testing.T, s inventory.Store) {
	o := email("traits.email")
	observe(t, s, inventory.Batch{Points: []inventory.Observed{o}, Sightings: []inventory.Sighting{
		met(o, "web", "Signed Up", 2), met(o, "app", "Signed Up", 3),
		did(o, "web", "Signed Up", "crm", "hash", "no raw addresses", 2), did(o, "app", "Signed Up", "ads", "block", "", 3),
	}})
	want := inventory.DataPoint{ID: o.ID(), Path: "traits.email", Found: o.Found,
		Verdict: inventory.Verdict{Status: inventory.New, Type: "email", Class: "yellow"},
		Shape:   "aaa@aaaaaaa.aaa", FirstSeen: at, LastSeen: at, Count: 5,
		Sources: []string{"app", "web"}, Destinations: []string{"ads", "crm"}}
	equal(t, point(t, s, o), want, "the point")
	page, err := s.Points(t.Context(), inventory.List{Limit: 10})
	must(t, err)
	equal(t, page, inventory.Page{Items: []inventory.DataPoint{want}, Total: 1}, "the list")
	if _, err := s.Point(t.Context(), inventory.IDOf("traits.email", "phone")); !errors.Is(err, inventory.ErrNotFound) {
		t.Errorf("a point that was not observed: %v", err)
	}
}

func testAgain(t *testing.T, s inventory.Store) {
	o := email("traits.email")
	observe(t, s, inventory.Batch{Points: []inventory.Observed{o}, Sightings: []inventory.Sighting{met(o, "web", "", 1)}})
	o.Found.Class, o.Found.Confidence, o.Shape = "red", 50, ""
	observe(t, s, inventory.Batch{At: at.Add(time.Minute), Points: []inventory.Observed{o}})
	d := point(t, s, o)
	equal(t, d.Found, o.Found, "the latest finding is kept")
	equal(t, d.Class, "red", "the class of what nobody has decided on follows what is found")
	equal(t, d.Shape, "aaa@aaaaaaa.aaa", "no shape keeps the one that is known")
	equal(t, d.Drift, "", "the same type is no drift")
	equal(t, d.LastSeen, at, "only findings are seen")
	observe(t, s, inventory.Batch{At: at.Add(time.Hour), Sightings: []inventory.Sighting{met(o, "web", "", 4), did(o, "web", "", "crm", "allow", "", 4)}})
	observe(t, s, inventory.Batch{At: at.Add(-time.Hour), Sightings: []inventory.Sighting{met(o, "web", "", 1)}})
	d = point(t, s, o)
	equal(t, d.Count, 6, "findings add up")
	equal(t, []time.Time{d.FirstSeen, d.LastSeen}, []time.Time{at.Add(-time.Hour), at.Add(time.Hour)}, "batches may come late")

	must(t, decide(t, s, inventory.Change{ID: o.ID(), Status: ptr(inventory.Approved)}))
	o.Found.Class, o.Shape = "green", "aa@aaa.aa"
	see(t, s, o)
	d = point(t, s, o)
	equal(t, []string{d.Class, d.Found.Class, d.Shape}, []string{"red", "green", "aa@aaa.aa"}, "the class that was decided stays")
}

func testDrift(t *testing.T, s inventory.Store) {
	see(t, s, email("contact"), typed("contact", "phone", "yellow"), nothing("plain"))
	equal(t, point(t, s, email("contact")).Drift, "", "two types in one batch are no drift")
	see(t, s, typed("contact", "us_ssn", "red"), email("plain"), email("fresh"))
	equal(t, point(t, s, typed("contact", "us_ssn", "")).Drift, "email, phone")
	equal(t, point(t, s, email("plain")).Drift, "nothing personal")
	equal(t, point(t, s, email("fresh")).Drift, "")
	see(t, s, typed("plain", "phone", "yellow"))
	equal(t, point(t, s, typed("plain", "phone", "")).Drift, "email")
	see(t, s, typed("contact", "us_ssn", "red"))
	equal(t, point(t, s, typed("contact", "us_ssn", "")).Drift, "email, phone", "drift stays as it was")
}

func testUntyped(t *testing.T, s inventory.Store) {
	see(t, s, nothing("a"), nothing("b"), email("b"))
	see(t, s, nothing("b"), email("c"))
	see(t, s, nothing("c"), nothing("a"))
	equal(t, paths(list(t, s, inventory.List{Order: inventory.ByPath})), []string{"a:", "b:email", "c:email"})
	d := point(t, s, nothing("a"))
	equal(t, []any{d.Count, d.FirstSeen, d.LastSeen, d.Class}, []any{int64(0), at, at, "green"})
}

func testUnknown(t *testing.T, s inventory.Store) {
	o := email("never.observed")
	observe(t, s, inventory.Batch{Sightings: []inventory.Sighting{met(o, "web", "", 3), did(o, "web", "", "crm", "allow", "", 3)},
		Overflow: []inventory.Overflow{{Source: "web", Count: 2}, {Source: "app", Count: 1}}})
	got, err := s.Overflow(t.Context())
	must(t, err)
	equal(t, got, []inventory.Overflow{{Source: "app", Count: 1}, {Source: "web", Count: 5}}, "a finding of a point that is not kept is counted once")
}

func testClassless(t *testing.T, s inventory.Store) {
	o := email("traits.email")
	n := met(o, "web", "", 1)
	n.Class = ""
	if err := s.Observe(t.Context(), &inventory.Batch{At: at, Points: []inventory.Observed{o}, Sightings: []inventory.Sighting{met(o, "web", "", 1), n}}); err == nil {
		t.Error("a sighting of no class was taken")
	}
	if got := list(t, s, inventory.List{}); len(got) != 0 {
		t.Errorf("part of the batch was stored: %v", paths(got))
	}
}

func testCanceled(t *testing.T, s inventory.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := email("traits.email")
	b := inventory.Batch{At: at, Points: []inventory.Observed{o}}
	if err := s.Observe(ctx, &b); !errors.Is(err, context.Canceled) {
		t.Errorf("a batch that was given up: %v", err)
	}
	if got := list(t, s, inventory.List{}); len(got) != 0 {
		t.Errorf("it was stored: %v", paths(got))
	}
	must(t, s.Observe(t.Context(), &b))
}

// testHostile stores what whoever sends events may have chosen. It comes back as it
// was, but for what no database takes as text.
func testHostile(t *testing.T, s inventory.Store) {
	for _, path := range []string{
		`<script>alert(1)</script>`, `=HYPERLINK("http://example.com")`, "a\tb\r\nc\x1b[31m", "\u202egnp.exe", `'; DROP TABLE points; --`, `%_\`, "$1 ? ?2 :x @y",
		strings.Repeat("deep.", 2000), strings.Repeat("é", 5000), "NaN", "null", "\U0001f600",
	} {
		o := email(path)
		o.Shape, o.Found.How = path, "exact"
		n := met(o, path, path, 1)
		see(t, s, o)
		observe(t, s, inventory.Batch{Sightings: []inventory.Sighting{n}, Overflow: []inventory.Overflow{{Source: path, Count: 1}},
			Rules: []inventory.RuleCount{{Rule: path, Destination: path, Action: path, Count: 1}}, Outcomes: []inventory.Outcomes{{Destination: path, Outcome: path, Count: 1}},
			Process: inventory.Process{ID: path, Host: path}})
		must(t, decide(t, s, inventory.Change{ID: o.ID(), Status: ptr(inventory.Approved), Note: &path, Owner: &path}))
		d := point(t, s, o)
		equal(t, []any{d.Path, d.Note, d.Owner, d.Count}, []any{path, path, path, int64(1)})
		if page, err := s.Points(t.Context(), inventory.List{Limit: 5, Filter: inventory.Filter{Query: path, ID: o.ID()}}); err != nil || page.Total != 1 {
			t.Errorf("a query for %.20q: %d, %v", path, page.Total, err)
		}
	}
	bad := "a\x00b\xff\xfe"
	o := email(bad)
	odd, like := met(o, bad, bad, 1), met(o, bad, bad, 1)
	odd.Class, like.Class = bad, "a\x00b\xff\xff"
	observe(t, s, inventory.Batch{Points: []inventory.Observed{o}, Sightings: []inventory.Sighting{
		met(o, bad, bad, 1), met(o, "a\x00b\xff\xff", bad, 1), did(o, bad, bad, bad, bad, bad, 1), odd, like},
		Overflow: []inventory.Overflow{{Source: bad, Count: 1}, {Source: "a\ufffdb\ufffd", Count: 1}}, Process: inventory.Process{ID: bad}})
	must(t, decide(t, s, inventory.Change{ID: o.ID(), Source: bad, Type: &bad, Class: ptr("red"), Note: &bad}))
	equal(t, point(t, s, o).Path, "a\ufffdb\ufffd")
	for _, err := range []error{
		func() error {
			_, err := s.Points(t.Context(), inventory.List{Limit: 1, Filter: inventory.Filter{Query: bad, Source: []string{bad}, Type: []string{bad}}})
			return err
		}(),
		func() error {
			_, err := s.Facets(t.Context(), inventory.Filter{Query: strings.Repeat("%", 100_000)})
			return err
		}(),
		func() error { _, err := s.Sightings(t.Context(), inventory.ID(bad)); return err }(),
		func() error { _, err := s.Session(t.Context(), bad); return err }(),
		func() error { _, err := s.Audit(t.Context(), bad, 0, 1); return err }(),
		s.Note(t.Context(), inventory.Entry{Actor: bad, Action: bad, Object: bad, Label: bad, Before: bad, After: bad}),
		s.PutSession(t.Context(), bad, inventory.Session{User: bad, Role: bad, Token: bad}),
	} {
		must(t, err)
	}
	if _, err := s.Point(t.Context(), inventory.ID(bad)); !errors.Is(err, inventory.ErrNotFound) {
		t.Errorf("a point of a bad ID: %v", err)
	}
	audit(t, s)
}
