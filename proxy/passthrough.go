package proxy

import (
	"time"

	"github.com/valyala/fasthttp"
)

// passThrough streams scripts and what else is asked for without a body. The path's query
// and the other transport values are inspected and treated like a body. Settings are
// changed on their way, see device.go.
func (s *Server) passThrough(ctx *fasthttp.RequestCtx, n *Snapshot, q *request) {
	if len(ctx.Request.Body()) > 0 {
		s.refuse(ctx, q, refuseMedia)
		return
	}
	what, to := assetOf(q.path), n.collector()
	if what != noAsset {
		to.client = n.device
	}
	switch {
	case to.client == nil:
		s.refuse(ctx, q, refuseNowhere)
		return
	case what == bundle && !n.policy.Observe && !n.policy.DeviceMode.Any:
		s.refuse(ctx, q, refuseBundle)
		return
	}
	start := time.Now()
	method := fasthttp.MethodGet
	if ctx.IsHead() {
		method = fasthttp.MethodHead
	}
	pass, r := s.beside(ctx, n, q, to, method)
	switch {
	case r != nil:
		s.refuse(ctx, q, r)
		return
	case !pass:
		s.success(ctx, q)
		return
	}
	if to.client != n.upstream {
		q.bare()
	}
	if len(q.origin) == 0 { // a shared cache must not give one origin's answer to another
		defer ctx.Response.Header.Add(fasthttp.HeaderVary, fasthttp.HeaderOrigin)
	}
	if !n.policy.Observe && (what == segmentSettings || what == rudderSettings) {
		s.settings(ctx, n, q, what, start)
		return
	}
	ctx.Response.StreamBody = true
	ctx.Response.SkipBody = method == fasthttp.MethodHead
	if err := s.send(to.client.Stream, ctx, q, start); err != nil {
		ctx.Response.StreamBody = false
		s.refuse(ctx, q, unreachable(err))
		return
	}
	trim(&ctx.Response.Header)
}
