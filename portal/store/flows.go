package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// maxSightings bounds what is told of one data point.
const maxSightings = 1000

// Sightings lists where one data point was met and what was done to it there.
func (s *Store) Sightings(ctx context.Context, id inventory.ID) ([]inventory.Seen, error) {
	return ask(ctx, s, "read where a data point was met", func(r *sql.Rows) (n inventory.Seen, err error) {
		var first, last int64
		err = r.Scan(&n.Source, &n.Event, &n.Destination, &n.Action, &n.Rule, &first, &last, &n.Count)
		n.FirstSeen, n.LastSeen = moment(first), moment(last)
		return n, err
	}, "SELECT s.source, s.event, s.destination, s.action, s.rule, s.first_seen, s.last_seen, s.count FROM points p JOIN sightings s ON s.point = p.num WHERE p.id = ?"+
		" ORDER BY s.count DESC, s.source, s.event, s.destination, s.action, s.rule LIMIT ?", string(id), maxSightings)
}

// Flows adds up what was done to the data points of a filter, all of it: source,
// destination and action of the filter select points, not rows.
func (s *Store) Flows(ctx context.Context, f inventory.Filter) ([]inventory.Flow, error) {
	w := filter(f)
	return ask(ctx, s, "add up what was done", func(r *sql.Rows) (n inventory.Flow, err error) {
		var last int64
		err = r.Scan(&n.Source, &n.Destination, &n.Type, &n.Class, &n.Action, &n.Points, &n.Count, &last)
		n.LastSeen = moment(last)
		return n, err
	}, "SELECT m.source, m.destination, coalesce(s.type, p.type), coalesce(s.class, p.class), m.action, count(*), CAST(sum(m.count) AS BIGINT), max(m.last_seen)"+
		" FROM points p JOIN flows m ON m.point = p.num LEFT JOIN verdicts s ON s.point = m.point AND s.source = m.source"+w.String()+
		" GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5", w.args...)
}

// Hours are findings by hour. The class is what they were acted on as.
func (s *Store) Hours(ctx context.Context, id inventory.ID, since time.Time) ([]inventory.Hour, error) {
	const order = " ORDER BY 1, 2, 3, 4, 5"
	query, args := "SELECT hour, source, destination, action, class, count FROM totals WHERE hour >= ?"+order, []any{hourOf(micros(since))}
	if id != "" {
		query = "SELECT h.hour, h.source, h.destination, h.action, h.class, h.count FROM (SELECT DISTINCT hour FROM totals WHERE hour >= ?) AS t" +
			" CROSS JOIN hours h WHERE h.hour = t.hour AND h.point = (SELECT num FROM points WHERE id = ?)" + order
		args = append(args, string(id))
	}
	return ask(ctx, s, "read the hours", func(r *sql.Rows) (n inventory.Hour, err error) {
		var at int64
		err = r.Scan(&at, &n.Source, &n.Destination, &n.Action, &n.Class, &n.Count)
		n.At = moment(at)
		return n, err
	}, query, args...)
}

// OutcomesSince adds up the outcomes of events by hour.
func (s *Store) OutcomesSince(ctx context.Context, since time.Time) ([]inventory.OutcomeHour, error) {
	return ask(ctx, s, "read the outcomes", func(r *sql.Rows) (n inventory.OutcomeHour, err error) {
		var at int64
		err = r.Scan(&at, &n.Destination, &n.Outcome, &n.Count)
		n.At = moment(at)
		return n, err
	}, "SELECT hour, destination, outcome, count FROM outcomes WHERE hour >= ? ORDER BY hour, destination, outcome", hourOf(micros(since)))
}

// Rules adds up the decisions of rules, and of the destinations' defaults, by name.
func (s *Store) Rules(ctx context.Context) ([]inventory.RuleCount, error) {
	return ask(ctx, s, "count the decisions of rules", func(r *sql.Rows) (n inventory.RuleCount, err error) {
		var last int64
		err = r.Scan(&n.Rule, &n.Destination, &n.Action, &last, &n.Count)
		n.LastSeen = moment(last)
		return n, err
	}, "SELECT rule, destination, action, last_seen, count FROM rules ORDER BY rule, destination, action")
}

// Overflow is what did not fit.
func (s *Store) Overflow(ctx context.Context) ([]inventory.Overflow, error) {
	return ask(ctx, s, "read what did not fit", func(r *sql.Rows) (n inventory.Overflow, err error) {
		return n, r.Scan(&n.Source, &n.Count)
	}, "SELECT source, count FROM overflow ORDER BY source")
}

// silent is after how long without a sign a process is no longer listed.
const silent = 24 * time.Hour

// Processes are those that have been heard of within a day.
func (s *Store) Processes(ctx context.Context) ([]inventory.Process, error) {
	return ask(ctx, s, "list the processes", func(r *sql.Rows) (p inventory.Process, err error) {
		var started, last int64
		err = r.Scan(&p.ID, &p.Host, &p.Role, &p.Version, &p.Policy, &started, &last, &p.Lost)
		p.Started, p.LastSeen = moment(started), moment(last)
		return p, err
	}, "SELECT id, host, role, version, policy, started, last_seen, lost FROM processes WHERE last_seen >= ? ORDER BY host, started, id", micros(time.Now().Add(-silent)))
}

// ask is the list that one query answers.
func ask[T any](ctx context.Context, s *Store, what string, read func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	var all []T
	err := s.read(ctx, what, func(t tx) error {
		all = nil
		return t.rows(func(r *sql.Rows) error {
			n, err := read(r)
			all = append(all, n)
			return err
		}, query, args...)
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}
