package proxy

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/proxy/wire"
	"github.com/eventveil/eventveil/rules"
)

// Recorder is told what was found and decided. It must not block, and must keep
// nothing of the Inspector's but its rulings.
type Recorder interface {
	Record(in *engine.Inspector)
}

// Options are what a Server needs.
type Options struct {
	Policy   *rules.Policy
	Registry prometheus.Registerer // nil: a registry of its own
	Recorder Recorder              // nil: nothing is recorded but metrics
	Log      *slog.Logger          // told of faults of the program only; may be nil
}

// Server is the data plane. Make it with New, feed it with Serve.
type Server struct {
	http     *fasthttp.Server
	metrics  *metrics
	recorder Recorder
	faults   faults
	snapshot atomic.Pointer[Snapshot]
	requests requestPool
	inFlight atomic.Int64 // bytes of bodies, see hold
}

// Snapshot is everything that one policy decides about traffic. It is immutable: a
// request finishes on the one it began with.
type Snapshot struct {
	policy   *rules.Policy
	engine   *engine.Engine
	routes   map[string]*wire.Dialect
	inline   int // index of the inline destination
	upstream *upstream
	forward  forwardHeaders
	table    *table

	preflight preflightAnswer
}

// New makes a Server. Limits of connections, header size and timeouts are those of
// the first policy until the process restarts; all others follow Swap.
func New(o Options) (*Server, error) {
	if o.Registry == nil {
		o.Registry = prometheus.NewRegistry()
	}
	fasthttp.SetBodySizePoolLimit(maxKeptBuffer, maxKeptBuffer) // a large body's buffer is not kept for small ones
	s := &Server{metrics: newMetrics(o.Registry), recorder: o.Recorder, faults: faults{log: o.Log}}
	if err := s.Swap(o.Policy); err != nil {
		return nil, err
	}
	p := o.Policy
	s.http = &fasthttp.Server{
		Handler:                       s.handle,
		ErrorHandler:                  s.malformed,
		HeaderReceived:                s.admit,
		ExpectHandler:                 s.expect,
		Logger:                        silent{},
		ReadBufferSize:                p.Limits.Header,
		WriteBufferSize:               16 << 10,
		ReadTimeout:                   p.Timeouts.Read,
		WriteTimeout:                  p.Timeouts.Write + p.Timeouts.Upstream,
		IdleTimeout:                   p.Timeouts.Idle,
		MaxRequestBodySize:            int(p.Limits.Body),
		Concurrency:                   p.Limits.Conns,
		NoDefaultServerHeader:         true,
		NoDefaultContentType:          true,
		NoDefaultDate:                 false,
		DisablePreParseMultipartForm:  true,
		SecureErrorLogMessage:         true,
		StreamRequestBody:             false,
		CloseOnShutdown:               true,
		DisableHeaderNamesNormalizing: false,
	}
	return s, nil
}

// Swap makes the Server work by another policy. Nothing changes when it fails. It must
// not be called by two at once.
func (s *Server) Swap(p *rules.Policy) error {
	last := s.snapshot.Load()
	next, err := newSnapshot(p, last)
	if err != nil {
		return err
	}
	next.table = s.metrics.table(p)
	s.snapshot.Store(next)
	if last != nil && last.upstream != next.upstream {
		time.AfterFunc(p.Timeouts.Upstream, last.upstream.close)
	}
	return nil
}

// Engine is the one that inspects events now.
func (s *Server) Engine() *engine.Engine { return s.snapshot.Load().engine }

// Outcomes visits how many events ended in each outcome, for each destination of the
// policy in force, since the start.
func (s *Server) Outcomes(visit func(destination, outcome string, total int64)) {
	n := s.snapshot.Load()
	for i := range n.policy.Destinations {
		for o, c := range n.table.outcomes[i] {
			var m dto.Metric
			if err := c.Write(&m); err == nil {
				visit(n.policy.Destinations[i].Name, outcomeNames[o], int64(m.GetCounter().GetValue()))
			}
		}
	}
}

// newSnapshot prepares a policy. The connections of the last one are kept when they go
// to the same place in the same way.
func newSnapshot(p *rules.Policy, last *Snapshot) (*Snapshot, error) {
	inline := -1
	for i := range p.Destinations {
		d := &p.Destinations[i]
		switch {
		case d.Queued:
			return nil, errors.New("cannot serve: destination " + d.Name + ` has "delivery: queued", which this version can check, explain and filter but not deliver; remove it or make it inline`)
		case len(d.Consent) > 0:
			return nil, errors.New("cannot serve: destination " + d.Name + ` names "consent", which this version does not enforce; remove it`)
		case inline >= 0:
			return nil, errors.New("cannot serve: destinations " + p.Destinations[inline].Name + " and " + d.Name + " are both inline; one answer goes to the SDK")
		}
		inline = i
	}
	if inline < 0 {
		return nil, errors.New(`cannot serve: no destination with "delivery: inline"; its answer is the SDK's`)
	}
	to := target{p.Destinations[inline].URL, upstreamTimeout(&p.Destinations[inline], p), p.Limits.Conns}
	up := (*upstream)(nil)
	if last != nil && last.upstream.target == to {
		up = last.upstream
	} else {
		var err error
		if up, err = newUpstream(to); err != nil {
			return nil, errors.New("cannot use the URL of destination " + p.Destinations[inline].Name)
		}
	}
	n := &Snapshot{policy: p, engine: engine.New(p), inline: inline, upstream: up, routes: map[string]*wire.Dialect{}, forward: newForwardHeaders(p.ForwardHeaders), preflight: newPreflightAnswer(p)}
	for _, r := range wire.Routes {
		n.routes[r.Path] = r.Dialect
		n.routes[r.Path+"/"] = r.Dialect
	}
	return n, nil
}

// Serve accepts connections until the listener is closed or Shutdown is called.
func (s *Server) Serve(l net.Listener) error { return s.http.Serve(l) }

// Shutdown stops accepting and waits for requests to finish, at most until ctx is done.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.http.ShutdownWithContext(ctx)
	s.snapshot.Load().upstream.close()
	return err
}

// silent is the server's logger: fasthttp's messages quote requests, so nothing of
// them is kept. What they are about is counted where it is refused.
type silent struct{}

func (silent) Printf(string, ...any) {}
