package inventory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// deliveries tell the store how the deliveries of this process are doing, and carry out
// what people order about dead letters.
type deliveries struct {
	options *KeeperOptions

	mu       sync.Mutex // one report, or one order, at a time
	backlogs []Backlog  // as they were told last
	dead     []DeadGroup
	told     time.Time         // when
	rest     time.Time         // until then the queue is not asked again
	faults   map[string]string // of the Deliverer, by what failed, as they were logged
}

const (
	// retell is after how long the store is told what it knows already, so that it can be
	// seen that somebody is there.
	retell = 10 * time.Second
	// idle is how many times as long as an answer took the queue is left alone after it.
	idle = 20
	// maxGroups is how many groups of dead letters are told apart by status.
	maxGroups = 1000
)

// deliver reports after every Flush and looks for orders at every Poll until ctx is
// done, then reports once more.
func (k *Keeper) deliver(ctx context.Context) {
	flush, poll := time.NewTicker(k.o.Flush), time.NewTicker(k.o.Poll)
	defer flush.Stop()
	defer poll.Stop()
	k.note(reporting, k.Report(ctx))
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			k.note(reporting, k.deliveries.report(last, true))
			return
		case <-flush.C:
			k.note(reporting, k.Report(ctx))
		case <-poll.C:
			k.note(reporting, k.Carry(ctx))
		}
	}
}

// Report tells the store what waits for destinations and what they will not take, when
// that has changed or was told a while ago. The error is the store's; what the Deliverer
// cannot tell is logged, and asked again the next time.
func (k *Keeper) Report(ctx context.Context) error { return k.deliveries.report(ctx, false) }

// report is Report, with now even though the queue was asked just before.
func (d *deliveries) report(ctx context.Context, now bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	begin := time.Now()
	if d.options.Deliverer == nil || begin.Before(d.rest) && !now {
		return nil
	}
	backlogs, err := d.options.Deliverer.Backlogs()
	var dead []DeadGroup
	if err == nil {
		dead, err = d.options.Deliverer.Dead()
	}
	end := time.Now()
	d.rest = end.Add(idle * end.Sub(begin))
	if d.failed("what waits for destinations cannot be told", err) {
		return nil
	}
	slices.SortFunc(backlogs, func(a, b Backlog) int {
		return cmp.Or(cmp.Compare(a.Destination, b.Destination), cmp.Compare(a.Process, b.Process))
	})
	dead = fold(dead)
	same := !d.told.IsZero() && slices.Equal(backlogs, d.backlogs) && slices.Equal(dead, d.dead)
	if same && (end.Sub(d.told) < retell || len(backlogs)+len(dead) == 0) {
		return nil
	}
	p := d.options.Process
	p.LastSeen, p.Queue = end.UTC(), d.options.Deliverer.Name()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := d.options.Store.SetDelivery(ctx, p, backlogs, dead); err != nil {
		return err
	}
	d.backlogs, d.dead, d.told = backlogs, dead, end
	return nil
}

// Carry carries out what was ordered about dead letters and is not carried out yet, in
// order, and reports what came of it. The error is the store's; an order that cannot be
// carried out keeps those after it waiting, and is tried again the next time.
func (k *Keeper) Carry(ctx context.Context) error {
	some, err := k.deliveries.carry(ctx)
	if err == nil && some {
		err = k.deliveries.report(ctx, true)
	}
	return err
}

// carry tells whether anything was carried out.
func (d *deliveries) carry(ctx context.Context) (some bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.options.Deliverer == nil {
		return false, nil
	}
	last, err := d.options.Deliverer.Carried()
	if d.failed("it cannot be told which orders about dead letters were carried out", err) {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	orders, err := d.options.Store.DeadOrders(ctx, last)
	for i := range orders {
		o := &orders[i]
		if d.failed(fmt.Sprintf("order %d to %s dead letters cannot be carried out; it will be tried again", o.ID, o.What), d.options.Deliverer.Carry(*o)) {
			break
		}
		some = true
	}
	return some, err
}

// failed tells whether the Deliverer could not do something, and logs that once.
func (d *deliveries) failed(what string, err error) bool {
	if err == nil {
		delete(d.faults, what)
		return false
	}
	if d.faults[what] != err.Error() && !errors.Is(err, context.Canceled) {
		d.options.Log.Error(what, "error", err)
		d.faults[what] = err.Error()
	}
	return true
}

// fold adds up groups that differ in nothing but status, when there are too many.
func fold(dead []DeadGroup) []DeadGroup {
	if len(dead) <= maxGroups {
		return dead
	}
	return Merge(dead, func(g *DeadGroup) { g.Status = 0 })
}

// Merge adds up groups of dead letters that are the same once alter has taken away what
// shall not tell them apart. They are ordered by destination, reason, source and status.
func Merge(dead []DeadGroup, alter func(*DeadGroup)) []DeadGroup {
	type key struct {
		process, host, destination, source, reason string
		status                                     int
	}
	at := map[key]int{}
	var list []DeadGroup
	for _, g := range dead {
		alter(&g)
		k := key{g.Process, g.Host, g.Destination, g.Source, g.Reason, g.Status}
		i, known := at[k]
		if !known {
			at[k] = len(list)
			list = append(list, g)
			continue
		}
		list[i].Add(&g)
	}
	slices.SortStableFunc(list, func(a, b DeadGroup) int {
		return cmp.Or(cmp.Compare(a.Destination, b.Destination), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Status, b.Status))
	})
	return list
}

// Add adds the counts and times of another group.
func (g *DeadGroup) Add(o *DeadGroup) {
	if g.Messages == 0 || o.First.Before(g.First) {
		g.First = o.First
	}
	if o.Last.After(g.Last) {
		g.Last = o.Last
	}
	g.Messages, g.Events, g.Bytes = g.Messages+o.Messages, g.Events+o.Events, g.Bytes+o.Bytes
}
