package pages

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/portal/inventory"
)

// row is the row of a data point in a list; "" when it has none.
func row(page string, o inventory.Observed) string {
	for _, text := range strings.Split(page, `<tr class="row">`)[1:] {
		if text, _, _ = strings.Cut(text, "</tr>"); strings.Contains(text, `href="/datapoints/`+string(o.ID())+`"`) {
			return text
		}
	}
	return ""
}

// TestByConfiguration: rows say which line of the configuration decides about them.
func TestByConfiguration(t *testing.T) {
	f := newFixture(t)
	f.normal()
	for _, target := range []string{"/inbox", "/inventory"} {
		page := f.page(target)
		has(t, row(page, overrode), ">by configuration<", `policy.yaml, line 11, says what this path holds`)
		lacks(t, row(page, email), "by configuration")
	}
}

// TestUncounted: what is never counted is not said to have gone nowhere.
func TestUncounted(t *testing.T) {
	f := newFixture(t)
	f.normal()
	for target, times := range map[string]int{"/inventory": 2, "/inbox": 1} {
		page := f.page(target + "?personal=false")
		got := row(page, untyped)
		if n := strings.Count(got, "not&nbsp;counted"); n != times {
			t.Errorf("%s: it is said %d times that it is not counted, want %d:\n%s", target, n, times, got)
		}
		lacks(t, got, ">none<", ">0<", "from ")
		lacks(t, row(page, email), "not&nbsp;counted")
	}
	nowhere := point("properties.nowhere", "email", "yellow")
	b := &inventory.Batch{At: f.at, Process: inventory.Process{ID: "p1", Started: f.at, LastSeen: f.at}, Points: []inventory.Observed{nowhere},
		Sightings: []inventory.Sighting{{Point: nowhere.ID(), Source: "web", Class: nowhere.Found.Class, Count: 1}}}
	if err := f.store.Observe(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	has(t, row(f.page("/inventory"), nowhere), ">none<")
}

// TestDecideForOneSource: the word about the decision says what is left to decide.
func TestDecideForOneSource(t *testing.T) {
	f := newFixture(t)
	f.normal()
	const left = "It stays in the inbox until it is decided for all sources."
	web := url.Values{"source": {"web"}}
	page := f.made(f.decide(doConfirm, []string{at(email, 0)}, web))
	has(t, page, "from web, is confirmed. "+left)
	has(t, row(page, email), "Confirm")
	has(t, f.page("/datapoints/"+string(email.ID())+"?source=web"), "For the others it stays in the inbox.")
	has(t, f.made(f.submit(page, doReopen)), "from web, is as for all sources again.")

	page = f.made(f.decide(doIgnore, []string{at(email, 2)}, nil))
	lacks(t, page, left)
	page = f.made(f.decide(doConfirm, []string{at(email, 3)}, web))
	has(t, page, "from web, is confirmed.")
	lacks(t, page, left)
	lacks(t, f.page("/datapoints/"+string(email.ID())+"?source=web"), "stays in the inbox")
}
