package inventory_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/portal/store"
)

// letter is a dead letter of a box.
type letter struct {
	destination, source, reason string
	status                      int
	at                          time.Time
}

// box is a small queue in memory: what waits, what is set aside, and the orders about it.
type box struct {
	mu      sync.Mutex
	process string
	waiting map[string]int64
	letters []letter
	carried int64
	broken  error         // what every call answers
	stuck   int64         // the order that cannot be carried out
	slow    time.Duration // of telling
	asked   int
}

var errBox = errors.New("the queue's file is damaged")

func (b *box) Backlogs() (list []inventory.Backlog, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	time.Sleep(b.slow)
	for destination, n := range b.waiting {
		list = append(list, inventory.Backlog{Process: b.process, Destination: destination, Messages: n, Events: n})
	}
	return list, b.broken
}

func (b *box) Dead() (list []inventory.DeadGroup, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.letters {
		list = append(list, inventory.DeadGroup{Process: b.process, Destination: l.destination, Source: l.source, Reason: l.reason, Status: l.status, Messages: 1, Events: 1, First: l.at, Last: l.at})
	}
	return inventory.Merge(list, func(*inventory.DeadGroup) {}), b.broken
}

func (b *box) Name() string { return fmt.Sprintf("%p", b) }

func (b *box) Carried() (int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.carried, b.broken
}

func (b *box) Carry(o inventory.DeadOrder) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if o.ID == b.stuck || b.broken != nil {
		return errBox
	}
	b.letters = slices.DeleteFunc(b.letters, func(l letter) bool {
		meant := o.Means(&inventory.DeadGroup{Destination: l.destination, Source: l.source, Reason: l.reason}) && !l.at.After(o.At)
		if meant && o.What == inventory.Replay {
			b.waiting[l.destination]++
		}
		return meant
	})
	b.carried = o.ID
	return nil
}

// set changes a box.
func (b *box) set(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
}

// keeps is a Keeper of a box, and what it logs.
func keeps(s inventory.Store, b *box) (*inventory.Keeper, *bytes.Buffer) {
	var log bytes.Buffer
	return inventory.NewKeeper(inventory.KeeperOptions{Store: s, Process: inventory.Process{ID: b.process, Host: "h", Role: "proxy", Started: time.Now()},
		Flush: time.Second, Poll: time.Second, Retention: time.Hour, Log: slog.New(slog.NewTextHandler(&log, nil)),
		Deliverer: b, Digest: func() string { return "abc" }}), &log
}

func newStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Path: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // some tests close it themselves
	return s
}

// known is what a store was told, a line each.
func known(t *testing.T, s inventory.Store) (lines []string) {
	t.Helper()
	backlogs, err := s.Backlogs(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range backlogs {
		lines = append(lines, fmt.Sprintf("%s waits %s %d", b.Process, b.Destination, b.Events))
	}
	dead, err := s.Dead(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range dead {
		lines = append(lines, fmt.Sprintf("%s dead %s %s %s %d", g.Process, g.Destination, g.Source, g.Reason, g.Events))
	}
	return lines
}

func expectKnown(t *testing.T, s inventory.Store, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, known(t, s)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestReport(t *testing.T) {
	s := newStore(t)
	b := &box{process: "p1", waiting: map[string]int64{"mailer": 3}, letters: []letter{{"crm", "web", inventory.Rejected, 400, time.Now()}}}
	k, log := keeps(s, b)
	must(t, k.Report(t.Context()))
	expectKnown(t, s, "p1 waits mailer 3", "p1 dead crm web rejected 1")
	b.set(func() { b.waiting["mailer"] = 4 })
	must(t, k.Report(t.Context()))
	expectKnown(t, s, "p1 waits mailer 4", "p1 dead crm web rejected 1")

	b.set(func() { b.broken = errBox })
	for range 3 {
		must(t, k.Report(t.Context()))
		must(t, k.Carry(t.Context()))
	}
	if n := strings.Count(log.String(), errBox.Error()); n != 2 {
		t.Errorf("that the queue cannot tell of two things is logged %d times:\n%s", n, log)
	}
	expectKnown(t, s, "p1 waits mailer 4", "p1 dead crm web rejected 1")
	b.set(func() { b.broken = nil; b.letters = nil })
	must(t, k.Report(t.Context()))
	expectKnown(t, s, "p1 waits mailer 4")

	b.set(func() { b.waiting["mailer"] = 5 })
	must(t, s.Close())
	if err := k.Report(t.Context()); err == nil {
		t.Error("a store that cannot be told is no error")
	}
	if err := k.Carry(t.Context()); err == nil {
		t.Error("a store that cannot be asked is no error")
	}
}

// TestCarry: orders are carried out in order, once, and for what was set aside before.
func TestCarry(t *testing.T) {
	s := newStore(t)
	old := time.Now()
	mine := func() []letter {
		return []letter{{"mailer", "web", inventory.Rejected, 400, old}, {"mailer", "app", inventory.Failing, 503, old}, {"crm", "web", inventory.Expired, 0, old}}
	}
	b := &box{process: "p1", waiting: map[string]int64{}, letters: mine()}
	k, log := keeps(s, b)
	must(t, k.Carry(t.Context()))
	expectKnown(t, s)
	order := func(o inventory.DeadOrder) int64 {
		t.Helper()
		o.Actor = "ann"
		got, err := s.OrderDead(t.Context(), o)
		must(t, err)
		return got.ID
	}
	order(inventory.DeadOrder{What: inventory.Replay, Destination: "mailer", Reason: inventory.Failing})
	must(t, k.Carry(t.Context()))
	expectKnown(t, s, "p1 waits mailer 1", "p1 dead crm web expired 1", "p1 dead mailer web rejected 1")

	// One that fails keeps those after it waiting.
	b.stuck = order(inventory.DeadOrder{What: inventory.Purge, Destination: "crm"})
	last := order(inventory.DeadOrder{What: inventory.Replay, Source: "web"})
	for range 3 {
		must(t, k.Carry(t.Context()))
	}
	expectKnown(t, s, "p1 waits mailer 1", "p1 dead crm web expired 1", "p1 dead mailer web rejected 1")
	if said := log.String(); strings.Count(said, "cannot be carried out") != 1 || !strings.Contains(said, errBox.Error()) {
		t.Errorf("it is logged once that an order cannot be carried out:\n%s", said)
	}
	b.set(func() { b.stuck = 0 })
	must(t, k.Carry(t.Context()))
	expectKnown(t, s, "p1 waits mailer 2")
	if b.carried != last {
		t.Errorf("carried out up to %d, want %d", b.carried, last)
	}
	must(t, k.Carry(t.Context()))
	expectKnown(t, s, "p1 waits mailer 2")

	// A process that has heard of none carries all out, on what was there then.
	other := &box{process: "p2", waiting: map[string]int64{}, letters: append(mine(), letter{"crm", "web", inventory.Rejected, 400, time.Now().Add(time.Minute)})}
	k2, _ := keeps(s, other)
	must(t, k2.Carry(t.Context()))
	expectKnown(t, s, "p1 waits mailer 2", "p2 waits mailer 2", "p2 dead crm web rejected 1")
}

// TestWithoutDeliverer: a process that delivers nothing tells nothing.
func TestWithoutDeliverer(t *testing.T) {
	s := newStore(t)
	k := inventory.NewKeeper(inventory.KeeperOptions{Store: s, Process: inventory.Process{ID: "p1"}, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	must(t, k.Report(t.Context()))
	must(t, k.Carry(t.Context()))
	expectKnown(t, s)
}

// TestManyGroups: no more is told than there is room for, and no event is missing in it.
func TestManyGroups(t *testing.T) {
	s := newStore(t)
	b := &box{process: "p1", waiting: map[string]int64{}}
	for i := range 1500 {
		b.letters = append(b.letters, letter{"mailer", fmt.Sprint("s", i%2), inventory.Rejected, i, time.Unix(int64(i)+1, 0)})
	}
	k, _ := keeps(s, b)
	must(t, k.Report(t.Context()))
	dead, err := s.Dead(t.Context())
	must(t, err)
	at := func(n int64) time.Time { return time.Unix(n, 0).UTC() }
	want := []inventory.DeadGroup{
		{Process: "p1", Host: "h", Destination: "mailer", Source: "s0", Reason: inventory.Rejected, Messages: 750, Events: 750, First: at(1), Last: at(1499)},
		{Process: "p1", Host: "h", Destination: "mailer", Source: "s1", Reason: inventory.Rejected, Messages: 750, Events: 750, First: at(2), Last: at(1500)}}
	if diff := cmp.Diff(want, dead); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// board is as much of a store as a Keeper with nothing but deliveries needs, without
// goroutines of its own.
type board struct {
	inventory.Store
	mu     sync.Mutex
	told   []time.Time
	events int64
	orders []inventory.DeadOrder
}

func (b *board) Observe(context.Context, *inventory.Batch) error { return nil }
func (b *board) Version(context.Context) (int64, error)          { return -1, nil }

func (b *board) SetDelivery(_ context.Context, p inventory.Process, backlogs []inventory.Backlog, _ []inventory.DeadGroup) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told = append(b.told, p.LastSeen)
	b.events = 0
	for _, l := range backlogs {
		b.events += l.Events
	}
	return nil
}

func (b *board) DeadOrders(_ context.Context, after int64) ([]inventory.DeadOrder, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(b.orders), func(o inventory.DeadOrder) bool { return o.ID <= after }), nil
}

// TestRunDelivers: what changes is told with the next flush, what does not once in a
// while; an order is carried out, and told of, with the next poll; and the last word is
// told in the end.
func TestRunDelivers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &board{}
		b := &box{process: "p1", waiting: map[string]int64{"mailer": 1}}
		k, _ := keeps(s, b)
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { k.Run(ctx) })
		time.Sleep(61 * time.Second)
		synctest.Wait()
		if n := len(s.told); n != 7 {
			t.Errorf("what stays as it is was told %d times in a minute", n)
		}
		begin := time.Now()
		b.set(func() { b.waiting["mailer"] = 2 })
		time.Sleep(time.Second)
		synctest.Wait()
		if last := s.told[len(s.told)-1]; s.events != 2 || last.Sub(begin) > time.Second {
			t.Errorf("%d events are told of, %v after the change", s.events, last.Sub(begin))
		}

		b.set(func() { b.letters = []letter{{"mailer", "web", inventory.Failing, 503, time.Now()}} })
		s.mu.Lock()
		s.orders = []inventory.DeadOrder{{ID: 1, What: inventory.Replay, At: time.Now()}}
		s.mu.Unlock()
		time.Sleep(time.Second)
		synctest.Wait()
		if s.events != 3 {
			t.Errorf("a poll after the order %d events wait, want 3", s.events)
		}

		b.set(func() { clear(b.waiting) })
		time.Sleep(time.Second)
		synctest.Wait()
		told := len(s.told)
		time.Sleep(time.Minute)
		if s.events != 0 || len(s.told) != told {
			t.Errorf("that there is nothing was told %d times more", len(s.told)-told)
		}

		b.set(func() { b.waiting["mailer"] = 9 })
		stop()
		group.Wait()
		if s.events != 9 {
			t.Errorf("the last word was of %d events, want 9", s.events)
		}
	})
}

// TestSlowQueue: a queue that is slow to tell is not asked all the time, and neither
// counts nor decisions wait for it.
func TestSlowQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &board{}
		b := &box{process: "p1", waiting: map[string]int64{"mailer": 1}, slow: 2 * time.Second}
		k, _ := keeps(s, b)
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { k.Run(ctx) })
		time.Sleep(1500 * time.Millisecond)
		if flushed := k.Health().LastFlush; time.Since(flushed) > time.Second {
			t.Errorf("the last flush was %v ago", time.Since(flushed))
		}
		time.Sleep(10 * time.Minute)
		stop()
		group.Wait()
		if b.asked < 12 || b.asked > 16 {
			t.Errorf("asked %d times in ten minutes", b.asked)
		}
	})
}
