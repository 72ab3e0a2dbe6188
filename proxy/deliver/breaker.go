package deliver

import (
	"math/rand/v2"
	"time"

	"github.com/eventveil/eventveil/rules"
)

// tripAfter is how many requests fail in a row until nothing more is sent for a while.
const tripAfter = 5

// breaker keeps requests from a destination that does not take them.
type breaker struct {
	failures int       // in a row
	trips    int       // in a row
	until    time.Time // nothing is sent before; zero when it is closed
	opened   time.Time
	asked    bool // until is the destination's own wish
	probing  bool // the one request that decides is under way
}

// allows tells whether a request may be sent now.
func (b *breaker) allows(now time.Time) bool {
	return b.until.IsZero() || !b.probing && !now.Before(b.until)
}

// begin tells whether the request that is sent now is the one that decides.
func (b *breaker) begin() (probe bool) {
	b.probing = !b.until.IsZero()
	return b.probing
}

// passed notes that the destination works. It tells whether that ends a wait.
func (b *breaker) passed(probe bool, now time.Time) bool {
	b.failures = 0
	if !probe && b.asked && now.Before(b.until) {
		return false
	}
	was := !b.until.IsZero()
	*b = breaker{}
	return was
}

// failed notes a failed request that was sent at the time given. again says that its
// events failed before in a way that may be their own, and so tells nothing new.
func (b *breaker) failed(probe, again bool, sent, now time.Time, after time.Duration, r *rules.Retry) {
	b.probing = b.probing && !probe
	switch {
	case after > 0:
		b.trip(now, max(after, b.until.Sub(now)), true)
	case sent.Before(b.opened):
	case probe:
		b.trip(now, backoff(r, b.trips+1), false)
	case again || !b.until.IsZero():
	default:
		if b.failures++; b.failures >= tripAfter {
			b.trip(now, backoff(r, b.trips+1), false)
		}
	}
}

func (b *breaker) trip(now time.Time, wait time.Duration, asked bool) {
	b.failures, b.trips = 0, b.trips+1
	b.until, b.opened, b.asked = now.Add(wait), now, asked
}

// backoff is how long to wait after the nth failure in a row.
func backoff(r *rules.Retry, n int) time.Duration {
	d := max(r.Min, time.Millisecond)
	for ; n > 1 && d < r.Max; n-- {
		d *= 2
	}
	return rand.N(min(d, max(r.Max, time.Millisecond))) + 1
}
