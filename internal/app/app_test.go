package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// config blocks e-mail addresses. POLL and URL are filled in.
const config = `
version: 1
mode: enforce
reload: {poll: POLL}
timeouts: {drain: 5s}
destinations: [{name: collector, url: "URL"}]
rules:
  - {name: no e-mail, when: {type: email}, action: block}
`

const event = `{"event":"E","email":"ada.l@example.com"}`

// buffer is a log that may be read while it is written.
type buffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// running is an App under test.
type running struct {
	*App
	file  string
	log   *buffer
	ended chan error
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}

func fill(url, poll string) string {
	return strings.NewReplacer("URL", url, "POLL", poll).Replace(config)
}

func start(t *testing.T, text string) *running {
	t.Helper()
	r := &running{file: filepath.Join(t.TempDir(), "config.yaml"), log: &buffer{}, ended: make(chan error, 1)}
	write(t, r.file, text)
	r.run(t, Options{})
	return r
}

// run starts the App of r.file.
func (r *running) run(t *testing.T, o Options) {
	t.Helper()
	var err error
	o.Config, o.Data, o.Admin, o.Version, o.Log = r.file, "127.0.0.1:0", "127.0.0.1:0", "v0", slog.New(slog.NewTextHandler(r.log, nil))
	r.App, err = New(o)
	if err != nil {
		t.Fatal(err)
	}
	go func() { r.ended <- r.Run(context.Background()) }()
	t.Cleanup(func() {
		if err := r.Stop(); err != nil {
			t.Error(err)
		}
		if strings.Contains(r.log.String(), "ada.l@") {
			t.Errorf("a planted value is in the log:\n%s", r.log)
		}
	})
	r.wait(t, "the listeners", func() bool { return r.get(t, "/readyz").status == 200 })
}

func (r *running) wait(t *testing.T, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !f(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s; log:\n%s", what, r.log)
		}
	}
}

type answer struct {
	status int
	body   string
}

func (r *running) do(t *testing.T, method, url, body string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{body: err.Error()}
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return answer{res.StatusCode, string(b)}
}

func (r *running) get(t *testing.T, path string, headers ...string) answer {
	return r.do(t, "GET", "http://"+r.AdminAddr().String()+path, "", headers...)
}

func (r *running) reload(t *testing.T, headers ...string) answer {
	return r.do(t, "POST", "http://"+r.AdminAddr().String()+"/-/reload", "", headers...)
}

func (r *running) send(t *testing.T) int {
	return r.do(t, "POST", "http://"+r.DataAddr().String()+"/v1/track", event).status
}

// collector remembers the last body; answers wait for release when it is not nil.
type collector struct {
	*httptest.Server
	mu   sync.Mutex
	last string
	n    int
}

func collect(t *testing.T, release <-chan struct{}) *collector {
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		c.mu.Lock()
		c.last = string(b)
		c.n++
		c.mu.Unlock()
		if release != nil {
			<-release
		}
		fmt.Fprint(w, `{"success":true}`)
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *collector) arrived() (last string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last, c.n
}

func TestAdmin(t *testing.T) {
	c := collect(t, nil)
	r := start(t, fill(c.URL, "1h"))
	if s := r.send(t); s != 200 {
		t.Errorf("an event: %d", s)
	}
	if got, _ := c.arrived(); got != `{"event":"E"}` {
		t.Errorf("arrived %s", got)
	}
	f := func(method, path string, want int, text string, headers ...string) {
		t.Helper()
		a := r.do(t, method, "http://"+r.AdminAddr().String()+path, "", headers...)
		if a.status != want || !strings.Contains(a.body, text) {
			t.Errorf("%s %s %q: %d %s, want %d and %q", method, path, headers, a.status, a.body, want, text)
		}
		if strings.Contains(a.body, "ada.l@") {
			t.Errorf("%s: a planted value", path)
		}
	}
	f("GET", "/", 200, "Eventveil v0")
	f("GET", "/healthz", 200, "ok")
	f("GET", "/readyz", 200, "ready")
	f("GET", "/metrics", 200, `eventveil_events_total{destination="collector",outcome="altered"} 1`)
	f("GET", "/metrics", 200, `eventveil_build_info{`)
	f("GET", "/metrics", 200, "eventveil_config_last_reload_successful 1")
	f("GET", "/metrics", 200, "process_resident_memory_bytes")
	f("GET", "/v1/track", 404, "")
	f("POST", "/v1/track", 403, "") // as any form without its token
	f("GET", "/-/reload", 405, "")
	f("POST", "/-/reload", 200, "reloaded")
	f("POST", "/-/reload", 403, "", "Sec-Fetch-Site", "cross-site")
	f("POST", "/-/reload", 403, "", "Origin", "https://evil.test")
	f("POST", "/-/reload", 421, "", "Host", "evil.test", "Origin", "http://evil.test")
	f("GET", "/metrics", 421, "", "Host", "evil.test:9090")
	f("GET", "/healthz", 200, "", "Host", "localhost:9090")
	f("GET", "/healthz", 200, "", "Host", "[::1]:9090")
}

func TestReload(t *testing.T) {
	old, next := collect(t, nil), collect(t, nil)
	r := start(t, fill(old.URL, "1h"))
	stamp := r.metric(t, "eventveil_config_last_reload_success_timestamp_seconds")

	write(t, r.file, strings.Replace(fill(next.URL, "1h"), "action: block", "acton: block", 1))
	a := r.reload(t)
	if a.status != 422 || !strings.Contains(a.body, "config.yaml:8:") || !strings.Contains(a.body, "acton") {
		t.Errorf("a broken file: %d %s", a.status, a.body)
	}
	if r.metric(t, "eventveil_config_last_reload_successful") != "0" || r.metric(t, "eventveil_config_last_reload_success_timestamp_seconds") != stamp {
		t.Error("the gauges do not tell of the failure")
	}
	write(t, r.file, queueing(next.URL, r.file+"/queue.db"))
	if a := r.reload(t); a.status != 422 || !strings.Contains(a.body, "queue.path") {
		t.Errorf("a queue that cannot be: %d %s", a.status, a.body)
	}
	if err := os.Remove(r.file); err != nil {
		t.Fatal(err)
	}
	if a := r.reload(t); a.status != 422 {
		t.Errorf("no file: %d", a.status)
	}
	if a := r.get(t, "/readyz"); a.status != 200 {
		t.Errorf("readyz: %d: the old policy is as good as before", a.status)
	}
	r.send(t)
	if _, n := old.arrived(); n != 1 {
		t.Error("the old policy is not in force any more")
	}

	write(t, r.file, strings.Replace(fill(next.URL, "1h"), "\ntimeouts:", "\nlisten: {data: \"127.0.0.1:1\"}\ntimeouts:", 1))
	if a := r.reload(t); a.status != 200 {
		t.Errorf("a good file: %d %s", a.status, a.body)
	}
	r.send(t)
	if _, n := next.arrived(); n != 1 {
		t.Error("the new policy is not in force")
	}
	if r.metric(t, "eventveil_config_last_reload_successful") != "1" {
		t.Error("the gauge does not tell of the success")
	}
	if !strings.Contains(r.log.String(), "keys=listen") {
		t.Errorf("the log does not say that listen takes a restart:\n%s", r.log)
	}
}

func (r *running) metric(t *testing.T, name string) string {
	t.Helper()
	for line := range strings.Lines(r.get(t, "/metrics").body) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	t.Fatalf("there is no metric %s", name)
	return ""
}

// TestPoll holds that a file which changes is read, and one which does not is not.
func TestPoll(t *testing.T) {
	old, next := collect(t, nil), collect(t, nil)
	r := start(t, fill(old.URL, "100ms"))
	write(t, r.file, fill(old.URL, "100ms")) // another file, the same bytes
	time.Sleep(300 * time.Millisecond)
	if n := strings.Count(r.log.String(), "reloaded"); n != 0 {
		t.Errorf("reloaded %d times for the same bytes", n)
	}
	write(t, r.file, "version: 1")
	r.wait(t, "the complaint", func() bool { return strings.Contains(r.log.String(), "not reloaded") })
	time.Sleep(300 * time.Millisecond)
	if n := strings.Count(r.log.String(), "not reloaded"); n != 1 {
		t.Errorf("complained %d times about the same bytes", n)
	}
	write(t, r.file, fill(next.URL, "100ms"))
	r.wait(t, "the new policy", func() bool { return strings.Contains(r.log.String(), "configuration reloaded") })
	r.send(t)
	if _, n := next.arrived(); n != 1 {
		t.Error("the new policy is not in force")
	}
}

// TestReloadUnderLoad changes the policy over and over: no request fails, none is
// treated by half of a policy.
func TestReloadUnderLoad(t *testing.T) {
	c := collect(t, nil)
	r := start(t, fill(c.URL, "1h"))
	stop := make(chan struct{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if s := r.send(t); s != 200 {
					t.Errorf("status %d", s)
					return
				}
				if got, _ := c.arrived(); strings.Contains(got, "ada.l@") {
					t.Errorf("arrived %s", got)
					return
				}
			}
		})
	}
	for i := range 20 {
		action := []string{"block", "redact", "mask"}[i%3]
		write(t, r.file, strings.Replace(fill(c.URL, "1h"), "action: block", "action: "+action, 1))
		if err := r.Reload(); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	group.Wait()
}

func TestStopDrains(t *testing.T) {
	release := make(chan struct{})
	c := collect(t, release)
	r := start(t, fill(c.URL, "1h"))
	first := make(chan int, 1)
	go func() { first <- r.send(t) }()
	r.wait(t, "the event at the collector", func() bool { _, n := c.arrived(); return n == 1 })
	stopped := make(chan error, 2)
	for range 2 {
		go func() { stopped <- r.Stop() }()
	}
	r.wait(t, "readyz to say so", func() bool {
		a := r.get(t, "/readyz")
		return a.status == 503 && strings.Contains(a.body, "draining")
	})
	if a := r.get(t, "/healthz"); a.status != 200 {
		t.Errorf("healthz while draining: %d", a.status)
	}
	r.wait(t, "the listener to close", func() bool {
		conn, err := net.Dial("tcp", r.DataAddr().String())
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	select {
	case err := <-stopped:
		t.Errorf("Stop did not wait: %v", err)
	default:
	}
	close(release)
	if s := <-first; s != 200 {
		t.Errorf("the request under way: %d", s)
	}
	for range 2 {
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	}
	if err := <-r.ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	if err := r.Stop(); err != nil {
		t.Errorf("Stop, again: %v", err)
	}
}

// TestStopIsBounded holds that a collector which never answers cannot hold the process.
func TestStopIsBounded(t *testing.T) {
	release := make(chan struct{})
	c := collect(t, release)
	defer close(release)
	text := strings.Replace(fill(c.URL, "1h"), "drain: 5s", "drain: 200ms", 1)
	file := filepath.Join(t.TempDir(), "config.yaml")
	write(t, file, text)
	log := &buffer{}
	a, err := New(Options{Config: file, Data: "127.0.0.1:0", Admin: "127.0.0.1:0", Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	r := &running{App: a, log: log}
	go r.send(t)
	r.wait(t, "the event at the collector", func() bool { _, n := c.arrived(); return n == 1 })
	begin := time.Now()
	cancel()
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "timeouts.drain") {
		t.Errorf("Run: %v, want an error that names timeouts.drain", err)
	}
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
}

// TestNew holds what cannot be served, and that nothing stays open then.
func TestNew(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	admin := free.Addr().String()
	free.Close()
	good := fill("http://127.0.0.1:9", "1h")
	file := filepath.Join(t.TempDir(), "config.yaml")
	f := func(text, data, adminAddr, want string) {
		t.Helper()
		write(t, file, text)
		a, err := New(Options{Config: file, Data: data, Admin: adminAddr})
		if err == nil {
			t.Errorf("no error, want %q", want)
			a.Stop()
			return
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q, want %q", err, want)
		}
		l, err := net.Listen("tcp", admin)
		if err != nil {
			t.Errorf("after %q the admin listener stays open", want)
			return
		}
		l.Close()
	}
	f("version: 1", "127.0.0.1:0", admin, "config.yaml:")
	f(queueing("http://127.0.0.1:9", file+"/queue.db"), "127.0.0.1:0", admin, "queue.path")
	f(good, taken.Addr().String(), admin, "data listener")
	f(good, "127.0.0.1:0", taken.Addr().String(), "admin listener")
	f(good, "127.0.0.1:0", "0.0.0.0:0", "nobody has to log in")
	f(good, "127.0.0.1:0", ":0", "nobody has to log in")
	f(good, "127.0.0.1:0", "192.0.2.1:9090", "nobody has to log in")
	f(good, "127.0.0.1:0", "nonsense", "admin address")

	if _, err := New(Options{Upstream: "ftp://collector.example.com"}); err == nil || !strings.Contains(err.Error(), "http") {
		t.Errorf("an upstream that is none: %v", err)
	}
	a, err := New(Options{Upstream: "http://127.0.0.1:9", Data: "127.0.0.1:0", Admin: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Stop(); err != nil { // never ran
		t.Error(err)
	}
	if _, err := net.Dial("tcp", a.DataAddr().String()); err == nil {
		t.Error("the data listener stays open")
	}
	if err := a.Run(context.Background()); err != nil && !errors.Is(err, net.ErrClosed) {
		t.Errorf("Run after Stop: %v", err)
	}
}

// TestBuiltIn serves without a configuration: restricted data is blocked, the rest passes.
func TestBuiltIn(t *testing.T) {
	c := collect(t, nil)
	a, err := New(Options{Upstream: c.URL + "/in", Data: "127.0.0.1:0", Admin: "127.0.0.1:0", Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	go a.Run(context.Background())
	defer a.Stop()
	r := &running{App: a, log: &buffer{}}
	r.wait(t, "the listeners", func() bool { return r.get(t, "/readyz").status == 200 })
	r.do(t, "POST", "http://"+a.DataAddr().String()+"/v1/track", `{"event":"E","card":"4111111111111111","city":"Kiel"}`)
	if got, _ := c.arrived(); got != `{"event":"E","city":"Kiel"}` {
		t.Errorf("arrived %s", got)
	}
	if a := r.reload(t); a.status != 422 || !strings.Contains(a.body, "-config") {
		t.Errorf("reload without a file: %d %s", a.status, a.body)
	}
}
