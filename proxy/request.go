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
	clear(q.fields)
	clear(q.sent)
	q.headers, q.fields, q.kinds, q.sent = q.headers[:0], q.fields[:0], q.kinds[:0], q.sent[:0]
	q.settled, q.shares, q.positions = q.settled[:0], q.shares[:0], q.positions[:0]
	clear(q.messages)
	clear(q.told)
	q.messages, q.told = q.messages[:0], q.told[:0]
	p.pool.Put(q)
}

// forwardHeaders are further headers that the policy forwards, by canonical name.
type forwardHeaders map[string]bool

func newForwardHeaders(names []string) forwardHeaders {
	f := forwardHeaders{}
	for _, n := range names {
		f[n] = true
	}
	return f
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
	q.agent, q.media = h.UserAgent(), h.ContentType()
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
			q.signals.GPC = q.signals.GPC || string(v) == "1"
		case "Dnt":
			q.signals.DNT = q.signals.DNT || string(v) == "1"
		case "Accept", "Accept-Encoding", "Accept-Language", "X-Retry-Count", "Sentat", "If-None-Match",
			"If-Modified-Since", "Rs-Targetnode", "Rs-Nodecount", "Rs-Useragent", "X-Ip-Policy", "X-Enable-Debug":
		default:
			if len(n.forward) == 0 || !n.forward[string(k)] {
				continue
			}
		}
		q.headers = append(q.headers, header{k, v})
	}
}
