package rules

import (
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Listen holds the addresses to listen on, as host:port; the host may be empty.
type Listen struct {
	Data, Admin string
}

// OnError is what is done with a body that cannot be read, bounded or decided.
type OnError uint8

// What can be done on an error.
const (
	BlockOnError OnError = iota // refuse the request
	PassOnError                 // forward the body as it came; never the default
)

// Formats are the words that Route.Format may be; the first is the default.
var Formats = []string{"json", "ndjson", "segment"}

// Route says how bodies on a path are read, beside the routes that are built in.
type Route struct {
	Path    string // exact, or a prefix when it ends in "*"
	Format  string // one of Formats
	Opaque  bool   // bodies are forwarded unread, whatever they hold
	OnError OnError
}

// Timeouts bound how long the parts of a request may take. Every field is positive.
type Timeouts struct {
	Read     time.Duration // reading a request
	Write    time.Duration // writing an answer
	Idle     time.Duration // between requests on one connection
	Upstream time.Duration // one request to a destination that sets no timeout of its own
	Drain    time.Duration // finishing requests when the process is told to stop
}

// CORS says which web pages may talk to the data listener.
type CORS struct {
	AnyOrigin bool
	Origins   []string      // lower case, scheme://host[:port]; empty when AnyOrigin
	MaxAge    time.Duration // how long browsers may remember a preflight's answer
}

// Allows tells whether pages of an origin may send events.
func (c *CORS) Allows(origin string) bool {
	return c.AnyOrigin || slices.Contains(c.Origins, strings.ToLower(origin))
}

// AllowsHost tells whether requests for a Host header are served: all are when
// the configuration lists no hosts. A port is ignored unless the list has it.
func (p *Policy) AllowsHost(host string) bool {
	host = strings.ToLower(host)
	return len(p.Hosts) == 0 || slices.Contains(p.Hosts, host) || slices.Contains(p.Hosts, withoutPort(host))
}

// Trusts tells whether the proxy at an address is believed when it says whom it
// speaks for (X-Forwarded-For).
func (p *Policy) Trusts(addr netip.Addr) bool {
	addr = addr.Unmap()
	for _, prefix := range p.TrustedProxies {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// RouteOf finds the first configured route for a path; nil when there is none.
func (p *Policy) RouteOf(path string) *Route {
	for i := range p.Routes {
		if pathMatches(p.Routes[i].Path, path) {
			return &p.Routes[i]
		}
	}
	return nil
}

// pathMatches compares a URL path: exactly, or by prefix when pattern ends in "*".
func pathMatches(pattern, path string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(path, prefix)
	}
	return pattern == path
}

// withoutPort cuts ":port" off a host; an IPv6 address keeps its brackets.
func withoutPort(host string) string {
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		return host[:i]
	}
	return host
}

// defaults returns a policy with every setting that has a default.
func defaults() *Policy {
	return &Policy{
		Listen: Listen{Data: ":8080", Admin: "127.0.0.1:9090"},
		Limits: Limits{Body: 10 << 20, Inflated: 50 << 20, Depth: 64, Values: 100000, KeyBytes: 1024, Nested: 3,
			Paths: 20000, Header: 64 << 10, InFlight: 256 << 20, Conns: 16384},
		Timeouts: Timeouts{Read: 30 * time.Second, Write: 30 * time.Second, Idle: 75 * time.Second,
			Upstream: 30 * time.Second, Drain: 20 * time.Second},
		CORS:       CORS{AnyOrigin: true, MaxAge: 2 * time.Hour},
		ReloadPoll: 5 * time.Second,
		Store:      Store{Flush: 2 * time.Second, Poll: time.Second, Retention: 30 * 24 * time.Hour, Points: 50000},
		Portal:     Portal{Session: 12 * time.Hour},
		Queue:      Queue{Backlog: Backlog{Bytes: backlogBytes, Age: backlogAge}},
		Consent:    Consent{Changes: []string{consentChange}, GPC: Denies{All: true}, DNT: Denies{All: true}},
		Sources:    []Source{{Name: unknownSource}},
	}
}

// unknownSource is the name of the source of events that no source's criteria fit.
const unknownSource = "unknown"
