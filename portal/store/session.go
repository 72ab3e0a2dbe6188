package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// PutSession keeps who is logged in under a key, or changes it.
func (s *Store) PutSession(ctx context.Context, key string, v inventory.Session) error {
	return s.write(ctx, "keep a login", func(t tx) error {
		return t.exec("INSERT INTO sessions (key, name, role, token, expires) VALUES (?, ?, ?, ?, ?)"+
			" ON CONFLICT (key) DO UPDATE SET name = excluded.name, role = excluded.role, token = excluded.token, expires = excluded.expires",
			key, v.User, v.Role, v.Token, micros(v.Expires))
	})
}

// Session is who is logged in under a key; nil for nobody.
func (s *Store) Session(ctx context.Context, key string) (*inventory.Session, error) {
	found, err := ask(ctx, s, "read a login", func(r *sql.Rows) (v inventory.Session, err error) {
		var expires int64
		err = r.Scan(&v.User, &v.Role, &v.Token, &expires)
		v.Expires = moment(expires)
		return v, err
	}, "SELECT name, role, token, expires FROM sessions WHERE key = ? AND expires > ?", key, micros(time.Now()))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// DropSession forgets a key; one that is not known is fine.
func (s *Store) DropSession(ctx context.Context, key string) error {
	return s.write(ctx, "end a login", func(t tx) error { return t.exec("DELETE FROM sessions WHERE key = ?", key) })
}

// Prune forgets hours before a time, expired sessions, silent processes and old orders.
// Each hour goes by itself, so that batches wait for none of it long.
func (s *Store) Prune(ctx context.Context, before time.Time) error {
	const what = "forget what is old"
	old, err := ask(ctx, s, what, func(r *sql.Rows) (hour int64, err error) { return hour, r.Scan(&hour) },
		"SELECT DISTINCT hour FROM totals WHERE hour < ? ORDER BY hour", hourOf(micros(before)))
	if err != nil {
		return err
	}
	for _, hour := range old {
		err := s.write(ctx, what, func(t tx) error {
			if err := t.exec("DELETE FROM hours WHERE hour = ?", hour); err != nil {
				return err
			}
			return t.exec("DELETE FROM totals WHERE hour = ?", hour)
		})
		if err != nil {
			return err
		}
	}
	return s.write(ctx, what, func(t tx) error {
		if err := t.exec("DELETE FROM outcomes WHERE hour < ?", hourOf(micros(before))); err != nil {
			return err
		}
		if err := t.exec("DELETE FROM sessions WHERE expires <= ?", micros(time.Now())); err != nil {
			return err
		}
		if err := t.lock(lockQueues); err != nil {
			return err
		}
		for _, table := range []string{"processes", "backlogs", "dead_letters"} {
			if err := t.exec("DELETE FROM "+table+" WHERE last_seen < ?", micros(time.Now().Add(-silent))); err != nil {
				return err
			}
		}
		return t.exec("DELETE FROM dead_orders WHERE at < ?", micros(time.Now().Add(-keepOrders)))
	})
}
