package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/portal/store"
	"github.com/eventveil/eventveil/rules"
)

const policy = `
version: 1
mode: enforce
listen: {data: ":8080", admin: "127.0.0.1:9090"}
keys: [{id: k1, secret: planted-secret-of-the-key}]
sources:
  - {name: web, match: {write_key: planted-write-key}}
  - {name: app, match: {header: {X-Client: planted-header}}}
destinations:
  - {name: collector, url: "https://collector.example.com/planted-path"}
  - {name: ads, url: "https://ads.example.com:8443", delivery: queued, labels: [marketing], consent: [ads], default: redact}
overrides:
  - {path: properties.sku, type: none}
rules:
  - {name: no restricted data, when: {class: red}, action: block}
  - {name: hashed mail, when: {type: email, destination: ads}, action: {hash: {key: k1}}}
  - {name: addresses of the app, when: {type: ip_address, source: app}, action: {truncate: {ipv4: 16}}}
`

// site is the API as it is served, over a real store.
type site struct {
	testing.TB
	store  inventory.Store
	policy *atomic.Pointer[rules.Policy] // with the decisions in force
	url    string
	apply  error // what putting decisions in force answers
	health inventory.Health
	*contract
}

// begin makes a site; alter may put something between the API and the store.
func begin(t testing.TB, alter func(inventory.Store) inventory.Store) *site {
	t.Helper()
	base, report := rules.Parse("policy.yaml", []byte(policy), func(string) (string, bool) { return "", false })
	if err := report.Err(); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Options{Path: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s := &site{TB: t, store: db, policy: &atomic.Pointer[rules.Policy]{}}
	if alter != nil {
		s.store = alter(db)
	}
	s.policy.Store(base.With(nil))
	desk := &inventory.Desk{Store: s.store,
		Types: func() (names []string) {
			for _, t := range base.Types[1:] {
				names = append(names, t.Name)
			}
			return names
		},
		Sources: func() []string { return []string{"unknown", "web", "app"} },
		Apply: func(ctx context.Context) error {
			if s.apply != nil {
				return s.apply
			}
			d, err := db.Decisions(ctx)
			if err == nil {
				s.policy.Store(base.With(inventory.Verdicts(base, d.List)))
			}
			return err
		}}
	h := New(Options{Store: s.store, Desk: desk, Policy: s.policy.Load, Version: "v1.2.3",
		Health:  func() inventory.Health { return s.health },
		User:    func(ctx context.Context) string { return ctx.Value(http.ServerContextKey).(string) },
		Require: require})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user := r.Header.Get("X-User")
		if user == "" {
			user = "ada"
		}
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, user)))
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	s.contract = readContract(t, describe(routes, "v1.2.3"))
	return s
}

// require lets through who has the role in X-Role, an owner without that header.
func require(role rules.Role, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if given := r.Header.Get("X-Role"); given != "" && rules.ParseRole(given) < role {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// observed are the data points of the tests.
var observed = []inventory.Observed{
	{Path: "traits.email", Found: inventory.Finding{Type: "email", Class: "yellow", Matched: "both", How: "validated", Confidence: 99}, Shape: "aaa@aaaaaaa.aaa"},
	{Path: "traits.ssn", Found: inventory.Finding{Type: "us_ssn", Class: "red", Matched: "key", How: "exact", Confidence: 97}, Shape: "999-99-9999"},
	{Path: "context.ip", Found: inventory.Finding{Type: "ip_address", Class: "yellow", Matched: "both", How: "validated", Confidence: 99}},
	{Path: "properties.country", Found: inventory.Finding{Type: "country", Class: "green", Matched: "key", How: "exact", Confidence: 97}},
	{Path: "properties.sku", Found: inventory.Finding{Type: "phone", Class: "yellow", Matched: "value", How: "pattern", Confidence: 90}},
	{Path: "properties.plan", Found: inventory.Finding{Class: "green"}},
}

func id(path string) inventory.ID {
	for i := range observed {
		if observed[i].Path == path {
			return observed[i].ID()
		}
	}
	panic("no data point at " + path)
}

// filled is a site that has met the observed data points.
func filled(t testing.TB) *site {
	t.Helper()
	s := begin(t, nil)
	s.observe(observed, []inventory.Sighting{
		{Point: id("traits.email"), Source: "web", Event: "Signed Up", Count: 5},
		{Point: id("traits.email"), Source: "web", Event: "Signed Up", Destination: "collector", Action: "allow", Count: 5},
		{Point: id("traits.email"), Source: "web", Event: "Signed Up", Destination: "ads", Action: "hash", Rule: "hashed mail", Count: 5},
		{Point: id("traits.ssn"), Source: "app", Count: 2},
		{Point: id("traits.ssn"), Source: "app", Destination: "collector", Action: "block", Rule: "no restricted data", Count: 2},
		{Point: id("traits.ssn"), Source: "app", Destination: "ads", Action: "block", Rule: "no restricted data", Count: 2},
		{Point: id("context.ip"), Source: "app", Count: 7},
		{Point: id("context.ip"), Source: "app", Destination: "collector", Action: "truncate", Rule: "addresses of the app", Count: 7},
		{Point: id("context.ip"), Source: "web", Count: 1},
		{Point: id("context.ip"), Source: "web", Destination: "ads", Action: "redact", Count: 1},
		{Point: id("context.ip"), Source: "old", Count: 1},
		{Point: id("context.ip"), Source: "old", Destination: "gone", Action: "allow", Count: 1},
		{Point: id("properties.country"), Source: "web", Count: 100},
		{Point: id("properties.country"), Source: "web", Destination: "collector", Action: "allow", Count: 100},
		{Point: id("properties.sku"), Source: "web", Count: 1},
	})
	return s
}

// observe has points met. Sightings, which are of these points, are acted on as what
// was found.
func (s *site) observe(points []inventory.Observed, sightings []inventory.Sighting) {
	s.Helper()
	classes := map[inventory.ID]string{}
	for _, p := range points {
		classes[p.ID()] = p.Found.Class
	}
	for i := range sightings {
		sightings[i].Class = classes[sightings[i].Point]
	}
	now := time.Now().UTC()
	if err := s.store.Observe(s.Context(), &inventory.Batch{At: now, Points: points, Sightings: sightings,
		Process:  inventory.Process{ID: "p1", Host: "h", Role: "all", Version: "v1", Started: now, LastSeen: now},
		Rules:    []inventory.RuleCount{{Rule: "hashed mail", Destination: "ads", Action: "hash", Count: 5}, {Rule: "an old one", Destination: "ads", Action: "block", Count: 1}, {Destination: "ads", Action: "redact", Count: 1}},
		Outcomes: []inventory.Outcomes{{Destination: "collector", Outcome: "altered", Count: 9}},
		Overflow: []inventory.Overflow{{Source: "web", Count: 3}}}); err != nil {
		s.Fatal(err)
	}
}

// answer is what was answered.
type answer struct {
	status int
	http.Header
	body string
}

// ask sends a request; headers are "Name: value".
func (s *site) ask(method, path, body string, headers ...string) answer {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), method, s.url+prefix+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Add(name, value)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	a := answer{resp.StatusCode, resp.Header, string(text)}
	if err := s.check(method, req.URL.Path, body, a); err != nil {
		s.Error(err)
	}
	return a
}

// get asks for JSON and decodes it.
func get[T any](s *site, path string) (v T) {
	s.Helper()
	return decode[T](s, s.ask("GET", path, ""), http.StatusOK)
}

func decode[T any](s *site, a answer, status int) (v T) {
	s.Helper()
	if a.status != status {
		s.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	dec := json.NewDecoder(strings.NewReader(a.body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		s.Fatalf("%v: %s", err, a.body)
	}
	return v
}

// problemOf decodes a refusal and checks what all of them have.
func problemOf(s *site, a answer, status int) problem {
	s.Helper()
	p := decode[problem](s, a, status)
	if media := a.Get("Content-Type"); media != "application/problem+json" {
		s.Errorf("a problem is sent as %q", media)
	}
	if p.Status != status || p.Detail == "" || p.Title == "" || !strings.HasPrefix(p.Type, "urn:eventveil:problem:") {
		s.Errorf("incomplete problem: %s", a.body)
	}
	return p
}

func paths(l list) (names []string) {
	for _, p := range l.Items {
		names = append(names, p.Path)
	}
	return names
}

func (s *site) patch(path inventory.ID, body string, headers ...string) answer {
	s.Helper()
	return s.ask("PATCH", "/datapoints/"+string(path), body, headers...)
}

// within is the site for a part of its test.
func (s *site) within(t testing.TB) *site {
	part := *s
	part.TB = t
	return &part
}

// faulty is a store that fails as soon as it is told to.
type faulty struct {
	inventory.Store
	after atomic.Int64 // calls that still work; 0 for all
}

var errFaulty = fmt.Errorf("cannot read the list: the database is locked")

func (f *faulty) Points(ctx context.Context, l inventory.List) (inventory.Page, error) {
	if f.after.Add(-1) < 0 {
		return inventory.Page{}, errFaulty
	}
	return f.Store.Points(ctx, l)
}
