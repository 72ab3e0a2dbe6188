package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	pullSilent = 3 * time.Second // without a word from the cluster before it is asked again
	pullAgain  = 100 * time.Millisecond
	pullAtMost = 5 * time.Second // between two that fail
)

// request asks a consumer for messages, in JetStream's words.
type request struct {
	Batch     int           `json:"batch"`
	Bytes     int           `json:"max_bytes,omitempty"`
	Expires   time.Duration `json:"expires"`
	Heartbeat time.Duration `json:"idle_heartbeat,omitempty"`
	Group     string        `json:"group"`
	Pin       string        `json:"id,omitempty"`
}

// ask sends one, as the one that is pinned if that is us. What comes goes to an inbox.
func (p *place) ask(inbox string, r request) error {
	p.mine.Lock()
	r.Group, r.Pin = pinGroup, p.mine.pin
	p.mine.Unlock()
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return p.fault(p.c.nc.PublishRequest("$JS.API.CONSUMER.MSG.NEXT."+p.config.Name+"."+deliverer, inbox, b))
}

// pull asks the cluster whenever somebody here waits, until Close. It leaves nothing in
// between: what was sent to it is held, or was given back.
func (p *place) pull() {
	inbox := p.c.nc.NewInbox()
	come := make(chan *nats.Msg, 1024) // heartbeats may gather while a large message is read
	sub, err := p.c.nc.ChanSubscribe(inbox, come)
	if err != nil {
		return // closed
	}
	pause := pullAgain
	for p.wanted() {
		err := p.pullOnce(inbox, come)
		if err == nil {
			p.c.noted.fine("take " + p.destination)
			pause = pullAgain
			continue
		}
		if p.c.ctx.Err() == nil {
			p.c.noted.trouble("take "+p.destination, fmt.Errorf("cannot take what waits for %s: %w", p.destination, err))
		}
		p.c.sleep(pause)
		pause = min(2*pause, pullAtMost)
	}
	if sub.Unsubscribe() != nil {
		return // NATS is away
	}
	ctx, cancel := context.WithTimeout(context.Background(), connectFor)
	defer cancel()
	if p.c.nc.FlushWithContext(ctx) != nil {
		return
	}
	for len(come) > 0 {
		if m := <-come; m.Header.Get("Status") == "" {
			p.receive(m)
		}
	}
}

// wanted waits until somebody wants something; false when the queue closes.
func (p *place) wanted() bool {
	for p.c.ctx.Err() == nil {
		p.mine.Lock()
		want := p.mine.asking > 0 && len(p.mine.waiting) == 0 || p.mine.gate.closed
		p.mine.Unlock()
		if want {
			return true
		}
		select {
		case <-p.c.ctx.Done():
		case <-p.mine.want:
		}
	}
	return false
}

// pullOnce is one request; what comes is there to be taken as it comes.
func (p *place) pullOnce(inbox string, come <-chan *nats.Msg) error {
	ctx, cancel := context.WithTimeout(p.c.ctx, makeFor)
	_, err := p.consumer(ctx)
	cancel()
	if err == nil {
		err = p.ask(inbox, request{Batch: aheadPacks, Expires: p.c.options.wait / 4, Heartbeat: p.c.options.wait / 20})
	}
	if err != nil {
		return err
	}
	silent := time.NewTimer(pullSilent)
	defer silent.Stop()
	for got := 0; got < aheadPacks; {
		look, err := p.check()
		if err != nil {
			return err
		}
		select {
		case <-look:
		case <-p.mine.renew: // what was asked before is forgotten
			return nil
		case <-p.c.ctx.Done():
			return nil
		case <-silent.C:
			return errors.New("NATS is away, or the stream has no leader")
		case m := <-come:
			silent.Reset(pullSilent)
			switch status := m.Header.Get("Status"); status {
			case "":
				p.receive(m)
				got++
			case "100": // it is there
			case "404", "408": // there was nothing in time
				return nil
			case "423": // another is pinned, or nobody
				p.mine.Lock()
				p.mine.pin = ""
				p.mine.Unlock()
				return nil
			case "503":
				p.forget()
				return errors.New("the stream or its consumer is gone")
			default:
				p.forget()
				return fmt.Errorf("%s %s", status, m.Header.Get("Description"))
			}
		}
	}
	return nil
}

// receive holds a pack.
func (p *place) receive(m *nats.Msg) {
	meta, err := m.Metadata()
	if err != nil {
		p.c.noted.trouble("read "+p.destination, p.fault(err))
		return
	}
	b := &bundle{msg: m, seq: meta.Sequence.Stream}
	p.mine.Lock()
	if pin := m.Header.Get("Nats-Pin-Id"); pin != p.mine.pin {
		p.mine.pin = pin
		p.mine.gate.close(p.c.options.wait)
	}
	known := p.mine.bundles[b.seq]
	if known != nil {
		m.Data = nil // it is here already
		known.msg = m
	}
	past := p.mine.past.has(b.seq)
	p.mine.Unlock()
	switch {
	case known != nil: // it was silent for too long, and still is who has it
		return
	case past: // which the cluster has not heard
		p.confirm(b)
		return
	}
	if err := p.open(b, meta.NumDelivered > 1); err != nil {
		p.unreadable(b, err)
		return
	}
	p.mine.Lock()
	defer p.mine.Unlock()
	p.mine.bundles[b.seq] = b
	if b.left == 0 {
		p.finish(b)
		return
	}
	for _, x := range b.pieces {
		if !x.settled {
			p.queue(x)
		}
	}
	p.wake()
}

// open reads a pack into pieces.
func (p *place) open(b *bundle, again bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.c.ctx), askFor)
	defer cancel()
	blob, err := p.blob(ctx, p.base, b.msg.Subject, b.msg.Header, b.msg.Data)
	if err != nil {
		return err
	}
	messages, err := p.c.unpack(b.msg.Header, blob, p.destination)
	if err != nil {
		return err
	}
	b.pieces, b.left = make([]*piece, len(messages)), len(messages)
	for i, m := range messages {
		b.pieces[i] = &piece{Item: Item{Message: m, ID: p.c.ids.Add(1), Size: size(&m), Redelivered: again}, of: b, at: i}
	}
	if again {
		return p.recall(ctx, b)
	}
	return nil
}

// unreadable decides about a pack that cannot be read. One that is damaged is counted and
// gone. One for which the key is missing is counted too, and left for who has it.
func (p *place) unreadable(b *bundle, why error) {
	messages, _, _ := counts(p.base, b.msg.Subject)
	messages = max(messages, 1)
	var err error
	switch {
	case errors.Is(why, ErrDamaged):
		p.c.lose(p.destination, Loss{Damaged: messages})
		err = p.c.nc.Publish(b.msg.Reply, sayNever)
	case errors.Is(why, ErrKey):
		p.mine.Lock()
		if !p.mine.foreign.has(b.seq) {
			p.mine.foreign.add(b.seq)
			p.c.lose(p.destination, Loss{Damaged: messages})
		}
		p.mine.Unlock()
		err = p.c.nc.Publish(b.msg.Reply, sayBackAfter(p.c.options.wait))
	default:
		err = p.c.nc.Publish(b.msg.Reply, sayBackAfter(pullAgain))
	}
	p.c.noted.trouble("read "+p.destination, fmt.Errorf("part of what waits for %s cannot be read: %w", p.destination, errors.Join(why, err)))
}
