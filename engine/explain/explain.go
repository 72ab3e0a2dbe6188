// Package explain says of events what is found in them and what the rules do about
// it, without changing, keeping or showing any value: the answers of `eventveil
// explain`, for whoever gives them.
package explain

import (
	"errors"
	"fmt"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/rules"
)

// Format takes a document as one event, or as a batch in one of the two common
// shapes: {"batch":[…]} and […].
var Format = &engine.Format{
	Batch: "batch", RootArray: true,
	EventName: []string{"event", "name"},
	WriteKey:  "writeKey",
}

// Inspection is an engine at work on documents, one at a time.
type Inspection struct {
	*engine.Inspector
	Signals engine.Signals // that documents come with
	engine  *engine.Engine
	policy  *rules.Policy
	source  int
}

// New begins an inspection; end it with Close. source is an index into
// Policy.Sources, or -1 to let each document's write key tell.
func New(e *engine.Engine, source int) *Inspection {
	return &Inspection{Inspector: e.Get(), engine: e, policy: e.Policy(), source: source}
}

// Close gives back what an inspection holds; nothing that it returned may be used
// afterwards, but for a Finding.
func (x *Inspection) Close() { x.engine.Put(x.Inspector) }

// Read inspects one document, with the transport values that came with it, and
// decides about what it found. Why tells its error.
func (x *Inspection) Read(document []byte, transport []engine.Field) error {
	if err := x.Inspect(document, Format); err != nil {
		return err
	}
	if len(transport) > 0 {
		x.Transport(transport)
	}
	source := x.source
	if source < 0 {
		source = x.policy.SourceOf(string(x.WriteKey()), "", "", func(string) string { return "" })
	}
	x.Decide(source)
	x.Heed(x.Signals)
	return nil
}

// Why says why a document cannot be read; never what stands there.
func Why(err error) string {
	var fault *engine.Error
	if !errors.As(err, &fault) {
		return err.Error()
	}
	return fmt.Sprintf("%s, at byte %d", reason(fault.Reason), fault.Offset)
}

// reason turns an engine.Error's reason into words.
func reason(reason string) string {
	switch reason {
	case "syntax":
		return "not valid JSON"
	case "utf8":
		return "not valid UTF-8"
	case "depth":
		return "nested deeper than limits.depth"
	case "values":
		return "more values than limits.values"
	case "key_bytes":
		return "a name longer than limits.key_bytes"
	case "nested":
		return "more layers of JSON in strings than limits.nested"
	default:
		return reason
	}
}
