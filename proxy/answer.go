package proxy

import "github.com/valyala/fasthttp"

// answerHeaders are the collector's headers that its answer to an SDK keeps. What
// belongs to one connection, tells about the collector, or speaks to browsers of
// other origins is not among them.
var answerHeaders = map[string]bool{
	"Age": true, "Cache-Control": true, "Content-Disposition": true, "Content-Encoding": true, "Content-Language": true,
	"Content-Length": true, "Content-Type": true, "Date": true, "Etag": true, "Expires": true, "Last-Modified": true,
	"Location": true, "Pragma": true, "Retry-After": true, "Set-Cookie": true, "Vary": true, "X-Content-Type-Options": true,
	"X-Ratelimit-Limit": true, "X-Ratelimit-Remaining": true, "X-Ratelimit-Reset": true, "X-Request-Id": true,
}

// dropped are headers that collectors send often, so that dropping them costs no allocation.
var dropped = func() map[string]string {
	m := map[string]string{}
	for _, name := range []string{"Connection", "Keep-Alive", "Server", "Trailer", "Transfer-Encoding", "X-Powered-By", "Strict-Transport-Security", "Alt-Svc",
		"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods",
		"Access-Control-Expose-Headers", "Access-Control-Max-Age"} {
		m[name] = name
	}
	return m
}()

// trim removes from the collector's answer what the SDK must not see.
func trim(h *fasthttp.ResponseHeader) {
	var room [16]string
	gone := room[:0]
	for k := range h.All() {
		if answerHeaders[string(k)] {
			continue
		}
		name, known := dropped[string(k)]
		if !known {
			name = string(k)
		}
		gone = append(gone, name)
	}
	again := false
	for _, name := range gone {
		h.Del(name)
		again = again || name == fasthttp.HeaderTrailer // what it announced is among the headers now
	}
	if again {
		trim(h)
	}
	h.ResetConnectionClose()
}
