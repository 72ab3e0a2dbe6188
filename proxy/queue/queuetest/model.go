package queuetest

import (
	"fmt"
	"math/rand"
	"slices"

	"github.com/eventveil/eventveil/proxy/queue"
)

// model plays actions by chance, the same in every run, and keeps account of them in
// memory: what was acknowledged comes back until it is settled, buried or purged, in the
// order of its source, and nothing else comes.
func model(x *bench) {
	for seed := range int64(4) {
		m := &account{x: x, rand: rand.New(rand.NewSource(seed)), waiting: map[lane][]string{}, rank: map[string]int{}, gone: map[string]bool{}, prefix: fmt.Sprint("seed ", seed)}
		for range 400 {
			m.act()
		}
		m.drain()
	}
}

// lane is what is in order.
type lane struct{ destination, source string }

// account is what a queue should hold.
type account struct {
	x       *bench
	rand    *rand.Rand
	prefix  string
	n       int
	waiting map[lane][]string // not taken, the oldest first
	taken   []*queue.Item
	rank    map[string]int // the order of what waits or is taken
	dead    []queue.Dead
	gone    map[string]bool // settled or buried; may come again once the queue was opened again

	reopened bool
}

func (a *account) lane() lane {
	return lane{destination(a.rand.Intn(3)), fmt.Sprint("s", a.rand.Intn(2))}
}

func (a *account) act() {
	switch n := a.rand.Intn(100); {
	case n < 35:
		a.append()
	case n < 60:
		a.next(a.lane().destination)
	case n < 75:
		a.settle()
	case n < 85:
		a.giveBack()
	case n < 91:
		a.bury()
	case n < 94:
		a.replay()
	case n < 96:
		a.purge()
	case n < 97 && !a.x.b.Volatile:
		a.reopen()
	default:
		a.check()
	}
}

func (a *account) append() {
	var all []queue.Message
	for range 1 + a.rand.Intn(8) {
		at := a.lane()
		id := fmt.Sprint(a.prefix, " message ", a.n)
		all = append(all, text(at.destination, at.source, id))
		a.enter(at, id)
	}
	a.x.put(all...)
}

// enter puts a message at the end of its lane.
func (a *account) enter(at lane, id string) {
	a.n++
	a.rank[id] = a.n
	a.waiting[at] = append(a.waiting[at], id)
}

func destination(i int) string { return fmt.Sprint("d", i) }

// waits tells how many messages of a destination are not taken.
func (a *account) waits(destination string) (n int) {
	for at, ids := range a.waiting {
		if at.destination == destination {
			n += len(ids)
		}
	}
	return n
}

func (a *account) next(destination string) {
	if a.waits(destination) == 0 {
		return
	}
	for _, item := range a.x.next(destination, 1+a.rand.Intn(10)) {
		id, at := string(item.Body), lane{item.Destination, item.Source}
		if item.Redelivered && a.gone[id] {
			a.x.must(a.x.Ack(item))
			continue
		}
		if ids := a.waiting[at]; len(ids) == 0 || ids[0] != id || at.destination != destination {
			a.x.Fatalf("%q came, of %v there should wait %q", id, at, ids)
		}
		a.waiting[at] = a.waiting[at][1:]
		a.taken = append(a.taken, item)
	}
}

// some chooses among what is taken.
func (a *account) some() (some []*queue.Item) {
	a.rand.Shuffle(len(a.taken), func(i, j int) { a.taken[i], a.taken[j] = a.taken[j], a.taken[i] })
	n := a.rand.Intn(len(a.taken) + 1)
	some, a.taken = slices.Clone(a.taken[:n]), slices.Clone(a.taken[n:])
	return some
}

func (a *account) settle() {
	some := a.some()
	for _, item := range some {
		a.gone[string(item.Body)] = true
	}
	a.x.must(a.x.Ack(some...))
}

func (a *account) giveBack() {
	some := a.some()
	a.back(some)
	a.x.Return(some...)
}

// back makes items wait, in their order.
func (a *account) back(items []*queue.Item) {
	for _, item := range items {
		at := lane{item.Destination, item.Source}
		a.waiting[at] = append(a.waiting[at], string(item.Body))
	}
	for _, ids := range a.waiting {
		slices.SortFunc(ids, func(x, y string) int { return a.rank[x] - a.rank[y] })
	}
}

func (a *account) bury() {
	some := a.some()
	var dead []queue.Dead
	for _, item := range some {
		dead = append(dead, queue.Dead{Message: item.Message, Reason: queue.Rejected, Status: 400, At: then})
		a.gone[string(item.Body)] = true
	}
	a.x.must(a.x.Bury(dead))
	a.x.must(a.x.Ack(some...))
	a.dead = append(a.dead, dead...)
}

// empty removes dead letters of a lane from the account.
func (a *account) empty(at lane) (removed []queue.Dead) {
	a.dead = slices.DeleteFunc(a.dead, func(d queue.Dead) bool {
		is := lane{d.Destination, d.Source} == at
		if is {
			removed = append(removed, d)
		}
		return is
	})
	return removed
}

func (a *account) replay() {
	at := a.lane()
	removed := a.empty(at)
	n, err := a.x.Replay(a.x.Context(), queue.Selection{Destination: at.destination, Source: at.source})
	a.x.must(err)
	equal(a.x, n, int64(len(removed)))
	for _, d := range removed {
		id := string(d.Body)
		a.enter(at, id)
		delete(a.gone, id)
	}
}

func (a *account) purge() {
	at := a.lane()
	removed := a.empty(at)
	n, err := a.x.Purge(a.x.Context(), queue.Selection{Destination: at.destination, Source: at.source})
	a.x.must(err)
	equal(a.x, n, int64(len(removed)))
}

func (a *account) reopen() {
	a.x.reopen(nil)
	a.back(a.taken)
	a.taken = nil
	a.reopened = true
}

// check compares what is counted.
func (a *account) check() {
	for d := range 3 {
		name := destination(d)
		n := a.waits(name)
		for _, item := range a.taken {
			if item.Destination == name {
				n++
			}
		}
		if got := a.x.waits(name); got != n && !(a.reopened && got > n) {
			a.x.Fatalf("%d messages are said to wait for %s, not %d", got, name, n)
		}
	}
	got := a.x.list(queue.Selection{}, len(a.dead)+1)
	equal(a.x, len(got), len(a.dead))
	for i, d := range got {
		equal(a.x, string(d.Body), string(a.dead[i].Body))
	}
}

// drain takes and settles all.
func (a *account) drain() {
	a.back(a.taken)
	a.x.Return(a.taken...)
	a.taken = nil
	a.check()
	for d := range 3 {
		for a.waits(destination(d)) > 0 {
			a.next(destination(d))
			a.x.must(a.x.Ack(a.taken...))
			a.taken = nil
		}
	}
	_, err := a.x.Purge(a.x.Context(), queue.Selection{})
	a.x.must(err)
}
