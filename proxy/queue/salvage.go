package queue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// salvage takes over what can be read of a file that was moved aside, and tells of it. It
// fails when there is no room for it; then it is done anew at the next start.
func (q *local) salvage(file string) error {
	kept, lost, err := q.takeOver(file)
	if errors.Is(err, ErrFull) {
		return fmt.Errorf("what can be read of %s, which is damaged, cannot be copied: %w", file, err)
	}
	q.log.Error("the queue's file was damaged: check the disk; what could be read waits in a new file, the old one may be deleted",
		"path", q.path, "aside", file, "kept", kept, "lost", lost, "error", err)
	return os.Remove(q.db.path + salvageEnding)
}

// takeOver copies messages, dead letters and marks.
func (q *local) takeOver(file string) (kept, lost int64, err error) {
	db, err := connect(file, false)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	old := &local{path: memory, seal: q.seal, log: q.log, db: db}
	var lanes []*lane
	err = db.view(context.Background(), func(rows *sql.Rows) error {
		l := newLane("")
		err := rows.Scan(&l.number, &l.name, &l.last, &l.messages)
		lanes = append(lanes, l)
		return err
	}, "SELECT id, name, last, messages FROM lanes ORDER BY id")
	for _, l := range lanes {
		n, e := q.takeLane(old, l)
		kept += n
		if missing := l.messages - n; missing > 0 {
			lost += missing
			q.mu.Lock()
			q.lose(l.name, missing)
			q.mu.Unlock()
		}
		err = errors.Join(err, e)
	}
	return kept, lost, errors.Join(err, q.takeDead(old), q.takeMarks(db))
}

func (q *local) takeLane(old *local, l *lane) (kept int64, err error) {
	for l.read < l.last {
		rows, read, err := old.readRows(context.Background(), l, l.number, l.read, l.last, wanted{packMessages, packBytes}, 0)
		for i := range rows {
			p := old.open(l, &rows[i])
			var left []Message
			for j, s := range p.states {
				if s != settled {
					left = append(left, p.messages[j])
				}
			}
			ticket, err := q.Append(left)
			if err == nil {
				err = ticket.Wait()
			}
			if err != nil {
				return kept, err
			}
			kept += int64(len(left))
		}
		if err != nil {
			return kept, err
		}
		l.read = read
	}
	return kept, nil
}

func (q *local) takeDead(old *local) error {
	var err error
	e := old.db.view(context.Background(), func(rows *sql.Rows) error {
		var x deadRow
		if err := x.scan(rows); err != nil {
			return err
		}
		if old.openLetter(&x) {
			err = errors.Join(err, q.Bury([]Dead{x.dead}))
		}
		return nil
	}, selectLetters+" ORDER BY id")
	return errors.Join(e, err)
}

func (q *local) takeMarks(db *database) error {
	var err error
	e := db.view(context.Background(), func(rows *sql.Rows) error {
		var name string
		var n int64
		if err := rows.Scan(&name, &n); err != nil {
			return err
		}
		err = errors.Join(err, q.Mark(name, n))
		return nil
	}, "SELECT name, n FROM marks")
	return errors.Join(e, err)
}
