package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

const judging = head + `
  - {name: reviewed, when: {class: yellow, status: approved}, action: {truncate: {length: 1}}}
  - {name: red, when: {class: red}, action: block}
  - {name: rest, when: {class: yellow}, action: redact}
sources:
  - {name: web, match: {write_key: w}}
  - {name: app, match: {write_key: a}}
overrides:
  - {path: properties.fixed, type: email}
`

// verdict makes one of "path found source: type class", or "… ignored", "… approved".
func verdict(t *testing.T, p *rules.Policy, text string) rules.Verdict {
	t.Helper()
	typ := func(name string) catalog.ID {
		if name == "-" {
			return catalog.None
		}
		id, ok := p.Type(name)
		if !ok {
			t.Fatalf("no type %q", name)
		}
		return id
	}
	about, said, _ := strings.Cut(text, ": ")
	a, s := strings.Fields(about), strings.Fields(said)
	v := rules.Verdict{Path: a[0], Found: typ(a[1]), Source: rules.AnySource, Approved: true}
	if a[2] != "*" {
		v.Source = p.Source(a[2])
	}
	v.Type, v.Class = v.Found, p.Types[v.Found].Class
	switch s[0] {
	case "ignored":
		v.Ignored, v.Approved = true, false
	case "approved":
	default:
		v.Type = typ(s[0])
		v.Class = catalog.Class(slices.Index([]string{"green", "yellow", "red"}, s[1]))
	}
	return v
}

func TestVerdicts(t *testing.T) {
	base := policy(t, judging)
	f := func(in, want string, verdicts ...string) {
		t.Helper()
		var vs []rules.Verdict
		for _, v := range verdicts {
			vs = append(vs, verdict(t, base, v))
		}
		e := engine.New(base.With(vs))
		for _, source := range []string{"web", "app"} {
			want := want
			if w, a, differ := strings.Cut(want, " / "); differ {
				want = map[string]string{"web": w, "app": a}[source]
			}
			for range 2 { // the second time by what is remembered
				got := passFrom(t, e, base.Source(source), `{"properties":`+in+`}`)
				if got = strings.TrimSuffix(strings.TrimPrefix(got, `{"properties":`), "}"); got != want {
					t.Errorf("%s from %s with %q\n got %s\nwant %s", in, source, verdicts, got, want)
				}
			}
		}
	}
	const mail = `{"who":"ada@example.com"}`
	f(mail, `{"who":"[email]"}`)
	f(mail, mail, "properties.who email *: ignored")
	f(mail, `{}`, "properties.who email *: email red")
	f(mail, mail, "properties.who email *: email green")
	f(mail, `{}`, "properties.who email *: us_ssn red")
	// Of one source alone.
	f(mail, mail+` / {"who":"[email]"}`, "properties.who email web: ignored")
	f(mail, `{} / {"who":"[email]"}`, "properties.who email web: email red")
	f(mail, `{} / `+mail, "properties.who email *: ignored", "properties.who email web: email red")
	f(mail, mail+` / {}`, "properties.who email *: us_ssn red", "properties.who email web: ignored")
	// Exactly that path, and exactly what was found there.
	f(`{"who":{"x":"ada@example.com"},"whom":"ada@example.com"}`, `{"who":{"x":"[email]"},"whom":"[email]"}`, "properties.who email *: ignored")
	f(`{"who":"198.51.100.7"}`, `{"who":"[ip_address]"}`, "properties.who email *: ignored")
	f(`{"who":"bob"}`, `{"who":"bob"}`, "properties.who email *: email red")
	// A field that is said to be something is it whatever stands there; what else is found there stays.
	f(`{"ref":"abc"}`, `{"ref":"abc"}`)
	f(`{"ref":"abc"}`, `{}`, "properties.ref - *: us_ssn red")
	f(`{"ref":12}`, `{}`, "properties.ref - *: us_ssn red")
	f(`{"ref":"abc"}`, `{}`, "properties.ref email *: us_ssn red")
	f(`{"ref":"ada@example.com"}`, `{"ref":"[email]"}`, "properties.ref - *: commerce green")
	f(`{"ref":"4111 1111 1111 1111"}`, `{}`, "properties.ref email *: commerce green")
	// A name that misleads.
	f(`{"ssn":"x1"}`, `{}`)
	f(`{"ssn":"x1"}`, `{"ssn":"x1"}`, "properties.ssn us_ssn *: ignored")
	f(`{"ssn":"ada@example.com"}`, `{"ssn":"[email]"}`, "properties.ssn us_ssn *: ignored")
	f(`{"ssn":"x1"}`, `{"ssn":"x"}`, "properties.ssn us_ssn *: phone yellow", "properties.other phone *: approved")
	// A class that was raised is not lowered by what is found by value.
	f(`{"discount_code":"C1"}`, `{"discount_code":"C1"}`)
	f(`{"discount_code":"C1"}`, `{}`, "properties.discount_code campaign *: campaign red")
	f(`{"discount_code":"ada@example.com"}`, `{}`, "properties.discount_code campaign *: campaign red")
	f(`{"email":"u1","x":[{"email":"u2"}]}`, `{"x":[{"email":"[email]"}]}`, "properties.email email *: email red")
	f(`{"email":"198.51.100.7"}`, `{}`, "properties.email email *: email red")
	// The configuration's override wins.
	f(`{"fixed":"x1"}`, `{"fixed":"x"}`, "properties.fixed email *: ignored")
	f(`{"fixed":"x1"}`, `{"fixed":"x"}`, "properties.fixed email web: email red")
}

func TestVerdictsStatus(t *testing.T) {
	base := policy(t, judging)
	v := verdict(t, base, "properties.who email app: approved")
	e := engine.New(base.With([]rules.Verdict{v}))
	in := `{"properties":{"who":"ada@example.com"}}`
	if got := passFrom(t, e, base.Source("web"), in); !strings.Contains(got, "[email]") {
		t.Errorf("what is approved of app is of web as well: %s", got)
	}
	if got := passFrom(t, e, base.Source("app"), in); strings.Contains(got, "[email]") || strings.Contains(got, "ada") {
		t.Errorf("approved, and no rule for approved ones decided: %s", got)
	}
}

// TestRulings holds what counting relies on: one pointer for one data point, source
// and kind of event, under the type that was found first.
func TestRulings(t *testing.T) {
	base := policy(t, judging)
	e := engine.New(base.With([]rules.Verdict{verdict(t, base, "properties.ref email *: us_ssn red")}))
	var last *engine.Ruling
	for i, value := range []string{"ada@example.com", "abc", "grace@example.com"} {
		in := e.Get()
		if err := in.Inspect(fmt.Appendf(nil, `{"properties":{"ref":%q}}`, value), single); err != nil {
			t.Fatal(err)
		}
		in.Decide(1)
		r := in.Ruling(0)
		if name := base.Types[r.Found].Name; name != "email" || base.Types[r.Type].Name != "us_ssn" || r.Class != catalog.Red || r.Path != "properties.ref" || r.Source != 1 {
			t.Errorf("%s: %+v found %s", value, r, name)
		}
		if i > 0 && r != last {
			t.Error("the same data point has two rulings")
		}
		last = r
		e.Put(in)
	}
}

func TestFields(t *testing.T) {
	base := policy(t, judging)
	e := engine.New(base)
	pass(t, e, single, `{"event":"E","properties":{"plan":"pro","n":1,"list":[1],"deep":[{"x":[["y"]]}],"email":"a@example.com","8f14e45fceea167a5a36dedd4bea2543":1}}`)
	var got []string
	next := e.Fields(0, func(path string, typ catalog.ID, _ engine.Evidence) { got = append(got, path+" "+base.Types[typ].Name) })
	slices.Sort(got)
	want := []string{"event event_meta", "properties.* ", "properties.deep[].x[][] ", "properties.list[] ", "properties.n ", "properties.plan "}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	got = nil
	pass(t, e, single, `{"properties":{"plan":"pro","new":1}}`)
	e.Fields(next, func(path string, typ catalog.ID, _ engine.Evidence) { got = append(got, path+" "+base.Types[typ].Name) })
	if !slices.Equal(got, []string{"properties.new "}) {
		t.Errorf("since: %q", got)
	}
}

func passFrom(t *testing.T, e *engine.Engine, source int, body string) string {
	t.Helper()
	in := e.Get()
	defer e.Put(in)
	if err := in.Inspect([]byte(body), single); err != nil {
		return err.Error()
	}
	in.Decide(source)
	return string(in.Render(0).Body)
}
