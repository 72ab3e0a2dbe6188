package queue

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
)

// bundle is a pack that this process has taken.
type bundle struct {
	msg        *nats.Msg
	seq        uint64
	pieces     []*piece
	left       int  // not settled
	partly     bool // the cluster holds which pieces are settled
	confirming bool // the cluster is being told that all are
}

// piece is a message of one.
type piece struct {
	Item
	of      *bundle
	at      int // in it
	settled bool
}

// compare is the order in which they are taken.
func (a *piece) compare(b *piece) int {
	return cmp.Or(cmp.Compare(a.of.seq, b.of.seq), cmp.Compare(a.at, b.at))
}

// recent are the last sequences of something, so that what comes again is known.
type recent struct {
	known map[uint64]struct{}
	ring  [1024]uint64
	at    int
}

func (r *recent) add(seq uint64) {
	if r.known == nil {
		r.known = map[uint64]struct{}{}
	}
	if r.has(seq) {
		return
	}
	delete(r.known, r.ring[r.at])
	r.known[seq], r.ring[r.at] = struct{}{}, seq
	r.at = (r.at + 1) % len(r.ring)
}

func (r *recent) has(seq uint64) bool {
	_, ok := r.known[seq]
	return ok
}

func (c *cluster) Next(ctx context.Context, destination string, messages int, bytes int64) ([]*Item, error) {
	p, err := c.place(destination)
	if err != nil {
		return nil, err
	}
	p.mine.Lock()
	defer p.mine.Unlock()
	for {
		if c.ctx.Err() != nil {
			return nil, ErrClosed
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p.mine.asked = time.Now()
		if items := p.take(messages, bytes); len(items) > 0 {
			return items, nil
		}
		changed := p.mine.changed
		p.mine.asking++
		p.want()
		p.mine.Unlock()
		select {
		case <-ctx.Done():
		case <-c.ctx.Done():
		case <-changed:
		}
		p.mine.Lock()
		p.mine.asking--
	}
}

// want lets pull ask the cluster. mine is held.
func (p *place) want() {
	if !p.mine.pulling {
		p.mine.pulling = p.c.spawn(p.pull)
	}
	signal(p.mine.want)
}

// take hands out what waits here. mine is held.
func (p *place) take(messages int, bytes int64) []*Item {
	var items []*Item
	for !p.mine.gate.closed && len(p.mine.waiting) > 0 && len(items) < max(messages, 1) {
		x := p.mine.waiting[0]
		if bytes -= x.Size; bytes < 0 && len(items) > 0 {
			break
		}
		p.mine.waiting[0] = nil
		p.mine.waiting = p.mine.waiting[1:]
		p.mine.held[x.ID] = x
		items = append(items, &x.Item)
	}
	return items
}

// queue makes a piece wait in its order. mine is held.
func (p *place) queue(x *piece) {
	at, _ := slices.BinarySearchFunc(p.mine.waiting, x, (*piece).compare)
	p.mine.waiting = slices.Insert(p.mine.waiting, at, x)
}

// wake lets those look again who wait for something to take. mine is held.
func (p *place) wake() {
	close(p.mine.changed)
	p.mine.changed = make(chan struct{})
}
