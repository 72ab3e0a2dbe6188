package proxy

import (
	"bytes"
	"sync"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/proxy/upstream"
	"github.com/eventveil/eventveil/proxy/wire"
	"github.com/eventveil/eventveil/rules"
)

// request is what is known of a request while it is worked on, and the buffers for
// it. Its slices alias the connection's buffer and die with the request.
type request struct {
	dialect  *wire.Dialect
	route    *rules.Route // the configured one, or nil
	foreign  bool         // no route names the path, so it may hold anything
	path     []byte       // raw, without the query
	query    []byte
	origin   []byte
	coding   []byte
	auth     []byte
	writeKey []byte // X-Write-Key
	agent    []byte
	referrer []byte
	anon     []byte // RudderStack's AnonymousId
	client   []byte // X-Forwarded-For
	media    []byte // Content-Type
	signals  engine.Signals
	loop     bool // it was sent by this process
	headers  []header
	points   []pointValue
	known    []header // see passed

	fields    []engine.Field
	kinds     []fieldKind
	cookie    []byte
	ip        []byte
	scratch   []byte
	out       []byte   // the rendered body
	held      int64    // bytes of the budget that are this request's
	events    int      // known so far; a body that was not read counts as one
	settled   []bool   // by destination: its events have their outcome
	sent      []header // what came beside the body, as a destination may have it
	encoded   []byte   // the anonymous id among it
	shares    []share
	messages  []queue.Message
	told      []queue.Header // the headers of messages
	text      []byte         // of the strings of a message
	positions []int          // of the events that the inline destination gets, when some are dropped
	key       []byte
	source    bytes.Reader
	inflated  []byte
	up        fasthttp.Request
	base      *upstream.Client // whose scheme and host up has
}

// header is a request header that is forwarded, by its canonical name.
type header struct{ name, value []byte }

// maxKeptBuffer is the capacity in bytes above which buffers are not kept.
const maxKeptBuffer = 4 << 20

type requestPool struct{ pool sync.Pool }

func (p *requestPool) get() *request {
	q, ok := p.pool.Get().(*request)
	if !ok {
		q = &request{}
		q.up.Header.SetNoDefaultContentType(true)
		q.up.Header.DisableNormalizing()
		q.up.UseHostHeader = true
	}
	q.dialect, q.foreign = wire.JSON, true
	return q
}

func (p *requestPool) put(q *request) {
	if cap(q.inflated) > maxKeptBuffer || cap(q.scratch) > maxKeptBuffer || cap(q.out) > maxKeptBuffer {
		return
	}
	q.up.ResetBody()
	q.source.Reset(nil)
	q.route, q.path, q.query, q.origin, q.coding, q.auth = nil, nil, nil, nil, nil, nil
	q.writeKey, q.agent, q.referrer, q.anon, q.client, q.media = nil, nil, nil, nil, nil, nil
	q.signals, q.loop, q.events = engine.Signals{}, false, 0
	clear(q.headers)
	clear(q.points)
	clear(q.fields)
	clear(q.sent)
	q.headers, q.points, q.fields, q.kinds, q.sent = q.headers[:0], q.points[:0], q.fields[:0], q.kinds[:0], q.sent[:0]
	q.settled, q.shares, q.positions = q.settled[:0], q.shares[:0], q.positions[:0]
	clear(q.messages)
	clear(q.told)
	q.messages, q.told = q.messages[:0], q.told[:0]
	p.pool.Put(q)
}

// pointHeaders are headers that are data points of their own, by canonical name: those
// that the policy forwards, and one that holds a user agent.
type pointHeaders map[string]point

// point is the name of such a header and its path as a data point.
type point struct {
	name []byte
	path string
}

// pointValue is such a header of a request.
type pointValue struct {
	point
	value []byte
}

func newPointHeaders(forward []string) pointHeaders {
	h := pointHeaders{}
	for _, name := range append([]string{"Rs-Useragent"}, forward...) {
		h[name] = point{[]byte(name), "$transport.headers." + name}
	}
	return h
}

// mediaType is a Content-Type without parameters but a charset: others hold whatever
// somebody writes there.
func mediaType(v []byte) []byte {
	kind, parameters, found := bytes.Cut(v, []byte(";"))
	if !found || onlyCharset(parameters) {
		return v
	}
	return bytes.TrimRight(kind, " \t")
}

func onlyCharset(v []byte) bool {
	const name = "charset="
	v = bytes.TrimLeft(v, " \t")
	if len(v) < len(name) || !bytes.EqualFold(v[:len(name)], []byte(name)) || len(v) > len(name)+16 {
		return false
	}
	return bytes.IndexByte(v, ';') < 0
}

// read takes the headers of a request in one pass. What is not named here is not forwarded.
func (q *request) read(ctx *fasthttp.RequestCtx, n *Snapshot) {
	h := &ctx.Request.Header
	target := h.RequestURI()
	q.path = target
	if i := bytes.IndexByte(target, '#'); i >= 0 {
		target = target[:i]
		q.path = target
	}
	if i := bytes.IndexByte(target, '?'); i >= 0 {
		q.path, q.query = target[:i], target[i+1:]
	}
	q.agent, q.media = h.UserAgent(), mediaType(h.ContentType())
	for k, v := range h.All() {
		switch string(k) {
		case "Origin":
			q.origin = v
		case "Content-Encoding":
			q.coding = v
			continue
		case "Authorization":
			q.auth = v
		case "X-Write-Key":
			q.writeKey = v
		case "Referer":
			q.referrer = v
			continue
		case "Anonymousid":
			q.anon = v
			continue
		case "X-Forwarded-For":
			q.client = v
			continue
		case "Via":
			q.loop = q.loop || comesAround(v, n.via)
			continue
		case "Sec-Gpc":
			q.signals.GPC = q.signals.GPC || denies(v)
		case "Dnt":
			q.signals.DNT = q.signals.DNT || denies(v)
		case "Accept", "Accept-Encoding", "Accept-Language", "X-Retry-Count", "Sentat", "If-None-Match",
			"If-Modified-Since", "Rs-Targetnode", "Rs-Nodecount", "X-Ip-Policy", "X-Enable-Debug":
		default:
			if p, ok := n.points[string(k)]; ok {
				q.points = append(q.points, pointValue{p, v})
			}
			continue
		}
		q.headers = append(q.headers, header{k, v})
	}
}

// denies tells whether Sec-GPC or DNT says no: whatever is not a plain "0" does.
func denies(v []byte) bool { return len(v) > 0 && string(v) != "0" }
