package proxy

import (
	"time"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/rules"
)

// post takes events: decode, inspect, decide, render for every destination, hand to the
// queue what is owed to the queued ones, forward to the inline one, and answer when both
// are done.
func (s *Server) post(ctx *fasthttp.RequestCtx, n *Snapshot, q *request) {
	start := time.Now()
	body := ctx.Request.Body()
	s.metrics.bytesIn.Add(float64(len(body)))
	if !s.hold(q, len(body), n.policy.Limits.InFlight) {
		q.countAll(n, overloaded)
		s.refuse(ctx, q, refuseOverload)
		return
	}
	s.dialect(ctx, n, q)
	if q.route != nil && q.route.Opaque {
		s.opaque(ctx, n, q, body, start)
		return
	}
	text, plain, r := s.decode(q, body, &n.policy.Limits)
	if r == nil {
		r = readable(text, q.media, q.dialect)
	}
	in := n.engine.Get()
	if r == nil {
		if err := in.Inspect(text, q.dialect.Events); err != nil {
			r = byReason[err.(*engine.Error).Reason]
		}
	}
	if r != nil {
		n.engine.Put(in)
		s.unreadable(ctx, n, q, r, body, start)
		return
	}
	q.events = in.Events()
	s.decide(ctx, n, q, in)
	for d := range n.policy.Destinations {
		s.countFindings(n, in, d)
	}

	// What goes inline is made first: a request that is refused for it is in no queue.
	var out engine.Outcome
	var coding []byte
	forward := false
	if n.inline >= 0 {
		out = in.Render(n.inline)
		if forward = !nothingLeft(&out); forward {
			r = q.build(n, n.collector(), in, fasthttp.MethodPost)
		}
		if out.Dropped > 0 {
			q.positions = in.Positions(q.positions[:0], n.inline)
		}
		if !plain && len(out.Body) > 0 && len(text) > 0 && &out.Body[0] == &text[0] {
			out.Body, coding = body, q.coding // untouched: the very bytes that came
		}
	}
	var ticket queue.Ticket
	if r == nil {
		ticket, r = s.enqueue(n, q, in, start)
	}
	if own := in.Own(&out, q.out); own != nil {
		q.out = own
	}
	n.engine.Put(in) // before the wait, so that few Inspectors serve many requests and stay in the caches
	if r != nil {
		s.withhold(ctx, n, q, &out, r)
		return
	}
	if forward {
		s.forward(ctx, n, q, &out, coding, start)
	} else {
		if n.inline >= 0 {
			q.countSent(n, n.inline, &out, blocked)
		}
		s.success(ctx, q)
		s.metrics.hop.Observe(time.Since(start).Seconds())
	}
	s.settle(ctx, n, q, ticket)
}

// decide asks the rules about the body that in has inspected and about what came
// beside it, events what their senders agreed to, and tells the recorder.
func (s *Server) decide(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, in *engine.Inspector) {
	q.collect(ctx, n.policy)
	in.Transport(q.fields)
	in.Decide(q.from(ctx, n.policy, in))
	if ctx.IsPost() || assetOf(q.path) == noAsset { // a pixel is an event; settings and scripts are none
		in.Heed(q.signals)
	}
	if s.recorder != nil {
		s.recorder.Record(in)
	}
}

// unreadable refuses a body, or forwards it as it came where the policy says so in words.
func (s *Server) unreadable(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, r *refusal, body []byte, start time.Time) {
	pass := n.policy.OnError == rules.PassOnError
	if q.route != nil {
		pass = q.route.OnError == rules.PassOnError
	}
	if pass && r != refuseBomb && r != refuseOverload && len(body) > 0 && n.takesUnread() {
		s.metrics.passedOnError.Inc()
		s.opaque(ctx, n, q, body, start)
		return
	}
	q.countAll(n, r.outcome())
	s.refuse(ctx, q, r)
}

// success answers as the collector would, in its place.
func (s *Server) success(ctx *fasthttp.RequestCtx, q *request) {
	ctx.Response.Header.SetContentType(jsonType)
	ctx.Response.SetBodyRaw(q.dialect.Success)
}
