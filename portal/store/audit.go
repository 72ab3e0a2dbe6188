package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// Note writes an entry to the audit.
func (s *Store) Note(ctx context.Context, e inventory.Entry) error {
	return s.write(ctx, "write the audit", func(t tx) error { return t.audit([]inventory.Entry{e}) })
}

// audit appends entries. The row of audit_head is held until the end, so that the
// chain has neither gaps nor forks, whoever else writes.
func (t tx) audit(list []inventory.Entry) error {
	if len(list) == 0 {
		return nil
	}
	var seq int64
	var prev string
	if err := t.row([]any{&seq, &prev}, "SELECT seq, hash FROM audit_head WHERE one = 1"+t.db.forUpdate()); err != nil {
		return err
	}
	now := moment(micros(time.Now()))
	var args []any
	for _, e := range list {
		seq++
		e = inventory.Entry{Seq: seq, At: now, Actor: short(e.Actor), Action: short(e.Action), Object: short(e.Object),
			Label: clean(e.Label), Before: clean(e.Before), After: clean(e.After), Prev: prev}
		e.Hash = e.Sum()
		prev = e.Hash
		args = append(args, e.Seq, micros(e.At), e.Actor, e.Action, e.Object, e.Label, e.Before, e.After, e.Prev, e.Hash)
	}
	if err := t.insert("audit (seq, at, actor, action, object, label, before, after, prev, hash)", "(?,?,?,?,?,?,?,?,?,?)", "", args); err != nil {
		return err
	}
	return t.exec("UPDATE audit_head SET seq = ?, hash = ? WHERE one = 1", seq, prev)
}

// Audit lists entries, the latest first.
func (s *Store) Audit(ctx context.Context, object string, before int64, limit int) ([]inventory.Entry, error) {
	if limit < 1 {
		return nil, nil
	}
	w := &where{}
	if object != "" {
		w.and("object = ?", object)
	}
	if before > 0 {
		w.and("seq < ?", before)
	}
	return ask(ctx, s, "read the audit", func(r *sql.Rows) (e inventory.Entry, err error) {
		var at int64
		err = r.Scan(&e.Seq, &at, &e.Actor, &e.Action, &e.Object, &e.Label, &e.Before, &e.After, &e.Prev, &e.Hash)
		e.At = moment(at)
		return e, err
	}, "SELECT seq, at, actor, action, object, label, before, after, prev, hash FROM audit"+w.String()+" ORDER BY seq DESC LIMIT ?", append(w.args, limit)...)
}
