package queue

import (
	"context"
	"database/sql"
	"fmt"
)

// row is a pack as it lies in the file.
type row struct {
	id           int64
	amount       // not settled
	blob, bitmap []byte
}

func (r *row) scan(rows *sql.Rows) error {
	return rows.Scan(&r.id, &r.messages, &r.events, &r.bytes, &r.blob, &r.bitmap)
}

// rowsOf selects packs by their ids; the condition is on p.id.
func rowsOf(table int64, where string) string {
	return fmt.Sprintf(`SELECT p.id, coalesce(s.messages, p.messages), coalesce(s.events, p.events), coalesce(s.bytes, p.bytes), p.pack, s.bitmap
		FROM lane_%d p LEFT JOIN settled s ON s.lane = %[1]d AND s.pack = p.id WHERE %s ORDER BY p.id`, table, where)
}

// load reads packs until there are, with those that somebody has, as many messages or
// bytes as wanted, or all. mu is held, and let go meanwhile.
func (q *local) load(ctx context.Context, l *lane, w wanted, have int) error {
	l.loading = true
	table, from, to := l.number, l.read, l.last
	q.mu.Unlock()
	rows, read, err := q.readRows(ctx, l, table, from, to, w, have)
	packs := make([]*pack, len(rows))
	for i := range rows {
		packs[i] = q.open(l, &rows[i])
	}
	q.mu.Lock()
	l.loading = false
	l.read = read
	for i, p := range packs {
		if p.left == 0 { // one is never written that way
			q.damaged(l, &rows[i])
			q.note(p)
			continue
		}
		l.loaded[p.id] = p
		l.ahead = append(l.ahead, p)
	}
	l.wake()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fmt.Errorf("cannot read what waits for %s: %w", l.name, q.db.fault(err))
}

func (q *local) loadNow(l *lane) error {
	return q.load(context.Background(), l, wanted{1, 0}, 0)
}

// open makes a row a pack; one without messages when it is damaged.
func (q *local) open(l *lane, r *row) *pack {
	p := &pack{lane: l, id: r.id, told: r.amount}
	messages, err := q.seal.unpack(r.blob, l.name)
	if err != nil {
		p.noted = len(r.bitmap) > 0
		return p
	}
	p.messages, p.states, p.left = messages, make([]state, len(messages)), len(messages)
	p.note(r.bitmap)
	if p.waits() != r.amount { // a pack, but not this one
		p.messages, p.states, p.left = nil, nil, 0
	}
	return p
}

// damaged counts a pack that cannot be read. mu is held.
func (q *local) damaged(l *lane, r *row) {
	l.amount = l.less(r.amount)
	q.lose(l.name, r.messages)
}

// missing counts what is left of a lane when all of it was read: what cannot be. mu is
// held.
func (q *local) missing(l *lane) {
	if l.holes && l.read == l.last && len(l.loaded) == 0 {
		q.lose(l.name, l.messages)
		l.amount, l.holes = amount{}, false
	}
}

// lose counts messages that are damaged, and tells once. mu is held.
func (q *local) lose(destination string, messages int64) {
	loss := q.lost[destination]
	loss.Damaged += messages
	q.lost[destination] = loss
	if !q.told {
		q.told = true
		q.log.Error("part of what waits in the queue is damaged and will not be delivered: check the disk; the metrics count what is lost",
			"path", q.path, "destination", destination)
	}
}

// readRows reads the packs after one and up to another, until there is what is wanted. It
// returns the last that it has read or gone past.
func (q *local) readRows(ctx context.Context, l *lane, table, from, to int64, w wanted, have int) (read []row, last int64, err error) {
	last = from
	messages, bytes, enough := int64(have), int64(0), false
	one := func(rows *sql.Rows) error {
		var r row
		if err := r.scan(rows); err != nil {
			return err
		}
		read, last = append(read, r), r.id
		messages, bytes = messages+r.messages, bytes+r.bytes
		if enough = messages >= int64(w.messages) || bytes >= w.bytes; enough {
			return errEnough
		}
		return nil
	}
	err = q.db.view(ctx, one, rowsOf(table, "p.id > ? AND p.id <= ?"), from, to)
	if err == nil && !enough {
		last = to
	}
	if !broken(err) {
		return read, last, err
	}
	// A page of the file is damaged: what lies on others is found one by one.
	q.suspect(l)
	for found := len(read); last < to && !enough && len(read) == found; last++ {
		err := q.db.view(ctx, one, rowsOf(table, "p.id = ?"), last+1)
		if err != nil && !broken(err) {
			return read, last, err
		}
		if len(read) > found {
			return read, last, nil
		}
	}
	return read, last, nil
}
