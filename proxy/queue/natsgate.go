package queue

import (
	"context"
	"time"
)

// gate keeps what comes from being handed out until all is here that others have had and
// did not settle. JetStream gives that first, but in the order in which it was returned or
// lost. It is closed when this process becomes the one that takes, and when it has given
// something back.
type gate struct {
	closed bool
	until  time.Time // what is not here then is left
	asked  time.Time
	last   uint64 // the sequence up to which others may have had something
	packs  int    // that are not settled, of those up to last
}

const (
	mostGated = 256                    // packs are waited for at most: they are in memory
	gateAgain = 100 * time.Millisecond // the cluster is asked how many there are
)

func (g *gate) close(wait time.Duration) {
	*g = gate{closed: true, until: time.Now().Add(2 * wait)}
}

// check opens the gate when it is time. It is to be asked again when again tells, or when
// something came.
func (p *place) check() (again <-chan time.Time, err error) {
	p.mine.Lock()
	g := p.mine.gate
	p.mine.Unlock()
	if !g.closed {
		return nil, nil
	}
	if time.Since(g.asked) >= gateAgain {
		ctx, cancel := context.WithTimeout(p.c.ctx, askFor)
		defer cancel()
		consumer, err := p.consumer(ctx)
		if err != nil {
			return nil, err
		}
		info, err := consumer.Info(ctx)
		if err != nil {
			return nil, p.fault(err)
		}
		g.asked, g.last, g.packs = time.Now(), info.Delivered.Stream, info.NumAckPending
	}
	p.mine.Lock()
	defer p.mine.Unlock()
	here := len(p.mine.foreign.known)
	for seq := range p.mine.bundles {
		if seq <= g.last {
			here++
		}
	}
	if here >= g.packs || g.packs > mostGated || time.Now().After(g.until) {
		g.closed = false
		p.wake()
	}
	if p.mine.gate.until.Equal(g.until) { // it was not closed again
		p.mine.gate = g
	}
	if p.mine.gate.closed {
		again = time.After(gateAgain)
	}
	return again, nil
}
