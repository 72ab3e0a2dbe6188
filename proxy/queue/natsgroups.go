package queue

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/nats-io/nats.go/jetstream"
)

// deadIndex remembers what Groups has read, so that it reads only what came since, for as
// long as nothing goes.
type deadIndex struct {
	sync.Mutex
	groups map[deadKey]Group
	last   uint64 // sequence
	count  uint64 // of letters
	born   int64  // when the stream was made: another has other sequences
}

type deadKey struct {
	source, reason string
	status         int
}

func (c *cluster) Groups(ctx context.Context) ([]Group, error) {
	places, err := c.stored(ctx, "dead")
	if err != nil {
		return nil, err
	}
	var all []Group
	for _, p := range places {
		groups, err := p.groups(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, groups...)
	}
	slices.SortFunc(all, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.Destination, b.Destination), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Status, b.Status))
	})
	return all, nil
}

func (p *place) groups(ctx context.Context) ([]Group, error) {
	made, err := p.dead.there(ctx)
	if err != nil {
		return nil, p.dead.fault(err)
	}
	info, err := made.Info(ctx, jetstream.WithSubjectFilter(p.deadBase+".letter.>"))
	if err != nil {
		return nil, p.dead.fault(err)
	}
	there := uint64(0)
	for _, n := range info.State.Subjects {
		there += n
	}
	x := &p.deadSeen
	x.Lock()
	defer x.Unlock()
	if born := info.Created.UnixNano(); x.groups == nil || x.born != born || there < x.count {
		x.begin(born)
	}
	if err := x.read(ctx, p, info.State.LastSeq); err != nil {
		return nil, err
	}
	if x.count != there { // some went, whichever
		x.begin(x.born)
		if err := x.read(ctx, p, info.State.LastSeq); err != nil {
			return nil, err
		}
	}
	return slices.Collect(maps.Values(x.groups)), nil
}

func (x *deadIndex) begin(born int64) {
	x.groups, x.last, x.count, x.born = map[deadKey]Group{}, 0, 0, born
}

// read adds the letters up to a sequence.
func (x *deadIndex) read(ctx context.Context, p *place, to uint64) error {
	if x.last >= to {
		return nil
	}
	err := p.scan(ctx, x.last+1, func(l letter) bool {
		if l.seq <= to {
			x.add(l.Group)
		}
		return l.seq < to
	})
	if err != nil {
		x.groups = nil // it is not known how far it went
		return err
	}
	x.last = to
	return nil
}

func (x *deadIndex) add(g Group) {
	k := deadKey{g.Source, g.Reason, g.Status}
	have, ok := x.groups[k]
	if ok {
		g.add(have)
	}
	x.groups[k] = g
	x.count++
}

// add joins a group that has all in common.
func (g *Group) add(o Group) {
	g.Messages += o.Messages
	g.Events += o.Events
	g.Bytes += o.Bytes
	if o.First.Before(g.First) {
		g.First = o.First
	}
	if o.Last.After(g.Last) {
		g.Last = o.Last
	}
}
