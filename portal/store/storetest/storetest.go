// Package storetest is the conformance suite of inventory.Store: every promise that
// its comments make, asked of a real database. A store that passes can be put in the
// place of another.
package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eventveil/eventveil/portal/inventory"
)

// Run asks all of stores that are open and empty: open makes one for each test and
// closes it in the end.
func Run(t *testing.T, open func(t *testing.T) inventory.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, inventory.Store)
	}{
		{"observe/new", testNew}, {"observe/again", testAgain}, {"observe/drift", testDrift}, {"observe/untyped", testUntyped},
		{"observe/unknown", testUnknown}, {"observe/classless", testClassless}, {"observe/canceled", testCanceled}, {"observe/hostile", testHostile},
		{"points/orders", testOrders}, {"points/filters", testFilters}, {"points/query", testQuery}, {"points/cursor", testCursor}, {"points/stable", testStable},
		{"facets", testFacets}, {"sightings", testSightings}, {"flows", testFlows}, {"hours", testHours}, {"sums", testSums}, {"processes", testProcesses},
		{"decide/verdicts", testVerdicts}, {"decide/refused", testRefused}, {"decide/source", testSource}, {"decide/versions", testVersions}, {"decide/batch", testBatch},
		{"decide/undone", testUndone}, {"audit/chain", testChain}, {"audit/list", testAuditList}, {"sessions", testSessions}, {"prune", testPrune},
		{"deliveries/own", testDelivery}, {"deliveries/restarted", testRestarted}, {"deliveries/shared", testSharedQueue}, {"deliveries/silent", testSilent},
		{"deliveries/orders", testOrdersGiven}, {"deliveries/known", testOrderCounts},
		{"concurrent", func(t *testing.T, s inventory.Store) { together(t, s, s) }}, {"closed", testClosed},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

// RunShared asks of two stores on one database that they do as one.
func RunShared(t *testing.T, a, b inventory.Store) {
	together(t, a, b)
	orderTogether(t, a, b)
}

// at is a time within an hour of the past that no test comes near.
var at = time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC)

func email(path string) inventory.Observed {
	return inventory.Observed{Path: path, Shape: "aaa@aaaaaaa.aaa",
		Found: inventory.Finding{Type: "email", Class: "yellow", Matched: "both", How: "exact", Confidence: 99}}
}

func typed(path, typ, class string) inventory.Observed {
	return inventory.Observed{Path: path, Found: inventory.Finding{Type: typ, Class: class, Matched: "key", How: "synonym", Confidence: 80}}
}

func nothing(path string) inventory.Observed {
	return inventory.Observed{Path: path, Found: inventory.Finding{Class: "green"}}
}

// met is a sighting of o without a destination, acted on as what it was found as.
func met(o inventory.Observed, source, event string, n int64) inventory.Sighting {
	return inventory.Sighting{Point: o.ID(), Source: source, Event: event, Class: o.Found.Class, Count: n}
}

// did is a sighting of o for a destination, acted on as what it was found as.
func did(o inventory.Observed, source, event, destination, action, rule string, n int64) inventory.Sighting {
	return inventory.Sighting{Point: o.ID(), Source: source, Event: event, Destination: destination, Action: action, Rule: rule, Class: o.Found.Class, Count: n}
}

func observe(t *testing.T, s inventory.Store, b inventory.Batch) {
	t.Helper()
	if b.At.IsZero() {
		b.At = at
	}
	must(t, s.Observe(t.Context(), &b))
}

func see(t *testing.T, s inventory.Store, points ...inventory.Observed) {
	t.Helper()
	observe(t, s, inventory.Batch{Points: points})
}

// decide makes one change and returns its error.
func decide(t *testing.T, s inventory.Store, c inventory.Change) error {
	t.Helper()
	errs, err := s.Decide(t.Context(), "ann", []inventory.Change{c})
	must(t, err)
	if len(errs) != 1 {
		t.Fatalf("%d errors for one change", len(errs))
	}
	return errs[0]
}

func point(t *testing.T, s inventory.Store, o inventory.Observed) inventory.DataPoint {
	t.Helper()
	d, err := s.Point(t.Context(), o.ID())
	must(t, err)
	return *d
}

// list is all pages of a question, in pages of two.
func list(t *testing.T, s inventory.Store, l inventory.List) []inventory.DataPoint {
	t.Helper()
	var all []inventory.DataPoint
	l.Limit = 2
	for {
		page, err := s.Points(t.Context(), l)
		must(t, err)
		if len(page.Items) > 2 || len(page.Items) == 0 && l.Cursor != "" {
			t.Fatalf("a page of %d with cursor %q", len(page.Items), l.Cursor)
		}
		all = append(all, page.Items...)
		if page.Next == "" {
			if page.Total != len(all) {
				t.Fatalf("%d data points on all pages, total %d", len(all), page.Total)
			}
			return all
		}
		l.Cursor = page.Next
	}
}

// paths of a list of data points, with what was found.
func paths(points []inventory.DataPoint) []string {
	var out []string
	for _, d := range points {
		out = append(out, d.Path+":"+d.Found.Type)
	}
	return out
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

func ptr[T any](v T) *T { return &v }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T any](t *testing.T, got, want T, what ...any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%v: (-want +got)\n%s", fmt.Sprint(what...), diff)
	}
}

// audit is the whole audit in ascending order, verified.
func audit(t *testing.T, s inventory.Store) []inventory.Entry {
	t.Helper()
	var all []inventory.Entry
	for before := int64(0); ; before = all[len(all)-1].Seq {
		page, err := s.Audit(context.WithoutCancel(t.Context()), "", before, 7)
		must(t, err)
		all = append(all, page...)
		if len(page) < 7 {
			break
		}
	}
	slices.Reverse(all)
	must(t, inventory.VerifyAudit(all, ""))
	return all
}
