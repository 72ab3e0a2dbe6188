package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	mathrand "math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/proxy/deliver"
	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/rules"
)

// delivery is the queue of an App and what empties it. Both begin with the first policy
// that has a queued destination, and then stay. It is what the portal asks about
// deliveries: an inventory.Deliverer.
type delivery struct {
	app    *App
	ctx    context.Context // of delivering
	cancel context.CancelFunc
	ended  sync.WaitGroup

	mu      sync.Mutex
	queue   queue.Queue        // nil before they begin
	deliver *deliver.Deliverer // likewise
	name    string             // of the queue, as long as it is there
	running bool
}

func newDelivery(a *App) *delivery {
	d := &delivery{app: a}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	return d
}

// queueFile is the default name of the queue.
const queueFile = "eventveil-queue.db"

// prepare makes ready for a policy, and opens the queue when it is the first with a
// queued destination, or there is one already: something may wait in it. commit puts the
// policy in force; nobody else may prepare meanwhile.
func (d *delivery) prepare(p *rules.Policy) (commit func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.deliver != nil {
		plan, err := d.deliver.Prepare(p)
		return func() {
			d.deliver.Commit(plan)
			d.strays(p)
		}, err
	}
	o := d.app.queueOptions(p)
	if _, err := os.Stat(o.Path); err != nil && !p.Queues() {
		return func() {}, nil
	}
	if err := d.open(p, o); err != nil {
		return nil, err
	}
	d.strays(p)
	if d.running {
		return d.start, nil
	}
	return func() {}, nil
}

// open opens the queue; d.mu is held.
func (d *delivery) open(p *rules.Policy, o queue.Options) error {
	q, err := queue.Open(o)
	if err != nil {
		return fmt.Errorf("queue.path: %w", err)
	}
	name, err := q.Marked(nameMark)
	if err == nil && name == 0 {
		name = mathrand.Int64()
		err = q.Mark(nameMark, name)
	}
	if err != nil {
		return errors.Join(err, q.Close())
	}
	made, err := deliver.New(deliver.Options{Queue: q, Policy: p, Registry: d.app.registry, Log: d.app.log, Via: "1.1 eventveil-" + d.app.instance})
	if err != nil {
		return errors.Join(err, q.Close())
	}
	// A thread that waits for the disk keeps its processor of the runtime's for a while:
	// with only one, all requests would wait with it (4 times fewer, measured).
	if _, chosen := d.app.options.Env("GOMAXPROCS"); !chosen && runtime.GOMAXPROCS(0) < 2 {
		runtime.GOMAXPROCS(2)
	}
	d.queue, d.deliver, d.name = q, made, strconv.FormatInt(name, 36)
	d.app.log.Info("queue", "path", o.Path, "synced", !o.NoSync, "encrypted", o.Key != nil, "nats", o.NATS != nil, "waiting", d.waits())
	return nil
}

// own is what waits in the queue of this process, by destination.
func (d *delivery) own() map[string]queue.Backlog {
	q := d.queue
	if f, ok := q.(queue.Fleet); ok {
		q, _ = f.Parts()
	}
	backlogs, err := q.Backlogs()
	if err != nil {
		d.app.log.Error("it cannot be told what waits in the queue", "error", err)
	}
	return backlogs
}

// waits is how many events do.
func (d *delivery) waits() (events int64) {
	for _, b := range d.own() {
		events += b.Events
	}
	return events
}

// strays tells of events that wait for what is no queued destination any more.
func (d *delivery) strays(p *rules.Policy) {
	for name, b := range d.own() {
		if i := p.Destination(name); b.Messages > 0 && (i < 0 || !p.Destinations[i].Queued) {
			d.app.log.Warn("events wait for what is no queued destination any more, and nothing delivers them: configure it again until they are gone", "destination", name, "events", b.Events)
		}
	}
}

func (d *delivery) start() { d.ended.Go(func() { d.deliver.Run(d.ctx) }) }

// run delivers until stop is called.
func (d *delivery) run() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running = true
	if d.deliver != nil {
		d.start()
	}
}

// stop ends delivering; what is not delivered waits for the next start.
func (d *delivery) stop() {
	if d != nil {
		d.cancel()
		d.ended.Wait()
	}
}

// close closes the queue, after stop.
func (d *delivery) close() error {
	if d == nil || d.queue == nil {
		return nil
	}
	if n := d.waits(); n > 0 {
		d.app.log.Info("events wait in the queue for the next start", "events", n)
	}
	return d.queue.Close()
}

// Name is the queue's, the same after a restart; "" without one.
func (d *delivery) Name() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.name
}

func (d *delivery) parts() (queue.Queue, *deliver.Deliverer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.queue, d.deliver
}

// queueOptions say where events wait for destinations.
func (a *App) queueOptions(p *rules.Policy) queue.Options {
	o := queue.Options{Path: p.Queue.Path, NoSync: p.Queue.NoSync, Log: a.log}
	if o.Path == "" {
		o.Path = a.stateFile(queueFile)
	}
	if p.Queue.Key != nil {
		o.Key = p.Queue.Key.Secret
	}
	if n := p.Queue.NATS; n != nil {
		o.NATS = &queue.NATSOptions{URL: string(n.URL), Credentials: n.Credentials, CAFile: n.TLS.CAFile, CertFile: n.TLS.CertFile, KeyFile: n.TLS.KeyFile,
			Stream: n.Stream, Replicas: n.Replicas, Key: o.Key, Log: a.log}
	}
	return o
}

// askFor is how long the queue has to answer the portal, or to carry out an order.
const askFor = 10 * time.Second

// part is a queue of this process, or ("") one that it shares with others.
type part struct {
	queue.Queue
	process string
}

// each lists the queues that there are.
func (d *delivery) each() []part {
	q, _ := d.parts()
	switch f, ok := q.(queue.Fleet); {
	case q == nil:
		return nil
	case ok:
		local, shared := f.Parts()
		return []part{{local, d.app.instance}, {shared, ""}}
	}
	return []part{{q, d.app.instance}}
}

// Backlogs tell what waits, and how the destinations of the policy fare. It is a process
// that delivers and loses, whoever has the queue.
func (d *delivery) Backlogs() (list []inventory.Backlog, err error) {
	whole, out := d.parts()
	for _, q := range d.each() {
		waiting, err := q.Backlogs()
		if err != nil {
			return nil, err
		}
		states := out.States()
		for name := range states { // those for which nothing waits are told as well
			if _, there := waiting[name]; !there {
				waiting[name] = queue.Backlog{}
			}
		}
		lost := whole.Lost()
		if q.process == "" {
			clear(states)
			clear(lost)
		}
		for name, w := range waiting {
			s := states[name]
			list = append(list, inventory.Backlog{Process: q.process, Destination: name, Messages: w.Messages, Events: w.Events, Bytes: w.Bytes, Oldest: w.Oldest,
				Delivered: s.Delivered, Retries: s.Retries, Lost: lost[name].Dropped, Trouble: s.Trouble, Since: s.Since})
		}
	}
	slices.SortFunc(list, func(a, b inventory.Backlog) int {
		return cmp.Or(cmp.Compare(a.Destination, b.Destination), cmp.Compare(a.Process, b.Process))
	})
	return list, nil
}

// Dead lists the dead letters by what they have in common.
func (d *delivery) Dead() (list []inventory.DeadGroup, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), askFor)
	defer cancel()
	for _, q := range d.each() {
		groups, err := q.Groups(ctx)
		if err != nil {
			return nil, err
		}
		for _, g := range groups {
			list = append(list, inventory.DeadGroup{Process: q.process, Destination: g.Destination, Source: g.Source, Reason: g.Reason, Status: g.Status,
				Messages: g.Messages, Events: g.Events, Bytes: g.Bytes, First: g.First, Last: g.Last})
		}
	}
	return list, nil
}

// What the queue keeps for us, by name: the last order that was carried out, and what
// the queue is told from others by.
const (
	carriedMark = "dead_orders"
	nameMark    = "name"
)

// Carried is the last order about dead letters that was carried out.
func (d *delivery) Carried() (int64, error) {
	q, _ := d.parts()
	if q == nil {
		return math.MaxInt64, nil // there are no dead letters for an order to be about
	}
	return q.Marked(carriedMark)
}

// Carry carries out an order about dead letters.
func (d *delivery) Carry(o inventory.DeadOrder) error {
	q, _ := d.parts()
	if q == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), askFor)
	defer cancel()
	which := queue.Selection{Destination: o.Destination, Source: o.Source, Reason: o.Reason, Before: o.At}
	do := q.Purge
	if o.What == inventory.Replay {
		do = q.Replay
	}
	n, err := do(ctx, which)
	if err != nil {
		return err
	}
	d.app.log.Info("an order about dead letters was carried out", "order", o.ID, "what", o.What, "messages", n)
	return q.Mark(carriedMark, o.ID)
}
