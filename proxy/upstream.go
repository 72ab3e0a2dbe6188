package proxy

import (
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/rules"
)

// upstream is a destination's HTTP client: one for events, whose answers are small,
// and one that streams what is passed through.
type upstream struct {
	events, stream *fasthttp.HostClient
	origin         string // scheme://host
	host           string
	prefix         string // path in front of every request's path
	target
}

// target is what tells one upstream from another.
type target struct {
	url     string
	timeout time.Duration
	conns   int // at most
}

// upstreamTimeout is how long one request to a destination may take.
func upstreamTimeout(d *rules.Destination, p *rules.Policy) time.Duration {
	if d.Timeout == 0 {
		return p.Timeouts.Upstream
	}
	return d.Timeout
}

// maxIdle is how long a connection to the collector is kept without use. A request
// on one that the collector is just closing is lost, and is not sent again here; so
// this is less than the shortest idle timeout that servers have (Node.js: 5 s).
const maxIdle = 4 * time.Second

func newUpstream(to target) (*upstream, error) {
	u, err := url.Parse(to.url)
	if err != nil {
		return nil, err
	}
	addr := u.Host
	if u.Port() == "" {
		addr = net.JoinHostPort(u.Hostname(), map[bool]string{false: "80", true: "443"}[u.Scheme == "https"])
	}
	timeout := to.timeout
	client := func() *fasthttp.HostClient {
		return &fasthttp.HostClient{
			Addr:  addr,
			IsTLS: u.Scheme == "https",
			TLSConfig: &tls.Config{
				ServerName: u.Hostname(), MinVersion: tls.VersionTLS12,
			},
			Dial: func(addr string) (net.Conn, error) {
				return fasthttp.DialDualStackTimeout(addr, min(timeout, 10*time.Second))
			},
			MaxConns:                      to.conns,
			ReadTimeout:                   timeout,
			WriteTimeout:                  timeout,
			MaxIdleConnDuration:           maxIdle,
			MaxIdemponentCallAttempts:     1,
			RetryIfErr:                    func(*fasthttp.Request, int, error) (bool, bool) { return false, false },
			ReadBufferSize:                32 << 10,
			WriteBufferSize:               128 << 10,
			MaxResponseBodySize:           16 << 20,
			NoDefaultUserAgentHeader:      true,
			DisablePathNormalizing:        true,
			DisableHeaderNamesNormalizing: false,
			SecureErrorLogMessage:         true,
		}
	}
	up := &upstream{events: client(), stream: client(), origin: u.Scheme + "://" + u.Host, host: u.Host, prefix: strings.TrimSuffix(u.EscapedPath(), "/"), target: to}
	up.stream.StreamResponseBody = true
	dial := up.stream.Dial
	up.stream.Dial = func(addr string) (net.Conn, error) {
		c, err := dial(addr)
		if err != nil {
			return nil, err
		}
		return &patient{c, timeout}, nil
	}
	return up, nil
}

// patient is a connection whose time to read begins anew with every read: what is
// streamed comes as fast as a browser takes it. The whole is bounded by the
// listener's time to write.
type patient struct {
	net.Conn
	timeout time.Duration
}

func (c *patient) Read(b []byte) (int, error) {
	if err := c.Conn.SetReadDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

// SetReadDeadline is Read's business.
func (c *patient) SetReadDeadline(time.Time) error { return nil }

func (u *upstream) close() {
	u.events.CloseIdleConnections()
	u.stream.CloseIdleConnections()
}

// build starts the request to the collector: nothing of the SDK's is copied but
// what read has listed. in may be nil when no transport value may go along.
func (q *request) build(n *Snapshot, in *engine.Inspector, method string) *refusal {
	up := &q.up
	up.Header.Reset()
	up.Header.SetNoDefaultContentType(true)
	up.ResetBody()
	up.Header.SetMethod(method)
	up.UseHostHeader = true
	for i := range q.headers {
		up.Header.SetCanonical(q.headers[i].name, q.headers[i].value)
	}
	path, query := q.path, []byte(nil)
	if in != nil {
		var ok bool
		if path, query, ok = q.transport(in, n.inline); !ok {
			return refuseForbidden
		}
	}
	if q.base != n.upstream { // else scheme and host are those of the request before
		q.base = n.upstream
		up.SetRequestURI(n.upstream.origin)
		up.URI().DisablePathNormalizing = true
	}
	q.scratch = append(q.scratch[:0], n.upstream.prefix...)
	q.scratch = append(q.scratch, path...)
	up.URI().SetPathBytes(q.scratch)
	up.URI().SetQueryStringBytes(query)
	up.Header.SetHost(n.upstream.host)
	return nil
}

// forward sends rendered events with the request that build has begun; the
// collector's answer becomes the SDK's.
func (s *Server) forward(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, out *engine.Outcome, coding []byte, start time.Time) {
	if t := ctx.Request.Header.ContentType(); len(t) > 0 {
		q.up.Header.SetContentTypeBytes(t)
	}
	if len(coding) > 0 {
		q.up.Header.SetBytesV(fasthttp.HeaderContentEncoding, coding)
	}
	q.up.SetBodyRaw(out.Body)
	s.metrics.bytesOut.Add(float64(len(out.Body)))
	q.countSent(n, out, s.exchange(ctx, n, q, start))
}

// exchange sends q.up and makes the collector's answer the SDK's. It returns what
// became of the events: forwarded, failed or overloaded.
func (s *Server) exchange(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, start time.Time) outcome {
	sent := time.Now()
	err := n.upstream.events.Do(&q.up, &ctx.Response)
	s.metrics.hop.Observe(sent.Sub(start).Seconds())
	s.metrics.upstream.Observe(time.Since(sent).Seconds())
	if err != nil {
		r := unreachable(err)
		s.refuse(ctx, q, r)
		if r == refuseOverload {
			return overloaded
		}
		return failed
	}
	trim(&ctx.Response.Header)
	if ctx.Response.StatusCode() >= 400 {
		return failed
	}
	return forwarded
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
