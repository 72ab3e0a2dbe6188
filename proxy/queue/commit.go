package queue

import (
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// commit writes a group and tells those who wait for it. When it cannot be written as one,
// what makes room is written without what needs some, and the other way round: neither
// depends on the other.
func (q *local) commit(g *group) {
	var err, failed error // for what is added, and for what is noted
	if len(g.entries) > 0 && !q.reserve.ready() {
		err = q.noRoom()
		failed = q.putNoted(g)
	} else if err = q.putAll(g, true, true); err != nil {
		if code(err) == sqlite3.SQLITE_FULL {
			q.reserve.release()
		}
		failed = q.putNoted(g)
		if len(g.entries) > 0 && len(g.notes) > 0 && code(err) != sqlite3.SQLITE_FULL {
			err = q.putAll(g, false, true)
		}
		if err != nil {
			err = q.db.fault(err)
		}
	}
	q.mu.Lock()
	for _, n := range g.notes {
		if failed == nil || broken(failed) { // it will not get better
			n.pack.told = n.left
		} else if !q.closed {
			q.dirty[n.pack] = struct{}{}
			q.since = time.Now()
		}
	}
	for _, w := range g.lanes {
		for _, p := range w.parts {
			w.lane.coming -= p.bytes
		}
		if err == nil {
			q.grown(w)
		}
	}
	q.mu.Unlock()
	for _, e := range g.entries {
		e.finish(err)
	}
}

func (q *local) putAll(g *group, notes, add bool) error {
	return q.db.update(func(t *tx) error { return q.put(t, g, notes, add) })
}

// putNoted writes what was settled, of a file of which a page is damaged as much as can be.
func (q *local) putNoted(g *group) error {
	if len(g.notes) == 0 {
		return nil
	}
	failed := q.putAll(g, true, false)
	if broken(failed) {
		q.suspect(nil)
		failed = nil
		for i := range g.notes {
			one := &group{notes: g.notes[i : i+1]}
			q.mu.Lock()
			one.grow()
			q.mu.Unlock()
			if err := q.putAll(one, true, false); err != nil {
				failed = err
			}
		}
	}
	if failed != nil {
		q.log.Error("what was delivered cannot be noted and would be delivered again after a restart", "path", q.path, "error", q.db.fault(failed))
	}
	return failed
}

// grown makes a lane what it is in the file. mu is held.
func (q *local) grown(w *growth) {
	l := w.lane
	if len(w.parts) == 0 {
		return
	}
	l.number, l.last = w.number, w.last
	l.add(w.added)
	l.wake()
	if err := q.trim(l); err != nil {
		q.log.Error("the oldest cannot be dropped from a full queue", "destination", l.name, "error", err)
	}
}
