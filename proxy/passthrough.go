package proxy

import (
	"time"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/proxy/wire"
)

// nothing stands for the body of requests that have none.
var nothing = []byte("{}")

// passThrough streams settings and scripts. The path's query and the other transport
// values are inspected and treated like a body.
func (s *Server) passThrough(ctx *fasthttp.RequestCtx, n *Snapshot, q *request) {
	if len(ctx.Request.Body()) > 0 {
		s.refuse(ctx, q, refuseMedia)
		return
	}
	start := time.Now()
	method := fasthttp.MethodGet
	if ctx.IsHead() {
		method = fasthttp.MethodHead
	}
	pass, r := s.beside(ctx, n, q, method)
	switch {
	case r != nil:
		s.refuse(ctx, q, r)
		return
	case !pass:
		s.success(ctx, q)
		return
	}
	// A shared cache must not give one origin's answer to another.
	vary := len(q.origin) == 0
	ctx.Response.StreamBody = true
	ctx.Response.SkipBody = method == fasthttp.MethodHead
	sent := time.Now()
	err := n.upstream.stream.Do(&q.up, &ctx.Response)
	s.metrics.hop.Observe(sent.Sub(start).Seconds())
	s.metrics.upstream.Observe(time.Since(sent).Seconds())
	if err != nil {
		ctx.Response.StreamBody = false
		s.refuse(ctx, q, unreachable(err))
		return
	}
	trim(&ctx.Response.Header)
	if vary {
		ctx.Response.Header.Add(fasthttp.HeaderVary, fasthttp.HeaderOrigin)
	}
}

// beside builds a request to the collector whose body nobody reads: only what
// comes beside it is inspected and treated. pass is false when a rule drops it.
func (s *Server) beside(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, method string) (pass bool, r *refusal) {
	in := n.engine.Get()
	if err := in.Inspect(nothing, wire.JSON.Events); err != nil {
		panic("BUG: an empty object cannot be inspected")
	}
	s.decide(ctx, n, q, in)
	if pass = in.Render(n.inline).Dropped == 0; pass {
		r = q.build(n, in, method)
	}
	n.engine.Put(in)
	return pass, r
}

// opaque forwards a body unread, as a route or on_error says in words. What comes
// beside it is treated as ever.
func (s *Server) opaque(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, body []byte, start time.Time) {
	s.metrics.opaque.Inc()
	pass, r := s.beside(ctx, n, q, fasthttp.MethodPost)
	switch {
	case r != nil:
		q.count(n, r.outcome(), 1)
		s.refuse(ctx, q, r)
		return
	case !pass:
		q.count(n, blocked, 1)
		s.success(ctx, q)
		return
	}
	if t := ctx.Request.Header.ContentType(); len(t) > 0 {
		q.up.Header.SetContentTypeBytes(t)
	}
	if len(q.coding) > 0 {
		q.up.Header.SetBytesV(fasthttp.HeaderContentEncoding, q.coding)
	}
	q.up.SetBodyRaw(body)
	q.count(n, s.exchange(ctx, n, q, start), 1)
}
