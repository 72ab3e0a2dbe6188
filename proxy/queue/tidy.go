package queue

import (
	"database/sql"
	"fmt"
)

const (
	// keepPages of the file may be empty before it shrinks.
	keepPages = 4096
	// tidyPages are given back at once, between two transactions.
	tidyPages = 1024
)

// tidy gives back to the disk some of what the file does not need, when there is nothing
// else to do or the disk is full. It tells whether there is more.
func (q *local) tidy(idle bool) (more bool) {
	if q.reserve == nil || !idle && q.reserve.held {
		return false
	}
	var free, pages int64
	err := q.db.apart(func(t *tx) error {
		if err := t.rows(number(&free), "PRAGMA freelist_count"); err != nil {
			return err
		}
		return t.rows(number(&pages), "PRAGMA page_count")
	})
	// Whatever an error is, the next transaction tells of it.
	if err != nil || free == 0 || q.reserve.held && (free < keepPages || free < pages/2) {
		return false
	}
	err = q.db.apart(func(t *tx) error {
		if err := t.rows(nothing, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", tidyPages)); err != nil {
			return err
		}
		if q.reserve.held {
			return t.rows(nothing, "PRAGMA wal_checkpoint(PASSIVE)")
		}
		return t.rows(nothing, "PRAGMA wal_checkpoint(TRUNCATE)")
	})
	return err == nil
}

func number(n *int64) func(*sql.Rows) error {
	return func(rows *sql.Rows) error { return rows.Scan(n) }
}

func text(s *string) func(*sql.Rows) error {
	return func(rows *sql.Rows) error { return rows.Scan(s) }
}

func nothing(*sql.Rows) error { return nil }
