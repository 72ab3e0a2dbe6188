// Package inventory holds what the control plane knows of traffic and what people
// decide about it: data points, where they were met and what was done to them, the
// inbox of what nobody has decided on, and the audit of every decision.
//
// No value of an event is anywhere in it. Paths are the engine's, with names that
// are identifiers or personal data folded to "*"; values are shapes
// (aaa@aaaaaaa.aaa); names of events are folded like paths. Names of fields are
// chosen by whoever sends events: whoever shows them escapes them.
package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/eventveil/eventveil/rules"
)

// ID names a data point: 20 hexadecimal digits, the same in every process.
type ID string

// IDOf is the ID of what was found as a type at a path. The type is "" for a field in
// which nothing personal was found.
func IDOf(path, typ string) ID {
	sum := sha256.Sum256([]byte(path + "\x00" + typ))
	return ID(hex.EncodeToString(sum[:10]))
}

// Status says whether somebody has decided on a data point.
type Status string

// The statuses.
const (
	New      Status = "new"      // nobody has
	Approved Status = "approved" // it is what it is said to be
	Ignored  Status = "ignored"  // it is nothing personal
)

// Statuses are all of them.
var Statuses = []Status{New, Approved, Ignored}

// Finding is what detection says of a data point. The latest is kept.
type Finding struct {
	Type       string // "" for a field in which nothing personal was found
	Class      string // the type's: red, yellow or green
	Matched    string // key, value or both; "" when a rule selects the path
	How        string // exact, synonym, fuzzy, pattern or validated
	Confidence int    // in percent; see engine.Evidence
}

// Verdict is what people say of a data point, from one source or from all.
type Verdict struct {
	Source string // "" for all that have no verdict of their own
	Status Status
	Type   string // what it is; the found one unless somebody said otherwise
	Class  string // likewise
}

// DataPoint is a row of the inventory: a normalised path and what was found there.
type DataPoint struct {
	ID        ID
	Path      string
	Found     Finding
	Verdict             // for all sources
	PerSource []Verdict // ordered by source
	Note      string
	Owner     string // who answers for it; free text
	Version   int64  // grows with every decision; 0 before the first
	DecidedBy string // who decided last; "" when nobody has
	DecidedAt time.Time

	Shape     string // of one value; "" when none was drawn
	Drift     string // what the path was known for when this was found first, "email, phone" or "nothing personal"; "" when it was not known
	FirstSeen time.Time
	LastSeen  time.Time
	Count     int64 // findings; 0 for a field in which nothing was found, which is not counted
	Sources   []string
	// Destinations are those that events with it went to, whatever was done to it.
	Destinations []string
}

// Decided tells whether somebody has said anything about a data point.
func (d *DataPoint) Decided() bool { return d.Status != New || len(d.PerSource) > 0 }

// Observed is a data point as a process met it.
type Observed struct {
	Path  string
	Found Finding
	Shape string // "" keeps what is known
}

// ID is the data point's.
func (o *Observed) ID() ID { return IDOf(o.Path, o.Found.Type) }

// Sighting counts findings of a data point since the last batch. With no destination
// it counts that they were met; with one, what was done to them for it. Every finding
// is in one sighting without a destination, and in one for each destination.
type Sighting struct {
	Point       ID
	Source      string
	Event       string // name of the event as it may be shown; "" for one without a name
	Destination string
	Action      string // as in YAML: allow, block, hash …
	Rule        string // the rule that decided; "" for the destination's default, and for what is kept from it whatever the rules say
	Class       string // red, yellow or green: as what it was acted on; counts by hour go by it; never ""
	Count       int64
}

// Intact tells whether an action leaves what was found as it is.
func Intact(action string) bool {
	return action == rules.Allow.String() || action == rules.Integrate.String()
}

// Outcomes counts events by what became of them since the last batch.
type Outcomes struct {
	Destination string
	Outcome     string // as in the metric eventveil_events_total
	Count       int64
}

// RuleCount is how often a rule decided, or the default of a destination (Rule ""), also
// about what the destination was kept from whatever the rules say.
// In a Batch it counts since the last one.
type RuleCount struct {
	Rule, Destination, Action string
	Count                     int64
	LastSeen                  time.Time // of no meaning in a Batch
}

// Overflow counts findings that were not recorded, because a limit was reached.
type Overflow struct {
	Source string
	Count  int64
}

// Process is a running Eventveil.
type Process struct {
	ID       string // random, of this run
	Host     string
	Role     string // all, proxy or portal
	Version  string
	Policy   string // the first digits of the configuration's SHA-256, so that differing ones can be seen
	Started  time.Time
	LastSeen time.Time
	Lost     int64 // findings that were met and not recorded, since the start

	// Queue names the queue that it has to itself, if any, the same after a restart: what
	// waits there is told by the latest run alone. Store.Processes leaves it empty.
	Queue string
}

// Batch is what a process has met since its last batch.
type Batch struct {
	At        time.Time // the end of the interval; sightings count for its hour
	Process   Process
	Points    []Observed
	Sightings []Sighting // each ID is among Points here or in an earlier batch
	Rules     []RuleCount
	Outcomes  []Outcomes
	Overflow  []Overflow
}

// Empty tells whether there is nothing but the process itself in a batch.
func (b *Batch) Empty() bool {
	return len(b.Points)+len(b.Sightings)+len(b.Rules)+len(b.Outcomes)+len(b.Overflow) == 0
}

// Entry is a line of the audit: who did what to what, and how it was before. Entries
// form a chain: each hash covers the entry and the hash before it, see Entry.Sum.
type Entry struct {
	Seq    int64     // from 1, without gaps
	At     time.Time // whole microseconds, UTC
	Actor  string    // the user, or "token:NAME"
	Action string    // "decide", "export", "login" …
	Object string    // a data point's ID, or what else it is about; never a value
	Label  string    // the object as people know it: "traits.email · email"
	Before string    // JSON of what was changed; "" when nothing was
	After  string
	Prev   string // hash of the entry before; "" for the first
	Hash   string
}
