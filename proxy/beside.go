package proxy

import (
	"time"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/proxy/wire"
)

// nothing stands for the body of requests that have none.
var nothing = []byte("{}")

// beside builds a request whose body nobody reads: only what comes beside it is
// inspected and treated. pass is false when a rule drops it.
func (s *Server) beside(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, to target, method string) (pass bool, r *refusal) {
	in := n.engine.Get()
	if err := in.Inspect(nothing, wire.JSON.Events); err != nil {
		panic("BUG: an empty object cannot be inspected")
	}
	s.decide(ctx, n, q, in)
	pass = true
	for d := range n.policy.Destinations {
		if d != to.destination && to.destination >= 0 {
			continue
		}
		s.countFindings(n, in, d)
		out := in.Render(d)
		if method != fasthttp.MethodPost && n.policy.Destinations[d].AllowList {
			continue // there is no event to approve: what came beside it is looked at one by one
		}
		pass = pass && out.Dropped == 0
		if method == fasthttp.MethodPost && !pass {
			q.countSent(n, d, &out, blocked)
		}
	}
	if pass {
		r = q.build(n, to, in, method)
	}
	n.engine.Put(in)
	return pass, r
}

// opaque forwards a body unread to the inline destination, as a route or on_error says
// in words. What comes beside it is treated as ever. No queue gets it.
func (s *Server) opaque(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, body []byte, start time.Time) {
	if !n.takesUnread() {
		q.countAll(n, invalid)
		s.refuse(ctx, q, refuseMedia)
		return
	}
	s.metrics.opaque.Inc()
	pass, r := s.beside(ctx, n, q, n.collector(), fasthttp.MethodPost)
	if r != nil {
		q.countAll(n, r.outcome())
		s.refuse(ctx, q, r)
		return
	}
	for _, d := range n.owed {
		q.count(n, d, blocked, 1)
	}
	if !pass {
		s.success(ctx, q)
		return
	}
	if len(q.coding) > 0 {
		q.up.Header.SetBytesV(fasthttp.HeaderContentEncoding, q.coding)
	}
	q.up.SetBodyRaw(body)
	q.count(n, n.inline, s.exchange(ctx, n, q, start), 1)
}
