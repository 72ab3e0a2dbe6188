package rules

import (
	"crypto/sha256"
	"slices"
	"strings"
	"time"
)

// Destination is a receiver of events.
type Destination struct {
	Name    string
	URL     string    // scheme, host and optional path prefix
	Paths   []PathMap // where requests for a path go below URL; the first that matches decides, any other path stays
	Queued  bool      // delivery: queued; otherwise inline
	Format  Format
	Labels  []string
	Default *Action // decides personal data that no rule matches
	Key     *Key    // its own hash key, used by Hash and Encrypt actions that name none; may be nil

	// AllowList lets only those data points pass that a rule with a class, type or path
	// selector or a person has approved; every other member is removed, whatever it holds.
	AllowList bool

	Consent        []string // categories that must all be granted
	ConsentMissing bool     // what says nothing of consent passes; false denies it
	ConsentChanges bool     // events that tell of a change of consent pass whatever they say
	// Integrations are the names by which an event's "integrations" speak of it; nil when
	// they are not heeded.
	Integrations []string

	Headers     []Header // set on every request to it, instead of the SDK's of the same name
	TLS         TLS
	Timeout     time.Duration // one request to it; 0 for Timeouts.Upstream
	Retry       Retry
	Rate        int // events a second at most; 0 for no limit
	Batch       Batch
	Concurrency int  // requests under way at once
	Unordered   bool // order: none; otherwise at most one request of a source is under way
	Backlog     Backlog
}

// PathMap sends requests for From to To. From may end in "*" for a prefix; then a "*" at
// the end of To stands for the rest of the path.
type PathMap struct{ From, To string }

// Header is a request header. Its value may be a secret.
type Header struct {
	Name  string // canonical
	Value Secret
}

// Format is how events are sent to a destination.
type Format uint8

// The formats.
const (
	AsReceived Format = iota // each request as it came, path, headers and envelope
	PlainJSON                // one event as an object, several as an array
	PlainLines               // NDJSON: one event a line
)

// TLS names files in PEM; "" for the system's authorities and for no certificate of our own.
type TLS struct {
	CAFile, CertFile, KeyFile string
	Digest                    [sha256.Size]byte // of what was in them, so that new certificates under old names are noticed
}

// Retry says how often and when a request is tried again.
type Retry struct {
	Min, Max time.Duration // the wait doubles from Min to Max, less a random part
	Attempts int           // after which what the destination answers with an error is set aside
}

// Batch bounds a request in a plain format.
type Batch struct {
	Events int
	Bytes  int64
}

// Backlog bounds what waits for a destination in the queue.
type Backlog struct {
	Bytes      int64
	Age        time.Duration // after which it is set aside as expired
	DropOldest bool          // full: the oldest goes; otherwise new events are refused
}

// Path is where a request for a path goes below URL.
func (d *Destination) Path(path string) string {
	for i := range d.Paths {
		m := &d.Paths[i]
		if !pathMatches(m.From, path) {
			continue
		}
		to, rest := strings.CutSuffix(m.To, "*")
		if rest {
			to += path[len(m.From)-1:]
		}
		return to
	}
	return path
}

// Queue says where events wait for destinations.
type Queue struct {
	Path    string // the SQLite file; "" for the default, see App; ":memory:" for none
	NoSync  bool   // fsync: os; what was acknowledged survives the process, not a loss of power
	Key     *Key   // encrypts what waits; nil for none
	NATS    *NATS  // nil for none
	Backlog        // of destinations that set none of their own
}

// NATS is a JetStream cluster that takes over what waits, behind the local queue.
type NATS struct {
	URL         Secret // nats:// or tls://, several separated by commas
	Credentials string // file with a user's credentials; "" for none
	TLS         TLS
	Stream      string // prefix of the streams' names and subjects
	Replicas    int
}

// Consent says where events tell what people agreed to, beside Segment's and
// RudderStack's places, and what headers mean.
type Consent struct {
	Paths   []string // of objects of booleans, or of lists of categories that are granted; dotted
	Changes []string // names of events that tell of a change
	GPC     Denies   // Sec-GPC: 1
	DNT     Denies   // DNT: 1
}

// Denies says which categories a signal takes back.
type Denies struct {
	All        bool
	Categories []string
}

// Denies tells whether a category is taken back.
func (d *Denies) Denies(category string) bool {
	if d.All {
		return true
	}
	for _, c := range d.Categories {
		if c == category {
			return true
		}
	}
	return false
}

// DeviceMode says what browser SDKs may load to send events past this proxy.
type DeviceMode struct {
	URL     string // where settings and scripts are fetched; "" for the inline destination
	APIHost string // host and path that browsers send events to; "" for the host they asked, "keep" leaves what is there
	Any     bool   // every integration may be loaded
	Allow   []DeviceModeIntegration
}

// DeviceModeIntegration is one that may be loaded.
type DeviceModeIntegration struct {
	Name string
	Drop []string // dotted members of events that are taken from it in the browser
}

// Queues tells whether events wait for some destination.
func (p *Policy) Queues() bool {
	return slices.ContainsFunc(p.Destinations, func(d Destination) bool { return d.Queued })
}
