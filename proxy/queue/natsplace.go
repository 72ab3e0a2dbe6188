package queue

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	deliverer = "deliver" // the consumer that the fleet shares
	pinGroup  = "one"     // of its clients, all in one
	// aheadPacks is what is asked for at once. A process holds no more beside what its
	// deliverer has taken.
	aheadPacks = 8
	// mostTaken bounds the packs that are taken and not settled.
	mostTaken = 4096
	// parcelMessages and parcelBytes bound a pack, but for its first message: it is
	// acknowledged as a whole, and what was settled of it may come again after a crash.
	parcelMessages = 64
	parcelBytes    = 256 << 10
)

// place is a destination's streams and what this process holds of what waits.
type place struct {
	stream
	destination string
	base        string // of the stream's subjects

	dead     stream // its dead letters
	deadBase string
	deadSeen deadIndex

	asks   sync.Mutex // held by what makes the consumer
	pulled jetstream.Consumer

	full sync.Mutex // held by what drops the oldest

	mine struct {
		sync.Mutex
		limits  Limits
		bundles map[uint64]*bundle // that this process has taken, by sequence
		held    map[uint64]*piece  // that callers of Next have, by Item.ID
		waiting []*piece           // that none has, in order
		changed chan struct{}      // closed when there may be something to take
		gate    gate
		past    recent // that are settled
		foreign recent // for which the key is missing

		want    chan struct{} // something to take
		renew   chan struct{} // there is a new connection
		asking  int           // callers of Next that wait
		asked   time.Time     // when one last did
		pulling bool
		pin     string // by which JetStream knows that we are the one; "" when we are not

		confirming int           // bundles of which the cluster is being told
		confirmed  chan struct{} // closed when there are none

		first firstPack
	}
}

// firstPack is what Backlogs has found about the first pack, which stays the first for
// long when much waits.
type firstPack struct {
	seq      uint64
	accepted time.Time
}

// signal wakes who waits on a channel with room for one.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func newPlace(c *cluster, destination string, l Limits) *place {
	t := token(destination)
	p := &place{destination: destination, base: c.options.Stream + ".out." + t, deadBase: c.options.Stream + ".dead." + t}
	p.dead = stream{c: c, config: c.streamConfig("dead-"+t, p.deadBase+".>", jetstream.LimitsPolicy)}
	p.stream = stream{c: c, config: c.streamConfig("out-"+t, p.base+".>", jetstream.WorkQueuePolicy)}
	p.mine.bundles, p.mine.held = map[uint64]*bundle{}, map[uint64]*piece{}
	p.mine.changed, p.mine.want, p.mine.renew = make(chan struct{}), make(chan struct{}, 1), make(chan struct{}, 1)
	p.mine.limits, p.config.MaxBytes, p.dead.config.MaxBytes = l, l.most(), l.most()
	return p
}

// limit bounds what waits and, likewise, the dead letters, from their next use on.
func (p *place) limit(l Limits) {
	p.mine.Lock()
	p.mine.limits = l
	p.mine.Unlock()
	p.stream.limit(l)
	p.dead.limit(l)
}

// consumer is the one by which the fleet takes.
func (p *place) consumer(ctx context.Context) (jetstream.Consumer, error) {
	made, err := p.get(ctx)
	if err != nil {
		return nil, err
	}
	p.asks.Lock()
	defer p.asks.Unlock()
	if p.pulled != nil {
		return p.pulled, nil
	}
	wait := p.c.options.wait
	pulled, err := made.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: deliverer, AckPolicy: jetstream.AckExplicitPolicy, AckWait: wait, MaxDeliver: -1, MaxAckPending: mostTaken,
		FilterSubject: p.base + ".pack.>", PriorityPolicy: jetstream.PriorityPolicyPinned, PriorityGroups: []string{pinGroup},
		PinnedTTL: wait * 3 / 2, // what the one has lost is given again before another gets what follows
	})
	if err != nil {
		return nil, p.fault(err)
	}
	p.pulled = pulled
	return pulled, nil
}

// forget makes stream and consumer anew when they are next used.
func (p *place) forget() {
	p.again()
	p.asks.Lock()
	defer p.asks.Unlock()
	p.pulled = nil
}

// pack is a parcel of messages, which are of this destination.
func (p *place) pack(messages []Message, msgID string) *parcel {
	events := 0
	for i := range messages {
		events += messages[i].Events
	}
	header := nats.Header{}
	header.Set(headMessages, strconv.Itoa(len(messages)))
	header.Set(headEvents, strconv.Itoa(events))
	if at := messages[0].Accepted; !at.IsZero() {
		header.Set(headAccepted, strconv.FormatInt(at.UnixNano(), 10))
	}
	// JetStream counts messages by their subject: so the numbers are in it.
	subject := fmt.Sprintf("%s.pack.%d.%d", p.base, len(messages), events)
	return p.parcel(p.base, subject, msgID, header, p.c.seal.pack(nil, p.destination, messages))
}

// counts reads how many messages and events are in a pack from its subject.
func counts(base, subject string) (messages, events int64, ok bool) {
	rest, ok := strings.CutPrefix(subject, base+".pack.")
	if !ok {
		return 0, 0, false
	}
	f := strings.Split(rest, ".")
	if len(f) != 3 {
		return 0, 0, false
	}
	messages, err1 := strconv.ParseInt(f[0], 10, 64)
	events, err2 := strconv.ParseInt(f[1], 10, 64)
	return messages, events, err1 == nil && err2 == nil
}
