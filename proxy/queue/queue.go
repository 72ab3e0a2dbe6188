// Package queue holds messages for destinations until they are delivered: in a SQLite
// file of this process, or in a NATS JetStream cluster. Both promise the same, and one
// suite (queuetest) holds them to it: what was acknowledged is delivered at least once,
// in the order of its source within a process, whatever stops the process meanwhile.
//
// Messages hold only what the policy lets a destination have. With a key they are
// encrypted where they wait.
package queue

import (
	"context"
	"errors"
	"time"
)

// Message is one request's worth of events for one destination.
type Message struct {
	Destination string
	Source      string // order is kept within one
	Format      string // how events lie in Body: the name of a wire.Dialect
	Path        string // as the SDK asked for it
	Query       string
	Headers     []Header // of the SDK's, as the destination may have them
	Body        []byte   // not compressed
	Events      int
	Accepted    time.Time
}

// Header is a header of a request.
type Header struct{ Name, Value string }

// Item is a message that was taken from a queue and is not settled yet.
type Item struct {
	Message
	ID   uint64 // of the queue's; distinct for what is not settled
	Size int64  // bytes in the queue
	// Redelivered: it was taken before, by this process or one that ended.
	Redelivered bool
}

// Dead is a message that a destination will not take.
type Dead struct {
	Message
	Reason string // one of the Reasons
	Status int    // of the destination's last answer; 0 for none
	At     time.Time
}

// Why messages are set aside.
const (
	Rejected = "rejected" // an answer that will not change (4xx)
	Failing  = "failing"  // tried as often as the configuration says
	Expired  = "expired"  // older than the configuration says
)

// Reasons are all of them.
var Reasons = []string{Rejected, Failing, Expired}

// Group is dead letters that have all but their content in common.
type Group struct {
	Destination, Source, Reason string
	Status                      int
	Messages, Events, Bytes     int64
	First, Last                 time.Time // Dead.At
}

// Selection chooses dead letters; what is zero chooses all.
type Selection struct {
	Destination, Source, Reason string
	Before                      time.Time // set aside at or before
}

// Backlog is what waits for a destination, taken or not.
type Backlog struct {
	Messages, Events, Bytes int64
	Oldest                  time.Time // Accepted of the oldest; zero when nothing waits
}

// Limits bound what waits for a destination.
type Limits struct {
	Bytes      int64
	DropOldest bool // when full the oldest goes, and is counted; otherwise Append fails
}

// Errors of a Queue.
var (
	// ErrFull: a destination's limit is reached, or the disk is full.
	ErrFull = errors.New("the queue is full")
	// ErrDamaged: what was read is not what was written.
	ErrDamaged = errors.New("what waits in the queue is damaged")
	// ErrKey: what waits is not damaged, but a process needs another key to read it.
	ErrKey    = errors.New("what waits was encrypted with another key than queue.key: configure the former key until nothing waits and no dead letters are left, then change it")
	ErrClosed = errors.New("the queue is closed")
)

// Ticket is messages on their way into a queue.
type Ticket interface {
	// Wait returns nil once they will survive what the queue promises to survive. After
	// an error none of them is in it.
	Wait() error
}

// Queue keeps messages. All methods are safe for concurrent use.
type Queue interface {
	// Append begins to add messages, all or none; Wait on the Ticket. Nothing of the
	// messages is used after Append returns.
	Append(messages []Message) (Ticket, error)
	// Next takes the oldest messages of a destination that are not taken: at least one,
	// for which it waits, at most so many messages and, but for the first, bytes.
	Next(ctx context.Context, destination string, messages int, bytes int64) ([]*Item, error)
	// Ack settles what was delivered or buried. A crash soon after may undo it.
	Ack(items ...*Item) error
	// Return gives back what was taken and will not be delivered now, to be taken again
	// in its order.
	Return(items ...*Item)
	// Bury keeps dead letters; durable when it returns.
	Bury(dead []Dead) error

	// Limit bounds destinations by name; what it does not name is unbounded.
	Limit(limits map[string]Limits)
	// Backlogs tells what waits, by destination; those of destinations that are not
	// configured any more among them.
	Backlogs() (map[string]Backlog, error)
	// Groups lists the dead letters by what they have in common.
	Groups(ctx context.Context) ([]Group, error)
	// Letters visits dead letters, the oldest first, at most so many; for a look at them.
	Letters(ctx context.Context, s Selection, limit int, visit func(Dead)) error
	// Replay puts dead letters back into the queue, as if accepted now; it returns how many.
	Replay(ctx context.Context, s Selection) (int64, error)
	// Purge forgets dead letters; it returns how many.
	Purge(ctx context.Context, s Selection) (int64, error)
	// Lost counts messages that were dropped as the oldest of a full queue, or found
	// damaged, by destination, since the start.
	Lost() map[string]Loss
	// Mark and Marked keep a number by name, as long as the queue.
	Mark(name string, n int64) error
	Marked(name string) (int64, error)
	Close() error
}

// Loss counts events that were acknowledged and will not be delivered.
type Loss struct {
	Dropped int64 // as the oldest of a full queue
	Damaged int64 // messages; how many events was in them cannot be told
}
