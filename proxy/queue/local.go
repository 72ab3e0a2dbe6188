package queue

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// local is a queue in a SQLite file of this process, or in memory.
//
// One goroutine writes (writer.go); it commits what callers have put down meanwhile in one
// transaction. What waits lies in the file, a table for each destination, a row for what
// was committed together; in memory are counts, what is taken, and little more. What is
// settled is noted in memory and in the file with the next commit, or soon.
type local struct {
	path    string
	seal    *sealer
	log     *slog.Logger
	db      *database
	lock    *sql.DB  // keeps other processes off; nil in memory
	reserve *reserve // nil in memory

	// mu guards what is below, and lanes. It may be taken with a transaction under way,
	// and never the other way round.
	mu      sync.Mutex
	lanes   map[string]*lane
	lost    map[string]Loss
	entries []*entry // to be committed
	coming  int64    // their bytes
	room    sync.Cond
	jobs    []*job
	dirty   map[*pack]struct{} // settled in part or whole since the last commit
	since   time.Time          // when dirty began to fill
	closed  bool
	told    bool // that something is damaged

	call chan struct{} // wakes the writer
	done chan struct{} // the writer has ended

	// Of the writer.
	scratch []byte
	tables  int64 // the highest number of a table
}

const (
	// comingBytes is what may wait to be committed before Append waits too.
	comingBytes = 64 << 20
	// settleTime is how long what is settled may be unknown to the file.
	settleTime = 100 * time.Millisecond
)

// laneOf makes a lane when there is none. mu is held.
func (q *local) laneOf(destination string) *lane {
	l := q.lanes[destination]
	if l == nil {
		l = newLane(destination)
		q.lanes[destination] = l
	}
	return l
}

// wakeWriter tells the writer to look.
func (q *local) wakeWriter() {
	select {
	case q.call <- struct{}{}:
	default:
	}
}

func (q *local) Next(ctx context.Context, destination string, messages int, bytes int64) ([]*Item, error) {
	w := wanted{max(messages, 1), bytes}
	var items []*Item
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.laneOf(destination)
	for {
		if q.closed {
			return nil, ErrClosed
		}
		if err := ctx.Err(); err != nil && len(items) == 0 {
			return nil, err
		}
		var more bool
		items, more = l.take(items, w)
		if more && !l.loading {
			if err := q.load(ctx, l, w, len(items)); err != nil && len(items) == 0 {
				return nil, err
			} else if err == nil {
				continue
			}
		}
		if len(items) > 0 {
			return items, nil
		}
		q.missing(l)
		changed := l.changed
		q.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-changed:
		}
		q.mu.Lock()
	}
}

func (q *local) Ack(items ...*Item) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ErrClosed
	}
	for _, item := range items {
		l := q.lanes[item.Destination]
		if l == nil {
			continue
		}
		if p, i, ok := l.find(item.ID); ok {
			q.settle(p, i)
		}
	}
	return nil
}

// settle ends a message, to be noted by the writer. mu is held.
func (q *local) settle(p *pack, i int) {
	p.lane.settle(p, i)
	q.note(p)
}

// note puts a pack down for the writer. mu is held.
func (q *local) note(p *pack) {
	if len(q.dirty) == 0 {
		q.since = time.Now()
		q.wakeWriter()
	}
	q.dirty[p] = struct{}{}
}

func (q *local) Return(items ...*Item) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.give(items)
}

// give makes items wait again. mu is held.
func (q *local) give(items []*Item) {
	woken := map[*lane]bool{}
	for _, item := range items {
		l := q.lanes[item.Destination]
		if l == nil {
			continue
		}
		if p, i, ok := l.find(item.ID); ok {
			l.give(p, i)
			woken[l] = true
		}
	}
	for l := range woken {
		l.wake()
	}
}

func (q *local) Limit(limits map[string]Limits) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for name := range limits {
		q.laneOf(name)
	}
	for name, l := range q.lanes {
		l.limits, l.bounded = limits[name], false
		if _, ok := limits[name]; ok {
			l.bounded = true
		}
	}
}

func (q *local) Lost() map[string]Loss {
	q.mu.Lock()
	defer q.mu.Unlock()
	lost := make(map[string]Loss, len(q.lost))
	for name, n := range q.lost {
		lost[name] = n
	}
	return lost
}

// Close commits what was appended and notes what was settled.
func (q *local) Close() error {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		<-q.done
		return nil
	}
	q.closed = true
	for _, l := range q.lanes {
		l.wake()
	}
	q.room.Broadcast()
	q.mu.Unlock()
	q.wakeWriter()
	<-q.done
	return errors.Join(q.leave(), q.end())
}
