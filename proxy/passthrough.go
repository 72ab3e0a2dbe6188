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
		n.count(invalid, 1)
		s.refuse(ctx, q, refuseMedia)
		return
	}
	start := time.Now()
	in := n.engine.Get()
	defer n.engine.Put(in)
	if err := in.Inspect(nothing, wire.JSON.Events); err != nil {
		panic("BUG: an empty object cannot be inspected")
	}
	q.collect(ctx, n.policy)
	in.Transport(q.fields)
	source := q.from(ctx, n.policy, in)
	in.Decide(source)
	s.countFindings(n, in)
	if s.recorder != nil {
		s.recorder.Record(source, in.Findings())
	}
	if out := in.Render(n.inline); out.Dropped > 0 {
		n.count(blocked, 1)
		s.success(ctx, q)
		return
	}
	method := fasthttp.MethodGet
	if ctx.IsHead() {
		method = fasthttp.MethodHead
	}
	if r := q.build(n, in, method); r != nil {
		n.count(invalid, 1)
		s.refuse(ctx, q, r)
		return
	}
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
	sanitize(&ctx.Response.Header)
}

// opaque forwards a body unread, as a route or on_error says in words.
func (s *Server) opaque(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, body []byte, start time.Time) {
	s.metrics.opaque.Inc()
	if r := q.build(n, nil, fasthttp.MethodPost); r != nil {
		s.refuse(ctx, q, r)
		return
	}
	if t := ctx.Request.Header.ContentType(); len(t) > 0 {
		q.up.Header.SetContentTypeBytes(t)
	}
	if len(q.coding) > 0 {
		q.up.Header.SetBytesV(fasthttp.HeaderContentEncoding, q.coding)
	}
	if len(q.query) > 0 {
		q.up.URI().SetQueryStringBytes(q.query)
	}
	q.up.SetBodyRaw(body)
	status, own, wait := s.exchange(ctx, n, q, start)
	s.metrics.hop.Observe(own.Seconds())
	s.metrics.upstream.Observe(wait.Seconds())
	kind := forwarded
	if status >= 400 {
		kind = failed
	}
	n.count(kind, 1)
}
