package app

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestTwoApps holds that a second process on the same data port says so and leaves
// its admin port free, and that the first does not notice.
func TestTwoApps(t *testing.T) {
	c := collect(t, nil)
	r := start(t, fill(c.URL, "1h"))
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	admin := free.Addr().String()
	free.Close()
	a, err := New(Options{Config: r.file, Data: r.DataAddr().String(), Admin: admin, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err == nil {
		a.Stop()
		t.Fatal("two listeners on one port")
	}
	if !strings.Contains(err.Error(), "data listener") {
		t.Errorf("error %q does not name the data listener", err)
	}
	l, err := net.Listen("tcp", admin)
	if err != nil {
		t.Fatalf("the admin listener stays open: %v", err)
	}
	l.Close()
	if s := r.send(t); s != 200 {
		t.Errorf("the first answers %d", s)
	}
}

// TestSecretsStayHidden holds that a report about a broken file quotes no secret of it,
// neither in the answer to a reload nor in the log.
func TestSecretsStayHidden(t *testing.T) {
	c := collect(t, nil)
	good := fill(c.URL, "1h")
	r := start(t, good)
	for _, secret := range []string{"hush-short", "hush-0123456789abcdef0123456789abcdef"} {
		for _, broken := range []string{
			fmt.Sprintf("keys: [{id: k1, secret: %q, secrets: %q}]", secret, secret),
			fmt.Sprintf("keys: [{id: k1, secret: %s: x}]", secret),
			fmt.Sprintf("keys: [{id: k1, secret: %q}, {id: k1, secret: %q}]", secret, secret),
		} {
			write(t, r.file, strings.Replace(good, "\ntimeouts:", "\n"+broken+"\ntimeouts:", 1))
			a := r.reload(t)
			if a.status != 422 || !strings.Contains(a.body, "config.yaml:") {
				t.Errorf("%s: %d %s", broken, a.status, a.body)
			}
			if strings.Contains(a.body, "hush") || strings.Contains(r.log.String(), "hush") {
				t.Errorf("a secret is quoted: %s\n%s", a.body, r.log)
			}
		}
	}
}

// TestPollFollowsLinks changes a file as Kubernetes does with a mounted ConfigMap: the
// name stays and becomes a link to another file.
func TestPollFollowsLinks(t *testing.T) {
	old, next := collect(t, nil), collect(t, nil)
	r := start(t, fill(old.URL, "100ms"))
	folder := filepath.Join(filepath.Dir(r.file), "next")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "config.yaml"), fill(next.URL, "100ms"))
	if err := os.Symlink(filepath.Join(folder, "config.yaml"), r.file+".link"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(r.file+".link", r.file); err != nil {
		t.Fatal(err)
	}
	r.wait(t, "the new policy", func() bool { return strings.Contains(r.log.String(), "configuration reloaded") })
	r.send(t)
	if _, n := next.arrived(); n != 1 {
		t.Error("the new policy is not in force")
	}
}

// TestReloadsAtOnce holds that reloads, polls and a stop at the same time end in
// order: every reload is answered, and Stop returns.
func TestReloadsAtOnce(t *testing.T) {
	c := collect(t, nil)
	r := start(t, fill(c.URL, "100ms"))
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 10 {
				if a := r.reload(t); a.status != 200 {
					t.Errorf("reload: %d %s", a.status, a.body)
				}
			}
		})
	}
	group.Wait()
	stopped := make(chan error, 1)
	go func() { r.Reload() }()
	go func() { stopped <- r.Stop() }()
	select {
	case err := <-stopped:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("Stop did not return")
	}
}
