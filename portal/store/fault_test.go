package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/eventveil/eventveil/internal/testpg"
	"github.com/eventveil/eventveil/portal/inventory"
)

// says checks that a call fails with an error that says what is expected.
func says(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v does not say %q", err, want)
	}
}

// holds checks what is left after a fault: points at these paths, an audit without
// gaps, and a store that works.
func holds(t *testing.T, s *Store, paths ...string) {
	t.Helper()
	page, err := s.Points(t.Context(), inventory.List{Order: inventory.ByPath, Limit: 100})
	must(t, err)
	var got []string
	for _, d := range page.Items {
		got = append(got, d.Path)
	}
	equal(t, got, paths)
	must(t, s.Observe(t.Context(), batchOf("then")))
	must(t, s.Note(t.Context(), inventory.Entry{Action: "login"}))
	verified(t, s)
}

func verified(t *testing.T, s *Store) []inventory.Entry {
	t.Helper()
	log, err := s.Audit(t.Context(), "", 0, 1_000_000)
	must(t, err)
	for i, j := 0, len(log)-1; i < j; i, j = i+1, j-1 {
		log[i], log[j] = log[j], log[i]
	}
	must(t, inventory.VerifyAudit(log, ""))
	return log
}

// refusesAll calls what writes and looks for one fault in every error.
func refusesAll(t *testing.T, s *Store, want string) {
	t.Helper()
	class := "red"
	says(t, s.Observe(t.Context(), batchOf("lost")), want)
	_, err := s.Decide(t.Context(), "ann", []inventory.Change{{ID: batchOf("kept").Points[0].ID(), Class: &class}})
	says(t, err, want)
	says(t, s.Note(t.Context(), inventory.Entry{Action: "login"}), want)
	says(t, s.SetDelivery(t.Context(), inventory.Process{ID: "p1"}, nil, nil), want)
	_, err = s.OrderDead(t.Context(), inventory.DeadOrder{What: inventory.Purge})
	says(t, err, want)
	says(t, s.Ping(t.Context()), want)
}

func TestLockedFile(t *testing.T) {
	o := file(t)
	o.busy = 50 * time.Millisecond
	s := open(t, o)
	must(t, s.Observe(t.Context(), batchOf("kept")))
	other, err := sql.Open("sqlite", o.Path)
	must(t, err)
	defer other.Close()
	other.SetMaxOpenConns(1)
	_, err = other.Exec("BEGIN IMMEDIATE")
	must(t, err)
	refusesAll(t, s, o.Path+" is locked by another program")
	refused(t, o, "is locked by another program")
	if _, err := s.Decisions(t.Context()); err != nil {
		t.Errorf("reading waits for nobody: %v", err)
	}
	_, err = other.Exec("ROLLBACK")
	must(t, err)
	holds(t, s, "kept")
}

func TestFullDisk(t *testing.T) {
	o := file(t)
	s := open(t, o)
	must(t, s.Observe(t.Context(), batchOf("kept")))
	writing := s.db.(*sqliteDB).writing
	var pages, most int
	must(t, writing.QueryRow("PRAGMA page_count").Scan(&pages))
	must(t, writing.QueryRow(fmt.Sprintf("PRAGMA max_page_count = %d", pages+2)).Scan(&most))
	var many []string
	for i := range 2000 {
		many = append(many, fmt.Sprint("lost", i))
	}
	for range 3 {
		says(t, s.Observe(t.Context(), batchOf(many...)), "the disk is full, "+o.Path+" cannot grow: make room")
	}
	if overflow, err := s.Overflow(t.Context()); err != nil || len(overflow) > 0 {
		t.Errorf("something of it was kept: %v, %v", overflow, err)
	}
	must(t, writing.QueryRow("PRAGMA max_page_count = 1000000").Scan(&most))
	holds(t, s, "kept")
	must(t, s.Observe(t.Context(), batchOf(many...)))
}

func TestReadOnlyConnection(t *testing.T) {
	s := open(t, file(t))
	must(t, s.Observe(t.Context(), batchOf("kept")))
	for _, call := range []func() error{
		func() error { return s.Observe(t.Context(), batchOf("lost")) },
		func() error { return s.Ping(t.Context()) },
	} {
		_, err := s.db.(*sqliteDB).writing.Exec("PRAGMA query_only = 1")
		must(t, err)
		says(t, call(), "is read-only: let the user that runs this program write the file and its directory")
	}
	holds(t, s, "kept")
}

// TestReadOnlyFile opens files that may not be written as a user whom that stops.
func TestReadOnlyFile(t *testing.T) {
	dir, err := os.MkdirTemp("", "eventveil-store-")
	must(t, err)
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "store.db")
	must(t, open(t, Options{Path: path}).Close())
	const nobody = 65534
	opened := func(dirMode, fileMode fs.FileMode, want string) {
		t.Helper()
		must(t, os.Chmod(dir, dirMode))
		must(t, os.Chmod(path, fileMode))
		if os.Getuid() == 0 {
			must(t, os.Chown(dir, nobody, nobody))
			must(t, os.Chown(path, nobody, nobody))
		}
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "STORE_CHILD=open", "STORE_PATH="+path)
		out, err := child.CombinedOutput()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%v %q does not say %q", err, out, want)
		}
	}
	opened(0o700, 0o400, "cannot open the store: "+path+" is read-only for this program")
	opened(0o500, 0o600, "cannot open the store: "+path)
	opened(0o700, 0o600, "opened")
}

// openAsNobody is what the child of TestReadOnlyFile does.
func openAsNobody() {
	if os.Getuid() == 0 {
		if err := syscall.Setgid(65534); err != nil {
			panic(err)
		}
		if err := syscall.Setuid(65534); err != nil {
			panic(err)
		}
	}
	s, err := Open(context.Background(), Options{Path: os.Getenv("STORE_PATH")})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("opened", s.Close())
}

func TestWhatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	must(t, os.WriteFile(text, []byte(strings.Repeat("this is not a database\n", 100)), 0o600))
	refused(t, Options{}, "give either the path of a SQLite file or the URL")
	refused(t, Options{Path: text, URL: "postgres://example.com/x"}, "give either the path of a SQLite file or the URL")
	refused(t, Options{Path: text}, text+" is not a SQLite database")
	refused(t, Options{Path: dir}, dir+" is read-only for this program or not a file")
	refused(t, Options{Path: filepath.Join(dir, "none", "store.db")}, "there is no directory "+filepath.Join(dir, "none"))
	for _, name := range []string{"a?b#c%41 d.db", "file:x", "é&_pragma=x.db"} {
		o := Options{Path: filepath.Join(dir, name)}
		must(t, open(t, o).Close())
		if _, err := os.Stat(o.Path); err != nil {
			t.Error(err)
		}
	}
}

func TestDamagedFile(t *testing.T) {
	o := file(t)
	s := open(t, o)
	must(t, s.Observe(t.Context(), batchOf("kept")))
	must(t, s.Close())
	f, err := os.OpenFile(o.Path, os.O_RDWR, 0)
	must(t, err)
	info, err := f.Stat()
	must(t, err)
	_, err = f.WriteAt([]byte(strings.Repeat("damaged!", int(info.Size()/8-512))), 4096)
	must(t, err)
	must(t, f.Close())
	refused(t, o, o.Path+" is damaged: put back a copy of it")
}

// No error of PostgreSQL tells how it is reached.
func TestWhatPostgresRefuses(t *testing.T) {
	url := testpg.Start(t)
	secret := func(url, want string) {
		t.Helper()
		_, err := Open(t.Context(), Options{URL: url})
		says(t, err, want)
		for _, part := range []string{"s3cret", url, "postgres://", "127.0.0.1", "host="} {
			if err != nil && part != "postgres://" && strings.Contains(err.Error(), part) {
				t.Errorf("%q tells %q", err, part)
			}
		}
	}
	admin := strings.Replace(url, "postgres@", "postgres:s3cret@", 1)
	secret("postgres://ann:s3cret@127.0.0.1:1/x", "cannot open the store: the database cannot be reached: start it, or correct the URL")
	secret("postgres://ann:s3cret@no-such-host.invalid/x", "the host of the database is not known")
	secret("postgres://ann:s3cret@127.0.0.1:x/%zz", "cannot open the store: the URL of the database cannot be understood: write it as postgres://")
	secret("host=127.0.0.1 password=s3cret port=x", "cannot be understood")
	secret(strings.Replace(admin, "/test_", "/none_", 1), "there is no database of that name")
	secret(strings.Replace(admin, "//postgres:", "//nobody:", 1), "does not accept the user or the password")
}

func TestPostgresLosesItsConnections(t *testing.T) {
	url := testpg.Start(t)
	s := open(t, Options{URL: url})
	must(t, s.Observe(t.Context(), batchOf("kept")))
	admin := open(t, Options{URL: url})
	kill := func() {
		t.Helper()
		must(t, admin.write(t.Context(), "test", func(t tx) error {
			return t.rows(func(*sql.Rows) error { return nil }, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		}))
	}
	err := s.write(t.Context(), "test", func(x tx) error {
		if err := x.exec("UPDATE points SET path = 'lost'"); err != nil {
			return err
		}
		kill()
		return x.exec("UPDATE points SET path = 'lost'")
	})
	says(t, err, "cannot test: the database")
	holds(t, s, "kept")
	kill()
	for range 5 { // a connection that was idle shows only when it is used
		if err := s.Ping(t.Context()); err == nil {
			break
		}
	}
	holds(t, s, "kept", "then")
}

func TestReadOnlyPostgres(t *testing.T) {
	url := testpg.Start(t)
	s := open(t, Options{URL: url})
	must(t, s.Observe(t.Context(), batchOf("kept")))
	url += "&default_transaction_read_only=on"
	refused(t, Options{URL: url}, "the database is read-only")
	holds(t, s, "kept")
}

// A process that stands still in the middle of a batch makes others wait, and what
// they were asked for is given up whole.
func TestLockedPostgres(t *testing.T) {
	url := testpg.Start(t)
	s, other := open(t, Options{URL: url}), open(t, Options{URL: url})
	must(t, s.Observe(t.Context(), batchOf("kept")))
	must(t, other.write(t.Context(), "test", func(x tx) error {
		must(t, x.lock(lockPoints))
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		says(t, s.Observe(ctx, batchOf("lost")), "the database did not answer in time")
		return nil
	}))
	holds(t, s, "kept")
}
