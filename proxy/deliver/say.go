package deliver

import (
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"time"

	"golang.org/x/time/rate"
)

// speaker writes to the log, each kind of thing at most once a minute.
type speaker struct {
	log                         *slog.Logger
	trouble, well, dead, stored rate.Sometimes
}

func newSpeaker(log *slog.Logger, destination string) *speaker {
	s := &speaker{log: log.With("destination", destination)}
	for _, each := range []*rate.Sometimes{&s.trouble, &s.well, &s.dead, &s.stored} {
		each.Interval = time.Minute
	}
	return s
}

func (s *speaker) failing(why string) {
	s.trouble.Do(func() { s.log.Warn("a destination does not take events; they wait and are tried again", "why", why) })
}

func (s *speaker) working() {
	s.well.Do(func() { s.log.Info("a destination takes events again") })
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
