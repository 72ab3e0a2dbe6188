package queue

import (
	"fmt"
)

const schema = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE marks (name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE lanes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, last INTEGER NOT NULL,
	messages INTEGER NOT NULL, events INTEGER NOT NULL, bytes INTEGER NOT NULL, taken INTEGER NOT NULL DEFAULT 0);
CREATE TABLE settled (lane INTEGER NOT NULL, pack INTEGER NOT NULL, messages INTEGER NOT NULL,
	events INTEGER NOT NULL, bytes INTEGER NOT NULL, bitmap BLOB NOT NULL, PRIMARY KEY (lane, pack)) WITHOUT ROWID;
CREATE TABLE dead (id INTEGER PRIMARY KEY AUTOINCREMENT, destination TEXT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL,
	status INTEGER NOT NULL, at INTEGER NOT NULL, events INTEGER NOT NULL, bytes INTEGER NOT NULL, pack BLOB NOT NULL);
CREATE INDEX dead_oldest ON dead (destination);
CREATE INDEX dead_groups ON dead (destination, source, reason, status, at, events, bytes);
`

// laneTable is where the packs of a lane lie: a table of its own, so that packs are
// written at the end of one and deleted at its beginning, without an index.
const laneTable = `CREATE TABLE lane_%d (id INTEGER PRIMARY KEY, messages INTEGER NOT NULL, events INTEGER NOT NULL,
	bytes INTEGER NOT NULL, accepted INTEGER NOT NULL, pack BLOB NOT NULL)`

// put writes what was settled, or what is added, or both.
func (q *local) put(t *tx, g *group, notes, add bool) error {
	if notes {
		if err := q.putNotes(t, g.notes); err != nil {
			return err
		}
	}
	for _, w := range g.lanes {
		if err := q.putLane(t, w, notes, add); err != nil {
			return err
		}
	}
	return nil
}

// putNotes deletes packs that are settled, neighbours at once, and notes which messages of
// others are.
func (q *local) putNotes(t *tx, notes []progress) error {
	for i := 0; i < len(notes); i++ {
		n := &notes[i]
		if n.gone {
			first := n.id
			for i+1 < len(notes) && notes[i+1].gone && notes[i+1].lane == n.lane && notes[i+1].id == n.id+1 {
				i++
				notes[i].noted = notes[i].noted || n.noted
				n = &notes[i]
			}
			if err := t.exec(fmt.Sprintf("DELETE FROM lane_%d WHERE id BETWEEN ? AND ?", n.lane), first, n.id); err != nil {
				return err
			}
			if !n.noted {
				continue
			}
			if err := t.exec("DELETE FROM settled WHERE lane = ? AND pack BETWEEN ? AND ?", n.lane, first, n.id); err != nil {
				return err
			}
			continue
		}
		err := t.exec("INSERT INTO settled (lane, pack, messages, events, bytes, bitmap) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (lane, pack) DO UPDATE SET "+
			"messages = excluded.messages, events = excluded.events, bytes = excluded.bytes, bitmap = excluded.bitmap",
			n.lane, n.id, n.left.messages, n.left.events, n.left.bytes, n.bitmap)
		if err != nil {
			return err
		}
	}
	return nil
}

// putLane adds packs and counts what comes and goes.
func (q *local) putLane(t *tx, w *growth, notes, add bool) error {
	w.number, w.last = w.lane.number, w.lane.last // of an attempt that failed nothing is left
	var change amount
	if notes {
		change = change.less(w.settled)
	}
	if add && len(w.parts) > 0 {
		if err := q.putParts(t, w); err != nil {
			return err
		}
		change.add(w.added)
	}
	return t.exec("UPDATE lanes SET last = ?, messages = messages + ?, events = events + ?, bytes = bytes + ? WHERE id = ?",
		w.last, change.messages, change.events, change.bytes, w.number)
}

// putParts makes packs of parts, as few as may be.
func (q *local) putParts(t *tx, w *growth) error {
	if w.number == 0 {
		q.tables++
		w.number = q.tables
		if err := t.exec("INSERT INTO lanes (id, name, last, messages, events, bytes) VALUES (?, ?, 0, 0, 0, 0)", w.number, w.lane.name); err != nil {
			return err
		}
		if err := t.exec(fmt.Sprintf(laneTable, w.number)); err != nil {
			return err
		}
	}
	insert := fmt.Sprintf("INSERT INTO lane_%d (id, messages, events, bytes, accepted, pack) VALUES (?, ?, ?, ?, ?, ?)", w.number)
	for parts := w.parts; len(parts) > 0; {
		p := *parts[0]
		b := append(q.seal.begin(q.scratch[:0]), p.frames...)
		for parts = parts[1:]; len(parts) > 0 && p.fits(parts[0].amount); parts = parts[1:] {
			b = append(b, parts[0].frames...)
			p.add(parts[0].amount)
			p.accepted = min(p.accepted, parts[0].accepted)
		}
		b = q.seal.end(b, 0, w.lane.name)
		w.last++
		if err := t.exec(insert, w.last, p.messages, p.events, p.bytes, p.accepted, b); err != nil {
			return err
		}
		if cap(b) <= 2*packBytes {
			q.scratch = b
		}
	}
	return nil
}
