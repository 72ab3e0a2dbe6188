package proxy

import (
	"bytes"
	"encoding/base64"
	"net"
	"net/netip"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/rules"
)

// fieldKind says where a transport value goes on the request to the collector.
type fieldKind uint8

const (
	fieldIP fieldKind = iota
	fieldAgent
	fieldReferrer
	fieldQuery
	fieldPath
	fieldAnonymous
	fieldAnonymousBase64
	fieldCookie
	fieldHeader
)

// Names of headers as fasthttp spells them, so that it need not do so again.
var (
	nameForwardedFor     = []byte(fasthttp.HeaderXForwardedFor)
	nameUserAgent        = []byte(fasthttp.HeaderUserAgent)
	nameCookie           = []byte(fasthttp.HeaderCookie)
	nameContentType      = []byte(fasthttp.HeaderContentType)
	nameVia              = []byte(fasthttp.HeaderVia)
	nameReferer          = []byte(fasthttp.HeaderReferer)
	nameAnonymous        = []byte("Anonymousid")
	nameAllowOrigin      = []byte(fasthttp.HeaderAccessControlAllowOrigin)
	nameAllowCredentials = []byte(fasthttp.HeaderAccessControlAllowCredentials)
	nameExposeHeaders    = []byte(fasthttp.HeaderAccessControlExposeHeaders)
)

// collect lists what came beside the body: each is a data point of its own.
func (q *request) collect(ctx *fasthttp.RequestCtx, p *rules.Policy) {
	q.fields, q.kinds = q.fields[:0], q.kinds[:0]
	q.ip = q.ip[:0]
	if addr := clientAddr(ctx.RemoteAddr(), q.client, p); addr.IsValid() {
		q.ip = addr.AppendTo(q.ip)
		q.add(fieldIP, "$transport.ip", q.ip)
	}
	if len(q.agent) > 0 {
		q.add(fieldAgent, "$transport.user_agent", q.agent)
	}
	if len(q.referrer) > 0 {
		q.add(fieldReferrer, "$transport.referrer", q.referrer)
	}
	if len(q.query) > 0 {
		q.add(fieldQuery, "$transport.query", q.query)
		q.fields[len(q.fields)-1].Query = true
	}
	if q.foreign {
		q.add(fieldPath, "$transport.path", q.path)
	}
	if len(q.anon) > 0 {
		// RudderStack's browser SDK sends the anonymous id in base64; it is the
		// same data point as in the events.
		if id, err := base64.StdEncoding.DecodeString(string(q.anon)); err == nil {
			q.add(fieldAnonymousBase64, "$transport.anonymous_id", id)
		} else {
			q.add(fieldAnonymous, "$transport.anonymous_id", q.anon)
		}
	}
	for _, h := range q.points {
		q.add(fieldHeader, h.path, h.value)
	}
	for _, name := range p.ForwardCookies {
		if v := ctx.Request.Header.Cookie(name); len(v) > 0 {
			q.add(fieldCookie, "$transport.cookies."+name, v)
		}
	}
}

func (q *request) add(kind fieldKind, path string, value []byte) {
	q.fields = append(q.fields, engine.Field{Path: path, Value: value})
	q.kinds = append(q.kinds, kind)
}

// clientAddr is who sent the request: the peer, or whom a trusted proxy names last
// before the proxies that are trusted.
func clientAddr(peer net.Addr, via []byte, p *rules.Policy) netip.Addr {
	var addr netip.Addr
	if tcp, ok := peer.(*net.TCPAddr); ok {
		addr = tcp.AddrPort().Addr().Unmap().WithZone("")
	}
	for len(via) > 0 && len(p.TrustedProxies) > 0 && addr.IsValid() && p.Trusts(addr) {
		i := bytes.LastIndexByte(via, ',')
		next, err := netip.ParseAddr(string(bytes.TrimSpace(via[i+1:])))
		if err != nil {
			break
		}
		addr = next.Unmap().WithZone("")
		via = via[:max(i, 0)]
	}
	return addr
}

// field is a transport value as a destination may have it. What goes to no destination
// of the policy goes as every one of them may have it: untouched, or not at all.
func (q *request) field(n *Snapshot, in *engine.Inspector, destination, i int) (value []byte, keep bool) {
	if destination >= 0 {
		return in.Field(destination, i)
	}
	for d := range n.policy.Destinations {
		if value, keep := in.Field(d, i); !keep || !bytes.Equal(value, q.fields[i].Value) {
			return nil, false
		}
	}
	return q.fields[i].Value, true
}

// transport lists in q.sent what a destination may have of the headers that hold
// transport values, until the next call, and returns the path and the query. ok is
// false when they cannot be sent.
func (q *request) transport(n *Snapshot, in *engine.Inspector, destination int) (path, query []byte, ok bool) {
	q.cookie, q.sent, path = q.cookie[:0], q.sent[:0], q.path
	points := q.points
	for i, kind := range q.kinds {
		value, keep := q.field(n, in, destination, i)
		var name []byte
		if kind == fieldHeader {
			name, points = points[0].name, points[1:]
		}
		if kind == fieldPath && (!keep || len(value) == 0 || value[0] != '/') {
			return nil, nil, false
		}
		if !keep || kind != fieldQuery && kind != fieldPath && !headerSafe(value) {
			continue
		}
		switch kind {
		case fieldIP:
			if _, err := netip.ParseAddr(string(value)); err == nil {
				q.sent = append(q.sent, header{nameForwardedFor, value})
			}
		case fieldAgent:
			q.sent = append(q.sent, header{nameUserAgent, value})
		case fieldReferrer:
			q.sent = append(q.sent, header{nameReferer, value})
		case fieldQuery:
			query = value
		case fieldPath:
			path = value
		case fieldAnonymous:
			q.sent = append(q.sent, header{nameAnonymous, value})
		case fieldAnonymousBase64:
			q.encoded = base64.StdEncoding.AppendEncode(q.encoded[:0], value)
			q.sent = append(q.sent, header{nameAnonymous, q.encoded})
		case fieldHeader:
			q.sent = append(q.sent, header{name, value})
		case fieldCookie:
			if len(q.cookie) > 0 {
				q.cookie = append(q.cookie, "; "...)
			}
			q.cookie = append(q.cookie, q.fields[i].Path[len("$transport.cookies."):]...)
			q.cookie = append(q.cookie, '=')
			q.cookie = append(q.cookie, value...)
		}
	}
	if len(q.cookie) > 0 {
		q.sent = append(q.sent, header{nameCookie, q.cookie})
	}
	return path, query, targetSafe(path) && targetSafe(query)
}

// passed lists the headers of the SDK's that pass to a destination as they came: those of
// the protocol, or for one that gets only what is approved those that say who sends.
func (q *request) passed(n *Snapshot, destination int) []header {
	if destination < 0 || !n.policy.Destinations[destination].AllowList {
		return q.headers
	}
	q.known = q.known[:0]
	for _, h := range q.headers {
		if name := string(h.name); name == fasthttp.HeaderAuthorization || name == "X-Write-Key" {
			q.known = append(q.known, h)
		}
	}
	return q.known
}

// targetSafe tells whether text can stand in a request line.
func targetSafe(text []byte) bool {
	for _, c := range text {
		if c <= ' ' || c == 0x7f {
			return false
		}
	}
	return true
}

// headerSafe tells whether a value can stand in a header.
func headerSafe(v []byte) bool {
	for _, c := range v {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
