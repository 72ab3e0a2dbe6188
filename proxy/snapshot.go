package proxy

import (
	"errors"
	"fmt"
	"time"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/proxy/upstream"
	"github.com/eventveil/eventveil/proxy/wire"
	"github.com/eventveil/eventveil/rules"
)

// Snapshot is everything that one policy decides about traffic. It is immutable: a
// request finishes on the one it began with.
type Snapshot struct {
	policy    *rules.Policy
	engine    *engine.Engine
	routes    map[string]*wire.Dialect
	inline    int              // index of the inline destination; -1 when there is none
	upstream  *upstream.Client // of the inline destination; nil when there is none
	device    *upstream.Client // of the server that SDKs load settings and scripts from; nil when there is none
	queue     queue.Queue      // nil when there is none
	owed      []int            // indexes of the queued destinations
	replaced  [][]header       // by destination: headers that it gets instead of the SDK's
	points    pointHeaders
	table     *table
	preflight preflightAnswer
	via       []byte // the Via of requests that go out
}

// target is where a request goes: a server, and the index of the destination whose
// rules decide what may go along. With -1 only that goes which no destination's rules touch.
type target struct {
	client      *upstream.Client
	destination int
}

// collector is the inline destination.
func (n *Snapshot) collector() target { return target{n.upstream, n.inline} }

// patience is how long what is streamed from the inline destination may pause.
func (n *Snapshot) patience() time.Duration {
	if n.upstream == nil {
		return n.policy.Timeouts.Upstream
	}
	return n.upstream.Timeout
}

// takesUnread tells whether there is a destination for bodies that nobody has read. A
// queue holds only what the rules have made fit, and so does what an allow-list gets.
func (n *Snapshot) takesUnread() bool {
	return n.inline >= 0 && !n.policy.Destinations[n.inline].AllowList
}

// newSnapshot prepares a policy. The connections of the last one are kept when they go
// to the same place in the same way.
func newSnapshot(p *rules.Policy, last *Snapshot, q queue.Queue) (*Snapshot, error) {
	n := &Snapshot{policy: p, inline: -1, queue: q, routes: map[string]*wire.Dialect{}, points: newPointHeaders(p.ForwardHeaders), preflight: newPreflightAnswer(p)}
	for i := range p.Destinations {
		d := &p.Destinations[i]
		switch {
		case d.Queued && q == nil:
			return nil, errors.New("cannot serve: destination " + d.Name + ` has "delivery: queued", and this process has no queue; set queue.path and start again, or make it inline`)
		case d.Queued:
			n.owed = append(n.owed, i)
		case n.inline >= 0:
			return nil, errors.New("cannot serve: destinations " + p.Destinations[n.inline].Name + " and " + d.Name + " are both inline; one answer goes to the SDK")
		default:
			n.inline = i
		}
		n.replaced = append(n.replaced, replacedHeaders(d))
	}
	if len(p.Destinations) == 0 {
		return nil, errors.New("cannot serve: there is no destination")
	}
	if n.inline >= 0 {
		d := &p.Destinations[n.inline]
		to := upstream.Of(d, p)
		if last != nil && last.upstream != nil && last.upstream.Target == to {
			n.upstream = last.upstream
		} else {
			var err error
			if n.upstream, err = upstream.New(to); err != nil {
				return nil, fmt.Errorf("cannot use destination %s: %w", d.Name, err)
			}
		}
	}
	if err := n.newDevice(last); err != nil {
		return nil, err
	}
	n.engine = engine.New(p)
	for _, r := range wire.Routes {
		n.routes[r.Path] = r.Dialect
		n.routes[r.Path+"/"] = r.Dialect
	}
	return n, nil
}

func replacedHeaders(d *rules.Destination) []header {
	var list []header
	for _, h := range d.Headers {
		list = append(list, header{[]byte(h.Name), h.Value})
	}
	return list
}

// limits are those of what waits for the queued destinations.
func (n *Snapshot) limits() map[string]queue.Limits {
	m := map[string]queue.Limits{}
	for _, i := range n.owed {
		d := &n.policy.Destinations[i]
		m[d.Name] = queue.Limits{Bytes: d.Backlog.Bytes, DropOldest: d.Backlog.DropOldest}
	}
	return m
}
