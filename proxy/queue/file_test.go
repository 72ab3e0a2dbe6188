package queue

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func says(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Fatalf("%v does not say %q", err, want)
	}
}

func opened(t testing.TB, o Options) *local {
	t.Helper()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	q, err := openLocal(o)
	must(t, err)
	t.Cleanup(func() { q.Close() })
	return q
}

func file(t testing.TB) Options { return Options{Path: filepath.Join(t.TempDir(), "queue.db")} }

func body(s string) Message {
	return Message{Destination: "crm", Source: "web", Body: []byte(s), Events: 1, Accepted: time.Unix(1700000000, 0)}
}

func try(q *local, m ...Message) error {
	ticket, err := q.Append(m)
	if err != nil {
		return err
	}
	return ticket.Wait()
}

// flushed returns when the file knows what is settled.
func flushed(t testing.TB, q *local) {
	t.Helper()
	for {
		q.mu.Lock()
		n := len(q.dirty)
		q.since = time.Time{}
		q.mu.Unlock()
		if n == 0 {
			// A job comes after the transaction that is under way.
			must(t, q.Mark("flushed", 1))
			return
		}
		q.wakeWriter()
		time.Sleep(time.Millisecond)
	}
}

// drained are the bodies of all that waits for crm, which is settled.
func drained(t testing.TB, q *local) (all []string) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; {
		b, err := q.Backlogs()
		must(t, err)
		if b["crm"].Messages == 0 {
			return all
		}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		items, err := q.Next(ctx, "crm", 100, 1<<20)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) && time.Now().Before(end) {
			continue // what is left was damaged, and is counted now
		}
		must(t, err)
		for _, item := range items {
			all = append(all, string(item.Body))
		}
		must(t, q.Ack(items...))
	}
}

func same(t testing.TB, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%d: %.20q\ninstead of %d: %.20q", len(got), got, len(want), want)
	}
}

// After Close nothing that was settled comes again, and only what was taken says so.
func TestCloseIsExact(t *testing.T) {
	o := file(t)
	q := opened(t, o)
	for i := range 5 {
		must(t, try(q, body(fmt.Sprint(2*i)), body(fmt.Sprint(2*i+1))))
	}
	items, err := q.Next(t.Context(), "crm", 5, 1<<20)
	must(t, err)
	must(t, q.Ack(items[1], items[2], items[3]))
	must(t, q.Close())
	q = opened(t, o)
	b, err := q.Backlogs()
	must(t, err)
	if b["crm"].Messages != 7 || b["crm"].Events != 7 {
		t.Errorf("%+v", b)
	}
	items, err = q.Next(t.Context(), "crm", 10, 1<<20)
	must(t, err)
	var got []string
	for _, item := range items {
		got = append(got, fmt.Sprint(string(item.Body), item.Redelivered))
	}
	same(t, got, []string{"0true", "4true", "5false", "6false", "7false", "8false", "9false"})
}

func TestOneProcess(t *testing.T) {
	o := file(t)
	q := opened(t, o)
	_, err := Open(o)
	says(t, err, "another process uses "+o.Path)
	must(t, try(q, body("still works")))
	must(t, q.Close())
	same(t, drained(t, opened(t, o)), []string{"still works"})
}

func TestFileMode(t *testing.T) {
	o := file(t)
	q := opened(t, o)
	must(t, try(q, body("x")))
	files, err := filepath.Glob(filepath.Join(filepath.Dir(o.Path), "*"))
	must(t, err)
	if len(files) < 4 {
		t.Errorf("only %q", files)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", f, info.Mode())
		}
	}
}

func TestWhatCannotBeOpened(t *testing.T) {
	refused := func(path, want string) {
		t.Helper()
		_, err := Open(Options{Path: path})
		says(t, err, want)
		says(t, err, "cannot open the queue: ")
	}
	dir := t.TempDir()
	refused(filepath.Join(dir, "none", "queue.db"), "there is no directory "+filepath.Join(dir, "none")+": make it")
	refused(dir, dir+" cannot be written or is not a file")
	other := filepath.Join(dir, "store.db")
	db, err := sql.Open("sqlite", other)
	must(t, err)
	_, err = db.Exec("CREATE TABLE points (x)")
	must(t, err)
	must(t, db.Close())
	refused(other, "is a database of something else: name another file")

	// What was written as something else stays as it is, and nothing is put beside it.
	for _, content := range []string{"version: 1\nmode: enforce\n", "v", "SQLite format 2"} {
		dir := t.TempDir()
		path := filepath.Join(dir, "c.yaml")
		must(t, os.WriteFile(path, []byte(content), 0o600))
		refused(path, path+" is not a queue; name another file in queue.path")
		got, err := os.ReadFile(path)
		must(t, err)
		files, err := os.ReadDir(dir)
		if must(t, err); string(got) != content || len(files) != 1 {
			t.Errorf("%q became %q, beside %v", content, got, files)
		}
	}
	empty := file(t)
	must(t, os.WriteFile(empty.Path, nil, 0o600))
	opened(t, empty)
}

// Another key is refused while something waits that it cannot read, and taken after that.
func TestAnotherKey(t *testing.T) {
	o := file(t)
	o.Key = oneKey
	q := opened(t, o)
	must(t, try(q, body("x")))
	must(t, q.Close())
	o.Key = otherKey
	_, err := Open(o)
	says(t, err, "cannot open the queue: "+o.Path+": what waits was encrypted with another key than queue.key: configure the former key until")
	if !errors.Is(err, ErrKey) || errors.Is(err, ErrDamaged) {
		t.Errorf("%v is not ErrKey alone", err)
	}
	o.Key = oneKey
	q = opened(t, o)
	same(t, drained(t, q), []string{"x"})
	must(t, q.Close())
	o.Key = otherKey
	q = opened(t, o)
	must(t, try(q, body("y")))
	must(t, q.Close())
	same(t, drained(t, opened(t, o)), []string{"y"})
}

// What could not be committed is not in the queue, and the next is.
func TestFailedCommit(t *testing.T) {
	q := opened(t, file(t))
	must(t, try(q, body("before")))
	must(t, q.db.apart(func(x *tx) error { return x.exec("PRAGMA query_only = 1") }))
	says(t, try(q, body("lost")), "cannot be written: let the user that runs this program write the file")
	must(t, try(q, body("after")))
	same(t, drained(t, q), []string{"before", "after"})
}

// Dead letters have the same limit as what waits, beside it.
func TestDeadLimit(t *testing.T) {
	q := opened(t, file(t))
	dead := func(s string) []Dead {
		return []Dead{{Message: body(s + strings.Repeat(".", 1000)), Reason: Rejected, At: time.Unix(1, 0)}}
	}
	letters := func() (all []string) {
		must(t, q.Letters(t.Context(), Selection{}, 100, func(d Dead) { all = append(all, strings.TrimRight(string(d.Body), ".")) }))
		return all
	}
	q.Limit(map[string]Limits{"crm": {Bytes: 3500}})
	for _, s := range []string{"a", "b", "c"} {
		must(t, q.Bury(dead(s)))
	}
	err := q.Bury(dead("d"))
	says(t, err, `purge or replay its dead letters`)
	if !errors.Is(err, ErrFull) {
		t.Errorf("%v is not ErrFull", err)
	}
	q.Limit(map[string]Limits{"crm": {Bytes: 3500, DropOldest: true}})
	must(t, q.Bury(dead("d")))
	same(t, letters(), []string{"b", "c", "d"})
	if lost := q.Lost()["crm"]; lost.Dropped != 1 {
		t.Errorf("%+v", lost)
	}
	_, err = q.Purge(t.Context(), Selection{})
	must(t, err)
	q.Limit(map[string]Limits{"crm": {Bytes: 3500}})
	must(t, q.Bury(append(append(dead("e"), dead("f")...), dead("g")...)))
	same(t, letters(), []string{"e", "f", "g"})
}

// The file becomes small again when what waited was delivered.
func TestFileShrinks(t *testing.T) {
	o := file(t)
	o.NoSync = true
	q := opened(t, o)
	large := strings.Repeat("x", 100<<10)
	for range 500 {
		must(t, try(q, body(large), body(large)))
	}
	size := func() int64 {
		info, err := os.Stat(o.Path)
		must(t, err)
		return info.Size()
	}
	must(t, q.db.apart(func(x *tx) error { return x.rows(nothing, "PRAGMA wal_checkpoint(TRUNCATE)") }))
	before := size()
	if before < 90<<20 {
		t.Fatalf("%d bytes of 100 MB", before)
	}
	drained(t, q)
	for end := time.Now().Add(20 * time.Second); size() > 30<<20; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the file has %d bytes, and had %d", size(), before)
		}
		flushed(t, q)
	}
	// It grows again without harm.
	must(t, try(q, body("x")))
	same(t, drained(t, q), []string{"x"})
}

// With a million messages waiting there is little of them in memory.
func TestFlatMemory(t *testing.T) {
	o := file(t)
	o.NoSync = true
	q := opened(t, o)
	heap := func() int64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	m := body(`{"type":"track","event":"Small","properties":{"a":1}}`)
	batch := slices.Repeat([]Message{m}, 500)
	must(t, try(q, batch...))
	before := heap()
	check := func(what string) {
		t.Helper()
		if grown := heap() - before; grown > 8<<20 {
			t.Errorf("%s: %d bytes more", what, grown)
		}
	}
	const all = 1_000_000
	for n := len(batch); n < all; n += len(batch) {
		must(t, try(q, batch...))
	}
	b, err := q.Backlogs()
	must(t, err)
	if b["crm"].Messages != all {
		t.Fatalf("%+v", b)
	}
	check("waiting")
	must(t, q.Close())
	start := time.Now()
	q = opened(t, o)
	t.Log("opened in", time.Since(start))
	check("opened")
	for n := 0; n < all; {
		items, err := q.Next(t.Context(), "crm", 1000, 1<<20)
		must(t, err)
		must(t, q.Ack(items...))
		if n += len(items); n%200_000 == 0 {
			check(fmt.Sprint("taken ", n))
		}
	}
	check("drained")
}

// logged collects what is logged.
func logged() (*bytes.Buffer, *slog.Logger) {
	var b bytes.Buffer
	return &b, slog.New(slog.NewTextHandler(&b, nil))
}
