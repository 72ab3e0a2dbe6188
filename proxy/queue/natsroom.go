package queue

import (
	"context"
	"errors"
	"strconv"

	"github.com/nats-io/nats.go/jetstream"
)

// makeRoom drops the oldest packs that nobody has taken until so many bytes are free, and
// counts what was in them; one that is taken in that moment is delivered all the same.
// Where that is not to be, or there are none, it returns why.
func (p *place) makeRoom(ctx context.Context, bytes int, why error) error {
	from := func() (uint64, error) {
		consumer, err := p.consumer(ctx)
		if err != nil {
			return 0, err
		}
		info, err := consumer.Info(ctx)
		if err != nil {
			return 0, p.fault(err)
		}
		return info.Delivered.Stream + 1, nil
	}
	return p.room(ctx, &p.stream, p.base, p.base+".pack.>", from, bytes, why)
}

// makeDeadRoom likewise drops the oldest dead letters.
func (p *place) makeDeadRoom(ctx context.Context, bytes int, why error) error {
	from := func() (uint64, error) { return 1, nil }
	return p.room(ctx, &p.dead, p.deadBase, p.deadBase+".letter.>", from, bytes, why)
}

func (p *place) room(ctx context.Context, s *stream, base, subject string, from func() (uint64, error), bytes int, why error) error {
	p.mine.Lock()
	limits := p.mine.limits
	p.mine.Unlock()
	if !limits.DropOldest || int64(bytes) > limits.Bytes {
		return why
	}
	p.full.Lock()
	defer p.full.Unlock()
	made, err := s.get(ctx)
	if err != nil {
		return err
	}
	next, err := from()
	if err != nil {
		return err
	}
	for bytes > 0 {
		m, err := made.GetMsg(ctx, next, jetstream.WithGetMsgSubject(subject))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return why
		}
		if err != nil {
			return s.fault(err)
		}
		next = m.Sequence + 1
		first, err := s.remove(ctx, m.Sequence)
		if err != nil {
			return err
		}
		if events, err := strconv.ParseInt(m.Header.Get(headEvents), 10, 64); first && err == nil {
			p.c.lose(p.destination, Loss{Dropped: events})
		}
		if err := s.dropParts(ctx, base, lastToken(m.Subject)); err != nil {
			return s.fault(err)
		}
		bytes -= len(m.Data) + len(m.Subject)
	}
	return nil
}
