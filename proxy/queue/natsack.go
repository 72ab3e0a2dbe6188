package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// What a consumer is told about a message, in JetStream's words.
var (
	sayDone  = []byte("+ACK")
	sayBack  = []byte("-NAK") // give it to somebody
	sayNever = []byte("+TERM")
	sayTaken = []byte("+WPI")
)

func sayBackAfter(d time.Duration) []byte {
	return fmt.Appendf(nil, `-NAK {"delay": %d}`, d.Nanoseconds())
}

// Ack settles items; a pack of which all is settled is acknowledged, now or when NATS is
// there again.
func (c *cluster) Ack(items ...*Item) error {
	for _, item := range items {
		p, err := c.place(item.Destination)
		if err != nil {
			return err
		}
		p.settle(item.ID)
	}
	return nil
}

func (p *place) settle(id uint64) {
	p.mine.Lock()
	defer p.mine.Unlock()
	x := p.unhold(id)
	if x == nil {
		return
	}
	x.settled = true
	if x.of.left--; x.of.left == 0 {
		p.finish(x.of)
	}
}

// unhold is what was taken as id and is so no more; nil when it is not taken. mine is held.
func (p *place) unhold(id uint64) *piece {
	x := p.mine.held[id]
	delete(p.mine.held, id)
	return x
}

// finish acknowledges a bundle; it is held until the cluster has confirmed that. mine is
// held.
func (p *place) finish(b *bundle) {
	p.mine.past.add(b.seq)
	if b.confirming {
		return
	}
	b.confirming = p.c.spawn(func() { p.confirm(b) })
	if b.confirming {
		if p.mine.confirming == 0 {
			p.mine.confirmed = make(chan struct{})
		}
		p.mine.confirming++
	}
}

// confirm acknowledges a bundle and forgets what the cluster holds beside it. Where that
// fails tend does it again.
func (p *place) confirm(b *bundle) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.c.ctx), connectFor)
	defer cancel()
	p.mine.Lock()
	reply, subject, partly, held := b.msg.Reply, b.msg.Subject, b.partly, b.confirming // msg is another one when it comes again
	p.mine.Unlock()
	_, err := p.c.nc.RequestWithContext(ctx, reply, sayDone)
	if err == nil {
		err = p.dropParts(ctx, p.base, lastToken(subject))
		if made, e := p.there(ctx); err == nil && e == nil && partly {
			err = made.Purge(ctx, jetstream.WithPurgeSubject(p.doneSubject(b.seq)+".>"))
		}
	}
	p.mine.Lock()
	defer p.mine.Unlock()
	if err == nil {
		delete(p.mine.bundles, b.seq)
	}
	if held {
		b.confirming = false
		if p.mine.confirming--; p.mine.confirming == 0 {
			close(p.mine.confirmed)
		}
	}
}

// quiet waits until what this process has settled is known to the cluster, or a while; it
// tells whether there was anything to wait for.
func (p *place) quiet(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	p.mine.Lock()
	n, confirmed := p.mine.confirming, p.mine.confirmed
	p.mine.Unlock()
	if n == 0 {
		return false
	}
	select {
	case <-ctx.Done():
	case <-confirmed:
	}
	return true
}

// Return makes items wait again in this process, which gives them back to the cluster
// when nobody here asks for a while.
func (c *cluster) Return(items ...*Item) {
	for _, item := range items {
		if p, err := c.place(item.Destination); err == nil {
			p.unheld(item.ID)
		}
	}
}

func (p *place) unheld(id uint64) {
	p.mine.Lock()
	defer p.mine.Unlock()
	x := p.unhold(id)
	if x == nil {
		return
	}
	x.Redelivered = true
	p.queue(x)
	p.wake()
}
