package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/portal/inventory"
)

func TestPatch(t *testing.T) {
	s := filled(t)
	a := s.patch(id("traits.email"), `{"type":"us_ssn","note":"a note\nof two lines","owner":"team data"}`)
	d := decode[pointDetail](s, a, http.StatusOK)
	if d.Status != "approved" || d.Type != "us_ssn" || d.Class != "red" || d.Recommended != "yellow" || d.Note != "a note\nof two lines" || d.Owner != "team data" || d.DecidedBy != "ada" || d.DecidedAt == nil {
		t.Errorf("%+v", d.point)
	}
	if a.Get("ETag") != `"1"` || d.Version != 1 {
		t.Errorf("ETag %s, version %d", a.Get("ETag"), d.Version)
	}
	d = decode[pointDetail](s, s.patch(id("traits.email"), `{"type":"email","class":"green"}`), http.StatusOK)
	if d.Type != "email" || d.Class != "green" || d.Note == "" {
		t.Errorf("%+v", d.point)
	}
	d = decode[pointDetail](s, s.patch(id("context.ip"), `{"status":"ignored","source":"app"}`), http.StatusOK)
	if diff := cmp.Diff([]sourceVerdict{{"app", "ignored", "ip_address", "green"}}, d.PerSource); diff != "" || d.Status != "new" {
		t.Errorf("status %s, - want, + got:\n%s", d.Status, diff)
	}
	problemOf(s, s.patch("0123456789abcdef0123", `{"status":"approved"}`), http.StatusNotFound)
	problemOf(s, s.patch("0123456789abcdef0123", `{"status":"approved"}`, `If-Match: "1", "2"`), http.StatusNotFound)
}

func TestPatchRefuses(t *testing.T) {
	s := filled(t)
	check := func(body, want string) {
		t.Helper()
		p := problemOf(s, s.patch(id("traits.email"), body), http.StatusBadRequest)
		if !strings.Contains(p.Detail, want) {
			t.Errorf("%.60s: %q has no %q", body, p.Detail, want)
		}
		if p.Accepted["status"] != "new, approved or ignored" || len(p.Accepted) != 6 {
			t.Errorf("accepted: %v", p.Accepted)
		}
	}
	check(``, "empty")
	check(`{}`, "nothing is to be changed")
	check(`[]`, "object")
	check(`"approved"`, "object")
	check(`null`, "null")
	check(`{"status":null}`, "null")
	check(`{"status":"approved"}{"status":"ignored"}`, "after")
	check(`{"status":"approved"} x`, "after")
	check(`{"status":"approved","status":"ignored"}`, "twice")
	check(`{"status":"approved","st\u0061tus":"ignored"}`, "twice")
	check(`{"Status":"approved"}`, "lower case")
	check(`{"status":"approved","STATUS":"new"}`, "lower case")
	check(`{"\u017ftatus":"approved"}`, "lower case")
	check(`{"status":"approved"`, "not valid JSON")
	check(`{status:"approved"}`, "not valid JSON")
	check("{\"note\":\"\xff\"}", "UTF-8")
	check(`{"status":"approved","colour":"red"}`, `"colour"`)
	check(`{"`+strings.Repeat("x", 5000)+`":1}`, "there is no member")
	check(`{"status":1}`, `"status" is not of the type`)
	check(`{"note":["a"]}`, `"note" is not of the type`)
	check(`{"note":{"a":{"b":{"c":1}}}}`, "deeper")
	check(`{"status":"maybe"}`, "new, approved, ignored")
	check(`{"class":"purple"}`, "red, yellow, green")
	check(`{"type":"no_such_type"}`, "type")
	check(`{"type":""}`, "type")
	check(`{"source":"elsewhere","status":"approved"}`, "source")
	check(`{"source":"web","note":"x"}`, "note and owner")
	check(`{"status":"ignored","type":"email"}`, "approved")
	check(`{"note":"a\u0000b"}`, "control")
	check(`{"owner":"`+strings.Repeat("x", 201)+`"}`, "200")
	check(`{"note":"`+strings.Repeat("x", 5000)+`"}`, "4096")
	check(`{"note":"`+strings.Repeat("x", maxBody)+`"}`, "more than 65536 bytes")
	if d := get[pointDetail](s, "/datapoints/"+string(id("traits.email"))); d.Version != 0 || d.Status != "new" {
		t.Errorf("something was changed: %+v", d.point)
	}
	// What somebody calls it is a data point of its own there.
	s.observe([]inventory.Observed{{Path: "traits.email", Found: inventory.Finding{Type: "phone", Class: "yellow"}}}, nil)
	if p := problemOf(s, s.patch(id("traits.email"), `{"type":"phone"}`), http.StatusConflict); p.Type != "urn:eventveil:problem:twin" {
		t.Errorf("type %s", p.Type)
	}
	if p := problemOf(s, s.patch(id("properties.plan"), `{"class":"red"}`), http.StatusBadRequest); !strings.Contains(p.Detail, "give type") {
		t.Error(p.Detail)
	}
}

func TestIfMatch(t *testing.T) {
	s := filled(t)
	at := id("traits.email")
	ok := func(version string, headers ...string) {
		t.Helper()
		a := s.patch(at, fmt.Sprintf(`{"note":%q}`, version), headers...)
		if a.status != http.StatusOK || a.Get("ETag") != version {
			t.Fatalf("status %d, ETag %s: %s", a.status, a.Get("ETag"), a.body)
		}
	}
	ok(`"1"`, `If-Match: "0"`)
	ok(`"2"`)
	ok(`"3"`, `If-Match: *`)
	ok(`"4"`, `If-Match: "9", "3"`)
	ok(`"5"`, `If-Match: "4"`, `If-Match: "7"`)
	stale := func(header string) {
		t.Helper()
		a := s.patch(at, `{"note":"too late"}`, "If-Match: "+header)
		if p := problemOf(s, a, http.StatusPreconditionFailed); p.Current == nil || p.Current.Version != 5 || a.Get("ETag") != `"5"` {
			t.Errorf("%s: %s", header, a.body)
		}
	}
	stale(`"4"`)
	stale(`"6"`)
	stale(`W/"5"`)
	stale(`"abc"`)
	stale(`"1", "2"`)
	for _, h := range []string{`5`, `"5`, `W/5`, ``, `,`} {
		problemOf(s, s.patch(at, `{"note":"x"}`, "If-Match: "+h), http.StatusBadRequest)
	}
}

// TestTwoEditors holds that of two who decide at once, the second is told what the
// first did.
func TestTwoEditors(t *testing.T) {
	s := filled(t)
	at := id("traits.email")
	s.patch(at, `{"status":"approved","note":"seen"}`, `If-Match: "0"`, "X-User: grace")
	s.patch(at, `{"class":"red"}`, `If-Match: "1"`, "X-User: grace")
	p := problemOf(s, s.patch(at, `{"class":"yellow","status":"approved","note":"mine"}`, `If-Match: "0"`), http.StatusPreconditionFailed)
	if p.Current == nil || p.Current.Class != "red" || p.Current.Note != "seen" {
		t.Errorf("current: %+v", p.Current)
	}
	if want := []string{"class", "note"}; !slices.Equal(p.Differs, want) {
		t.Errorf("differs %q, want %q", p.Differs, want)
	}
	if len(p.Changes) != 2 || p.Changes[0].Actor != "grace" || p.Changes[0].After != `{"class":"red"}` || p.Changes[1].After != `{"status":"approved","note":"seen"}` {
		t.Errorf("changes: %+v", p.Changes)
	}
}

func TestNotInForce(t *testing.T) {
	s := filled(t)
	s.apply = errors.New("planted")
	a := s.patch(id("traits.email"), `{"status":"approved"}`)
	if p := problemOf(s, a, http.StatusServiceUnavailable); p.Type != "urn:eventveil:problem:not-in-force" || strings.Contains(a.body, "planted") {
		t.Error(a.body)
	}
	a = s.ask("POST", "/datapoints:decide", fmt.Sprintf(`{"ids":[%q],"status":"ignored"}`, id("traits.ssn")))
	problemOf(s, a, http.StatusServiceUnavailable)
	if d := get[pointDetail](s, "/datapoints/"+string(id("traits.ssn"))); d.Status != "ignored" {
		t.Errorf("not stored: %+v", d.point)
	}
}

func TestDecideMany(t *testing.T) {
	s := filled(t)
	decide := func(body string, status int) decided {
		t.Helper()
		return decode[decided](s, s.ask("POST", "/datapoints:decide", body, "Content-Type: application/json; charset=utf-8"), status)
	}
	got := decide(fmt.Sprintf(`{"ids":[%q,"0123456789abcdef0123",%q],"status":"approved"}`, id("traits.email"), id("traits.ssn")), http.StatusOK)
	want := decided{Changed: 2, Failed: 1, Results: []result{{id("traits.email"), 200, ""}, {"0123456789abcdef0123", 404, "there is no such data point"}, {id("traits.ssn"), 200, ""}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	got = decide(`{"filter":{"class":["yellow"],"status":"new","q":"context"},"status":"ignored"}`, http.StatusOK)
	want = decided{Changed: 1, Results: []result{{id("context.ip"), 200, ""}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	if got = decide(`{"filter":{"type":"passport"},"status":"ignored"}`, http.StatusOK); got.Changed+got.Failed != 0 {
		t.Errorf("%+v", got)
	}
	if got = decide(`{"filter":{},"note":"all of them","owner":"x"}`, http.StatusOK); got.Changed != len(observed) {
		t.Errorf("%+v", got)
	}
	refuse := func(body, want string) {
		t.Helper()
		if p := problemOf(s, s.ask("POST", "/datapoints:decide", body), http.StatusBadRequest); !strings.Contains(p.Detail, want) {
			t.Errorf("%s: %q has no %q", body, p.Detail, want)
		}
	}
	one := string(id("traits.email"))
	refuse(`{"status":"approved"}`, "either")
	refuse(`{"ids":[],"status":"approved"}`, "either")
	refuse(`{"ids":["`+one+`"],"filter":{},"status":"approved"}`, "either")
	refuse(`{"ids":["`+one+`","`+one+`"],"status":"approved"}`, "twice")
	refuse(`{"ids":["`+one+`"],"status":"maybe"}`, "new, approved, ignored")
	refuse(`{"ids":["`+one+`"]}`, "nothing")
	refuse(`{"ids":[1],"status":"new"}`, "type")
	refuse(`{"ids":"`+one+`","status":"new"}`, "type")
	refuse(`{"filter":{"class":"purple"},"status":"new"}`, "red, yellow, green")
	refuse(`{"filter":{"cursor":"x"},"status":"new"}`, "cursor")
	refuse(`{"filter":{"q":1},"status":"new"}`, "type")
	refuse(`{"filter":null,"status":"new"}`, "null")

	var many []inventory.Observed
	for i := range inventory.MaxChanges {
		many = append(many, inventory.Observed{Path: fmt.Sprintf("zz%d", i), Found: inventory.Finding{Type: "email", Class: "yellow"}})
	}
	s.observe(many, nil)
	if got = decide(`{"filter":{"q":"zz"},"status":"approved"}`, http.StatusOK); got.Changed != inventory.MaxChanges {
		t.Errorf("%d changed, %d failed", got.Changed, got.Failed)
	}
	refuse(`{"filter":{},"status":"approved"}`, "selects 1006 data points")
	ids := ""
	for i := range inventory.MaxChanges + 1 {
		ids += fmt.Sprintf(`"%020d",`, i)
	}
	refuse(`{"ids":[`+strings.TrimSuffix(ids, ",")+`],"status":"approved"}`, "at most 1000")
}

// FuzzPatch holds that whatever is sent is answered with JSON and with a status that
// says what it was, and changes nothing unless it is answered with 200.
func FuzzPatch(f *testing.F) {
	for _, body := range []string{`{"status":"approved"}`, `{"class":"red","note":"\u202e=1"}`, `{"type":"email","source":"web"}`, `{"status":null}`,
		`{"status":"new"}{`, `{"note":"a","note":"b"}`, `[[[[`, "\xff", ``, `{"owner":"\ud800"}`, `{"":{}}`} {
		f.Add(body, `"0"`)
	}
	f.Add(`{"status":"ignored"}`, `W/"1", *`)
	f.Add(`{"status":"ignored"}`, `"99999999999999999999"`)
	whole := filled(f)
	f.Fuzz(func(t *testing.T, body, match string) {
		s := whole.within(t)
		at := "/datapoints/" + string(id("traits.email"))
		before := get[pointDetail](s, at).Version
		var headers []string
		if match != "" && !strings.ContainsFunc(match, func(r rune) bool { return r < ' ' || r > '~' }) {
			headers = append(headers, "If-Match: "+match)
		}
		a := s.patch(id("traits.email"), body, headers...)
		if a.status == http.StatusOK {
			decode[pointDetail](s, a, http.StatusOK)
			return
		}
		if a.status != 400 && a.status != 409 && a.status != 412 {
			t.Errorf("status %d: %s", a.status, a.body)
		}
		problemOf(s, a, a.status)
		if after := get[pointDetail](s, at).Version; after != before {
			t.Errorf("%d, and yet it was changed", a.status)
		}
	})
}
