package proxy

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"github.com/eventveil/eventveil/proxy/queue"
)

// FuzzPost feeds bodies, paths and content types in well-formed requests. What
// arrives is JSON without the planted address, what waits is the same, the answer is
// 200 when and only when it was taken, and the program meets no fault.
func FuzzPost(f *testing.F) {
	for _, body := range []string{`{"event":"E","email":"ada.l@example.com"}`, `{"batch":[{"event":"Internal x"},{"a":"ada.l@example.com"},1,null]}`,
		`[{"event":"E"},[{"b":"{\"c\":\"ada.l@example.com\"}"}]]`, "{\"a\":1}\n\n{\"b\":\"ada.l@example.com\"}\n", `{"a":1,"a":1.50,"\u0065mail":"x"}`,
		`{"url":"https://a.example/?e=ada.l%40example.com"}`, `{"d":"eyJlbWFpbCI6ImFkYS5sQGV4YW1wbGUuY29tIn0="}`, "", "[]", "{}", `{"batch":[]}`, "\x1f\x8b", `{"a":"\ud800"}`} {
		for kind := range uint8(8) {
			f.Add([]byte(body), kind)
		}
	}
	upstream, front := fasthttputil.NewInmemoryListener(), fasthttputil.NewInmemoryListener()
	f.Cleanup(func() { upstream.Close(); front.Close() })
	arrived := make(chan []byte, 4)
	collector := &fasthttp.Server{Logger: silent{}, Handler: func(ctx *fasthttp.RequestCtx) { arrived <- bytes.Clone(ctx.Request.Body()) }}
	go collector.Serve(upstream)
	registry := prometheus.NewRegistry()
	held := &holding{}
	s, err := New(Options{Policy: policy(f, owing, "http://collector.example.com"), Registry: registry, Queue: held})
	if err != nil {
		f.Fatal(err)
	}
	s.snapshot.Load().upstream.Events.Dial = func(string) (net.Conn, error) { return upstream.Dial() }
	go s.Serve(front)
	paths := []string{"/v1/track", "/v1/batch", "/collect", "/lines"}
	f.Fuzz(func(t *testing.T, body []byte, kind uint8) {
		conn, err := front.Dial()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		path, sent, headers := paths[kind%4], body, "Content-Type: application/json\r\n"
		if path == "/lines" {
			headers = "Content-Type: application/x-ndjson\r\n"
		}
		if kind&4 != 0 {
			sent = []byte(pack(packers[0].open, string(body)))
			headers += "Content-Encoding: gzip\r\n"
		}
		go fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n%s", path, headers, len(sent), sent)
		var res fasthttp.Response
		if err := res.Read(bufio.NewReader(conn)); err != nil {
			t.Fatalf("no answer: %v", err)
		}
		var got []byte
		taken := false
		select {
		case got = <-arrived:
			taken = true
		default:
		}
		blocked := string(res.Body()) == `{"success":true}` // the collector's answers are empty
		if (res.StatusCode() == 200 && !blocked) != taken || res.StatusCode() >= 500 {
			t.Fatalf("status %d, arrived %v: %q", res.StatusCode(), taken, got)
		}
		if count(t, registry, "eventveil_panics_total") != 0 {
			t.Fatal("a fault of the program")
		}
		messages := held.take()
		if !taken && len(messages) > 0 {
			t.Errorf("nothing arrived, but %d messages wait", len(messages))
		}
		if !taken {
			return
		}
		if kind&4 != 0 && bytes.Equal(got, sent) {
			got = body // untouched
		}
		for _, m := range messages {
			if !bytes.Equal(m.Body, got) || m.Events < 1 {
				t.Errorf("%d events wait for %s: %q, arrived %q", m.Events, m.Destination, m.Body, got)
			}
		}
		if bytes.Contains(got, []byte("ada.l@example.com")) {
			t.Errorf("the planted address arrived: %q", got)
		}
		texts := [][]byte{got}
		if path == "/lines" {
			texts = bytes.Split(got, []byte("\n"))
		}
		for _, text := range texts {
			if len(bytes.TrimSpace(text)) == 0 && path == "/lines" {
				continue
			}
			if !json.Valid(text) || !utf8.Valid(text) {
				t.Errorf("no JSON arrived: %q", text)
			}
		}
	})
}

// count reads a counter without labels.
func count(t *testing.T, registry *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f.GetMetric()[0].GetCounter().GetValue()
		}
	}
	t.Fatalf("there is no metric %s", name)
	return 0
}

// holding is a queue that shows what was put into it.
type holding struct {
	discarding
	mu       sync.Mutex
	messages []queue.Message
}

func (h *holding) Append(list []queue.Message) (queue.Ticket, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range list {
		m.Body = bytes.Clone(m.Body)
		h.messages = append(h.messages, m)
	}
	return kept{}, nil
}

func (h *holding) take() []queue.Message {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := h.messages
	h.messages = nil
	return list
}
