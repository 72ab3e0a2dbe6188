// Package proxy is the data plane: the listener that tracking SDKs talk to
// instead of their collector.
//
// The way of one request: limits and framing are checked (guard.go), the path
// names a dialect (package wire), the body is decoded within bounds (body.go), the
// engine inspects it together with what came beside it (transport.go), the rules
// decide, the result is recorded (metrics.go) and rendered, and the collector's
// answer is the SDK's (events.go, upstream.go). What cannot be read is refused in
// the SDK's dialect (answer.go), never forwarded as it came, unless a route says so.
//
// A request finishes on the Snapshot it began with. The package knows no portal:
// it reports through the Recorder it is given.
package proxy
