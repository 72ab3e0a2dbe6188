package proxy

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

// outcome is what became of an event for a destination: exactly one of these.
type outcome uint8

const (
	forwarded outcome = iota
	altered
	blocked
	noConsent
	queued
	invalid
	overloaded
	failed
	outcomes
)

var outcomeNames = [outcomes]string{"forwarded", "altered", "blocked", "no_consent", "queued", "invalid", "overloaded", "failed"}

// metrics are the data plane's counters. Labels come from the configuration and
// the catalogue alone; what is counted on the hot path is resolved beforehand.
type metrics struct {
	events        *prometheus.CounterVec
	found         *prometheus.CounterVec
	refusedBy     map[*refusal]prometheus.Counter
	bytesIn       prometheus.Counter
	bytesOut      prometheus.Counter
	hop           prometheus.Histogram
	upstream      prometheus.Histogram
	queue         prometheus.Histogram
	inFlight      prometheus.Gauge
	panics        prometheus.Counter
	opaque        prometheus.Counter
	passedOnError prometheus.Counter
	deviceRemoved prometheus.Counter
}

// table holds the counters of one policy's labels.
type table struct {
	outcomes [][outcomes]prometheus.Counter // by destination
	findings []atomic.Pointer[counter]      // by type and action, made when first met
}

type counter struct{ prometheus.Counter }

func newMetrics(r prometheus.Registerer) *metrics {
	buckets := []float64{.000005, .00001, .00002, .00005, .0001, .0002, .0005, .001, .002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	m := &metrics{
		events:        prometheus.NewCounterVec(prometheus.CounterOpts{Name: "eventveil_events_total", Help: "Events by destination and outcome; every event counts once for every destination."}, []string{"destination", "outcome"}),
		found:         prometheus.NewCounterVec(prometheus.CounterOpts{Name: "eventveil_findings_total", Help: "Data points met, by class, type and the action taken for the destination."}, []string{"destination", "class", "type", "action"}),
		bytesIn:       prometheus.NewCounter(prometheus.CounterOpts{Name: "eventveil_received_bytes_total", Help: "Bytes of request bodies as received."}),
		bytesOut:      prometheus.NewCounter(prometheus.CounterOpts{Name: "eventveil_sent_bytes_total", Help: "Bytes of request bodies sent to destinations."}),
		hop:           prometheus.NewHistogram(prometheus.HistogramOpts{Name: "eventveil_hop_seconds", Help: "Time of a request that was spent in Eventveil, without the inline destination's and the queue's.", Buckets: buckets}),
		upstream:      prometheus.NewHistogram(prometheus.HistogramOpts{Name: "eventveil_upstream_seconds", Help: "Time of a request that was spent waiting for the destination.", Buckets: buckets}),
		queue:         prometheus.NewHistogram(prometheus.HistogramOpts{Name: "eventveil_queue_wait_seconds", Help: "Time of a request that was spent waiting until the queue had its events, after the inline destination had answered.", Buckets: buckets}),
		inFlight:      prometheus.NewGauge(prometheus.GaugeOpts{Name: "eventveil_requests_in_flight", Help: "Requests being worked on."}),
		panics:        prometheus.NewCounter(prometheus.CounterOpts{Name: "eventveil_panics_total", Help: "Requests that met a fault of the program; nothing of them was forwarded."}),
		opaque:        prometheus.NewCounter(prometheus.CounterOpts{Name: "eventveil_opaque_total", Help: "Bodies forwarded unread, because a route or on_error says so."}),
		passedOnError: prometheus.NewCounter(prometheus.CounterOpts{Name: "eventveil_passed_on_error_total", Help: "Bodies that could not be read and were forwarded because on_error says pass."}),
		deviceRemoved: prometheus.NewCounter(prometheus.CounterOpts{Name: "eventveil_device_mode_removed_total", Help: "Integrations taken out of settings that browsers load, because device_mode does not allow them."}),
		refusedBy:     map[*refusal]prometheus.Counter{},
	}
	refused := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "eventveil_refused_total", Help: "Requests refused, by reason."}, []string{"reason"})
	for _, x := range refusals {
		m.refusedBy[x] = refused.WithLabelValues(x.reason)
	}
	r.MustRegister(m.events, m.found, m.bytesIn, m.bytesOut, m.hop, m.upstream, m.queue, m.inFlight, m.panics, m.opaque, m.passedOnError, m.deviceRemoved, refused)
	return m
}

// table resolves the counters for a policy's labels.
func (m *metrics) table(p *rules.Policy) *table {
	t := &table{findings: make([]atomic.Pointer[counter], len(p.Destinations)*len(p.Types)*rules.Actions)}
	for _, d := range p.Destinations {
		var row [outcomes]prometheus.Counter
		for o := range row {
			row[o] = m.events.WithLabelValues(d.Name, outcomeNames[o])
		}
		t.outcomes = append(t.outcomes, row)
	}
	return t
}

func (m *metrics) refused(r *refusal) { m.refusedBy[r].Inc() }

// count adds events of a request to an outcome for a destination.
func (q *request) count(n *Snapshot, destination int, o outcome, events int) {
	for len(q.settled) <= destination {
		q.settled = append(q.settled, false)
	}
	q.settled[destination] = true
	if events > 0 {
		n.table.outcomes[destination][o].Add(float64(events))
	}
}

// countAll gives the events of a request an outcome for every destination for which
// they have none yet. A body that was not read counts as one event.
func (q *request) countAll(n *Snapshot, o outcome) {
	for d := range n.policy.Destinations {
		if d >= len(q.settled) || !q.settled[d] {
			q.count(n, d, o, max(q.events, 1))
		}
	}
}

// countSent counts the events of a body by what became of those that were left for
// the destination: forwarded, queued, failed or overloaded.
func (q *request) countSent(n *Snapshot, destination int, out *engine.Outcome, o outcome) {
	q.count(n, destination, noConsent, out.NoConsent)
	q.count(n, destination, blocked, out.Dropped-out.NoConsent)
	rest := out.Events - out.Dropped
	if o == forwarded {
		q.count(n, destination, altered, out.Altered)
		rest -= out.Altered
	}
	q.count(n, destination, o, rest)
}

// countFindings counts what was found and what was done about it for a destination.
func (s *Server) countFindings(n *Snapshot, in *engine.Inspector, destination int) {
	for _, c := range in.Counts(destination) {
		slot := &n.table.findings[(destination*len(n.policy.Types)+int(c.Type))*rules.Actions+int(c.Action)]
		known := slot.Load()
		if known == nil {
			t := &n.policy.Types[c.Type]
			name := t.Name
			if c.Type == catalog.None {
				name = c.Type.String() // what a rule selects by its path alone
			}
			known = &counter{s.metrics.found.WithLabelValues(n.policy.Destinations[destination].Name, t.Class.String(), name, c.Action.String())}
			slot.Store(known)
		}
		known.Add(float64(c.N))
	}
}
