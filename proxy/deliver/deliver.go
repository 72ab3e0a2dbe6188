package deliver

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/proxy/upstream"
	"github.com/eventveil/eventveil/rules"
)

// Options are what a Deliverer needs.
type Options struct {
	Queue    queue.Queue
	Policy   *rules.Policy
	Registry prometheus.Registerer // nil: a registry of its own
	Log      *slog.Logger          // told when destinations fail and recover; may be nil
	Via      string                // of the header on every request, by which a loop is recognised; "" for none
}

// Deliverer delivers what waits in a queue.
type Deliverer struct {
	queue   queue.Queue
	metrics *metrics
	log     *slog.Logger
	via     string

	mu      sync.Mutex
	plan    *Plan
	ctx     context.Context // Run's; nil before
	over    bool            // Run ends: no worker is started any more
	states  map[string]*state
	workers map[string]*running
	ended   map[string]<-chan struct{} // by destination, of the last worker that was told to end
	wg      sync.WaitGroup
}

// running is a worker and the way to end it.
type running struct {
	*shared
	cancel context.CancelFunc
}

// New makes a Deliverer, which delivers nothing until Run.
func New(o Options) (*Deliverer, error) {
	if o.Registry == nil {
		o.Registry = prometheus.NewRegistry()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	d := &Deliverer{queue: o.Queue, log: o.Log, via: o.Via,
		states: map[string]*state{}, workers: map[string]*running{}, ended: map[string]<-chan struct{}{}}
	if err := d.Set(o.Policy); err != nil {
		return nil, err
	}
	d.metrics = newMetrics(o.Registry, d)
	return d, nil
}

// Set delivers by another policy. Nothing changes when it fails.
func (d *Deliverer) Set(p *rules.Policy) error {
	n, err := d.Prepare(p)
	if err == nil {
		d.Commit(n)
	}
	return err
}

// Commit delivers by a plan that was prepared. What waits for a destination that it does
// not have stays in the queue.
func (d *Deliverer) Commit(n *Plan) {
	d.mu.Lock()
	defer d.mu.Unlock()
	last := d.plan
	d.plan = n
	for name, w := range d.workers {
		if n.by[name] == nil {
			w.cancel()
			d.ended[name] = w.done
			delete(d.workers, name)
		}
	}
	for _, name := range n.order {
		if d.states[name] == nil {
			d.states[name] = &state{}
		}
		d.begin(n.by[name])
	}
	n.release(last)
}

// begin has a destination's worker go on by other settings, or starts one.
func (d *Deliverer) begin(s *settings) {
	if w := d.workers[s.Name]; w != nil {
		select { // the worker need not see every one
		case <-w.updates:
		default:
		}
		w.updates <- s
		return
	}
	if d.ctx == nil || d.over {
		return
	}
	ctx, cancel := context.WithCancel(d.ctx)
	w := newWorker(d, s)
	d.workers[s.Name] = &running{w.shared, cancel}
	before := d.ended[s.Name]
	d.wg.Go(func() {
		defer cancel()
		for w.run(ctx, before) {
			if w = d.another(ctx, s.Name, cancel); w == nil {
				return
			}
		}
	})
}

// another is a worker for a destination whose last one met a fault of the program; nil
// when none is wanted any more. It comes after a while, because it may meet the same.
func (d *Deliverer) another(ctx context.Context, name string, cancel context.CancelFunc) *worker {
	select {
	case <-ctx.Done():
	case <-time.After(retryQueue):
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if ctx.Err() != nil {
		return nil
	}
	w := newWorker(d, d.plan.by[name])
	d.workers[name] = &running{w.shared, cancel}
	return w
}

// Run delivers until ctx is done. Then it gives requests under way until their answer,
// at most the policy's drain timeout, and returns the rest to the queue.
func (d *Deliverer) Run(ctx context.Context) {
	d.mu.Lock()
	d.ctx = ctx
	for _, name := range d.plan.order {
		d.begin(d.plan.by[name])
	}
	d.mu.Unlock()
	<-ctx.Done()
	d.mu.Lock()
	d.over = true
	d.mu.Unlock()
	d.wg.Wait()
}

// States tells how the policy's queued destinations fare.
func (d *Deliverer) States() map[string]State {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make(map[string]State, len(d.plan.order))
	for _, name := range d.plan.order {
		all[name] = d.states[name].read()
	}
	return all
}

// release closes the clients of the last plan that this one does not use, when what they
// have under way is over.
func (n *Plan) release(last *Plan) {
	if last == nil {
		return
	}
	kept := map[*upstream.Client]bool{}
	for _, s := range n.by {
		kept[s.client] = true
	}
	for _, s := range last.by {
		if !kept[s.client] {
			time.AfterFunc(s.Timeout, s.client.Close)
		}
	}
}
