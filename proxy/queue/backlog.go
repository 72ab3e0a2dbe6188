package queue

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

func (q *local) Backlogs() (map[string]Backlog, error) {
	type unread struct {
		name         string
		number, read int64
	}
	backlogs := map[string]Backlog{}
	var ask []unread
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return nil, ErrClosed
	}
	for name, l := range q.lanes {
		if l.messages == 0 {
			continue
		}
		b := Backlog{l.messages, l.events, l.bytes, l.oldestAccepted()}
		backlogs[name] = b
		if b.Oldest.IsZero() {
			ask = append(ask, unread{name, l.number, l.read})
		}
	}
	q.mu.Unlock()
	for _, u := range ask {
		b := backlogs[u.name]
		err := q.db.view(context.Background(), func(rows *sql.Rows) error {
			var at int64
			err := rows.Scan(&at)
			b.Oldest = time.Unix(0, at)
			return err
		}, fmt.Sprintf("SELECT accepted FROM lane_%d WHERE id > ? ORDER BY id LIMIT 1", u.number), u.read)
		if err != nil {
			return nil, fmt.Errorf("cannot tell what waits for %s: %w", u.name, q.db.fault(err))
		}
		backlogs[u.name] = b
	}
	return backlogs, nil
}

func (q *local) Mark(name string, n int64) error {
	err := q.run(false, func(t *tx) (func(), error) {
		return nil, t.exec("INSERT INTO marks (name, n) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = excluded.n", name, n)
	})
	if err != nil {
		return fmt.Errorf("cannot keep a mark in the queue: %w", err)
	}
	return nil
}

func (q *local) Marked(name string) (n int64, err error) {
	err = q.look(context.Background(), number(&n), "SELECT n FROM marks WHERE name = ?", name)
	return n, err
}

// look reads what is not of a lane.
func (q *local) look(ctx context.Context, read func(*sql.Rows) error, query string, args ...any) error {
	q.mu.Lock()
	closed := q.closed
	q.mu.Unlock()
	if closed {
		return ErrClosed
	}
	if err := q.db.view(ctx, read, query, args...); err != nil {
		return fmt.Errorf("cannot read the queue: %w", q.db.fault(err))
	}
	return nil
}
