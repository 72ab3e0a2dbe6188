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
}

func newUpstream(d *rules.Destination, p *rules.Policy) (*upstream, error) {
	u, err := url.Parse(d.URL)
	if err != nil {
		return nil, errors.New("cannot use the URL of destination " + d.Name)
	}
	addr := u.Host
	if u.Port() == "" {
		addr = net.JoinHostPort(u.Hostname(), map[bool]string{false: "80", true: "443"}[u.Scheme == "https"])
	}
	timeout := d.Timeout
	if timeout == 0 {
		timeout = p.Timeouts.Upstream
	}
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
			MaxConns:                      p.Limits.Conns,
			ReadTimeout:                   timeout,
			WriteTimeout:                  timeout,
			MaxIdleConnDuration:           30 * time.Second,
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
	up := &upstream{events: client(), stream: client(), origin: u.Scheme + "://" + u.Host, host: u.Host, prefix: strings.TrimSuffix(u.EscapedPath(), "/")}
	up.stream.StreamResponseBody = true
	return up, nil
}

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
		up.Header.SetBytesKV(q.headers[i].name, q.headers[i].value)
	}
	path, query := q.path, []byte(nil)
	if in != nil {
		var ok bool
		if path, query, ok = q.transport(in, n.inline); !ok {
			return refuseForbidden
		}
	}
	q.scratch = append(q.scratch[:0], n.upstream.origin...)
	q.scratch = append(q.scratch, n.upstream.prefix...)
	q.scratch = append(q.scratch, path...)
	if len(query) > 0 {
		q.scratch = append(q.scratch, '?')
		q.scratch = append(q.scratch, query...)
	}
	up.SetRequestURIBytes(q.scratch)
	up.URI().DisablePathNormalizing = true
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
	status, own, wait := s.exchange(ctx, n, q, start)
	s.metrics.hop.Observe(own.Seconds())
	s.metrics.upstream.Observe(wait.Seconds())
	n.countSent(out, status < 400)
}

// exchange sends q.up and makes the collector's answer the SDK's. It returns the
// status, the time that was ours and the time that was the collector's.
func (s *Server) exchange(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, start time.Time) (status int, own, wait time.Duration) {
	sent := time.Now()
	err := n.upstream.events.Do(&q.up, &ctx.Response)
	wait = time.Since(sent)
	own = sent.Sub(start)
	if err != nil {
		s.refuse(ctx, q, unreachable(err))
		return ctx.Response.StatusCode(), own, wait
	}
	sanitize(&ctx.Response.Header)
	return ctx.Response.StatusCode(), own, wait
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

// hopByHop are the answer's headers that belong to one connection or to the collector's own CORS.
var hopByHop = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Authenticate": true, "Proxy-Connection": true, "Trailer": true,
	"Transfer-Encoding": true, "Upgrade": true, "Alt-Svc": true, "Server": true, "Strict-Transport-Security": true,
	"Access-Control-Allow-Origin": true, "Access-Control-Allow-Credentials": true, "Access-Control-Allow-Headers": true,
	"Access-Control-Allow-Methods": true, "Access-Control-Expose-Headers": true, "Access-Control-Max-Age": true,
}

// sanitize removes what the collector's answer must not tell the SDK.
func sanitize(h *fasthttp.ResponseHeader) {
	var gone [8]string
	drop := gone[:0]
	for k := range h.All() {
		if hopByHop[string(k)] {
			drop = append(drop, string(k))
		}
	}
	for _, k := range drop {
		h.Del(k)
	}
	h.ResetConnectionClose()
}
