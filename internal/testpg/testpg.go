// Package testpg gives tests databases of a real PostgreSQL that they have for
// themselves: one server for each test binary, in a directory that goes with it,
// however the binary ends. Nothing is skipped: without PostgreSQL tests fail and say
// what to install.
package testpg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// server is the one of this binary.
type server struct {
	dir  string
	stop io.Closer // keeps it running while it is open; the end of the process closes it
}

var (
	start = sync.OnceValues(run)
	count atomic.Int64
)

// Start is the URL of a database that is empty, and gone after the test.
func Start(t testing.TB) string {
	t.Helper()
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test_%d", count.Add(1))
	if err := s.exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return s.url(name)
}

func (s *server) url(database string) string {
	return "postgres://postgres@/" + database + "?host=" + url.QueryEscape(s.dir)
}

func (s *server) exec(query string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return fmt.Errorf("cannot connect to the PostgreSQL of this test: %w", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // the query's error is what matters
	_, err = conn.Exec(ctx, query)
	return err
}

// keep runs a server until its input ends, which it does with this process, and
// removes the directory then.
const keep = `"$@" & server=$!; cat >/dev/null; kill -QUIT $server; wait $server; cd /; rm -rf "$0"`

// run makes a server and waits until it answers.
func run() (*server, error) {
	bin, err := find()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "eventveil-pg-")
	if err != nil {
		return nil, err
	}
	as, err := ordinary(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	data := filepath.Join(dir, "data")
	initdb := command(dir, as, filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot make a PostgreSQL for tests: %w\n%s", err, out), os.RemoveAll(dir))
	}
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	defer log.Close()
	serve := command(dir, as, "/bin/sh", "-c", keep, dir, filepath.Join(bin, "postgres"), "-D", data, "-k", dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=32MB", "-c", "max_connections=100")
	serve.Stdout, serve.Stderr = log, log
	serve.SysProcAttr.Setpgid = true // an interrupt on the terminal is not for it
	stop, err := serve.StdinPipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := serve.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	go serve.Wait() //nolint:errcheck // how it ends does not matter
	s := &server{dir, stop}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		err := s.exec("SELECT 1")
		if err == nil {
			return s, nil
		}
		if time.Now().After(deadline) {
			said, _ := os.ReadFile(log.Name())
			return nil, errors.Join(fmt.Errorf("the PostgreSQL for tests does not answer: %w\n%s", err, said), stop.Close())
		}
	}
}

func command(dir string, as *syscall.SysProcAttr, name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	attr := *as
	c.SysProcAttr = &attr
	c.Dir = dir
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "HOME=" + dir}
	return c
}

// find is the directory of PostgreSQL's programs, of the newest version there is.
func find() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	dirs, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(dirs) == 0 {
		return "", errors.New("there is no PostgreSQL on this machine, which this test needs: apt-get install postgresql; make test does so")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	return filepath.Dir(slices.MaxFunc(dirs, func(a, b string) int { return version(a) - version(b) })), nil
}

// ordinary gives dir to the user that PostgreSQL runs as: it refuses to run as root.
func ordinary(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{}
	if os.Getuid() != 0 {
		return attr, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root, and there is neither a user postgres nor nobody: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, os.Chown(dir, int(uid), int(gid))
}
