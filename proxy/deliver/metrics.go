package deliver

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/eventveil/eventveil/proxy/queue"
)

// metrics are counted by destination. Labels come from the configuration.
type metrics struct {
	delivered *prometheus.CounterVec
	requests  *prometheus.CounterVec
	dead      *prometheus.CounterVec
	took      *prometheus.HistogramVec
	lag       *prometheus.HistogramVec
	paused    *prometheus.GaugeVec
}

func newMetrics(r prometheus.Registerer, d *Deliverer) *metrics {
	by := []string{"destination"}
	m := &metrics{
		delivered: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "eventveil_delivered_events_total", Help: "Events that a queued destination has taken."}, by),
		requests:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "eventveil_delivery_requests_total", Help: "Requests to queued destinations: ok; retry, which are tried again; rejected and failed, whose events are split or set aside."}, []string{"destination", "result"}),
		dead:      prometheus.NewCounterVec(prometheus.CounterOpts{Name: "eventveil_dead_events_total", Help: "Events that were set aside as dead letters, by reason."}, []string{"destination", "reason"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "eventveil_delivery_seconds", Help: "Time of one request to a queued destination, whatever its answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}}, by),
		lag: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "eventveil_delivery_lag_seconds", Help: "Time from accepting a message to having delivered it.",
			Buckets: []float64{.005, .01, .05, .1, .5, 1, 5, 30, 60, 300, 1800, 3600, 21600, 86400, 604800}}, by),
		paused: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "eventveil_delivery_paused", Help: "1 while nothing is sent to a destination, because it does not take it."}, by),
	}
	r.MustRegister(m.delivered, m.requests, m.dead, m.took, m.lag, m.paused, &backlogs{of: d,
		events:     prometheus.NewDesc("eventveil_queue_events", "Events that wait for a destination.", by, nil),
		bytes:      prometheus.NewDesc("eventveil_queue_bytes", "Bytes that wait for a destination.", by, nil),
		oldest:     prometheus.NewDesc("eventveil_queue_oldest_seconds", "Age of the oldest event that waits for a destination; 0 when none does.", by, nil),
		dropped:    prometheus.NewDesc("eventveil_queue_dropped_events_total", "Acknowledged events that were dropped as the oldest of a full queue.", by, nil),
		damaged:    prometheus.NewDesc("eventveil_queue_damaged_messages_total", "Acknowledged messages that could not be read from the queue again.", by, nil),
		unreadable: prometheus.NewDesc("eventveil_queue_unreadable", "1 when the queue could not tell all that waits in it: what is told then waits in this process alone.", nil, nil),
	})
	return m
}

// counters are one destination's.
type counters struct {
	delivered prometheus.Counter
	results   [rejected + 1]prometheus.Counter // by kind, of requests that are not tried again
	retry     prometheus.Counter
	dead      map[string]prometheus.Counter
	took, lag prometheus.Observer
	paused    prometheus.Gauge
}

func (m *metrics) of(name string) *counters {
	c := &counters{
		delivered: m.delivered.WithLabelValues(name),
		retry:     m.requests.WithLabelValues(name, "retry"),
		dead:      map[string]prometheus.Counter{},
		took:      m.took.WithLabelValues(name),
		lag:       m.lag.WithLabelValues(name),
		paused:    m.paused.WithLabelValues(name),
	}
	failed, refused := m.requests.WithLabelValues(name, "failed"), m.requests.WithLabelValues(name, "rejected")
	c.results = [...]prometheus.Counter{ok: m.requests.WithLabelValues(name, "ok"), busy: failed, locked: failed,
		silent: failed, faulty: failed, wrong: refused, rejected: refused}
	for _, reason := range queue.Reasons {
		c.dead[reason] = m.dead.WithLabelValues(name, reason)
	}
	return c
}

func (c *counters) pause(paused bool) {
	if paused {
		c.paused.Set(1)
	} else {
		c.paused.Set(0)
	}
}

// backlogs asks the queue when it is asked.
type backlogs struct {
	of                                                  *Deliverer
	events, bytes, oldest, dropped, damaged, unreadable *prometheus.Desc
}

func (b *backlogs) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{b.events, b.bytes, b.oldest, b.dropped, b.damaged, b.unreadable} {
		to <- d
	}
}

func (b *backlogs) Collect(to chan<- prometheus.Metric) {
	now := time.Now()
	all, err := b.of.queue.Backlogs()
	failed := 0.0
	if err != nil {
		failed = 1
		all = ours(b.of.queue)
	}
	to <- prometheus.MustNewConstMetric(b.unreadable, prometheus.GaugeValue, failed)
	lost := b.of.queue.Lost()
	for name := range b.of.States() {
		if _, waits := all[name]; !waits && err == nil {
			all[name] = queue.Backlog{}
		}
		if _, some := lost[name]; !some {
			lost[name] = queue.Loss{} // so that the first is seen as an increase
		}
	}
	for name, x := range all {
		age := 0.0
		if !x.Oldest.IsZero() {
			age = max(now.Sub(x.Oldest).Seconds(), 0)
		}
		to <- prometheus.MustNewConstMetric(b.events, prometheus.GaugeValue, float64(x.Events), name)
		to <- prometheus.MustNewConstMetric(b.bytes, prometheus.GaugeValue, float64(x.Bytes), name)
		to <- prometheus.MustNewConstMetric(b.oldest, prometheus.GaugeValue, age, name)
	}
	for name, x := range lost {
		to <- prometheus.MustNewConstMetric(b.dropped, prometheus.CounterValue, float64(x.Dropped), name)
		to <- prometheus.MustNewConstMetric(b.damaged, prometheus.CounterValue, float64(x.Damaged), name)
	}
}

// ours is what waits in this process, where that can be told apart; nil otherwise.
func ours(q queue.Queue) map[string]queue.Backlog {
	f, ok := q.(queue.Fleet)
	if !ok {
		return nil
	}
	local, _ := f.Parts()
	all, err := local.Backlogs()
	if err != nil {
		return nil // that it cannot be read is told already
	}
	return all
}
