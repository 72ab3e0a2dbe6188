package proxy

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// packers compress as SDKs do, by Content-Encoding.
var packers = []struct {
	coding string
	open   func(io.Writer) io.WriteCloser
}{
	{"gzip", func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }},
	{"x-gzip", func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }},
	{"GZIP", func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }},
	{"deflate", func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }},
	{"deflate", func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 6); return f }},
	{"br", func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }},
	{"zstd", func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z }},
	{"identity", func(w io.Writer) io.WriteCloser { return plainWriter{w} }},
}

type plainWriter struct{ io.Writer }

func (plainWriter) Close() error { return nil }

func pack(open func(io.Writer) io.WriteCloser, text string) string {
	var b bytes.Buffer
	w := open(&b)
	io.WriteString(w, text)
	w.Close()
	return b.String()
}

func TestCodings(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, with("limits: {body: 1MiB, inflated: 2MiB}"), c.URL, nil)
	clean := `{"event":"E","properties":{"n":` + strings.Repeat("1", 300) + `}}`
	dirty := `{"event":"E","properties":{"email":"ada.l@example.com","n":1.50}}`
	for _, k := range packers {
		packed := pack(k.open, clean)
		p.post(t, 200, "/v1/track", packed, "Content-Encoding", k.coding)
		if a := c.one(t); a.body != packed || k.coding != "identity" && a.header.Get("Content-Encoding") != k.coding {
			t.Errorf("%s, untouched: arrived in coding %q with %d bytes, want %d", k.coding, a.header.Get("Content-Encoding"), len(a.body), len(packed))
		}

		packed = pack(k.open, dirty)
		p.post(t, 200, "/v1/track", packed, "Content-Encoding", k.coding)
		a := c.one(t)
		if !strings.HasPrefix(a.body, `{"event":"E","properties":{"email":"h1:k1:`) || !strings.HasSuffix(a.body, `","n":1.50}}`) {
			t.Errorf("%s, edited: arrived %q", k.coding, a.body)
		}
		if e := a.header.Get("Content-Encoding"); e != "" && e != "identity" || a.header.Get("Content-Length") != fmt.Sprint(len(a.body)) {
			t.Errorf("%s, edited: coding %q, length %q", k.coding, e, a.header.Get("Content-Length"))
		}
		if k.coding == "identity" {
			continue
		}

		p.post(t, 400, "/v1/track", packed[:len(packed)-5], "Content-Encoding", k.coding)
		p.post(t, 400, "/v1/track", packed+"SECRET", "Content-Encoding", k.coding)
		p.post(t, 400, "/v1/track", dirty, "Content-Encoding", k.coding)
		p.post(t, 400, "/v1/track", "", "Content-Encoding", k.coding)

		bomb := pack(k.open, `{"event":"`+strings.Repeat("0", 8<<20)+`"}`)
		if len(bomb) > 900<<10 {
			t.Fatalf("%s: the bomb has %d bytes", k.coding, len(bomb))
		}
		before := p.refusedBy(t, "inflated")
		p.post(t, 413, "/v1/track", bomb, "Content-Encoding", k.coding)
		if p.refusedBy(t, "inflated") != before+1 {
			t.Errorf("%s: the bomb is not counted", k.coding)
		}
		p.post(t, 200, "/v1/track", pack(k.open, clean), "Content-Encoding", k.coding) // the pooled reader is fit for use
		c.one(t)
	}
	for _, coding := range []string{"gzip, gzip", "gzip,identity", "compress", "aws-chunked", "*"} {
		p.post(t, 415, "/v1/track", pack(packers[0].open, clean), "Content-Encoding", coding)
	}
	c.none(t)
	if held := p.inFlight.Load(); held != 0 {
		t.Errorf("%d bytes are still counted as in flight", held)
	}
}

// TestMagic sends what posthog-js does: compressed bytes that no header announces.
func TestMagic(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, enforcing, c.URL, nil)
	for _, k := range packers {
		if k.coding != "gzip" && k.coding != "zstd" {
			continue
		}
		packed := pack(k.open, `[{"event":"E"}]`)
		if p.send(t, "POST", "/e/", packed, "Content-Type", "text/plain").status != 200 || c.one(t).body != packed {
			t.Errorf("%s: not forwarded as it came", k.coding)
		}
		if p.send(t, "POST", "/e/", pack(k.open, `[{"email":"ada.l@example.com"}]`), "Content-Type", "text/plain").status != 200 {
			t.Errorf("%s: refused", k.coding)
		}
		if a := c.one(t); !strings.HasPrefix(a.body, `[{"email":"h1:k1:`) {
			t.Errorf("%s: arrived %q", k.coding, a.body)
		}
		twice := pack(k.open, packed)
		if a := p.send(t, "POST", "/e/", twice, "Content-Type", "text/plain"); a.status < 400 {
			t.Errorf("%s within %s: %d", k.coding, k.coding, a.status)
		}
	}
	// Several members of one gzip stream are one body.
	two := pack(packers[0].open, `{"event":"E",`) + pack(packers[0].open, `"email":"ada.l@example.com"}`)
	p.post(t, 200, "/v1/track", two, "Content-Encoding", "gzip")
	if a := c.one(t); !strings.HasPrefix(a.body, `{"event":"E","email":"h1:k1:`) {
		t.Errorf("two members: arrived %q", a.body)
	}
	c.none(t)
}

// TestInflatedBytesAreBudgeted holds that small bodies which become large ones do
// not add up beyond the budget: there is a time when all of them wait for the collector.
func TestInflatedBytesAreBudgeted(t *testing.T) {
	release := make(chan struct{})
	c := collect(t, slow(release))
	p := serve(t, with("limits: {body: 1MiB, in_flight: 4MiB, inflated: 2MiB}"), c.URL, nil)
	var pad strings.Builder
	for i := 0; pad.Len() < 1400<<10; i++ {
		fmt.Fprint(&pad, i*i, " ")
	}
	packed := pack(packers[0].open, `{"event":"E","pad":"`+pad.String()+`"}`)
	const n = 8
	statuses := make(chan int, n)
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			statuses <- p.send(t, "POST", "/v1/track", packed, "Content-Encoding", "gzip").status
		})
	}
	for range n - 2 { // two fit
		if s := <-statuses; s != 503 {
			t.Errorf("status %d, want 503", s)
		}
	}
	close(release)
	group.Wait()
	if s := [2]int{<-statuses, <-statuses}; s != [2]int{200, 200} {
		t.Errorf("those within the budget: %v", s)
	}
	if held := p.inFlight.Load(); held != 0 {
		t.Errorf("%d bytes are still counted as in flight", held)
	}
	if n := p.outcome(t, "overloaded"); n != 6 {
		t.Errorf("overloaded: %v", n)
	}
}
