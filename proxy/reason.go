package proxy

import "github.com/valyala/fasthttp"

// refusal is why a request is not forwarded: a label of the metrics, a status and
// the words of the answer.
type refusal struct {
	reason  string
	status  int
	code    string
	message string
}

// The refusals. Statuses are what SDKs understand: 4xx for what will never succeed,
// 503 with Retry-After for what may; never 408, 451 or a redirect.
var (
	refuseSyntax    = &refusal{"syntax", 400, "invalid_request", "malformed JSON"}
	refuseUTF8      = &refusal{"utf8", 400, "invalid_request", "the body is not UTF-8"}
	refuseDepth     = &refusal{"depth", 400, "invalid_request", "the body is nested too deep"}
	refuseValues    = &refusal{"values", 400, "invalid_request", "the body has too many members"}
	refuseKeyBytes  = &refusal{"key_bytes", 400, "invalid_request", "a member's name is too long"}
	refuseNested    = &refusal{"nested", 400, "invalid_request", "JSON in strings is nested too deep"}
	refuseEmpty     = &refusal{"empty", 400, "invalid_request", "the body is empty"}
	refuseCoding    = &refusal{"coding", 400, "invalid_request", "the body cannot be decompressed"}
	refuseUnknown   = &refusal{"unsupported_coding", 415, "unsupported_media_type", "this content encoding is not supported"}
	refuseMedia     = &refusal{"unsupported_media_type", 415, "unsupported_media_type", "this kind of body is not supported here"}
	refuseBomb      = &refusal{"inflated", 413, "payload_too_large", "the body is too large once decompressed"}
	refuseBody      = &refusal{"body", 413, "payload_too_large", "the body is too large"}
	refuseHeader    = &refusal{"header", 431, "header_too_large", "the request line and headers are too large"}
	refuseFraming   = &refusal{"framing", 400, "invalid_request", "malformed HTTP request"}
	refuseMethod    = &refusal{"method", 405, "method_not_allowed", "this method is not allowed"}
	refuseTarget    = &refusal{"target", 400, "invalid_request", "the request target must be a path"}
	refuseHost      = &refusal{"host", 421, "misdirected_request", "this host is not served here"}
	refuseOverload  = &refusal{"overloaded", 503, "overloaded", "try again later"}
	refusePanic     = &refusal{"panic", 503, "internal_error", "try again later"}
	refuseUpstream  = &refusal{"upstream", 502, "upstream_unreachable", "the collector cannot be reached"}
	refuseTimeout   = &refusal{"upstream_timeout", 503, "upstream_timeout", "the collector did not answer in time"}
	refuseFull      = &refusal{"queue_full", 503, "queue_full", "try again later"}
	refuseQueue     = &refusal{"queue", 503, "queue_failed", "try again later"}
	refuseLoop      = &refusal{"loop", 508, "loop_detected", "this request was sent from here"}
	refuseNowhere   = &refusal{"not_found", 404, "not_found", "nothing is served here"}
	refuseBundle    = &refusal{"bundle", 404, "not_found", "this script holds integrations that cannot be checked"}
	refuseSettings  = &refusal{"settings", 502, "settings_unreadable", "the settings cannot be checked"}
	refuseForbidden = &refusal{"query", 400, "invalid_request", "the request target holds what may not be forwarded"}
)

// outcome is what becomes of the events of a request that is refused.
func (r *refusal) outcome() outcome {
	switch r {
	case refuseOverload, refuseFull:
		return overloaded
	case refusePanic, refuseUpstream, refuseTimeout, refuseQueue:
		return failed
	}
	return invalid
}

// refusals lists them all, for the metrics.
var refusals = []*refusal{refuseSyntax, refuseUTF8, refuseDepth, refuseValues, refuseKeyBytes, refuseNested, refuseEmpty,
	refuseCoding, refuseUnknown, refuseMedia, refuseBomb, refuseBody, refuseHeader, refuseFraming, refuseMethod, refuseTarget,
	refuseHost, refuseOverload, refusePanic, refuseUpstream, refuseTimeout,
	refuseFull, refuseQueue, refuseLoop, refuseNowhere, refuseBundle, refuseSettings, refuseForbidden}

// byReason finds the refusal for an engine.Error.
var byReason = func() map[string]*refusal {
	m := map[string]*refusal{}
	for _, r := range refusals {
		m[r.reason] = r
	}
	return m
}()

// retryAfter is the number of seconds that an SDK is asked to wait.
const retryAfter = "2"

// refuse answers with a refusal in the dialect of the request.
func (s *Server) refuse(ctx *fasthttp.RequestCtx, q *request, r *refusal) {
	s.metrics.refused(r)
	ctx.Response.Reset()
	ctx.Response.SetStatusCode(r.status)
	ctx.Response.Header.SetContentType(jsonType)
	if r.status >= 500 {
		ctx.Response.Header.Set(fasthttp.HeaderRetryAfter, retryAfter)
	}
	if r == refuseMethod {
		ctx.Response.Header.Set(fasthttp.HeaderAllow, allowedMethods)
	}
	q.scratch = q.dialect.Refusal(q.scratch[:0], r.code, r.message)
	ctx.Response.SetBody(q.scratch)
}

const (
	jsonType       = "application/json"
	allowedMethods = "GET, HEAD, OPTIONS, POST"
)
