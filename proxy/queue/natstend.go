package queue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const sweepEvery = 10 * time.Minute

// tend tells the cluster, as long as it is so, that this process lives and what it holds.
func (c *cluster) tend() {
	beat := time.NewTicker(c.options.wait / 5)
	defer beat.Stop()
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-sweep.C:
			ctx, cancel := context.WithTimeout(c.ctx, askFor)
			if err := c.sweep(ctx, sweepAfter); err != nil && c.ctx.Err() == nil {
				c.noted.trouble("sweep", err)
			}
			cancel()
		case <-beat.C:
			if c.nc.IsConnected() {
				for _, p := range c.all() {
					p.tend()
				}
			}
		}
	}
}

func (p *place) tend() {
	p.mine.Lock()
	idle := p.mine.asking == 0 && len(p.mine.held) == 0 && time.Since(p.mine.asked) > p.c.options.wait
	holds, asking := len(p.mine.bundles) > 0, p.mine.asking > 0
	for _, b := range p.mine.bundles {
		switch {
		case b.left == 0:
			p.finish(b)
		case !idle:
			_ = p.c.nc.Publish(b.msg.Reply, sayTaken) // the next beat does it again
		}
	}
	p.mine.Unlock()
	switch {
	case holds && idle:
		ctx, cancel := context.WithTimeout(p.c.ctx, askFor)
		defer cancel()
		p.giveBack(ctx)
	case holds && !asking:
		// No message is small enough for this request: it says only that we are there.
		if err := p.ask(p.c.nobody, request{Batch: 1, Bytes: 1, Expires: time.Second}); err != nil {
			p.c.noted.trouble("keep "+p.destination, err)
		}
	}
}

// giveBack returns all that this process holds to the cluster, in its order. It notes
// there which messages of a pack are settled, so that they do not come again.
func (p *place) giveBack(ctx context.Context) {
	p.mine.Lock()
	defer p.mine.Unlock()
	var back []*bundle
	for seq, b := range p.mine.bundles {
		if b.left > 0 {
			back = append(back, b)
			delete(p.mine.bundles, seq)
		}
	}
	slices.SortFunc(back, func(a, b *bundle) int { return cmp.Compare(a.seq, b.seq) })
	clear(p.mine.held)
	p.mine.waiting = nil
	p.mine.gate.close(p.c.options.wait)
	for i, b := range back {
		var err error
		if b.left < len(b.pieces) {
			err = p.remember(ctx, b)
		}
		if i < len(back)-1 {
			err = errors.Join(err, p.c.nc.Publish(b.msg.Reply, sayBack))
		} else { // the cluster answers when it has heard of all
			_, e := p.c.nc.RequestWithContext(ctx, b.msg.Reply, sayBack)
			err = errors.Join(err, e)
		}
		if err != nil {
			p.c.noted.trouble("give back "+p.destination, plain(err))
		}
	}
}

// unpin lets another process take at once.
func (p *place) unpin(ctx context.Context) {
	p.mine.Lock()
	pin := p.mine.pin
	p.mine.Unlock()
	if pin == "" {
		return
	}
	consumer, err := p.consumer(ctx)
	var info *jetstream.ConsumerInfo
	if err == nil {
		info, err = consumer.Info(ctx)
	}
	if err == nil && slices.ContainsFunc(info.PriorityGroups, func(g jetstream.PriorityGroupState) bool { return g.PinnedClientID == pin }) {
		var made jetstream.Stream
		if made, err = p.get(ctx); err == nil {
			err = made.UnpinConsumer(ctx, deliverer, pinGroup)
		}
	}
	if err != nil {
		p.c.noted.trouble("give back "+p.destination, plain(err))
	}
}

// remember notes in the cluster which pieces of a pack are settled. How many that are is
// in the subject, as with packs.
func (p *place) remember(ctx context.Context, b *bundle) error {
	done := make([]byte, (len(b.pieces)+7)/8)
	events := 0
	m := &nats.Msg{Header: nats.Header{}}
	for i, x := range b.pieces {
		if x.settled {
			done[i/8] |= 1 << (i % 8)
			events += x.Events
		} else if m.Header.Get(headAccepted) == "" && !x.Accepted.IsZero() {
			m.Header.Set(headAccepted, strconv.FormatInt(x.Accepted.UnixNano(), 10))
		}
	}
	made, err := p.there(ctx)
	if err == nil && b.partly {
		err = made.Purge(ctx, jetstream.WithPurgeSubject(p.doneSubject(b.seq)+".>"))
	}
	if err == nil {
		m.Subject, m.Data = fmt.Sprintf("%s.%d.%d", p.doneSubject(b.seq), len(b.pieces)-b.left, events), done
		_, err = p.c.js.PublishMsg(ctx, m)
	}
	return err
}

// recall settles the pieces of a pack of which the cluster says that they are.
func (p *place) recall(ctx context.Context, b *bundle) error {
	done, err := p.done(ctx, b.seq)
	if err != nil || done == nil {
		return err
	}
	b.partly = true
	for i, x := range b.pieces {
		if i/8 < len(done.Data) && done.Data[i/8]&(1<<(i%8)) != 0 {
			x.settled = true
			b.left--
		}
	}
	return nil
}

// done is what remember has noted of a pack; nil for nothing.
func (p *place) done(ctx context.Context, seq uint64) (*jetstream.RawStreamMsg, error) {
	made, err := p.there(ctx)
	if err != nil {
		return nil, p.fault(err)
	}
	m, err := made.GetMsg(ctx, 1, jetstream.WithGetMsgSubject(p.doneSubject(seq)+".>"))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, nil
	}
	return m, p.fault(err)
}
