package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// garden is an inventory in which every filter and order has something to do.
func garden(t *testing.T, s inventory.Store) {
	t.Helper()
	types, classes := []string{"email", "phone", "ip", "email"}, []string{"yellow", "red", "green", "yellow"}
	sources, destinations, actions := []string{"app", "web", "batch"}, []string{"ads", "crm", "lake"}, []string{"allow", "block", "hash"}
	for i := range 23 {
		o := typed(fmt.Sprintf("p%d.field", i%17), types[i%4], classes[i%4])
		b := inventory.Batch{At: at.Add(time.Duration(i*i%7) * time.Minute), Points: []inventory.Observed{o}}
		for k := range i % 3 {
			source, event := sources[(i+k)%3], fmt.Sprint("event ", i%2)
			b.Sightings = append(b.Sightings, met(o, source, event, int64(i%5+1)))
			for d := range i % 4 {
				d %= 3
				b.Sightings = append(b.Sightings, did(o, source, event, destinations[(i+d)%3], actions[(i+d+k)%3], "", int64(i%5+1)))
			}
		}
		observe(t, s, b)
	}
	see(t, s, nothing("plain.one"), nothing("plain.two"))
	for i, d := range list(t, s, inventory.List{Order: inventory.ByPath}) {
		switch i % 6 {
		case 1:
			must(t, decide(t, s, inventory.Change{ID: d.ID, Status: ptr(inventory.Ignored)}))
		case 2:
			must(t, decide(t, s, inventory.Change{ID: d.ID, Status: ptr(inventory.Approved), Type: ptr("name"), Class: ptr("red"), Note: ptr("Ask LEGAL")}))
		case 3:
			must(t, decide(t, s, inventory.Change{ID: d.ID, Source: "web", Status: ptr(inventory.Ignored)}))
		}
	}
}

func testOrders(t *testing.T, s inventory.Store) {
	garden(t, s)
	all := list(t, s, inventory.List{})
	if len(all) != 24 {
		t.Fatalf("%d data points", len(all))
	}
	ties := func(a, b inventory.DataPoint) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Type, b.Type), strings.Compare(string(a.ID), string(b.ID)))
	}
	for order, first := range map[inventory.Order]func(a, b inventory.DataPoint) int{
		"": func(a, b inventory.DataPoint) int {
			return cmp.Or(slices.Index(inventory.Classes, a.Class)-slices.Index(inventory.Classes, b.Class), cmp.Compare(b.Count, a.Count))
		},
		inventory.ByPath:  ties,
		inventory.ByType:  func(a, b inventory.DataPoint) int { return strings.Compare(a.Type, b.Type) },
		inventory.ByCount: func(a, b inventory.DataPoint) int { return cmp.Compare(b.Count, a.Count) },
		inventory.ByFirst: func(a, b inventory.DataPoint) int { return b.FirstSeen.Compare(a.FirstSeen) },
		inventory.ByLast:  func(a, b inventory.DataPoint) int { return b.LastSeen.Compare(a.LastSeen) },
	} {
		want := slices.Clone(all)
		slices.SortFunc(want, func(a, b inventory.DataPoint) int { return cmp.Or(first(a, b), ties(a, b)) })
		equal(t, paths(list(t, s, inventory.List{Order: order})), paths(want), "order ", order)
		slices.Reverse(want)
		equal(t, paths(list(t, s, inventory.List{Order: order, Reverse: true})), paths(want), "reverse order ", order)
	}
	if _, err := s.Points(t.Context(), inventory.List{Order: "size", Limit: 1}); err == nil {
		t.Error("an order that there is not was taken")
	}
}

// holds tells whether a data point is in a filter, from all that is known of it.
func holds(t *testing.T, s inventory.Store, d inventory.DataPoint, f inventory.Filter) bool {
	t.Helper()
	in := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	seen, err := s.Sightings(t.Context(), d.ID)
	must(t, err)
	full, err := s.Point(t.Context(), d.ID)
	must(t, err)
	source, done := len(f.Source) == 0, len(f.Destination)+len(f.Action) == 0
	for _, n := range seen {
		source = source || n.Destination == "" && slices.Contains(f.Source, n.Source)
		done = done || n.Destination != "" && in(f.Destination, n.Destination) && in(f.Action, n.Action)
	}
	query := strings.ToLower(f.Query)
	return (f.ID == "" || f.ID == d.ID) && in(f.Class, d.Class) && in(f.Type, d.Type) && in(f.Status, string(d.Status)) && source && done &&
		(!f.Drift || d.Drift != "") && (!f.Personal || d.Class != "green" || full.Decided()) &&
		(strings.Contains(strings.ToLower(d.Path), query) || strings.Contains(strings.ToLower(d.Note), query) || strings.Contains(strings.ToLower(d.Owner), query))
}

var filters = []inventory.Filter{
	{}, {Class: []string{"red"}}, {Class: []string{"red", "green"}}, {Type: []string{"email", "name"}}, {Status: []string{"new"}}, {Status: []string{"approved", "ignored"}},
	{Source: []string{"web"}}, {Source: []string{"web", "app"}}, {Destination: []string{"crm"}}, {Action: []string{"block"}}, {Destination: []string{"crm", "ads"}, Action: []string{"hash", "block"}},
	{Destination: []string{"lake"}, Action: []string{"allow"}, Source: []string{"batch"}, Class: []string{"yellow", "red"}},
	{Drift: true}, {Personal: true}, {Query: "P1"}, {Query: "legal", Status: []string{"approved"}}, {Personal: true, Source: []string{"app"}, Query: "field"},
	{Class: []string{"none"}}, {ID: inventory.IDOf("p3.field", "email")},
}

func testFilters(t *testing.T, s inventory.Store) {
	garden(t, s)
	all := list(t, s, inventory.List{Order: inventory.ByPath})
	some := 0
	for _, f := range filters {
		var want []inventory.DataPoint
		for _, d := range all {
			if holds(t, s, d, f) {
				want = append(want, d)
			}
		}
		if len(want) > 0 && len(want) < len(all) {
			some++
		}
		equal(t, list(t, s, inventory.List{Filter: f, Order: inventory.ByPath}), want, fmt.Sprintf("%+v", f))
	}
	if some < len(filters)-3 {
		t.Errorf("only %d of %d filters take some and leave some", some, len(filters))
	}
}

func testQuery(t *testing.T, s inventory.Store) {
	for _, path := range []string{"a%b", "a_b", `a\b`, "aXb", "Traits.Email"} {
		see(t, s, email(path))
	}
	for query, want := range map[string][]string{
		"%": {"a%b:email"}, "_": {"a_b:email"}, `\`: {`a\b:email`}, "a_b": {"a_b:email"}, "AXB": {"aXb:email"}, "traits.EMAIL": {"Traits.Email:email"}, "a%%b": nil, "'": nil, "?": nil,
	} {
		equal(t, sorted(paths(list(t, s, inventory.List{Filter: inventory.Filter{Query: query}}))), want, "query ", query)
	}
}

func testCursor(t *testing.T, s inventory.Store) {
	garden(t, s)
	l := inventory.List{Limit: 3, Filter: inventory.Filter{Class: []string{"red", "yellow"}}}
	page, err := s.Points(t.Context(), l)
	must(t, err)
	refused := func(why string, change func(*inventory.List)) {
		t.Helper()
		other := l
		other.Cursor = page.Next
		change(&other)
		if _, err := s.Points(t.Context(), other); !errors.Is(err, inventory.ErrCursor) {
			t.Errorf("%s: %v", why, err)
		}
	}
	refused("another filter", func(l *inventory.List) { l.Class = []string{"red"} })
	refused("another order", func(l *inventory.List) { l.Order = inventory.ByPath })
	refused("another direction", func(l *inventory.List) { l.Reverse = true })
	refused("rubbish", func(l *inventory.List) { l.Cursor = "rubbish" })
	refused("a line end", func(l *inventory.List) { l.Cursor += "\n" })
	refused("padding", func(l *inventory.List) { l.Cursor += "=" })
	refused("a very long one", func(l *inventory.List) { l.Cursor = strings.Repeat("A", 1<<20) })
	for i := 1; i < len(page.Next)-8; i++ { // the last letters are of the type, any of which is fine
		refused(fmt.Sprint("cut at ", i), func(l *inventory.List) { l.Cursor = l.Cursor[:i] })
	}
	l.Cursor, l.Class = page.Next, []string{"yellow", "red", "red"}
	if _, err := s.Points(t.Context(), l); err != nil {
		t.Errorf("the same filter in other words: %v", err)
	}
	l.Limit = 10
	if _, err := s.Points(t.Context(), l); err != nil {
		t.Errorf("another limit: %v", err)
	}
}

// testStable turns pages while points are added: none that was there is left out or
// told twice.
func testStable(t *testing.T, s inventory.Store) {
	for i := range 10 {
		see(t, s, email(fmt.Sprintf("m%d", i)))
	}
	l := inventory.List{Limit: 3, Order: inventory.ByPath}
	var got []string
	for i := 0; ; i++ {
		page, err := s.Points(t.Context(), l)
		must(t, err)
		for _, d := range page.Items {
			if strings.HasPrefix(d.Path, "m") {
				got = append(got, d.Path)
			}
		}
		if l.Cursor = page.Next; l.Cursor == "" {
			break
		}
		see(t, s, email(fmt.Sprintf("a%d", i)), email(fmt.Sprintf("z%d", i)))
	}
	equal(t, got, []string{"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9"})
}

func testFacets(t *testing.T, s inventory.Store) {
	garden(t, s)
	total := func(f inventory.Filter) int {
		t.Helper()
		page, err := s.Points(t.Context(), inventory.List{Filter: f, Limit: 1})
		must(t, err)
		return page.Total
	}
	everything, err := s.Facets(t.Context(), inventory.Filter{})
	must(t, err)
	for _, f := range filters {
		got, err := s.Facets(t.Context(), f)
		must(t, err)
		for _, k := range []struct {
			name     string
			got, all []inventory.Bucket
			set      func(*inventory.Filter, []string)
			order    []string
		}{
			{"class", got.Class, everything.Class, func(f *inventory.Filter, v []string) { f.Class = v }, inventory.Classes},
			{"type", got.Type, everything.Type, func(f *inventory.Filter, v []string) { f.Type = v }, nil},
			{"status", got.Status, everything.Status, func(f *inventory.Filter, v []string) { f.Status = v }, []string{"new", "approved", "ignored"}},
			{"source", got.Source, everything.Source, func(f *inventory.Filter, v []string) { f.Source = v }, nil},
			{"destination", got.Destination, everything.Destination, func(f *inventory.Filter, v []string) { f.Destination = v }, nil},
			{"action", got.Action, everything.Action, func(f *inventory.Filter, v []string) { f.Action = v }, nil},
		} {
			var want []inventory.Bucket
			for _, b := range k.all {
				one := f
				k.set(&one, []string{b.Value})
				if n := total(one); n > 0 {
					want = append(want, inventory.Bucket{Value: b.Value, Count: n})
				}
			}
			slices.SortFunc(want, func(a, b inventory.Bucket) int {
				if k.order != nil {
					return slices.Index(k.order, a.Value) - slices.Index(k.order, b.Value)
				}
				return cmp.Or(b.Count-a.Count, strings.Compare(a.Value, b.Value))
			})
			equal(t, k.got, want, k.name, fmt.Sprintf(" of %+v", f))
		}
	}
	if len(everything.Class) != 3 || len(everything.Type) != 4 || len(everything.Status) != 3 || len(everything.Source) != 3 || len(everything.Destination) != 3 || len(everything.Action) != 3 {
		t.Errorf("not everything has its facet: %+v", everything)
	}
}
