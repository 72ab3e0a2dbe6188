// Package proxy is the data plane: the listener that tracking SDKs talk to
// instead of their collector.
//
// The way of one request: limits and framing are checked (guard.go, budget.go), the
// path names a dialect (package wire), the body is decoded within bounds (body.go),
// the engine inspects it together with what came beside it (transport.go), the rules
// decide, the result is recorded (post.go) and rendered for each destination. What the
// queued ones may have goes into the queue in one piece (fanout.go, package queue), from
// which package deliver takes it; a request to the inline one, the collector, is built
// (forward.go), and its answer is the SDK's (answer.go, positions.go), once the queue has
// its part too. Without an inline destination the SDK hears then what its collector
// would say. Each event is counted once for each destination (metrics.go). What cannot
// be read is refused in the SDK's dialect (reason.go), never forwarded as it came,
// unless a route says so, and never queued (beside.go).
//
// A request finishes on the Snapshot it began with. The package knows no portal:
// it reports through the Recorder it is given.
package proxy
