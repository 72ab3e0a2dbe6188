package proxy

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"github.com/eventveil/eventveil/proxy/queue"
)

// discarding is a queue that costs nothing, so that what it is given can be measured.
type discarding struct{ queue.Queue }

func (discarding) Append([]queue.Message) (queue.Ticket, error) { return kept{}, nil }
func (discarding) Limit(map[string]queue.Limits)                {}

type kept struct{}

func (kept) Wait() error { return nil }

// hop sends one request over and over through a Server to a collector, all in
// memory. What it costs is both ends' fasthttp and the Server's work, no kernel.
type hop struct {
	conn    net.Conn
	request []byte
	answer  []byte
}

func newHop(t testing.TB, yaml, body string, headers string) *hop {
	t.Helper()
	upstream, front := fasthttputil.NewInmemoryListener(), fasthttputil.NewInmemoryListener()
	t.Cleanup(func() { upstream.Close(); front.Close() })
	success := []byte(`{"success":true}`)
	collector := &fasthttp.Server{NoDefaultServerHeader: true, Handler: func(ctx *fasthttp.RequestCtx) {
		ctx.Response.Header.SetContentType("application/json")
		ctx.Response.SetBodyRaw(success)
	}}
	go collector.Serve(upstream)
	s, err := New(Options{Policy: policy(t, yaml, "http://collector.example.com"), Queue: discarding{}})
	if err != nil {
		t.Fatal(err)
	}
	if up := s.snapshot.Load().upstream; up != nil {
		up.Events.Dial = func(string) (net.Conn, error) { return upstream.Dial() }
	}
	go s.Serve(front)
	h := &hop{request: fmt.Appendf(nil, "POST /v1/batch HTTP/1.1\r\nHost: proxy.example.com\r\n%sContent-Length: %d\r\n\r\n%s", headers, len(body), body)}
	if h.conn, err = front.Dial(); err != nil {
		t.Fatal(err)
	}
	if _, err := h.conn.Write(h.request); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 4096)
	n, err := h.conn.Read(b)
	if err != nil || !strings.HasPrefix(string(b[:n]), "HTTP/1.1 200") || !strings.HasSuffix(string(b[:n]), string(success)) {
		t.Fatalf("answer %q, %v", b[:n], err)
	}
	h.answer = b[:n]
	return h
}

func (h *hop) once(t testing.TB) {
	if _, err := h.conn.Write(h.request); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(h.conn, h.answer); err != nil {
		t.Fatal(err)
	}
}

// nodeHeaders are those of a server SDK, browserHeaders those of one in a page.
const (
	nodeHeaders = "Content-Type: application/json\r\nAuthorization: Basic d2tfdGVzdDo=\r\nUser-Agent: analytics-node/3.1.0\r\n" +
		"Accept: */*\r\nAccept-Language: *\r\nSec-Fetch-Mode: cors\r\nAccept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n"
	browserHeaders = "Content-Type: text/plain\r\nAuthorization: Basic d2tfdGVzdDo=\r\nConnection: keep-alive\r\n" +
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36\r\n" +
		"Origin: https://www.example.com\r\nReferer: https://www.example.com/\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n" +
		"Accept-Language: en-US,en;q=0.9\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"
)

const (
	cleanEvent = `{"type":"track","event":"Order Completed","messageId":"m-1","properties":{"plan":"pro","total":19.90,"items":[1,2,3]},"context":{"library":{"name":"analytics-node","version":"3.1.0"}}}`
	dirtyEvent = `{"type":"track","event":"Order Completed","messageId":"m-1","properties":{"email":"ada.l@example.com","total":19.90},"context":{"ip":"203.0.113.77"}}`
)

func BenchmarkHop(b *testing.B) {
	for _, c := range []struct{ name, body, headers string }{
		{"clean", cleanEvent, nodeHeaders},
		{"edited", dirtyEvent, nodeHeaders},
		{"browser", dirtyEvent, browserHeaders},
		{"batch20", `{"batch":[` + strings.Repeat(dirtyEvent+",", 19) + dirtyEvent + `]}`, nodeHeaders},
	} {
		b.Run(c.name, func(b *testing.B) {
			h := newHop(b, enforcing, c.body, c.headers)
			b.ReportAllocs()
			b.SetBytes(int64(len(c.body)))
			for b.Loop() {
				h.once(b)
			}
		})
	}
}

// BenchmarkFanOut is a hop with two and with five receivers, all but one of them queued.
func BenchmarkFanOut(b *testing.B) {
	five := strings.Replace(fanning, "cookies:", `  - {name: a, url: "http://a.example.com", delivery: queued}
  - {name: b, url: "http://b.example.com", delivery: queued, format: ndjson}
cookies:`, 1)
	for _, c := range []struct{ name, yaml, body, headers string }{
		{"none inline", withoutInline, dirtyEvent, nodeHeaders},
		{"three clean", fanning, cleanEvent, nodeHeaders},
		{"three edited", fanning, dirtyEvent, nodeHeaders},
		{"five edited", five, dirtyEvent, nodeHeaders},
		{"five batch20", five, `{"batch":[` + strings.Repeat(dirtyEvent+",", 19) + dirtyEvent + `]}`, nodeHeaders},
	} {
		b.Run(c.name, func(b *testing.B) {
			h := newHop(b, c.yaml, c.body, c.headers)
			b.ReportAllocs()
			b.SetBytes(int64(len(c.body)))
			for b.Loop() {
				h.once(b)
			}
		})
	}
}
