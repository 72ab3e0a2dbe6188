package proxy

import (
	"bytes"
	"errors"

	"github.com/valyala/fasthttp"
)

// malformed answers requests that fasthttp could not read. Its error quotes the
// request, so only its kind is used.
func (s *Server) malformed(ctx *fasthttp.RequestCtx, err error) {
	r := refuseFraming
	var small *fasthttp.ErrSmallBuffer
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		r = s.oversize(&ctx.Request.Header)
	case errors.As(err, &small):
		r = refuseHeader
	}
	s.turnAway(ctx, r, ctx.IsPost() || errors.Is(err, fasthttp.ErrBodyTooLarge))
}

// turnAway refuses a request before it is read. event says that it held one.
func (s *Server) turnAway(ctx *fasthttp.RequestCtx, r *refusal, event bool) {
	n, q := s.snapshot.Load(), s.requests.get()
	if event {
		q.countAll(n, r.outcome())
	}
	s.refuse(ctx, q, r)
	s.cors(ctx, n, ctx.Request.Header.Peek(fasthttp.HeaderOrigin))
	s.requests.put(q)
}

// guard refuses what two HTTP parsers could read differently.
func guard(ctx *fasthttp.RequestCtx, n *Snapshot) *refusal {
	target := ctx.Request.Header.RequestURI()
	if len(target) == 0 || target[0] != '/' || climbs(target) {
		return refuseTarget
	}
	if len(n.policy.Hosts) > 0 && !n.policy.AllowsHost(string(ctx.Request.Header.Host())) {
		return refuseHost
	}
	raw := ctx.Request.Header.RawHeaders()
	length, transfer, agent := false, false, false
	for len(raw) > 0 {
		end := bytes.IndexByte(raw, '\n')
		if end < 0 {
			end = len(raw)
		}
		line := raw[:end]
		if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
			return refuseFraming // a folded header
		}
		switch {
		case hasName(line, "user-agent:"):
			agent = true
		case hasName(line, "content-length:"):
			length = true
		case hasName(line, "transfer-encoding:"):
			transfer = true
			if !bytes.EqualFold(bytes.TrimSpace(line[len("transfer-encoding:"):]), []byte("chunked")) {
				return refuseFraming
			}
		}
		raw = raw[min(end+1, len(raw)):]
	}
	if length && transfer {
		return refuseFraming
	}
	if transfer && !agent {
		ctx.Request.Header.SetUserAgent("") // a trailer may have set it
	}
	return nil
}

// climbs tells whether a path has a step upwards, or to where it is, however it is
// written: it could leave a destination's own path, with the destination's credentials.
func climbs(target []byte) bool {
	if i := bytes.IndexAny(target, "?#"); i >= 0 {
		target = target[:i]
	}
	if bytes.IndexByte(target, '%') < 0 && !bytes.Contains(target, []byte("/.")) && bytes.IndexByte(target, '\\') < 0 {
		return false
	}
	dots, other := 0, false // of the segment so far
	for i := 0; i <= len(target); i++ {
		c := byte('/')
		if i < len(target) {
			c = target[i]
		}
		if c == '%' && i+2 < len(target) {
			switch string(bytes.ToLower(target[i+1 : i+3])) {
			case "2e":
				c, i = '.', i+2
			case "2f", "5c":
				c, i = '/', i+2
			}
		}
		switch c {
		case '/', '\\':
			if !other && (dots == 1 || dots == 2) {
				return true
			}
			dots, other = 0, false
		case '.':
			dots++
		default:
			other = true
		}
	}
	return false
}

// hasName tells whether a header line begins with name, which is lower case and ends in ':'.
func hasName(line []byte, name string) bool {
	return len(line) >= len(name) && line[0]|0x20 == name[0] && line[len(name)-1] == ':' && bytes.EqualFold(line[:len(name)], []byte(name))
}
