package deliver

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/rules"
)

func TestAskedToWait(t *testing.T) {
	r := newReceiver(t, func(w http.ResponseWriter, _ post, n int) {
		if n == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	rig := start(t, to("d", r.URL, func(d *rules.Destination) { d.Concurrency = 1 }))
	for i := range 10 {
		rig.put(message("d", strconv.Itoa(i), `{"id":1}`))
	}
	until(t, "it asks to wait", func() bool { return strings.HasPrefix(rig.States()["d"].Trouble, "it asked to wait until 2") })
	rig.settled("d")
	posts := r.got()
	if wait := posts[1].at.Sub(posts[0].at); wait < time.Second || len(posts) != 11 {
		t.Errorf("it asked for 1 s and got %v; %d requests", wait, len(posts))
	}
}

// TestRecovery holds that what waits because of the destination does not wait on when
// that is well again.
func TestRecovery(t *testing.T) {
	r := newReceiver(t, func(w http.ResponseWriter, _ post, n int) {
		if n == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	rig := start(t, to("d", r.URL, func(d *rules.Destination) {
		d.Retry = rules.Retry{Min: 1000 * time.Hour, Max: 1000 * time.Hour, Attempts: 3}
	}))
	// The first waits for so long that it would not be sent again; the second finds the
	// destination well.
	rig.put(message("d", "a", `{"id":1}`))
	until(t, "it failed", func() bool { return rig.States()["d"].Retries == 1 })
	rig.put(message("d", "b", `{"id":2}`))
	rig.settled("d")
}

// TestDeadDestination holds that one that takes nothing is probed, not hammered, however
// many sources wait for it, and that all arrives when it is back.
func TestDeadDestination(t *testing.T) {
	var up atomic.Bool
	r := newReceiver(t, func(w http.ResponseWriter, _ post, _ int) {
		if !up.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	rig := start(t, to("d", r.URL, func(d *rules.Destination) {
		d.Retry = rules.Retry{Min: 200 * time.Millisecond, Max: 400 * time.Millisecond, Attempts: 3}
	}))
	var messages []queue.Message
	for i := range 200 {
		messages = append(messages, message("d", strconv.Itoa(i), `{"id":1}`))
	}
	rig.put(messages...)
	begun := time.Now()
	until(t, "it was tried for a while", func() bool { return time.Since(begun) > 2*time.Second })
	// Four at once until the fifth fails, and then one after waits of 150 ms on average.
	if n := len(r.got()); n < tripAfter || n > 40 {
		t.Errorf("%d requests in 2 s", n)
	}
	if s := rig.States()["d"]; s.Trouble != "it answers 503" || s.Since.Before(begun.Add(-time.Second)) || s.Since.After(begun.Add(time.Second)) {
		t.Errorf("its state is %+v", s)
	}
	up.Store(true)
	rig.settled("d")
	if s := rig.States()["d"]; s.Delivered != 200 || s.Dead != 0 || s.Trouble != "" || !s.Since.IsZero() {
		t.Errorf("its state is %+v", s)
	}
}

func TestRefusedConnections(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	rig := start(t, to("d", "http://"+addr))
	rig.put(message("d", "web", `{"id":1}`))
	until(t, "it was tried", func() bool { return rig.States()["d"].Trouble == "it refuses connections" })
	if l, err = net.Listen("tcp", addr); err != nil {
		t.Fatalf("somebody else has taken the port meanwhile: %v", err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})}
	go server.Serve(l)
	defer server.Close()
	rig.settled("d")
	if s := rig.States()["d"]; s.Delivered != 1 || s.Trouble != "" {
		t.Errorf("its state is %+v", s)
	}
}

// TestOrder holds that each source's events arrive in order and none is lost, whatever
// part of the requests fails.
func TestOrder(t *testing.T) {
	for _, format := range []rules.Format{rules.AsReceived, rules.PlainJSON} {
		const sources, each = 12, 40
		var mu sync.Mutex
		next := map[string]int{}
		r := newReceiver(t, func(w http.ResponseWriter, p post, _ int) {
			switch rand.N(8) {
			case 0:
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			case 1:
				w.WriteHeader(http.StatusInternalServerError)
				return
			case 2:
				panic(http.ErrAbortHandler)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, e := range strings.Split(p.body, `{"source":"`)[1:] {
				source, rest, _ := strings.Cut(e, `"`)
				var id int
				fmt.Sscanf(rest, `,"id":%d`, &id)
				if id > next[source] {
					t.Errorf("event %d of source %s came before %d", id, source, next[source])
				}
				next[source] = max(next[source], id+1)
			}
		})
		rig := start(t, to("d", r.URL, func(d *rules.Destination) {
			d.Format, d.Batch.Events = format, 7
			d.Retry = rules.Retry{Min: time.Millisecond, Max: 4 * time.Millisecond, Attempts: 20}
		}))
		var messages []queue.Message
		for i := range each {
			for s := range sources {
				messages = append(messages, message("d", strconv.Itoa(s), fmt.Sprintf(`{"source":"%d","id":%d}`, s, i)))
			}
		}
		rig.put(messages...)
		rig.settled("d")
		for s := range sources {
			if n := next[strconv.Itoa(s)]; n != each {
				t.Errorf("%d events of source %d arrived, want %d", n, s, each)
			}
		}
		if s := rig.States()["d"]; s.Delivered != sources*each || s.Retries == 0 {
			t.Errorf("its state is %+v", s)
		}
	}
}

func TestConcurrency(t *testing.T) {
	f := func(sources, concurrency int, unordered bool, want int32) {
		t.Helper()
		var now, most atomic.Int32
		full := make(chan struct{})
		var once sync.Once
		r := newReceiver(t, func(http.ResponseWriter, post, int) {
			n := now.Add(1)
			defer now.Add(-1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			if n == want {
				once.Do(func() { close(full) })
			}
			<-full // all that may come at once is here
		})
		rig := start(t, to("d", r.URL, func(d *rules.Destination) { d.Concurrency, d.Unordered = concurrency, unordered }))
		for i := range 60 {
			rig.put(message("d", strconv.Itoa(i%sources), `{"id":1}`))
		}
		rig.settled("d")
		if most.Load() != want {
			t.Errorf("%d sources, concurrency %d, unordered %v: %d requests at once, want %d", sources, concurrency, unordered, most.Load(), want)
		}
	}
	f(10, 3, false, 3)
	f(2, 8, false, 2)
	f(1, 8, false, 1)
	f(1, 4, true, 4)
}

func TestRate(t *testing.T) {
	f := func(format rules.Format, per int, least, most time.Duration) {
		t.Helper()
		r := newReceiver(t, nil)
		rig := start(t, to("d", r.URL, func(d *rules.Destination) { d.Rate, d.Unordered, d.Format = 100, true, format }))
		begun := time.Now()
		var messages []queue.Message
		for i := 0; i < 80; i += per {
			messages = append(messages, message("d", "web", numbered(i, i+per)...))
		}
		rig.put(messages...)
		rig.settled("d")
		if took := time.Since(begun); took < least || took > most {
			t.Errorf("80 events in messages of %d at 100/s took %v, want %v to %v", per, took, least, most)
		}
	}
	f(rules.AsReceived, 1, 650*time.Millisecond, 2*time.Second)
	f(rules.AsReceived, 20, 450*time.Millisecond, 2*time.Second) // the last 20 go when the 60 before are paid
}

// TestHang holds that a destination that never answers delays no other.
func TestHang(t *testing.T) {
	release := make(chan struct{})
	hang := newReceiver(t, func(http.ResponseWriter, post, int) { <-release })
	t.Cleanup(func() { close(release) })
	well := newReceiver(t, nil)
	rig := start(t,
		to("hang", hang.URL, func(d *rules.Destination) { d.Timeout = 100 * time.Millisecond }),
		to("well", well.URL))
	begun := time.Now()
	for i := range 300 {
		rig.put(message("hang", strconv.Itoa(i), `{"id":1}`), message("well", strconv.Itoa(i), `{"id":1}`))
	}
	rig.settled("well")
	took := time.Since(begun)
	t.Logf("300 events were delivered in %v", took)
	if took > 5*time.Second {
		t.Errorf("beside one that hangs, 300 events took %v", took)
	}
	until(t, "it is known to hang", func() bool { return rig.States()["hang"].Trouble == "no answer in time" })
	if b := rig.backlog("hang"); b.Messages != 300 {
		t.Errorf("%d messages wait for the one that hangs, want all 300", b.Messages)
	}
}

// TestLanes holds that one source's waits are not another's.
func TestLanes(t *testing.T) {
	r := newReceiver(t, status(func(body string) int {
		if strings.Contains(body, "bad") {
			return http.StatusInternalServerError
		}
		return 0
	}))
	rig := start(t, to("d", r.URL, func(d *rules.Destination) {
		d.Retry = rules.Retry{Min: time.Hour, Max: time.Hour, Attempts: 1000}
	}))
	rig.put(message("d", "a", `{"bad":1}`))
	until(t, "it failed", func() bool { return rig.States()["d"].Retries == 1 })
	for range 50 {
		rig.put(message("d", "b", `{"id":1}`))
	}
	rig.put(message("d", "a", `{"id":2}`))
	until(t, "the others arrive", func() bool { return rig.States()["d"].Delivered == 50 })
	if b := rig.backlog("d"); b.Messages != 2 {
		t.Errorf("%d messages wait, want the bad one and the one behind it", b.Messages)
	}
}
