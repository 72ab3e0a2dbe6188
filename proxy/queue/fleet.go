package queue

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Fleet is a Queue of which a part is shared with other processes. What the whole tells
// is of both: a process that tells what it has must not tell what all have as its own.
type Fleet interface {
	Queue
	// Parts are the queue of this process and the one that all processes share. They are
	// for Backlogs, Groups and Lost; the whole closes them.
	Parts() (local, shared Queue)
}

// fleet puts the queue of this process before a cluster. Append is the local queue's, so
// that no answer waits for a broker; relays move what waits there into the cluster, in its
// order, each destination by itself. All else is taken from the cluster: while it is away
// nothing is delivered, and the local queue holds what comes, to its limits.
//
// A message is in both for a moment, and after a crash then it may be delivered twice.
// Marks are of this process. Dead letters are buried in the cluster; those that the local
// queue has from a time without one are listed, replayed and purged with them.
type fleet struct {
	local  Queue
	shared *cluster
	ctx    context.Context // of the relays
	cancel context.CancelFunc

	mu      sync.Mutex
	relayed map[string]bool // destinations that have a relay
	closed  bool
	running sync.WaitGroup

	moving sync.RWMutex // held by relays while something may be in both queues
}

// flushFor is how long Close goes on moving what waits into the cluster.
const flushFor = 5 * time.Second

// newFleet owns both queues from now on.
func newFleet(local Queue, shared *cluster) (*fleet, error) {
	f := &fleet{local: local, shared: shared, relayed: map[string]bool{}}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	backlogs, err := local.Backlogs()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	for name := range backlogs {
		f.relay(name)
	}
	return f, nil
}

func (f *fleet) Parts() (local, shared Queue) { return f.local, f.shared }

func (f *fleet) Append(messages []Message) (Ticket, error) {
	t, err := f.local.Append(messages)
	if err != nil {
		return nil, err
	}
	for i := range messages {
		if i == 0 || messages[i].Destination != messages[i-1].Destination {
			f.relay(messages[i].Destination)
		}
	}
	return t, nil
}

func (f *fleet) Next(ctx context.Context, destination string, messages int, bytes int64) ([]*Item, error) {
	return f.shared.Next(ctx, destination, messages, bytes)
}

func (f *fleet) Ack(items ...*Item) error { return f.shared.Ack(items...) }

func (f *fleet) Return(items ...*Item) { f.shared.Return(items...) }

func (f *fleet) Bury(dead []Dead) error { return f.shared.Bury(dead) }

// Limit bounds each destination here and, by as much, in the cluster.
func (f *fleet) Limit(limits map[string]Limits) {
	f.local.Limit(limits)
	f.shared.Limit(limits)
	for name := range limits {
		f.relay(name)
	}
}

// Backlogs counts what is being moved once, unless it takes long.
func (f *fleet) Backlogs() (map[string]Backlog, error) {
	for end := time.Now().Add(time.Second / 4); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if f.moving.TryLock() {
			defer f.moving.Unlock()
			break
		}
	}
	all, err := f.local.Backlogs()
	if err != nil {
		return nil, err
	}
	shared, err := f.shared.Backlogs()
	if err != nil {
		return nil, err
	}
	for name, b := range shared {
		a := all[name]
		if a.Oldest.IsZero() || !b.Oldest.IsZero() && b.Oldest.Before(a.Oldest) {
			a.Oldest = b.Oldest
		}
		a.Messages += b.Messages
		a.Events += b.Events
		a.Bytes += b.Bytes
		all[name] = a
	}
	return all, nil
}

func (f *fleet) Groups(ctx context.Context) ([]Group, error) {
	all, err := f.local.Groups(ctx)
	if err != nil {
		return nil, err
	}
	shared, err := f.shared.Groups(ctx)
	return merge(all, shared), err
}

func (f *fleet) Letters(ctx context.Context, s Selection, limit int, visit func(Dead)) error {
	err := f.local.Letters(ctx, s, limit, func(d Dead) {
		limit--
		visit(d)
	})
	if err != nil || limit <= 0 {
		return err
	}
	return f.shared.Letters(ctx, s, limit, visit)
}

// Replay puts letters behind what was appended before, unless that takes long to move.
func (f *fleet) Replay(ctx context.Context, s Selection) (int64, error) {
	f.flush(ctx, time.Second)
	return f.both(func(q Queue) (int64, error) { return q.Replay(ctx, s) })
}

func (f *fleet) Purge(ctx context.Context, s Selection) (int64, error) {
	return f.both(func(q Queue) (int64, error) { return q.Purge(ctx, s) })
}

func (f *fleet) both(do func(Queue) (int64, error)) (int64, error) {
	here, err1 := do(f.local)
	there, err2 := do(f.shared)
	return here + there, errors.Join(err1, err2)
}

func (f *fleet) Lost() map[string]Loss {
	lost := f.local.Lost()
	for name, l := range f.shared.Lost() {
		lost[name] = Loss{lost[name].Dropped + l.Dropped, lost[name].Damaged + l.Damaged}
	}
	return lost
}

func (f *fleet) Mark(name string, n int64) error { return f.local.Mark(name, n) }

func (f *fleet) Marked(name string) (int64, error) { return f.local.Marked(name) }

// Close moves what waits here into the cluster, when it is there, as long as that does not
// take long: the disk of a process that ends may end with it.
func (f *fleet) Close() error {
	f.mu.Lock()
	was := f.closed
	f.closed = true
	f.mu.Unlock()
	if was {
		return nil
	}
	f.flush(f.ctx, flushFor)
	f.cancel()
	f.running.Wait()
	return errors.Join(f.shared.Close(), f.local.Close())
}

// flush waits until nothing waits here, for so long at most and while the cluster is there.
func (f *fleet) flush(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	for ctx.Err() == nil && f.shared.nc.IsConnected() {
		if waits, err := f.local.Backlogs(); err != nil || len(waits) == 0 {
			return
		}
		f.shared.sleep(5 * time.Millisecond)
	}
}

// merge joins groups that have all in common.
func merge(lists ...[]Group) []Group {
	type key struct {
		destination, source, reason string
		status                      int
	}
	var all []Group
	at := map[key]int{}
	for _, list := range lists {
		for _, g := range list {
			k := key{g.Destination, g.Source, g.Reason, g.Status}
			i, ok := at[k]
			if !ok {
				at[k] = len(all)
				all = append(all, g)
				continue
			}
			all[i].add(g)
		}
	}
	return all
}
