package queue_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/eventveil/eventveil/internal/testnats"
	"github.com/eventveil/eventveil/proxy/queue"
)

const patience = time.Minute

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func numbered(source string, i int) queue.Message {
	return queue.Message{Destination: "crm", Source: source, Path: "/v1/track", Body: fmt.Appendf(nil, "%s %d", source, i), Events: 1, Accepted: time.Now()}
}

func put(q queue.Queue, messages ...queue.Message) error {
	ticket, err := q.Append(messages)
	if err != nil {
		return err
	}
	return ticket.Wait()
}

// take takes and settles so many.
func take(t testing.TB, q queue.Queue, n int) (bodies []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for len(bodies) < n {
		items, err := q.Next(ctx, "crm", n-len(bodies), 1<<20)
		must(t, err)
		for _, item := range items {
			bodies = append(bodies, string(item.Body))
		}
		must(t, q.Ack(items...))
	}
	return bodies
}

func texts(source string, from, to int) (all []string) {
	for i := from; i < to; i++ {
		all = append(all, fmt.Sprint(source, " ", i))
	}
	return all
}

// What was acknowledged comes, in its order, whenever the server is killed.
func TestServerKilled(t *testing.T) {
	for name, open := range map[string]func(url string) (queue.Queue, error){
		"nats": func(url string) (queue.Queue, error) { return queue.OpenCluster(natsOptions(url, nil), 2*time.Second) },
		"fleet": func(url string) (queue.Queue, error) {
			return openFleet(url, filepath.Join(t.TempDir(), "queue.db"), nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := testnats.Start(t)
			q, err := open(s.URL())
			must(t, err)
			defer func() { must(t, q.Close()) }()
			stop := make(chan struct{})
			var working sync.WaitGroup
			const sources = 8
			var acknowledged [sources]int
			for n := range sources {
				working.Go(func() {
					for i := 0; ; {
						select {
						case <-stop:
							acknowledged[n] = i
							return
						default:
						}
						if put(q, numbered(fmt.Sprint("s", n), i)) == nil {
							i++
						}
					}
				})
			}
			seen := map[string]bool{}
			next := map[string]int{}
			again := 0
			look := func(items []*queue.Item) {
				for _, item := range items {
					if seen[string(item.Body)] {
						again++
						continue
					}
					seen[string(item.Body)] = true
					if want := fmt.Sprint(item.Source, " ", next[item.Source]); string(item.Body) != want {
						t.Errorf("%s came before %s", item.Body, want)
					}
					next[item.Source]++
				}
			}
			ctx, cancel := context.WithCancel(t.Context())
			taking := make(chan struct{})
			go func() {
				defer close(taking)
				for {
					items, err := q.Next(ctx, "crm", 50, 1<<20)
					if err != nil {
						return
					}
					look(items)
					must(t, q.Ack(items...))
				}
			}()
			for range 5 {
				time.Sleep(time.Duration(400+rand.IntN(600)) * time.Millisecond)
				s.Kill()
				s.Restart()
			}
			close(stop)
			working.Wait()
			for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
				waits, err := q.Backlogs()
				if err == nil && len(waits) == 0 {
					break
				}
				if time.Now().After(end) {
					t.Fatalf("there still wait %v, %v", waits, err)
				}
			}
			cancel()
			<-taking
			total := 0
			for n, want := range acknowledged {
				total += want
				if got := next[fmt.Sprint("s", n)]; got < want {
					t.Errorf("source %d: %d were acknowledged, %d came", n, want, got)
				}
			}
			if total == 0 {
				t.Error("nothing was acknowledged")
			}
			t.Logf("%d messages, %d came twice", total, again)
		})
	}
}

// Three servers hold all of it: the one that leads is killed, and it goes on.
func TestClusterServerKilled(t *testing.T) {
	servers := testnats.StartCluster(t, 3)
	var urls []string
	for _, s := range servers {
		urls = append(urls, s.URL())
	}
	o := natsOptions(strings.Join(urls, ","), nil)
	o.Replicas = 3
	q, err := queue.OpenFleet(queue.Options{Path: filepath.Join(t.TempDir(), "queue.db"), NATS: &o}, 2*time.Second)
	must(t, err)
	defer func() { must(t, q.Close()) }()
	nc, err := nats.Connect(o.URL)
	must(t, err)
	defer nc.Close()
	js, err := jetstream.New(nc)
	must(t, err)
	const n = 600
	for i := range n {
		must(t, put(q, numbered("web", i)))
	}
	seen := take(t, q, n/3)
	leader := -1
	for end := time.Now().Add(patience); leader < 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the servers do not agree")
		}
		leader = leads(t, js)
	}
	servers[leader].Kill()
	for i := range n {
		must(t, put(q, numbered("web", n+i)))
	}
	seen = append(seen, take(t, q, n)...)
	servers[leader].Restart()
	seen = append(seen, take(t, q, n/3*2)...)
	if diff := cmp.Diff(texts("web", 0, 2*n), seen); diff != "" {
		t.Error(diff)
	}
}

// leads is the number of the server that leads the stream; -1 until all have all of it.
func leads(t *testing.T, js jetstream.JetStream) int {
	stream, err := js.Stream(t.Context(), "test-out-crm")
	if err != nil {
		return -1
	}
	info := stream.CachedInfo().Cluster
	for _, r := range info.Replicas {
		if !r.Current {
			return -1
		}
	}
	n, err := strconv.Atoi(strings.TrimPrefix(info.Leader, "s"))
	if err != nil || len(info.Replicas) != 2 {
		return -1
	}
	return n
}

// A process starts, and acknowledges, while there is no server; what it was given goes
// there when it comes.
func TestServerAway(t *testing.T) {
	s := testnats.Start(t)
	s.Stop()
	file := filepath.Join(t.TempDir(), "queue.db")
	q, err := openFleet(s.URL(), file, nil)
	must(t, err)
	for i := range 100 {
		must(t, put(q, numbered("web", i)))
	}
	must(t, q.Close())
	q, err = openFleet(s.URL(), file, nil)
	must(t, err)
	for i := range 100 {
		must(t, put(q, numbered("web", 100+i)))
	}
	if err := q.Bury([]queue.Dead{{Message: numbered("web", 0), Reason: queue.Rejected, At: time.Now()}}); err == nil {
		t.Error("a dead letter was buried in a server that is not there")
	}
	here, _ := q.(queue.Fleet).Parts()
	waits, err := here.Backlogs()
	must(t, err)
	if got := waits["crm"].Messages; got != 200 {
		t.Errorf("%d messages wait here, want 200", got)
	}
	s.Restart()
	if diff := cmp.Diff(texts("web", 0, 200), take(t, q, 200)); diff != "" {
		t.Error(diff)
	}
	must(t, q.Close())
}

// One process takes at a time, in order; another takes over what it had.
func TestTakeOver(t *testing.T) {
	url := newServer(t)
	open := func() queue.Queue {
		q, err := queue.OpenCluster(natsOptions(url, nil), 2*time.Second)
		must(t, err)
		return q
	}
	first, second := open(), open()
	defer func() { must(t, second.Close()) }()
	for i := range 20 {
		must(t, put(second, numbered("web", 2*i), numbered("web", 2*i+1)))
	}
	if diff := cmp.Diff(texts("web", 0, 3), take(t, first, 3)); diff != "" {
		t.Error(diff)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if items, err := second.Next(ctx, "crm", 1, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("two processes take at once: %d items, %v", len(items), err)
	}
	held, err := first.Next(t.Context(), "crm", 1, 1)
	must(t, err)
	must(t, first.Close())
	began := time.Now()
	if diff := cmp.Diff(texts("web", 3, 40), take(t, second, 37)); diff != "" {
		t.Error(diff)
	}
	if string(held[0].Body) != "web 3" {
		t.Errorf("%s was held", held[0].Body)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("what was given back came after %v", took)
	}
}

// Several processes carry out the same order at once.
func TestReplayedOnce(t *testing.T) {
	url := newServer(t)
	const n = 100
	var all [3]queue.Queue
	for i := range all {
		q, err := queue.OpenCluster(natsOptions(url, nil), soon)
		must(t, err)
		defer func() { must(t, q.Close()) }()
		all[i] = q
	}
	for i := range n {
		must(t, all[0].Bury([]queue.Dead{{Message: numbered("web", i), Reason: queue.Failing, At: time.Now()}}))
	}
	var replayed [3]int64
	var working sync.WaitGroup
	for i, q := range all {
		working.Go(func() {
			var err error
			if replayed[i], err = q.Replay(t.Context(), queue.Selection{}); err != nil {
				t.Error(err)
			}
		})
	}
	working.Wait()
	if sum := replayed[0] + replayed[1] + replayed[2]; sum != n {
		t.Errorf("%v are %d of %d letters", replayed, sum, n)
	}
	if diff := cmp.Diff(texts("web", 0, n), take(t, all[1], n)); diff != "" {
		t.Error(diff)
	}
	waits, err := all[1].Backlogs()
	must(t, err)
	if len(waits) > 0 {
		t.Errorf("there still wait %v", waits)
	}
}

// What waits here and there is bounded, each by the limit; nothing acknowledged is lost.
func TestFleetFull(t *testing.T) {
	for _, drop := range []bool{false, true} {
		t.Run(fmt.Sprint("drop=", drop), func(t *testing.T) {
			q, err := openFleet(newServer(t), filepath.Join(t.TempDir(), "queue.db"), nil)
			must(t, err)
			defer func() { must(t, q.Close()) }()
			q.Limit(map[string]queue.Limits{"crm": {Bytes: 200_000, DropOldest: drop}})
			in := 0
			for ; in < 1500 && err == nil; in++ {
				m := numbered("web", in)
				m.Query = strings.Repeat("x", 1000)
				err = put(q, m)
			}
			if !drop {
				in--
				if !errors.Is(err, queue.ErrFull) || in < 250 || in > 420 {
					t.Fatalf("%d were taken, then: %v", in, err)
				}
				if diff := cmp.Diff(texts("web", 0, in), take(t, q, in)); diff != "" {
					t.Error(diff)
				}
				return
			}
			must(t, err)
			last := take(t, q, 1)
			for last[len(last)-1] != fmt.Sprint("web ", in-1) {
				last = append(last, take(t, q, 1)...)
			}
			// What is taken in the moment in which it is dropped is counted as well.
			if lost := int(q.Lost()["crm"].Dropped); lost < 1000 || lost+len(last) < in || lost+len(last) > in+64 {
				t.Errorf("%d of %d came, %d are counted as dropped", len(last), in, lost)
			}
			if diff := cmp.Diff(texts("web", in-len(last), in), last); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A server that refuses us, or options that nothing can come of, are errors that say so
// and hold no secret.
func TestRefused(t *testing.T) {
	const secret = "planted-secret"
	s := testnats.Start(t, `authorization { user: "eventveil", password: "right" }`)
	at := strings.TrimPrefix(s.URL(), "nats://")
	fails := func(o queue.NATSOptions, want string) {
		t.Helper()
		var log bytes.Buffer
		o.Log = slog.New(slog.NewTextHandler(&log, nil))
		q, err := queue.OpenCluster(o, soon)
		if err == nil {
			must(t, q.Close())
			t.Fatalf("no error; want %q", want)
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
		if strings.Contains(err.Error()+log.String(), secret) {
			t.Errorf("the secret is in %v, or in the log:\n%s", err, log.String())
		}
	}
	o := natsOptions("nats://eventveil:"+secret+"@"+at, nil)
	fails(o, "NATS refuses us")
	o.URL = "nats://" + secret + "@%zz"
	fails(o, "url is not one")
	o.URL = secret
	fails(o, "url is not one")
	o.URL = "nats://eventveil:right@" + at
	o.Stream = "a.b"
	fails(o, `stream "a.b" may have letters`)
	o.Stream = "test"
	o.Credentials = "/nonexistent/creds"
	fails(o, "cannot read credentials_file: open /nonexistent/creds")
	o.Credentials = filepath.Join(t.TempDir(), "creds")
	must(t, os.WriteFile(o.Credentials, []byte(secret), 0o600))
	fails(o, "holds no user's")
	o.CAFile, o.Credentials = o.Credentials, ""
	fails(o, "holds no certificate")
	o.CertFile, o.KeyFile, o.CAFile = o.CAFile, o.CAFile, ""
	fails(o, "cannot use cert_file")
	o.CertFile, o.KeyFile = "", ""
	o.Replicas = 3
	q, err := queue.OpenCluster(o, soon)
	must(t, err)
	if err := put(q, numbered("web", 0)); err == nil || !strings.Contains(err.Error(), "set queue.nats.replicas") {
		t.Errorf("three replicas on one server: %v", err)
	}
	must(t, q.Close())
	o.Replicas = 1
	q, err = queue.OpenCluster(o, soon)
	must(t, err)
	q.Limit(map[string]queue.Limits{"crm": {Bytes: 1 << 60}})
	if err := put(q, numbered("web", 0)); !errors.Is(err, queue.ErrFull) || !strings.Contains(err.Error(), "lower max_bytes") {
		t.Errorf("more than there is on the disk: %v", err)
	}
	must(t, q.Close())
}
