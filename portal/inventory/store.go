package inventory

import (
	"context"
	"errors"
	"time"
)

// What a Store answers beside faults of the database.
var (
	ErrNotFound = errors.New("there is no such data point")
	ErrChanged  = errors.New("somebody else has changed it meanwhile")
	ErrCursor   = errors.New("the cursor is not one that this server gave out for this question")
	// ErrTwin: what a data point is said to be is a data point of its own at that path.
	ErrTwin = errors.New("the path is already known to hold that type as a data point of its own: approve that one and ignore this")
	// ErrUntyped: a field in which nothing was found is to be personal, but not as what.
	ErrUntyped = errors.New("nothing was found in this field, so say what it holds: give type")
)

// Store keeps the inventory. All methods are safe for concurrent use, by many
// processes on one database as well. Times are stored in UTC with microseconds.
type Store interface {
	// Observe adds a batch, all or nothing. A point that is new gets status New and, when
	// its path was known before this batch, Drift. A field in which nothing was found is
	// added only when its path is not known. Beyond Limits no further points are added,
	// and their sightings count as overflow of their source. A batch with a sighting of
	// no class is refused.
	Observe(ctx context.Context, b *Batch) error

	// Points lists data points, without PerSource. Filters of different kinds must all
	// hold, of one kind any.
	Points(ctx context.Context, l List) (Page, error)
	// Point is one data point with everything known; ErrNotFound.
	Point(ctx context.Context, id ID) (*DataPoint, error)
	// Facets counts data points by each kind of filter, as if that kind were not set.
	Facets(ctx context.Context, f Filter) (*Facets, error)
	// Sightings lists where one data point was met and what was done to it there, since
	// it is known: the most frequent first, at most 1000.
	Sightings(ctx context.Context, id ID) ([]Seen, error)
	// Flows adds up what was done to the data points of a filter, by source,
	// destination, type, class and action. Rows without a destination count what was met.
	Flows(ctx context.Context, f Filter) ([]Flow, error)
	// Hours are findings by hour, from since on, of one data point or ("") of all.
	Hours(ctx context.Context, id ID, since time.Time) ([]Hour, error)
	// OutcomesSince adds up the outcomes of events by hour.
	OutcomesSince(ctx context.Context, since time.Time) ([]OutcomeHour, error)
	// Rules adds up Batch.Rules, over all time.
	Rules(ctx context.Context) ([]RuleCount, error)
	// Overflow is what did not fit, by source, over all time.
	Overflow(ctx context.Context) ([]Overflow, error)
	// Processes are those that have been heard of within a day.
	Processes(ctx context.Context) ([]Process, error)

	// SetDelivery replaces what is known of the deliveries of a process and of earlier ones
	// with its queue. Of a shared queue (Process "") it replaces what is known of the
	// destinations that it speaks of, whoever told it. Those of processes that are not heard
	// of any more are forgotten with them.
	SetDelivery(ctx context.Context, p Process, backlogs []Backlog, dead []DeadGroup) error
	// Backlogs and Dead list what processes tell of their deliveries, by destination.
	Backlogs(ctx context.Context) ([]Backlog, error)
	Dead(ctx context.Context) ([]DeadGroup, error)
	// OrderDead notes an order for all processes and writes the audit; ID, At and the counts
	// are the store's.
	OrderDead(ctx context.Context, o DeadOrder) (DeadOrder, error)
	// DeadOrders are those after an ID, the oldest first.
	DeadOrders(ctx context.Context, after int64) ([]DeadOrder, error)

	// Decide makes changes and writes the audit, in one transaction. The error of each
	// change stands at its index: nil, ErrNotFound, ErrTwin, ErrUntyped or ErrChanged; those that fail
	// change nothing, the others are made. The second error is of the database: then
	// nothing was changed.
	Decide(ctx context.Context, actor string, changes []Change) ([]error, error)
	// Decisions are all that people have decided, and the version of that.
	Decisions(ctx context.Context) (*Decisions, error)
	// Version is the version of Decisions: it grows with every decision, and asking is cheap.
	Version(ctx context.Context) (int64, error)

	// Note writes an entry to the audit; Seq, Prev, Hash and At are the store's.
	Note(ctx context.Context, e Entry) error
	// Audit lists entries, the latest first: those before seq (0: from the latest), at
	// most limit, of one object or ("") of all.
	Audit(ctx context.Context, object string, before int64, limit int) ([]Entry, error)

	// PutSession, Session and DropSession keep who is logged in, by the hash of what the
	// browser holds. Session is nil for one that is unknown or has expired.
	PutSession(ctx context.Context, key string, s Session) error
	Session(ctx context.Context, key string) (*Session, error)
	DropSession(ctx context.Context, key string) error

	// Ping tells whether the database answers and can be written to.
	Ping(ctx context.Context) error
	// Prune forgets hours before a time, expired sessions, silent processes, and orders of
	// which every process must have heard.
	Prune(ctx context.Context, before time.Time) error
	Close() error
}

// Filter selects data points. An empty list selects all.
type Filter struct {
	ID          ID // one data point; "" for all
	Class       []string
	Type        []string
	Status      []string
	Source      []string // met from any of these
	Destination []string // events with it went to any of these
	Action      []string // and this was done to it, for one of Destination when that is set
	Drift       bool     // only those with Drift
	Personal    bool     // only those whose class is not green, or that somebody has decided on
	Query       string   // part of the path, note or owner, whatever the case
}

// Order is what a list is sorted by. Ties are in the order of paths, types and IDs.
type Order string

// The orders.
const (
	ByClass Order = "class" // red first, then the most frequent
	ByPath  Order = "path"
	ByType  Order = "type"
	ByCount Order = "count"      // the most frequent first
	ByFirst Order = "first_seen" // the latest first
	ByLast  Order = "last_seen"  // the latest first
)

// Orders are all of them, the default first.
var Orders = []Order{ByClass, ByPath, ByType, ByCount, ByFirst, ByLast}

// MaxLimit is the most data points on one page of a list.
const MaxLimit = 1000

// List is a question for data points.
type List struct {
	Filter
	Order   Order // "" for ByClass
	Reverse bool
	Cursor  string // Page.Next of the page before; "" for the first
	Limit   int    // 1 to MaxLimit
}

// Page is an answer.
type Page struct {
	Items []DataPoint
	Next  string // the cursor of the next page; "" when this is the last
	Total int    // on all pages
}

// Bucket is one value of a facet.
type Bucket struct {
	Value string
	Count int // of data points
}

// Facets are the values there are, the most frequent first; classes red first,
// statuses in their order. What has no type is not among the types.
type Facets struct {
	Class, Type, Status, Source, Destination, Action []Bucket
}

// Seen is one combination in which a data point was met.
type Seen struct {
	Source, Event, Destination, Action, Rule string // as in Sighting
	FirstSeen, LastSeen                      time.Time
	Count                                    int64
}

// Flow is how much of a type went from a source to a destination, and what was done
// to it. Type and Class are as decided.
type Flow struct {
	Source, Destination, Type, Class, Action string
	Points                                   int   // distinct data points
	Count                                    int64 // findings
	LastSeen                                 time.Time
}

// Hour counts findings in an hour. Destination is "" for what was met. Class is what they
// were acted on as, whatever has been decided since.
type Hour struct {
	At                                 time.Time // the hour's beginning
	Source, Destination, Action, Class string
	Count                              int64
}

// OutcomeHour counts events in an hour.
type OutcomeHour struct {
	At time.Time
	Outcomes
}

// Change is what somebody wants to be different about a data point. What is nil stays.
type Change struct {
	ID     ID
	Source string // the verdict of this source alone; "" for all
	Status *Status
	Class  *string
	Type   *string
	Note   *string // of the data point, whatever the source
	Owner  *string // likewise
	// IfVersion is the version that the change was made for; nil for any.
	IfVersion *int64
}

// Decision is a verdict that is to be in force.
type Decision struct {
	Path  string
	Found string // type, as found; "" for a field in which nothing was found
	Verdict
}

// Decisions are the verdicts of people: those with a status other than New, and those
// that change type or class.
type Decisions struct {
	Version int64
	List    []Decision // ordered by path, found type and source
}

// Session is who is logged in.
type Session struct {
	User    string
	Role    string
	Token   string // against forged requests
	Expires time.Time
}
