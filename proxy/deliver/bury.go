package deliver

import (
	"time"

	"github.com/eventveil/eventveil/proxy/queue"
)

// burial is events that are to be set aside.
type burial struct {
	run    run
	reason string
	status int
	at     time.Time
}

// What one Bury holds at most; one message may be larger.
const (
	buryMessages = 64
	buryBytes    = 4 << 20
)

// discard has runs set aside. They are settled when the queue has them.
func (w *worker) discard(runs []run, reason string, status int, now time.Time) {
	for _, r := range runs {
		w.graves = append(w.graves, burial{r, reason, status, now})
	}
}

// bury sets aside what is to be, one lot at a time.
func (w *worker) bury(now time.Time) {
	if len(w.graves) == 0 || w.burying > 0 || now.Before(w.later) {
		return
	}
	var dead []queue.Dead
	for bytes := 0; w.burying < len(w.graves) && w.burying < buryMessages && bytes < buryBytes; w.burying++ {
		b := &w.graves[w.burying]
		dead = append(dead, b.run.dead(b.reason, b.status, b.at))
		bytes += len(dead[w.burying].Body)
	}
	to := w.shared
	go func() { to.buried <- to.queue.Bury(dead) }()
}

// interred settles what was set aside; what could not be is tried again.
func (w *worker) interred(err error) {
	lot := w.graves[:w.burying]
	w.burying = 0
	if err != nil {
		w.refused("cannot set events aside as dead letters", err)
		// It holds up what comes behind, so it is told like an outage.
		w.state.trouble("dead letters", "its dead letters cannot be kept: purge or replay them, or make room", time.Now())
		return
	}
	for _, b := range lot {
		n := b.run.hi - b.run.lo
		w.count.dead[b.reason].Add(float64(n))
		w.state.died(n)
		b.run.work.buried = true
		w.settled(b.run)
		w.say.died(b.reason, b.status)
	}
	w.graves = w.graves[len(lot):]
}

// expire sets aside what is too old, wherever it waits.
func (w *worker) expire(now time.Time) {
	d := &w.settings.Destination
	if d.Backlog.Age <= 0 || len(w.lanes) == 0 {
		w.sweep = time.Time{}
		return
	}
	if !w.sweep.IsZero() && now.Before(w.sweep) {
		return
	}
	w.sweep = now.Add(min(max(d.Backlog.Age/20, time.Millisecond), time.Minute))
	for _, l := range w.lanes {
		w.discard(l.expire(d, now), queue.Expired, 0, now)
		if l.idle() {
			w.enlist(l)
		}
	}
}

// drain gives requests under way their time.
func (w *worker) drain() {
	timer := time.NewTimer(w.settings.drain)
	defer timer.Stop()
	for expired := false; !expired; {
		w.bury(time.Now())
		if w.flying == 0 && w.burying == 0 {
			break
		}
		select {
		case r := <-w.answers:
			w.settle(r)
		case err := <-w.buried:
			w.interred(err)
		case <-timer.C:
			expired = true
		}
	}
	w.acknowledge(time.Now())
}

// giveBack returns to the queue what is not settled.
func (w *worker) giveBack() {
	rest := make([]*queue.Item, 0, len(w.window.works))
	for work := range w.window.works {
		rest = append(rest, work.item)
	}
	w.queue.Return(rest...)
	w.count.pause(false)
}
