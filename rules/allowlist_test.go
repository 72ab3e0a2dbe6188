package rules

import (
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine/catalog"
)

func TestAllowList(t *testing.T) {
	f := func(rules, path, typ string, approved bool, want string) {
		t.Helper()
		p, report := Parse("c.yaml", []byte(`version: 1
mode: enforce
destinations: [{name: a, url: "http://a.example.com", allow_list: true, default: mask}]
overrides: [{path: traits.ref, type: email}, {path: traits.no, type: none}]
types: {user_id: green}
rules:
`+rules), testEnv)
		if p == nil {
			t.Fatal(report)
		}
		pt := Point{Path: path, Event: "e", Approved: approved}
		if typ != "" {
			pt.Type = typeID(p, typ)
			pt.Class = p.Types[pt.Type].Class
		}
		d := p.Decide(&pt)
		got := d.Action.Kind.String()
		if d.Rule >= 0 {
			got += " by " + p.Rules[d.Rule].Name
		}
		if got != want {
			t.Errorf("%s%s %s, approved %v: %s, want %s", rules, path, typ, approved, got, want)
		}
	}
	r := func(name, when, action string) string {
		return "  - {name: " + name + ", when: {" + when + "}, action: " + action + "}\n"
	}
	const open, listed = "traits.x", "type"
	paths := r("paths", "path: [type, traits.ok]", "allow")

	// Nobody approves it: whatever it is, it goes.
	f(paths, open, "", false, "block")
	f(paths, open, "email", false, "block")
	f(paths, open, "user_id", false, "block")
	f(paths, "traits.no", "", false, "block")
	f(r("all", "event: e", "allow"), open, "email", false, "block")
	f(r("all", "event: e", "{integrations: {A: true}}"), open, "", false, "block")
	f(r("new", "status: new", "allow"), open, "", false, "block")
	f(r("all", "event: e", "mask"), open, "email", false, "block")

	// A rule about points approves it, or says what else becomes of it.
	f(paths, listed, "", false, "allow by paths")
	f(paths, "traits.ok.deep[]", "email", false, "allow by paths")
	f(r("mail", "type: email", "mask")+paths, "traits.ok", "email", false, "mask by mail")
	f(r("green", "class: green", "allow"), open, "user_id", false, "allow by green")
	f(r("green", "class: green", "allow"), open, "", false, "block")
	f(r("to", "path: traits.x", "{integrations: {A: false}}"), open, "", false, "integrations by to")
	f(r("no", "class: yellow", "block")+paths, "traits.ok", "email", false, "block by no")
	f(r("none", "path: traits.no", "allow"), "traits.no", "", false, "allow by none")

	// A rule about everything restricts what comes after it, and approves nothing.
	f(r("all", "event: e", "block")+paths, listed, "", false, "block by all")
	f(r("all", "event: e", "drop")+paths, open, "", false, "drop by all")
	f(paths+r("all", "event: e", "block"), listed, "", false, "allow by paths")
	f(r("all", "event: e", "mask")+paths, listed, "", false, "mask by all")
	f(r("all", "event: e", "mask")+r("no", "path: type", "block"), listed, "", false, "block by no")
	f(r("all", "event: e", "allow")+paths, listed, "", false, "allow by paths")
	f(r("all", "event: e", "allow")+r("more", "event: e*", "mask")+paths, listed, "", false, "allow by paths")
	f(r("all", "event: e", "mask")+r("more", "event: e*", "block")+paths, listed, "", false, "mask by all")
	f(r("other", "event: x", "block")+paths, listed, "", false, "allow by paths")

	// People approve it.
	f(paths, open, "", true, "allow")
	f(paths, open, "user_id", true, "allow")
	f(paths, open, "email", true, "mask")
	f(paths, "traits.ref", "email", false, "mask")
	f(r("ok", "status: approved", "allow"), open, "email", true, "allow by ok")
	f(r("ok", "status: approved", "allow"), "traits.ref", "email", false, "allow by ok")
	f(r("all", "event: e", "block"), open, "", true, "block by all")
	f(r("red", "class: [red, yellow]", "block"), open, "email", true, "block by red")
	f(r("red", "class: red", "block")+r("all", "", "allow"), open, "email", true, "allow by all")

	// The event itself.
	f(paths, "", "", false, "allow")
	f(r("gone", "event: e", "drop")+paths, "", "", false, "drop by gone")
	f(r("all", "event: e", "mask")+paths, "", "", false, "mask by all")
}

// TestAllowListByHand holds it for a Policy literal, as tests of other packages make.
func TestAllowListByHand(t *testing.T) {
	p := &Policy{Destinations: []Destination{{Name: "a", AllowList: true}, {Name: "b"}}}
	f := func(pt Point, want ActionKind) {
		t.Helper()
		if d := p.Decide(&pt); d.Action.Kind != want || d.Rule != -1 {
			t.Errorf("%+v: %v", pt, d.Action)
		}
	}
	f(Point{Path: "x"}, Block)
	f(Point{Path: "x", Type: 1, Class: catalog.Red}, Block)
	f(Point{Path: "x", Type: 1, Class: catalog.Red, Approved: true}, Allow)
	f(Point{Destination: 1, Path: "x"}, Allow)
	f(Point{}, Allow)
	if !p.HasAllowList() || p.Heeds() {
		t.Error("the policy does not know its destinations")
	}
	p.Destinations = []Destination{{Name: "b"}, {Name: "c", Integrations: []string{"C"}}}
	if p.HasAllowList() || !p.Heeds() {
		t.Error("the policy does not know its destinations")
	}
	p.Destinations[1] = Destination{Name: "c", Consent: []string{"x"}}
	if !p.Heeds() {
		t.Error("the policy does not know that a destination asks for consent")
	}
}

func TestAllowListWithoutKind(t *testing.T) {
	f := func(rules string, want bool) {
		t.Helper()
		_, report := Parse("c.yaml", []byte("version: 1\nmode: enforce\ndestinations:\n  - {name: o, url: \"http://o.example.com\"}\n"+
			"  - {name: a, url: \"http://a.example.com\", delivery: queued, allow_list: true}\nrules:\n"+rules), testEnv)
		if report.HasErrors() || strings.Contains(report.String(), `c.yaml:5:5: warning: destination "a" is an allow-list, and no rule lets the member "type" pass to it`) != want {
			t.Errorf("%s%s", rules, report)
		}
	}
	f("  - {when: {class: red}, action: block}\n", true)
	f("  - {when: {event: X}, action: allow}\n", true)
	f("  - {when: {path: type, type: email}, action: allow}\n", true)
	f("  - {when: {path: [properties.a, traits]}, action: allow}\n", true)
	f("  - {when: {path: type}, action: block}\n", true)
	f("  - {when: {path: type, destination: o}, action: allow}\n", true)
	f("  - {when: {path: type, destination: a}, action: allow}\n", false)
	f("  - {when: {path: \"**\"}, action: mask}\n", false)
}

func TestAllowListShadows(t *testing.T) {
	f := func(first, second string, want bool) {
		t.Helper()
		_, report := Parse("c.yaml", []byte("version: 1\nmode: enforce\ndestinations: [{name: a, url: \"http://a.example.com\", allow_list: true}]\nrules:\n"+
			first+"  - {name: last, when: {path: type}, action: "+second+"}\n"), testEnv)
		if report.HasErrors() || strings.Contains(report.String(), `rule "last" can never match`) != want {
			t.Errorf("%s%s: %s", first, second, report)
		}
	}
	f("  - {action: block}\n", "allow", true)
	f("  - {action: allow}\n", "mask", false)
	f("  - {action: mask}\n", "allow", false)
	f("  - {when: {event: x}, action: mask}\n  - {action: block}\n", "block", false)
	f("  - {when: {path: \"**\"}, action: mask}\n", "allow", true)
}
