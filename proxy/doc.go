// Package proxy is the data plane: the listener that tracking SDKs talk to
// instead of their collector.
//
// The way of one request: limits and framing are checked (guard.go, budget.go), the
// path names a dialect (package wire), the body is decoded within bounds (body.go),
// the engine inspects it together with what came beside it (transport.go), the rules
// decide, the result is counted and recorded (metrics.go) and rendered, a request to
// the collector is built (upstream.go), and its answer is the SDK's (answer.go). What
// cannot be read is refused in the SDK's dialect (reason.go), never forwarded as it
// came, unless a route says so (passthrough.go).
//
// A request finishes on the Snapshot it began with. The package knows no portal:
// it reports through the Recorder it is given.
package proxy
