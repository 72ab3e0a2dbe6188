package deliver

import (
	"time"

	"github.com/eventveil/eventveil/rules"
)

// lane is the way of one source's messages to a destination.
type lane struct {
	source  string
	works   []*work   // not begun, the oldest first
	at      int       // the first event of works[0] that is in no parcel yet
	parcels []*parcel // to be tried again, or parts, before works
	busy    int       // requests under way
	ready   bool      // it is in the worker's list of lanes that may have something to send
}

// idle tells whether nothing is left to do for the lane.
func (l *lane) idle() bool { return len(l.works) == 0 && len(l.parcels) == 0 && l.busy == 0 }

// pick takes the parcel that is to be sent now; nil when there is none, and when one
// waits it tells until when. body is what a new parcel was joined to.
func (l *lane) pick(d *rules.Destination, now time.Time, scratch []byte) (p *parcel, body []byte, due time.Time) {
	if !d.Unordered && l.busy > 0 {
		return nil, nil, time.Time{}
	}
	for i, p := range l.parcels {
		if !now.Before(p.due) {
			l.parcels = append(l.parcels[:i], l.parcels[i+1:]...)
			if rest := p.fit(d); rest != nil {
				l.again(rest)
			}
			return p, nil, time.Time{}
		}
		if due.IsZero() || p.due.Before(due) {
			due = p.due
		}
		if !d.Unordered {
			return nil, nil, due
		}
	}
	switch {
	case len(l.works) == 0:
		return nil, nil, due
	case d.Format != rules.AsReceived:
		p, body = l.join(d, scratch)
		return p, body, time.Time{}
	}
	w := l.works[0]
	p = &parcel{limit: d.Retry.Attempts, runs: []run{{w, l.at, w.n}}}
	l.works, l.at = l.works[1:], 0
	return p, nil, time.Time{}
}

// again puts parcels in front of everything else, in their order.
func (l *lane) again(ps ...*parcel) { l.parcels = append(ps, l.parcels...) }

// expire takes out what has expired and was not begun.
func (l *lane) expire(d *rules.Destination, now time.Time) (gone []run) {
	works := l.works[:0]
	for i, w := range l.works {
		switch {
		case !w.expired(d, now):
			works = append(works, w)
			continue
		case i == 0 && l.at > 0:
			gone = append(gone, run{w, l.at, w.n})
			l.at = 0
		default:
			gone = append(gone, run{w, 0, w.n})
		}
	}
	l.works = works
	parcels := l.parcels[:0]
	for _, p := range l.parcels {
		gone = append(gone, p.expire(d, now)...)
		if len(p.runs) > 0 {
			parcels = append(parcels, p)
		}
	}
	l.parcels = parcels
	return gone
}
