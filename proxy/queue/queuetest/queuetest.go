// Package queuetest holds every kind of queue to what package queue promises.
package queuetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/proxy/queue"
)

// Backend is a kind of queue.
type Backend struct {
	Name string
	// New makes a place for the data of one queue and tells how it is named.
	New func(t testing.TB) string
	// Open opens the queue at a place, with a key or without. It is called again for the
	// same place, by this process and by others, once the last queue there is closed or its
	// process has ended; then it finds what was left.
	Open func(at string, key []byte) (queue.Queue, error)
	// Files are the folders in which everything of a place lies.
	Files func(at string) []string
	// Volatile queues are empty after they were closed.
	Volatile bool
	// Chained queues are two, which move messages from one to the other: a limit is of each,
	// and what has been moved shortly before a process is killed may come again.
	Chained bool
}

// Run tests a kind of queue. The test binary must call Main.
func Run(t *testing.T, b Backend) {
	test := func(name string, f func(*bench)) {
		t.Run(name, func(t *testing.T) { f(newBench(t, b)) })
	}
	test("messages", messages)
	test("order", order)
	test("wait", wait)
	test("bounds", bounds)
	test("return", giveBack)
	test("settle twice", settleTwice)
	test("appenders", appenders)
	if !b.Chained {
		test("full", full)
		test("all or none", allOrNone)
		test("drop oldest", dropOldest)
	}
	test("backlogs", backlogs)
	test("dead", dead)
	test("replay", replay)
	test("purge", purge)
	test("marks", marks)
	test("close", closes)
	test("model", model)
	if b.Volatile {
		return
	}
	test("reopen", reopen)
	test("reopen dead", reopenDead)
	test("key", key)
	test("other key", otherKey)
	test("kill", kill)
}

// bench is a queue under test.
type bench struct {
	*testing.T
	b  Backend
	at string
	queue.Queue
}

func newBench(t *testing.T, b Backend) *bench {
	x := &bench{T: t, b: b, at: b.New(t)}
	x.open(nil)
	t.Cleanup(func() { x.must(x.Queue.Close()) })
	return x
}

func (x *bench) open(key []byte) {
	x.Helper()
	q, err := x.b.Open(x.at, key)
	x.must(err)
	x.Queue = q
}

// reopen closes the queue and opens it again.
func (x *bench) reopen(key []byte) {
	x.Helper()
	x.must(x.Close())
	x.open(key)
}

// patience is how long something may take that is to happen.
const patience = 60 * time.Second

func (x *bench) must(err error) {
	x.Helper()
	if err != nil {
		x.Fatal(err)
	}
}

func (x *bench) is(err, want error) {
	x.Helper()
	if !errors.Is(err, want) {
		x.Fatalf("%v is not %q", err, want)
	}
}

func equal[T any](x *bench, got, want T) {
	x.Helper()
	if diff := cmp.Diff(want, got, sameBytes); diff != "" {
		x.Fatalf("(-want +got)\n%s", diff)
	}
}

// sameBytes compares bodies at once: some are large.
var sameBytes = cmp.Comparer(bytes.Equal)

// text is a message whose body is a text.
func text(destination, source, body string) queue.Message {
	return queue.Message{Destination: destination, Source: source, Format: "segment", Path: "/v1/track",
		Body: []byte(body), Events: 1, Accepted: time.Unix(1700000000, 0)}
}

// numbered are messages of one source, with bodies that tell their order.
func numbered(destination, source string, from, to int) []queue.Message {
	var all []queue.Message
	for i := from; i < to; i++ {
		all = append(all, text(destination, source, fmt.Sprint(source, " ", i)))
	}
	return all
}

// try appends, and tells whether it is in.
func (x *bench) try(messages ...queue.Message) error {
	ticket, err := x.Append(messages)
	if err != nil {
		return err
	}
	return ticket.Wait()
}

func (x *bench) put(messages ...queue.Message) {
	x.Helper()
	x.must(x.try(messages...))
}

// next takes what there is at once, some at least.
func (x *bench) next(destination string, messages int) []*queue.Item {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.Context(), patience)
	defer cancel()
	items, err := x.Next(ctx, destination, messages, 64<<20)
	x.must(err)
	if len(items) == 0 || len(items) > messages {
		x.Fatalf("%d were asked for, %d came", messages, len(items))
	}
	return items
}

// take takes exactly so many.
func (x *bench) take(destination string, n int) []*queue.Item {
	x.Helper()
	var all []*queue.Item
	for len(all) < n {
		all = append(all, x.next(destination, n-len(all))...)
	}
	return all
}

// none checks that there is nothing to take.
func (x *bench) none(destination string) {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.Context(), 50*time.Millisecond)
	defer cancel()
	if items, err := x.Next(ctx, destination, 1, 1); !errors.Is(err, context.DeadlineExceeded) {
		x.Fatalf("there should be nothing: %q, %v", bodies(items), err)
	}
}

// waits tells how many messages wait, taken or not.
func (x *bench) waits(destination string) int {
	x.Helper()
	b, err := x.Backlogs()
	x.must(err)
	return int(b[destination].Messages)
}

func bodies(items []*queue.Item) []string {
	all := make([]string, len(items))
	for i, item := range items {
		all[i] = string(item.Body)
	}
	return all
}

func redelivered(items []*queue.Item) []bool {
	all := make([]bool, len(items))
	for i, item := range items {
		all[i] = item.Redelivered
	}
	return all
}

// textOf are the bodies of messages.
func textOf(messages []queue.Message) []string {
	all := make([]string, len(messages))
	for i, m := range messages {
		all[i] = string(m.Body)
	}
	return all
}
