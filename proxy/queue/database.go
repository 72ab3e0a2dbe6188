package queue

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const memory = ":memory:"

// database is a SQLite file with one connection that writes and some that read beside it,
// or a database in memory, which is its one connection.
type database struct {
	path    string
	writing *sql.DB
	reading *sql.DB // nil in memory

	mu         sync.Mutex // held by what uses the connection that writes
	conn       *sql.Conn
	statements map[string]*sql.Stmt // of conn
}

func connect(path string, sync bool) (*database, error) {
	d := &database{path: path}
	var err error
	if path == memory {
		if d.writing, err = sql.Open("sqlite", memory); err != nil {
			return nil, err
		}
		d.writing.SetMaxOpenConns(1)
		d.writing.SetConnMaxIdleTime(0)
		return d, nil
	}
	how := "NORMAL"
	if sync {
		how = "FULL"
	}
	// The log is taken over every 16 MB, four times as seldom as SQLite would by itself:
	// commits wait for that.
	dsn := func(more string) string {
		return (&url.URL{Scheme: "file", Path: path}).String() + "?_busy_timeout=10000&_journal_mode=WAL&_synchronous=" + how +
			"&_pragma=cache_size(-4096)&_pragma=temp_store(2)&_pragma=wal_autocheckpoint(4000)&_pragma=journal_size_limit(33554432)" + more
	}
	if d.writing, err = sql.Open("sqlite", dsn("&_auto_vacuum=INCREMENTAL")); err != nil {
		return nil, err
	}
	if d.reading, err = sql.Open("sqlite", dsn("&_query_only=1")); err != nil {
		return nil, err
	}
	d.writing.SetMaxOpenConns(1)
	d.reading.SetMaxOpenConns(4)
	d.reading.SetMaxIdleConns(4)
	return d, nil
}

// tx is a transaction that writes.
type tx struct {
	ctx context.Context
	d   *database
}

// update runs a transaction. When it returns nil what was written is as durable as the
// connection makes it; otherwise nothing of it is kept.
func (d *database) update(f func(*tx) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := &tx{context.Background(), d}
	err := t.exec("BEGIN IMMEDIATE")
	if err == nil {
		if err = f(t); err == nil {
			err = t.exec("COMMIT")
		}
		if err != nil {
			// The connection is not to be trusted with another transaction when this one
			// does not end.
			undone := t.exec("ROLLBACK")
			if undone != nil && !strings.Contains(undone.Error(), "no transaction is active") {
				d.forget()
			}
		}
	}
	if err != nil && stale(err) {
		d.forget()
	}
	return err
}

// apart runs statements that may not be in a transaction, on the connection that writes.
func (d *database) apart(f func(*tx) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := f(&tx{context.Background(), d})
	if err != nil && stale(err) {
		d.forget()
	}
	return err
}

// forget ends the connection that writes; the next use makes another.
func (d *database) forget() {
	if d.conn == nil || d.path == memory {
		return
	}
	for _, s := range d.statements {
		_ = s.Close()
	}
	_ = d.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = d.conn.Close()
	d.conn = nil
}

// statement prepares a query once. There are few of them: some, and some by lane.
func (t *tx) statement(query string) (*sql.Stmt, error) {
	d := t.d
	if d.conn == nil {
		conn, err := d.writing.Conn(t.ctx)
		if err != nil {
			return nil, err
		}
		d.conn, d.statements = conn, map[string]*sql.Stmt{}
	}
	s := d.statements[query]
	if s == nil {
		var err error
		if s, err = d.conn.PrepareContext(t.ctx, query); err != nil {
			return nil, err
		}
		d.statements[query] = s
	}
	return s, nil
}

func (t *tx) exec(query string, args ...any) error {
	s, err := t.statement(query)
	if err == nil {
		_, err = s.ExecContext(t.ctx, args...)
	}
	return err
}

// rows calls read for each row; what it is given may not be kept.
func (t *tx) rows(read func(*sql.Rows) error, query string, args ...any) error {
	s, err := t.statement(query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(t.ctx, args...)
	return each(rows, err, read)
}

// view reads outside of any transaction that writes.
func (d *database) view(ctx context.Context, read func(*sql.Rows) error, query string, args ...any) error {
	if d.reading == nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		return (&tx{ctx, d}).rows(read, query, args...)
	}
	conn, err := d.reading.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // it was only read from
	rows, err := conn.QueryContext(ctx, query, args...)
	if err = each(rows, err, read); err != nil && stale(err) {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	return err
}

// errEnough ends a reading before the last row.
var errEnough = errors.New("enough")

func each(rows *sql.Rows, err error, read func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells of what matters
	for rows.Next() {
		if err := read(rows); errors.Is(err, errEnough) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return rows.Err()
}

func (d *database) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var err error
	if d.reading != nil {
		err = d.reading.Close()
	}
	if d.conn != nil {
		for _, s := range d.statements {
			_ = s.Close()
		}
		err = errors.Join(err, d.conn.Close())
		d.conn = nil
	}
	return errors.Join(err, d.writing.Close())
}

// code is SQLite's number for an error, without its details; 0 for an error of others.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// stale tells of errors that would stay with the connection after their cause is gone.
func stale(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return true
	}
	return false
}

// broken tells of errors that say that the file is not what was written.
func broken(err error) bool {
	c := code(err)
	return c == sqlite3.SQLITE_CORRUPT || c == sqlite3.SQLITE_NOTADB
}

// fault says what to do about an error of SQLite.
func (d *database) fault(err error) error {
	switch code(err) {
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%w: the disk is full, %s cannot grow: make room", ErrFull, d.path)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%s is locked by another program: end what holds it open", d.path)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%s cannot be written: let the user that runs this program write the file and its directory (%w)", d.path, err)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w: %s: restart, to keep what can be read and move the file aside", ErrDamaged, d.path)
	case sqlite3.SQLITE_IOERR:
		return fmt.Errorf("%s cannot be read or written: check its disk and the room on it (%w)", d.path, err)
	}
	return err
}
