package queue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Backlogs asks JetStream: two requests for each destination, and one or two more when
// its oldest has changed. What this process has settled of packs that it still holds is not counted;
// what others have is.
func (c *cluster) Backlogs() (map[string]Backlog, error) {
	ctx, cancel := context.WithTimeout(c.ctx, askFor)
	defer cancel()
	places, err := c.stored(ctx, "out")
	if err != nil {
		return nil, err
	}
	backlogs := map[string]Backlog{}
	for _, p := range places {
		b, err := p.backlog(ctx)
		if err != nil {
			return nil, err
		}
		if b.Messages > 0 {
			backlogs[p.destination] = b
		}
	}
	return backlogs, nil
}

// stored are the destinations that have a stream of a kind, by name.
func (c *cluster) stored(ctx context.Context, kind string) ([]*place, error) {
	names := c.js.StreamNames(ctx, jetstream.WithStreamListSubject(c.options.Stream+"."+kind+".>"))
	var places []*place
	var err error
	for name := range names.Name() {
		if t, ok := strings.CutPrefix(name, c.options.Stream+"-"+kind+"-"); ok && err == nil {
			var p *place
			p, err = c.place(untoken(t))
			places = append(places, p)
		}
	}
	if err == nil {
		err = c.marks.fault(names.Err())
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(places, func(a, b *place) int { return cmp.Compare(a.destination, b.destination) })
	return places, nil
}

func (p *place) backlog(ctx context.Context) (b Backlog, err error) {
	p.quiet(ctx)
	made, err := p.there(ctx)
	if err != nil {
		return b, p.fault(err)
	}
	info, err := p.steady(ctx, made)
	if err != nil {
		return b, p.fault(err)
	}
	b.Bytes = int64(info.State.Bytes)
	held := p.settled(&b)
	for subject, n := range info.State.Subjects {
		messages, events, ok := counts(p.base, subject)
		if !ok {
			var seq uint64
			if seq, messages, events, ok = p.doneCounts(subject); !ok {
				continue
			}
			if _, here := held[seq]; here {
				continue
			}
			messages, events = -messages, -events
		}
		b.Messages += messages * int64(n)
		b.Events += events * int64(n)
	}
	if b.Messages <= 0 {
		return Backlog{}, nil
	}
	b.Oldest, err = p.oldest(ctx, made, info.State.FirstSeq, held)
	return b, err
}

// steady is what the stream holds, when its consumer knows of as much. A stream loses what
// is acknowledged a moment after it has confirmed that; under load it is never steady.
func (p *place) steady(ctx context.Context, made jetstream.Stream) (*jetstream.StreamInfo, error) {
	for tries := 0; ; tries++ {
		info, err := made.Info(ctx, jetstream.WithSubjectFilter(p.base+".>"))
		if err != nil {
			return nil, err
		}
		consumer, err := made.Consumer(ctx, deliverer)
		if errors.Is(err, jetstream.ErrConsumerNotFound) {
			return info, nil
		}
		if err != nil {
			return nil, err
		}
		packs := uint64(0)
		for subject, n := range info.State.Subjects {
			if _, _, ok := counts(p.base, subject); ok {
				packs += n
			}
		}
		known := consumer.CachedInfo()
		if packs == known.NumPending+uint64(known.NumAckPending) || tries == 4 {
			return info, nil
		}
		p.c.sleep(time.Duration(1<<tries) * time.Millisecond)
	}
}

// doneCounts reads how many messages and events of a pack are settled from the subject of
// what remember has noted.
func (p *place) doneCounts(subject string) (seq uint64, messages, events int64, ok bool) {
	rest, ok := strings.CutPrefix(subject, p.base+".done.")
	if !ok {
		return 0, 0, 0, false
	}
	_, err := fmt.Sscanf(rest, "%d.%d.%d", &seq, &messages, &events)
	return seq, messages, events, err == nil
}

// settled takes off what this process has settled of packs that JetStream still holds.
// It returns when the oldest of each of them was accepted that is not.
func (p *place) settled(b *Backlog) map[uint64]time.Time {
	p.mine.Lock()
	defer p.mine.Unlock()
	oldest := map[uint64]time.Time{}
	for seq, held := range p.mine.bundles {
		for _, x := range held.pieces {
			if x.settled {
				b.Messages--
				b.Events -= int64(x.Events)
				b.Bytes -= x.Size
			} else if _, ok := oldest[seq]; !ok {
				oldest[seq] = x.Accepted
			}
		}
	}
	return oldest
}

// oldest is when the first message was accepted that is not settled.
func (p *place) oldest(ctx context.Context, made jetstream.Stream, first uint64, held map[uint64]time.Time) (time.Time, error) {
	if at, ok := held[first]; ok {
		return at, nil
	}
	p.mine.Lock()
	known := p.mine.first
	p.mine.Unlock()
	if known.seq == first {
		return known.accepted, nil
	}
	m, err := made.GetMsg(ctx, first, jetstream.WithGetMsgSubject(p.base+".pack.>"))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, p.fault(err)
	}
	if at, ok := held[m.Sequence]; ok {
		return at, nil
	}
	header := m.Header
	if done, err := p.done(ctx, m.Sequence); err != nil {
		return time.Time{}, err
	} else if done != nil {
		header = done.Header
	}
	text := header.Get(headAccepted)
	if text == "" { // the message said nothing
		return time.Time{}, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: stream %s of NATS has a message that is not ours", ErrDamaged, p.config.Name)
	}
	known = firstPack{m.Sequence, time.Unix(0, n)}
	p.mine.Lock()
	p.mine.first = known
	p.mine.Unlock()
	return known.accepted, nil
}
