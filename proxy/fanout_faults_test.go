package proxy

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/proxy/queue"
)

// TestFull holds that an event which one queue cannot take goes nowhere at all.
func TestFull(t *testing.T) {
	c := collect(t, nil)
	p, w := serveQueued(t, fanning, c.URL)
	limit := func(bytes int64) { w.Limit(map[string]queue.Limits{"crm": {Bytes: bytes}, "audit": {Bytes: 1 << 20}}) }
	limit(1)
	a := p.post(t, 503, "/v1/batch", `{"batch":[{"event":"A"},{"event":"Internal x"}]}`, "Origin", "https://app.example.com")
	if a.header.Get("Retry-After") == "" || !match(`{"success":false,*"code":"queue_full"}`, a.body) || a.header.Get("Access-Control-Allow-Origin") == "" {
		t.Errorf("%+v", a)
	}
	c.none(t)
	w.none(t, "crm", "audit")
	if p.refusedBy(t, "queue_full") != 1 || p.outcome(t, "overloaded") != 1 || p.outcome(t, "blocked") != 1 || p.outcomeFor(t, "crm", "overloaded") != 1 || p.outcomeFor(t, "audit", "overloaded") != 2 {
		t.Error(p.text(t))
	}
	p.post(t, 200, "/v1/track", `{"event":"Internal x"}`) // the crm gets nothing of it
	w.one(t, "audit")
	limit(1 << 20)
	p.post(t, 200, "/v1/track", `{"event":"E"}`)
	c.one(t)
	w.one(t, "crm")
}

// TestLimits holds that the policy in force bounds what waits.
func TestLimits(t *testing.T) {
	c := collect(t, nil)
	bounded := strings.Replace(fanning, "integrations: ignore", "queue: {max_bytes: 64KiB}", 1)
	p, w := serveQueued(t, bounded, c.URL)
	body := `{"event":"E","pad":"` + strings.Repeat("x", 40<<10) + `"}`
	p.post(t, 200, "/v1/track", body)
	p.post(t, 503, "/v1/track", body)
	if err := p.Swap(policy(t, strings.Replace(bounded, "64KiB}", "64KiB, full: drop_oldest}", 1), c.URL)); err != nil {
		t.Fatal(err)
	}
	p.post(t, 200, "/v1/track", body)
	if list := w.take(t, "audit"); len(list) != 1 {
		t.Errorf("%d messages wait", len(list))
	}
	if lost := w.Lost()["audit"].Dropped; lost != 1 {
		t.Errorf("%d events lost, want the oldest", lost)
	}
}

// TestQueueFails holds that nothing is acknowledged which the queue has not got.
func TestQueueFails(t *testing.T) {
	c := collect(t, nil)
	f := func(appending error, keeping queue.Ticket, reason, outcome string) {
		t.Helper()
		q := &breaking{openQueue(t, filepath.Join(t.TempDir(), "queue.db")), appending, keeping}
		p := serveWith(t, Options{Policy: policy(t, fanning, c.URL), Queue: q})
		a := p.post(t, 503, "/v1/track", `{"event":"E","card":"4111111111111111"}`)
		if a.header.Get("Retry-After") == "" || !match(`{"success":false,*`, a.body) || strings.Contains(a.body, "eventveil") {
			t.Errorf("%+v", a)
		}
		arrived, inline := len(c.take()), "altered"
		if appending != nil {
			inline = outcome
		}
		if arrived != map[bool]int{true: 0, false: 1}[appending != nil] {
			t.Errorf("%d requests arrived", arrived)
		}
		if p.refusedBy(t, reason) != 1 || p.outcome(t, inline) != 1 || p.outcomeFor(t, "crm", outcome) != 1 || p.outcomeFor(t, "audit", outcome) != 1 {
			t.Error(p.text(t))
		}
		if text := p.log.String(); strings.Count(text, "cannot put events into the queue") != 1 || !strings.Contains(text, "level=ERROR") {
			t.Errorf("log %s", text)
		}
	}
	full := fmt.Errorf("%w for destination %q", queue.ErrFull, "crm")
	f(errDisk, nil, "queue", "failed")
	f(full, nil, "queue_full", "overloaded")
	f(nil, broken{errDisk}, "queue", "failed")
	f(nil, broken{full}, "queue_full", "overloaded")
}

// TestUnreadIsNotQueued holds that a body that nobody has read goes to the inline
// destination or nowhere, even where the file says that it may pass.
func TestUnreadIsNotQueued(t *testing.T) {
	c := collect(t, nil)
	const routes = "\nroutes: [{path: \"/raw/*\", opaque: pass}]\non_error: pass\nrules:"
	p, w := serveQueued(t, strings.Replace(fanning, "\nrules:", routes, 1), c.URL)
	for i, path := range []string{"/raw/replay", "/v1/track"} {
		p.post(t, 200, path, "{no json")
		if a := c.one(t); a.body != "{no json" || a.header.Get("Via") == "" {
			t.Errorf("arrived %+v", a)
		}
		w.none(t, "crm", "audit")
		if n := p.outcomeFor(t, "crm", "blocked"); n != float64(i+1) {
			t.Errorf("blocked: %v", n)
		}
	}

	// What an inline destination may only have by consent, or by a list, is not to be
	// had without a look.
	for _, key := range []string{"consent: [marketing]", "allow_list: true"} {
		strict := policy(t, strings.Replace(fanning, "\nrules:", routes, 1), c.URL)
		if key == "allow_list: true" {
			strict.Destinations[0].AllowList = true
		} else {
			strict.Destinations[0].Consent = []string{"marketing"}
		}
		p, w := serveWith(t, Options{Policy: strict, Queue: w}), w
		p.send(t, "POST", "/raw/replay", "{no json")
		c.none(t)
		w.none(t, "crm", "audit")
		if n := p.outcome(t, "no_consent") + p.outcome(t, "invalid"); n != 1 {
			t.Errorf("%s: %s", key, p.text(t))
		}
	}
}

// TestLoop holds that a destination which sends here what was sent from here is found.
func TestLoop(t *testing.T) {
	c := collect(t, nil)
	p, w := serveQueued(t, fanning, c.URL)
	a := p.post(t, 508, "/v1/track", `{"event":"E"}`, "Via", "1.1 lb.example.com", "Via", "1.0 a, 1.1 eventveil-test")
	if !match(`{"success":false,*`, a.body) || p.refusedBy(t, "loop") != 1 {
		t.Errorf("%+v", a)
	}
	if a := p.send(t, "GET", "/settings", "", "Via", "1.1 eventveil-test"); a.status != 508 {
		t.Errorf("GET: %+v", a)
	}
	c.none(t)
	w.none(t, "crm", "audit")
	p.post(t, 200, "/v1/track", `{"event":"E"}`, "Via", "1.1 eventveil-another")
	if a := c.one(t); a.header.Get("Via") != "1.1 eventveil-test" {
		t.Errorf("Via %q", a.header.Values("Via"))
	}
}

// TestLoopOfItself points a destination at the proxy that serves it.
func TestLoopOfItself(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, enforcing, c.URL, nil)
	if err := p.Swap(policy(t, enforcing, "http://"+p.addr)); err != nil {
		t.Fatal(err)
	}
	p.post(t, 508, "/v1/track", `{"event":"E"}`)
	if p.outcome(t, "invalid") != 1 || p.outcome(t, "failed") != 1 {
		t.Error(p.text(t))
	}
}

// TestSwapQueued holds that queued destinations come and go with the policy, where there
// is a queue.
func TestSwapQueued(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, enforcing, c.URL, nil)
	if err := p.Swap(policy(t, fanning, c.URL)); err == nil || !strings.Contains(err.Error(), "crm") || !strings.Contains(err.Error(), "queue.path") {
		t.Errorf("without a queue: %v", err)
	}
	p.post(t, 200, "/v1/track", `{"event":"E"}`)
	c.one(t)

	q, w := serveQueued(t, enforcing, c.URL)
	for _, yaml := range []string{fanning, withoutInline, fanning} {
		if err := q.Swap(policy(t, yaml, c.URL)); err != nil {
			t.Fatal(err)
		}
		q.post(t, 200, "/v1/track", `{"event":"E"}`)
		w.one(t, "crm")
		w.one(t, "audit")
	}
	if err := q.Swap(policy(t, enforcing, c.URL)); err != nil {
		t.Fatal(err)
	}
	q.post(t, 200, "/v1/track", `{"event":"E"}`)
	w.none(t, "crm", "audit")
	if n := len(c.take()); n != 3 {
		t.Errorf("%d requests arrived, want 3", n)
	}
}

// TestOwnHeaders holds that a destination's headers stand in place of the SDK's, at its
// own server and below the path that it asks for.
func TestOwnHeaders(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, strings.Replace(enforcing, `url: "URL"`, `url: "URL/base", paths: {"/v1/*": "/collect/*", /old: /new}, headers: {Authorization: Bearer x, X-Api-Key: k, User-Agent: eventveil}`, 1), c.URL, nil)
	f := func(want, target string) {
		t.Helper()
		p.post(t, 200, target, `{"event":"E"}`, "Authorization", "Basic d2s6", "User-Agent", "sdk/1")
		a := c.one(t)
		if a.target != want {
			t.Errorf("%s arrived at %s, want %s", target, a.target, want)
		}
		for name, value := range map[string]string{"Authorization": "Bearer x", "X-Api-Key": "k", "User-Agent": "eventveil"} {
			if got := a.header.Values(name); len(got) != 1 || got[0] != value {
				t.Errorf("%s is %q", name, got)
			}
		}
	}
	f("/base/collect/track?a=1", "/v1/track?a=1")
	f("/base/new", "/old")
	f("/base/old/x", "/old/x")
	f("/base/collect/b", "/v1/b")
}

// TestPositions holds that a collector's answer speaks of the events that the SDK sent.
func TestPositions(t *testing.T) {
	reply := ""
	c := collect(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "" {
			w.Header().Set("X-Request-Id", got)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, reply)
	})
	p := serve(t, enforcing, c.URL, nil)
	f := func(answer, want, body string) {
		t.Helper()
		reply = answer
		a := p.post(t, 400, "/v1/batch", body, "Accept-Encoding", "gzip")
		if a.body != want {
			t.Errorf("%s\nis answered with %s, want %s", body, a.body, want)
		}
		if asked := a.header.Get("X-Request-Id"); (asked == "") != strings.Contains(body, "Internal") {
			t.Errorf("%s: asked for an answer in %q", body, asked)
		}
	}
	const some = `{"batch":[{"event":"Internal a"},{"event":"A"},{"event":"Internal b"},{"event":"B"}]}`
	f(`{"failed_records":[{"index":0},{"index":1}]}`, `{"failed_records":[{"index":1},{"index":3}]}`, some)
	f(`{"events_with_invalid_fields":{"time":[1]},"n":1}`, `{"events_with_invalid_fields":{"time":[3]},"n":1}`, some)
	f(`no JSON`, `no JSON`, some)
	f(`{"failed_records":[{"index":1}]}`, `{"failed_records":[{"index":1}]}`, `{"batch":[{"event":"A"},{"event":"B"}]}`)
}
