package queue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// Bury stores letters. When it fails some may be there: a caller that buries them again
// makes copies.
func (c *cluster) Bury(dead []Dead) error {
	var sent []packed
	var err error
	for i := range dead {
		d := &dead[i]
		var p *place
		if p, err = c.place(d.Destination); err != nil {
			break
		}
		x := packed{p, p.letter(d), p.makeDeadRoom}
		if err = x.send(); err != nil {
			break
		}
		sent = append(sent, x)
	}
	for i := range sent {
		err = errors.Join(err, sent[i].settle())
	}
	if err != nil {
		for i := range sent {
			err = errors.Join(err, sent[i].undo())
		}
		return fmt.Errorf("cannot keep dead letters: %w", err)
	}
	return nil
}

// letter is a parcel of a dead letter. What Groups tells is in headers.
func (p *place) letter(d *Dead) *parcel {
	header := nats.Header{}
	header.Set(headSource, url.QueryEscape(d.Source))
	header.Set(headReason, d.Reason)
	header.Set(headStatus, strconv.Itoa(d.Status))
	header.Set(headEvents, strconv.Itoa(d.Events))
	header.Set(headBytes, strconv.FormatInt(size(&d.Message), 10))
	header.Set(headAt, strconv.FormatInt(d.At.UnixNano(), 10))
	header.Set(headBuried, strconv.FormatInt(p.c.now(), 10))
	blob := p.c.seal.pack(nil, d.Destination, []Message{d.Message})
	return p.dead.parcel(p.deadBase, p.deadBase+".letter", nuid.Next(), header, blob)
}

// letter is what the headers of a dead letter tell.
type letter struct {
	p      *place
	seq    uint64
	partID string
	buried int64
	Group
}

// now is the time in nanoseconds, later each time: what is buried in several streams has
// an order.
func (c *cluster) now() int64 {
	for {
		last := c.buried.Load()
		now := max(time.Now().UnixNano(), last+1)
		if c.buried.CompareAndSwap(last, now) {
			return now
		}
	}
}

func (p *place) letterOf(seq uint64, subject string, h nats.Header) letter {
	source, err := url.QueryUnescape(h.Get(headSource))
	if err != nil {
		source = ""
	}
	number := func(name string) int64 {
		n, err := strconv.ParseInt(h.Get(name), 10, 64)
		if err != nil {
			return 0
		}
		return n
	}
	at := time.Unix(0, number(headAt))
	return letter{p, seq, lastToken(subject), number(headBuried), Group{
		Destination: p.destination, Source: source, Reason: h.Get(headReason), Status: int(number(headStatus)),
		Messages: 1, Events: number(headEvents), Bytes: number(headBytes), First: at, Last: at,
	}}
}

// has tells whether a letter is selected.
func (s *Selection) has(l *letter) bool {
	return (s.Destination == "" || s.Destination == l.Destination) && (s.Source == "" || s.Source == l.Source) &&
		(s.Reason == "" || s.Reason == l.Reason) && (s.Before.IsZero() || !l.First.After(s.Before))
}

// scan visits the headers of letters from a sequence on, the oldest first, until visit
// says that it is enough.
func (p *place) scan(ctx context.Context, from uint64, visit func(letter) bool) error {
	made, err := p.dead.there(ctx)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil
	}
	if err != nil {
		return p.dead.fault(err)
	}
	consumer, err := made.CreateConsumer(ctx, jetstream.ConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: max(from, 1), AckPolicy: jetstream.AckNonePolicy,
		HeadersOnly: true, FilterSubject: p.deadBase + ".letter.>", InactiveThreshold: 30 * time.Second, MemoryStorage: true, Replicas: 1,
	})
	if err != nil {
		return p.dead.fault(err)
	}
	info := consumer.CachedInfo()
	defer made.DeleteConsumer(context.WithoutCancel(ctx), info.Name) //nolint:errcheck // it goes by itself
	for left := info.NumPending; left > 0; {
		got, enough, err := p.fetch(ctx, consumer, int(min(left, 500)), visit)
		if err != nil || got == 0 {
			return errors.Join(errors.New("cannot read the dead letters"), p.dead.fault(err), ctx.Err())
		}
		if enough {
			return nil
		}
		left -= min(got, left)
	}
	return nil
}

// fetch visits some.
func (p *place) fetch(ctx context.Context, consumer jetstream.Consumer, n int, visit func(letter) bool) (got uint64, enough bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	batch, err := consumer.Fetch(n, jetstream.FetchContext(ctx))
	if err != nil {
		return 0, false, err
	}
	for m := range batch.Messages() {
		meta, err := m.Metadata()
		if err != nil {
			return got, false, err
		}
		got++
		if !visit(p.letterOf(meta.Sequence.Stream, m.Subject(), m.Headers())) {
			return got, true, nil
		}
	}
	return got, false, batch.Error()
}

// selected gathers selected letters, at most so many of each destination, the oldest
// first.
func (c *cluster) selected(ctx context.Context, s Selection, limit int) ([]letter, error) {
	places, err := c.stored(ctx, "dead")
	var letters []letter
	for _, p := range places {
		if err != nil || s.Destination != "" && s.Destination != p.destination {
			continue
		}
		n := 0
		err = p.scan(ctx, 1, func(l letter) bool {
			if s.has(&l) {
				letters = append(letters, l)
				n++
			}
			return n < limit
		})
	}
	slices.SortStableFunc(letters, func(a, b letter) int { return cmp.Compare(a.buried, b.buried) })
	return letters, err
}

// read is the message of a letter, and its ID; nil when it is gone.
func (l *letter) read(ctx context.Context) (*Message, string, error) {
	p := l.p
	made, err := p.dead.there(ctx)
	if err != nil {
		return nil, "", p.dead.fault(err)
	}
	m, err := made.GetMsg(ctx, l.seq)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", p.dead.fault(err)
	}
	blob, err := p.dead.blob(ctx, p.deadBase, m.Subject, m.Header, m.Data)
	if err != nil {
		return nil, "", err
	}
	messages, err := p.c.unpack(m.Header, blob, p.destination)
	if err == nil && len(messages) != 1 {
		err = ErrDamaged
	}
	if err != nil {
		return nil, "", fmt.Errorf("a dead letter for %s cannot be read: %w", p.destination, err)
	}
	return &messages[0], m.Header.Get(jetstream.MsgIDHeader), nil
}

// Letters leaves out what cannot be read: Replay says why.
func (c *cluster) Letters(ctx context.Context, s Selection, limit int, visit func(Dead)) error {
	letters, err := c.selected(ctx, s, limit)
	if err != nil {
		return err
	}
	for _, l := range letters[:min(len(letters), max(limit, 0))] {
		m, _, err := l.read(ctx)
		if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrKey) {
			return err
		}
		if m != nil {
			visit(Dead{Message: *m, Reason: l.Reason, Status: l.Status, At: l.First})
		}
	}
	return nil
}
