package proxy

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/proxy/queue"
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
	Queue    queue.Queue           // of queued destinations; nil: policies that have one are refused
	Instance string                // names this process in Via; "": a random one
	Log      *slog.Logger          // told of faults of the program and of the queue only; may be nil
}

// Server is the data plane. Make it with New, feed it with Serve.
type Server struct {
	http     *fasthttp.Server
	metrics  *metrics
	recorder Recorder
	queue    queue.Queue
	via      []byte
	faults   faults
	snapshot atomic.Pointer[Snapshot]
	requests requestPool
	inFlight atomic.Int64 // bytes of bodies, see hold
}

// New makes a Server. Limits of connections, header size and timeouts are those of
// the first policy until the process restarts; all others follow Swap.
func New(o Options) (*Server, error) {
	if o.Registry == nil {
		o.Registry = prometheus.NewRegistry()
	}
	fasthttp.SetBodySizePoolLimit(maxKeptBuffer, maxKeptBuffer) // a large body's buffer is not kept for small ones
	if o.Instance == "" {
		o.Instance = rand.Text()
	}
	s := &Server{metrics: newMetrics(o.Registry), recorder: o.Recorder, queue: o.Queue, via: newVia(o.Instance), faults: faults{log: o.Log}}
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
		WriteTimeout:                  p.Timeouts.Write + s.snapshot.Load().patience(), // from the first byte of an answer: waits for a collector or a queue are over by then
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
	next, err := newSnapshot(p, last, s.queue)
	if err != nil {
		return err
	}
	next.table, next.via = s.metrics.table(p), s.via
	if s.queue != nil {
		s.queue.Limit(next.limits())
	}
	s.snapshot.Store(next)
	if last != nil && last.upstream != nil && last.upstream != next.upstream {
		time.AfterFunc(p.Timeouts.Upstream, last.upstream.Close)
	}
	return nil
}

// UseQueue gives the events of queued destinations to a queue from the next Swap on. It
// must not be called beside Swap.
func (s *Server) UseQueue(q queue.Queue) { s.queue = q }

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

// Serve accepts connections until the listener is closed or Shutdown is called.
func (s *Server) Serve(l net.Listener) error { return s.http.Serve(l) }

// Shutdown stops accepting and waits for requests to finish, at most until ctx is done.
func (s *Server) Shutdown(ctx context.Context) error {
	err := s.http.ShutdownWithContext(ctx)
	if up := s.snapshot.Load().upstream; up != nil {
		up.Close()
	}
	return err
}

// silent is the server's logger: fasthttp's messages quote requests, so nothing of
// them is kept. What they are about is counted where it is refused.
type silent struct{}

func (silent) Printf(string, ...any) {}
