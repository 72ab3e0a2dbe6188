package proxy

import (
	"bytes"
	"errors"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/rules"
)

// share is what the rules make of a request for a queued destination.
type share struct {
	destination int
	out         engine.Outcome // without its body
}

// nothingLeft tells whether the rules leave nothing to send.
func nothingLeft(out *engine.Outcome) bool {
	return out.Dropped == out.Events && (out.Events > 0 || len(out.Body) == 0)
}

// enqueue begins to put into the queue what every queued destination may have of a
// request: all of it, or after a refusal nothing. The ticket is nil when that is nothing.
func (s *Server) enqueue(n *Snapshot, q *request, in *engine.Inspector, accepted time.Time) (queue.Ticket, *refusal) {
	for _, d := range n.owed {
		out := in.Render(d)
		if out.Events > out.Dropped && !q.write(n, in, d, &out, accepted) {
			out.Dropped = out.Events
		}
		out.Body = nil
		q.shares = append(q.shares, share{d, out})
	}
	if len(q.messages) == 0 {
		return nil, nil
	}
	ticket, err := n.queue.Append(q.messages)
	if err != nil {
		return nil, s.unqueued(err)
	}
	return ticket, nil
}

// write adds a message for a destination to q.messages; false when the rules forbid what
// stands in its path, or put into path or query what cannot stand there. The destination
// is not to have the event then, and as for any block the SDK need not know.
func (q *request) write(n *Snapshot, in *engine.Inspector, destination int, out *engine.Outcome, accepted time.Time) bool {
	d := &n.policy.Destinations[destination]
	var path, query []byte
	if d.Format == rules.AsReceived {
		var ok bool
		if path, query, ok = q.transport(n, in, destination); !ok {
			return false
		}
		q.sent = append(q.sent, q.passed(n, destination)...)
		if len(q.media) > 0 {
			q.sent = append(q.sent, header{nameContentType, q.media})
		}
	} else {
		q.sent = q.sent[:0]
		if !q.foreign {
			path = q.path // of a route's, so it tells what the events are and nothing else
		}
	}
	q.text = append(append(q.text[:0], path...), query...)
	for _, h := range q.sent {
		q.text = append(append(q.text, h.name...), h.value...)
	}
	text := string(q.text) // one for all the strings of a message
	cut := func(size int) (s string) {
		s, text = text[:size], text[size:]
		return s
	}
	m := queue.Message{Destination: d.Name, Source: n.policy.Sources[in.Source()].Name, Format: q.dialect.Name,
		Path: cut(len(path)), Query: cut(len(query)), Body: out.Body, Events: out.Events - out.Dropped, Accepted: accepted}
	first := len(q.told)
	for _, h := range q.sent {
		told := queue.Header{Name: cut(len(h.name)), Value: cut(len(h.value))}
		if !n.replaces(destination, h.name) {
			q.told = append(q.told, told)
		}
	}
	m.Headers = q.told[first:len(q.told):len(q.told)]
	q.messages = append(q.messages, m)
	return true
}

// replaces tells whether a destination gets a header of its own instead of the SDK's.
func (n *Snapshot) replaces(destination int, name []byte) bool {
	for _, h := range n.replaced[destination] {
		if bytes.Equal(h.name, name) {
			return true
		}
	}
	return false
}

// settle waits until the queue has what enqueue began to put there, and counts what
// became of it. When the queue fails, the SDK is told so whatever the inline
// destination has said: what it sends again may arrive there twice, but is not lost.
func (s *Server) settle(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, ticket queue.Ticket) {
	o := queued
	if ticket != nil {
		begin := time.Now()
		err := ticket.Wait()
		s.metrics.queue.Observe(time.Since(begin).Seconds())
		if err != nil {
			r := s.unqueued(err)
			o = r.outcome()
			s.refuse(ctx, q, r)
		}
	}
	for i := range q.shares {
		q.countSent(n, q.shares[i].destination, &q.shares[i].out, o)
	}
}

// withhold refuses a request of which nothing was sent to anybody.
func (s *Server) withhold(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, inline *engine.Outcome, r *refusal) {
	for i := range q.shares {
		q.countSent(n, q.shares[i].destination, &q.shares[i].out, r.outcome())
	}
	if n.inline >= 0 && len(q.shares) > 0 {
		q.countSent(n, n.inline, inline, r.outcome())
	}
	q.countAll(n, r.outcome())
	s.refuse(ctx, q, r)
}

// unqueued is the refusal for an error of the queue's, which the operator is told of.
func (s *Server) unqueued(err error) *refusal {
	s.faults.queue(err)
	if errors.Is(err, queue.ErrFull) {
		return refuseFull
	}
	return refuseQueue
}
