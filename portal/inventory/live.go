package inventory

import "time"

// LiveEvent is an event as it passed, without its values.
type LiveEvent struct {
	At       time.Time
	Source   string
	Event    string // its name as it may be shown
	Findings []LiveFinding
}

// LiveFinding is what was found in a LiveEvent and what was done to it.
type LiveFinding struct {
	Point   ID
	Path    string
	Type    string
	Class   string
	Shape   string
	Actions []LiveAction // by destination, in the order of the policy
}

// LiveAction is what was done for a destination, and by which rule ("" for its default).
type LiveAction struct{ Destination, Action, Rule string }

// Health is how recording is doing in this process.
type Health struct {
	Store     string    // why the store cannot be used; "" when it can
	Since     time.Time // since when it cannot
	LastFlush time.Time // the last batch that the store took; zero before the first
	Lost      int64     // findings that were met and not recorded, since the start
}
