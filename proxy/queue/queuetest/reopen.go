package queuetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/eventveil/eventveil/proxy/queue"
)

// What was not settled comes again after the queue was closed, what was does not.
func reopen(x *bench) {
	for i := range 10 {
		x.put(numbered("crm", "web", 3*i, 3*i+3)...)
	}
	x.put(text("ads", "web", "one"))
	items := x.take("crm", 10)
	x.must(x.Ack(items[0], items[1], items[2], items[4], items[9]))
	x.Return(items[8])
	x.reopen(nil)
	again := x.take("crm", 25)
	equal(x, bodies(again), append([]string{"web 3", "web 5", "web 6", "web 7", "web 8"}, textOf(numbered("crm", "web", 10, 30))...))
	equal(x, redelivered(again)[:5], []bool{true, true, true, true, true})
	x.must(x.Ack(again...))
	x.reopen(nil)
	x.none("crm")
	equal(x, bodies(x.take("ads", 1)), []string{"one"})
	x.put(numbered("crm", "web", 30, 31)...)
	last := x.take("crm", 1)
	equal(x, bodies(last), []string{"web 30"})
	equal(x, redelivered(last), []bool{false})
}

const marker = "planted-marker-value"

var (
	aKey       = []byte("0123456789abcdef0123456789abcdef")
	anotherKey = []byte("0123456789abcdef0123456789abcdeF")
)

// planted is a message with the marker wherever an event may have put it.
func planted(destination string) queue.Message {
	m := text(destination, "web", marker)
	m.Path, m.Query = "/"+marker, marker
	m.Headers = []queue.Header{{Name: "X-Marker", Value: marker}}
	return m
}

// found looks for the marker in all files of a place.
func (x *bench) found() (found bool) {
	x.Helper()
	files := 0
	for _, dir := range x.b.Files(x.at) {
		x.must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			content, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			files++
			found = found || bytes.Contains(content, []byte(marker))
			return err
		}))
	}
	if files == 0 {
		x.Fatal("there are no files to look at")
	}
	return found
}

// With a key nothing of an event can be read from the files, and all of it comes back.
func key(x *bench) {
	x.put(planted("plain"))
	x.must(x.Bury([]queue.Dead{{Message: planted("plain"), Reason: queue.Rejected, At: then}}))
	x.must(x.Close())
	if !x.found() {
		x.Fatal("the files cannot be looked at")
	}

	x.at = x.b.New(x)
	x.open(aKey)
	for range 3 {
		x.put(planted("crm"), planted("ads"), planted("crm"))
	}
	x.must(x.Bury([]queue.Dead{{Message: planted("crm"), Reason: queue.Rejected, At: then}}))
	x.must(x.Bury([]queue.Dead{{Message: planted("ads"), Reason: queue.Rejected, At: then}}))
	if _, err := x.Replay(x.Context(), queue.Selection{Destination: "ads"}); err != nil {
		x.Fatal(err)
	}
	x.must(x.Ack(x.take("crm", 1)...))
	open := x.found()
	x.reopen(aKey)
	if open || x.found() {
		x.Error("what should be encrypted is not")
	}
	equal(x, x.take("crm", 5)[4].Message, planted("crm"))
	equal(x, bodies(x.take("ads", 4)), []string{marker, marker, marker, marker})
	equal(x, x.list(queue.Selection{}, 10)[0].Message, planted("crm"))
}

// With another key, or none, the queue does not open, or what waits is found damaged. It
// is never read as something else.
func otherKey(x *bench) {
	x.reopen(aKey)
	x.put(planted("crm"))
	x.must(x.Close())
	for _, key := range [][]byte{anotherKey, nil} {
		name := string(key)
		q, err := x.b.Open(x.at, key)
		if err != nil {
			if !errors.Is(err, queue.ErrKey) {
				x.Fatalf("key %q: %v", name, err)
			}
			continue
		}
		x.Queue = q
		ctx, cancel := context.WithTimeout(x.Context(), time.Second)
		items, err := x.Next(ctx, "crm", 1, 1)
		cancel()
		if err == nil {
			x.Fatalf("key %q: %q", name, bodies(items))
		}
		if n := x.Lost()["crm"].Damaged; n == 0 {
			x.Errorf("key %q: %d messages are counted as damaged, %v", name, n, err)
		}
		x.put(text("crm", "web", fmt.Sprint("with ", name)))
		items = x.take("crm", 1)
		equal(x, bodies(items), []string{fmt.Sprint("with ", name)})
		x.must(x.Ack(items...))
		x.must(x.Close())
	}
	x.at = x.b.New(x)
	x.open(nil)
}
