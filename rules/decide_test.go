package rules

import (
	"strconv"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine/catalog"
)

const decideConfig = `version: 1
mode: enforce
keys: [{id: k1, secret: "${KEY}"}, {id: k2, secret: "${KEY}"}]
sources:
  - {name: web, match: {write_key: w1}}
  - {name: shop, match: {host: Shop.example.com, path: "/in/*"}}
  - {name: team, match: {header: {x-team: backend}}}
destinations:
  - {name: collector, url: "http://a.example.com", key: k1}
  - {name: analytics, url: "http://b.example.com", delivery: queued, labels: [ads], key: k2}
  - {name: mailer, url: "http://c.example.com", delivery: queued, default: block, key: k2}
overrides:
  - {path: "properties.*.code", type: none}
  - {path: traits.ref, type: us_ssn}
types: {user_id: green, free_text: off}
rules:
  - {name: internal, when: {event: "Internal *", destination: analytics}, action: drop}
  - {name: known, when: {class: red, status: approved}, action: redact}
  - {name: red, when: {class: red}, action: block}
  - {name: notes, when: {path: [properties.note, "items[].**.memo"], destination: {not: mailer}}, action: redact}
  - {name: ads, when: {type: [email, user_id], destination: {label: ads}}, action: hash}
  - {name: web mail, when: {type: email, source: web}, action: {mask: {keep_last: 4}}}
  - {name: mail, when: {type: email}, action: hash}
`

func TestDecide(t *testing.T) {
	p, report := Parse("c.yaml", []byte(decideConfig), testEnv)
	if p == nil {
		t.Fatal(report)
	}
	f := func(destination, source, event, path, typ, want string) {
		t.Helper()
		pt := Point{Destination: p.Destination(destination), Source: p.Source(source), Event: event, Path: path}
		for _, ct := range p.Types {
			if ct.Name == typ && typ != "" {
				pt.Type, pt.Class = ct.ID, ct.Class
			}
		}
		d := p.Decide(&pt)
		got := d.Action.Kind.String() + " by default"
		if d.Rule >= 0 {
			got = d.Action.Kind.String() + " by " + p.Rules[d.Rule].Name
		}
		if d.Action.Key != nil {
			got += " with " + d.Action.Key.ID
		}
		if got != want {
			t.Errorf("%s from %s, event %q, %s %s: %s, want %s", destination, source, event, path, typ, got, want)
		}
	}
	f("collector", "unknown", "", "traits.id", "us_ssn", "block by red")
	f("collector", "unknown", "", "traits.ref", "us_ssn", "redact by known")
	f("collector", "unknown", "", "traits.email", "email", "hash by mail with k1")
	f("mailer", "unknown", "", "traits.email", "email", "hash by mail with k2")
	f("collector", "web", "", "traits.email", "email", "mask by web mail")
	f("analytics", "web", "", "traits.email", "email", "hash by ads with k2")
	f("analytics", "web", "Internal test", "traits.email", "email", "drop by internal")
	f("analytics", "web", "internal test", "traits.email", "email", "hash by ads with k2")
	f("mailer", "unknown", "", "traits.ip", "ip_address", "block by default")
	f("collector", "unknown", "", "traits.ip", "ip_address", "allow by default")

	// What is not personal is decided only where a rule speaks of it.
	f("analytics", "unknown", "", "userId", "user_id", "hash by ads with k2")
	f("mailer", "unknown", "", "userId", "user_id", "allow by default")
	f("collector", "unknown", "", "properties.note", "", "redact by notes")
	f("collector", "unknown", "", "items[].a.b.memo.text", "", "redact by notes")
	f("mailer", "unknown", "", "properties.note", "", "allow by default")
	f("analytics", "unknown", "Internal x", "properties.note", "", "drop by internal")

	// The event itself.
	f("analytics", "unknown", "Internal x", "", "", "drop by internal")
	f("collector", "unknown", "Internal x", "", "", "allow by default")
	f("mailer", "unknown", "", "", "", "allow by default")

	if a, b := p.Decide(&Point{Destination: 1, Path: "a", Type: typeID(p, "email"), Class: catalog.Yellow}),
		p.Decide(&Point{Destination: 2, Path: "a", Type: typeID(p, "email"), Class: catalog.Yellow}); a.Action != b.Action {
		t.Error("equal actions of two rules are two pointers")
	}
}

func typeID(p *Policy, name string) catalog.ID {
	for _, t := range p.Types {
		if t.Name == name {
			return t.ID
		}
	}
	return catalog.None
}

func TestSelects(t *testing.T) {
	p, report := Parse("c.yaml", []byte(decideConfig), testEnv)
	if p == nil {
		t.Fatal(report)
	}
	for path, want := range map[string]bool{"properties.note": true, "properties.note.a[]": true, "properties": false, "properties.notes": false,
		"items[].memo": true, "items.memo": false, "": false} {
		if got := p.SelectsPath(path); got != want {
			t.Errorf("SelectsPath(%q) is %v", path, got)
		}
	}
	for typ, want := range map[string]bool{"email": true, "user_id": true, "us_ssn": true, "ip_address": false, "country": false} {
		if got := p.SelectsType(typeID(p, typ)); got != want {
			t.Errorf("SelectsType(%s) is %v", typ, got)
		}
	}
	if !p.TypeOff(typeID(p, "free_text")) || p.TypeOff(typeID(p, "email")) || p.Types[typeID(p, "user_id")].Class != catalog.Green {
		t.Error("types are not retuned")
	}
	for path, want := range map[string]string{"properties.plan.code": "none", "properties.plan.code.x": "none", "properties.code": "",
		"traits.ref": "us_ssn", "traits.ref[].a": "us_ssn", "traits": "", "": ""} {
		typ, decided := p.Override(path)
		if decided != (want != "") || want != "" && want != noType && typ != typeID(p, want) {
			t.Errorf("Override(%q) is %d, %v", path, typ, decided)
		}
	}
}

func TestSourceOf(t *testing.T) {
	p, report := Parse("c.yaml", []byte(decideConfig), testEnv)
	if p == nil {
		t.Fatal(report)
	}
	f := func(writeKey, host, path, team, want string) {
		t.Helper()
		i := p.SourceOf(writeKey, host, path, func(name string) string {
			if name == "X-Team" {
				return team
			}
			return ""
		})
		if got := p.Sources[i].Name; got != want {
			t.Errorf("source is %q, want %q", got, want)
		}
	}
	f("w1", "", "", "", "web")
	f("w2", "shop.example.com:8080", "/in/v1", "", "shop")
	f("", "SHOP.example.com", "/in/", "", "shop")
	f("", "shop.example.com", "/out", "", "unknown")
	f("", "x.example.com", "/in/", "backend", "team")
	f("", "", "", "Backend", "unknown")
}

func TestEventClass(t *testing.T) {
	in := strings.Replace(decideConfig, "rules:\n", "rules:\n  - {name: e, when: {event: [Signed Up, Left, \"* Up\"], destination: mailer}, action: drop}\n", 1)
	p, report := Parse("c.yaml", []byte(in), testEnv)
	if p == nil {
		t.Fatal(report)
	}
	classes := map[int]string{}
	for _, name := range []string{"Signed Up", "Left", "Speed Up", "Internal x", "Internal Up"} {
		c := p.EventClass(name)
		if other, there := classes[c]; there || c == 0 {
			t.Errorf("%q and %q have class %d", name, other, c)
		}
		classes[c] = name
	}
	if p.EventClass("Other") != 0 || p.EventClass("") != 0 || p.EventClass("Even more Up") != p.EventClass("Speed Up") {
		t.Error("names that no rule tells apart have different classes")
	}
	if p, _ := Default("http://example.com"); p.SelectsEvents() || p.EventClass("x") != 0 {
		t.Error("a policy without event selectors tells events apart")
	}
}

// TestDecideByHand holds that a Policy literal, as tests of other packages make, decides.
func TestDecideByHand(t *testing.T) {
	p := &Policy{Destinations: []Destination{{Name: "a"}, {Name: "b", Default: &Action{Kind: Block}}}}
	if d := p.Decide(&Point{Destination: 0, Type: 1, Class: catalog.Red, Path: "x"}); d.Action.Kind != Allow || d.Rule != -1 {
		t.Errorf("no default: %v", d)
	}
	if d := p.Decide(&Point{Destination: 1, Type: 1, Class: catalog.Red, Path: "x"}); d.Action.Kind != Block {
		t.Errorf("default: %v", d)
	}
	p.Rules = []Rule{{Name: "all", Action: &Action{Kind: Redact}}}
	if d := p.Decide(&Point{Destination: 0, Type: 1, Class: catalog.Red, Path: "x"}); d.Action.Kind != Redact || d.Rule != 0 {
		t.Errorf("a rule without selectors: %v", d)
	}
}

func TestSettingsHelpers(t *testing.T) {
	in := head + oneRule + `hosts: [Events.example.com, "other.example.com:81"]
cors: {origins: ["https://Shop.example.com"]}
trusted_proxies: [192.0.2.0/24, "2001:db8::1"]
on_error: pass
routes: [{path: "/api/*", on_error: block}, {path: /collect, format: ndjson}]
headers: {forward: [x-request-id]}
`
	p, report := Parse("c.yaml", []byte(in), testEnv)
	if p == nil {
		t.Fatal(report)
	}
	for host, want := range map[string]bool{"events.example.com": true, "EVENTS.example.com:8080": true, "other.example.com:81": true,
		"other.example.com": false, "[2001:db8::1]": false} {
		if p.AllowsHost(host) != want {
			t.Errorf("AllowsHost(%q) is not %v", host, want)
		}
	}
	if !p.CORS.Allows("https://shop.example.com") || p.CORS.Allows("https://example.com") || p.CORS.AnyOrigin {
		t.Error("origins are not the listed ones")
	}
	if r := p.RouteOf("/api/v1"); r == nil || r.OnError != BlockOnError || r.Format != "json" {
		t.Errorf("route is %+v", r)
	}
	if r := p.RouteOf("/collect"); r == nil || r.OnError != PassOnError || r.Format != "ndjson" || p.RouteOf("/collect/x") != nil {
		t.Errorf("route is %+v", r)
	}
	if p.ForwardHeaders[0] != "X-Request-Id" || len(p.TrustedProxies) != 2 {
		t.Errorf("headers %v, proxies %v", p.ForwardHeaders, p.TrustedProxies)
	}
}

func BenchmarkDecide(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			var in strings.Builder
			in.WriteString(head + "rules:\n")
			for i := range n {
				in.WriteString("  - {name: r" + strconv.Itoa(i) + ", when: {path: \"a.*.b" + strconv.Itoa(i) + ".**.c\"}, action: block}\n")
			}
			p, report := Parse("c.yaml", []byte(in.String()), testEnv)
			if p == nil {
				b.Fatal(report)
			}
			b.ReportAllocs()
			for b.Loop() {
				p.Decide(&Point{Path: "a.x.b.d.c.e", Type: 1, Class: catalog.Yellow})
			}
		})
	}
}
