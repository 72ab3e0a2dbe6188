package queue

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"
)

// atOnce is how many dead letters are dealt with at a time.
const atOnce = 32

// Replay may be asked of every process of a fleet at once: JetStream keeps what they send
// once, and only one of them counts a letter. A letter that cannot be read stays, and
// keeps no other from being replayed.
func (c *cluster) Replay(ctx context.Context, s Selection) (int64, error) {
	letters, err := c.selected(ctx, s, math.MaxInt)
	if err != nil {
		return 0, err
	}
	var replayed int64
	var unread error
	for some := range slices.Chunk(letters, atOnce) {
		var sent []letter
		var packs []packed
		for _, l := range some {
			x, err := c.again(ctx, l)
			if errors.Is(err, ErrDamaged) || errors.Is(err, ErrKey) {
				unread = cmp.Or(unread, err)
				continue
			}
			if err != nil {
				return replayed, err
			}
			if x != nil {
				sent, packs = append(sent, l), append(packs, *x)
			}
		}
		for i := range packs {
			if e := packs[i].settle(); e != nil {
				sent, err = sent[:i], e
				break
			}
		}
		n, e := c.removeLetters(ctx, sent)
		replayed += n
		if err = errors.Join(err, e); err != nil {
			return replayed, err
		}
	}
	return replayed, unread
}

// again sends a letter's message to its destination's stream; nil when it is gone.
func (c *cluster) again(ctx context.Context, l letter) (*packed, error) {
	m, id, err := l.read(ctx)
	if err != nil || m == nil {
		return nil, err
	}
	m.Accepted = time.Now()
	p, err := c.place(l.Destination)
	if err != nil {
		return nil, err
	}
	x := &packed{p, p.pack([]Message{*m}, "replay-"+id), p.makeRoom}
	return x, x.send()
}

// Purge may be asked of every process of a fleet at once, as Replay.
func (c *cluster) Purge(ctx context.Context, s Selection) (int64, error) {
	letters, err := c.selected(ctx, s, math.MaxInt)
	if err != nil {
		return 0, err
	}
	return c.removeLetters(ctx, letters)
}

// removeLetters tells how many of them nobody else has removed before.
func (c *cluster) removeLetters(ctx context.Context, letters []letter) (removed int64, err error) {
	var mu sync.Mutex
	for some := range slices.Chunk(letters, atOnce) {
		var g sync.WaitGroup
		for _, l := range some {
			g.Go(func() {
				s := &l.p.dead
				first, e := s.remove(ctx, l.seq)
				if e == nil {
					e = s.fault(s.dropParts(ctx, l.p.deadBase, l.partID))
				}
				mu.Lock()
				defer mu.Unlock()
				err = cmp.Or(err, e)
				if first {
					removed++
				}
			})
		}
		g.Wait()
		if err != nil {
			break
		}
	}
	return removed, err
}
