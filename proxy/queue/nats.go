package queue

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// NATSOptions say how to reach a JetStream cluster and what to make there.
type NATSOptions struct {
	URL                       string // nats://host:4222 or tls://host:4222, several separated by commas; may hold a secret
	Credentials               string // file with a user's credentials; "" for none
	CAFile, CertFile, KeyFile string // PEM; "" for the system's authorities and no certificate of our own
	Stream                    string // prefix of streams and subjects: letters, digits, - and _
	Replicas                  int    // of every stream; 0 for 1
	Key                       []byte // encrypts what waits; nil for none
	Log                       *slog.Logger

	wait time.Duration // until what a silent process has taken is given to another; 0 for takenFor
}

const (
	takenFor   = 20 * time.Second // a process that is silent for so long has lost what it took
	askFor     = 10 * time.Second // the cluster has so long for an answer
	makeFor    = 3 * time.Second  // likewise to make a stream or a consumer, which without a leader it never gives
	storeFor   = 5 * time.Second  // likewise to say that it has what it was sent
	connectFor = 2 * time.Second  // likewise each server for a connection
	// JetStream knows what it has for so long: what is sent again until then is kept once.
	knownFor = 2 * time.Minute
)

// cluster is a Queue in JetStream. A destination has a stream of its own, so that one
// that takes nothing fills no other's space, and its limit is the stream's: JetStream
// holds to it exactly. Messages wait there in packs; dead letters one by one in a second
// stream, under a limit that is as large.
//
// One process of a fleet at a time takes what waits for a destination, the one that
// JetStream has pinned; others take over when it is silent for 1.5 times takenFor. So
// order, rate and concurrency hold for a fleet as they do for one process.
//
// What the promise rests on: JetStream acknowledges what its replicas have, and flushes
// that to the disk at once only when the servers are configured with sync_interval:
// always. Append to several destinations is not one transaction: when one of them fails
// the others are taken back, and where that fails too the messages are delivered though
// Append has failed; a caller that tries again makes duplicates.
type cluster struct {
	options NATSOptions
	log     *slog.Logger
	seal    *sealer
	keyID   string // tells the key of a pack; "" for none
	nc      *nats.Conn
	js      jetstream.JetStream
	ctx     context.Context // of everything that goes on by itself
	cancel  context.CancelFunc
	running sync.WaitGroup
	ids     atomic.Uint64 // the last Item.ID
	buried  atomic.Int64  // when a letter last was
	noted   noter
	nobody  string // a subject that nobody listens to

	// mu guards what is below. It may be taken with a place's mine, and never the other
	// way round.
	mu     sync.Mutex
	places map[string]*place
	limits map[string]Limits
	lost   map[string]Loss
	closed bool

	marks stream
}

// openNATS returns before a cluster that is away comes, and goes on by itself when it
// does. It fails on what waiting does not mend: options that are wrong, files that cannot
// be read, and a cluster that is there and refuses us.
func openNATS(o NATSOptions) (*cluster, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Replicas == 0 {
		o.Replicas = 1
	}
	if o.wait == 0 {
		o.wait = takenFor
	}
	if o.Stream == "" || token(o.Stream) != strings.ReplaceAll(o.Stream, "_", "_5f") {
		return nil, fmt.Errorf("NATS: stream %q may have letters, digits, - and _ only", o.Stream)
	}
	c := &cluster{
		options: o, log: o.Log.With("queue", "nats"), seal: newSealer(o.Key), keyID: keyID(o.Key),
		places: map[string]*place{}, limits: map[string]Limits{}, lost: map[string]Loss{},
	}
	c.noted.log = c.log
	c.marks = stream{c: c, config: c.streamConfig("marks", o.Stream+".mark.*", jetstream.LimitsPolicy)}
	c.marks.config.MaxMsgsPerSubject, c.marks.config.Discard = 1, jetstream.DiscardOld
	c.ctx, c.cancel = context.WithCancel(context.Background())
	if err := c.connect(); err != nil {
		c.cancel()
		return nil, err
	}
	c.running.Go(c.tend)
	return c, nil
}

// place is what this process knows of a destination.
func (c *cluster) place(destination string) (*place, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, ErrClosed
	}
	p := c.places[destination]
	if p == nil {
		p = newPlace(c, destination, c.limits[destination])
		c.places[destination] = p
	}
	return p, nil
}

// all are the places there are.
func (c *cluster) all() []*place {
	c.mu.Lock()
	defer c.mu.Unlock()
	places := make([]*place, 0, len(c.places))
	for _, p := range c.places {
		places = append(places, p)
	}
	return places
}

// spawn does something beside, until Close; it tells whether it does.
func (c *cluster) spawn(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.running.Go(f)
	}
	return !c.closed
}

// Limit holds each destination's stream to its limit, from the next time that it is used.
// A limit is space that JetStream sets aside: it refuses one for which it has none.
func (c *cluster) Limit(limits map[string]Limits) {
	c.mu.Lock()
	c.limits = limits
	c.mu.Unlock()
	for _, p := range c.all() {
		p.limit(limits[p.destination])
	}
}

func (c *cluster) Lost() map[string]Loss {
	c.mu.Lock()
	defer c.mu.Unlock()
	lost := make(map[string]Loss, len(c.lost))
	for name, l := range c.lost {
		lost[name] = l
	}
	return lost
}

func (c *cluster) lose(destination string, l Loss) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l.Dropped += c.lost[destination].Dropped
	l.Damaged += c.lost[destination].Damaged
	c.lost[destination] = l
}

// Close gives back what this process has taken and not settled, so that others need not
// wait for it.
func (c *cluster) Close() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed = true
	c.mu.Unlock()
	if c.nc.IsConnected() {
		select {
		case <-c.js.PublishAsyncComplete():
		case <-time.After(connectFor):
		}
	}
	c.cancel()
	c.running.Wait()
	if c.nc.IsConnected() {
		ctx, cancel := context.WithTimeout(context.Background(), connectFor)
		defer cancel()
		for _, p := range c.all() {
			p.giveBack(ctx)
			p.unpin(ctx)
		}
	}
	c.nc.Close()
	return nil
}

// sleep lasts so long, or until Close.
func (c *cluster) sleep(d time.Duration) {
	select {
	case <-c.ctx.Done():
	case <-time.After(d):
	}
}
