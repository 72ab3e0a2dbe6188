package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const memory = ":memory:"

// sqliteDB is a file with one connection that writes and some that read beside it, or
// a database in memory, which is its one connection.
type sqliteDB struct {
	path    string
	writing *sql.DB
	reading *sql.DB
}

// openSQLite makes the file when there is none: what is in the inventory is nobody
// else's business, and the files that SQLite puts beside it take its mode.
func openSQLite(path string, busy time.Duration) (database, error) {
	if path == memory {
		db, err := sql.Open("sqlite", memory+"?_pragma=foreign_keys(1)")
		if err != nil {
			return nil, fmt.Errorf("cannot open the store: %w", err)
		}
		db.SetMaxOpenConns(1)
		db.SetConnMaxIdleTime(0)
		return &sqliteDB{path, db, db}, nil
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("cannot open the store: %w", err)
	}
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE, 0o600)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("cannot open the store: there is no directory %s: make it, owned by the user that runs this program", filepath.Dir(abs))
	case err != nil:
		return nil, fmt.Errorf("cannot open the store: %s is read-only for this program or not a file: let its user write the file and its directory (%w)", path, errors.Unwrap(err))
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("cannot open the store: %w", err)
	}
	dsn := func(more string) string {
		return (&url.URL{Scheme: "file", Path: abs}).String() + fmt.Sprintf("?_busy_timeout=%d&_journal_mode=WAL&_synchronous=FULL&_pragma=foreign_keys(1)"+
			"&_pragma=cache_size(-8192)&_pragma=temp_store(2)&_pragma=journal_size_limit(67108864)", busy.Milliseconds()) + more
	}
	d := &sqliteDB{path: path}
	if d.writing, err = sql.Open("sqlite", dsn("")); err != nil {
		return nil, fmt.Errorf("cannot open the store: %w", err)
	}
	if d.reading, err = sql.Open("sqlite", dsn("&_query_only=1")); err != nil {
		return nil, fmt.Errorf("cannot open the store: %w", err)
	}
	d.writing.SetMaxOpenConns(1)
	d.reading.SetMaxOpenConns(4)
	d.reading.SetMaxIdleConns(4)
	return d, nil
}

// begin takes the lock for writing at once: one that is taken later fails when
// somebody else has written meanwhile.
func (d *sqliteDB) begin(ctx context.Context, write bool) (transaction, error) {
	pool, how := d.reading, "BEGIN"
	if write {
		pool, how = d.writing, "BEGIN IMMEDIATE"
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	t := &sqliteTx{conn, ctx, d.path != memory}
	if _, err := conn.ExecContext(ctx, how); err != nil {
		t.rollback(err)
		return nil, err
	}
	return t, nil
}

// sqliteTx is a transaction by hand: that of database/sql gives its connection back
// with the transaction still open when COMMIT fails.
type sqliteTx struct {
	*sql.Conn
	ctx  context.Context
	file bool
}

func (t *sqliteTx) commit() error {
	if _, err := t.ExecContext(context.WithoutCancel(t.ctx), "COMMIT"); err != nil {
		t.rollback(err)
		return err
	}
	return t.Close()
}

// rollback gives the connection back, or closes it when it is not to be trusted with
// another transaction.
func (t *sqliteTx) rollback(cause error) {
	_, err := t.ExecContext(context.WithoutCancel(t.ctx), "ROLLBACK")
	open := err != nil && !strings.Contains(err.Error(), "no transaction is active")
	if t.file && (open || stale(cause)) {
		_ = t.Raw(func(any) error { return driver.ErrBadConn })
	}
	_ = t.Close()
}

// stale tells of errors that would stay with the connection after their cause is gone.
func stale(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return true
	}
	return false
}

func (*sqliteDB) bind(query string) string { return query }

func (*sqliteDB) ddl(query string) string {
	return strings.NewReplacer("{text}", "TEXT", "{keyed}", "WITHOUT ROWID").Replace(query)
}

func (*sqliteDB) lock(int64) string { return "" }

func (*sqliteDB) forUpdate() string { return "" }

func (d *sqliteDB) fault(err error) string {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return d.path + " is locked by another program: end what holds it open for writing"
	case sqlite3.SQLITE_READONLY:
		if e.Code() == sqlite3.SQLITE_READONLY_DBMOVED {
			return d.path + " was moved or removed while it was in use: put it back and restart"
		}
		return d.path + " is read-only: let the user that runs this program write the file and its directory"
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return d.path + " cannot be opened: let the user that runs this program read and write the file and its directory"
	case sqlite3.SQLITE_FULL:
		return "the disk is full, " + d.path + " cannot grow: make room"
	case sqlite3.SQLITE_NOTADB:
		return d.path + " is not a SQLite database: name another file"
	case sqlite3.SQLITE_CORRUPT:
		return d.path + " is damaged: put back a copy of it"
	case sqlite3.SQLITE_IOERR:
		return d.path + " cannot be read or written: check its disk and the room on it"
	}
	return e.Error()
}

func (d *sqliteDB) close() error {
	return errors.Join(d.reading.Close(), d.writing.Close())
}
