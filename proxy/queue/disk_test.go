//go:build linux

package queue

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// onSmallDisk runs a test in an empty file system of 64 MB. A user who may not mount one
// may in a namespace of its own, where the test is run again.
func onSmallDisk(t *testing.T, test func(dir string)) {
	t.Helper()
	dir := t.TempDir()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64m")
	if errors.Is(err, syscall.EPERM) && os.Getenv("QUEUE_NAMESPACE") == "" {
		c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		c.Env = append(os.Environ(), "QUEUE_NAMESPACE=1")
		c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}}
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("in a namespace: %v; run this test as root where there are none\n%s", err, out)
		}
		return
	}
	must(t, err)
	defer func() { must(t, syscall.Unmount(dir, syscall.MNT_DETACH)) }()
	test(dir)
}

// stuff takes all room that is left, and tells where.
func stuff(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "other")
	f, err := os.Create(path)
	must(t, err)
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	return path
}

// fill appends messages of 10 kB until the disk is full. It tells which were taken.
func fill(t *testing.T, q *local, name string) (taken []string) {
	t.Helper()
	for i := 0; ; i++ {
		id := fmt.Sprint(name, i, ":")
		err := try(q, body(id+strings.Repeat("x", 10_000)))
		if err == nil {
			taken = append(taken, id)
			continue
		}
		if !errors.Is(err, ErrFull) {
			t.Fatal(err)
		}
		says(t, err, "the disk is full, "+q.db.path+" cannot grow: make room")
		return taken
	}
}

func short(all []string) []string {
	for i, s := range all {
		id, _, _ := strings.Cut(s, ":")
		all[i] = id + ":"
	}
	return all
}

// again waits until the queue takes something.
func again(t *testing.T, q *local, id string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := try(q, body(id))
		if err == nil {
			return
		}
		if !errors.Is(err, ErrFull) || time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// A disk that the queue itself has filled: what was taken is there, what was refused is
// not, and it goes on when what was delivered has made room.
func TestFullDisk(t *testing.T) {
	onSmallDisk(t, func(dir string) {
		for _, o := range []Options{{Path: "always.db"}, {Path: "os.db", NoSync: true}} {
			o.Path, o.reserve = filepath.Join(dir, o.Path), 20<<20
			fullDisk(t, o)
			files, err := filepath.Glob(o.Path + "*")
			must(t, err)
			for _, f := range files {
				must(t, os.Remove(f))
			}
		}
	})
}

func fullDisk(t *testing.T, o Options) {
	q := opened(t, o)
	taken := fill(t, q, "a")
	if len(taken) < 500 {
		t.Fatalf("only %d", len(taken))
	}
	taken = append(taken, fill(t, q, "b")...)
	if err := q.Bury([]Dead{{Message: body("dead"), At: time.Unix(1, 0)}}); !errors.Is(err, ErrFull) {
		t.Errorf("burying: %v", err)
	}
	if b, err := q.Backlogs(); err != nil || b["crm"].Messages != int64(len(taken)) {
		t.Errorf("%+v, %v; %d were taken", b, err, len(taken))
	}
	must(t, q.Close())
	q = opened(t, o)
	var items []*Item
	for len(items) < len(taken)/2 {
		more, err := q.Next(t.Context(), "crm", 50, 1<<20)
		must(t, err)
		items = append(items, more...)
	}
	must(t, q.Ack(items...))
	again(t, q, "c:")
	must(t, q.Close())
	q = opened(t, o)
	same(t, short(drained(t, q)), append(taken[len(items):], "c:"))
	again(t, q, "d:")
	must(t, q.Close())
}

// A disk that others have filled: what is delivered is noted none the less, and the queue
// goes on when they make room.
func TestOthersFillTheDisk(t *testing.T) {
	onSmallDisk(t, func(dir string) { othersFill(t, dir) })
}

func othersFill(t *testing.T, dir string) {
	o := Options{Path: filepath.Join(dir, "queue.db"), reserve: 20 << 20}
	q := opened(t, o)
	for i := range 300 {
		must(t, try(q, body(fmt.Sprint(i, ":", strings.Repeat("x", 10_000)))))
	}
	other := stuff(t, dir)
	taken := 300 + len(fill(t, q, "more"))
	for range 10 { // whatever room is made is gone at once
		items, err := q.Next(t.Context(), "crm", 10, 1<<20)
		must(t, err)
		must(t, q.Ack(items...))
		taken -= len(items)
		flushed(t, q)
	}
	must(t, q.Close())
	q = opened(t, o)
	if b, err := q.Backlogs(); err != nil || b["crm"].Messages != int64(taken) {
		t.Errorf("%+v, %v; %d should wait", b, err, taken)
	}
	must(t, os.Remove(other))
	again(t, q, "last:")
	if got := drained(t, q); len(got) != taken+1 || got[taken] != "last:" {
		t.Errorf("%d came, %d were to", len(got), taken+1)
	}
	must(t, q.Close())
}

// A queue that is opened on a full disk delivers what it has.
func TestOpenOnFullDisk(t *testing.T) {
	onSmallDisk(t, func(dir string) { openOnFull(t, dir) })
}

func openOnFull(t *testing.T, dir string) {
	o := Options{Path: filepath.Join(dir, "queue.db"), reserve: 20 << 20}
	q := opened(t, o)
	must(t, try(q, body("before")))
	must(t, q.Close())
	must(t, os.Remove(o.Path+".reserve"))
	other := stuff(t, dir)
	// A start needs a little room, for the log of changes.
	must(t, os.Truncate(other, 60<<20))
	q = opened(t, o)
	if err := try(q, body("refused")); !errors.Is(err, ErrFull) {
		t.Errorf("%v", err)
	}
	same(t, drained(t, q), []string{"before"})
	must(t, os.Remove(other))
	again(t, q, "after")
	same(t, drained(t, q), []string{"after"})
	must(t, q.Close())
}

// TestUnwritable opens a queue in a directory, and then in a file, that its user may not
// write.
func TestUnwritable(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "queue.db")
	must(t, os.Chmod(filepath.Dir(dir), 0o755))
	must(t, os.Chmod(dir, 0o555))
	nobody := func() error {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if os.Getuid() == 0 { // nothing is unwritable for root
			must(t, syscall.Setfsuid(65534))
			defer func() { must(t, syscall.Setfsuid(0)) }()
		}
		q, err := openLocal(Options{Path: path, Log: slog.New(slog.DiscardHandler)})
		if err == nil {
			q.Close()
		}
		return err
	}
	says(t, nobody(), path+" cannot be written or is not a file: let the user that runs this program write the file and its directory")
	must(t, os.Chmod(dir, 0o755))
	q := opened(t, Options{Path: path})
	must(t, q.Close())
	must(t, os.Chmod(path, 0o400))
	says(t, nobody(), path+" cannot be written")
}
