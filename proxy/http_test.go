package proxy

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestFraming sends what two HTTP parsers could read differently, and what is no
// HTTP at all. Nothing of it is forwarded, and the answer quotes nothing.
func TestFraming(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, with("limits: {body: 4KiB, header: 8KiB}\nhosts: [proxy.example.com]"), c.URL, nil)
	const body = `{"event":"E"}`
	f := func(want int, reason, request string) {
		t.Helper()
		before := p.refusedBy(t, reason)
		list := p.raw(t, "POST", strings.ReplaceAll(request, "\n", "\r\n"), 2)
		request = request[:min(len(request), 200)]
		if len(list) != 1 || list[0].status != want {
			t.Errorf("%q: answers %+v, want one with status %d", request, list, want)
			return
		}
		a := list[0]
		if !a.close {
			t.Errorf("%q: the connection stays open", request)
		}
		if strings.Contains(a.body, "SECRET") || !strings.HasPrefix(a.body, `{"success":false,"message":"`) {
			t.Errorf("%q: body %q", request, a.body)
		}
		if p.refusedBy(t, reason) != before+1 {
			t.Errorf("%q: not counted as %q", request, reason)
		}
	}
	const head = "POST /v1/track HTTP/1.1\nHost: proxy.example.com\nOrigin: https://app.example.com\n"
	f(400, "framing", head+"Content-Length: 13\nTransfer-Encoding: chunked\n\nd\n"+body+"\n0\n\n")
	f(400, "framing", head+"Transfer-Encoding: chunked\nContent-Length: 13\n\nd\n"+body+"\n0\n\n")
	f(400, "framing", head+"Transfer-Encoding: identity\nContent-Length: 13\n\n"+body)
	f(400, "framing", head+"X-A: b\n c: SECRET\nContent-Length: 13\n\n"+body)
	f(400, "framing", head+"X-A: b\n\tc\nContent-Length: 13\n\n"+body)
	f(400, "framing", head+"Transfer-Encoding:\n chunked\n\nd\n"+body+"\n0\n\n")
	f(400, "framing", head+"Content-Length: 13\nContent-Length: 14\n\n"+body)
	f(400, "framing", head+"Content-Length: +13\n\n"+body)
	f(400, "framing", head+"X A SECRET\nContent-Length: 13\n\n"+body)
	f(400, "framing", head+"Content-Length : 13\n\n"+body)
	f(400, "framing", "SECRET\n\n")
	f(400, "target", "POST http://evil.test/v1/track HTTP/1.1\nHost: proxy.example.com\nContent-Length: 13\n\n"+body)
	f(400, "target", "OPTIONS * HTTP/1.1\nHost: proxy.example.com\n\n")
	f(421, "host", "POST /v1/track HTTP/1.1\nHost: evil.test\nContent-Length: 13\n\n"+body)
	f(413, "body", head+"Content-Length: 5000\n\n"+strings.Repeat(" ", 5000))
	f(413, "body", head+"Transfer-Encoding: chunked\n\n1388\n"+strings.Repeat(" ", 5000)+"\n0\n\n")
	f(431, "header", head+"X-Long: "+strings.Repeat("x", 9000)+"\nContent-Length: 13\n\n"+body)
	c.none(t)

	if list := p.raw(t, "POST", strings.ReplaceAll(head+"Content-Length: 13\n\n"+body, "\n", "\r\n"), 1); len(list) != 1 || list[0].status != 200 {
		t.Errorf("the request without any trick: %+v", list)
	}
	c.one(t)
}

func TestMethods(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, enforcing, c.URL, nil)
	for _, method := range []string{"PUT", "PATCH", "DELETE", "TRACE", "post", "PROPFIND", "CONNECT"} {
		if a := p.send(t, method, "/v1/track", `{"event":"E"}`); a.status != 405 || a.header.Get("Allow") == "" {
			t.Errorf("%s: status %d, Allow %q", method, a.status, a.header.Get("Allow"))
		}
	}
	if a := p.send(t, "GET", "/v1/track", `{"email":"ada.l@example.com"}`); a.status != 415 {
		t.Errorf("GET with a body: %d", a.status)
	}
	c.none(t)
}

// TestSlow holds that a body or a header that dribbles does not hold a connection for ever.
func TestSlow(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, strings.Replace(enforcing, "read: 2s", "read: 200ms", 1), c.URL, nil)
	for _, start := range []string{
		"POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
		"POST /v1/track HTTP/1.1\r\nHost: x\r\nX-Dribble: ",
		"POST /v1/track HTTP/1.1\nHost: x\n", // bare line feeds
		"",
	} {
		conn, err := net.Dial("tcp", p.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		begin := time.Now()
		fmt.Fprint(conn, start)
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			for b := make([]byte, 4096); ; {
				if _, err := conn.Read(b); err != nil {
					return
				}
			}
		}()
	dribble:
		for start != "" {
			select {
			case <-closed:
				break dribble
			case <-time.After(50 * time.Millisecond):
				if _, err := conn.Write([]byte("x")); err != nil {
					break dribble
				}
			}
			if time.Since(begin) > 5*time.Second {
				t.Fatalf("%q: still open after %v", start, time.Since(begin))
			}
		}
		select {
		case <-closed:
		case <-time.After(5 * time.Second):
			t.Fatalf("%q: still open", start)
		}
	}
	c.none(t)
}

// TestHeaders holds that the collector's request is built, not copied.
func TestHeaders(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, with("headers: {forward: [X-Request-Id]}"), c.URL, nil)
	p.post(t, 200, "/v1/track", `{"event":"E"}`,
		"Authorization", "Basic d2tfdGVzdDo=", "X-Retry-Count", "3", "SentAt", "2026-01-02T03:04:05Z", "X-Request-Id", "r-1",
		"Accept", "*/*", "Accept-Language", "de",
		"Connection", "keep-alive, X-Hop", "X-Hop", "SECRET", "Keep-Alive", "timeout=5", "TE", "trailers", "Upgrade", "websocket",
		"Proxy-Authorization", "Basic SECRET", "Forwarded", "for=203.0.113.9", "X-Real-Ip", "203.0.113.9", "X-Forwarded-Host", "evil.test",
		"X-Http-Method-Override", "DELETE", "Cookie", "session=SECRET; sp=net-user", "X-Email", "ada.l@example.com", "Via", "1.1 a")
	a := c.one(t)
	for name, want := range map[string]string{"Authorization": "Basic d2tfdGVzdDo=", "X-Retry-Count": "3", "Sentat": "2026-01-02T03:04:05Z",
		"X-Request-Id": "r-1", "Accept-Language": "de", "Content-Type": "application/json", "Content-Length": "13", "Cookie": "sp=net-user",
		"X-Forwarded-For": "127.0.0.0", "Accept": "*/*", "Via": "1.1 eventveil-test"} {
		if got := a.header.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
		a.header.Del(name)
	}
	if len(a.header) > 0 {
		t.Errorf("further headers arrived: %v", a.header)
	}
}

func TestTrailersAreNotForwarded(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, with("headers: {forward: [X-Request-Id]}"), c.URL, nil)
	f := func(declared, trailer string) {
		t.Helper()
		list := p.raw(t, "POST", "POST /v1/track HTTP/1.1\r\nHost: x\r\n"+declared+"Transfer-Encoding: chunked\r\n\r\n"+
			"d\r\n{\"event\":\"E\"}\r\n0\r\n"+trailer+"\r\n", 1)
		if len(list) != 1 {
			t.Fatalf("%q: no answer", trailer)
		}
		for _, a := range c.take() {
			if len(a.trailer) > 0 || strings.Contains(fmt.Sprint(a), "SECRET") || a.body != `{"event":"E"}` {
				t.Errorf("%q: arrived %+v", trailer, a)
			}
		}
	}
	for _, name := range []string{"X-Note", "Accept-Language", "User-Agent", "X-Request-Id", "Referer", "Cookie", "Sentat"} {
		f("", name+": SECRET\r\n")
		f("Trailer: "+name+"\r\n", name+": SECRET\r\n")
	}
}

// TestPaths holds that the path reaches the collector as it was sent, and that
// only exact paths have a dialect.
func TestPaths(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, enforcing, c.URL+"/prefix", nil)
	for _, path := range []string{"/v1/track", "/v1/track/", "/v1%2ftrack", "//v1/track", "/a//b/...", "/.well-known/..a/%2e%2e%2e", "/v1/Track", "/@evil.test/", "//evil.test/x"} {
		p.post(t, 200, path, `{"event":"E"}`)
		if a := c.one(t); a.target != "/prefix"+path {
			t.Errorf("%s arrived as %s", path, a.target)
		}
	}
	// A step upwards would leave the destination's own path.
	for _, path := range []string{"/v1/../track", "/v1/%2e%2E/track", "/a/./c", "/..", "/a/.%2e", "/v1/..%2ftrack", "/a%2f..", `/v1\..\track`, "/v1/..%5ctrack"} {
		p.post(t, 400, path, `{"event":"E"}`)
		if a := c.take(); len(a) > 0 {
			t.Errorf("%s arrived as %s", path, a[0].target)
		}
	}
	p.post(t, 400, "/v1/track", `[{"event":"E"}]`)
	p.post(t, 200, "/v1%2ftrack", `[{"event":"E"}]`) // not a path of Segment's
}

// TestPipelined sends many requests at once: no body is answered or forwarded as another's.
func TestPipelined(t *testing.T) {
	c := collect(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.Query().Get("n")) })
	p := serve(t, enforcing, c.URL, nil)
	var all strings.Builder
	const n = 50
	for i := range n {
		body := fmt.Sprintf(`{"event":"E%d","properties":{"email":"user%d@example.com","pad":"%s"}}`, i, i, strings.Repeat("x", i*7))
		fmt.Fprintf(&all, "POST /v1/track?n=%d HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", i, len(body), body)
	}
	list := p.raw(t, "POST", all.String(), n)
	if len(list) != n {
		t.Fatalf("%d answers", len(list))
	}
	seen := map[string]bool{}
	for i, a := range c.take() {
		if list[i].body != fmt.Sprint(i) {
			t.Errorf("answer %d is %q", i, list[i].body)
		}
		if !strings.Contains(a.body, fmt.Sprintf(`"event":"E%d"`, i)) || strings.Contains(a.body, "@") || !strings.Contains(a.body, strings.Repeat("x", i*7)) || seen[a.body] {
			t.Errorf("request %d arrived as %s", i, a.body)
		}
		seen[a.body] = true
	}
}
