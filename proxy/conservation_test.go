package proxy

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/eventveil/eventveil/proxy/queue"
)

// TestConservation holds the law of outcomes: whatever is sent and whatever fails, each
// event ends for each destination in one outcome.
func TestConservation(t *testing.T) {
	var status atomic.Int64
	c := collect(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(status.Load())) })
	var r faulty
	w := openQueue(t, t.TempDir()+"/queue.db")
	b := &breaking{Queue: w}
	const keys = "\nroutes: [{path: \"/raw/*\", opaque: pass}, {path: /lenient, on_error: pass}]\nlimits: {body: 64KiB}\nrules:"
	o := Options{Policy: policy(t, strings.Replace(fanning, "\nrules:", keys, 1), c.URL), Queue: b, Recorder: &r}
	p := serveWith(t, o)
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	events := []string{`{"event":"E"}`, `{"event":"Internal x"}`, `{"event":"E","email":"ada.l@example.com"}`, `{"card":"4111111111111111"}`,
		`{"event":"E","context":{"consent":{"categoryPreferences":{"marketing":false}}}}`, `{"event":"E","integrations":{"All":false}}`}
	received := 0
	for range 400 {
		status.Store(int64([]int{200, 200, 200, 500, 400}[random.IntN(5)]))
		b.appending, b.keeping = nil, nil
		switch random.IntN(12) {
		case 0:
			b.appending = fmt.Errorf("%w: crm", queue.ErrFull)
		case 1:
			b.keeping = broken{errors.New("the disk is gone")}
		case 2:
			b.keeping = broken{fmt.Errorf("%w: the disk", queue.ErrFull)}
		}
		r.on.Store(random.IntN(20) == 0)
		headers := []string{"Content-Type", "application/json"}
		if random.IntN(8) == 0 {
			headers = append(headers, "Sec-GPC", "1")
		}
		if random.IntN(20) == 0 {
			headers = append(headers, "Via", "1.1 eventveil-test")
			p.send(t, "POST", "/v1/track", `{"event":"E"}`, headers...)
			received++
			continue
		}
		switch random.IntN(10) {
		case 0:
			p.send(t, "POST", pick("/v1/track", "/lenient"), pick("{", "", `{"a":1}x`), headers...)
			received++
		case 1:
			p.send(t, "POST", "/raw/x?email=ada.l@example.com", "\x00\x01", headers...)
			received++
		case 2:
			p.send(t, "POST", "/v1/track", strings.Repeat(" ", 70<<10), headers...)
			received++
		case 3:
			p.send(t, "GET", "/settings", "", headers...)
		case 4, 5:
			p.send(t, "POST", pick("/v1/track", "/in/ada.l@example.com"), pick(events...), headers...)
			received++
		default:
			n := 1 + random.IntN(6)
			batch := make([]string, n)
			for i := range batch {
				batch[i] = pick(events...)
			}
			p.send(t, "POST", "/v1/batch", `{"batch":[`+strings.Join(batch, ",")+`]}`, headers...)
			received += n
		}
	}
	r.on.Store(false)
	met := map[string]bool{}
	for _, d := range []string{"collector", "crm", "audit"} {
		sum := 0.0
		for _, o := range outcomeNames {
			n := p.outcomeFor(t, d, o)
			sum += n
			met[o] = met[o] || n > 0
		}
		if sum != float64(received) {
			t.Errorf("%s: %v outcomes of %d events", d, sum, received)
		}
	}
	for _, o := range outcomeNames {
		if !met[o] {
			t.Errorf("nothing ended as %s: this test tells nothing about it", o)
		}
	}
	waits := 0
	for _, d := range []string{"crm", "audit"} {
		n := 0
		for _, m := range w.take(t, d) {
			n += m.Events
		}
		if queued := p.outcomeFor(t, d, "queued"); float64(n) != queued {
			t.Errorf("%s: %v events are counted as queued, %d wait", d, queued, n)
		}
		waits += n
	}
	if waits == 0 {
		t.Error("nothing waits")
	}
}
