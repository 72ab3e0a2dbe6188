package deliver

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

// kind is what an answer is seen as; see the package's table.
type kind uint8

const (
	ok kind = iota
	busy
	locked
	silent
	faulty
	wrong
	rejected
)

// answer is what became of a request.
type answer struct {
	kind    kind
	status  int           // 0 for none
	trouble string        // in our own words
	after   time.Duration // how long it asks to wait
}

// maxRetryAfter bounds what a destination may ask for.
const maxRetryAfter = time.Hour

// statusKind says what a status is seen as.
func statusKind(status int) kind {
	switch status {
	case http.StatusTooManyRequests, http.StatusTooEarly, http.StatusServiceUnavailable:
		return busy
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusProxyAuthRequired:
		return locked
	case http.StatusRequestTimeout, http.StatusBadGateway, http.StatusGatewayTimeout:
		return silent
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone:
		return wrong
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return rejected
	}
	switch status / 100 {
	case 2:
		return ok
	case 3:
		return wrong
	case 5:
		return faulty
	}
	return rejected
}

// answered reads the status and the one header that counts.
func answered(h *fasthttp.ResponseHeader, now time.Time) answer {
	status := h.StatusCode()
	a := answer{kind: statusKind(status), status: status}
	if a.kind == ok {
		return a
	}
	a.trouble = "it answers " + strconv.Itoa(status)
	switch {
	case a.kind == locked:
		a.trouble += ": look at the credentials in its headers"
	case a.kind == wrong && status < 400:
		a.trouble += ": it has moved; look at its url"
	case a.kind == wrong:
		a.trouble += ": look at its url and paths"
	}
	if a.kind != rejected {
		a.after = retryAfter(h.Peek(fasthttp.HeaderRetryAfter), now)
	}
	return a
}

// retryAfter reads seconds or a date; 0 for neither.
func retryAfter(v []byte, now time.Time) time.Duration {
	if len(v) == 0 {
		return 0
	}
	var d time.Duration
	if seconds, err := strconv.ParseUint(string(v), 10, 64); err == nil {
		d = time.Duration(min(seconds, uint64(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(string(v)); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), maxRetryAfter)
}

// unanswered names a failed exchange; its error may quote the destination and is not kept.
func unanswered(err error) answer {
	var (
		timeout net.Error
		name    *net.DNSError
		op      *net.OpError
		cert    *tls.CertificateVerificationError
		alert   tls.AlertError
		plain   tls.RecordHeaderError
		unknown x509.UnknownAuthorityError
	)
	switch {
	case errors.As(err, &cert), errors.As(err, &unknown):
		return answer{kind: locked, trouble: "its certificate is not one that we trust: look at tls.ca_file"}
	case errors.As(err, &alert), errors.As(err, &op) && op.Op == "remote error":
		return answer{kind: locked, trouble: "it refuses our TLS: look at tls.cert_file"}
	case errors.As(err, &plain):
		return answer{kind: locked, trouble: "it does not speak TLS: look at its url"}
	case errors.As(err, &name):
		return answer{kind: busy, trouble: "its name has no address"}
	case errors.Is(err, syscall.ECONNREFUSED):
		return answer{kind: busy, trouble: "it refuses connections"}
	case errors.Is(err, fasthttp.ErrDialTimeout), errors.As(err, &op) && op.Op == "dial":
		return answer{kind: busy, trouble: "it cannot be reached"}
	case errors.Is(err, fasthttp.ErrNoFreeConns):
		return answer{kind: busy, trouble: "its connections are all in use"}
	case errors.Is(err, fasthttp.ErrTimeout), errors.As(err, &timeout) && timeout.Timeout():
		return answer{kind: silent, trouble: "no answer in time"}
	}
	return answer{kind: silent, trouble: "it ends connections without an answer in HTTP"}
}
