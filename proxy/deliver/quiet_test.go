package deliver

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/rules"
)

// buffer is a log that goroutines may write to.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// TestQuiet holds that nothing of events, secrets and answers gets into the log, the
// metrics and the state.
func TestQuiet(t *testing.T) {
	const planted = "ada.l@example.com"
	answers := []int{503, 400, 500, 302, 200}
	r := newReceiver(t, func(w http.ResponseWriter, _ post, n int) {
		w.Header().Set("Location", "http://example.com/"+planted)
		w.Header().Set("Retry-After", planted)
		w.Header().Set("X-"+strings.ReplaceAll(planted, "@", "-"), planted)
		w.WriteHeader(answers[n%len(answers)])
		w.Write([]byte(planted))
	})
	garbled := newReceiver(t, func(w http.ResponseWriter, _ post, _ int) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		conn.Write([]byte("HTTP/1.1 " + planted + "\r\n\r\n"))
		conn.Close()
	})
	log, metrics := &buffer{}, prometheus.NewRegistry()
	secret := func(d *rules.Destination) {
		d.Headers = []rules.Header{{Name: "Authorization", Value: rules.Secret(planted)}}
	}
	rig := prepare(t, Options{Queue: openQueue(t, ":memory:"), Registry: metrics, Log: slog.New(slog.NewTextHandler(log, nil)),
		Policy: policy(to("d", r.URL+"/?key="+planted, secret), to("garbled", garbled.URL+"/"+planted, secret))})
	rig.run()
	for range 30 {
		rig.put(message("d", planted, `{"email":"`+planted+`"}`))
	}
	rig.put(message("garbled", planted, `{"email":"`+planted+`"}`))
	rig.settled("d")
	until(t, "it was tried often", func() bool { return rig.States()["garbled"].Retries > 5 })
	if !strings.Contains(log.String(), "destination=d") || !strings.Contains(log.String(), "destination=garbled") {
		t.Errorf("the log does not tell of the trouble: %s", log)
	}
	for _, s := range rig.States() {
		log.Write([]byte(s.Trouble))
	}
	families, err := metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		log.Write([]byte(f.String()))
	}
	if strings.Contains(log.String(), "ada.l") {
		t.Errorf("a planted value got out: %s", log)
	}
}

// TestEndlessAnswer holds that an answer counts when its head is there, however long the
// rest is.
func TestEndlessAnswer(t *testing.T) {
	r := newReceiver(t, func(w http.ResponseWriter, _ post, _ int) {
		for block := bytes.Repeat([]byte("x"), 1<<16); ; {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	})
	rig := start(t, to("d", r.URL, func(d *rules.Destination) { d.Timeout = 30 * time.Second }))
	begun := time.Now()
	rig.put(message("d", "web", `{"id":1}`), message("d", "web", `{"id":2}`))
	rig.settled("d")
	if took := time.Since(begun); took > 10*time.Second || len(r.got()) != 2 {
		t.Errorf("%d requests in %v", len(r.got()), took)
	}
}

func TestMetrics(t *testing.T) {
	r := newReceiver(t, func(w http.ResponseWriter, p post, n int) {
		switch {
		case n <= 2:
			w.WriteHeader(http.StatusServiceUnavailable)
		case strings.Contains(p.body, `"id":1}`):
			w.WriteHeader(http.StatusBadRequest)
		}
	})
	metrics := prometheus.NewRegistry()
	rig := prepare(t, Options{Queue: openQueue(t, ":memory:"), Registry: metrics, Policy: policy(to("d", r.URL), to("away", "http://127.0.0.1:1", func(d *rules.Destination) {
		d.Retry.Min, d.Retry.Max = time.Hour, time.Hour
	}))})
	rig.run()
	rig.put(message("d", "web", numbered(0, 4)...))
	for _, source := range []string{"a", "b", "c", "d", "e", "f"} {
		rig.put(message("away", source, numbered(0, 2)...))
	}
	rig.settled("d")
	value := func(name string, labels ...string) float64 { return metric(t, metrics, name, labels...) }
	until(t, "the other is paused", func() bool { return value("eventveil_delivery_paused", "away") == 1 })
	f := func(want float64, name string, labels ...string) {
		t.Helper()
		if got := value(name, labels...); got != want {
			t.Errorf("%s %v is %v, want %v", name, labels, got, want)
		}
	}
	f(3, "eventveil_delivered_events_total", "d")
	f(2, "eventveil_delivery_requests_total", "d", "retry")
	f(3, "eventveil_delivery_requests_total", "d", "rejected") // all four, the first two, the bad one
	f(2, "eventveil_delivery_requests_total", "d", "ok")
	f(0, "eventveil_delivery_requests_total", "d", "failed")
	f(1, "eventveil_dead_events_total", "d", "rejected")
	f(0, "eventveil_dead_events_total", "d", "expired")
	f(7, "eventveil_delivery_seconds", "d")
	f(0, "eventveil_delivery_lag_seconds", "d") // part of it is not delivered
	f(0, "eventveil_delivery_paused", "d")
	f(0, "eventveil_queue_events", "d")
	f(0, "eventveil_queue_oldest_seconds", "d")
	f(12, "eventveil_queue_events", "away")
	if value("eventveil_queue_bytes", "away") <= 0 || value("eventveil_queue_oldest_seconds", "away") <= 0 {
		t.Error("what waits has no bytes, or no age")
	}
	f(0, "eventveil_queue_unreadable")
	for _, name := range []string{"d", "away"} {
		f(0, "eventveil_queue_dropped_events_total", name)
		f(0, "eventveil_queue_damaged_messages_total", name)
	}
}

// metric is a metric's value, or how often it was observed; -1 when there is none.
func metric(t *testing.T, metrics prometheus.Gatherer, name string, labels ...string) float64 {
	t.Helper()
	families, err := metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.Metric {
			all := ""
			for _, l := range m.Label {
				all += l.GetValue() + " "
			}
			if f.GetName() == name && strings.TrimSpace(all) == strings.Join(labels, " ") {
				return m.Counter.GetValue() + m.Gauge.GetValue() + float64(m.Histogram.GetSampleCount())
			}
		}
	}
	return -1
}

// TestPartTold holds that what waits in this process is told while the cluster is away
// from the start on.
func TestPartTold(t *testing.T) {
	q, err := queue.Open(queue.Options{Path: ":memory:", NATS: &queue.NATSOptions{URL: "nats://127.0.0.1:1", Stream: "eventveil"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { q.Close() })
	metrics := prometheus.NewRegistry()
	rig := prepare(t, Options{Queue: q, Registry: metrics, Policy: policy(to("d", "http://192.0.2.1"), to("other", "http://192.0.2.2"))})
	rig.put(message("d", "web", numbered(0, 3)...))
	f := func(want float64, name string, labels ...string) {
		t.Helper()
		if got := metric(t, metrics, name, labels...); got != want {
			t.Errorf("%s %v is %v, want %v", name, labels, got, want)
		}
	}
	f(1, "eventveil_queue_unreadable")
	f(3, "eventveil_queue_events", "d")
	f(-1, "eventveil_queue_events", "other") // the cluster may have some
	f(0, "eventveil_queue_dropped_events_total", "other")
}
