package deliver

import (
	"time"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/proxy/wire"
	"github.com/eventveil/eventveil/rules"
)

// partAttempts is how often that is tried which was split because it kept failing.
const partAttempts = 3

// work is a message that was taken from the queue.
type work struct {
	item     *queue.Item
	n        int           // events
	left     int           // of them, not settled
	buried   bool          // some of them were set aside
	spans    []engine.Span // nil until they are needed
	envelope *envelope     // likewise
}

func newWork(item *queue.Item) *work {
	n := max(item.Events, 1)
	return &work{item: item, n: n, left: n}
}

// split finds the events of the message. A body in which there are none, or that was let
// pass unread and cannot be read, is one event.
func (w *work) split() {
	if w.spans != nil {
		return
	}
	f := wire.ByName(w.item.Format).Events
	if readable(w.item.Body, f) {
		w.spans = engine.Split(nil, w.item.Body, f)
	}
	if len(w.spans) == 0 {
		w.spans = []engine.Span{{Start: 0, End: len(w.item.Body)}}
	}
	w.n, w.left = len(w.spans), len(w.spans)
}

// expired tells whether the message is older than the destination lets it be.
func (w *work) expired(d *rules.Destination, now time.Time) bool {
	return d.Backlog.Age > 0 && now.Sub(w.item.Accepted) > d.Backlog.Age
}

// run is successive events of a message.
type run struct {
	work   *work
	lo, hi int
}

func (r run) whole() bool { return r.lo == 0 && r.hi == r.work.n }

// body is the message's with no other events than the run's.
func (r run) body() []byte {
	if r.whole() {
		return r.work.item.Body
	}
	return part(nil, r.work.item.Body, r.work.spans, r.lo, r.hi)
}

// dead is the run as a dead letter.
func (r run) dead(reason string, status int, now time.Time) queue.Dead {
	m := r.work.item.Message
	m.Body, m.Events = r.body(), r.hi-r.lo
	return queue.Dead{Message: m, Reason: reason, Status: status, At: now}
}

// parcel is what one request carries.
type parcel struct {
	runs     []run
	limit    int       // of tries, see the package's table
	attempts int       // failed ones
	tries    int       // those of them that may be the events' own fault
	blamed   int       // those of them that are, by what is known
	first    time.Time // when it, or what it was part of, was tried first
	due      time.Time // it waits until then
	outage   bool      // it waits because of the destination, not because of its events
}

func (p *parcel) events() int {
	n := 0
	for _, r := range p.runs {
		n += r.hi - r.lo
	}
	return n
}

// fit makes ready a parcel that may have been made before the destination's format was
// changed. What does not fit in one request is returned.
func (p *parcel) fit(d *rules.Destination) (rest *parcel) {
	if d.Format != rules.AsReceived {
		p.open()
		return nil
	}
	if len(p.runs) < 2 {
		return nil
	}
	next := *p
	next.runs = p.runs[1:]
	p.runs = p.runs[:1:1]
	return &next
}

// open finds the events of a parcel that is one message.
func (p *parcel) open() {
	if len(p.runs) == 1 && p.runs[0].whole() {
		p.runs[0].work.split()
		p.runs[0].hi = p.runs[0].work.n
	}
}

// halves splits a parcel in two; nil when there is but one event.
func (p *parcel) halves(limit int) []*parcel {
	p.open()
	half := p.events() / 2
	if half == 0 {
		return nil
	}
	a, b := &parcel{limit: limit, first: p.first}, &parcel{limit: limit, first: p.first}
	for _, r := range p.runs {
		first := r
		first.hi = min(r.hi, r.lo+half)
		half -= first.hi - first.lo
		if first.hi > first.lo {
			a.runs = append(a.runs, first)
		}
		if r.lo = first.hi; r.hi > r.lo {
			b.runs = append(b.runs, r)
		}
	}
	return []*parcel{a, b}
}

// expire takes the runs of messages that have expired out of the parcel.
func (p *parcel) expire(d *rules.Destination, now time.Time) (gone []run) {
	kept := p.runs[:0]
	for _, r := range p.runs {
		if r.work.expired(d, now) {
			gone = append(gone, r)
		} else {
			kept = append(kept, r)
		}
	}
	p.runs = kept
	return gone
}

// render makes the parcel a request's body in the destination's format; it may use
// scratch. A body as it was received is the message's own.
func (p *parcel) render(scratch []byte, d *rules.Destination) []byte {
	if d.Format == rules.AsReceived {
		return p.runs[0].body()
	}
	j := joiner{lines: d.Format == rules.PlainLines, body: scratch[:0]}
	for _, r := range p.runs {
		for i := r.lo; i < r.hi; i++ {
			j.add(r.work, i)
		}
	}
	return j.end()
}
