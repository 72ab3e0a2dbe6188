package proxy

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/proxy/settings"
	"github.com/eventveil/eventveil/proxy/upstream"
	"github.com/eventveil/eventveil/rules"
)

// asset is what a browser SDK loads from a path before it sends events.
type asset uint8

const (
	noAsset asset = iota
	script
	bundle // a script that holds integrations, which nobody could take out
	segmentSettings
	rudderSettings
)

// assetOf tells what a path loads, in whatever way it is written: a server may read
// "%73ettings" and "//settings/" as "settings".
func assetOf(target []byte) asset {
	p := string(target)
	if plain, err := url.PathUnescape(p); err == nil {
		p = plain
	}
	parts := strings.Split(path.Clean("/"+p), "/")
	n := len(parts)
	last := strings.ToLower(parts[n-1])
	switch {
	case last == "sourceconfig":
		return rudderSettings
	case n > 3 && last == "settings" && strings.EqualFold(parts[n-3], "projects"):
		return segmentSettings
	case strings.HasPrefix(last, "analytics.classic."):
		return bundle
	}
	for _, end := range []string{".js", ".mjs", ".css", ".wasm"} {
		if name := strings.TrimSuffix(strings.TrimSuffix(last, ".gz"), ".map"); strings.HasSuffix(name, end) {
			return script
		}
	}
	switch parts[1] {
	case "analytics.js", "analytics-next", "next-integrations":
		return script
	}
	return noAsset
}

// newDevice makes the client for what SDKs load; that of the inline destination, or the
// last one's, where it goes to the same place.
func (n *Snapshot) newDevice(last *Snapshot) (err error) {
	p := n.policy
	if n.device = n.upstream; p.DeviceMode.URL == "" {
		return nil
	}
	to := upstream.Target{URL: p.DeviceMode.URL, Timeout: p.Timeouts.Upstream, Conns: p.Limits.Conns}
	if last != nil && last.device != nil && last.device != last.upstream && last.device.Target == to {
		n.device = last.device
		return nil
	}
	if n.device, err = upstream.New(to); err != nil {
		return fmt.Errorf("cannot use device_mode.url: %w", err)
	}
	return nil
}

// loadedHeaders are what a server of settings and scripts gets of a request's headers when
// it is not the collector: nothing that tells of the visitor but what chooses the answer.
var loadedHeaders = map[string]bool{"Accept": true, "Accept-Encoding": true, "Accept-Language": true, "Authorization": true, "Host": true,
	"If-Modified-Since": true, "If-None-Match": true, "Origin": true, "User-Agent": true, "Via": true}

// bare takes from the request that build has begun what only a collector gets.
func (q *request) bare() {
	var gone []string
	for k := range q.up.Header.All() {
		if !loadedHeaders[string(k)] {
			gone = append(gone, string(k))
		}
	}
	for _, name := range gone {
		q.up.Header.Del(name)
	}
}

// maxSettings is how many bytes settings may have. Real ones have some ten thousand.
const maxSettings = 8 << 20

// settings fetches what tells an SDK which integrations to load in the page, takes out
// those that the policy forbids, and answers with the rest. What it cannot read is
// refused: settings that nobody has looked at would let events go past the rules.
func (s *Server) settings(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, what asset, start time.Time) {
	for _, name := range []string{fasthttp.HeaderAcceptEncoding, fasthttp.HeaderIfNoneMatch, fasthttp.HeaderIfModifiedSince, fasthttp.HeaderIfRange, fasthttp.HeaderRange} {
		q.up.Header.Del(name) // a copy from before the policy is not to be found good
	}
	if err := s.send(n.device.Events, ctx, q, start); err != nil {
		r := unreachable(err)
		if errors.Is(err, fasthttp.ErrBodyTooLarge) {
			r = refuseSettings
		}
		s.refuse(ctx, q, r)
		return
	}
	h := &ctx.Response.Header
	trim(h)
	switch status := h.StatusCode(); {
	case status >= 400:
		return // an error holds no settings, and SDKs take none from it
	case status >= 300:
		s.refuse(ctx, q, refuseSettings) // elsewhere they would not be looked at
		return
	case !ctx.IsHead():
		if r := s.restrict(ctx, n, q, what); r != nil {
			s.refuse(ctx, q, r)
			return
		}
	}
	for _, name := range []string{fasthttp.HeaderContentEncoding, fasthttp.HeaderContentLength, fasthttp.HeaderETag, fasthttp.HeaderLastModified} {
		h.Del(name) // of a body that is no more
	}
	h.SetContentType(jsonType)
}

// restrict changes the settings in an answer as the policy says.
func (s *Server) restrict(ctx *fasthttp.RequestCtx, n *Snapshot, q *request, what asset) *refusal {
	h := &ctx.Request.Header
	if len(h.Host()) == 0 {
		return refuseHost
	}
	body := ctx.Response.Body()
	if !s.hold(q, len(body), n.policy.Limits.InFlight) {
		return refuseOverload
	}
	q.coding = ctx.Response.Header.ContentEncoding()
	text, _, r := s.decode(q, body, &rules.Limits{Inflated: maxSettings, InFlight: n.policy.Limits.InFlight})
	switch {
	case r == refuseOverload:
		return r
	case r != nil, len(text) > maxSettings:
		return refuseSettings
	}
	change := settings.Segment
	if what == rudderSettings {
		change = settings.Rudder
	}
	answer, err := change(text, settings.Ask{Mode: &n.policy.DeviceMode, Host: string(h.Host()), Secure: secure(ctx, q, n.policy)})
	if err != nil {
		return refuseSettings
	}
	s.metrics.deviceRemoved.Add(float64(answer.Removed))
	ctx.Response.SetBody(answer.Body)
	return nil
}

// secure tells whether the browser asked by https: a trusted proxy that ends TLS says so,
// and so does a page that could not have loaded this otherwise.
func secure(ctx *fasthttp.RequestCtx, q *request, p *rules.Policy) bool {
	if peer := clientAddr(ctx.RemoteAddr(), nil, p); peer.IsValid() && p.Trusts(peer) {
		if proto := ctx.Request.Header.Peek(fasthttp.HeaderXForwardedProto); len(proto) > 0 {
			first, _, _ := bytes.Cut(proto, []byte(","))
			return bytes.EqualFold(bytes.TrimSpace(first), []byte("https"))
		}
	}
	return ctx.IsTLS() || bytes.HasPrefix(q.origin, []byte("https://"))
}
