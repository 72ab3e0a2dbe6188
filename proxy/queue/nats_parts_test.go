package queue

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/eventveil/eventveil/internal/testnats"
)

// Names of destinations are told from each other, and are one token of a subject.
func FuzzToken(f *testing.F) {
	for _, name := range []string{"", "crm", "a b.c>*é", "_", "_5f", "A-z", "\xff"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		s := token(name)
		if got := untoken(s); got != name {
			t.Errorf("%q became %q", name, got)
		}
		if s == "" || strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			t.Errorf("%q is not a token", s)
		}
		untoken(name)
	})
}

// What is left of messages that were sent in part, or settled in part, is swept.
func TestSweep(t *testing.T) {
	c, err := openNATS(NATSOptions{URL: testnats.Start(t).URL(), Stream: "test", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	large := Message{Destination: "crm", Source: "web", Body: bytes.Repeat([]byte("large "), 400_000), Events: 1}
	ticket, err := c.Append([]Message{large})
	if err == nil {
		err = ticket.Wait()
	}
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.place("crm")
	if err != nil {
		t.Fatal(err)
	}
	subjects := func(kind string) int {
		t.Helper()
		_, s, err := p.subjects(t.Context(), p.base+"."+kind+".>")
		if err != nil {
			t.Fatal(err)
		}
		return len(s)
	}
	for _, subject := range []string{p.partSubject(p.base, "gone", "0"), p.partSubject(p.base, "gone", "1"), p.doneSubject(1000) + ".1.1"} {
		if _, err := c.js.Publish(t.Context(), subject, []byte("left")); err != nil {
			t.Fatal(err)
		}
	}
	check := func(parts, done int) {
		t.Helper()
		if p, d := subjects("part"), subjects("done"); p != parts || d != done {
			t.Errorf("%d parts and %d notes, want %d and %d", p, d, parts, done)
		}
	}
	check(5, 1)
	if err := c.sweep(t.Context(), sweepAfter); err != nil {
		t.Fatal(err)
	}
	check(5, 0)
	if err := c.sweep(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	check(3, 0)
	items, err := c.Next(t.Context(), "crm", 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(items[0].Body, large.Body) {
		t.Error("what waited has changed")
	}
	if err := c.Ack(items...); err != nil {
		t.Fatal(err)
	}
	p.quiet(t.Context())
	check(0, 0)
}

// A part that is missing is damage, which is counted and does not hold up what follows.
func TestPartMissing(t *testing.T) {
	c, err := openNATS(NATSOptions{URL: testnats.Start(t).URL(), Stream: "test", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, body := range []string{strings.Repeat("large ", 400_000), "small"} {
		ticket, err := c.Append([]Message{{Destination: "crm", Source: "web", Body: []byte(body), Events: 1}})
		if err == nil {
			err = ticket.Wait()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	p, err := c.place("crm")
	if err != nil {
		t.Fatal(err)
	}
	made, err := p.there(t.Context())
	if err == nil {
		err = made.Purge(t.Context(), jetstream.WithPurgeSubject(p.base+".part.*.1"))
	}
	if err != nil {
		t.Fatal(err)
	}
	items, err := c.Next(t.Context(), "crm", 10, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if len(items) != 1 || string(items[0].Body) != "small" {
		t.Errorf("%d items came", len(items))
	}
	if got := c.Lost()["crm"]; got != (Loss{Damaged: 1}) {
		t.Errorf("lost %+v", got)
	}
}
