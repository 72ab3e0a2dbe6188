package proxy

import (
	"errors"
	"net"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/engine"
)

// build starts a request: nothing of the SDK's is copied but what read has listed, and
// what came beside the body as in has it for the destination.
func (q *request) build(n *Snapshot, to target, in *engine.Inspector, method string) *refusal {
	path, query, ok := q.transport(n, in, to.destination)
	if !ok {
		return refuseForbidden
	}
	up := &q.up
	up.Header.Reset()
	up.Header.SetNoDefaultContentType(true)
	up.ResetBody()
	up.Header.SetMethod(method)
	up.UseHostHeader = true
	for _, h := range q.passed(n, to.destination) {
		up.Header.SetCanonical(h.name, h.value)
	}
	for i := range q.sent {
		up.Header.SetCanonical(q.sent[i].name, q.sent[i].value)
	}
	if method == fasthttp.MethodPost && len(q.media) > 0 {
		up.Header.SetContentTypeBytes(q.media)
	}
	if q.base != to.client { // else scheme and host are those of the request before
		q.base = to.client
		up.SetRequestURI(to.client.Origin)
		up.URI().DisablePathNormalizing = true
	}
	q.scratch = append(q.scratch[:0], to.client.Prefix...)
	up.Header.SetHost(to.client.Host)
	if to.client == n.upstream { // the destination's headers, secrets among them, are for its server alone
		d := &n.policy.Destinations[n.inline]
		if len(d.Paths) > 0 {
			q.scratch = append(q.scratch, d.Path(string(path))...)
		} else {
			q.scratch = append(q.scratch, path...)
		}
		for _, h := range n.replaced[n.inline] {
			up.Header.SetCanonical(h.name, h.value)
		}
	} else {
		q.scratch = append(q.scratch, path...)
	}
	up.URI().SetPathBytes(q.scratch)
	up.URI().SetQueryStringBytes(query)
	up.Header.SetCanonical(nameVia, n.via)
	return nil
}

// forward sends rendered events with the request that build has begun; the
// collector's answer becomes the SDK's.
func (s *Server) forward(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, out *engine.Outcome, coding []byte, start time.Time) {
	if len(coding) > 0 {
		q.up.Header.SetBytesV(fasthttp.HeaderContentEncoding, coding)
	}
	if len(q.positions) > 0 {
		q.up.Header.Del(fasthttp.HeaderAcceptEncoding) // so that its answer can be read
	}
	q.up.SetBodyRaw(out.Body)
	s.metrics.bytesOut.Add(float64(len(out.Body)))
	q.countSent(n, n.inline, out, s.exchange(ctx, n, q, start))
}

// exchange sends q.up and makes the collector's answer the SDK's. It returns what
// became of the events: forwarded, failed or overloaded.
func (s *Server) exchange(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, start time.Time) outcome {
	if err := s.send(n.upstream.Events, ctx, q, start); err != nil {
		r := unreachable(err)
		s.refuse(ctx, q, r)
		if r == refuseOverload {
			return overloaded
		}
		return failed
	}
	trim(&ctx.Response.Header)
	q.relocate(&ctx.Response)
	if ctx.Response.StatusCode() >= 400 {
		return failed
	}
	return forwarded
}

// send sends q.up and puts the answer into ctx; start is when the request began.
func (s *Server) send(to *fasthttp.HostClient, ctx *fasthttp.RequestCtx, q *request, start time.Time) error {
	sent := time.Now()
	err := to.Do(&q.up, &ctx.Response)
	s.metrics.hop.Observe(sent.Sub(start).Seconds())
	s.metrics.upstream.Observe(time.Since(sent).Seconds())
	return err
}

// unreachable names a failed exchange; its error quotes the collector and is not kept.
func unreachable(err error) *refusal {
	var timeout net.Error
	if errors.Is(err, fasthttp.ErrTimeout) || errors.Is(err, fasthttp.ErrDialTimeout) || errors.As(err, &timeout) && timeout.Timeout() {
		return refuseTimeout
	}
	if errors.Is(err, fasthttp.ErrNoFreeConns) {
		return refuseOverload
	}
	return refuseUpstream
}
