// Package wire knows the dialects of event collectors: which paths they listen on,
// how events lie in a body, and which answers their SDKs need. It reads no bytes
// itself; a dialect is data for the proxy and the engine.
package wire

import (
	"strings"

	"github.com/eventveil/eventveil/engine"
)

// Dialect is one way of speaking to a collector.
type Dialect struct {
	Name    string
	Events  *engine.Format
	Success []byte // the body of 200 when events were accepted but none forwarded
	// Refusal renders the body of an answer that refuses a request; code and
	// message are fixed words of the proxy's.
	Refusal func(dst []byte, code, message string) []byte
}

// Route names the dialect of a path.
type Route struct {
	Path    string // exact, as it stands in the request line
	Dialect *Dialect
	Type    string // of the events, which need not say so themselves; "" when they do
}

// Routes lists every built-in path of a collector; the first match decides.
var Routes = []Route{
	{"/v1/track", Segment, "track"}, {"/v1/t", Segment, "track"},
	{"/v1/identify", Segment, "identify"}, {"/v1/i", Segment, "identify"},
	{"/v1/page", Segment, "page"}, {"/v1/p", Segment, "page"},
	{"/v1/screen", Segment, "screen"}, {"/v1/s", Segment, "screen"},
	{"/v1/group", Segment, "group"}, {"/v1/g", Segment, "group"},
	{"/v1/alias", Segment, "alias"}, {"/v1/a", Segment, "alias"},
	{"/v1/batch", SegmentBatch, ""}, {"/v1/b", SegmentBatch, ""}, {"/v1/import", SegmentBatch, ""},
	{"/beacon/v1/batch", SegmentBatch, ""},
}

// EventType is the type that a path gives to its events; "" when it gives none.
func EventType(path string) string {
	path = strings.TrimSuffix(path, "/")
	for i := range Routes {
		if Routes[i].Path == path {
			return Routes[i].Type
		}
	}
	return ""
}

// ByName finds the dialect that a configured route names.
func ByName(format string) *Dialect {
	switch format {
	case "segment":
		return SegmentBatch
	case "ndjson":
		return Lines
	}
	return JSON
}
