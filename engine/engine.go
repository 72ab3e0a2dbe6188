// Package engine finds personal data in events and rewrites them: bytes and a
// compiled policy in, findings and bytes out. It has no clock, network, log,
// metric or global state, so it can be fuzzed, benchmarked and embedded.
//
// One Inspect is one pass: grammar, UTF-8, depth and limits are checked, names
// looked up in a path cache and strings put before the detectors in the same
// walk. Decide asks the policy, Render splices each destination's edits into a
// copy. Bytes that no edit touches are the input's own bytes.
package engine

import (
	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/names"
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

// By says what gave a data point away.
type By uint8

// What gave a data point away.
const (
	ByKey By = 1 << iota
	ByValue
	ByBoth = ByKey | ByValue
)

// Finding is one data point met in one body.
type Finding struct {
	Event     int    // index of the event, Envelope or Transport
	Path      string // normalised; never a value
	Type      catalog.ID
	Class     catalog.Class
	By        By
	NameHow   names.How
	Validated bool
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
}

// Error is why a body cannot be inspected. It never quotes the body.
type Error struct {
	Reason string // "syntax", "utf8", "depth", "values", "key_bytes", "nested"
	Offset int    // byte offset in the body
}

// Engine makes Inspectors for one policy. It is safe for concurrent use.
type Engine struct{ policy *rules.Policy }

// New prepares an engine for a policy.
//
//	func New(p *rules.Policy) *Engine
//	func (e *Engine) Get() *Inspector    // from a bounded free list
//	func (e *Engine) Put(in *Inspector)
//
// Inspector works on one body at a time and is not safe for concurrent use.
//
//	func (in *Inspector) Inspect(body []byte, f *Format) error    // *Error
//	func (in *Inspector) Transport(fields []Field)                // after Inspect, before Decide
//	func (in *Inspector) WriteKey() []byte                        // met in the body, nil if none
//	func (in *Inspector) Decide(source int)
//	func (in *Inspector) Findings() []Finding
//	func (in *Inspector) Decision(finding, destination int) rules.Decision
//	func (in *Inspector) Render(destination int) Outcome
//	func (in *Inspector) Field(destination, field int) (value []byte, keep bool)
//	func (in *Inspector) Pointer(finding int) string              // JSON Pointer from the document root; slow
//	func (in *Inspector) Inner(finding int) string                // "", "query:email", "json:/user/email", "text:5-20"; slow
//
// Classify judges one name, one value or both, as the walk would.
//
//	func (e *Engine) Classify(key string, value []byte) Classified
