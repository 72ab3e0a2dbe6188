package inventory

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/eventveil/eventveil/engine"
)

// KeeperOptions are what a Keeper needs. Store, Process, the intervals and Log are
// required; a process without a data plane has no Recorder, Engine and Outcomes.
type KeeperOptions struct {
	Store     Store
	Process   Process
	Flush     time.Duration // between two batches
	Poll      time.Duration // between two looks for decisions made elsewhere
	Retention time.Duration // of counts by hour
	Log       *slog.Logger

	Recorder *Recorder
	Engine   func() *engine.Engine // the one in force
	// Outcomes visits the totals of events since the start.
	Outcomes func(visit func(destination, outcome string, total int64))
	// Apply puts decisions in force.
	Apply func(*Decisions) error
	// Deliverer tells of deliveries; nil for a process without.
	Deliverer Deliverer
	// Digest is Process.Policy, which changes with every reload.
	Digest func() string
}

// Keeper brings what a Recorder has counted to the store, and what people decide,
// wherever they do, into force. While the store cannot be used it keeps what fits and
// tries again; events never wait for it.
type Keeper struct {
	o KeeperOptions

	mu       sync.Mutex // one flush at a time
	pending  pending
	fields   uint64 // see engine.Fields
	fieldsOf *engine.Engine
	totals   map[Outcomes]int64

	applying sync.Mutex // one Refresh at a time
	version  int64      // of the decisions in force; -1 for none

	deliveries deliveries

	healthMu sync.Mutex
	health   Health
	faults   [3]error // of the last write, the last read and the last report of deliveries
}

// timeout bounds one exchange with the store.
const timeout = 30 * time.Second

// NewKeeper makes a Keeper. Run starts it.
func NewKeeper(o KeeperOptions) *Keeper {
	k := &Keeper{o: o, pending: newPending(), totals: map[Outcomes]int64{}, version: -1}
	k.deliveries.options, k.deliveries.faults = &k.o, map[string]string{}
	return k
}

// Run works until ctx is done, then flushes once more.
func (k *Keeper) Run(ctx context.Context) {
	flush, poll, prune := time.NewTicker(k.o.Flush), time.NewTicker(k.o.Poll), time.NewTicker(time.Hour)
	defer flush.Stop()
	defer poll.Stop()
	defer prune.Stop()
	if k.o.Deliverer != nil {
		// By themselves: neither counts nor decisions wait for a queue.
		var group sync.WaitGroup
		group.Go(func() { k.deliver(ctx) })
		defer group.Wait()
	}
	k.note(reading, k.Refresh(ctx))
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			k.note(writing, k.Flush(last))
			return
		case <-flush.C:
			k.note(writing, k.Flush(ctx))
		case <-poll.C:
			k.note(reading, k.Refresh(ctx))
		case <-prune.C:
			k.note(writing, k.prune(ctx))
		}
	}
}

// Flush brings all that was counted to the store. What it does not take is kept for
// the next time.
func (k *Keeper) Flush(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.collect()
	for more := true; more; {
		b := Batch{At: time.Now().UTC(), Process: k.o.Process}
		b.Process.LastSeen, b.Process.Policy = b.At, k.o.Digest()
		if k.o.Recorder != nil {
			b.Process.Lost = k.o.Recorder.lost.Load()
		}
		k.pending.fill(&b)
		if err := k.o.Store.Observe(ctx, &b); err != nil {
			return err
		}
		more = k.pending.stored(&b)
		k.healthMu.Lock()
		k.health.LastFlush = b.At
		k.healthMu.Unlock()
	}
	return nil
}

// collect fetches what was counted.
func (k *Keeper) collect() {
	if k.o.Recorder == nil {
		return
	}
	e := k.o.Engine()
	k.pending.engine = e
	k.o.Recorder.take(k.pending.add)
	if e != k.fieldsOf {
		k.fields, k.fieldsOf = 0, e
	}
	k.fields = e.Fields(k.fields, k.pending.field)
	k.o.Outcomes(func(destination, outcome string, total int64) {
		o := Outcomes{Destination: destination, Outcome: outcome}
		if more := total - k.totals[o]; more > 0 {
			k.pending.outcomes[o] += more
		}
		k.totals[o] = total
	})
}

// Refresh puts decisions in force that are not yet, and tells whether the store could
// be asked and they were.
func (k *Keeper) Refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	k.applying.Lock()
	defer k.applying.Unlock()
	version, err := k.o.Store.Version(ctx)
	if err != nil || version == k.version {
		return err
	}
	d, err := k.o.Store.Decisions(ctx)
	if err != nil {
		return err
	}
	if k.o.Apply != nil {
		if err := k.o.Apply(d); err != nil {
			return &applyError{err}
		}
	}
	k.version = d.Version
	return nil
}

// applyError is a failure to put decisions in force: the store is not to blame.
type applyError struct{ error }

func (e *applyError) Unwrap() error { return e.error }

func (k *Keeper) prune(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return k.o.Store.Prune(ctx, time.Now().Add(-k.o.Retention))
}

// What an exchange with the store was for.
const (
	writing = iota
	reading
	reporting
)

// note remembers how the last exchange of a kind went, and logs when that changes
// whether the store can be used.
func (k *Keeper) note(kind int, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	if apply := (*applyError)(nil); errors.As(err, &apply) {
		k.o.Log.Error("decisions made in the portal are not in force; those before still are", "error", apply.error)
		return
	}
	k.healthMu.Lock()
	defer k.healthMu.Unlock()
	was := k.health.Store
	k.faults[kind] = err
	k.health.Store = ""
	for _, fault := range k.faults {
		if fault != nil {
			k.health.Store = fault.Error()
		}
	}
	switch {
	case was == "" && k.health.Store != "":
		k.health.Since = time.Now().UTC()
		k.o.Log.Error("the store cannot be used; events are filtered as before, what is met is kept in memory as long as it fits", "error", err)
	case was != "" && k.health.Store == "":
		k.health.Since = time.Time{}
		k.o.Log.Info("the store can be used again")
	}
}

// Health is how recording is doing.
func (k *Keeper) Health() Health {
	k.healthMu.Lock()
	defer k.healthMu.Unlock()
	h := k.health
	if k.o.Recorder != nil {
		h.Lost = k.o.Recorder.lost.Load()
	}
	return h
}
