package proxy

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/eventveil/eventveil/proxy/queue"
)

// fanning has an inline destination and two queued ones, each of which may have
// something else.
const fanning = `
version: 1
mode: enforce
keys: [{id: k1, secret: "0123456789abcdef0123456789abcdef"}]
destinations:
  - {name: collector, url: "URL"}
  - {name: crm, url: "http://crm.example.com", delivery: queued, integrations: [CRM], consent: [marketing], consent_missing: allow}
  - {name: audit, url: "http://audit.example.com", delivery: queued, format: json, integrations: ignore}
cookies: {forward: [sp]}
timeouts: {read: 2s, write: 2s, upstream: 2s, drain: 2s}
rules:
  - {name: the crm may write to people, when: {type: email, destination: crm}, action: allow}
  - {name: tests only to the audit, when: {event: "Internal *", destination: {not: [audit]}}, action: drop}
  - {name: no e-mail to the audit, when: {type: email, destination: audit}, action: drop}
  - {name: no restricted data, when: {class: red}, action: block}
  - {name: e-mail hashed, when: {type: email}, action: {hash: {key: k1}}}
  - {name: coarse addresses, when: {type: ip_address, destination: collector}, action: {truncate: {ipv4: 24, ipv6: 48}}}
  - {name: no addresses, when: {type: ip_address}, action: block}
`

// waiting is a queue in a file.
type waiting struct {
	queue.Queue
	path string
}

func openQueue(t testing.TB, path string) *waiting {
	t.Helper()
	q, err := queue.Open(queue.Options{Path: path, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	return &waiting{q, path}
}

// serveQueued starts a Server with a queue in a file.
func serveQueued(t *testing.T, yaml, url string) (*proxied, *waiting) {
	t.Helper()
	w := openQueue(t, filepath.Join(t.TempDir(), "queue.db"))
	return serveWith(t, Options{Policy: policy(t, yaml, url), Queue: w}), w
}

// take returns the messages that wait for a destination, and settles them.
func (w *waiting) take(t *testing.T, destination string) (list []queue.Message) {
	t.Helper()
	backlogs, err := w.Backlogs()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for n := int(backlogs[destination].Messages); len(list) < n; {
		items, err := w.Next(ctx, destination, n-len(list), 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			list = append(list, item.Message)
		}
		if err := w.Ack(items...); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// one returns the one message that waits for a destination.
func (w *waiting) one(t *testing.T, destination string) queue.Message {
	t.Helper()
	list := w.take(t, destination)
	if len(list) != 1 {
		t.Fatalf("%d messages wait for %s, want 1: %+v", len(list), destination, list)
	}
	return list[0]
}

// none fails when anything waits for any of the destinations.
func (w *waiting) none(t *testing.T, destinations ...string) {
	t.Helper()
	for _, d := range destinations {
		if list := w.take(t, d); len(list) > 0 {
			t.Errorf("wait for %s: %+v", d, list)
		}
	}
}

// breaking is a queue that takes messages and then fails to keep them.
type breaking struct {
	queue.Queue
	appending error
	keeping   queue.Ticket // instead of the one of what it would keep; may be nil
}

func (b *breaking) Append(m []queue.Message) (queue.Ticket, error) {
	if b.appending != nil {
		return nil, b.appending
	}
	if b.keeping != nil {
		return b.keeping, nil
	}
	return b.Queue.Append(m)
}

type broken struct{ error }

func (b broken) Wait() error { return b.error }

var errDisk = errors.New("the disk of /var/lib/eventveil is gone")
