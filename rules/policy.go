package rules

import (
	"net/netip"
	"time"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/names"
)

// ActionKind is what is done with a data point for one destination.
type ActionKind uint8

// The actions, as they are written in YAML.
const (
	Allow      ActionKind = iota // leave the bytes alone
	Block                        // remove the member
	Hash                         // keyed hash, see Action.Key
	Mask                         // keep the shape, hide the characters
	Redact                       // replace by the name of the type
	Truncate                     // cut to a length or an IP prefix
	Generalize                   // make coarser by type: a date of birth to its year
	Encrypt                      // authenticated encryption, see Action.Key
	Drop                         // the whole event, for that destination
	Integrate                    // allow, and write Action.Integrations into the event
)

// Action is a compiled action. Actions are compared by pointer: the same pointer
// always gives the same output for the same value.
type Action struct {
	Kind ActionKind
	Key  *Key // for Hash and Encrypt; nil otherwise

	// Plain asks Hash for an unkeyed SHA-256, as ad platforms' match keys need it.
	Plain bool
	// KeepLast and KeepFirst are the characters that Mask leaves readable.
	KeepFirst, KeepLast int
	// IPv4Bits and IPv6Bits are the prefix lengths that Truncate keeps of an address.
	IPv4Bits, IPv6Bits int
	// Length is the number of characters that Truncate keeps of any other value.
	Length int
	// Integrations are the members that Integrate writes into an event's "integrations",
	// as JSON without braces: "Mixpanel":false,"All":true.
	Integrations string
}

// Key is a secret for Hash and Encrypt. Its String is "<secret>"; the bytes are
// for package transform only.
type Key struct {
	ID     string
	Secret Secret // at least 16 bytes
}

// Decision is the outcome of the rules for one data point and destination.
type Decision struct {
	Action *Action
	Rule   int // index into Policy.Rules; -1 when no rule decided but the destination's default or its allow-list
}

// Point is what the rules decide about: a data point of one event on its way to
// one destination. Path is normalised ("traits.emails[]", ids as "*").
type Point struct {
	Destination int // index into Policy.Destinations
	Source      int // index into Policy.Sources
	Event       string
	Path        string
	Type        catalog.ID
	Class       catalog.Class
	Approved    bool // people have decided on it, see Verdict
}

// Source is who sent an event, told by the request. Every set criterion must hold.
type Source struct {
	Name     string
	WriteKey string
	Host     string
	Path     string            // exact, or a prefix when it ends in "*"
	Header   map[string]string // canonical name -> exact value
}

// Rule is one compiled rule; Policy.Decide asks them in order.
type Rule struct {
	Name   string
	Line   int // where it stands in the configuration file
	Action *Action

	actions []*Action // by destination, with the destination's key; nil when Action is the same for all

	// The selectors; a nil or zero one selects everything.
	destinations []bool // by index
	sources      []bool // by index
	types        typeSet
	classes      uint8 // bit 1<<catalog.Class
	status       uint8 // statusNew, statusApproved
	paths        []*pathGlob
	events       []string // wildcards
}

// Limits bound what one request may cost. Every field is positive.
type Limits struct {
	Body     int64 // bytes of a request body as received
	Inflated int64 // bytes of a body after decompression
	Depth    int   // nesting of objects and arrays
	Values   int   // members and elements in one body
	KeyBytes int   // bytes of one member name
	Nested   int   // layers of JSON in strings in JSON
	Paths    int   // distinct paths remembered by the path cache
	Header   int   // bytes of request line and headers
	InFlight int64 // bytes of bodies being worked on at once
	Conns    int   // concurrent connections
}

// Policy is the compiled, immutable form of a configuration; see Load. The
// engine calls Decide once per distinct point and caches the answer, so Decide
// may be linear in the number of rules.
type Policy struct {
	Observe      bool           // mode: observe
	Types        []catalog.Type // by catalog.ID: the built-in ones with the policy's classes, then its classifiers'
	Classifiers  []Classifier
	Sources      []Source // Sources[0] is "unknown", which matches nothing by itself
	Destinations []Destination
	Rules        []Rule
	Limits       Limits

	Listen         Listen
	OnError        OnError // for what no Route speaks of
	Routes         []Route
	Timeouts       Timeouts
	CORS           CORS
	Hosts          []string       // Host headers to serve, lower case; empty serves all
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	ForwardCookies []string       // names of cookies that destinations get
	ForwardHeaders []string       // canonical names of further request headers that destinations get
	ReloadPoll     time.Duration  // how often the file is looked at for changes
	Store          Store
	Portal         Portal
	Queue          Queue
	Consent        Consent
	DeviceMode     DeviceMode
	File           string // the configuration's name, for whoever is told of a line in it

	// Files are the further files that were read: of secrets and of dictionaries. The
	// policy is out of date when one of them has changed.
	Files []string

	overrides []override
	verdicts  map[string][]Verdict // by path
	names     []names.Entry        // of fields, for built-in types
	contexts  *names.Matcher       // of all names in classifiers' contexts; nil when there is none
	namesOff  typeSet              // types whose built-in names mean nothing
	valuesOff typeSet              // types that are not found by value
	off       typeSet              // types that are switched off
	selected  typeSet              // types that a rule asks for by type or class
	events    eventSet
}
