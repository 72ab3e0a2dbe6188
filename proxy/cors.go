package proxy

import (
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/rules"
)

// allowedHeaders are the request headers that SDKs in browsers send. A list, because
// "*" is literal for requests with credentials, which sendBeacon always makes.
const allowedHeaders = "Authorization, Content-Type, Content-Encoding, Anonymousid, SentAt, X-Retry-Count, X-Write-Key, X-IP-Policy, " +
	"X-Enable-Debug, SP-Anonymous, Cross-Origin-Resource-Policy"

// preflightAnswer is what a policy's answers to OPTIONS say.
type preflightAnswer struct{ headers, maxAge string }

func newPreflightAnswer(p *rules.Policy) preflightAnswer {
	return preflightAnswer{
		headers: strings.Join(append([]string{allowedHeaders}, p.ForwardHeaders...), ", "),
		maxAge:  strconv.Itoa(int(p.CORS.MaxAge.Seconds())),
	}
}

var (
	yes     = []byte("true")
	exposed = []byte(fasthttp.HeaderRetryAfter) // or SDKs in browsers cannot obey it
)

// cors puts the headers that a browser needs on every answer, errors included:
// without them its SDK sees status 0 and sends again.
func (s *Server) cors(ctx *fasthttp.RequestCtx, n *Snapshot, origin []byte) {
	if len(origin) == 0 {
		return
	}
	h := &ctx.Response.Header
	h.Add(fasthttp.HeaderVary, fasthttp.HeaderOrigin)
	if !n.policy.CORS.Allows(string(origin)) {
		return
	}
	h.SetCanonical(nameAllowOrigin, origin)
	h.SetCanonical(nameAllowCredentials, yes)
	h.SetCanonical(nameExposeHeaders, exposed)
}

// preflight answers OPTIONS; it is never forwarded and needs no authorization.
func (s *Server) preflight(ctx *fasthttp.RequestCtx, n *Snapshot, q *request) {
	ctx.Response.SetStatusCode(fasthttp.StatusNoContent)
	h := &ctx.Response.Header
	if len(q.origin) == 0 || !n.policy.CORS.Allows(string(q.origin)) {
		h.Set(fasthttp.HeaderAllow, allowedMethods)
		return
	}
	h.Set(fasthttp.HeaderAccessControlAllowMethods, "GET, HEAD, POST")
	h.Set(fasthttp.HeaderAccessControlAllowHeaders, n.preflight.headers)
	h.Set(fasthttp.HeaderAccessControlMaxAge, n.preflight.maxAge)
}
