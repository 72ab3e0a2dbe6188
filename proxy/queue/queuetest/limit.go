package queuetest

import (
	"fmt"
	"strings"
	"time"

	"github.com/eventveil/eventveil/proxy/queue"
)

// kilo is a message of about 1000 bytes.
func kilo(destination string, i int) queue.Message {
	return text(destination, "web", fmt.Sprint(i, strings.Repeat(".", 1000)))
}

// number is that of a kilo.
func number(item *queue.Item) string {
	n, _, _ := strings.Cut(string(item.Body), ".")
	return n
}

// A destination that is full refuses, until something is settled; others take.
func full(x *bench) {
	x.Limit(map[string]queue.Limits{"crm": {Bytes: 50_000}})
	in := 0
	var err error
	for ; in < 60 && err == nil; in++ {
		err = x.try(kilo("crm", in))
	}
	x.is(err, queue.ErrFull)
	if in--; in < 20 || !strings.Contains(err.Error(), "crm") {
		x.Fatalf("%d were taken, then: %v", in, err)
	}
	x.is(x.try(kilo("crm", in)), queue.ErrFull)
	for i := range 60 {
		x.put(kilo("ads", i))
	}
	items := x.take("crm", in)
	x.is(x.try(kilo("crm", in)), queue.ErrFull)
	x.must(x.Ack(items[:in/2]...))
	x.eventually("room again", func() bool { return x.try(kilo("crm", in)) == nil })
	equal(x, number(x.take("crm", 1)[0]), fmt.Sprint(in))
	equal(x, x.waits("ads"), 60)

	x.is(x.try(text("crm", "web", strings.Repeat("x", 60_000))), queue.ErrFull)
	x.Limit(map[string]queue.Limits{"ads": {Bytes: 1}})
	x.put(text("crm", "web", strings.Repeat("x", 60_000)))
	x.is(x.try(kilo("ads", 60)), queue.ErrFull)
	equal(x, x.Lost()["crm"], queue.Loss{})
}

// eventually waits for what a queue may take a moment for.
func (x *bench) eventually(what string, is func() bool) {
	x.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			x.Fatalf("there is never %s", what)
		}
	}
}

// When one destination has no room none gets anything.
func allOrNone(x *bench) {
	x.Limit(map[string]queue.Limits{"crm": {Bytes: 5000}})
	for x.try(kilo("crm", 0)) == nil {
	}
	before := x.waits("crm")
	x.is(x.try(text("ads", "web", "no"), kilo("crm", 1), text("web", "web", "no")), queue.ErrFull)
	x.none("ads")
	x.none("web")
	equal(x, [3]int{x.waits("crm"), x.waits("ads"), x.waits("web")}, [3]int{before, 0, 0})
	x.put(text("ads", "web", "yes"))
	equal(x, bodies(x.take("ads", 1)), []string{"yes"})
}

// A destination that drops the oldest takes all, and counts what it has dropped.
func dropOldest(x *bench) {
	x.Limit(map[string]queue.Limits{"crm": {Bytes: 50_000, DropOldest: true}})
	const all = 100
	for i := range all {
		m := kilo("crm", i)
		m.Events = 3
		x.put(m)
	}
	left := x.waits("crm")
	if left < 20 || left > 50 {
		x.Fatalf("%d messages of 1000 bytes in 50000", left)
	}
	equal(x, x.Lost()["crm"], queue.Loss{Dropped: int64(all-left) * 3})
	items := x.take("crm", left)
	for i, item := range items {
		equal(x, number(item), fmt.Sprint(all-left+i))
	}
	x.none("crm")
	x.must(x.Ack(items...))
	x.put(kilo("crm", all))
	equal(x, number(x.take("crm", 1)[0]), fmt.Sprint(all))
}

func backlogs(x *bench) {
	start := time.Unix(1700000000, 0)
	var size int64
	for i := range 10 {
		m := text("crm", "web", "body")
		m.Events, m.Accepted = 2, start.Add(time.Duration(i)*time.Second)
		x.put(m)
	}
	x.put(text("ads", "web", "body"))
	check := func(messages int64, oldest time.Time) {
		x.Helper()
		all, err := x.Backlogs()
		x.must(err)
		b := all["crm"]
		equal(x, queue.Backlog{Messages: b.Messages, Events: b.Events, Oldest: b.Oldest}, queue.Backlog{Messages: messages, Events: 2 * messages, Oldest: oldest})
		if b.Bytes < messages*4 || messages == 0 && b.Bytes != 0 {
			x.Errorf("%d bytes of %d messages", b.Bytes, messages)
		}
		equal(x, all["ads"].Messages, 1)
		size = b.Bytes
	}
	check(10, start)
	before := size
	items := x.take("crm", 4)
	check(10, start)
	x.must(x.Ack(items[1]))
	check(9, start)
	if size >= before && !x.b.Chained {
		x.Errorf("%d bytes, and before %d", size, before)
	}
	x.must(x.Ack(items[0]))
	check(8, start.Add(2*time.Second))
	x.Return(items[2], items[3])
	check(8, start.Add(2*time.Second))
	if !x.b.Volatile {
		x.reopen(nil)
		check(8, start.Add(2*time.Second))
	}
	x.must(x.Ack(x.take("crm", 8)...))
	check(0, time.Time{})
}

func marks(x *bench) {
	check := func(name string, want int64) {
		x.Helper()
		n, err := x.Marked(name)
		x.must(err)
		equal(x, n, want)
	}
	check("orders", 0)
	x.must(x.Mark("orders", 7))
	x.must(x.Mark("or.ders/*>", -1<<63))
	x.must(x.Mark("orders", 1<<62))
	check("orders", 1<<62)
	check("or.ders/*>", -1<<63)
	if !x.b.Volatile {
		x.reopen(nil)
		check("orders", 1<<62)
	}
}
