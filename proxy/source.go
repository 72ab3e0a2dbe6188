package proxy

import (
	"bytes"
	"encoding/base64"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/rules"
)

// from finds the source of a request.
func (q *request) from(ctx *fasthttp.RequestCtx, p *rules.Policy, in *engine.Inspector) int {
	if len(p.Sources) == 1 {
		return 0 // only "unknown"
	}
	h := &ctx.Request.Header
	return p.SourceOf(q.sourceKey(in), string(h.Host()), string(q.path), func(name string) string { return string(h.Peek(name)) })
}

// sourceKey is the write key of a request: Authorization, header, query, then the body's.
func (q *request) sourceKey(in *engine.Inspector) string {
	if v, ok := cutScheme(q.auth, "Basic "); ok {
		if d, err := base64.StdEncoding.AppendDecode(q.key[:0], v); err == nil {
			q.key = d
			user, _, _ := bytes.Cut(d, []byte(":"))
			return string(user)
		}
	}
	if len(q.writeKey) > 0 {
		return string(q.writeKey)
	}
	for query := q.query; len(query) > 0; {
		var pair []byte
		pair, query, _ = bytes.Cut(query, []byte("&"))
		name, value, _ := bytes.Cut(pair, []byte("="))
		if string(name) == "writeKey" || string(name) == "write_key" {
			return string(value)
		}
	}
	if k := in.WriteKey(); k != nil {
		return string(k)
	}
	v, _ := cutScheme(q.auth, "Bearer ")
	return string(v)
}

func cutScheme(v []byte, scheme string) ([]byte, bool) {
	if len(v) > len(scheme) && bytes.EqualFold(v[:len(scheme)], []byte(scheme)) {
		return v[len(scheme):], true
	}
	return nil, false
}
