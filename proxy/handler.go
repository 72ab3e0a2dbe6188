package proxy

import (
	"bytes"
	"encoding/base64"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/proxy/wire"
	"github.com/eventveil/eventveil/rules"
)

// handle answers one request.
func (s *Server) handle(ctx *fasthttp.RequestCtx) {
	n, q := s.snapshot.Load(), s.requests.get()
	s.metrics.inFlight.Inc()
	defer s.finish(ctx, n, q)
	if r := guard(ctx, n); r != nil {
		q.origin = ctx.Request.Header.Peek(fasthttp.HeaderOrigin)
		if ctx.IsPost() {
			q.count(n, r.outcome(), 1)
		}
		s.refuse(ctx, q, r)
		ctx.SetConnectionClose()
		return
	}
	q.read(ctx, n.forward)
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
	// q may be in any state: it is not used again.
	s.metrics.panics.Inc()
	s.faults.report(fault)
	fresh := &request{dialect: wire.JSON}
	if ctx.IsPost() && !q.counted {
		fresh.count(n, failed, 1)
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

// post takes events: decode, inspect, decide, render, forward.
func (s *Server) post(ctx *fasthttp.RequestCtx, n *Snapshot, q *request) {
	start := time.Now()
	body := ctx.Request.Body()
	s.metrics.bytesIn.Add(float64(len(body)))
	if !s.hold(q, len(body), n.policy.Limits.InFlight) {
		q.count(n, overloaded, 1)
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
		r = readable(text, ctx.Request.Header.ContentType(), q.dialect)
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
	s.decide(ctx, n, q, in)
	out := in.Render(n.inline)
	if out.Dropped == out.Events && (out.Events > 0 || len(out.Body) == 0) {
		q.count(n, blocked, out.Events)
		s.success(ctx, q)
		s.metrics.hop.Observe(time.Since(start).Seconds())
		n.engine.Put(in)
		return
	}
	coding := []byte(nil)
	if !plain && len(out.Body) > 0 && len(text) > 0 && &out.Body[0] == &text[0] {
		out.Body, coding = body, q.coding // untouched: the very bytes that came
	}
	r = q.build(n, in, fasthttp.MethodPost)
	if own := in.Own(&out, q.out); own != nil {
		q.out = own
	}
	n.engine.Put(in) // before the wait, so that few Inspectors serve many requests and stay in the caches
	if r != nil {
		q.count(n, r.outcome(), max(out.Events, 1))
		s.refuse(ctx, q, r)
		return
	}
	s.forward(ctx, n, q, &out, coding, start)
}

// decide asks the rules about the body that in has inspected and about what came
// beside it, and tells the metrics and the recorder.
func (s *Server) decide(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, in *engine.Inspector) {
	q.collect(ctx, n.policy)
	in.Transport(q.fields)
	in.Decide(q.from(ctx, n.policy, in))
	s.countFindings(n, in)
	if s.recorder != nil {
		s.recorder.Record(in)
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

// unreadable refuses a body, or forwards it as it came where the policy says so in words.
func (s *Server) unreadable(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, r *refusal, body []byte, start time.Time) {
	pass := n.policy.OnError == rules.PassOnError
	if q.route != nil {
		pass = q.route.OnError == rules.PassOnError
	}
	if pass && r != refuseBomb && r != refuseOverload && len(body) > 0 {
		s.metrics.passedOnError.Inc()
		s.opaque(ctx, n, q, body, start)
		return
	}
	q.count(n, r.outcome(), 1)
	s.refuse(ctx, q, r)
}

// success answers as the collector would for events that went nowhere.
func (s *Server) success(ctx *fasthttp.RequestCtx, q *request) {
	ctx.Response.Header.SetContentType(jsonType)
	ctx.Response.SetBodyRaw(q.dialect.Success)
}

// from finds the source of a request.
func (q *request) from(ctx *fasthttp.RequestCtx, p *rules.Policy, in *engine.Inspector) int {
	if len(p.Sources) == 1 {
		return 0 // only "unknown"
	}
	h := &ctx.Request.Header
	return p.SourceOf(q.sourceKey(in), string(h.Host()), string(q.path), func(name string) string { return string(h.Peek(name)) })
}

// sourceKey is the write key of a request: Authorization, header, query, then the body's.
func (q *request) sourceKey(in *engine.Inspector) string {
	if v, ok := cutScheme(q.auth, "Basic "); ok {
		if d, err := base64.StdEncoding.AppendDecode(q.key[:0], v); err == nil {
			q.key = d
			user, _, _ := bytes.Cut(d, []byte(":"))
			return string(user)
		}
	}
	if len(q.writeKey) > 0 {
		return string(q.writeKey)
	}
	for query := q.query; len(query) > 0; {
		var pair []byte
		pair, query, _ = bytes.Cut(query, []byte("&"))
		name, value, _ := bytes.Cut(pair, []byte("="))
		if string(name) == "writeKey" || string(name) == "write_key" {
			return string(value)
		}
	}
	if k := in.WriteKey(); k != nil {
		return string(k)
	}
	v, _ := cutScheme(q.auth, "Bearer ")
	return string(v)
}

func cutScheme(v []byte, scheme string) ([]byte, bool) {
	if len(v) > len(scheme) && bytes.EqualFold(v[:len(scheme)], []byte(scheme)) {
		return v[len(scheme):], true
	}
	return nil, false
}
