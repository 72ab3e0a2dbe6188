package queue

import (
	"fmt"
	"slices"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// groupBytes and groupEntries bound a transaction.
	groupBytes   = 8 << 20
	groupEntries = 4096
)

// job is what is done in a transaction of its own. What it returns is called after the
// transaction, with the queue's mutex held.
type job struct {
	grows bool // needs room on the disk
	do    func(*tx) (func(), error)
	err   chan error
}

// run has the writer do a job.
func (q *local) run(grows bool, do func(*tx) (func(), error)) error {
	j := &job{grows, do, make(chan error, 1)}
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return ErrClosed
	}
	q.jobs = append(q.jobs, j)
	q.mu.Unlock()
	q.wakeWriter()
	return <-j.err
}

// group is what one transaction writes.
type group struct {
	entries []*entry
	notes   []progress
	lanes   []*growth
}

// growth is what becomes of a lane.
type growth struct {
	lane         *lane
	number, last int64
	parts        []*part
	added        amount
	settled      amount
}

// progress is what the file is told of a pack.
type progress struct {
	pack        *pack
	lane, id    int64
	gone, noted bool
	bitmap      []byte
	left        amount
}

// write is the writer. It ends when the queue is closed and all that was put down is
// written.
func (q *local) write() {
	defer close(q.done)
	timer := time.NewTimer(0)
	untidy := false
	for {
		g, jobs, wait := q.gather()
		switch {
		case g == nil && len(jobs) == 0 && wait < 0:
			return
		case g == nil && len(jobs) == 0 && untidy:
			untidy = q.tidy(true)
			continue
		case g == nil && len(jobs) == 0:
			timer.Reset(wait)
			select {
			case <-q.call:
			case <-timer.C:
			}
			continue
		}
		if g != nil {
			q.commit(g)
		}
		for _, j := range jobs {
			j.err <- q.carry(j)
		}
		untidy = q.tidy(g == nil || len(g.entries) == 0)
	}
}

// gather takes what there is to write. When there is nothing, it tells how long to wait;
// less than 0 when the queue is closed.
func (q *local) gather() (*group, []*job, time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	jobs := q.jobs
	q.jobs = nil
	n, bytes := 0, int64(0)
	for n < len(q.entries) && n < groupEntries && (n == 0 || bytes+q.entries[n].bytes <= groupBytes) {
		bytes += q.entries[n].bytes
		n++
	}
	due := settleTime - time.Since(q.since)
	if len(q.dirty) == 0 {
		due = time.Hour
	}
	if n == 0 && (len(q.dirty) == 0 || due > 0 && !q.closed) {
		if q.closed && len(jobs) == 0 {
			due = -1
		}
		return nil, jobs, due
	}
	g := &group{entries: slices.Clone(q.entries[:n]), notes: q.notes()}
	q.entries = slices.Delete(q.entries, 0, n)
	q.coming -= bytes
	q.room.Broadcast()
	g.grow()
	return g, jobs, 0
}

// notes takes what was settled. mu is held.
func (q *local) notes() []progress {
	notes := make([]progress, 0, len(q.dirty))
	for p := range q.dirty {
		n := progress{pack: p, lane: p.lane.number, id: p.id, gone: p.left == 0, noted: p.noted}
		if !n.gone {
			n.bitmap, n.left = p.bitmap(), p.waits()
			p.noted = true
		}
		notes = append(notes, n)
	}
	clear(q.dirty)
	slices.SortFunc(notes, func(a, b progress) int {
		if a.lane != b.lane {
			return int(a.lane - b.lane)
		}
		return int(a.id - b.id)
	})
	return notes
}

// grow tells what becomes of lanes. The queue's mutex is held.
func (g *group) grow() {
	index := map[*lane]*growth{}
	of := func(l *lane) *growth {
		w := index[l]
		if w == nil {
			w = &growth{lane: l, number: l.number, last: l.last}
			index[l] = w
			g.lanes = append(g.lanes, w)
		}
		return w
	}
	for _, n := range g.notes {
		of(n.pack.lane).settled.add(n.pack.told.less(n.left))
	}
	for _, e := range g.entries {
		for _, p := range e.parts {
			w := of(p.lane)
			w.parts = append(w.parts, p)
			w.added.add(p.amount)
		}
	}
}

// carry does a job.
func (q *local) carry(j *job) error {
	if j.grows && !q.reserve.ready() {
		return q.noRoom()
	}
	var after func()
	err := q.db.update(func(t *tx) (err error) {
		after, err = j.do(t)
		return err
	})
	if code(err) == sqlite3.SQLITE_FULL {
		q.reserve.release()
	}
	if err != nil {
		return q.db.fault(err)
	}
	if after != nil {
		q.mu.Lock()
		after()
		q.mu.Unlock()
	}
	return nil
}

func (q *local) noRoom() error {
	return fmt.Errorf("%w: the disk is full, %s cannot grow: make room", ErrFull, q.path)
}
