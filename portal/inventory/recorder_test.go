package inventory

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/rules"
)

var batches = &engine.Format{Batch: "batch", EventName: []string{"event", "type"}, WriteKey: "writeKey"}

const recorded = `
version: 1
mode: enforce
sources: [{name: web, match: {write_key: w}}]
destinations: [{name: collector, url: "http://127.0.0.1:9000"}, {name: ads, url: "http://127.0.0.1:9001", delivery: queued, default: block}]
rules:
  - {name: internal, when: {event: "Internal *", destination: ads}, action: drop}
  - {name: no numbers, when: {class: red}, action: block}
  - {name: paths, when: {path: properties.note}, action: redact}
`

func engineOf(t testing.TB, text string) *engine.Engine {
	t.Helper()
	p, report := rules.Parse("test.yaml", []byte(text), func(string) (string, bool) { return "0123456789abcdef", true })
	if report.HasErrors() {
		t.Fatal(report.Err())
	}
	return engine.New(p)
}

func record(t testing.TB, r *Recorder, e *engine.Engine, bodies ...string) {
	t.Helper()
	in := e.Get()
	defer e.Put(in)
	for _, body := range bodies {
		if err := in.Inspect([]byte(body), batches); err != nil {
			t.Fatal(err)
		}
		source := e.Policy().SourceOf(string(in.WriteKey()), "", "", func(string) string { return "" })
		in.Decide(source)
		r.Record(in)
	}
}

// fetched is what a recorder has counted.
func fetched(r *Recorder, e *engine.Engine) *Batch {
	p := newPending()
	p.engine = e
	r.take(p.add)
	var all Batch
	for more := true; more; {
		var b Batch
		p.fill(&b)
		more = p.stored(&b)
		all.Points, all.Sightings, all.Rules, all.Overflow = append(all.Points, b.Points...), append(all.Sightings, b.Sightings...), append(all.Rules, b.Rules...), append(all.Overflow, b.Overflow...)
	}
	return &all
}

func TestRecord(t *testing.T) {
	e, r := engineOf(t, recorded), NewRecorder()
	record(t, r, e,
		`{"batch":[{"event":"Signed Up","properties":{"who":"ada@example.com","ssn":"078-05-1121","note":"x"}},{"event":"Signed Up","properties":{"who":"grace@example.com","phone":null}}],"writeKey":"w"}`,
		`{"event":"Signed Up","properties":{"who":"ada@example.com"}}`,
		`{"event":"Order 20261125 of ada@example.com","properties":{"who":"ada@example.com"}}`,
		`{"event":"Internal check","properties":{}}`)
	b := fetched(r, e)
	var got []string
	paths := map[ID]string{}
	for _, o := range b.Points {
		paths[o.ID()] = o.Path
		got = append(got, fmt.Sprintf("%s is %s (%s, %s %s %d) like %s", o.Path, o.Found.Type, o.Found.Class, o.Found.Matched, o.Found.How, o.Found.Confidence, o.Shape))
	}
	for _, s := range b.Sightings {
		got = append(got, fmt.Sprintf("%d %s (%s) from %s in %q to %q: %s %q", s.Count, paths[s.Point], s.Class, s.Source, s.Event, s.Destination, s.Action, s.Rule))
	}
	for _, r := range b.Rules {
		got = append(got, fmt.Sprintf("rule %q for %s: %s %d", r.Rule, r.Destination, r.Action, r.Count))
	}
	slices.Sort(got)
	want := []string{
		`1 event (yellow) from unknown in "*" to "":  ""`,
		`1 event (yellow) from unknown in "*" to "ads": block ""`,
		`1 event (yellow) from unknown in "*" to "collector": allow ""`,
		`1 properties.ssn (red) from web in "Signed Up" to "":  ""`,
		`1 properties.ssn (red) from web in "Signed Up" to "ads": block "no numbers"`,
		`1 properties.ssn (red) from web in "Signed Up" to "collector": block "no numbers"`,
		`1 properties.who (yellow) from unknown in "*" to "":  ""`,
		`1 properties.who (yellow) from unknown in "*" to "ads": block ""`,
		`1 properties.who (yellow) from unknown in "*" to "collector": allow ""`,
		`1 properties.who (yellow) from unknown in "Signed Up" to "":  ""`,
		`1 properties.who (yellow) from unknown in "Signed Up" to "ads": block ""`,
		`1 properties.who (yellow) from unknown in "Signed Up" to "collector": allow ""`,
		`2 properties.who (yellow) from web in "Signed Up" to "":  ""`,
		`2 properties.who (yellow) from web in "Signed Up" to "ads": block ""`,
		`2 properties.who (yellow) from web in "Signed Up" to "collector": allow ""`,
		`event is email (yellow, value validated 98) like aaa@aaaaaaa.aaa`,
		`properties.ssn is us_ssn (red, both validated 99) like 999-99-9999`,
		`properties.who is email (yellow, value validated 98) like aaa@aaaaaaa.aaa`,
		`rule "" for ads: block 5`,
		`rule "" for collector: allow 5`,
		`rule "internal" for ads: drop 1`,
		`rule "no numbers" for ads: block 1`,
		`rule "no numbers" for collector: block 1`,
		`rule "paths" for ads: redact 1`,
		`rule "paths" for collector: redact 1`,
	}
	if diff := cmp.Diff(strings.Join(want, "\n"), strings.Join(got, "\n")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if b := fetched(r, e); !b.Empty() {
		t.Errorf("fetched twice: %+v", b)
	}
}

// TestRecordKeepsNoValue looks for planted values in all that is handed on.
func TestRecordKeepsNoValue(t *testing.T) {
	e, r := engineOf(t, recorded), NewRecorder()
	events, stop := r.Watch()
	defer stop()
	record(t, r, e, `{"event":"Mail to ada.l@example.com","properties":{"ada.l@example.com":"078-05-1121","u":"https://x.example.com/?t=ada.l%40example.com","ssn":"078-05-1121"}}`)
	all := fmt.Sprintf("%+v %+v", fetched(r, e), <-events)
	for _, planted := range []string{"ada.l", "078-05"} {
		if strings.Contains(all, planted) {
			t.Errorf("%q is in %s", planted, all)
		}
	}
	if !strings.Contains(all, "999-99-9999") {
		t.Errorf("no shape in %s", all)
	}
}

// TestRecordConcurrently holds that nothing is counted twice or forgotten uncounted.
func TestRecordConcurrently(t *testing.T) {
	e, r := engineOf(t, recorded), NewRecorder()
	const workers, each = 8, 500
	total := newPending()
	total.engine = e
	quit := make(chan struct{})
	var readers, writers sync.WaitGroup
	readers.Go(func() {
		for {
			select {
			case <-quit:
				return
			default:
				r.take(total.add)
				runtime.Gosched()
			}
		}
	})
	for w := range workers {
		writers.Go(func() {
			for i := range each {
				record(t, r, e, fmt.Sprintf(`{"event":"E%d","properties":{"who":"ada@example.com"},"writeKey":"w"}`, (w+i)%7))
			}
		})
	}
	writers.Wait()
	close(quit)
	readers.Wait()
	r.take(total.add)
	var b Batch
	total.fill(&b)
	var n, lost int64
	for _, s := range b.Sightings {
		if s.Destination == "" {
			n += s.Count
		}
	}
	for _, o := range b.Overflow {
		lost += o.Count
	}
	if n+lost != workers*each || lost != r.lost.Load() {
		t.Errorf("%d recorded and %d lost of %d", n, lost, workers*each)
	}
}

// TestRecordFlood holds that a flood of invented names costs bounded memory, and is told.
func TestRecordFlood(t *testing.T) {
	e, r := engineOf(t, recorded), NewRecorder()
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	flood := func(events int) {
		var body strings.Builder
		for range events {
			body.Reset()
			body.WriteString(`{"batch":[{"properties":{`)
			for i := range 1000 {
				if i > 0 {
					body.WriteByte(',')
				}
				fmt.Fprintf(&body, `"%s":"ada@example.com"`, word())
			}
			body.WriteString(`}}]}`)
			record(t, r, e, body.String())
		}
	}
	before := heap()
	flood(200)
	grown := int64(heap()) - int64(before)
	b := fetched(r, e)
	var n, lost int64
	for _, s := range b.Sightings {
		if s.Destination == "" {
			n += s.Count
		}
	}
	for _, o := range b.Overflow {
		lost += o.Count
	}
	if n+lost < 198_000 || lost == 0 { // the others have a name with a meaning
		t.Errorf("%d recorded and %d lost of 200,000 names", n, lost)
	}
	if grown > 100<<20 {
		t.Errorf("200,000 names grew the heap by %d MB", grown>>20)
	}
	runtime.KeepAlive(e)
}

// word is a name that no machine seems to have made.
func word() string {
	b := make([]byte, 9)
	for i := range b {
		b[i] = 'a' + byte(rand.IntN(26))
	}
	return string(b)
}

func BenchmarkRecord(b *testing.B) {
	event := func(n int) string {
		return fmt.Sprintf(`{"anonymousId":"78c53c15-32a1-4b65-adac-%012d","context":{"ip":"203.0.113.%d","campaign":{"name":"spring sale","source":"google"},"library":{"name":"analytics.js","version":"4.1.2"},"locale":"en-US","page":{"path":"/best-seller/1","referrer":"https://www.example.com/search","title":"The best sellers offered by EStore","url":"https://shop.example.com/best-seller/1"},"userAgent":"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36"},"event":"Product Viewed","messageId":"ajs-next-1578564113557-af%06d","properties":{"product_id":"123","sku":"F15","category":"Games","price":13.49,"contact":"user%d@example.com","ssn":"078-05-1121"},"timestamp":"2026-01-09T10:01:53.558Z","type":"track","userId":"u-%d"}`, n, n%250, n, n, n)
	}
	for _, events := range []int{1, 20} {
		var list []string
		for i := range events {
			list = append(list, event(i))
		}
		body := []byte(`{"batch":[` + strings.Join(list, ",") + `]}`)
		// What recording costs, alone: with the engine's work around it the difference is
		// smaller than what a busy machine adds.
		for _, what := range []string{"engine", "record"} {
			b.Run(fmt.Sprintf("%s/batch%d", what, events), func(b *testing.B) {
				e, r := engineOf(b, recorded), NewRecorder()
				in := e.Get()
				work := func() {
					if err := in.Inspect(body, batches); err != nil {
						b.Fatal(err)
					}
					in.Decide(0)
					in.Render(0)
				}
				work()
				if what == "record" {
					work = func() { r.Record(in) }
				}
				b.ReportAllocs()
				for b.Loop() {
					work()
				}
			})
		}
	}
}
