package inventory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/eventveil/eventveil/rules"
)

// Delivery is how events get to a destination, from all processes together.
type Delivery struct {
	// Backlog holds sums. Trouble and Since are of the queue that has been in trouble
	// longest, LastSeen is of the process that was heard of last; there is no Process and Host.
	Backlog
	To       *rules.Destination // nil for one that is no longer in the configuration
	By       []Told             // the queues, by host; none for an inline destination
	Troubled int                // of them are in trouble
	Dead     DeadGroup          // sums, without Source, Reason and Status
}

// Way says how events get to the destination: "inline", "queued", or "none" for one that
// is no longer in the configuration.
func (d *Delivery) Way() string {
	switch {
	case d.To == nil:
		return "none"
	case d.To.Queued:
		return "queued"
	}
	return "inline"
}

// Told is what is known of one queue.
type Told struct {
	Backlog
	// Silent: the process that tells of it has not been heard of for a while. Then it is in
	// trouble when something waits in it.
	Silent bool
}

// silence is the trouble of a queue whose process is silent.
const silence = "its process is not heard of"

// ReadDeliveries asks a store for the deliveries to all destinations of a policy, see
// Deliveries, and for the dead letters.
func ReadDeliveries(ctx context.Context, s Store, p *rules.Policy, now time.Time) ([]Delivery, []DeadGroup, error) {
	backlogs, err := s.Backlogs(ctx)
	if err != nil {
		return nil, nil, err
	}
	dead, err := s.Dead(ctx)
	if err != nil {
		return nil, nil, err
	}
	return Deliveries(p, backlogs, dead, now), dead, nil
}

// Deliveries adds up what processes tell by destination: those in trouble or with dead
// letters first, then in the order of the configuration, then others that something is
// known of. What ended with nothing left in its queue is left out.
func Deliveries(p *rules.Policy, backlogs []Backlog, dead []DeadGroup, now time.Time) []Delivery {
	var list []Delivery
	at := map[string]int{}
	of := func(name string) *Delivery {
		i, known := at[name]
		if !known {
			i = len(list)
			at[name] = i
			list = append(list, Delivery{Backlog: Backlog{Destination: name}, Dead: DeadGroup{Destination: name}})
		}
		return &list[i]
	}
	for i := range p.Destinations {
		of(p.Destinations[i].Name).To = &p.Destinations[i]
	}
	quiet := now.Add(-max(time.Minute, 3*p.Store.Flush))
	for _, b := range backlogs {
		t := Told{b, b.LastSeen.Before(quiet)}
		if t.Silent {
			if b.Messages == 0 {
				continue
			}
			t.Trouble, t.Since = silence, b.LastSeen
		}
		of(b.Destination).add(t)
	}
	for i := range dead {
		of(dead[i].Destination).Dead.Add(&dead[i])
	}
	rank := func(d *Delivery) int {
		if d.Trouble != "" || d.Dead.Messages > 0 {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b Delivery) int { return cmp.Compare(rank(&a), rank(&b)) })
	return list
}

func (d *Delivery) add(t Told) {
	d.By = append(d.By, t)
	d.Messages += t.Messages
	d.Events += t.Events
	d.Bytes += t.Bytes
	d.Delivered += t.Delivered
	d.Retries += t.Retries
	d.Lost += t.Lost
	if !t.Oldest.IsZero() && (d.Oldest.IsZero() || t.Oldest.Before(d.Oldest)) {
		d.Oldest = t.Oldest
	}
	if t.LastSeen.After(d.LastSeen) {
		d.LastSeen = t.LastSeen
	}
	if t.Trouble == "" {
		return
	}
	d.Troubled++
	if d.Trouble == "" || t.Since.Before(d.Since) {
		d.Trouble, d.Since = t.Trouble, t.Since
	}
}
