package queue

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Options of a queue.
type Options struct {
	Path   string // of the SQLite file; ":memory:" for none
	NoSync bool   // what was acknowledged survives the process, not a loss of power
	Key    []byte // encrypts what waits; nil for none
	Log    *slog.Logger

	// NATS is a cluster that takes over what waits; nil for none. Key and Log are its own
	// where it has none.
	NATS *NATSOptions

	reserve int64 // bytes on the disk for when it is full; 0 for reserveSize
}

// format is of the file; another is not read.
const format = 1

// application tells a queue's file from those of other programs.
const application = 0x65766571

// Open opens a queue, or makes one. A file that is damaged is moved aside: what can be
// read of it waits in a new one.
func Open(o Options) (Queue, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	l, err := openLocal(o)
	if err != nil {
		return nil, err
	}
	if o.NATS == nil {
		return l, nil
	}
	n := *o.NATS
	if n.Key == nil {
		n.Key = o.Key
	}
	if n.Log == nil {
		n.Log = o.Log
	}
	shared, err := openNATS(n)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return newFleet(l, shared)
}

func openLocal(o Options) (*local, error) {
	q := &local{
		path: o.Path, seal: newSealer(o.Key), log: o.Log,
		lanes: map[string]*lane{}, lost: map[string]Loss{}, dirty: map[*pack]struct{}{},
		call: make(chan struct{}, 1), done: make(chan struct{}),
	}
	q.room.L = &q.mu
	old, err := q.begin(o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot open the queue: %w", err), q.end())
	}
	go q.write()
	if old != "" {
		if err := q.salvage(old); err != nil {
			return nil, errors.Join(fmt.Errorf("cannot open the queue: %w", err), q.Close())
		}
	}
	return q, nil
}

// begin leaves what it has opened to end. It tells where it has moved a damaged file.
func (q *local) begin(o Options) (old string, err error) {
	if o.Path == memory {
		return q.connect(memory, false)
	}
	file, err := filepath.Abs(o.Path)
	if err != nil {
		return "", err
	}
	if err := create(file); err != nil {
		return "", err
	}
	if err := ours(file); err != nil {
		return "", err
	}
	if q.lock, err = lock(file); err != nil {
		return "", err
	}
	if !o.NoSync {
		// It is as durable and leaves out times of the file. It is not to be had everywhere.
		if _, err := sqlite.Fdatasync(true); err != nil && !errors.Is(err, sqlite.ErrFdatasyncUnavailable) {
			return "", err
		}
	}
	if old, err = q.connect(file, !o.NoSync); err != nil {
		return old, err
	}
	q.reserve = &reserve{path: file + reserveEnding, size: o.reserve}
	if o.reserve == 0 {
		q.reserve.size = reserveSize
	}
	if !q.reserve.ready() {
		q.log.Warn("there is no room on the disk for the queue: it takes nothing until there is", "path", q.path)
	}
	return old, nil
}

// connect opens the file. One that is damaged it moves aside, and tells where it is.
func (q *local) connect(file string, sync bool) (old string, err error) {
	if file != memory {
		if old, err = unfinished(file); err != nil {
			return "", err
		}
	}
	for {
		if q.db, err = connect(file, sync); err != nil {
			return old, err
		}
		damaged := file != memory && suspected(file) && !q.db.sound()
		if !damaged {
			err = q.read()
			damaged = broken(err)
		}
		if file == memory || old != "" || !damaged {
			break
		}
		_ = q.db.close() // of what is damaged
		q.lanes = map[string]*lane{}
		if old, err = aside(file); err != nil {
			return old, err
		}
	}
	if err != nil {
		return old, q.db.fault(err)
	}
	if file != memory {
		_ = os.Remove(file + suspectEnding)
	}
	return old, nil
}

// create makes the file when there is none: what is in it is nobody else's business, and
// the files that SQLite puts beside it take its mode.
func create(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no directory %s: make it, owned by the user that runs this program", filepath.Dir(file))
	case err != nil:
		return fmt.Errorf("%s cannot be written or is not a file: let the user that runs this program write the file and its directory (%w)", file, errors.Unwrap(err))
	}
	return f.Close()
}

// lock keeps other processes off as long as it is open. It is a lock of SQLite's on a file
// beside, which is to be had wherever SQLite is.
func lock(file string) (*sql.DB, error) {
	name := file + lockEnding
	if err := create(name); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: name}).String()+"?_busy_timeout=1000")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	db.SetConnMaxIdleTime(0)
	if _, err := db.Exec("BEGIN EXCLUSIVE"); err != nil {
		_ = db.Close()
		if code(err) == sqlite3.SQLITE_BUSY {
			return nil, fmt.Errorf("another process uses %s: end it, or name another file for each", file)
		}
		return nil, fmt.Errorf("%s cannot be locked: %w", name, err)
	}
	return db, nil
}

// end closes what begin has opened.
func (q *local) end() error {
	var err error
	if q.db != nil {
		err = q.db.close()
	}
	if q.lock != nil {
		err = errors.Join(err, q.lock.Close())
	}
	return err
}
