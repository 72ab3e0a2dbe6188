package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine"
	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"
)

// track is a Segment track event of about 1 kB as a browser sends it, user n's.
func track(n int, personal bool) string {
	mail, ip, ssn := "none", "null", "null"
	if personal {
		mail, ip, ssn = fmt.Sprintf("user%d@example.com", n), fmt.Sprintf(`"203.0.113.%d"`, n%250), `"078-05-1120"`
	}
	return fmt.Sprintf(`{"anonymousId":"78c53c15-32a1-4b65-adac-%012d","context":{"ip":%s,"campaign":{"name":"spring sale","source":"google","medium":"cpc"},"library":{"name":"analytics.js","version":"4.1.2"},"locale":"en-US","page":{"path":"/best-seller/1","referrer":"https://www.example.com/search","search":"","title":"The best sellers offered by EStore","url":"https://shop.example.com/best-seller/1"},"userAgent":"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36"},"event":"Product Viewed","integrations":{"All":true},"messageId":"ajs-next-1578564113557-af%06d","properties":{"product_id":"123","sku":"F15","category":"Games","name":"Game","brand":"Gamepro","variant":"111","price":13.49,"quantity":11,"contact":"%s","coupon":"DISC21","currency":"USD","position":1,"ssn":%s},"originalTimestamp":"2026-01-09T10:01:53.558Z","type":"track","userId":"u-%d","sentAt":"2026-01-09T10:02:03.257Z"}`,
		n, ip, n, mail, ssn, n)
}

func batchOf(n int, personal bool) string {
	events := make([]string, n)
	for i := range events {
		events[i] = track(i, personal)
	}
	return `{"batch":[` + strings.Join(events, ",") + `],"sentAt":"2026-01-09T10:02:03.257Z"}`
}

const benchPolicy = head + `
  - {name: red, when: {class: red}, action: block}
  - {name: mail and ip, when: {type: [email, ip_address]}, action: {hash: {key: k1}}}
`

// run is what the proxy does with one body.
func run(tb testing.TB, in *engine.Inspector, f *engine.Format, body []byte) {
	if err := in.Inspect(body, f); err != nil {
		tb.Fatal(err)
	}
	in.Decide(0)
	in.Render(0)
}

func BenchmarkEngine(b *testing.B) {
	for _, c := range []struct {
		name string
		f    *engine.Format
		body string
	}{
		{"inspect/event", single, track(1, false)},
		{"inspect/batch20", batch, batchOf(20, false)},
		{"edit/event", single, track(1, true)},
		{"edit/batch20", batch, batchOf(20, true)},
		{"edit/batch100", batch, batchOf(100, true)},
	} {
		b.Run(c.name, func(b *testing.B) {
			in := engine.New(policy(b, benchPolicy)).Get()
			body := []byte(c.body)
			b.ReportAllocs()
			for b.Loop() {
				run(b, in, c.f, body)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(body))*1000, "ns/kB")
		})
	}
}

// destinationPolicy has, after two as benchPolicy's, a destination that heeds what
// events say (2) and one that gets only what is approved (3).
const destinationPolicy = `
version: 1
mode: enforce
keys: [{id: k1, secret: "${KEY}"}]
destinations:
  - {name: collector, url: "http://127.0.0.1:9000"}
  - {name: second, url: "http://127.0.0.1:9001", delivery: queued, integrations: ignore}
  - {name: heeding, url: "http://127.0.0.1:9002", delivery: queued, consent: [marketing], consent_missing: allow}
  - {name: strict, url: "http://127.0.0.1:9003", delivery: queued, integrations: ignore, allow_list: true}
rules:
  - {name: red, when: {class: red}, action: block}
  - {name: mail and ip, when: {type: [email, ip_address]}, action: {hash: {key: k1}}}
  - {name: strict, when: {path: [type, event, messageId, properties], destination: strict}, action: allow}
  - {name: told, when: {type: user_agent, destination: second}, action: {integrations: {Mixpanel: false}}}
`

// BenchmarkDestinations shows what each way of treating a destination costs, beside the
// inspection that all share.
func BenchmarkDestinations(b *testing.B) {
	for _, c := range []struct {
		name        string
		destination int
	}{{"none", -1}, {"plain", 0}, {"integrations", 1}, {"heed", 2}, {"allow-list", 3}} {
		for _, n := range []int{1, 20} {
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				in := engine.New(policy(b, destinationPolicy)).Get()
				body := []byte(batchOf(n, true))
				for b.Loop() {
					serve(b, in, body, c.destination)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(body))*1000, "ns/kB")
			})
		}
	}
}

// serve is what the proxy does with a body for one destination of destinationPolicy;
// -1 is none.
func serve(tb testing.TB, in *engine.Inspector, body []byte, destination int) {
	if err := in.Inspect(body, batch); err != nil {
		tb.Fatal(err)
	}
	in.Decide(0)
	if destination == 2 {
		in.Heed(engine.Signals{})
	}
	if destination >= 0 && in.Render(destination).Dropped > 0 {
		tb.Fatal("an event was dropped")
	}
}

// BenchmarkRules shows that the cost of an event does not grow with the rules.
func BenchmarkRules(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			text := head
			for i := range n - 2 {
				text += fmt.Sprintf("  - {name: r%d, when: {path: properties.p%d, event: E%d}, action: redact}\n", i, i, i)
			}
			in := engine.New(policy(b, text+strings.TrimPrefix(benchPolicy, head))).Get()
			body := []byte(track(1, true))
			for b.Loop() {
				run(b, in, single, body)
			}
		})
	}
}

// BenchmarkWalk is the yardstick: what gjson needs to check a body and see every
// leaf once, and what sjson needs for the three edits of an event.
func BenchmarkWalk(b *testing.B) {
	body := []byte(track(1, false))
	b.Run("gjson", func(b *testing.B) {
		for b.Loop() {
			if !gjson.ValidBytes(body) {
				b.Fatal("not valid")
			}
			var walk func(r gjson.Result) int
			walk = func(r gjson.Result) (n int) {
				r.ForEach(func(_, v gjson.Result) bool {
					if v.IsObject() || v.IsArray() {
						n += walk(v)
					}
					n++
					return true
				})
				return n
			}
			if walk(gjson.ParseBytes(body)) == 0 {
				b.Fatal("no leaves")
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(body))*1000, "ns/kB")
	})
}

func BenchmarkEdits(b *testing.B) {
	body := []byte(track(1, true))
	b.Run("sjson", func(b *testing.B) {
		for b.Loop() {
			out, err := sjson.SetBytes(body, "context.ip", "h1:k1:00000000000000000000000000000000")
			if err == nil {
				out, err = sjson.SetBytes(out, "properties.contact", "h1:k1:00000000000000000000000000000000")
			}
			if err == nil {
				_, err = sjson.DeleteBytes(out, "properties.ssn")
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(body))*1000, "ns/kB")
	})
}

// TestAllocations pins the budget: none, for an event with nothing in it and
// for one with edits.
func TestAllocations(t *testing.T) {
	in := engine.New(policy(t, benchPolicy)).Get()
	for _, body := range []string{track(1, false), track(1, true), batchOf(20, true)} {
		data, f := []byte(body), single
		if strings.HasPrefix(body, `{"batch`) {
			f = batch
		}
		if n := testing.AllocsPerRun(200, func() { run(t, in, f, data) }); n != 0 {
			t.Errorf("%d bytes: %v allocations, want 0", len(data), n)
		}
	}
}

// TestDestinationAllocations: nor for what destinations ask beside rules.
func TestDestinationAllocations(t *testing.T) {
	in := engine.New(policy(t, destinationPolicy)).Get()
	for destination := range 4 {
		for _, body := range []string{batchOf(1, false), batchOf(20, true)} {
			data := []byte(strings.ReplaceAll(body, `"locale"`, `"consent":{"categoryPreferences":{"m\u0061rketing":true}},"locale"`))
			if n := testing.AllocsPerRun(200, func() { serve(t, in, data, destination) }); n != 0 {
				t.Errorf("destination %d, %d bytes: %v allocations, want 0", destination, len(data), n)
			}
		}
	}
}

// BenchmarkHostile shows that the cost of a byte of a hostile value does not grow with
// the value. A value with more parts than the limit is refused, and so costs less.
func BenchmarkHostile(b *testing.B) {
	for _, unit := range []string{"@", "1", "a@", "%40", "x=1&", "[", "{\\\"a\\\":", "://", "1.", "eyJh", " =", "\\\"", "\\\\\\\"", "1 ", "a1"} {
		for _, n := range []int{1 << 10, 1 << 15, 1 << 20} {
			b.Run(fmt.Sprintf("%q/%d", unit, n), func(b *testing.B) {
				in := engine.New(policy(b, benchPolicy)).Get()
				body := []byte(`{"v":"` + strings.Repeat(unit, n/len(unit)) + `"}`)
				for b.Loop() {
					if in.Inspect(body, single) == nil {
						in.Decide(0)
						in.Render(0)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(body)), "ns/B")
			})
		}
	}
}
