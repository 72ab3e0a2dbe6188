package queuetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/eventveil/eventveil/proxy/queue"
)

// Messages of all shapes come as they went.
func messages(x *bench) {
	all := []queue.Message{
		{Destination: "crm", Source: "web", Format: "segment", Path: "/v1/batch", Query: "a=b&c=%20", Headers: []queue.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Empty"}}, Body: []byte(`{"batch":[{},{}]}`), Events: 2, Accepted: time.Unix(1700000000, 123456789)},
		{Destination: "crm", Source: "\x00\xff/ *.>", Format: "é", Path: "/" + strings.Repeat("p", 5000), Body: []byte{0, 255, '\n', 0}, Events: 1, Accepted: time.Unix(1, 0)},
		{Destination: "crm", Source: "web", Body: []byte{}, Events: 1, Accepted: time.Unix(1700000000, 0)},
		{Destination: "crm", Source: "web", Body: bytes.Repeat([]byte("10 MB, "), 10<<20/7), Events: 30000, Accepted: time.Unix(1700000000, 0)},
		{Destination: "crm", Source: "web", Body: []byte("last"), Events: 1, Accepted: time.Unix(1700000000, 0)},
	}
	ticket, err := x.Append(all)
	x.must(err)
	want := make([]queue.Message, len(all))
	for i := range all { // what is appended is the caller's again
		want[i] = all[i]
		want[i].Body = bytes.Clone(all[i].Body)
		clear(all[i].Body)
	}
	x.must(ticket.Wait())
	ids := map[uint64]bool{}
	var got []queue.Message
	for _, item := range x.take("crm", len(all)) {
		if ids[item.ID] || item.Size < int64(len(item.Body)) || item.Redelivered {
			x.Errorf("item %d: size %d, redelivered %v", item.ID, item.Size, item.Redelivered)
		}
		ids[item.ID] = true
		got = append(got, item.Message)
		x.must(x.Ack(item))
	}
	equal(x, got, want)
	x.put()
	odd := "a destination/with: *every.thing>é"
	x.put(text(odd, "web", "odd"))
	equal(x, bodies(x.take(odd, 1)), []string{"odd"})
}

// Messages come in the order of their source, each at its destination alone.
func order(x *bench) {
	for i := range 50 {
		x.put(append(numbered("crm", "web", i*3, i*3+3), append(numbered("ads", "app", i, i+1), numbered("crm", "app", i, i+1)...)...)...)
	}
	bySource := map[string][]string{}
	for _, item := range x.take("crm", 200) {
		bySource[item.Source] = append(bySource[item.Source], string(item.Body))
	}
	equal(x, bySource, map[string][]string{"web": textOf(numbered("", "web", 0, 150)), "app": textOf(numbered("", "app", 0, 50))})
	equal(x, bodies(x.take("ads", 50)), textOf(numbered("", "app", 0, 50)))
	x.none("crm")
	x.none("ads")
	x.none("nobody")
}

// Next waits until there is something, or its context ends.
func wait(x *bench) {
	got := make(chan []string)
	for range 2 {
		go func() {
			items, err := x.Next(x.Context(), "crm", 1, 1)
			if err != nil {
				got <- []string{err.Error()}
				return
			}
			got <- bodies(items)
		}()
	}
	x.none("crm")
	x.put(text("ads", "web", "not this"))
	x.put(text("crm", "web", "same"), text("crm", "web", "same"))
	for range 2 {
		select {
		case g := <-got:
			equal(x, g, []string{"same"})
		case <-time.After(patience):
			x.Fatal("nobody was woken")
		}
	}
	ctx, cancel := context.WithCancel(x.Context())
	cancel()
	_, err := x.Next(ctx, "ads", 1, 1)
	x.is(err, context.Canceled)
	equal(x, bodies(x.take("ads", 1)), []string{"not this"})
}

// No more comes than was asked for, but for one that is larger.
func bounds(x *bench) {
	const n = 20
	for range n {
		x.put(text("crm", "web", strings.Repeat("x", 1000)))
	}
	size := x.next("crm", 1)[0].Size
	seen := 1 + len(x.next("crm", 7))
	next := func(messages int, bytes int64) []*queue.Item {
		ctx, cancel := context.WithTimeout(x.Context(), patience)
		defer cancel()
		items, err := x.Next(ctx, "crm", messages, bytes)
		x.must(err)
		return items
	}
	for seen < n {
		items := next(100, 3*size)
		if len(items) == 0 || len(items) > 3 {
			x.Fatalf("%d messages of %d bytes, %d bytes were asked for", len(items), size, 3*size)
		}
		seen += len(items)
	}
	x.put(text("crm", "web", strings.Repeat("y", 100_000)), text("crm", "web", "z"), text("crm", "web", "z"))
	equal(x, len(next(10, 10)), 1)
	equal(x, bodies(next(10, 1)), []string{"z"})
	equal(x, bodies(next(10, 1)), []string{"z"})
}

// What is returned comes again before what is younger, in its order, and says so.
func giveBack(x *bench) {
	x.put(numbered("crm", "web", 0, 10)...)
	items := x.take("crm", 6)
	equal(x, redelivered(items), make([]bool, 6))
	x.Return(items[4], items[1])
	x.Return(items[3])
	again := x.take("crm", 5)
	equal(x, bodies(again), []string{"web 1", "web 3", "web 4", "web 6", "web 7"})
	equal(x, redelivered(again), []bool{true, true, true, false, false})
	x.Return(again...)
	x.must(x.Ack(items[0], items[2], items[5]))
	equal(x, bodies(x.take("crm", 7)), []string{"web 1", "web 3", "web 4", "web 6", "web 7", "web 8", "web 9"})

	done := make(chan []string)
	go func() {
		items, err := x.Next(x.Context(), "crm", 1, 1)
		done <- append(bodies(items), fmt.Sprint(err))
	}()
	x.none("crm")
	x.Return(again[0])
	select {
	case got := <-done:
		equal(x, got, []string{"web 1", "<nil>"})
	case <-time.After(patience):
		x.Fatal("nobody was woken")
	}
}

// Settling or returning what is settled changes nothing.
func settleTwice(x *bench) {
	x.put(numbered("crm", "web", 0, 3)...)
	items := x.take("crm", 2)
	x.must(x.Ack(items[0]))
	x.must(x.Ack(items[0], items[0]))
	x.Return(items[0])
	x.Return(items[1], items[1])
	equal(x, bodies(x.take("crm", 2)), []string{"web 1", "web 2"})
	x.none("crm")
	equal(x, x.waits("crm"), 2)
}

// Many append and many take at once; nothing is lost, doubled or out of order.
func appenders(x *bench) {
	const sources, each, destinations = 64, 20, 2
	name := func(d int) string { return fmt.Sprint("d", d) }
	var working sync.WaitGroup
	fail := make(chan error, sources+4*destinations)
	for s := range sources {
		working.Go(func() {
			for i := range each {
				var m []queue.Message
				for d := range destinations {
					m = append(m, numbered(name(d), fmt.Sprint("s", s), i, i+1)...)
				}
				if err := x.try(m...); err != nil {
					fail <- err
					return
				}
			}
		})
	}
	ctx, cancel := context.WithTimeout(x.Context(), patience)
	defer cancel()
	for d := range destinations {
		working.Go(func() {
			next := map[string]int{}
			for left := sources * each; left > 0; {
				items, err := x.Next(ctx, name(d), 50, 1<<20)
				if err != nil {
					fail <- fmt.Errorf("%d to come: %w", left, err)
					return
				}
				for _, item := range items {
					if want := fmt.Sprint(item.Source, " ", next[item.Source]); string(item.Body) != want {
						fail <- fmt.Errorf("%q instead of %q", item.Body, want)
						return
					}
					next[item.Source]++
				}
				if err := x.Ack(items...); err != nil {
					fail <- err
				}
				left -= len(items)
			}
		})
	}
	working.Wait()
	close(fail)
	for err := range fail {
		x.Error(err)
	}
	for d := range destinations {
		equal(x, x.waits(name(d)), 0)
	}
}

// closes checks what a closed queue answers, and that closing commits.
func closes(x *bench) {
	waiting := make(chan error)
	go func() {
		_, err := x.Next(x.Context(), "nothing", 1, 1)
		waiting <- err
	}()
	x.put(text("crm", "web", "one"))
	items := x.take("crm", 1)
	ticket, err := x.Append([]queue.Message{text("crm", "web", "two")})
	x.must(err)
	q := x.Queue
	x.must(q.Close())
	x.must(q.Close())
	x.must(ticket.Wait())
	x.is(<-waiting, queue.ErrClosed)
	if err := x.try(text("crm", "web", "three")); !errors.Is(err, queue.ErrClosed) {
		x.Errorf("append: %v", err)
	}
	_, err = x.Next(x.Context(), "crm", 1, 1)
	x.is(err, queue.ErrClosed)
	x.is(x.Ack(items...), queue.ErrClosed)
	x.Return(items...)
	x.is(x.Bury([]queue.Dead{{Message: text("crm", "web", "dead"), Reason: queue.Rejected}}), queue.ErrClosed)
	x.is(x.Mark("m", 1), queue.ErrClosed)
	_, err = x.Backlogs()
	x.is(err, queue.ErrClosed)
	_, err = x.Replay(x.Context(), queue.Selection{})
	x.is(err, queue.ErrClosed)
	x.open(nil)
	if !x.b.Volatile {
		equal(x, bodies(x.take("crm", 2)), []string{"one", "two"})
	}
}
