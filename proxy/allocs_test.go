//go:build !race

package proxy

import "testing"

// TestHopAllocates pins what a request in the steady state allocates. The race
// detector makes pools forget, so it is not built with it.
func TestHopAllocates(t *testing.T) {
	f := func(want float64, yaml, body, headers string) {
		t.Helper()
		h := newHop(t, yaml, body, headers)
		for range 100 {
			h.once(t)
		}
		if got := testing.AllocsPerRun(500, func() { h.once(t) }); got > want {
			t.Errorf("%v allocations per request, want at most %v: %s", got, want, body)
		}
	}
	f(0, enforcing, cleanEvent, nodeHeaders)
	f(0, enforcing, dirtyEvent, nodeHeaders)
	f(0, enforcing, dirtyEvent, browserHeaders)
	f(2, fanning, cleanEvent, nodeHeaders) // the texts of two messages
}
