package deliver

import (
	"time"

	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/rules"
)

// maxSpare is the capacity in bytes above which a buffer is not kept.
const maxSpare = 1 << 20

// settle draws the conclusions of a request that was answered, or was not.
func (w *worker) settle(r *request) {
	now := time.Now()
	l, p, a := r.lane, r.parcel, &r.answer
	l.busy--
	w.flying--
	w.count.took.Observe(r.took.Seconds())
	w.recycle(r)
	switch a.kind {
	case ok:
		w.passed = now
		w.alive(r.probe, now)
		w.count.results[ok].Inc()
		w.delivered(p.runs, now)
	case rejected:
		w.alive(r.probe, now)
		w.count.results[rejected].Inc()
		if halves := p.halves(p.limit); halves != nil {
			l.again(halves...)
		} else {
			w.discard(p.runs, queue.Rejected, a.status, now)
		}
	default:
		w.fails(r, now)
	}
	w.say.fares(w.state, now)
	w.enlist(l)
}

// alive notes that the destination takes requests.
func (w *worker) alive(probe bool, now time.Time) {
	if w.breaker.passed(probe, now) {
		w.hurry(false)
	}
	w.state.clear()
}

// fails decides what becomes of a parcel that was not taken.
func (w *worker) fails(r *request, now time.Time) {
	p, a := r.parcel, &r.answer
	again := a.kind == faulty && p.tries > 0
	w.breaker.failed(r.probe, again, r.sent, now, a.after, &w.settings.Retry)
	trouble := a.trouble
	if a.after > 0 {
		trouble = "it asked to wait until " + now.Add(a.after).UTC().Format(time.RFC3339)
	}
	w.state.trouble(a.trouble, trouble, now)
	p.attempts++
	p.outage = a.kind != faulty
	switch a.kind {
	case silent:
		p.tries++
		if w.passed.After(p.first) { // others are answered
			p.blamed++
		}
	case faulty, wrong:
		p.tries++
		p.blamed++
	}
	if p.tries >= p.limit && (a.kind == silent || a.kind == faulty) {
		if halves := p.halves(min(p.limit, partAttempts)); halves != nil {
			w.count.results[a.kind].Inc()
			r.lane.again(halves...)
			return
		}
	}
	if p.blamed >= p.limit && a.kind != busy && a.kind != locked {
		reason := queue.Failing
		if a.kind == wrong {
			reason = queue.Rejected
		}
		w.count.results[a.kind].Inc()
		w.discard(p.runs, reason, a.status, now)
		return
	}
	w.count.retry.Inc()
	w.state.retried()
	p.due = now.Add(backoff(&w.settings.Retry, p.attempts))
	r.lane.again(p)
}

// delivered settles what the destination has taken.
func (w *worker) delivered(runs []run, now time.Time) {
	n := 0
	for _, r := range runs {
		n += r.hi - r.lo
	}
	w.count.delivered.Add(float64(n))
	w.state.delivered(n)
	for _, r := range runs {
		if w.settled(r) && !r.work.buried {
			w.count.lag.Observe(max(now.Sub(r.work.item.Accepted).Seconds(), 0))
		}
	}
}

// settled counts a run off its message; true when that was the last of it.
func (w *worker) settled(r run) bool {
	if r.work.left -= r.hi - r.lo; r.work.left > 0 {
		return false
	}
	w.acks = append(w.acks, r.work)
	return true
}

// recycle keeps the request's body for another one.
func (w *worker) recycle(r *request) {
	if c := cap(r.body); r.settings.Format != rules.AsReceived && c <= maxSpare && len(w.spare) < w.settings.Concurrency {
		w.spare = append(w.spare, r.body)
	}
	r.body = nil
}
