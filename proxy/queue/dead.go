package queue

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

const (
	// deadBatch is how many dead letters a transaction moves or deletes, or a reading
	// holds; of several no more than deadBytes.
	deadBatch = 256
	deadBytes = 4 << 20
)

// Bury fails with ErrFull when a destination's dead letters would be more than its limit;
// one that drops the oldest drops the oldest of them.
func (q *local) Bury(dead []Dead) error {
	more := map[string]int64{}
	blobs := make([][]byte, len(dead))
	for i := range dead {
		m := &dead[i].Message
		blobs[i] = q.seal.pack(nil, m.Destination, []Message{*m})
		more[m.Destination] += size(m)
	}
	err := q.run(true, func(t *tx) (func(), error) {
		dropped, err := q.makeRoom(t, more)
		if err != nil {
			return nil, err
		}
		for i := range dead {
			d := &dead[i]
			err := t.exec("INSERT INTO dead (destination, source, reason, status, at, events, bytes, pack) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
				d.Destination, d.Source, d.Reason, d.Status, d.At.UnixNano(), d.Events, size(&d.Message), blobs[i])
			if err != nil {
				return nil, err
			}
		}
		return func() {
			for name, bytes := range more {
				q.laneOf(name).dead += bytes
			}
			for name, c := range dropped {
				q.laneOf(name).dead -= c.bytes
				loss := q.lost[name]
				loss.Dropped += c.events
				q.lost[name] = loss
			}
		}, nil
	})
	if err != nil {
		return fmt.Errorf("cannot keep dead letters: %w", err)
	}
	return nil
}

type cost struct{ events, bytes int64 }

// makeRoom sees to the limits of destinations that get so many bytes more of dead letters.
// It tells what it has deleted.
func (q *local) makeRoom(t *tx, more map[string]int64) (map[string]cost, error) {
	dropped := map[string]cost{}
	for name, bytes := range more {
		q.mu.Lock()
		l := q.laneOf(name)
		excess := l.dead + bytes - l.limits.Bytes
		bounded, drop, all := l.bounded, l.limits.DropOldest, l.dead
		q.mu.Unlock()
		if !bounded || excess <= 0 {
			continue
		}
		if !drop || excess > all {
			return nil, fmt.Errorf("%w for destination %q: purge or replay its dead letters, or raise its limit", ErrFull, name)
		}
		var c cost
		for before := int64(-1); c.bytes < excess && c.bytes != before; {
			before = c.bytes
			err := t.rows(func(rows *sql.Rows) error {
				var events, bytes int64
				err := rows.Scan(&events, &bytes)
				c.events, c.bytes = c.events+events, c.bytes+bytes
				return err
			}, "DELETE FROM dead WHERE id = (SELECT min(id) FROM dead INDEXED BY dead_oldest WHERE destination = ?) RETURNING events, bytes", name)
			if err != nil {
				return nil, err
			}
		}
		dropped[name] = c
	}
	return dropped, nil
}

func (q *local) Groups(ctx context.Context) ([]Group, error) {
	var groups []Group
	err := q.look(ctx, func(rows *sql.Rows) error {
		var g Group
		var first, last int64
		err := rows.Scan(&g.Destination, &g.Source, &g.Reason, &g.Status, &g.Messages, &g.Events, &g.Bytes, &first, &last)
		g.First, g.Last = time.Unix(0, first), time.Unix(0, last)
		groups = append(groups, g)
		return err
	}, `SELECT destination, source, reason, status, count(*), sum(events), sum(bytes), min(at), max(at) FROM dead
		GROUP BY destination, source, reason, status ORDER BY destination, source, reason, status`)
	return groups, err
}

// deadRow is a dead letter as it lies in the file.
type deadRow struct {
	id    int64
	bytes int64
	dead  Dead
	blob  []byte
}

const selectLetters = "SELECT id, destination, source, reason, status, at, bytes, pack FROM dead"

func (x *deadRow) scan(rows *sql.Rows) error {
	var at int64
	err := rows.Scan(&x.id, &x.dead.Destination, &x.dead.Source, &x.dead.Reason, &x.dead.Status, &at, &x.bytes, &x.blob)
	x.dead.At = time.Unix(0, at)
	return err
}

// openLetter reads the message; it tells whether it could.
func (q *local) openLetter(x *deadRow) bool {
	messages, err := q.seal.unpack(x.blob, x.dead.Destination)
	if err != nil || len(messages) != 1 {
		return false
	}
	x.dead.Message = messages[0]
	return true
}

// where is the condition for a selection, among those from one id to another, the first
// excluded.
func (s *Selection) where(from, to int64) (string, []any) {
	w, args := " WHERE id > ? AND id <= ?", []any{from, to}
	add := func(condition, value string) {
		if value != "" {
			w, args = w+" AND "+condition, append(args, value)
		}
	}
	add("destination = ?", s.Destination)
	add("source = ?", s.Source)
	add("reason = ?", s.Reason)
	if !s.Before.IsZero() {
		w, args = w+" AND at <= ?", append(args, s.Before.UnixNano())
	}
	return w, args
}

func (q *local) lastDead(ctx context.Context) (last int64, err error) {
	err = q.look(ctx, number(&last), "SELECT coalesce(max(id), 0) FROM dead")
	return last, err
}

func (q *local) Letters(ctx context.Context, s Selection, limit int, visit func(Dead)) error {
	last, err := q.lastDead(ctx)
	if err != nil {
		return err
	}
	for from := int64(0); limit > 0; {
		var read []deadRow
		bytes := 0
		where, args := s.where(from, last)
		err := q.look(ctx, func(rows *sql.Rows) error {
			var x deadRow
			if err := x.scan(rows); err != nil {
				return err
			}
			read = append(read, x)
			if bytes += len(x.blob); bytes >= deadBytes {
				return errEnough
			}
			return nil
		}, selectLetters+where+" ORDER BY id LIMIT ?", append(args, min(limit, deadBatch))...)
		if err != nil || len(read) == 0 {
			return err
		}
		for i := range read {
			if from = read[i].id; q.openLetter(&read[i]) { // what is damaged goes with Replay or Purge
				visit(read[i].dead)
				limit--
			}
		}
	}
	return nil
}
