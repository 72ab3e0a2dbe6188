package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/eventveil/eventveil/portal/inventory"
)

// database is what differs between SQLite and PostgreSQL.
type database interface {
	// begin starts a transaction that sees one state of the database or, with write,
	// one that can change it.
	begin(ctx context.Context, write bool) (transaction, error)
	// bind is a statement with ? for its arguments as the database wants it.
	bind(query string) string
	// ddl completes a statement of the schema.
	ddl(query string) string
	// lock is the statement by which a transaction that writes makes those of other
	// processes that take the same lock wait for its end; "" where all do.
	lock(number int64) string
	// forUpdate is what a SELECT ends with that keeps its rows from others.
	forUpdate() string
	// fault says what is wrong and what to do about it.
	fault(err error) string
	close() error
}

// transaction is one that is under way. It ends by commit or rollback; after a commit
// that failed nothing was changed.
type transaction interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	commit() error
	rollback(cause error)
}

// Numbers of locks: of the tables' shape, of what batches and decisions change, and of
// what is known of queues.
const (
	lockSchema int64 = 0x6576_7631 + iota
	lockPoints
	lockQueues
)

// tx is a transaction with what each of its statements needs.
type tx struct {
	transaction
	ctx context.Context
	db  database
}

// write runs do in a transaction that changes the database. An error of do undoes all.
func (s *Store) write(ctx context.Context, what string, do func(tx) error) error {
	return s.run(ctx, what, true, do)
}

// read runs do in a transaction that sees one state of the database.
func (s *Store) read(ctx context.Context, what string, do func(tx) error) error {
	return s.run(ctx, what, false, do)
}

func (s *Store) run(ctx context.Context, what string, write bool, do func(tx) error) error {
	t, err := s.db.begin(ctx, write)
	if err != nil {
		return s.fault(what, err)
	}
	done := false
	defer func() {
		if !done {
			t.rollback(nil) // do has panicked
		}
	}()
	err = do(tx{t, ctx, s.db})
	done = true
	if err != nil {
		t.rollback(err)
		return s.fault(what, err)
	}
	if err := t.commit(); err != nil {
		return s.fault(what, err)
	}
	return nil
}

func (t tx) exec(query string, args ...any) error {
	_, err := t.ExecContext(t.ctx, t.db.bind(query), cleanArgs(args)...)
	return err
}

// rows calls each for every row of an answer.
func (t tx) rows(each func(*sql.Rows) error, query string, args ...any) error {
	rows, err := t.QueryContext(t.ctx, t.db.bind(query), cleanArgs(args)...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err tells what matters
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// row reads the only row of an answer into to; sql.ErrNoRows when there is none.
func (t tx) row(to []any, query string, args ...any) error {
	found := false
	err := t.rows(func(r *sql.Rows) error {
		found = true
		return r.Scan(to...)
	}, query, args...)
	if err == nil && !found {
		err = sql.ErrNoRows
	}
	return err
}

// chunk is how many rows go into one statement: PostgreSQL takes 65,535 arguments,
// SQLite 32,766, and a row has 23 at most.
const chunk = 400

// bulk runs a statement with a list of rows in it: head, then rows like first and
// row, then tail. Args are those of all rows, one after the other.
func (t tx) bulk(head, first, row, tail string, args []any) error {
	width := strings.Count(row, "?")
	for len(args) > 0 {
		n := min(len(args)/width, chunk)
		if err := t.exec(head+first+strings.Repeat(","+row, n-1)+tail, args[:n*width]...); err != nil {
			return err
		}
		args = args[n*width:]
	}
	return nil
}

// insert is bulk for rows of a table.
func (t tx) insert(table, row, tail string, args []any) error {
	return t.bulk("INSERT INTO "+table+" VALUES ", row, row, tail, args)
}

// in reads rows whose key is among some: query ends where the list begins, tail follows it.
func (t tx) in(each func(*sql.Rows) error, query, tail string, keys []any) error {
	for len(keys) > 0 {
		n := min(len(keys), chunk)
		if err := t.rows(each, query+list(n)+tail, keys[:n]...); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

// list is a list of n arguments.
func list(n int) string { return "(?" + strings.Repeat(",?", n-1) + ")" }

// fault is an error for people: what could not be done, why, and what to do. What the
// store itself answers stays as it is.
func (s *Store) fault(what string, err error) error {
	for _, own := range []error{inventory.ErrNotFound, inventory.ErrCursor} {
		if errors.Is(err, own) {
			return own
		}
	}
	var known *failure
	if errors.As(err, &known) {
		return err
	}
	var text string
	switch {
	case errors.Is(err, context.Canceled):
		text = "it was given up before it was done"
	case errors.Is(err, context.DeadlineExceeded):
		text = "the database did not answer in time"
	case strings.Contains(err.Error(), "sql: database is closed"), errors.Is(err, sql.ErrConnDone):
		text = "it is closed"
	default:
		text = s.db.fault(err)
	}
	return &failure{"cannot " + what + ": " + text, err}
}

// failure is an error of the database, in words that can be shown. What it wraps is not
// to be shown: it may tell how the database is reached.
type failure struct {
	text  string
	cause error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.cause }

// clean makes a text fit for a database: valid UTF-8 without NUL.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}

// short is clean for what stands in the key of an index, which PostgreSQL bounds.
func short(s string) string { return cut(s, 256) }

// cut is clean for a text of at most n bytes.
func cut(s string, n int) string {
	const mark = "…"
	if s = clean(s); len(s) > n {
		s = strings.ToValidUTF8(s[:n-len(mark)], "") + mark
	}
	return s
}

func cleanArgs(args []any) []any {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = clean(s)
		}
	}
	return args
}

// micros is a time as it is stored; 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is the time that was stored as m.
func moment(m int64) time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(m).UTC()
}

// hourOf is the beginning of the hour of a stored time.
func hourOf(m int64) int64 { return m - m%time.Hour.Microseconds() }
