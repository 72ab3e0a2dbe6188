package rules

import (
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
)

// FuzzParse holds that no bytes make Parse panic, that a policy comes only
// without errors, that a policy can be asked, and that no secret is quoted.
func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte(decideConfig))
	f.Add([]byte(head + oneRule))
	f.Add([]byte("version: 1\nmode: &a [*a]\n"))
	f.Add([]byte("{{{{[[[["))
	f.Add([]byte("a: !!binary x\n---\n? [a]\n: b\n"))
	f.Add([]byte("keys: [{id: k1, secret: \"x${KEY}x\", secret_file: \"${KEY}\", ${KEY}}]\nmode: ${KEY}\n"))
	f.Add([]byte(head + oneRule + `classifiers:
  - {name: a, class: red, similar_keys: [club no], patterns: ['\d{4}'], validator: luhn, context: {words: [club]}, examples: {match: [club 0000]}}
  - {name: b, class: red, dictionary: {words: [a b, c], within: text}, examples: {no_match: [{path: a.b, value: x}]}}
types: {email: {names: off, keys: [x], not_keys: [y]}}
overrides: [{path: traits, type: none, types: email, event: "X*", source: unknown, reason: r}]
`))
	f.Add([]byte(head + oneRule + `store: {url: "postgres://${X}@h/d", points: 100}
portal: {url: "https://h", hosts: [x], users: [{name: a, role: owner, password_hash: "${X}"}], tokens: [{name: t, role: viewer, secret: "${X}"}],
  oidc: {issuer: "${X}", client_id: x, client_secret: "${X}", roles: {x: "${X}"}}, header: {user: "${X}", from: [192.0.2.7]}}
`))
	f.Add([]byte(`version: 1
mode: enforce
keys: [{id: k1, secret: "${X}"}]
queue: {path: q.db, key: k1, max_bytes: 1GiB, max_age: 7d, full: drop_oldest, nats: {url: "nats://u:${X}@h:4222,tls://h", stream: e, replicas: 1}}
consent: {paths: [a.b], changes: [x], gpc: [c, "${X}"], dnt: ignore}
device_mode: {url: "https://h", api_host: h/v1, allow: [A, {drop: [p.e]}]}
destinations:
  - {url: "http://h", paths: {"/v1/*": "/x/*", /a: /b}, headers: {X-Key: "a${X}", Cookie: "${X}"}, integrations: ["${X}"]}
  - {url: "http://127.0.0.1:8080", delivery: queued, allow_list: true, consent: ["${X}"], consent_missing: allow, consent_changes: forward, retry: {min: 1s},
     format: json, rate: 5, batch: {events: 2, bytes: 1KiB}, concurrency: 1, order: none, queue: {max_age: 1d12h}}
rules: [{action: {integrations: {A: false, "b\"": true}}}]
`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if strings.Contains(string(data), "file") { // reads files by whatever name
			return
		}
		const secret = "s3cr3t-0f-16-bytes"
		p, report := Parse("c.yaml", data, func(name string) (string, bool) { return secret, name != "" })
		if (p == nil) != report.HasErrors() {
			t.Fatalf("policy %v beside errors %v", p != nil, report.HasErrors())
		}
		named := strings.Contains(string(data), "name") // a name is meant to be shown, wherever it comes from
		if strings.Contains(report.String(), secret) && !named && !strings.Contains(string(data), "s3cr3t") {
			t.Errorf("a message quotes a variable's value: %s", report)
		}
		if p == nil {
			return
		}
		heeds := p.Heeds()
		for d := range p.Destinations {
			to := &p.Destinations[d]
			if path := to.Path("/v1/x"); path[0] != '/' {
				t.Fatalf("a request for /v1/x goes to %q", path)
			}
			if to.AllowList && p.Decide(&Point{Destination: d, Path: "a"}).Rule < 0 &&
				p.Decide(&Point{Destination: d, Path: "a"}).Action.Kind != Block || to.AllowList && !p.HasAllowList() || !heeds && to.Consent != nil {
				t.Fatalf("destination %d gets what nobody approved", d)
			}
			for _, typ := range p.Types {
				if got := p.Decide(&Point{Destination: d, Event: "e", Path: "traits.a[]", Type: typ.ID, Class: typ.Class}); got.Action == nil ||
					(got.Action.Kind == Encrypt || got.Action.Kind == Hash && !got.Action.Plain) && got.Action.Key == nil {
					t.Fatalf("no action, or none with a key, for destination %d", d)
				}
			}
		}
		p.SourceOf("w", "h", "/p", func(string) string { return "" })
		p.SelectsPath("traits.a")
		p.Override("traits.a")
		p.Mutes("traits.a")
		p.Muted(&Point{Path: "traits.a", Event: "e"})
		for i := range p.Classifiers {
			text := []byte("club 0000 a b, \xff c")
			for _, s := range p.Classifiers[i].Find(nil, text, detect.Classify(text), false, &Scratch{}) {
				if s.Start < 0 || s.Start >= s.End || s.End > len(text) {
					t.Fatalf("a classifier finds %+v", s)
				}
			}
			p.Classifiers[i].NearKey("club")
			p.Classifiers[i].NearParent("club")
		}
		p.EventClass("e")
		p.Decide(&Point{Type: catalog.None})
	})
}
