package inventory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/eventveil/eventveil/rules"
)

// Backlog is what waits for a destination in a process.
type Backlog struct {
	Process     string // Process.ID; "" for a queue that all processes share
	Host        string // the process's; "" likewise
	Destination string
	Messages    int64 // requests
	Events      int64
	Bytes       int64
	Oldest      time.Time // when the oldest was accepted; zero when nothing waits
	Delivered   int64     // events since the start of the process
	Retries     int64     // likewise
	Lost        int64     // events that were dropped from a full queue, likewise
	Trouble     string    // why nothing is delivered now, in the program's own words; ""
	Since       time.Time // since when
	LastSeen    time.Time
}

// DeadGroup is events that a destination will not take, by what they have in common.
type DeadGroup struct {
	Process     string // as in Backlog
	Host        string
	Destination string
	Source      string
	Reason      string // rejected, failing or expired
	Status      int    // of the destination's last answer; 0 for none
	Messages    int64
	Events      int64
	Bytes       int64
	First, Last time.Time
}

// Why events are set aside: DeadGroup.Reason.
const (
	Rejected = "rejected" // the destination's answer will not change
	Failing  = "failing"  // tried as often as the configuration says
	Expired  = "expired"  // older than the configuration says
)

// Reasons are all of them.
var Reasons = []string{Rejected, Failing, Expired}

// What can be done with dead letters.
const (
	Replay = "replay" // deliver again
	Purge  = "purge"  // forget
)

// DeadOrder tells every process what to do with dead letters. What is "" chooses all.
type DeadOrder struct {
	ID                          int64 // grows, in a new store too
	What                        string
	Destination, Source, Reason string
	Actor                       string
	At                          time.Time // dead letters that were set aside later are not meant
	Messages, Events            int64     // that were known to be meant when it was given
}

// Means tells whether an order is about dead letters.
func (o *DeadOrder) Means(g *DeadGroup) bool {
	return (o.Destination == "" || o.Destination == g.Destination) && (o.Source == "" || o.Source == g.Source) && (o.Reason == "" || o.Reason == g.Reason)
}

// Check says what is wrong with an order, in a *Refusal. It may name what is in the
// configuration, or was and has left dead letters.
func (o *DeadOrder) Check(p *rules.Policy, dead []DeadGroup) error {
	var destinations, sources []string
	for i := range p.Destinations {
		destinations = append(destinations, p.Destinations[i].Name)
	}
	for i := range p.Sources {
		sources = append(sources, p.Sources[i].Name)
	}
	for i := range dead {
		destinations, sources = append(destinations, dead[i].Destination), append(sources, dead[i].Source)
	}
	for _, m := range []struct {
		kind, name string
		known      []string
	}{{"destination", o.Destination, destinations}, {"source", o.Source, sources}} {
		if m.name == "" || slices.Contains(m.known, m.name) {
			continue
		}
		reason := fmt.Sprintf("there is no %s of that name", m.kind)
		if near := rules.Nearest(m.name, m.known); near != "" {
			reason += fmt.Sprintf("; did you mean %q?", near)
		}
		return &Refusal{reason}
	}
	if o.Reason != "" && !slices.Contains(Reasons, o.Reason) {
		return &Refusal{"reason is one of " + strings.Join(Reasons, ", ")}
	}
	return nil
}

// Deliverer is what a process tells of its deliveries, and carries out.
type Deliverer interface {
	// Name is Process.Queue.
	Name() string
	// Backlogs and Dead leave Host and LastSeen empty; Process is "" for what is shared.
	Backlogs() ([]Backlog, error)
	Dead() ([]DeadGroup, error)
	// Carried is the ID of the last order that was carried out; Carry carries one out
	// and remembers that.
	Carried() (int64, error)
	Carry(DeadOrder) error
}
