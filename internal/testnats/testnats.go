// Package testnats gives tests a real NATS server with JetStream that they have for
// themselves, which they may kill and start again: in a directory that goes with it,
// however the test binary ends. What it acknowledges it has written to the disk. Nothing
// is skipped: without a server tests fail and say what to install.
package testnats

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is a server on a port of its own. Its methods are for one goroutine, that of
// the test.
type Server struct {
	t    testing.TB
	bin  string
	dir  string
	port int
	run  *exec.Cmd // nil while it does not run
	keep io.Closer // the directory stays while it is open; the end of the process closes it
}

// Config is lines of NATS's configuration, such as an authorization block; see Start.
type Config string

// keep waits for its input to end, which it does with this process, ends the server that
// runs then and removes the directory.
const keep = `cat >/dev/null; kill -9 "$(cat "$0/pid")" 2>/dev/null; cd /; rm -rf "$0"`

// Start is a server that runs until the test ends. Config is added to its own.
func Start(t testing.TB, more ...Config) *Server {
	t.Helper()
	s, err := open(t, more)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	s.Restart()
	return s
}

// StartCluster is so many servers that are one cluster; one alone is none. They may take a
// while to agree on who leads.
func StartCluster(t testing.TB, n int) []*Server {
	t.Helper()
	if n == 1 {
		return []*Server{Start(t)}
	}
	ports := make([]int, n)
	var routes []string
	for i := range ports {
		var err error
		if ports[i], err = free(); err != nil {
			t.Fatal(err)
		}
		routes = append(routes, fmt.Sprintf("nats://127.0.0.1:%d", ports[i]))
	}
	all := make([]*Server, n)
	for i := range all {
		all[i] = Start(t, Config(fmt.Sprintf("server_name: s%d\ncluster { name: test, listen: \"127.0.0.1:%d\", routes: [%s] }", i, ports[i], strings.Join(routes, ","))))
	}
	return all
}

func open(t testing.TB, more []Config) (*Server, error) {
	bin, err := find()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "eventveil-nats-")
	if err != nil {
		return nil, err
	}
	s := &Server{t: t, bin: bin, dir: dir}
	config := fmt.Sprintf("jetstream { store_dir: %q, sync_interval: always }\n", filepath.Join(dir, "data"))
	for _, m := range more {
		config += string(m) + "\n"
	}
	if err := os.WriteFile(s.config(), []byte(config), 0o600); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if s.port, err = free(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	keeper := exec.Command("/bin/sh", "-c", keep, dir)
	keeper.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt on the terminal is not for it
	in, err := keeper.StdinPipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := keeper.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	go keeper.Wait() //nolint:errcheck // how it ends does not matter
	s.keep = in
	return s, nil
}

// URL is where the server is, or will be again.
func (s *Server) URL() string { return fmt.Sprintf("nats://127.0.0.1:%d", s.port) }

// Restart starts a server that does not run, on the same port with the same data, and
// waits until JetStream answers.
func (s *Server) Restart() {
	s.t.Helper()
	if s.run != nil {
		s.t.Fatal("the NATS server runs already")
	}
	log, err := os.OpenFile(s.log(), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	// The shell writes down who will be the server before it becomes it.
	s.run = exec.Command("/bin/sh", "-c", `echo $$ >"$0/pid"; exec "$@"`, s.dir,
		s.bin, "-c", s.config(), "-a", "127.0.0.1", "-p", strconv.Itoa(s.port))
	s.run.Stdout, s.run.Stderr = log, log
	s.run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.run.Start(); err != nil {
		s.t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		said, err := os.ReadFile(s.log())
		if err == nil && strings.Contains(string(said), "Server is ready") {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the NATS server for tests does not start:\n%s", said)
		}
	}
}

// Stop asks the server to end, and waits for that.
func (s *Server) Stop() { s.end(syscall.SIGTERM) }

// Kill ends the server as a crash does.
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

func (s *Server) end(by syscall.Signal) {
	s.t.Helper()
	if s.run == nil {
		return
	}
	if err := s.run.Process.Signal(by); err != nil {
		s.t.Error(err)
	}
	s.run.Wait() //nolint:errcheck // it ended by a signal
	s.run = nil
}

// Dir is where the server keeps what it was given.
func (s *Server) Dir() string { return filepath.Join(s.dir, "data") }

func (s *Server) close() {
	s.Kill()
	if err := errors.Join(os.RemoveAll(s.dir), s.keep.Close()); err != nil {
		s.t.Error(err)
	}
}

func (s *Server) config() string { return filepath.Join(s.dir, "config") }
func (s *Server) log() string    { return filepath.Join(s.dir, "log") }

// find is the program: in PATH, or where make deps-nats puts it.
func find() (string, error) {
	if path, err := exec.LookPath("nats-server"); err == nil {
		return path, nil
	}
	if _, file, _, ok := runtime.Caller(0); ok {
		path := filepath.Join(filepath.Dir(file), "..", "..", "bin", "nats-server")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no nats-server on this machine, which this test needs: make deps-nats; make test does so")
}

// free is a port that nothing listens on.
func free() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
