package proxy

import "github.com/valyala/fasthttp"

// hold takes size bytes from the budget of bytes in flight until the request ends;
// false when so many are not left.
func (s *Server) hold(q *request, size int, budget int64) bool {
	if s.inFlight.Add(int64(size)) > budget {
		s.inFlight.Add(-int64(size))
		return false
	}
	q.held += int64(size)
	return true
}

// release gives back what a request holds.
func (s *Server) release(q *request) {
	if q.held != 0 {
		s.inFlight.Add(-q.held)
		q.held = 0
	}
}

// admit bounds a body before it is read: by the limit of the policy in force, and
// by what is left of the budget of bytes in flight.
func (s *Server) admit(*fasthttp.RequestHeader) fasthttp.RequestConfig {
	limits := &s.snapshot.Load().policy.Limits
	return fasthttp.RequestConfig{MaxRequestBodySize: int(max(1, min(limits.Body, limits.InFlight-s.inFlight.Load())))}
}

// expect answers "Expect: 100-continue", which clients send before large bodies: 100
// asks for the body, any other status is the answer.
func (s *Server) expect(ctx *fasthttp.RequestCtx) int {
	limits := &s.snapshot.Load().policy.Limits
	size := int64(ctx.Request.Header.ContentLength())
	switch {
	case size > limits.Body:
		s.turnAway(ctx, refuseBody, true)
	case s.inFlight.Load()+max(size, 0) > limits.InFlight:
		s.turnAway(ctx, refuseOverload, true)
	default:
		return fasthttp.StatusContinue
	}
	return ctx.Response.StatusCode()
}

// oversize tells why a body was too large to be read: for ever, or for now.
func (s *Server) oversize(h *fasthttp.RequestHeader) *refusal {
	limits := &s.snapshot.Load().policy.Limits
	size := int64(h.ContentLength()) // of chunks fasthttp has forgotten the header by now
	if size > limits.Body || size <= 0 && s.inFlight.Load()+limits.Body <= limits.InFlight {
		return refuseBody
	}
	return refuseOverload
}
