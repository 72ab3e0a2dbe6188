package proxy

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"github.com/eventveil/eventveil/rules"
)

// FuzzDecode feeds bodies and codings: what comes out is within the limits, what is
// plain is the body itself, and the budget is given back.
func FuzzDecode(f *testing.F) {
	for _, k := range packers {
		f.Add([]byte(pack(k.open, `{"event":"E"}`)), k.coding)
		f.Add([]byte(pack(k.open, string(bytes.Repeat([]byte("0"), 200000)))), k.coding)
	}
	f.Add([]byte{0x1f, 0x8b}, "")
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd, 0, 0}, "identity")
	limits := rules.Limits{Inflated: 100000, InFlight: 150000}
	s := &Server{}
	q := &request{}
	f.Fuzz(func(t *testing.T, body []byte, coding string) {
		q.coding = []byte(coding)
		text, plain, r := s.decode(q, body, &limits)
		switch {
		case r != nil && text != nil:
			t.Errorf("refused as %s, with a text", r.reason)
		case r == nil && plain && !bytes.Equal(text, body):
			t.Error("plain, but not the body")
		case r == nil && !plain && int64(len(text)) > limits.Inflated:
			t.Errorf("%d bytes", len(text))
		}
		if held := s.inFlight.Load(); held < 0 || held > limits.InFlight || held != q.held {
			t.Errorf("%d bytes are in flight, the request holds %d", held, q.held)
		}
		s.release(q)
		if s.inFlight.Load() != 0 {
			t.Error("the budget is not given back")
		}
	})
}

// FuzzClientAddr feeds X-Forwarded-For: it is an address that was written there or the peer's.
func FuzzClientAddr(f *testing.F) {
	for _, s := range []string{"203.0.113.7", "198.51.100.1, 203.0.113.7", "::1", "fe80::1%eth0", "::ffff:192.0.2.1", ",", " ,, ", "unknown", "192.0.2.1:80"} {
		f.Add(s)
	}
	p := policy(f, with("trusted_proxies: [127.0.0.1/32, 192.0.2.0/24]"), "http://127.0.0.1:9")
	peer := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4242}
	f.Fuzz(func(t *testing.T, via string) {
		addr := clientAddr(peer, []byte(via), p)
		if !addr.IsValid() || addr.Zone() != "" || addr.Is4In6() {
			t.Errorf("%q: %v", via, addr)
		}
	})
}

// FuzzConnection feeds bytes to a connection: no fault of the program, and no body at
// the collector that holds the planted address.
func FuzzConnection(f *testing.F) {
	const body = `{"event":"E","email":"ada.l@example.com"}`
	f.Add([]byte("POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 41\r\n\r\n" + body))
	f.Add([]byte("POST /v1/batch?a=b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n29\r\n" + body + "\r\n0\r\nX-A: b\r\n\r\n"))
	f.Add([]byte("POST /x HTTP/1.0\r\nContent-Type: application/x-ndjson\r\nContent-Length: 82\r\n\r\n" + body + "\n" + body))
	f.Add([]byte("GET /a?email=ada.l@example.com HTTP/1.1\r\nHost: x\r\nCookie: sp=1\r\nX-Forwarded-For: 203.0.113.7\r\n\r\nOPTIONS / HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\n\r\n"))
	f.Add([]byte("POST /v1/t HTTP/1.1\r\nHost: x\r\nAnonymousId: YWRh\r\nUser-Agent: a\r\nReferer: b\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}"))
	upstream, front := fasthttputil.NewInmemoryListener(), fasthttputil.NewInmemoryListener()
	f.Cleanup(func() { upstream.Close(); front.Close() })
	var panics, leaks atomic.Int64
	collector := &fasthttp.Server{Logger: silent{}, Handler: func(ctx *fasthttp.RequestCtx) {
		if bytes.Contains(ctx.Request.Body(), []byte("ada.l@example.com")) {
			leaks.Add(1)
		}
	}}
	go collector.Serve(upstream)
	s, err := New(Options{Policy: policy(f, with("trusted_proxies: [0.0.0.0/0]"), "http://collector.example.com")})
	if err != nil {
		f.Fatal(err)
	}
	dial := func(string) (net.Conn, error) { return upstream.Dial() }
	s.snapshot.Load().upstream.Events.Dial, s.snapshot.Load().upstream.Stream.Dial = dial, dial
	s.faults.log = slog.New(slog.NewTextHandler(writer(func(p []byte) (int, error) { panics.Add(1); return len(p), nil }), nil))
	go s.Serve(front)
	f.Fuzz(func(t *testing.T, data []byte) {
		conn, err := front.Dial()
		if err != nil {
			t.Fatal(err)
		}
		sent := append(bytes.Clone(data), "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"...)
		go conn.Write(sent) // its end ends the connection
		conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		io.Copy(io.Discard, conn)
		conn.Close()
		if panics.Load() > 0 {
			t.Error("a fault of the program")
		}
		if leaks.Load() > 0 {
			t.Error("the planted address arrived")
		}
	})
}

type writer func(p []byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }
