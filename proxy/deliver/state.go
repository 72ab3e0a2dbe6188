package deliver

import (
	"sync"
	"time"
)

// State is how a destination fares, since the start.
type State struct {
	Delivered int64     // events
	Retries   int64     // requests that were, or will be, tried again
	Dead      int64     // events that were set aside
	Trouble   string    // why the last request was not taken; "" when it was
	Since     time.Time // since when that is so
}

// state is a State that a worker writes and anybody reads.
type state struct {
	mu  sync.Mutex
	now State
}

func (s *state) read() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *state) delivered(events int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.Delivered += int64(events)
}

func (s *state) died(events int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.Dead += int64(events)
}

func (s *state) retried() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.Retries++
}

// trouble notes why a request was not taken; true when the last one was.
func (s *state) trouble(why string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh := s.now.Trouble == ""
	if s.now.Trouble = why; fresh {
		s.now.Since = now
	}
	return fresh
}

// clear notes that a request was taken; true when the last one was not.
func (s *state) clear() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.now.Trouble != ""
	s.now.Trouble, s.now.Since = "", time.Time{}
	return was
}
