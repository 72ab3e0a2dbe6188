package proxy

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestTransport holds that what comes beside the body is treated like it.
func TestTransport(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, with("trusted_proxies: [127.0.0.0/8, 192.0.2.0/24]"), c.URL, nil)
	const body = `{"event":"E"}`
	f := func(check func(a arrival) string, want, target string, headers ...string) {
		t.Helper()
		p.post(t, 200, target, body, headers...)
		if got := check(c.one(t)); !match(want, got) {
			t.Errorf("%s %q: arrived %q, want %q", target, headers, got, want)
		}
	}
	header := func(name string) func(arrival) string {
		return func(a arrival) string { return strings.Join(a.header.Values(name), "|") }
	}
	target := func(a arrival) string { return a.target }

	ip := header("X-Forwarded-For")
	f(ip, "127.0.0.0", "/v1/track")
	f(ip, "203.0.113.0", "/v1/track", "X-Forwarded-For", "203.0.113.77")
	f(ip, "203.0.113.0", "/v1/track", "X-Forwarded-For", "198.51.100.1, 203.0.113.77, 192.0.2.1")
	f(ip, "2001:db8:1::", "/v1/track", "X-Forwarded-For", "2001:db8:1:2:3::4")
	f(ip, "127.0.0.0", "/v1/track", "X-Forwarded-For", "ada.l@example.com")

	f(header("User-Agent"), "Mozilla/5.0 (X11) Chrome/124.0.0.0", "/v1/track", "User-Agent", "Mozilla/5.0 (X11) Chrome/124.0.0.0")
	f(header("User-Agent"), "", "/v1/track")
	f(header("User-Agent"), "app/1 (h1:k1:*)", "/v1/track", "User-Agent", "app/1 (ada.l@example.com)")
	f(header("Referer"), "https://www.example.com/?email=h1*&a=1", "/v1/track", "Referer", "https://www.example.com/?email=ada.l%40example.com&a=1")
	f(header("Cookie"), "sp=u-1", "/v1/track", "Cookie", "session=x; sp=u-1; other=ada.l@example.com")
	f(header("Cookie"), "sp=h1:k1:*", "/v1/track", "Cookie", "sp=ada.l@example.com")
	f(header("Cookie"), "", "/v1/track", "Cookie", "session=4111111111111111")

	media := header("Content-Type")
	f(media, "text/plain;charset=UTF-8", "/v1/track", "Content-Type", "text/plain;charset=UTF-8")
	f(media, "application/json", "/v1/track", "Content-Type", "application/json; charset=utf-8; who=ada.l@example.com")
	f(header("Rs-Useragent"), "app (h1:k1:*)", "/v1/track", "Rs-Useragent", "app (ada.l@example.com)")

	f(target, "/v1/track?a=1&b=%20x+y", "/v1/track?a=1&b=%20x+y")
	f(target, "/v1/track?a=1&email=h1*&b=2", "/v1/track?a=1&email=ada.l%40example.com&b=2")
	f(target, "/v1/track?a=1&b=2", "/v1/track?a=1&card=4111111111111111&b=2")
	f(target, "/v1/track?writeKey=5555555555554444", "/v1/track?writeKey=5555555555554444#ada.l@example.com")

	anon := header("Anonymousid")
	encode := base64.StdEncoding.EncodeToString
	f(anon, encode([]byte("0e1a-uuid")), "/v1/identify", "AnonymousId", encode([]byte("0e1a-uuid")))
	f(anon, "not-base64!", "/v1/identify", "AnonymousId", "not-base64!")
	f(func(a arrival) string {
		id, err := base64.StdEncoding.DecodeString(a.header.Get("Anonymousid"))
		if err != nil {
			return err.Error()
		}
		return string(id)
	}, "h1:k1:*", "/v1/identify", "AnonymousId", encode([]byte("ada.l@example.com")))
}

// TestUntrustedProxies holds that anybody may write X-Forwarded-For, and nobody is believed.
func TestUntrustedProxies(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, enforcing, c.URL, nil)
	p.post(t, 200, "/v1/track", `{"event":"E"}`, "X-Forwarded-For", "203.0.113.77")
	if got := c.one(t).header.Get("X-Forwarded-For"); got != "127.0.0.0" {
		t.Errorf("X-Forwarded-For arrived as %q", got)
	}
	blocking := serve(t, strings.Replace(enforcing, "action: {truncate: {ipv4: 24, ipv6: 48}}", "action: {hash: {key: k1}}", 1), c.URL, nil)
	blocking.post(t, 200, "/v1/track", `{"event":"E"}`)
	if got := c.one(t).header.Values("X-Forwarded-For"); len(got) > 0 {
		t.Errorf("a hash is no address: X-Forwarded-For arrived as %q", got)
	}
}

// TestPassThrough holds that settings and scripts stream, with their transport values treated.
func TestPassThrough(t *testing.T) {
	script := bytes.Repeat([]byte("0123456789abcdef"), 5<<18) // more than an answer to an event may have
	c := collect(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		w.Header().Set("ETag", `"v1"`)
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Write(script)
	})
	p := serve(t, enforcing, c.URL, nil)
	a := p.send(t, "GET", "/analytics.js/v1/wk_test/analytics.min.js?email=ada.l@example.com&v=2", "", "Cookie", "session=4111111111111111", "User-Agent", "ada.l@example.com")
	if a.status != 200 || sha256.Sum256([]byte(a.body)) != sha256.Sum256(script) || a.header.Get("Content-Type") != "text/javascript" || a.header.Get("Etag") != `"v1"` {
		t.Errorf("status %d, %d bytes, %v", a.status, len(a.body), a.header)
	}
	if got := c.one(t); !match("/analytics.js/v1/wk_test/analytics.min.js?email=h1*&v=2", got.target) {
		t.Errorf("arrived %+v", got)
	}
	if a := p.send(t, "HEAD", "/settings", ""); a.status != 200 || a.body != "" {
		t.Errorf("HEAD: %d, %d bytes", a.status, len(a.body))
	}
	if got := c.one(t); got.method != "HEAD" {
		t.Errorf("HEAD arrived as %s", got.method)
	}
	if a := p.send(t, "GET", "/settings", "", "If-None-Match", `"v1"`); a.status != 304 || a.body != "" {
		t.Errorf("304: %d, %d bytes", a.status, len(a.body))
	}
	list := p.raw(t, "GET", strings.Repeat("GET /settings HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"v1\"\r\n\r\n", 3), 3)
	if len(list) != 3 {
		t.Errorf("%d answers on one connection, want 3", len(list))
	}
}

// TestPassThroughTakesItsTime holds that a script may come slowly, as long as it comes.
func TestPassThroughTakesItsTime(t *testing.T) {
	c := collect(t, func(w http.ResponseWriter, _ *http.Request) {
		for range 8 {
			w.Write([]byte("x"))
			w.(http.Flusher).Flush()
			time.Sleep(50 * time.Millisecond)
		}
	})
	p := serve(t, strings.Replace(enforcing, "upstream: 2s", "upstream: 200ms", 1), c.URL, nil)
	if a := p.send(t, "GET", "/slow.js", ""); a.status != 200 || a.body != "xxxxxxxx" {
		t.Errorf("%+v", a)
	}
	hanging := collect(t, func(http.ResponseWriter, *http.Request) { time.Sleep(500 * time.Millisecond) })
	p = serve(t, strings.Replace(enforcing, "upstream: 2s", "upstream: 200ms", 1), hanging.URL, nil)
	if a := p.send(t, "GET", "/never.js", ""); a.status != 503 || a.header.Get("Retry-After") == "" {
		t.Errorf("%+v", a)
	}
}
