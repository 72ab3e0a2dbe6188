package deliver

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/rules"
)

// post is a request as a receiver has met it.
type post struct {
	target string // path and query
	header http.Header
	body   string
	at     time.Time
}

// receiver is a destination that answers as it is told.
type receiver struct {
	*httptest.Server
	answer func(w http.ResponseWriter, p post, n int) // n counts from 1; nil answers 200

	mu    sync.Mutex
	posts []post
}

func newReceiver(t testing.TB, answer func(w http.ResponseWriter, p post, n int)) *receiver {
	r := &receiver{answer: answer}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

// status answers as f says of a body; 0 is 200.
func status(f func(body string) int) func(http.ResponseWriter, post, int) {
	return func(w http.ResponseWriter, p post, _ int) {
		if s := f(p.body); s != 0 {
			w.WriteHeader(s)
		}
	}
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return
	}
	p := post{q.URL.RequestURI(), q.Header, string(body), time.Now()}
	r.mu.Lock()
	r.posts = append(r.posts, p)
	n := len(r.posts)
	r.mu.Unlock()
	if r.answer != nil {
		r.answer(w, p, n)
	}
}

// got is what has come so far.
func (r *receiver) got() []post {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]post(nil), r.posts...)
}

func (r *receiver) bodies() (all []string) {
	for _, p := range r.got() {
		all = append(all, p.body)
	}
	return all
}

// to is a queued destination with waits that tests can afford.
func to(name, url string, change ...func(*rules.Destination)) rules.Destination {
	d := rules.Destination{Name: name, URL: url, Queued: true, Concurrency: 4, Timeout: 5 * time.Second,
		Retry: rules.Retry{Min: time.Millisecond, Max: 20 * time.Millisecond, Attempts: 4},
		Batch: rules.Batch{Events: 100, Bytes: 500 << 10}, Backlog: rules.Backlog{Age: time.Hour}}
	for _, f := range change {
		f(&d)
	}
	return d
}

func policy(ds ...rules.Destination) *rules.Policy {
	return &rules.Policy{Destinations: ds, Timeouts: rules.Timeouts{Upstream: 5 * time.Second, Drain: 5 * time.Second}, Limits: rules.Limits{Conns: 64}}
}

// rig is a queue and a deliverer at work on it.
type rig struct {
	*Deliverer
	t     testing.TB
	queue queue.Queue
	stop  func() // ends Run, and waits until it has
}

func openQueue(t testing.TB, path string) queue.Queue {
	q, err := queue.Open(queue.Options{Path: path, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { q.Close() })
	return q
}

func start(t testing.TB, ds ...rules.Destination) *rig {
	return startOn(t, openQueue(t, ":memory:"), ds...)
}

func startOn(t testing.TB, q queue.Queue, ds ...rules.Destination) *rig {
	r := prepare(t, Options{Queue: q, Policy: policy(ds...)})
	r.run()
	return r
}

func prepare(t testing.TB, o Options) *rig {
	t.Helper()
	d, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &rig{Deliverer: d, t: t, queue: o.Queue}
}

func (r *rig) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.Run(ctx)
	}()
	r.stop = func() {
		cancel()
		<-done
	}
	r.t.Cleanup(r.stop)
}

// message is one of Segment's with events in it.
func message(destination, source string, events ...string) queue.Message {
	m := queue.Message{Destination: destination, Source: source, Format: "segment", Path: "/v1/track", Events: len(events), Accepted: time.Now()}
	if len(events) == 1 {
		m.Body = []byte(events[0])
		return m
	}
	body := `{"batch":[`
	for i, e := range events {
		if i > 0 {
			body += ","
		}
		body += e
	}
	m.Path, m.Body = "/v1/batch", []byte(body+`],"sentAt":"2025-01-01T00:00:00Z"}`)
	return m
}

func numbered(from, to int) (events []string) {
	for i := from; i < to; i++ {
		events = append(events, fmt.Sprintf(`{"id":%d}`, i))
	}
	return events
}

func (r *rig) put(messages ...queue.Message) {
	r.t.Helper()
	ticket, err := r.queue.Append(messages)
	if err == nil {
		err = ticket.Wait()
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// until waits for something that must come true.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for: %s", what)
		}
	}
}

// settled waits until nothing waits for a destination.
func (r *rig) settled(destination string) {
	r.t.Helper()
	until(r.t, "nothing waits for "+destination, func() bool { return r.backlog(destination).Messages == 0 })
}

func (r *rig) backlog(destination string) queue.Backlog {
	r.t.Helper()
	all, err := r.queue.Backlogs()
	if err != nil {
		r.t.Fatal(err)
	}
	return all[destination]
}

// letters are the dead letters of a destination.
func (r *rig) letters(destination string) (dead []queue.Dead) {
	r.t.Helper()
	err := r.queue.Letters(context.Background(), queue.Selection{Destination: destination}, 10000, func(d queue.Dead) { dead = append(dead, d) })
	if err != nil {
		r.t.Fatal(err)
	}
	return dead
}
