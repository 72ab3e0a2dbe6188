package deliver

import (
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"time"

	"golang.org/x/time/rate"
)

// sayAgain is the least time between two lines of a kind.
const sayAgain = time.Minute

// speaker writes to the log, each kind of thing at most once in sayAgain.
type speaker struct {
	log          *slog.Logger
	dead, stored rate.Sometimes
}

func newSpeaker(log *slog.Logger, destination string) *speaker {
	s := &speaker{log: log.With("destination", destination)}
	for _, each := range []*rate.Sometimes{&s.dead, &s.stored} {
		each.Interval = sayAgain
	}
	return s
}

// fares tells how the destination fares, when that is not what was told last. What comes
// too soon is told later, if it still is so.
func (s *speaker) fares(of *state, now time.Time) {
	switch why, news := of.news(now); {
	case !news:
	case why == "":
		s.log.Info("a destination takes events again")
	default:
		s.log.Warn("a destination does not take events; they wait and are tried again", "why", why)
	}
}

func (s *speaker) died(reason string, status int) {
	s.dead.Do(func() {
		s.log.Warn("events were set aside as dead letters; look at them, then replay or purge them", "reason", reason, "status", status)
	})
}

// fault tells of a fault of the program. What a panic says may quote an event, so only
// its type, its stack and words of the Go runtime are told.
func (s *speaker) fault(x any) {
	words := ""
	if r, ok := x.(runtime.Error); ok {
		words = r.Error()
	}
	s.log.Error("BUG: delivery met a fault of the program; trying again", "type", fmt.Sprintf("%T", x), "words", words, "stack", string(debug.Stack()))
}

func (s *speaker) queue(what string, err error) {
	s.stored.Do(func() { s.log.Error(what+"; trying again", "error", err) })
}
