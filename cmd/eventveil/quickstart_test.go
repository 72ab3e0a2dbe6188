package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is a running eventveil.
type program struct {
	cmd    *exec.Cmd
	mu     sync.Mutex
	out    bytes.Buffer // both streams
	grown  chan struct{}
	exited chan error
}

func start(t *testing.T, args ...string) *program {
	t.Helper()
	p := &program{cmd: exec.Command(filepath.Join(asProgram(t), "eventveil"), args...), grown: make(chan struct{}, 1), exited: make(chan error, 1)}
	p.cmd.Env = append(os.Environ(), "EVENTVEIL_KEY=made-up-for-the-examples")
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p.cmd.Stdout
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		for r := bufio.NewReader(out); ; {
			line, err := r.ReadString('\n')
			p.mu.Lock()
			p.out.WriteString(line)
			p.mu.Unlock()
			select {
			case p.grown <- struct{}{}:
			default:
			}
			if err != nil {
				p.exited <- p.cmd.Wait()
				return
			}
		}
	}()
	t.Cleanup(func() { p.cmd.Process.Kill() })
	return p
}

func (p *program) printed() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// await waits until what was printed matches and returns the first group.
func (p *program) await(t *testing.T, pattern string) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	deadline := time.After(20 * time.Second)
	for {
		if m := re.FindStringSubmatch(p.printed()); m != nil {
			return m[len(m)-1]
		}
		select {
		case <-p.grown:
		case <-deadline:
			t.Fatalf("nothing like %s was printed:\n%s", pattern, p.printed())
		}
	}
}

// pair starts a sink and the proxy with config.example.yaml on free ports.
func pair(t *testing.T) (sink, proxy *program, data, admin string, config string) {
	t.Helper()
	sink = start(t, "sink", "-listen", "127.0.0.1:0")
	collector := sink.await(t, `listens on http://(\S+)`)
	text, err := os.ReadFile("../../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	config = filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(config, bytes.ReplaceAll(text, []byte("127.0.0.1:9000"), []byte(collector)), 0o600); err != nil {
		t.Fatal(err)
	}
	proxy = start(t, "serve", "-config", config, "-data", "127.0.0.1:0", "-admin", "127.0.0.1:0")
	data = proxy.await(t, `data=http://(127\.0\.0\.1:\d+)`)
	admin = proxy.await(t, `admin=http://(127\.0\.0\.1:\d+)`)
	return sink, proxy, data, admin, config
}

// TestReadmeFirstExample sends what the README says to send and expects the
// collector to get what the README says it gets.
func TestReadmeFirstExample(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?ms)^```sh\n(curl .*?)```.*?^```text\n(POST .*?)```").FindStringSubmatch(string(readme))
	if m == nil {
		t.Fatal("the README has no curl example with what the collector gets")
	}
	sink, proxy, data, _, _ := pair(t)
	out, err := exec.Command("bash", "-c", strings.ReplaceAll(m[1], "127.0.0.1:8080", data)).CombinedOutput()
	if err != nil || string(out) != "{\"success\":true}\n" {
		t.Fatalf("curl: %v, %s", err, out)
	}
	sink.await(t, `(?m)^}$`)
	_, got, _ := strings.Cut(sink.printed(), "\n")
	// The hash depends on the key, which is another one in each run.
	token := regexp.MustCompile(`"username": "[^"]*"`)
	got, want := token.ReplaceAllString(got, "HASH"), token.ReplaceAllString(m[2], "HASH")
	if *update {
		_, got, _ := strings.Cut(sink.printed(), "\n")
		if err := os.WriteFile("../../README.md", bytes.Replace(readme, []byte("```text\n"+m[2]+"```"), []byte("```text\n"+got+"```"), 1), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got != want {
		t.Errorf("- the README, + what the collector got:\n%s", diff(want, got))
	}
	for _, raw := range []string{"ada@example.com", "123-45-6789"} {
		if strings.Contains(sink.printed()+proxy.printed(), raw) {
			t.Errorf("%q got through, or into the log", raw)
		}
	}
}

// TestServeLife: ready, reload with and without mistakes, end in peace.
func TestServeLife(t *testing.T) {
	_, proxy, _, admin, config := pair(t)
	if code := start(t, "healthcheck", "-url", "http://"+admin+"/readyz"); <-code.exited != nil {
		t.Error("healthcheck says that it is not ready: " + code.printed())
	}
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	reload := func(content []byte, words string) {
		t.Helper()
		if err := os.WriteFile(config, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := proxy.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		proxy.await(t, words)
	}
	reload([]byte("version: 1\nmoed: enforce\n"), `moed`)
	reload(append(text, '\n'), `configuration reloaded`)
	resp, err := http.Get("http://" + admin + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	metrics, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if !bytes.Contains(metrics, []byte("\neventveil_")) {
		t.Error("no metrics of its own")
	}
	if err := proxy.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-proxy.exited; err != nil {
		t.Errorf("SIGTERM: %v\n%s", err, proxy.printed())
	}
}
