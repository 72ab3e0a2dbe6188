// Package store keeps the inventory in SQLite or in PostgreSQL: one implementation,
// in SQL that both understand. What is acknowledged is on disk; a batch, or a set of
// decisions, is stored as a whole or not at all; when the database is locked,
// read-only, full or gone, an error says so and what to do, and the next call works
// again once the cause is gone. Errors hold no address, password or stored text.
//
// The tables:
//
//	points      the inventory; place is the ID of "nothing" at that path, so that equal paths are found by an index of bounded width
//	verdicts    what people said of a point for one source
//	events      the names of events that a point was met in, bounded for each point
//	sightings   counts by point, source, event, destination, action and rule, since ever
//	flows       the same without events and rules: what went where is answered from it
//	done        what was done to a point for a destination, for filters and facets
//	hours       counts by hour of each point; totals are those of all points
//	outcomes    counts of events by hour
//	rules       counts of the decisions of rules
//	overflow    counts of what had no room
//	backlogs, dead_letters  what processes tell of their queues; process is "" for a shared one, teller who told it
//	dead_orders  what is to be done with dead letters
//	processes, sessions, audit, audit_head (its last entry), meta (the version of the decisions, the last order)
//	schema_versions  the migrations that were made
//
// Times are microseconds since 1970. A row with destination "" counts what was met,
// one with a destination what was done to it for that one.
package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// Options say which database it is and what it may hold at most.
type Options struct {
	Path   string // the SQLite file, made when it is not there; ":memory:" for one that ends with the process
	URL    string // of a PostgreSQL database, instead of Path
	Points int    // data points kept; 0 for 50,000
	Events int    // names of events told apart for each data point, the rest counts as "*"; 0 for 200

	busy time.Duration // how long to wait for a lock of SQLite; 0 for 5 s
}

const (
	defaultPoints = 50_000
	defaultEvents = 200
	defaultBusy   = 5 * time.Second
)

// Store is an open database.
type Store struct {
	db     database
	points int
	events int
}

var _ inventory.Store = (*Store)(nil)

// Open opens a database and brings its tables up to date. Several processes may do so
// at once. A database that a newer program has changed is refused.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{points: o.Points, events: o.Events}
	if s.points <= 0 {
		s.points = defaultPoints
	}
	if s.events <= 0 {
		s.events = defaultEvents
	}
	if o.busy <= 0 {
		o.busy = defaultBusy
	}
	var err error
	switch {
	case (o.Path == "") == (o.URL == ""):
		return nil, errors.New("cannot open the store: give either the path of a SQLite file or the URL of a PostgreSQL database")
	case o.Path != "":
		s.db, err = openSQLite(o.Path, o.busy)
	default:
		s.db, err = openPostgres(o.URL)
	}
	if err != nil {
		return nil, err
	}
	if err = s.migrate(ctx); err == nil {
		err = s.Ping(ctx)
	}
	if err != nil {
		_ = s.db.close()
		return nil, &failure{"cannot open the store: " + strings.TrimPrefix(err.Error(), "cannot use the store: "), err}
	}
	return s, nil
}

// Ping tells whether the database answers and can be written to, by writing.
func (s *Store) Ping(ctx context.Context) error {
	return s.write(ctx, "use the store", func(t tx) error {
		return t.exec("UPDATE meta SET value = value + 1 WHERE key = 'ping'")
	})
}

// Close waits for what is under way and closes the database. Later calls are errors.
func (s *Store) Close() error {
	if err := s.db.close(); err != nil {
		return s.fault("close the store", err)
	}
	return nil
}
