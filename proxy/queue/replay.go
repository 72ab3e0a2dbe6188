package queue

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Replay moves dead letters in transactions of some: each is either dead or waiting
// whenever the process ends.
func (q *local) Replay(ctx context.Context, s Selection) (int64, error) {
	return q.empty(ctx, s, true)
}

func (q *local) Purge(ctx context.Context, s Selection) (int64, error) {
	return q.empty(ctx, s, false)
}

// empty takes dead letters out of their table, those that are there when it begins.
func (q *local) empty(ctx context.Context, s Selection, replay bool) (n int64, err error) {
	last, err := q.lastDead(ctx)
	if err != nil {
		return 0, err
	}
	for from := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		var b *deadBunch
		err := q.run(replay, func(t *tx) (func(), error) {
			var err error
			if b, err = q.readDead(t, s, from, last); err != nil || len(b.ids) == 0 {
				return nil, err
			}
			if replay {
				if err := q.revive(t, b); err != nil {
					return nil, err
				}
			}
			for _, id := range b.ids {
				if err := t.exec("DELETE FROM dead WHERE id = ?", id); err != nil {
					return nil, err
				}
			}
			return func() { q.emptied(b) }, nil
		})
		if err != nil {
			return n, fmt.Errorf("cannot empty the dead letters: %w", err)
		}
		if len(b.ids) == 0 {
			return n, nil
		}
		from = b.ids[len(b.ids)-1]
		n += b.count
	}
}

// deadBunch is dead letters that are taken out at once.
type deadBunch struct {
	ids      []int64
	count    int64
	messages []Message
	bytes    map[string]int64
	damaged  map[string]int64
	lanes    []*growth
}

func (q *local) readDead(t *tx, s Selection, from, to int64) (*deadBunch, error) {
	b := &deadBunch{bytes: map[string]int64{}, damaged: map[string]int64{}}
	where, args := s.where(from, to)
	total := 0
	err := t.rows(func(rows *sql.Rows) error {
		var x deadRow
		if err := x.scan(rows); err != nil {
			return err
		}
		b.ids = append(b.ids, x.id)
		b.bytes[x.dead.Destination] += x.bytes
		total += len(x.blob)
		if q.openLetter(&x) {
			b.count++
			b.messages = append(b.messages, x.dead.Message)
		} else {
			b.damaged[x.dead.Destination]++
		}
		if total >= deadBytes {
			return errEnough
		}
		return nil
	}, selectLetters+where+" ORDER BY id LIMIT ?", append(args, deadBatch)...)
	return b, err
}

// revive puts the messages into their lanes.
func (q *local) revive(t *tx, b *deadBunch) error {
	now := time.Now()
	for i := range b.messages {
		b.messages[i].Accepted = now
	}
	parts, names := encode(b.messages)
	g := &group{}
	q.mu.Lock()
	more := map[*lane]int64{}
	for i, p := range parts {
		p.lane = q.laneOf(names[i])
		more[p.lane] += p.bytes
		if p.lane.full(more[p.lane]) {
			q.mu.Unlock()
			return fmt.Errorf("%w for destination %q: its limit is reached", ErrFull, names[i])
		}
	}
	g.entries = []*entry{{parts: parts}}
	g.grow()
	q.mu.Unlock()
	b.lanes = g.lanes
	return q.put(t, g, false, true)
}

// emptied counts what was taken out. mu is held.
func (q *local) emptied(b *deadBunch) {
	for name, bytes := range b.bytes {
		q.laneOf(name).dead -= bytes
	}
	for name, n := range b.damaged {
		q.lose(name, n)
	}
	for _, w := range b.lanes {
		q.grown(w)
	}
}
