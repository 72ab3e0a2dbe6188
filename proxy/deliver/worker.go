package deliver

import (
	"context"
	"time"

	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/rules"
)

// worker delivers to one destination. All of its fields are its loop's alone.
type worker struct {
	*shared
	settings *settings
	window   window
	lanes    map[string]*lane   // by source
	ready    []*lane            // those that may have something to send, in turn
	waiting  map[*lane]struct{} // those whose first parcel is not due
	due      time.Time          // when the first of waiting is; zero for none
	sweep    time.Time          // when to look for what has expired; zero for never
	breaker  breaker
	flying   int       // requests under way
	passed   time.Time // when a request was taken last
	spare    [][]byte  // bodies to write into
	graves   []burial  // to be set aside, in order
	burying  int       // of them, under way
	acks     []*work   // settled, not acknowledged yet
	later    time.Time // nothing is asked of the queue before, because it failed; zero for at once
}

// shared is what a worker shares with the goroutines it starts.
type shared struct {
	name    string
	queue   queue.Queue
	count   *counters
	state   *state
	say     *speaker
	updates chan *settings // holds one, the latest
	wants   chan want      // holds one
	taken   chan []*queue.Item
	answers chan *request
	buried  chan error    // holds one
	done    chan struct{} // closed when the worker has ended
}

// newWorker prepares one for a destination; d.mu is held.
func newWorker(d *Deliverer, s *settings) *worker {
	w := &worker{
		shared: &shared{
			name:    s.Name,
			queue:   d.queue,
			count:   d.metrics.of(s.Name),
			state:   d.states[s.Name],
			say:     newSpeaker(d.log, s.Name),
			updates: make(chan *settings, 1),
			wants:   make(chan want, 1),
			taken:   make(chan []*queue.Item),
			answers: make(chan *request),
			buried:  make(chan error, 1),
			done:    make(chan struct{}),
		},
		settings: s,
		window:   window{works: map[*work]struct{}{}},
		lanes:    map[string]*lane{},
		waiting:  map[*lane]struct{}{},
	}
	w.window.resize(s)
	return w
}

// retryQueue is how long to wait when the queue itself fails.
const retryQueue = time.Second

// run works until ctx is done, and then returns what it has not delivered to the queue.
// before, if any, is closed when the last worker for the destination has ended. It tells
// whether it met a fault of the program, and another worker is to go on.
func (w *worker) run(ctx context.Context, before <-chan struct{}) (fault bool) {
	defer close(w.done)
	if before != nil {
		<-before
	}
	ctx, cancel := context.WithCancel(ctx)
	fetched := make(chan struct{})
	go func() {
		defer close(fetched)
		w.fetch(ctx)
	}()
	defer func() {
		if x := recover(); x != nil {
			fault = true
			w.say.fault(x)
		}
		cancel()
		<-fetched
		w.giveBack()
	}()
	w.work(ctx)
	return false
}

// work is the worker's loop.
func (w *worker) work(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		now := time.Now()
		if !now.Before(w.later) {
			w.later = time.Time{}
		}
		w.expire(now)
		w.launch(now)
		w.bury(now)
		w.acknowledge(now)
		w.ask()
		w.say.fares(w.state, now)
		w.count.pause(!w.breaker.until.IsZero())
		timer.Reset(w.next(now))
		select {
		case <-ctx.Done():
			w.drain()
			return
		case items := <-w.taken:
			w.take(items)
		case r := <-w.answers:
			w.settle(r)
		case err := <-w.buried:
			w.interred(err)
		case s := <-w.updates:
			w.update(s)
		case <-timer.C:
		}
	}
}

// next is how long nothing will happen by itself.
func (w *worker) next(now time.Time) time.Duration {
	at := now.Add(time.Minute)
	sooner := func(t time.Time) {
		if !t.IsZero() && t.Before(at) {
			at = t
		}
	}
	sooner(w.due)
	sooner(w.sweep)
	sooner(w.later)
	if len(w.ready) > 0 && w.flying < w.settings.Concurrency && !w.breaker.probing {
		t := now.Add(w.settings.pace(now))
		if w.breaker.until.After(t) {
			t = w.breaker.until
		}
		sooner(t)
	}
	return max(at.Sub(now), 0)
}

// launch sends what may be sent now.
func (w *worker) launch(now time.Time) {
	w.wake(now)
	d := &w.settings.Destination
	for len(w.ready) > 0 && w.flying < w.settings.Concurrency && w.breaker.allows(now) && w.settings.pace(now) == 0 {
		l := w.ready[0]
		w.ready, l.ready = w.ready[1:], false
		scratch := w.scratch()
		p, body, due := l.pick(d, now, scratch)
		if p == nil {
			w.wait(l, due)
			continue
		}
		if gone := p.expire(d, now); len(gone) > 0 {
			w.discard(gone, queue.Expired, 0, now)
			body = nil
		}
		if len(p.runs) == 0 {
			w.enlist(l)
			continue
		}
		if body == nil {
			body = p.render(scratch, d)
		}
		if p.first.IsZero() {
			p.first = now
		}
		l.busy++
		w.flying++
		w.settings.spend(p.events(), now)
		if d.Format != rules.AsReceived && len(w.spare) > 0 {
			w.spare = w.spare[:len(w.spare)-1] // it is the body
		}
		r := &request{lane: l, parcel: p, settings: w.settings, body: body, probe: w.breaker.begin(), sent: now}
		go r.send(w.shared)
		w.enlist(l)
	}
}
