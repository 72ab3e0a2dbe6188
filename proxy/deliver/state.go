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
	mu    sync.Mutex
	now   State
	cause string // of the trouble; unlike its text the same as long as that is
	told  string // the cause in the log's last word; "" when that is that all is well

	toldTrouble, toldWell time.Time // when the log was told
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

// trouble notes why a request was not taken.
func (s *state) trouble(cause, why string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now.Trouble == "" {
		s.now.Since = now
	}
	s.now.Trouble, s.cause = why, cause
}

// clear notes that a request was taken.
func (s *state) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.Trouble, s.now.Since, s.cause = "", time.Time{}, ""
}

// news is what the log is to be told now, and notes that it was: the trouble, or "" that
// it is over.
func (s *state) news(now time.Time) (why string, news bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := &s.toldTrouble
	if s.cause == "" {
		at = &s.toldWell
	}
	if s.cause == s.told || !at.IsZero() && now.Sub(*at) < sayAgain {
		return "", false
	}
	s.told, *at = s.cause, now
	return s.now.Trouble, true
}
