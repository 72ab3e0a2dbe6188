package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/rules"
)

func TestExpired(t *testing.T) {
	r := newReceiver(t, nil)
	rig := start(t, to("d", r.URL, func(d *rules.Destination) { d.Backlog.Age = time.Minute }))
	old, young := message("d", "web", numbered(0, 3)...), message("d", "web", `{"id":9}`)
	old.Accepted = time.Now().Add(-2 * time.Minute)
	rig.put(old, young)
	rig.settled("d")
	dead := rig.letters("d")
	if len(dead) != 1 || dead[0].Reason != queue.Expired || dead[0].Events != 3 || string(dead[0].Body) != string(old.Body) || dead[0].Status != 0 {
		t.Errorf("dead letters: %+v", dead)
	}
	if got := r.bodies(); len(got) != 1 || got[0] != `{"id":9}` {
		t.Errorf("it got %q", got)
	}
}

// TestExpiredBehindOutage holds that what waits for a dead destination goes in time.
func TestExpiredBehindOutage(t *testing.T) {
	r := newReceiver(t, status(func(string) int { return http.StatusServiceUnavailable }))
	rig := start(t, to("d", r.URL, func(d *rules.Destination) {
		d.Backlog.Age = 300 * time.Millisecond
		d.Retry = rules.Retry{Min: time.Hour, Max: time.Hour, Attempts: 3}
	}))
	for i := range 600 {
		rig.put(message("d", strconv.Itoa(i), `{"id":1}`))
	}
	rig.settled("d")
	if s := rig.States()["d"]; s.Dead != 600 || s.Delivered != 0 {
		t.Errorf("its state is %+v", s)
	}
}

// TestStop holds that what is under way is finished, and that nothing is lost or done
// twice when another run goes on.
func TestStop(t *testing.T) {
	var slow atomic.Bool
	slow.Store(true)
	r := newReceiver(t, func(http.ResponseWriter, post, int) {
		if slow.Load() {
			time.Sleep(20 * time.Millisecond)
		}
	})
	q := openQueue(t, filepath.Join(t.TempDir(), "queue.db"))
	rig := startOn(t, q, to("d", r.URL))
	for i := range 400 {
		rig.put(message("d", strconv.Itoa(i%7), fmt.Sprintf(`{"id":%d}`, i)))
	}
	for range 5 {
		n := len(r.got())
		until(t, "some arrived", func() bool { return len(r.got()) > n+4 })
		rig.stop()
		rig = startOn(t, q, to("d", r.URL))
	}
	slow.Store(false)
	rig.settled("d")
	seen := map[string]int{}
	for _, b := range r.bodies() {
		seen[b]++
	}
	if len(seen) != 400 || len(r.bodies()) != 400 {
		t.Errorf("%d of 400 events arrived, in %d requests", len(seen), len(r.bodies()))
	}
}

// TestDrain holds that stopping does not wait for a destination that hangs, and gives
// back in order what it had.
func TestDrain(t *testing.T) {
	release := make(chan struct{})
	r := newReceiver(t, func(http.ResponseWriter, post, int) { <-release })
	t.Cleanup(func() { close(release) })
	p := policy(to("d", r.URL))
	p.Timeouts.Drain = 50 * time.Millisecond
	rig := prepare(t, Options{Queue: openQueue(t, ":memory:"), Policy: p})
	rig.run()
	for i := range 20 {
		rig.put(message("d", strconv.Itoa(i%3), fmt.Sprintf(`{"id":%d}`, i)))
	}
	until(t, "some are under way", func() bool { return len(r.got()) == 3 })
	begun := time.Now()
	rig.stop()
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("it took %v to stop", took)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	items, err := rig.queue.Next(ctx, "d", 100, 1<<20)
	if err != nil || len(items) != 20 {
		t.Fatalf("%d messages are back, %v", len(items), err)
	}
	for i, item := range items {
		if string(item.Body) != fmt.Sprintf(`{"id":%d}`, i) {
			t.Errorf("message %d is %s", i, item.Body)
		}
	}
}

// TestCrash holds that what was taken and not settled is delivered by the next process.
func TestCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	q, err := queue.Open(queue.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	dead := &rig{t: t, queue: q}
	for i := range 10 {
		dead.put(message("d", "web", fmt.Sprintf(`{"id":%d}`, i)))
	}
	if _, err := q.Next(context.Background(), "d", 4, 1<<20); err != nil {
		t.Fatal(err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	r := newReceiver(t, nil)
	rig := startOn(t, openQueue(t, path), to("d", r.URL))
	rig.settled("d")
	if got, want := strings.Join(r.bodies(), ""), strings.Join(numbered(0, 10), ""); got != want {
		t.Errorf("it got %s", got)
	}
}

func TestReload(t *testing.T) {
	a, b := newReceiver(t, nil), newReceiver(t, nil)
	rig := start(t, to("d", a.URL))
	next := 0
	put := func(n int) {
		for range n {
			rig.put(message("d", "web", fmt.Sprintf(`{"id":%d}`, next)))
			next++
		}
	}
	set := func(ds ...rules.Destination) {
		t.Helper()
		if err := rig.Set(policy(ds...)); err != nil {
			t.Fatal(err)
		}
	}
	put(50)
	set(to("d", b.URL), to("other", a.URL)) // while it delivers
	put(50)
	rig.settled("d")
	set(to("other", a.URL))
	put(10)
	rig.put(message("other", "web", `{"other":1}`))
	rig.settled("other")
	if n := rig.backlog("d").Messages; n != 10 {
		t.Errorf("%d messages wait for a destination that is not configured, want 10", n)
	}
	if _, known := rig.States()["d"]; known {
		t.Error("there is a state of a destination that is not configured")
	}
	set(to("d", b.URL, func(d *rules.Destination) { d.Format = rules.PlainJSON }))
	rig.settled("d")
	seen := strings.Join(append(a.bodies(), b.bodies()...), " ")
	for i := range next {
		if strings.Count(seen, fmt.Sprintf(`"id":%d}`, i))+strings.Count(seen, fmt.Sprintf(`"id":%d,`, i)) != 1 {
			t.Errorf("event %d did not arrive once", i)
		}
	}
	if len(b.got()) == 0 {
		t.Error("nothing arrived at the new address")
	}
	err := rig.Set(policy(to("d", b.URL), to("broken", b.URL, func(d *rules.Destination) { d.TLS.CAFile = "missing.pem" })))
	if err == nil || !strings.Contains(err.Error(), "cannot deliver to destination broken: cannot read tls.ca_file") {
		t.Errorf("the error is %v", err)
	}
	if states := rig.States(); len(states) != 1 {
		t.Errorf("a policy that cannot be used changed something: %v", states)
	}
}

// TestReloadFormats holds that what was begun in one format goes on in another.
func TestReloadFormats(t *testing.T) {
	var well atomic.Bool
	var seen atomic.Int32
	r := newReceiver(t, func(w http.ResponseWriter, p post, _ int) {
		if !well.Load() {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		seen.Add(int32(strings.Count(p.body, `"id":`)))
	})
	rig := start(t, to("d", r.URL))
	for range 5 {
		rig.put(message("d", "a", numbered(0, 5)...), message("d", "b", numbered(0, 3)...), message("d", "b", `{"id":1}`))
	}
	for i := range 12 {
		n := len(r.got())
		until(t, "some were tried", func() bool { return len(r.got()) > n })
		d := to("d", r.URL, func(d *rules.Destination) { d.Format, d.Batch.Events, d.Unordered = rules.Format(i%3), 4, i%2 > 0 })
		if err := rig.Set(policy(d)); err != nil {
			t.Fatal(err)
		}
	}
	well.Store(true)
	rig.settled("d")
	s := rig.States()["d"]
	if s.Delivered+s.Dead != 45 || int64(seen.Load()) != s.Delivered {
		t.Errorf("of 45 events %d arrived; its state is %+v", seen.Load(), s)
	}
}

// TestKeptClient holds that connections outlive a reload that does not concern them.
func TestKeptClient(t *testing.T) {
	rig := prepare(t, Options{Queue: openQueue(t, ":memory:"), Policy: policy(to("a", "http://192.0.2.1"), to("b", "http://192.0.2.2"))})
	before := rig.plan
	if err := rig.Set(policy(to("a", "http://192.0.2.1", func(d *rules.Destination) { d.Rate = 7 }), to("b", "http://192.0.2.3"))); err != nil {
		t.Fatal(err)
	}
	if rig.plan.by["a"].client != before.by["a"].client {
		t.Error("a destination that is where it was has new connections")
	}
	if rig.plan.by["b"].client == before.by["b"].client {
		t.Error("a destination that is elsewhere has the old connections")
	}
}

// failing is a queue whose disk is full now and then.
type failing struct {
	queue.Queue
	buries, acks, faults atomic.Int32 // that fail yet
}

var errDisk = errors.New("the disk is full")

func (q *failing) Bury(dead []queue.Dead) error {
	if q.buries.Add(-1) >= 0 {
		return errDisk
	}
	return q.Queue.Bury(dead)
}

func (q *failing) Ack(items ...*queue.Item) error {
	if q.faults.Add(-1) >= 0 {
		panic(items)
	}
	if q.acks.Add(-1) >= 0 {
		return errDisk
	}
	return q.Queue.Ack(items...)
}

func TestQueueFails(t *testing.T) {
	r := newReceiver(t, status(func(body string) int {
		if strings.Contains(body, "bad") {
			return http.StatusBadRequest
		}
		return 0
	}))
	q := &failing{Queue: openQueue(t, ":memory:")}
	q.buries.Store(1)
	q.acks.Store(1)
	rig := startOn(t, q, to("d", r.URL))
	rig.put(message("d", "web", `{"id":1}`), message("d", "web", `{"bad":1}`), message("d", "web", `{"id":2}`))
	rig.settled("d")
	if dead := rig.letters("d"); len(dead) != 1 || string(dead[0].Body) != `{"bad":1}` {
		t.Errorf("dead letters: %+v", dead)
	}
	if n := len(r.got()); n != 3 || q.buries.Load() >= 0 || q.acks.Load() >= 0 {
		t.Errorf("%d requests, want 3: what the queue does not do is done again, without sending", n)
	}
}

// TestFault holds that a fault of the program costs time and duplicates, and nothing else.
func TestFault(t *testing.T) {
	r := newReceiver(t, nil)
	q := &failing{Queue: openQueue(t, ":memory:")}
	q.faults.Store(1)
	log := &buffer{}
	rig := prepare(t, Options{Queue: q, Policy: policy(to("d", r.URL), to("other", r.URL)), Log: slog.New(slog.NewTextHandler(log, nil))})
	rig.run()
	for i := range 5 {
		rig.put(message("d", "web", fmt.Sprintf(`{"id":%d}`, i)))
	}
	rig.settled("d")
	got := strings.Join(r.bodies(), "")
	for i := range 5 {
		if !strings.Contains(got, fmt.Sprintf(`{"id":%d}`, i)) {
			t.Errorf("event %d did not arrive", i)
		}
	}
	if !strings.Contains(log.String(), "BUG") || strings.Contains(log.String(), `"id"`) {
		t.Errorf("the log says %s", log)
	}
}

// counting counts what a deliverer has in its hands.
type counting struct {
	queue.Queue
	now, most, bytes, mostBytes atomic.Int64
}

func (q *counting) Next(ctx context.Context, destination string, messages int, bytes int64) ([]*queue.Item, error) {
	items, err := q.Queue.Next(ctx, destination, messages, bytes)
	for _, i := range items {
		q.bytes.Add(i.Size)
	}
	q.most.Store(max(q.most.Load(), q.now.Add(int64(len(items)))))
	q.mostBytes.Store(max(q.mostBytes.Load(), q.bytes.Load()))
	return items, err
}

func (q *counting) Ack(items ...*queue.Item) error {
	for _, i := range items {
		q.bytes.Add(-i.Size)
	}
	q.now.Add(-int64(len(items)))
	return q.Queue.Ack(items...)
}

func TestWindow(t *testing.T) {
	f := func(messages, size int, most, mostBytes int64) {
		t.Helper()
		r := newReceiver(t, nil)
		q := &counting{Queue: openQueue(t, ":memory:")}
		rig := prepare(t, Options{Queue: q, Policy: policy(to("d", r.URL))})
		for range messages {
			rig.put(message("d", "web", `{"a":"`+strings.Repeat("x", size)+`"}`))
		}
		rig.run()
		rig.settled("d")
		if q.most.Load() > most || q.mostBytes.Load() > mostBytes || q.most.Load() < 2 {
			t.Errorf("it had %d messages and %d bytes in memory, want at most %d and %d", q.most.Load(), q.mostBytes.Load(), most, mostBytes)
		}
	}
	f(1000, 10, windowMessages, windowBytes)
	f(40, 1<<20, windowMessages, windowBytes+1<<20+1<<10)
}

// TestDropOldest holds that a full queue takes what is newer, whatever a dead destination's
// worker holds, and that what is left arrives.
func TestDropOldest(t *testing.T) {
	f := func(most int64, events, size int) {
		t.Helper()
		var well atomic.Bool
		r := newReceiver(t, status(func(string) int {
			if well.Load() {
				return http.StatusOK
			}
			return http.StatusUnauthorized
		}))
		rig := start(t, to("d", r.URL, func(d *rules.Destination) { d.Backlog.Bytes, d.Backlog.DropOldest = most, true }))
		rig.queue.Limit(map[string]queue.Limits{"d": {Bytes: most, DropOldest: true}})
		for i := range events {
			rig.put(message("d", strconv.Itoa(i), fmt.Sprintf(`{"id":%d,"a":%q}`, i, strings.Repeat("x", size))))
			if i%10 == 0 {
				n := len(r.got())
				until(t, "the worker had time to take more", func() bool { return len(r.got()) > n })
			}
		}
		dropped := rig.queue.Lost()["d"].Dropped
		well.Store(true)
		rig.settled("d")
		delivered := rig.States()["d"].Delivered
		if dropped == 0 || dropped+delivered != int64(events) {
			t.Errorf("of %d events %d were dropped and %d delivered", events, dropped, delivered)
		}
	}
	f(4<<20, 120, 48<<10)
	f(100<<10, 20, 48<<10) // two messages fill it
}

// TestDeadLettersFull: events that cannot be set aside for want of room hold up others,
// which is told, and go on when there is room again.
func TestDeadLettersFull(t *testing.T) {
	r := newReceiver(t, status(func(body string) int {
		if strings.Contains(body, "bad") {
			return http.StatusBadRequest
		}
		return http.StatusOK
	}))
	rig := start(t, to("d", r.URL))
	rig.queue.Limit(map[string]queue.Limits{"d": {Bytes: 16 << 10}})
	pad := strings.Repeat("x", 3<<10)
	for i := range 8 {
		rig.put(message("d", strconv.Itoa(i), fmt.Sprintf(`{"bad":%d,"a":%q}`, i, pad)))
		until(t, "the bad event was answered", func() bool { return len(r.got()) > i })
	}
	until(t, "it is told that dead letters cannot be kept", func() bool {
		return strings.Contains(rig.States()["d"].Trouble, "purge or replay")
	})
	for rig.backlog("d").Messages > 0 {
		if _, err := rig.queue.Purge(t.Context(), queue.Selection{Destination: "d"}); err != nil {
			t.Fatal(err)
		}
		until(t, "more was set aside", func() bool { return len(rig.letters("d")) > 0 || rig.backlog("d").Messages == 0 })
	}
	rig.put(message("d", "good", `{"id":1}`))
	rig.settled("d")
	if s := rig.States()["d"]; s.Trouble != "" || s.Delivered != 1 || s.Dead != 8 {
		t.Errorf("its state is %+v", s)
	}
}
