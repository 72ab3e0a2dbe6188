package inventory

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/rules"
)

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

// LiveAction is what was done for a destination, and by which rule: "" for its default, and
// for what it is kept from whatever the rules say.
type LiveAction struct{ Destination, Action, Rule string }

// Health is how recording is doing in this process.
type Health struct {
	Store     string    // why the store cannot be used; "" when it can
	Since     time.Time // since when it cannot
	LastFlush time.Time // the last batch that the store took; zero before the first
	Lost      int64     // findings that were met and not recorded, since the start
}

// maxLive is how many events a second are shown to those who watch.
const maxLive = 10

// watchers are those who watch events pass.
type watchers struct {
	count atomic.Int32
	last  atomic.Int64 // when an event was shown, in nanoseconds

	mu  sync.Mutex
	all []chan LiveEvent
}

// Watch lets somebody watch events pass, at most maxLive a second; what comes while
// the reader is behind is left out. stop must be called in the end; it closes the channel.
func (w *watchers) Watch() (events <-chan LiveEvent, stop func()) {
	c := make(chan LiveEvent, maxLive)
	w.mu.Lock()
	w.all = append(w.all, c)
	w.mu.Unlock()
	w.count.Add(1)
	return c, sync.OnceFunc(func() {
		w.count.Add(-1)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.all = slices.DeleteFunc(w.all, func(o chan LiveEvent) bool { return o == c })
		close(c)
	})
}

func (w *watchers) watched() bool { return w.count.Load() > 0 }

// show lets those who watch see the first event of a body, when it is time for one.
func (w *watchers) show(in *engine.Inspector) {
	now := time.Now()
	last := w.last.Load()
	if in.Events() == 0 || now.UnixNano()-last < int64(time.Second/maxLive) || !w.last.CompareAndSwap(last, now.UnixNano()) {
		return
	}
	e := outline(in, now)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.all {
		select {
		case c <- e:
		default:
		}
	}
}

// outline is what may be shown of the first event of a body.
func outline(in *engine.Inspector, now time.Time) LiveEvent {
	p := in.Engine().Policy()
	e := LiveEvent{At: now.UTC(), Source: p.Sources[in.Source()].Name, Event: in.Engine().ShowName(in.EventName(0))}
	var room [64]byte
	for i := range in.Len() {
		if of := in.EventOf(i); of > 0 || in.Empty(i) {
			continue
		}
		r := in.Ruling(i)
		f := LiveFinding{Point: pointOf(r), Path: r.Path, Type: p.Types[r.Type].Name, Class: r.Class.String(), Shape: string(in.Shape(room[:0], i))}
		for d := range r.By {
			action, rule := done(r, d, in.Kept(in.EventOf(i), d))
			f.Actions = append(f.Actions, LiveAction{p.Destinations[d].Name, action, rule})
		}
		e.Findings = append(e.Findings, f)
	}
	return e
}

func pointOf(r *engine.Ruling) ID { return IDOf(r.Path, r.Policy.Types[r.Found].Name) }

// done is what was done for a destination and by which rule, "" also for what was kept
// from it whatever the rules say.
func done(r *engine.Ruling, destination int, kept rules.ActionKind) (action, rule string) {
	kind, ruled := r.Done(destination, kept)
	if ruled {
		rule = ruleName(r, destination)
	}
	return kind.String(), rule
}

// ruleName is the rule that decided for a destination; "" for its default.
func ruleName(r *engine.Ruling, destination int) string {
	if i := r.By[destination].Rule; i >= 0 {
		return r.Policy.Rules[i].Name
	}
	return ""
}
