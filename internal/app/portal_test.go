package app

import (
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// sharedConfig is config with a store at a place that is flushed and looked at often.
func sharedConfig(url, place string) string {
	return strings.Replace(fill(url, "1h"), "\nversion: 1", "\nversion: 1\nstore: {"+place+", flush: 100ms, poll: 100ms}", 1)
}

type point struct {
	ID, Path, Type, Class, Status string
	Sources                       []string
	Count                         int64
}

func (r *running) points(t *testing.T, query string) (items []point) {
	t.Helper()
	a := r.get(t, "/api/v1/datapoints"+query)
	var page struct{ Items []point }
	if err := json.Unmarshal([]byte(a.body), &page); err != nil || a.status != 200 {
		t.Fatalf("datapoints: %d %s", a.status, a.body)
	}
	return page.Items
}

func (r *running) decide(t *testing.T, id, change string) {
	t.Helper()
	if a := r.do(t, "PATCH", "http://"+r.AdminAddr().String()+"/api/v1/datapoints/"+id, change, "Content-Type", "application/json"); a.status != 200 {
		t.Fatalf("decide %s: %d %s", change, a.status, a.body)
	}
}

// TestDecision holds that what somebody decides is in force when the answer is there,
// survives a restart and a reload, and yields to the configuration.
func TestDecision(t *testing.T) {
	c := collect(t, nil)
	text := sharedConfig(c.URL, "path: s.db")
	r := start(t, text)
	send := func(r *running, want string) {
		t.Helper()
		if s := r.send(t); s != 200 {
			t.Fatalf("an event: %d", s)
		}
		if got, _ := c.arrived(); got != want {
			t.Errorf("arrived %s, want %s", got, want)
		}
	}
	send(r, `{"event":"E"}`)
	var p point
	r.wait(t, "the data point", func() bool {
		for _, p = range r.points(t, "?type=email") {
			return true
		}
		return false
	})
	if p.Path != "email" || p.Class != "yellow" || p.Status != "new" || p.Count != 1 || len(p.Sources) != 1 {
		t.Errorf("%+v", p)
	}
	r.decide(t, p.ID, `{"status":"ignored"}`)
	send(r, event)
	if a := r.reload(t); a.status != 200 {
		t.Fatalf("reload: %s", a.body)
	}
	send(r, event)
	r.decide(t, p.ID, `{"status":"new"}`)
	send(r, `{"event":"E"}`)
	r.decide(t, p.ID, `{"status":"ignored"}`)

	// Another process on the same store, and the configuration's word against it.
	again := r.another(t, text)
	send(again, event)
	write(t, again.file, text+"overrides: [{path: email, type: email}]\n")
	if a := again.reload(t); a.status != 200 {
		t.Fatalf("reload: %s", a.body)
	}
	send(again, `{"event":"E"}`)

	// A decision made here is in force there within two seconds.
	r.decide(t, p.ID, `{"status":"new"}`)
	write(t, again.file, text)
	if a := again.reload(t); a.status != 200 {
		t.Fatalf("reload: %s", a.body)
	}
	made := time.Now()
	r.decide(t, p.ID, `{"status":"ignored"}`)
	again.wait(t, "the decision", func() bool {
		again.send(t)
		got, _ := c.arrived()
		return got == event
	})
	if took := time.Since(made); took > 2*time.Second {
		t.Errorf("a decision took %v to the other process", took)
	}
}

// another starts one more process in the folder of the first, by a file of its own.
func (r *running) another(t *testing.T, text string) *running {
	t.Helper()
	b := &running{file: filepath.Join(filepath.Dir(r.file), "another.yaml"), log: r.log, ended: make(chan error, 1)}
	write(t, b.file, text)
	b.run(t, Options{})
	return b
}

// TestStoreDown holds law 9: without its store a process filters, says so, and uses it
// when it is there.
func TestStoreDown(t *testing.T) {
	c := collect(t, nil)
	folder := filepath.Join(t.TempDir(), "later")
	r := start(t, sharedConfig(c.URL, "path: "+folder+"/s.db"))
	if s := r.send(t); s != 200 {
		t.Errorf("an event: %d", s)
	}
	if got, _ := c.arrived(); got != `{"event":"E"}` {
		t.Errorf("arrived %s", got)
	}
	if a := r.get(t, "/readyz"); a.status != 200 || !strings.Contains(a.body, "store") {
		t.Errorf("readyz: %d %s", a.status, a.body)
	}
	if a := r.get(t, "/inbox"); a.status != 503 || !strings.Contains(a.body, "Events are filtered") {
		t.Errorf("the portal: %d %s", a.status, a.body)
	}
	if up := r.metric(t, "eventveil_store_up"); up != "0" {
		t.Errorf("eventveil_store_up %s", up)
	}
	if a := r.reload(t); a.status != 200 {
		t.Errorf("a reload without the store: %d %s", a.status, a.body)
	}
	write(t, r.file+".required", strings.Replace(sharedConfig(c.URL, "path: "+folder+"/s.db"), "store: {", "store: {required: true, ", 1))
	if _, err := New(Options{Config: r.file + ".required", Data: "127.0.0.1:0", Admin: "127.0.0.1:0", Log: r.App.log}); err == nil || !strings.Contains(err.Error(), "required") {
		t.Errorf("started without the store that is required: %v", err)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	r.wait(t, "the store", func() bool { return r.metric(t, "eventveil_store_up") == "1" })
	r.wait(t, "what was met before", func() bool { return len(r.points(t, "?type=email")) == 1 })
	if a := r.get(t, "/readyz"); a.body != "ready\n" {
		t.Errorf("readyz: %s", a.body)
	}
}

// TestRoles holds what each role serves.
func TestRoles(t *testing.T) {
	c := collect(t, nil)
	text := sharedConfig(c.URL, "path: s.db")
	r := start(t, text) // makes the store
	r.send(t)
	r.wait(t, "the data point", func() bool { return len(r.points(t, "?type=email")) == 1 })

	proxy := &running{file: r.file, log: r.log, ended: make(chan error, 1)}
	proxy.run(t, Options{Role: RoleProxy})
	if a := proxy.get(t, "/api/v1/datapoints"); a.status != 404 {
		t.Errorf("a proxy has an API: %d", a.status)
	}
	if s := proxy.send(t); s != 200 {
		t.Errorf("an event to the proxy: %d", s)
	}
	r.wait(t, "what the proxy met", func() bool { p := r.points(t, "?type=email"); return len(p) == 1 && p[0].Count == 2 })

	portal := &running{file: r.file, log: r.log, ended: make(chan error, 1)}
	portal.run(t, Options{Role: RolePortal})
	if portal.DataAddr() != nil {
		t.Error("a portal listens for events")
	}
	if n := len(portal.points(t, "?type=email")); n != 1 {
		t.Errorf("the portal shows %d data points", n)
	}

	_, err := New(Options{Config: r.file, Role: RolePortal, Data: "127.0.0.1:0", Admin: "0.0.0.0:0", Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err == nil || !strings.Contains(err.Error(), "portal:") {
		t.Errorf("a portal for everybody: %v", err)
	}
}

// TestGuarded holds that with somebody to log in nothing but health and metrics is open.
func TestGuarded(t *testing.T) {
	c := collect(t, nil)
	r := start(t, sharedConfig(c.URL, "path: s.db")+`
portal:
  tokens:
    - {name: ci, role: viewer, secret: 0123456789abcdef-viewer}
    - {name: ops, role: owner, secret: 0123456789abcdef-owner}
`)
	f := func(method, path string, want int, headers ...string) {
		t.Helper()
		if a := r.do(t, method, "http://"+r.AdminAddr().String()+path, "", headers...); a.status != want {
			t.Errorf("%s %s %q: %d, want %d", method, path, headers, a.status, want)
		}
	}
	f("GET", "/metrics", 200)
	f("GET", "/healthz", 200, "Host", "eventveil.example.com")
	f("GET", "/api/v1/inbox", 401)
	f("POST", "/-/reload", 401)
	f("GET", "/api/v1/inbox", 200, "Authorization", "Bearer 0123456789abcdef-viewer")
	f("GET", "/api/v1/inbox", 421, "Authorization", "Bearer 0123456789abcdef-viewer", "Host", "evil.example.com")
	f("POST", "/-/reload", 403, "Authorization", "Bearer 0123456789abcdef-viewer")
	f("POST", "/-/reload", 200, "Authorization", "Bearer 0123456789abcdef-owner")
	f("GET", "/inbox", 401)
}
