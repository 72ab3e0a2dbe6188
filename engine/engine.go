// Package engine finds personal data in events and rewrites them: bytes and a
// compiled policy in, findings and bytes out. It has no clock, network, log,
// metric or global state, so it can be fuzzed, benchmarked and embedded.
//
// One Inspect is one pass: grammar, UTF-8, depth and limits are checked, names
// looked up in a path cache and strings put before the detectors in the same
// walk. Decide asks the policy, Heed asks the events what their senders agreed to and
// whom they are for, Render splices each destination's edits into a copy. Bytes that no
// edit touches are the input's own bytes.
package engine

import (
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/transform"
	"github.com/eventveil/eventveil/rules"
)

// Format says how events lie in a body. Formats are compared by pointer; make
// each once.
type Format struct {
	Batch     string   // member of the root object whose elements are the events; members beside it belong to all of them
	RootArray bool     // a root array's elements are the events
	Lines     bool     // the body is a sequence of documents, one a line, each an event
	EventName []string // members of an event that hold its name; the first present wins
	WriteKey  string   // member of the root or of an event that names the source
}

// Where an Event index does not name an event of the body.
const (
	Envelope  = -1 // beside the events of a batch; it counts for all of them
	Transport = -2 // a transport value: header, cookie, query parameter, client address
)

// Finding is one data point met in one body.
type Finding struct {
	Event int    // index of the event, Envelope or Transport
	Path  string // normalised; never a value
	Type  catalog.ID
	Class catalog.Class
	Evidence
	// Empty is a null or "" in a field known by its name: an observation that no
	// action is carried out on.
	Empty bool
}

// Field is a transport value given to Inspector.Transport.
type Field struct {
	Path  string // "$transport.ip"
	Value []byte
	Query bool // Value is a raw query string: its parameters are data points below Path
}

// Outcome is what Render made of the body for one destination.
type Outcome struct {
	Body    []byte // valid until the Inspector's next Inspect or Put; the input itself when nothing was edited
	Events  int    // events met
	Altered int    // events with at least one edit
	Dropped int    // events removed
	// NoConsent are those of Dropped that their senders did not agree to.
	NoConsent int
}

// Error is why a body cannot be inspected. It never quotes the body.
type Error struct {
	Reason string // "syntax", "utf8", "depth", "values", "key_bytes" or "nested"
	Offset int    // in bytes, in the body
}

func (e *Error) Error() string {
	return "cannot inspect the body: " + e.Reason + " at byte " + strconv.Itoa(e.Offset)
}

// maxEventNames bounds the event names whose class is remembered.
const maxEventNames = 4096

// maxKeptBuffer is the capacity in bytes above which an Inspector's buffers are
// not kept for the next body.
const maxKeptBuffer = 4 << 20

// maxKeptParts is the number of parts of a body above which their room is let go.
const maxKeptParts = 1 << 15

// Engine makes Inspectors for one policy. It is safe for concurrent use.
type Engine struct {
	policy *rules.Policy
	owned
	byEvent    bool     // some rule or override selects by event
	integrates bool     // some rule or default writes integrations
	heeding    *heeding // nil when no destination asks for consent or heeds integrations
	plain      bool     // some destination's format sends no transport values
	ids        atomic.Uint64
	made       atomic.Uint32 // Inspectors
	cache      atomic.Pointer[cache]
	idle       sync.Pool // of *Inspector

	eventsMu     sync.RWMutex
	eventClasses map[string]int // event name to class
}

// New prepares an engine for a policy.
func New(p *rules.Policy) *Engine {
	e := &Engine{policy: p, owned: newOwned(p), eventClasses: map[string]int{}, byEvent: p.SelectsEvents(), heeding: newHeeding(p)}
	e.integrates = slices.ContainsFunc(p.Rules, func(r rules.Rule) bool { return r.Action.Kind == rules.Integrate }) ||
		slices.ContainsFunc(p.Destinations, func(d rules.Destination) bool { return d.Default != nil && d.Default.Kind == rules.Integrate })
	e.plain = slices.ContainsFunc(p.Destinations, func(d rules.Destination) bool { return d.Format != rules.AsReceived })
	e.cache.Store(newCache(e, p.Limits.Paths))
	return e
}

// custom tells whether a type is one that the configuration adds.
func (e *Engine) custom(typ catalog.ID) bool {
	return int(typ) >= len(e.policy.Types)-len(e.policy.Classifiers)
}

// Policy is the policy that the engine was made for.
func (e *Engine) Policy() *rules.Policy { return e.policy }

// Get returns an Inspector for one body at a time; hand it back with Put.
func (e *Engine) Get() *Inspector {
	if in, ok := e.idle.Get().(*Inspector); ok {
		return in
	}
	return &Inspector{engine: e, number: e.made.Add(1), policy: e.policy, limits: e.policy.Limits, transfer: transform.New(),
		tally: make([]int, len(e.policy.Types)*rules.Actions)}
}

// Put hands an Inspector back. Nothing it returned may be used afterwards.
func (e *Engine) Put(in *Inspector) {
	if cap(in.arena) > maxKeptBuffer || cap(in.repl) > maxKeptBuffer || cap(in.scratch) > maxKeptBuffer || cap(in.spare) > maxKeptBuffer {
		return
	}
	if cap(in.parts) > maxKeptParts {
		in.parts, in.kept = nil, nil
	}
	for _, p := range in.plans[:cap(in.plans)] {
		if cap(p.out) > maxKeptBuffer {
			return
		}
	}
	clear(in.layers) // hold on to no body
	in.writeKey, in.loose = nil, event{}
	e.idle.Put(in)
}
