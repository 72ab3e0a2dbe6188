package deliver

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/proxy/wire"
	"github.com/eventveil/eventveil/rules"
)

// opened is a lane with messages of one path and format.
func opened(format, path string, bodies ...string) *lane {
	l := &lane{}
	for _, b := range bodies {
		n := 0
		if f := wire.ByName(format).Events; readable([]byte(b), f) {
			n = len(engine.Split(nil, []byte(b), f))
		}
		l.works = append(l.works, newWork(&queue.Item{Message: queue.Message{Format: format, Path: path, Body: []byte(b), Events: n}}))
	}
	return l
}

func plain(format rules.Format, events int, bytes int64) *rules.Destination {
	return &rules.Destination{Format: format, Batch: rules.Batch{Events: events, Bytes: bytes}, Retry: rules.Retry{Attempts: 3}}
}

func TestPlainEvents(t *testing.T) {
	f := func(format, path, body, want string) {
		t.Helper()
		p, got := opened(format, path, body).join(plain(rules.PlainJSON, 100, 1<<20), nil)
		if string(got) != want {
			t.Errorf("%s at %s:\n%s\n got %s\nwant %s", format, path, body, got, want)
		}
		if again := p.render(nil, plain(rules.PlainJSON, 100, 1<<20)); string(again) != want {
			t.Errorf("the second time it is %s", again)
		}
	}
	// One event is an object, and says what its path said.
	f("segment", "/v1/track", `{"event":"A","n":1.50}`, `{"event":"A","n":1.50,"type":"track"}`)
	f("segment", "/v1/i/", ` { } `, `{ "type":"identify"}`)
	f("segment", "/v1/t", `{"type":null}`, `{"type":null}`)
	f("segment", "/v1/t", `{"t\u0079pe":"page"}`, `{"t\u0079pe":"page"}`)
	f("segment", "/v1/t", `{"properties":{"type":1}}`, `{"properties":{"type":1},"type":"track"}`)
	f("segment", "/elsewhere", `{"a":1}`, `{"a":1}`)
	f("json", "/v1/t", `7`, `7`)
	f("json", "/x", `[{"a":1}, {"b":[2]}]`, `[{"a":1},{"b":[2]}]`)
	f("ndjson", "/x", "{\"a\":1}\n\n{\"b\":2}\n", `[{"a":1},{"b":2}]`)
	// Of a batch each has what stood beside it, unless it has its own under any spelling.
	f("segment", "/v1/batch", `{"batch":[{"type":"track","event":"A"}],"sentAt":"s"}`, `{"type":"track","event":"A","sentAt":"s"}`)
	f("segment", "/v1/batch", `{"writeKey":"w","context":{"a":[1,"]"]},"batch":[{"x":1},{"context":{}},{"\u0063ontext":0}],"integrations" : {"All":true},"messageId":"m"}`,
		`[{"x":1,"context":{"a":[1,"]"]},"integrations" : {"All":true}},{"context":{},"integrations" : {"All":true}},{"\u0063ontext":0,"integrations" : {"All":true}}]`)
	f("segment", "/v1/batch", `{"w\u0072iteKey":"w","batc\u0068":[{},1],"a":1,"a":2,"\u0061":3}`, `[{"a":1,"a":2,"\u0061":3},1]`)
	f("segment", "/v1/batch", "{\n\"batch\": [ {\"x\": \"}\\\"\"\n} ] ,\n \"c\": true\n}", "{\"x\": \"}\\\"\"\n,\"c\": true}")
	// The write key is nobody's but the source's, wherever it stands.
	f("segment", "/v1/track", `{"writeKey":"w","event":"A" , "a":1}`, `{"event":"A","a":1,"type":"track"}`)
	f("segment", "/v1/batch", `{"batch":[{"writeKey":"w"},{"a":1,"writ\u0065Key":"w"},{"a":1,"writeKey":"w","b":{"writeKey":2},"writeKey":3 }]}`, `[{},{"a":1},{"a":1,"b":{"writeKey":2}}]`)
	// What would name an event, by which rules have decided, is not added to it.
	f("segment", "/v1/batch", `{"event":"Secret","n\u0061me":"Secret","a":1,"batch":[{"type":"track"}]}`, `{"type":"track","a":1}`)
	f("segment", "/v1/batch", `{"batch":[{"n":12345678901234567890.10}],"big":1e400}`, `{"n":12345678901234567890.10,"big":1e400}`)
}

func TestLines(t *testing.T) {
	l := opened("segment", "/v1/batch", "{\"batch\":[{\"x\":\r\n1},{\n}],\"sentAt\":\n\"s\"}", `{"a":"\n"}`)
	_, got := l.join(plain(rules.PlainLines, 100, 1<<20), nil)
	if want := "{\"x\":1,\"sentAt\":\"s\"}\n{\"sentAt\":\"s\"}\n{\"a\":\"\\n\"}\n"; string(got) != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestJoinedBatches(t *testing.T) {
	f := func(format rules.Format, events int, bytes int64, bodies []string, want ...string) {
		t.Helper()
		l := opened("segment", "/v1/batch", bodies...)
		var got []string
		for len(l.works) > 0 {
			_, body := l.join(plain(format, events, bytes), nil)
			got = append(got, string(body))
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%v: got %q, want %q", bodies, got, want)
		}
	}
	five := []string{`{"batch":[{"a":1},{"a":2},{"a":3}]}`, `{"a":4}`, `{"a":5}`}
	f(rules.PlainJSON, 2, 1000, five, `[{"a":1},{"a":2}]`, `[{"a":3},{"a":4}]`, `{"a":5}`)
	f(rules.PlainJSON, 100, 1000, five, `[{"a":1},{"a":2},{"a":3},{"a":4},{"a":5}]`)
	f(rules.PlainJSON, 100, 17, five, `[{"a":1},{"a":2}]`, `[{"a":3},{"a":4}]`, `{"a":5}`)
	f(rules.PlainJSON, 100, 16, five, `{"a":1}`, `{"a":2}`, `{"a":3}`, `{"a":4}`, `{"a":5}`)
	f(rules.PlainJSON, 100, 1, five, `{"a":1}`, `{"a":2}`, `{"a":3}`, `{"a":4}`, `{"a":5}`)
	f(rules.PlainLines, 100, 17, five, "{\"a\":1}\n{\"a\":2}\n", "{\"a\":3}\n{\"a\":4}\n", "{\"a\":5}\n")
}

func TestParts(t *testing.T) {
	f := func(format, body string, lo, hi int, want string) {
		t.Helper()
		events := engine.Split(nil, []byte(body), wire.ByName(format).Events)
		if got := string(part(nil, []byte(body), events, lo, hi)); got != want {
			t.Errorf("events %d to %d of %s:\n got %s\nwant %s", lo, hi, body, got, want)
		}
	}
	batch := `{"sentAt":1,"batch":[ {"a":1} , {"a":2},{"a":3} ],"x":"y"}`
	f("segment", batch, 0, 3, batch)
	f("segment", batch, 0, 1, `{"sentAt":1,"batch":[ {"a":1} ],"x":"y"}`)
	f("segment", batch, 1, 2, `{"sentAt":1,"batch":[ {"a":2} ],"x":"y"}`)
	f("segment", batch, 1, 3, `{"sentAt":1,"batch":[ {"a":2},{"a":3} ],"x":"y"}`)
	f("json", `[1,2,3,4]`, 2, 4, `[3,4]`)
	f("json", `[1,2,3,4]`, 0, 2, `[1,2]`)
	f("ndjson", "{\"a\":1}\n{\"a\":2}\n\n{\"a\":3}\n", 1, 2, "{\"a\":2}\n")
	f("ndjson", "{\"a\":1}\n{\"a\":2}\n\n{\"a\":3}", 2, 3, "{\"a\":3}")
	// What lies between two batches of one body stays.
	twice := `{"batch":[1,2],"context":{},"batch":[3,4]}`
	f("segment", twice, 0, 1, `{"batch":[1],"context":{},"batch":[]}`)
	f("segment", twice, 1, 3, `{"batch":[2],"context":{},"batch":[3]}`)
	f("segment", twice, 3, 4, `{"batch":[],"context":{},"batch":[4]}`)
}

// FuzzPlain holds that any body can be taken apart and joined, and that of valid JSON
// comes valid JSON which has lost no event.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{`{"batch":[{"x":1},{"context":{}}],"context":{"a":"\u0041"},"type":1}`, `{"a":1}`, `[1,{}]`, "{}\n{}", `{"batch":[{"a":"\""`, `{"batch":[]}`, ``, "\v", "{\"\x80\":0}", `{"a":{]}`} {
		f.Add(s, uint8(1))
	}
	f.Fuzz(func(t *testing.T, body string, cut uint8) {
		for _, format := range []string{"segment", "json", "ndjson"} {
			w := opened(format, "/v1/track", body).works[0]
			w.split()
			lo := int(cut) % w.n
			some := run{w, lo, lo + 1}.body()
			_, joined := opened(format, "/v1/track", body).join(plain(rules.PlainJSON, 1<<20, 1<<30), nil)
			_, lines := opened(format, "/v1/track", body).join(plain(rules.PlainLines, 1<<20, 1<<30), nil)
			if !readable([]byte(body), wire.ByName(format).Events) || w.item.Events == 0 {
				if string(some) != body {
					t.Fatalf("%s: %q, which is no event, became %q", format, body, some)
				}
				continue
			}
			if !json.Valid(joined) {
				t.Fatalf("%s: %q became %q", format, body, joined)
			}
			if n := strings.Count(string(lines), "\n"); n != w.n || !everyLine(string(lines)) {
				t.Fatalf("%s: %d events of %q became %q", format, w.n, body, lines)
			}
			if got := engine.Split(nil, some, wire.ByName(format).Events); len(got) != 1 || string(some[got[0].Start:got[0].End]) != body[w.spans[lo].Start:w.spans[lo].End] {
				t.Fatalf("%s: event %d of %q became %q", format, lo, body, some)
			}
		}
	})
}

func everyLine(body string) bool {
	for line := range strings.Lines(body) {
		if strings.TrimSpace(line) != "" && !json.Valid([]byte(line)) {
			return false
		}
	}
	return true
}
