package proxy

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eventveil/eventveil/proxy/queue"
)

// TestFanOut holds what each destination gets of a request: its own bytes, exactly.
func TestFanOut(t *testing.T) {
	c := collect(t, nil)
	p, w := serveQueued(t, fanning, c.URL)
	// want is for the collector, the crm and the audit; "" for nothing.
	f := func(target, body string, want [3]string, headers ...string) {
		t.Helper()
		if a := p.post(t, 200, target, body, headers...); a.body != `{"success":true}` {
			t.Errorf("%s: answer %s", body, a.body)
		}
		var got [3]string
		for _, a := range c.take() {
			got[0] += a.body
		}
		for i, d := range []string{"crm", "audit"} {
			for _, m := range w.take(t, d) {
				got[i+1] += string(m.Body)
			}
		}
		for i := range want {
			if !match(want[i], got[i]) || !strings.Contains(want[i], "*") && want[i] != got[i] {
				t.Errorf("%s: destination %d gets\n%s, want\n%s", body, i, got[i], want[i])
			}
		}
	}
	const clean = `{"event" : "E", "n": 10.00, "n": 9007199254740993}`
	f("/v1/track", clean, [3]string{clean, clean, clean})
	f("/v1/track", `{"event":"E","email":"ada.l@example.com"}`,
		[3]string{`{"event":"E","email":"h1:k1:*"}`, `{"event":"E","email":"ada.l@example.com"}`, ""})
	f("/v1/track", `{"event":"E","card":"4111111111111111"}`, [3]string{`{"event":"E"}`, `{"event":"E"}`, `{"event":"E"}`})
	f("/v1/batch", `{"batch":[{"event":"Internal x"},{"event":"A","email":"ada.l@example.com"},{"event":"B"}],"sentAt":1}`, [3]string{
		`{"batch":[{"event":"A","email":"h1:k1:*"},{"event":"B"}],"sentAt":1}`,
		`{"batch":[{"event":"A","email":"ada.l@example.com"},{"event":"B"}],"sentAt":1}`,
		`{"batch":[{"event":"Internal x"},{"event":"B"}],"sentAt":1}`})
	f("/v1/track", `{"event":"Internal x"}`, [3]string{"", "", `{"event":"Internal x"}`})
	f("/v1/track", `{"event":"Internal x","email":"ada.l@example.com"}`, [3]string{})
	f("/v1/batch", `{"batch":[]}`, [3]string{`{"batch":[]}`, "", ""})
	f("/lines", "{\"event\":\"A\"}\n{\"event\":\"Internal x\"}\n", [3]string{"{\"event\":\"A\"}\n", "{\"event\":\"A\"}\n", "{\"event\":\"A\"}\n{\"event\":\"Internal x\"}\n"},
		"Content-Type", "application/x-ndjson")

	const denied = `"context":{"consent":{"categoryPreferences":{"marketing":false}}}`
	f("/v1/track", `{"event":"E",`+denied+`}`, [3]string{`{"event":"E",` + denied + `}`, "", `{"event":"E",` + denied + `}`})
	f("/v1/batch", `{"batch":[{"event":"A",`+denied+`},{"event":"B"}]}`,
		[3]string{`{"batch":[{"event":"A",` + denied + `},{"event":"B"}]}`, `{"batch":[{"event":"B"}]}`, `{"batch":[{"event":"A",` + denied + `},{"event":"B"}]}`})
	f("/v1/track", clean, [3]string{clean, "", clean}, "Sec-GPC", "1")
	f("/v1/track", clean, [3]string{clean, "", clean}, "DNT", "1")
	f("/v1/track", clean, [3]string{clean, "", clean}, "Sec-GPC", "1, 1")
	f("/v1/track", clean, [3]string{clean, "", clean}, "DNT", "?1")
	f("/v1/track", clean, [3]string{clean, clean, clean}, "DNT", "0")
	const without = `{"event":"E","integrations":{"All":false}}`
	f("/v1/track", without, [3]string{without, "", without})
	const with = `{"event":"E","integrations":{"All":false,"CRM":true}}`
	f("/v1/track", with, [3]string{with, with, with})

	got := map[string]float64{}
	for _, d := range []string{"collector", "crm", "audit"} {
		for _, o := range outcomeNames {
			if n := p.outcomeFor(t, d, o); n > 0 {
				got[d+" "+o] = n
			}
		}
	}
	want := map[string]float64{"collector forwarded": 13, "collector altered": 3, "collector blocked": 4,
		"crm queued": 9, "crm no_consent": 6, "crm blocked": 5, "audit queued": 17, "audit blocked": 3}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes (- want, + got)\n%s", diff)
	}
}

// TestPacked holds that what comes compressed waits as text, and goes inline as it came
// when nothing in it is touched.
func TestPacked(t *testing.T) {
	c := collect(t, nil)
	p, w := serveQueued(t, fanning, c.URL)
	const body = `{"event":"E"}`
	packed := pack(packers[0].open, body)
	p.post(t, 200, "/v1/track", packed, "Content-Encoding", "gzip")
	if a := c.one(t); a.body != packed || a.header.Get("Content-Encoding") != "gzip" {
		t.Errorf("arrived %+v", a)
	}
	m := w.one(t, "crm")
	for _, h := range m.Headers {
		if h.Name == "Content-Encoding" {
			t.Errorf("the message says that it is %s", h.Value)
		}
	}
	if string(m.Body) != body {
		t.Errorf("waits %q", m.Body)
	}
}

// TestListedHeaders: a destination that gets only what is approved gets no header that
// somebody could write anything into, neither waiting nor inline.
func TestListedHeaders(t *testing.T) {
	c := collect(t, nil)
	p, w := serveQueued(t, `
version: 1
mode: enforce
destinations:
  - {name: collector, url: "URL", allow_list: true}
  - {name: partner, url: "http://partner.example.com", delivery: queued, allow_list: true}
headers: {forward: [X-Request-Id, X-Note]}
rules:
  - {name: what they may have, when: {path: [event, $transport.headers.X-Request-Id]}, action: allow}
`, c.URL)
	p.post(t, 200, "/v1/track", `{"event":"E"}`, "Authorization", "Basic d2tfYTo=", "X-Request-Id", "7", "X-Note", "SECRET", "Rs-Useragent", "SECRET",
		"Accept-Language", "SECRET", "Sentat", "SECRET", "If-None-Match", "SECRET", "Origin", "https://secret.example.com", "Content-Type", "application/json; who=SECRET")
	check := func(who string, headers map[string]string) {
		t.Helper()
		if diff := cmp.Diff(map[string]string{"Authorization": "Basic d2tfYTo=", "X-Request-Id": "7", "Content-Type": "application/json"}, headers); diff != "" {
			t.Errorf("%s gets (-want +got)\n%s", who, diff)
		}
	}
	got := map[string]string{}
	for name, values := range c.one(t).header {
		if name != "Via" && name != "Content-Length" {
			got[name] = strings.Join(values, "|")
		}
	}
	check("collector", got)
	got = map[string]string{}
	for _, h := range w.one(t, "partner").Headers {
		got[h.Name] = h.Value
	}
	check("partner", got)
}

// TestPixels: an event in the query of a GET needs consent like any other; settings and
// scripts are no events.
func TestPixels(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, `
version: 1
mode: enforce
destinations: [{name: collector, url: "URL", consent: [marketing]}]
rules: [{name: no e-mail, when: {type: email}, action: block}]
`, c.URL, nil)
	f := func(target string, want int, headers ...string) {
		t.Helper()
		if a := p.send(t, "GET", target, "", headers...); a.status != 200 {
			t.Errorf("%s: status %d", target, a.status)
		}
		if got := len(c.take()); got != want {
			t.Errorf("%s: %d requests arrived, want %d", target, got, want)
		}
	}
	f("/v1/pixel/track?data=e30", 0)
	f("/v1/pixel/track?data=e30", 0, "Sec-GPC", "1")
	f("/analytics.js/v1/wk/analytics.min.js", 1, "Sec-GPC", "1")
}

// TestOwedHeaders holds what a queued destination gets of what comes beside the body:
// the same selection as the collector gets, as its own rules have it.
func TestOwedHeaders(t *testing.T) {
	c := collect(t, nil)
	f := func(yaml, target string, want queue.Message, headers ...string) {
		t.Helper()
		p, w := serveQueued(t, yaml, c.URL)
		begin := time.Now()
		p.post(t, 200, target, `{"event":"E"}`, append([]string{"Via", "1.1 elsewhere", "X-Secret", "no", "Accept", "*/*", "User-Agent", "app/1 (ada.l@example.com)", "X-Forwarded-For", "203.0.113.77",
			"Authorization", "Basic d2s6", "X-Write-Key", "wk", "Cookie", "session=x; sp=u-1", "Referer", "https://www.example.com/?card=4111111111111111&a=1", "AnonymousId", "YWRh", "X-Team", "a"}, headers...)...)
		m := w.one(t, "crm")
		if m.Accepted.Before(begin.Round(0).Add(-time.Second)) || m.Accepted.After(time.Now()) {
			t.Errorf("accepted at %v", m.Accepted)
		}
		m.Accepted = time.Time{}
		want.Destination, want.Source, want.Format, want.Events, want.Body = "crm", "unknown", "segment", 1, []byte(`{"event":"E"}`)
		less := func(a, b queue.Header) bool { return a.Name < b.Name }
		if diff := cmp.Diff(want, m, cmpopts.SortSlices(less), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (- want, + got)\n%s", target, diff)
		}
		if a := c.one(t); a.header.Get("Via") != "1.1 eventveil-test" || a.header.Get("X-Forwarded-For") != "203.0.113.0" {
			t.Errorf("the collector gets %v", a.header)
		}
	}
	yaml := strings.Replace(fanning, "\nrules:", "\ntrusted_proxies: [127.0.0.0/8]\nheaders: {forward: [X-Team]}\nrules:", 1)
	all := func(authorization ...queue.Header) []queue.Header {
		return append(authorization, queue.Header{Name: "Accept", Value: "*/*"}, queue.Header{Name: "Anonymousid", Value: "YWRh"}, queue.Header{Name: "Content-Type", Value: "application/json"},
			queue.Header{Name: "Cookie", Value: "sp=u-1"}, queue.Header{Name: "Referer", Value: "https://www.example.com/?a=1"}, queue.Header{Name: "User-Agent", Value: "app/1 (ada.l@example.com)"},
			queue.Header{Name: "X-Team", Value: "a"}, queue.Header{Name: "X-Write-Key", Value: "wk"})
	}
	f(yaml, "/v1/track?a=1&card=4111111111111111", queue.Message{Path: "/v1/track", Query: "a=1", Headers: all(queue.Header{Name: "Authorization", Value: "Basic d2s6"})})
	f(strings.Replace(yaml, "integrations: [CRM]", "headers: {Authorization: Bearer x, Dnt: \"0\"}", 1), "/v1/track", queue.Message{Path: "/v1/track", Headers: all()})
	f(strings.Replace(yaml, "integrations: [CRM]", "format: ndjson", 1), "/v1/track?a=1", queue.Message{Path: "/v1/track"})
}

// TestOwedTarget holds what becomes of an event whose path a queued destination must not
// have: it is altered, or there is no event there, and no word of it to the SDK.
func TestOwedTarget(t *testing.T) {
	c := collect(t, nil)
	f := func(rule, path string, queued, blocked float64) {
		t.Helper()
		p, w := serveQueued(t, strings.Replace(fanning, "rules:\n", "rules:\n"+rule+"\n", 1), c.URL)
		p.post(t, 200, "/in/ada.l@example.com", `{"event":"E"}`)
		if a := c.one(t); !match("/in/h1:k1:*", a.target) {
			t.Errorf("%s: arrived at %s", rule, a.target)
		}
		if list := w.take(t, "crm"); len(list) != int(queued) || queued > 0 && !match(path, list[0].Path) {
			t.Errorf("%s: waits %+v", rule, list)
		}
		if m := w.one(t, "audit"); m.Path != "" || m.Query != "" || len(m.Headers) > 0 {
			t.Errorf("%s: plain JSON goes nowhere but to the URL: %+v", rule, m)
		}
		if q, b := p.outcomeFor(t, "crm", "queued"), p.outcomeFor(t, "crm", "blocked"); q != queued || b != blocked {
			t.Errorf("%s: queued %v, blocked %v", rule, q, b)
		}
	}
	const audit = "  - {name: all to the audit, when: {type: email, destination: audit}, action: allow}\n"
	f(audit+`  - {name: hashed, when: {type: email, destination: crm}, action: {hash: {key: k1}}}`, "/in/h1:k1:*", 1, 0)
	f(audit+`  - {name: no path, when: {path: $transport.path, destination: crm}, action: block}`, "", 0, 1)
}

// TestAcknowledgedIsDurable looks into the files as they are when the answer comes.
func TestAcknowledgedIsDurable(t *testing.T) {
	c := collect(t, nil)
	p, w := serveQueued(t, fanning, c.URL)
	for i := range 5 {
		p.post(t, 200, "/v1/track", fmt.Sprintf(`{"event":"E%d"}`, i))
		dir := t.TempDir()
		files, err := filepath.Glob(w.path + "*")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		after := openQueue(t, filepath.Join(dir, filepath.Base(w.path)))
		for _, d := range []string{"crm", "audit"} {
			list := after.take(t, d)
			if len(list) != i+1 || string(list[i].Body) != fmt.Sprintf(`{"event":"E%d"}`, i) {
				t.Errorf("after %d events %s has %d: %+v", i+1, d, len(list), list)
			}
		}
	}
}

// withoutInline is fanning with queued destinations only.
var withoutInline = strings.Replace(strings.Replace(fanning, `  - {name: collector, url: "URL"}`+"\n", "", 1), ", destination: collector}", "}", 1)

func TestNoInline(t *testing.T) {
	p, w := serveQueued(t, withoutInline, "")
	a := p.post(t, 200, "/v1/batch", `{"batch":[{"event":"A"},{"event":"Internal x"}]}`, "Origin", "https://app.example.com")
	if a.body != `{"success":true}` || a.header.Get("Content-Type") != "application/json" || a.header.Get("Access-Control-Allow-Origin") == "" {
		t.Errorf("answer %+v", a)
	}
	if m := w.one(t, "crm"); string(m.Body) != `{"batch":[{"event":"A"}]}` || m.Events != 1 {
		t.Errorf("waits %+v", m)
	}
	if m := w.one(t, "audit"); m.Events != 2 {
		t.Errorf("waits %+v", m)
	}
	if a := p.send(t, "GET", "/v1/anything", ""); a.status != 404 || !match(`{"success":false,*`, a.body) {
		t.Errorf("GET: %+v", a)
	}
	p.post(t, 400, "/v1/track", `{`)
	w.none(t, "crm", "audit")
	for _, d := range []string{"crm", "audit"} {
		if n := p.outcomeFor(t, d, "invalid"); n != 1 {
			t.Errorf("invalid for %s: %v", d, n)
		}
	}
}

// TestSlowInline holds that a collector that takes its time delays no other destination.
func TestSlowInline(t *testing.T) {
	release := make(chan struct{})
	c := collect(t, slow(release))
	p, w := serveQueued(t, fanning, c.URL)
	answered := make(chan answer, 1)
	go func() { answered <- p.send(t, "POST", "/v1/track", `{"event":"E"}`) }()
	items, err := w.Next(t.Context(), "crm", 1, 1<<20)
	if err != nil || len(items) != 1 {
		t.Fatalf("%d, %v", len(items), err)
	}
	select {
	case a := <-answered:
		t.Errorf("answered before the collector: %+v", a)
	default:
	}
	close(release)
	if a := <-answered; a.status != 200 {
		t.Errorf("%+v", a)
	}
}

// TestInlineFails holds that the collector's answer is the SDK's even when all others
// have the event: the SDK sends it again, and it may arrive there twice.
func TestInlineFails(t *testing.T) {
	c := collect(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	p, w := serveQueued(t, fanning, c.URL)
	p.post(t, 503, "/v1/track", `{"event":"E"}`)
	w.one(t, "crm")
	w.one(t, "audit")
	if p.outcome(t, "failed") != 1 || p.outcomeFor(t, "crm", "queued") != 1 {
		t.Error(p.text(t))
	}
}

// TestConcurrentFanOut sends different events at once over connections that are kept: an
// event, its path and its headers stay together while they wait.
func TestConcurrentFanOut(t *testing.T) {
	c := collect(t, nil)
	p, w := serveQueued(t, fanning, c.URL)
	const clients, each = 8, 25
	var group sync.WaitGroup
	for i := range clients {
		group.Go(func() {
			var all strings.Builder
			for j := range each {
				n := i*each + j
				body := fmt.Sprintf(`{"event":"E%d","email":"ada.l@example.com","pad":"%s"}`, n, strings.Repeat("x", n))
				fmt.Fprintf(&all, "POST /v1/track?n=%d HTTP/1.1\r\nHost: x\r\nUser-Agent: agent-%d\r\nContent-Length: %d\r\n\r\n%s", n, n, len(body), body)
			}
			for _, a := range p.raw(t, "POST", all.String(), each) {
				if a.status != 200 {
					t.Errorf("client %d: %+v", i, a)
				}
			}
		})
	}
	group.Wait()
	if n := len(c.take()); n != clients*each {
		t.Errorf("%d events arrived", n)
	}
	seen := map[string]bool{}
	for _, m := range w.take(t, "crm") {
		n, _ := strings.CutPrefix(m.Query, "n=")
		var pad int
		fmt.Sscan(n, &pad)
		if string(m.Body) != fmt.Sprintf(`{"event":"E%s","email":"ada.l@example.com","pad":"%s"}`, n, strings.Repeat("x", pad)) || seen[n] ||
			!cmp.Equal(m.Headers, []queue.Header{{Name: "User-Agent", Value: "agent-" + n}}) {
			t.Errorf("mixed up: %+v", m)
		}
		seen[n] = true
	}
	if len(seen) != clients*each {
		t.Errorf("%d messages wait, want %d", len(seen), clients*each)
	}
}
