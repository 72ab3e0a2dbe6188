package storetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// now is a time as it is stored.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// running is a process that was heard of just now, with a queue of its own.
func running(id string) inventory.Process {
	return inventory.Process{ID: id, Host: "host-" + id, Role: "proxy", LastSeen: now(), Queue: "q-" + id}
}

// waits is a backlog of a process, or ("") of a shared queue.
func waits(process, destination string, events int64) inventory.Backlog {
	return inventory.Backlog{Process: process, Destination: destination, Messages: 1, Events: events, Bytes: 100 * events, Oldest: at,
		Delivered: 7, Retries: 3, Lost: 2, Trouble: "it answers 503", Since: at.Add(time.Minute)}
}

// letters are events that a destination will not take.
func letters(process, destination, source, reason string, status int, events int64) inventory.DeadGroup {
	return inventory.DeadGroup{Process: process, Destination: destination, Source: source, Reason: reason, Status: status,
		Messages: 1, Events: events, Bytes: 100 * events, First: at, Last: at.Add(time.Hour)}
}

func tell(t *testing.T, s inventory.Store, p inventory.Process, backlogs []inventory.Backlog, dead ...inventory.DeadGroup) {
	t.Helper()
	must(t, s.SetDelivery(t.Context(), p, backlogs, dead))
}

// told is what is known, a line each: process, destination and events.
func told(t *testing.T, s inventory.Store) (lines []string) {
	t.Helper()
	backlogs, err := s.Backlogs(t.Context())
	must(t, err)
	for _, b := range backlogs {
		lines = append(lines, fmt.Sprintf("%s@%s waits %s %d", b.Process, b.Host, b.Destination, b.Events))
	}
	dead, err := s.Dead(t.Context())
	must(t, err)
	for _, g := range dead {
		lines = append(lines, fmt.Sprintf("%s@%s dead %s %s %s %d %d", g.Process, g.Host, g.Destination, g.Source, g.Reason, g.Status, g.Events))
	}
	return lines
}

func testDelivery(t *testing.T, s inventory.Store) {
	equal(t, told(t, s), nil)
	a, b := running("a"), running("b")
	tell(t, s, a, []inventory.Backlog{waits("a", "mailer", 5), waits("a", "crm", 0)},
		letters("a", "mailer", "web", inventory.Rejected, 400, 9), letters("a", "mailer", "web", inventory.Expired, 0, 1), letters("a", "mailer", "app", inventory.Expired, 0, 2))
	tell(t, s, b, []inventory.Backlog{waits("b", "mailer", 6)}, letters("b", "mailer", "web", inventory.Rejected, 400, 3))
	equal(t, told(t, s), []string{"a@host-a waits crm 0", "a@host-a waits mailer 5", "b@host-b waits mailer 6",
		"a@host-a dead mailer app expired 0 2", "a@host-a dead mailer web expired 0 1", "a@host-a dead mailer web rejected 400 9", "b@host-b dead mailer web rejected 400 3"})

	backlogs, err := s.Backlogs(t.Context())
	must(t, err)
	want := waits("a", "mailer", 5)
	want.Host, want.LastSeen = "host-a", a.LastSeen
	equal(t, backlogs[1], want)
	dead, err := s.Dead(t.Context())
	must(t, err)
	gone := letters("a", "mailer", "web", inventory.Rejected, 400, 9)
	gone.Host = "host-a"
	equal(t, dead[2], gone)

	nothing := inventory.Backlog{Process: "a", Destination: "mailer"}
	tell(t, s, a, []inventory.Backlog{nothing})
	equal(t, told(t, s), []string{"a@host-a waits mailer 0", "b@host-b waits mailer 6", "b@host-b dead mailer web rejected 400 3"})
	backlogs, err = s.Backlogs(t.Context())
	must(t, err)
	nothing.Host, nothing.LastSeen = "host-a", a.LastSeen
	equal(t, backlogs[0], nothing)
	tell(t, s, a, nil)
	equal(t, told(t, s), []string{"b@host-b waits mailer 6", "b@host-b dead mailer web rejected 400 3"})
}

// testRestarted: what waits in a queue is not told twice because its process was restarted.
func testRestarted(t *testing.T, s inventory.Store) {
	a, again := running("a"), running("a2")
	again.Queue = a.Queue
	tell(t, s, a, []inventory.Backlog{waits("a", "mailer", 5), waits("a", "crm", 5)}, letters("a", "mailer", "web", inventory.Rejected, 400, 9))
	tell(t, s, running("b"), []inventory.Backlog{waits("b", "mailer", 1)})
	tell(t, s, again, []inventory.Backlog{waits("a2", "mailer", 4)}, letters("a2", "mailer", "web", inventory.Rejected, 400, 9))
	equal(t, told(t, s), []string{"a2@host-a2 waits mailer 4", "b@host-b waits mailer 1", "a2@host-a2 dead mailer web rejected 400 9"})

	// One that has no queue to itself takes the place of none.
	for _, id := range []string{"c", "d"} {
		p := running(id)
		p.Queue = ""
		tell(t, s, p, []inventory.Backlog{waits(id, "crm", 1)})
	}
	equal(t, told(t, s)[:2], []string{"c@host-c waits crm 1", "d@host-d waits crm 1"})
}

func testSharedQueue(t *testing.T, s inventory.Store) {
	a, b := running("a"), running("b")
	tell(t, s, a, []inventory.Backlog{waits("a", "mailer", 1), waits("", "mailer", 50), waits("", "crm", 60)},
		letters("", "mailer", "web", inventory.Rejected, 400, 9), letters("", "gone", "web", inventory.Expired, 0, 2))
	// b knows no crm, and nothing but dead letters of gone.
	tell(t, s, b, []inventory.Backlog{waits("b", "mailer", 2), waits("", "mailer", 40)},
		letters("", "mailer", "web", inventory.Rejected, 422, 1), letters("", "gone", "web", inventory.Expired, 0, 2))
	equal(t, told(t, s), []string{"@ waits crm 60", "@ waits mailer 40", "a@host-a waits mailer 1", "b@host-b waits mailer 2",
		"@ dead gone web expired 0 2", "@ dead mailer web rejected 422 1"})

	// Dead letters alone take no backlog away.
	tell(t, s, b, nil, letters("", "crm", "web", inventory.Rejected, 400, 7))
	equal(t, told(t, s), []string{"@ waits crm 60", "a@host-a waits mailer 1", "@ dead crm web rejected 400 7"})

	// What was purged is gone with whoever told it last.
	tell(t, s, b, []inventory.Backlog{waits("", "crm", 1)})
	equal(t, told(t, s), []string{"@ waits crm 1", "a@host-a waits mailer 1"})
}

func testSilent(t *testing.T, s inventory.Store) {
	old, recent := running("old"), running("recent")
	old.LastSeen, recent.LastSeen = now().Add(-25*time.Hour), now().Add(-23*time.Hour)
	observe(t, s, inventory.Batch{At: old.LastSeen, Process: old})
	for _, p := range []inventory.Process{old, recent} {
		tell(t, s, p, []inventory.Backlog{waits(p.ID, "mailer", 5)}, letters(p.ID, "mailer", "web", inventory.Rejected, 400, 9))
	}
	want := []string{"recent@host-recent waits mailer 5", "recent@host-recent dead mailer web rejected 400 9"}
	equal(t, told(t, s), want, "what is silent for long is not told of")
	must(t, s.Prune(t.Context(), at))
	equal(t, told(t, s), want)
	backlogs, err := s.Backlogs(t.Context())
	must(t, err)
	equal(t, backlogs[0].LastSeen, recent.LastSeen)
}

func testOrdersGiven(t *testing.T, s inventory.Store) {
	after := func(id int64, want ...inventory.DeadOrder) {
		t.Helper()
		got, err := s.DeadOrders(t.Context(), id)
		must(t, err)
		equal(t, got, want, "after ", id)
	}
	after(0)
	begin := now()
	var given []inventory.DeadOrder
	for _, o := range []inventory.DeadOrder{
		{What: inventory.Replay, Destination: "mailer", Source: "web", Reason: inventory.Failing, Actor: "ann", ID: 7, At: at, Messages: 5, Events: 5}, // which are the store's
		{What: inventory.Purge, Actor: "token:ci"}, {What: inventory.Replay, Destination: "crm", Actor: "ann"},
	} {
		got, err := s.OrderDead(t.Context(), o)
		must(t, err)
		if got.ID < begin.UnixMicro() || len(given) > 0 && got.ID <= given[len(given)-1].ID || got.At.Before(begin) || got.At.After(time.Now()) {
			t.Errorf("order %d at %v", got.ID, got.At)
		}
		o.ID, o.At, o.Messages, o.Events = got.ID, got.At, 0, 0
		equal(t, got, o)
		given = append(given, got)
	}
	after(0, given...)
	after(given[0].ID, given[1:]...)
	after(given[2].ID)
	var lines []string
	for _, e := range audit(t, s) {
		lines = append(lines, fmt.Sprintf("%s %s %s, %s: %q -> %s", e.Actor, e.Action, e.Object, e.Label, e.Before, e.After))
	}
	equal(t, lines, []string{
		`ann replay dead-letters, dead letters: mailer · web · failing: "" -> {"destination":"mailer","source":"web","reason":"failing","messages":0,"events":0}`,
		`token:ci purge dead-letters, all dead letters: "" -> {"messages":0,"events":0}`,
		`ann replay dead-letters, dead letters: crm: "" -> {"destination":"crm","messages":0,"events":0}`})
	must(t, s.Prune(t.Context(), time.Now()))
	after(0, given...)
}

// testOrderCounts: an order says how much was known to be meant, and means all of that
// though clocks differ.
func testOrderCounts(t *testing.T, s inventory.Store) {
	ahead := letters("a", "mailer", "web", inventory.Expired, 0, 100)
	ahead.Last = now().Add(time.Minute)
	tell(t, s, running("a"), nil, letters("a", "mailer", "web", inventory.Rejected, 400, 1), letters("a", "mailer", "web", inventory.Rejected, 422, 10), ahead, letters("a", "crm", "app", inventory.Rejected, 400, 1000))
	tell(t, s, running("b"), nil, letters("b", "mailer", "app", inventory.Rejected, 400, 10_000))
	f := func(o inventory.DeadOrder, messages, events int64, late bool) {
		t.Helper()
		o.What = inventory.Replay
		got, err := s.OrderDead(t.Context(), o)
		must(t, err)
		equal(t, []int64{got.Messages, got.Events}, []int64{messages, events}, o)
		equal(t, got.At.Equal(ahead.Last), late, "set aside by a clock that is ahead")
	}
	f(inventory.DeadOrder{}, 5, 11_111, true)
	f(inventory.DeadOrder{Destination: "mailer"}, 4, 10_111, true)
	f(inventory.DeadOrder{Destination: "mailer", Source: "web"}, 3, 111, true)
	f(inventory.DeadOrder{Reason: inventory.Rejected}, 4, 11_011, false)
	f(inventory.DeadOrder{Source: "app", Reason: inventory.Rejected, Destination: "crm"}, 1, 1000, false)
	f(inventory.DeadOrder{Destination: "nowhere"}, 0, 0, false)
	log := audit(t, s)
	equal(t, log[1].After, `{"destination":"mailer","messages":4,"events":10111}`)
}

// orderTogether tells and orders from both stores at once: who asks for what comes after
// the last order that it has seen misses none.
func orderTogether(t *testing.T, a, b inventory.Store) {
	const rounds = 15
	before, err := a.DeadOrders(t.Context(), 0)
	must(t, err)
	var group sync.WaitGroup
	done := make(chan struct{})
	for i, s := range []inventory.Store{a, b} {
		group.Go(func() {
			p := running(fmt.Sprint("p", i))
			for n := range rounds {
				dead := []inventory.DeadGroup{letters(p.ID, "mailer", "web", inventory.Rejected, 400, 1), letters("", "crm", "web", inventory.Rejected, 400, 1)}
				if err := s.SetDelivery(t.Context(), p, []inventory.Backlog{waits(p.ID, "mailer", int64(n)), waits("", "crm", int64(n))}, dead); err != nil {
					t.Error(err)
				}
				if _, err := s.OrderDead(t.Context(), inventory.DeadOrder{What: inventory.Replay, Actor: p.ID}); err != nil {
					t.Error(err)
				}
				if err := s.Prune(t.Context(), at); err != nil {
					t.Error(err)
				}
			}
		})
	}
	go func() { group.Wait(); close(done) }()
	var seen []int64
	last := int64(0)
	if len(before) > 0 {
		last = before[len(before)-1].ID
	}
	for ended := false; !ended; {
		select {
		case <-done:
			ended = true // and one more look
		default:
		}
		orders, err := b.DeadOrders(t.Context(), last)
		must(t, err)
		for _, o := range orders {
			last = o.ID
			seen = append(seen, o.ID)
		}
	}
	equal(t, len(seen), 2*rounds, "orders that were seen")
	equal(t, slices.IsSorted(seen), true, "in order")
	equal(t, told(t, a), []string{fmt.Sprint("@ waits crm ", rounds-1), fmt.Sprint("p0@host-p0 waits mailer ", rounds-1), fmt.Sprint("p1@host-p1 waits mailer ", rounds-1),
		"@ dead crm web rejected 400 1", "p0@host-p0 dead mailer web rejected 400 1", "p1@host-p1 dead mailer web rejected 400 1"})
	audit(t, a)
}
