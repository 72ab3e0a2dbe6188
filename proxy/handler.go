package proxy

import (
	"bytes"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/proxy/wire"
)

// handle answers one request.
func (s *Server) handle(ctx *fasthttp.RequestCtx) {
	n, q := s.snapshot.Load(), s.requests.get()
	s.metrics.inFlight.Inc()
	defer s.finish(ctx, n, q)
	if r := guard(ctx, n); r != nil {
		q.origin = ctx.Request.Header.Peek(fasthttp.HeaderOrigin)
		if ctx.IsPost() {
			q.countAll(n, r.outcome())
		}
		s.refuse(ctx, q, r)
		ctx.SetConnectionClose()
		return
	}
	q.read(ctx, n)
	if q.loop {
		if ctx.IsPost() {
			q.countAll(n, refuseLoop.outcome())
		}
		s.refuse(ctx, q, refuseLoop)
		return
	}
	s.serve(ctx, n, q)
}

// finish ends a request. It is the only place that recovers: a fault in the engine
// costs its request, forwards nothing, and never quotes the body.
func (s *Server) finish(ctx *fasthttp.RequestCtx, n *Snapshot, q *request) {
	fault := recover()
	s.release(q)
	s.metrics.inFlight.Dec()
	if fault == nil {
		s.cors(ctx, n, q.origin)
		s.requests.put(q)
		return
	}
	// q may be in any state: nothing is used of it again but what was counted.
	s.metrics.panics.Inc()
	s.faults.report(fault)
	fresh := &request{dialect: wire.JSON, events: q.events, settled: q.settled}
	if ctx.IsPost() {
		fresh.countAll(n, failed)
	}
	s.refuse(ctx, fresh, refusePanic)
	s.cors(ctx, n, ctx.Request.Header.Peek(fasthttp.HeaderOrigin))
	ctx.SetConnectionClose()
}

func (s *Server) serve(ctx *fasthttp.RequestCtx, n *Snapshot, q *request) {
	method := ctx.Request.Header.Method()
	switch string(method) {
	case fasthttp.MethodPost:
		s.post(ctx, n, q)
	case fasthttp.MethodGet, fasthttp.MethodHead:
		s.passThrough(ctx, n, q)
	case fasthttp.MethodOptions:
		s.preflight(ctx, n, q)
	default:
		s.refuse(ctx, q, refuseMethod)
	}
}

// dialect finds how the path's bodies are read.
func (s *Server) dialect(ctx *fasthttp.RequestCtx, n *Snapshot, q *request) {
	if len(n.policy.Routes) > 0 {
		if q.route = n.policy.RouteOf(string(q.path)); q.route != nil {
			q.dialect, q.foreign = wire.ByName(q.route.Format), strings.HasSuffix(q.route.Path, "*")
			return
		}
	}
	if d, ok := n.routes[string(q.path)]; ok {
		q.dialect, q.foreign = d, false
		return
	}
	q.dialect = wire.JSON
	if t := ctx.Request.Header.ContentType(); bytes.Contains(t, []byte("ndjson")) || bytes.Contains(t, []byte("jsonl")) {
		q.dialect = wire.Lines
	}
}

// readable refuses bodies that are no JSON at all, by their first byte.
func readable(text, contentType []byte, d *wire.Dialect) *refusal {
	i := 0
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t') {
		i++
	}
	switch {
	case i == len(text):
		return refuseEmpty
	case text[i] == '{', text[i] == '[' && d.Events.RootArray, d.Events.Lines:
		return nil
	case text[i] == '[', bytes.Contains(contentType, []byte("json")), bytes.HasPrefix(contentType, []byte("text/plain")):
		return refuseSyntax
	case len(contentType) == 0 && d != wire.JSON:
		return refuseSyntax
	}
	return refuseMedia
}
