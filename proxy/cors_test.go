package proxy

import (
	"strings"
	"testing"
)

func TestCORS(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, with("cors: {origins: [\"https://app.example.com\"]}\nheaders: {forward: [X-Tenant]}"), c.URL, nil)
	const own, other = "https://app.example.com", "https://other.example"
	f := func(a answer, allowed bool) {
		t.Helper()
		want := ""
		if allowed {
			want = own
		}
		if got := a.header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%d: Access-Control-Allow-Origin %q, want %q", a.status, got, want)
		}
		if !strings.Contains(strings.Join(a.header.Values("Vary"), ","), "Origin") {
			t.Errorf("%d: Vary %q", a.status, a.header.Values("Vary"))
		}
		if allowed && (a.header.Get("Access-Control-Allow-Credentials") != "true" || a.header.Get("Access-Control-Expose-Headers") != "Retry-After") {
			t.Errorf("%d: %v", a.status, a.header)
		}
	}
	for _, origin := range []string{own, other} {
		ok := origin == own
		f(p.post(t, 200, "/v1/track", `{"event":"E"}`, "Origin", origin), ok)
		f(p.post(t, 200, "/v1/track", `{"event":"Internal x"}`, "Origin", origin), ok)
		f(p.post(t, 400, "/v1/track", `{`, "Origin", origin), ok)
		f(p.post(t, 415, "/v1/track", `{}`, "Origin", origin, "Content-Encoding", "compress"), ok)
		f(p.send(t, "PUT", "/v1/track", `{}`, "Origin", origin), ok)
		f(p.send(t, "GET", "/settings", ``, "Origin", origin), ok)
		f(p.post(t, 400, "/v1/track", `{}`, "Origin", origin, "X-A", "b\r\n c"), ok)
		a := p.send(t, "OPTIONS", "/v1/track", "", "Origin", origin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,x-tenant")
		f(a, ok)
		if a.status != 204 {
			t.Errorf("OPTIONS: %d", a.status)
		}
		if allow := strings.ToLower(a.header.Get("Access-Control-Allow-Headers")); ok != (strings.Contains(allow, "authorization") && strings.Contains(allow, "x-tenant") && strings.Contains(allow, "x-retry-count")) {
			t.Errorf("%s: Access-Control-Allow-Headers %q", origin, allow)
		}
		if ok && (a.header.Get("Access-Control-Max-Age") != "7200" || !strings.Contains(a.header.Get("Access-Control-Allow-Methods"), "POST")) {
			t.Errorf("OPTIONS: %v", a.header)
		}
	}
	for _, a := range c.take() {
		if a.method == "OPTIONS" {
			t.Error("OPTIONS was forwarded")
		}
	}
	a := p.post(t, 200, "/v1/track", `{"event":"E"}`)
	if a.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("without Origin: %v", a.header)
	}
}
