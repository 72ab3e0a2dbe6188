package app

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// queueing is a configuration whose destination is queued.
func queueing(url, path string) string {
	text := strings.Replace(fill(url, "1h"), "name: collector,", "name: collector, delivery: queued, retry: {min: 10ms, max: 20ms},", 1)
	return text + "\nqueue: {path: \"" + path + "\"}\nstore: {flush: 100ms, poll: 100ms}\n"
}

// answering is a collector that answers with a status that can be changed.
func answering(t *testing.T, status *atomic.Int32) *collector {
	c := collect(t, nil)
	keep := c.Config.Handler
	c.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s := int(status.Load()); s != http.StatusOK {
			w.WriteHeader(s)
			return
		}
		keep.ServeHTTP(w, r)
	})
	return c
}

// count is how many requests a collector has taken.
func (c *collector) count() int {
	_, n := c.arrived()
	return n
}

// TestFirstQueue: a reload that brings the first queued destination opens a queue.
func TestFirstQueue(t *testing.T) {
	old, next := collect(t, nil), collect(t, nil)
	r := start(t, fill(old.URL, "1h"))
	path := filepath.Join(t.TempDir(), "queue.db")
	r.send(t)
	write(t, r.file, queueing(next.URL, path))
	if a := r.reload(t); a.status != 200 {
		t.Fatalf("reload: %d %s", a.status, a.body)
	}
	r.send(t)
	r.wait(t, "the event", func() bool { return next.count() == 1 })
	if body, _ := next.arrived(); strings.Contains(body, "example.com") {
		t.Errorf("it got %s", body)
	}
	if _, n := old.arrived(); n != 1 {
		t.Errorf("the old collector got %d requests", n)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	write(t, r.file, strings.Replace(queueing(next.URL, path), "queue.db", "other.db", 1))
	if a := r.reload(t); a.status != 200 || !strings.Contains(r.log.String(), "keys=queue") {
		t.Errorf("another path: %d %s; the log does not say that it needs a restart", a.status, a.body)
	}
}

// TestWaits: what was acknowledged and not delivered is, after a restart.
func TestWaits(t *testing.T) {
	var status atomic.Int32
	status.Store(http.StatusServiceUnavailable)
	c := answering(t, &status)
	path := filepath.Join(t.TempDir(), "queue.db")
	r := start(t, queueing(c.URL, path))
	r.send(t)
	if err := r.Stop(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(r.log.String(), "level=ERROR") {
		t.Errorf("an orderly end is not one in the log:\n%s", r.log)
	}
	status.Store(http.StatusOK)
	r = start(t, queueing(c.URL, path))
	r.wait(t, "the event", func() bool { return c.count() == 1 })
}

// TestStrays: what waits for a destination that is not queued any more is told, also by a
// process that queues nothing, and is delivered when it is queued again.
func TestStrays(t *testing.T) {
	var status atomic.Int32
	status.Store(http.StatusServiceUnavailable)
	c := answering(t, &status)
	path := filepath.Join(t.TempDir(), "queue.db")
	queued := queueing(c.URL, path)
	inline := strings.Replace(queued, "delivery: queued, retry: {min: 10ms, max: 20ms},", "", 1)
	r := start(t, queued)
	r.send(t)
	write(t, r.file, inline)
	if a := r.reload(t); a.status != 200 {
		t.Fatalf("reload: %d %s", a.status, a.body)
	}
	told := func(r *running) bool {
		return strings.Contains(r.log.String(), "nothing delivers them") && strings.Contains(r.log.String(), "destination=collector events=1")
	}
	if !told(r) {
		t.Errorf("after the reload the log says\n%s", r.log)
	}
	if err := r.Stop(); err != nil {
		t.Fatal(err)
	}
	r = start(t, inline)
	if !told(r) {
		t.Errorf("after a start the log says\n%s", r.log)
	}
	status.Store(http.StatusOK)
	write(t, r.file, queued)
	if a := r.reload(t); a.status != 200 {
		t.Fatalf("reload: %d %s", a.status, a.body)
	}
	r.wait(t, "the event", func() bool { return c.count() == 1 })
}

// TestDeadLetters: what a destination refuses is shown in the portal and can be replayed.
func TestDeadLetters(t *testing.T) {
	var status atomic.Int32
	status.Store(http.StatusBadRequest)
	c := answering(t, &status)
	r := start(t, queueing(c.URL, filepath.Join(t.TempDir(), "queue.db")))
	says := func(path, text string) func() bool {
		return func() bool { return strings.Contains(r.get(t, path).body, text) }
	}
	r.send(t)
	r.wait(t, "the dead letter", says("/api/v1/dead-letters", `"status":400`))
	r.wait(t, "the destination", says("/api/v1/deliveries", `"destination":"collector"`))
	status.Store(http.StatusOK)
	a := r.do(t, "POST", "http://"+r.AdminAddr().String()+"/api/v1/dead-letters/replay", `{"destination":"collector"}`, "Content-Type", "application/json")
	if a.status != http.StatusAccepted {
		t.Fatalf("replay: %d %s", a.status, a.body)
	}
	r.wait(t, "the event", func() bool { return c.count() == 1 })
	r.wait(t, "no dead letter", says("/api/v1/dead-letters", `"items":[]`))
}
