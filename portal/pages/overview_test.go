package pages

import (
	"context"
	"testing"

	"github.com/eventveil/eventveil/portal/inventory"
)

// TestEventsCard: the number of events says at which destination they are counted.
func TestEventsCard(t *testing.T) {
	f := newFixture(t)
	f.normal()
	has(t, f.page("/"), "at <bdi>collector</bdi>")
	b := &inventory.Batch{At: f.at, Process: inventory.Process{ID: "p1", Started: f.at, LastSeen: f.at},
		Outcomes: []inventory.Outcomes{{Destination: "ads", Outcome: "forwarded", Count: 1}}}
	if err := f.store.Observe(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	has(t, f.page("/"), "at the busiest destination")
}
