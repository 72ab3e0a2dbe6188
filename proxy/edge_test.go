package proxy

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// TestSourceRules holds that a rule for one source is asked by the write key, wherever it stands.
func TestSourceRules(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, strings.Replace(with(`sources: [{name: web, match: {write_key: wk_web}}]`),
		"rules:\n", "rules:\n  - {name: no e-mail from the web, when: {type: email, source: web}, action: block}\n", 1), c.URL, nil)
	const blocked, hashed = `{"event":"E"}`, `{"event":"E","email":"h1:k1:*"}`
	f := func(want, target, body string, headers ...string) {
		t.Helper()
		p.post(t, 200, target, body, headers...)
		if a := c.one(t); !match(want, a.body) {
			t.Errorf("%s %q: arrived %s, want %s", target, headers, a.body, want)
		}
	}
	const body = `{"event":"E","email":"ada.l@example.com"}`
	basic := func(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(s)) }
	f(hashed, "/v1/track", body)
	f(hashed, "/v1/track", body, "Authorization", basic("wk_other:"))
	f(hashed, "/v1/track", body, "Authorization", "Basic !")
	f(hashed, "/v1/track?writeKey=wk_web2", body)
	f(blocked, "/v1/track", body, "Authorization", basic("wk_web:"))
	f(blocked, "/v1/track", body, "Authorization", basic("wk_web"))
	f(blocked, "/v1/track", body, "Authorization", "Bearer wk_web")
	f(blocked, "/v1/track", body, "X-Write-Key", "wk_web")
	f(blocked, "/v1/track?a=1&writeKey=wk_web", body)
	f(`{"event":"E","writeKey":"wk_web"}`, "/v1/track", `{"event":"E","email":"ada.l@example.com","writeKey":"wk_web"}`)
	f(`{"batch":[{"event":"E"}],"writeKey":"wk_web"}`, "/v1/batch", `{"batch":[`+body+`],"writeKey":"wk_web"}`)
}

// TestDroppedIsAnswered holds that an SDK whose events all stay here is told they were taken.
func TestDroppedIsAnswered(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, enforcing, c.URL, nil)
	for path, body := range map[string]string{
		"/v1/track":  `{"event":"Internal a"}`,
		"/v1/batch":  `{"batch":[{"event":"Internal a"},{"event":"Internal b"}]}`,
		"/any/path":  `[{"event":"Internal a"}]`,
		"/v1/import": `{"event":"Internal a"}`,
	} {
		a := p.post(t, 200, path, body, "Origin", "https://app.example.com")
		if a.body != `{"success":true}` || a.header.Get("Content-Type") != "application/json" || a.header.Get("Access-Control-Allow-Origin") == "" {
			t.Errorf("%s: %+v", path, a)
		}
	}
	c.none(t)
	if n := p.outcome(t, "blocked"); n != 5 {
		t.Errorf("blocked: %v, want 5", n)
	}
}

// TestOnError holds what passes unread when the file says so, and that a route has the last word.
func TestOnError(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, with("on_error: pass\nlimits: {body: 1MiB, inflated: 1MiB}\nroutes: [{path: /strict, on_error: block}]"), c.URL, nil)
	for _, body := range []string{"{no json", "\x1f\x8bno gzip", "a=b", `"lone"`} {
		p.post(t, 200, "/v1/track", body)
		if a := c.one(t); a.body != body {
			t.Errorf("%q arrived as %q", body, a.body)
		}
		if a := p.post(t, 400, "/strict", body); strings.Contains(a.body, "lone") {
			t.Errorf("%q: answer %s", body, a.body)
		}
	}
	p.post(t, 200, "/v1/track", "no such coding", "Content-Encoding", "compress")
	if a := c.one(t); a.header.Get("Content-Encoding") != "compress" || a.body != "no such coding" {
		t.Errorf("arrived %+v", a)
	}
	p.post(t, 413, "/v1/track", pack(packers[0].open, `{"a":"`+strings.Repeat("0", 2<<20)+`"}`), "Content-Encoding", "gzip")
	p.post(t, 400, "/v1/track", "")
	c.none(t)
	if n := p.metric(t, "eventveil_passed_on_error_total"); n != 5 {
		t.Errorf("eventveil_passed_on_error_total %v, want 5", n)
	}
	p.post(t, 200, "/v1/track", `{"event":"E","email":"ada.l@example.com"}`) // what can be read is treated
	c.one(t)
}

// TestTunnels holds that nothing but a path is a target.
func TestTunnels(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, enforcing, c.URL, nil)
	for _, line := range []string{"CONNECT collector.example.com:443", "TRACE http://evil.test/", "GET http://evil.test/settings",
		"POST https://evil.test/v1/track", "PUT *", "GET evil.test:80", "POST ?a=b", "PRI *"} {
		list := p.raw(t, "POST", line+" HTTP/1.1\r\nHost: evil.test\r\n\r\n", 1)
		if len(list) != 1 || list[0].status < 400 || list[0].status >= 500 || !list[0].close {
			t.Errorf("%s: %+v", line, list)
		}
	}
	c.none(t)
}

// TestCORSOnRefusals holds that a browser's SDK can read why it is refused, else it sends again.
func TestCORSOnRefusals(t *testing.T) {
	failing := collect(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "11")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, `{"error":"broken"}`)
	})
	p := serve(t, with("limits: {body: 4KiB, header: 8KiB}\nhosts: [proxy.example.com]"), failing.URL, nil)
	f := func(a answer) {
		t.Helper()
		if got := a.header.Get("Access-Control-Allow-Origin"); got != "https://app.example.com" {
			t.Errorf("%d: Access-Control-Allow-Origin %q", a.status, got)
		}
	}
	origin := []string{"Origin", "https://app.example.com"}
	f(p.post(t, 400, "/v1/track", `{`, origin...))
	f(p.post(t, 413, "/v1/track", strings.Repeat(" ", 5000), origin...))
	f(p.post(t, 421, "/v1/track", `{}`, append(origin, "Host", "evil.test")...))
	failing.none(t)

	a := p.post(t, 500, "/v1/track", `{"event":"E"}`, origin...)
	f(a)
	if a.body != `{"error":"broken"}` || a.header.Get("Retry-After") != "11" {
		t.Errorf("the collector's answer arrived as %+v", a)
	}
	failing.one(t) // once: sending again is the SDK's business
	if n := p.outcome(t, "failed"); n != 1 {
		t.Errorf("failed: %v, want 1", n)
	}
}

// TestAnonymousHeader holds that the header names a person as the body does: joins
// between the two must not break.
func TestAnonymousHeader(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, enforcing, c.URL, nil)
	p.post(t, 200, "/v1/identify", `{"anonymousId":"ada.l@example.com"}`, "AnonymousId", base64.StdEncoding.EncodeToString([]byte("ada.l@example.com")))
	a := c.one(t)
	id, err := base64.StdEncoding.DecodeString(a.header.Get("Anonymousid"))
	if err != nil || a.body != fmt.Sprintf(`{"anonymousId":%q}`, id) {
		t.Errorf("the header says %q (%v), the body %s", id, err, a.body)
	}
}

// TestConcurrent sends different events at once over connections that are kept: an
// event, its path, its headers and its answer stay together.
func TestConcurrent(t *testing.T) {
	c := collect(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.Query().Get("n")) })
	p := serve(t, enforcing, c.URL, nil)
	const clients, each = 16, 25
	var group sync.WaitGroup
	for i := range clients {
		group.Go(func() {
			var all strings.Builder
			for j := range each {
				n := i*each + j
				body := fmt.Sprintf(`{"event":"E%d","email":"ada.l@example.com","pad":"%s"}`, n, strings.Repeat("x", n))
				extra := ""
				if n%3 == 0 {
					body, extra = pack(packers[0].open, body), "Content-Encoding: gzip\r\n"
				}
				fmt.Fprintf(&all, "POST /v1/track?n=%d HTTP/1.1\r\nHost: x\r\nX-Retry-Count: %d\r\nUser-Agent: agent-%d\r\n%sContent-Length: %d\r\n\r\n%s", n, n, n, extra, len(body), body)
			}
			list := p.raw(t, "POST", all.String(), each)
			if len(list) != each {
				t.Errorf("client %d: %d answers, want %d", i, len(list), each)
				return
			}
			for j, a := range list {
				if a.status != 200 || a.body != fmt.Sprint(i*each+j) {
					t.Errorf("client %d, answer %d: %+v", i, j, a)
				}
			}
		})
	}
	group.Wait()
	seen := map[string]bool{}
	for _, a := range c.take() {
		n, _ := strings.CutPrefix(a.target, "/v1/track?n=")
		var pad int
		fmt.Sscan(n, &pad)
		if !match(fmt.Sprintf(`{"event":"E%s","email":"h1:k1:*","pad":"%s"}`, n, strings.Repeat("x", pad)), a.body) ||
			a.header.Get("X-Retry-Count") != n || a.header.Get("User-Agent") != "agent-"+n || seen[n] {
			t.Errorf("mixed up: %+v", a)
		}
		seen[n] = true
	}
	if len(seen) != clients*each {
		t.Errorf("%d events arrived, want %d", len(seen), clients*each)
	}
	if n := p.outcome(t, "altered"); n != clients*each {
		t.Errorf("altered: %v, want %d", n, clients*each)
	}
}
