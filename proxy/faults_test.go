package proxy

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eventveil/eventveil/engine"
)

// slow answers once release is closed.
func slow(release <-chan struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		<-release
		fmt.Fprint(w, `{"success":true}`)
	}
}

// faulty is a Recorder with a fault, for the handler to recover from.
type faulty struct{ on atomic.Bool }

func (f *faulty) Record(*engine.Inspector) {
	if f.on.Load() {
		panic("ada.l@example.com")
	}
}

func TestPanic(t *testing.T) {
	c := collect(t, nil)
	var r faulty
	p := serve(t, enforcing, c.URL, &r)
	r.on.Store(true)
	for _, method := range []string{"POST", "GET"} {
		body := ""
		if method == "POST" {
			body = `{"email":"ada.l@example.com"}`
		}
		a := p.send(t, method, "/v1/track?email=ada.l@example.com", body, "Origin", "https://app.example.com")
		if a.status != 503 || a.header.Get("Retry-After") == "" || !a.close || strings.Contains(a.body, "ada") {
			t.Errorf("%s: %+v", method, a)
		}
		if a.header.Get("Access-Control-Allow-Origin") != "https://app.example.com" {
			t.Errorf("%s: no CORS", method)
		}
	}
	c.none(t)
	r.on.Store(false)
	p.post(t, 200, "/v1/track", `{"event":"E"}`)
	c.one(t)
	if n := p.metric(t, "eventveil_panics_total"); n != 2 {
		t.Errorf("eventveil_panics_total %v, want 2", n)
	}
	if n := p.metric(t, "eventveil_requests_in_flight"); n != 0 {
		t.Errorf("eventveil_requests_in_flight %v, want 0", n)
	}
	if n := p.outcome(t, "failed"); n != 1 {
		t.Errorf("failed: %v, want the one event", n)
	}
	if p.inFlight.Load() != 0 {
		t.Errorf("bytes are still counted as in flight")
	}
	if text := p.log.String(); !strings.Contains(text, "type=string") || !strings.Contains(text, "faults_test.go:") || strings.Count(text, "BUG") > 2 {
		t.Errorf("log: %s", text)
	}
}

func TestCollectorDown(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + l.Addr().String()
	l.Close()
	p := serve(t, enforcing, url, nil)
	a := p.post(t, 502, "/v1/track", `{"event":"E"}`, "Origin", "https://app.example.com")
	if a.header.Get("Retry-After") == "" || a.header.Get("Access-Control-Allow-Origin") == "" || a.header.Get("Access-Control-Expose-Headers") != "Retry-After" {
		t.Errorf("%+v", a)
	}
	if a := p.send(t, "GET", "/analytics.js", ""); a.status != 502 || a.header.Get("Retry-After") == "" {
		t.Errorf("GET: %+v", a)
	}
	if n := p.outcome(t, "failed"); n != 1 {
		t.Errorf("failed: %v", n)
	}
}

// TestCollectorBroken holds that an event is sent once, whatever comes back.
func TestCollectorBroken(t *testing.T) {
	f := func(want int, answer string, wait time.Duration) {
		t.Helper()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		var seen atomic.Int32
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go func() {
					defer c.Close()
					if n, _ := c.Read(make([]byte, 4096)); n > 0 {
						seen.Add(1)
					}
					time.Sleep(wait)
					fmt.Fprint(c, answer)
				}()
			}
		}()
		p := serve(t, strings.Replace(enforcing, "upstream: 2s", "upstream: 300ms", 1), "http://"+l.Addr().String(), nil)
		a := p.post(t, want, "/v1/track", `{"event":"E"}`)
		if strings.Contains(a.body, "SECRET") || a.header.Get("Retry-After") == "" {
			t.Errorf("%q: %+v", answer, a)
		}
		if n := seen.Load(); n != 1 {
			t.Errorf("%q: sent %d times", answer, n)
		}
		if n := p.outcome(t, "failed"); n != 1 {
			t.Errorf("%q: failed %v", answer, n)
		}
	}
	f(502, "", 0)
	f(502, "SECRET\r\n\r\n", 0)
	f(502, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nSECRET", 0)
	f(502, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nSECRET", 0)
	f(503, "", time.Second)
}

// TestOverload holds that a body is refused before it is read when the budget is spent.
func TestOverload(t *testing.T) {
	release := make(chan struct{})
	c := collect(t, slow(release))
	p := serve(t, with("limits: {body: 1KiB, inflated: 1KiB, in_flight: 1KiB}"), c.URL, nil)
	first := make(chan answer, 1)
	go func() {
		first <- p.send(t, "POST", "/v1/track", `{"event":"E","pad":"`+strings.Repeat("x", 600)+`"}`)
	}()
	for p.inFlight.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	for _, framing := range []string{
		"Content-Length: 600\r\nOrigin: https://app.example.com\r\n\r\n", // and no body follows
		"Transfer-Encoding: chunked\r\n\r\n258\r\n" + strings.Repeat("x", 600) + "\r\n",
	} {
		list := p.raw(t, "POST", "POST /v1/track HTTP/1.1\r\nHost: x\r\n"+framing, 1)
		if len(list) != 1 || list[0].status != 503 || list[0].header.Get("Retry-After") == "" ||
			strings.Contains(framing, "Origin") && list[0].header.Get("Access-Control-Allow-Origin") == "" {
			t.Errorf("%.30q: %+v", framing, list)
		}
	}
	close(release)
	p.post(t, 200, "/v1/track", `{"event":"F"}`)
	if a := <-first; a.status != 200 {
		t.Errorf("the first: %d", a.status)
	}
	if n := p.refusedBy(t, "overloaded"); n != 2 {
		t.Errorf("refused as overloaded: %v", n)
	}
	if n := p.outcome(t, "overloaded"); n != 2 {
		t.Errorf("overloaded: %v", n)
	}
	if p.inFlight.Load() != 0 {
		t.Errorf("bytes are still counted as in flight")
	}
}

// TestExpect holds that a client which asks first need not send what is refused anyway.
func TestExpect(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, with("limits: {body: 4KiB}"), c.URL, nil)
	f := func(length int, want string) {
		t.Helper()
		conn, err := net.Dial("tcp", p.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(5 * time.Second))
		fmt.Fprintf(conn, "POST /v1/track HTTP/1.1\r\nHost: x\r\nOrigin: https://app.example.com\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", length)
		b := make([]byte, 4096)
		n, err := conn.Read(b)
		if err != nil || !strings.HasPrefix(string(b[:n]), "HTTP/1.1 "+want) {
			t.Fatalf("%d bytes: %q, %v", length, b[:n], err)
		}
		if want != "100 " {
			if !strings.Contains(string(b[:n]), `"code":"`) || !strings.Contains(string(b[:n]), "Access-Control-Allow-Origin") {
				t.Errorf("%d bytes: %q", length, b[:n])
			}
			return
		}
		fmt.Fprint(conn, `{"event":"E"}`)
		if n, err = conn.Read(b); err != nil || !strings.HasPrefix(string(b[:n]), "HTTP/1.1 200 ") {
			t.Errorf("after the body: %q, %v", b[:n], err)
		}
	}
	f(13, "100 ")
	if a := c.one(t); a.body != `{"event":"E"}` || a.header.Get("Expect") != "" {
		t.Errorf("arrived %+v", a)
	}
	f(5000, "413 ")
	p.inFlight.Add(256 << 20)
	f(13, "503 ")
	p.inFlight.Add(-256 << 20)
	c.none(t)
	if p.outcome(t, "invalid") != 1 || p.outcome(t, "overloaded") != 1 || p.outcome(t, "forwarded") != 1 {
		t.Errorf("outcomes:\n%s", p.text(t))
	}
}

// TestCollectorCertificate holds that a collector nobody vouches for gets nothing.
func TestCollectorCertificate(t *testing.T) {
	var asked atomic.Bool
	c := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Store(true) }))
	c.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	c.StartTLS()
	defer c.Close()
	p := serve(t, enforcing, c.URL, nil)
	p.post(t, 502, "/v1/track", `{"event":"E"}`)
	if asked.Load() {
		t.Error("the event arrived")
	}
}

// TestSwap changes the policy while requests wait for the collector: each ends on
// the policy that it began with, and new ones begin with the new one.
func TestSwap(t *testing.T) {
	release := make(chan struct{})
	old := collect(t, slow(release))
	next := collect(t, nil)
	p := serve(t, enforcing, old.URL, nil)
	const n = 20
	var group sync.WaitGroup
	for range n {
		group.Go(func() { p.post(t, 200, "/v1/track", `{"event":"E","email":"ada.l@example.com"}`) })
	}
	for {
		old.mu.Lock()
		waiting := len(old.arrivals)
		old.mu.Unlock()
		if waiting == n {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if err := p.Swap(policy(t, strings.Replace(enforcing, "{hash: {key: k1}}", "redact", 1), next.URL)); err != nil {
		t.Fatal(err)
	}
	p.post(t, 200, "/v1/track", `{"event":"E","email":"ada.l@example.com"}`)
	if a := next.one(t); strings.Contains(a.body, "h1:k1:") {
		t.Errorf("arrived %s", a.body)
	}
	close(release)
	group.Wait()
	for _, a := range old.take() {
		if !strings.Contains(a.body, "h1:k1:") {
			t.Errorf("arrived %s", a.body)
		}
	}
	if err := p.Swap(policy(t, strings.Replace(enforcing, `url: "URL"`, `url: "URL", delivery: queued`, 1), next.URL)); err == nil || !strings.Contains(err.Error(), "collector") {
		t.Errorf("a queued destination: %v", err)
	}
	p.post(t, 200, "/v1/track", `{"event":"E"}`)
	next.one(t)
}

func TestShutdownDrains(t *testing.T) {
	release := make(chan struct{})
	c := collect(t, slow(release))
	p := serve(t, enforcing, c.URL, nil)
	first := make(chan answer, 1)
	go func() { first <- p.send(t, "POST", "/v1/track", `{"event":"E"}`) }()
	for p.inFlight.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	short, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := p.Shutdown(short); err == nil {
		t.Error("Shutdown did not say that a request was under way")
	}
	if c, err := net.Dial("tcp", p.addr); err == nil {
		c.Close()
		t.Error("connections are still accepted")
	}
	close(release)
	if a := <-first; a.status != 200 {
		t.Errorf("the request under way: %+v", a)
	}
	if err := p.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
}
