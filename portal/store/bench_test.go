package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/eventveil/eventveil/internal/testpg"
	"github.com/eventveil/eventveil/portal/inventory"
)

// large is the size of inventory that pages are to be quick for.
const large = 10_000

// fill puts n data points into a store, each met from 4 sources, for 3 destinations,
// in 5 kinds of event.
func fill(tb testing.TB, s *Store, n int) {
	tb.Helper()
	classes := []string{"red", "yellow", "green"}
	actions := []string{"allow", "hash", "block"}
	at := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	for first := 0; first < n; first += 100 {
		b := inventory.Batch{At: at.Add(time.Duration(first) * time.Second)}
		for i := first; i < min(first+100, n); i++ {
			p := inventory.Observed{Path: fmt.Sprintf("context.group%d.field_%d", i%97, i), Shape: "aaa@aaaaaaa.aaa",
				Found: inventory.Finding{Type: fmt.Sprintf("type_%d", i%40), Class: classes[i%3], Matched: "key", How: "exact", Confidence: 90}}
			b.Points = append(b.Points, p)
			for s := range 4 {
				for e := range 5 {
					n := inventory.Sighting{Point: p.ID(), Source: fmt.Sprintf("source-%d", s), Event: fmt.Sprintf("Event %d", e), Class: p.Found.Class, Count: int64(i%50 + 1)}
					b.Sightings = append(b.Sightings, n)
					for d := range 3 {
						n.Destination, n.Action, n.Rule = fmt.Sprintf("destination-%d", d), actions[(i+d)%3], "rule"
						b.Sightings = append(b.Sightings, n)
					}
				}
			}
		}
		if err := s.Observe(tb.Context(), &b); err != nil {
			tb.Fatal(err)
		}
	}
}

func BenchmarkSQLite(b *testing.B) { bench(b, file(b)) }

func BenchmarkPostgres(b *testing.B) { bench(b, Options{URL: testpg.Start(b)}) }

func bench(b *testing.B, o Options) {
	ctx := b.Context()
	s := open(b, o)
	fill(b, s, large)
	for _, l := range []inventory.List{
		{Limit: 100}, {Limit: 100, Order: inventory.ByPath}, {Limit: 100, Order: inventory.ByLast},
		{Limit: 100, Filter: inventory.Filter{Personal: true}},
		{Limit: 100, Filter: inventory.Filter{Class: []string{"red"}, Source: []string{"source-1"}, Destination: []string{"destination-2"}, Action: []string{"block"}}},
		{Limit: 100, Filter: inventory.Filter{Query: "FIELD_99"}},
	} {
		name := l.Values().Encode()
		b.Run("Points/"+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Points(ctx, l); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("Facets/"+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Facets(ctx, l.Filter); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("Flows", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Flows(ctx, inventory.Filter{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Decisions", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Decisions(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Observe3000", func(b *testing.B) {
		batch := inventory.Batch{At: time.Now()}
		page, err := s.Points(ctx, inventory.List{Limit: 150})
		if err != nil {
			b.Fatal(err)
		}
		for _, d := range page.Items {
			seen, err := s.Sightings(ctx, d.ID)
			if err != nil {
				b.Fatal(err)
			}
			batch.Points = append(batch.Points, inventory.Observed{Path: d.Path, Found: d.Found})
			for _, n := range seen[:20] {
				batch.Sightings = append(batch.Sightings, inventory.Sighting{Point: d.ID, Source: n.Source, Event: n.Event, Destination: n.Destination, Action: n.Action, Rule: n.Rule, Class: d.Class, Count: 1})
			}
		}
		for b.Loop() {
			if err := s.Observe(ctx, &batch); err != nil {
				b.Fatal(err)
			}
		}
	})
}
