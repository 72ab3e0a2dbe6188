package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/portal/inventory"
)

func TestSources(t *testing.T) {
	s := filled(t)
	check := func(query string, want ...string) {
		t.Helper()
		var got []string
		for _, p := range get[sources](s, "/sources"+query).Items {
			got = append(got, fmt.Sprintf("%s %d/%d/%d of %d", p.Name, p.Classes.Red, p.Classes.Yellow, p.Classes.Green, p.Points))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: - want, + got:\n%s", query, diff)
		}
	}
	check("", "app 2/7/0 of 2", "web 0/7/0 of 3", "old 0/1/0 of 1", "unknown 0/0/0 of 0")
	check("?class=red", "app 2/0/0 of 1", "unknown 0/0/0 of 0", "web 0/0/0 of 0")
	check("?class=green", "web 0/0/100 of 1", "app 0/0/0 of 0", "unknown 0/0/0 of 0")
	app := get[sources](s, "/sources").Items[0]
	if diff := cmp.Diff([]typeCount{{"us_ssn", "red", 2}, {"ip_address", "yellow", 7}}, app.Types); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int64{"block": 4, "truncate": 7}, app.Actions); diff != "" || !app.Configured || app.LastSeen == nil || app.Count != 9 {
		t.Errorf("%+v, - want, + got:\n%s", app, diff)
	}
	problemOf(s, s.ask("GET", "/sources?class=purple", ""), http.StatusBadRequest)
}

func TestDestinations(t *testing.T) {
	s := filled(t)
	check := func(query string, want ...string) {
		t.Helper()
		var got []string
		for _, d := range get[destinations](s, "/destinations"+query).Items {
			got = append(got, fmt.Sprintf("%s %d/%d/%d %v", d.Name, d.Unchanged, d.Changed, d.Withheld, d.Configured))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: - want, + got:\n%s", query, diff)
		}
	}
	check("?type=ip_address", "gone 1/0/0 false", "collector 0/7/0 true", "ads 0/1/0 true")
	check("", "collector 5/7/2 true", "gone 1/0/0 false", "ads 0/6/2 true")
	check("?class=red", "ads 0/0/2 true", "collector 0/0/2 true")
}

func TestTypes(t *testing.T) {
	s := begin(t, nil)
	seen := map[string]string{}
	for _, x := range get[types](s, "/types").Items {
		seen[x.Name] = x.Class
		if x.Name == "" || x.Description == "" || x.Regions == nil || x.Custom || x.Off {
			t.Errorf("%+v", x)
		}
	}
	if seen["us_ssn"] != "red" || seen["email"] != "yellow" || len(seen) < 50 {
		t.Errorf("%v", seen)
	}
}

func TestRules(t *testing.T) {
	s := filled(t)
	l := get[ruleList](s, "/rules")
	if len(l.Items) != 3 || l.File != "policy.yaml" || l.Mode != "enforce" {
		t.Fatalf("%+v", l)
	}
	r := l.Items[1]
	if r.LastSeen == nil {
		t.Error("not seen")
	}
	r.LastSeen = nil
	want := rule{Name: "hashed mail", Line: 16, Action: "hash", Does: "hash with key k1", When: []selector{{"type", []string{"email"}}, {"destination", []string{"ads"}}}, hits: hits{Count: 5}}
	if diff := cmp.Diff(want, r, cmp.AllowUnexported(rule{})); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	if d := l.Defaults[1]; d.Destination != "ads" || d.Action != "redact" || d.Count != 1 {
		t.Errorf("%+v", d)
	}
	if len(l.Former) != 1 || l.Former[0].Name != "an old one" || l.Former[0].Count != 1 {
		t.Errorf("%+v", l.Former)
	}
}

func TestConfigHasNoSecret(t *testing.T) {
	s := begin(t, nil)
	a := s.ask("GET", "/config", "")
	if strings.Contains(a.body, "planted") {
		t.Errorf("a secret is in %s", a.body)
	}
	c := decode[configuration](s, a, http.StatusOK)
	want := []destinationConfig{{"collector", "collector.example.com", "inline", "allow", []string{}, []string{}, "30s"},
		{"ads", "ads.example.com:8443", "queued", "redact", []string{"marketing"}, []string{"ads"}, "30s"}}
	if diff := cmp.Diff(want, c.Destinations); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"unknown", "web", "app"}, c.Sources); diff != "" || c.Mode != "enforce" || c.Limits["depth"] != 64 || c.Listen.Admin != "127.0.0.1:9090" || c.CORS.MaxAge != "2h" {
		t.Errorf("%+v", c)
	}
}

func TestAudit(t *testing.T) {
	s := filled(t)
	s.patch(id("traits.email"), `{"status":"approved"}`)
	s.patch(id("traits.ssn"), `{"status":"approved","note":"<b>\u2028"}`, "X-User: token:ci")
	s.patch(id("traits.email"), `{"status":"ignored"}`)
	check := func(query string, next int64, want ...int64) {
		t.Helper()
		p := get[auditPage](s, "/audit"+query)
		var got []int64
		for _, e := range p.Items {
			got = append(got, e.Seq)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: - want, + got:\n%s", query, diff)
		}
		if p.Next == nil && next != 0 || p.Next != nil && *p.Next != next {
			t.Errorf("%s: next %v", query, p.Next)
		}
	}
	check("", 0, 3, 2, 1)
	check("?limit=2", 2, 3, 2)
	check("?limit=2&before=2", 0, 1)
	check("?limit=3", 0, 3, 2, 1)
	check("?object="+string(id("traits.email")), 0, 3, 1)
	check("?object=none", 0)
	for _, query := range []string{"?limit=0", "?limit=1001", "?limit=x", "?before=0", "?before=x", "?object=%zz"} {
		problemOf(s, s.ask("GET", "/audit"+query, ""), http.StatusBadRequest)
	}
}

// TestAuditFile holds that what is exported can be checked: no line was changed, none
// is missing, and the last is the export itself.
func TestAuditFile(t *testing.T) {
	s := filled(t)
	for i := range maxAuditSize + 5 {
		if err := s.store.Note(t.Context(), inventory.Entry{Actor: "ada", Action: "login", Object: fmt.Sprint(i), Before: "<&>\u2028"}); err != nil {
			t.Fatal(err)
		}
	}
	a := s.ask("GET", "/audit.ndjson", "", "X-User: grace")
	if a.status != http.StatusOK || a.Get("Content-Type") != "application/x-ndjson" {
		t.Fatal(a)
	}
	var entries []inventory.Entry
	for line := range strings.Lines(a.body) {
		var e auditEntry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		entries = append(entries, inventory.Entry(e))
	}
	if len(entries) != maxAuditSize+6 {
		t.Fatalf("%d lines", len(entries))
	}
	if err := inventory.VerifyAudit(entries, ""); err != nil {
		t.Error(err)
	}
	if last := entries[len(entries)-1]; last.Actor != "grace" || last.Action != "export" || last.Object != "audit" {
		t.Errorf("%+v", last)
	}
	entries[3].Actor = "eve"
	if inventory.VerifyAudit(entries, "") == nil {
		t.Error("a change goes unseen")
	}
}

func TestOverview(t *testing.T) {
	s := filled(t)
	s.patch(id("traits.email"), `{"status":"approved"}`)
	o := get[overview](s, "/overview?hours=48")
	if d := time.Since(o.Since); d < 47*time.Hour || d > 48*time.Hour {
		t.Errorf("since %v", o.Since)
	}
	if o.Inbox != 3 || o.Points.Class["red"] != 1 || o.Points.Status["approved"] != 1 || o.Findings != (byClass{2, 15, 100}) || o.Actions["block"] != 4 || o.Outcomes["altered"] != 9 {
		t.Errorf("%+v", o)
	}
	if len(o.Hours) != 1 || o.Hours[0].Findings != o.Findings {
		t.Errorf("hours %+v", o.Hours)
	}
	for _, query := range []string{"?hours=0", "?hours=x", "?hours=9999"} {
		problemOf(s, s.ask("GET", "/overview"+query, ""), http.StatusBadRequest)
	}
}

func TestStatus(t *testing.T) {
	s := filled(t)
	r := get[statusReport](s, "/status")
	if !r.Store.Usable || r.Store.Reason != "" || r.Version != "v1.2.3" || len(r.Processes) != 1 || r.Processes[0].Host != "h" || len(r.Overflow) != 1 || r.Overflow[0] != (overflow{"web", 3}) {
		t.Errorf("%+v", r)
	}
	s.health = inventory.Health{Store: "the disk is full", Since: time.Now(), Lost: 7}
	if r := get[statusReport](s, "/status"); r.Store.Usable || r.Store.Reason != "the disk is full" || r.Store.Since == nil || r.Store.Lost != 7 {
		t.Errorf("%+v", r)
	}
	s.health = inventory.Health{}
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	if r := get[statusReport](s, "/status"); r.Store.Usable || r.Store.Reason == "" {
		t.Errorf("%+v", r)
	}
	problemOf(s, s.ask("GET", "/inbox", ""), http.StatusServiceUnavailable)
	problemOf(s, s.patch(id("traits.email"), `{"status":"approved"}`), http.StatusServiceUnavailable)
	problemOf(s, s.ask("GET", "/audit.ndjson", ""), http.StatusServiceUnavailable)
}

func TestExplain(t *testing.T) {
	s := begin(t, nil)
	check := func(query, body string, want ...string) {
		t.Helper()
		a := s.ask("POST", "/explain"+query, body)
		var got []string
		for _, e := range decode[[]explained](s, a, http.StatusOK) {
			got = append(got, fmt.Sprintf("%d %s %s %s %d", e.Event, e.Path, e.Type, e.Actions["ads"].Action, e.Actions["ads"].Line))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: - want, + got:\n%s", body, diff)
		}
		if strings.Contains(a.body, "planted@") || strings.Contains(a.body, "192.0.2.1") {
			t.Errorf("a value is in %s", a.body)
		}
	}
	check("", `{"email":"planted@example.com"}`, "0 /email email hash 16")
	check("", "{\n\"email\":\n\"planted@example.com\"\n}", "0 /email email hash 16")
	check("", "{\"email\":\"planted@example.com\"}\r\n\n{\"a\":1}\n{\"ip\":\"192.0.2.1\"}\n", "0 /email email hash 16", "2 /ip ip_address redact 0")
	check("", `[{"ip":"192.0.2.1"},{"email":"planted@example.com"}]`, "0 /0/ip ip_address redact 0", "0 /1/email email hash 16")
	check("?source=app", `{"ip":"192.0.2.1"}`, "0 /ip ip_address truncate 17")
	check("", `{"plan":"pro"}`)
	refuse := func(query, body, want string, status int) {
		t.Helper()
		a := s.ask("POST", "/explain"+query, body)
		if p := problemOf(s, a, status); !strings.Contains(p.Detail, want) || strings.Contains(a.body, "planted") {
			t.Errorf("%.40q: %q has no %q", body, p.Detail, want)
		}
	}
	refuse("", `{"email":"planted`, "document 0 of the body cannot be read: not valid JSON, at byte 17", 400)
	refuse("", "{}\n{\"email\":planted}\n", "document 1", 400)
	refuse("", "", "document 0", 400)
	refuse("?source=elsewhere", "{}", "source", 400)
	refuse("", `{"a":"`+strings.Repeat("planted", maxEvents/7)+`"}`, "1 MiB", 413)
	refuse("", "["+strings.Repeat(`{"email":"planted@example.com"},`, maxExplained+1)+"{}]", "more than 1000 findings", 413)
	if p, err := s.store.Points(t.Context(), inventory.List{Limit: 10}); err != nil || p.Total != 0 {
		t.Errorf("something was stored: %v, %v", p.Total, err)
	}
}

// FuzzQuery holds that any query is answered with JSON, by what it is.
func FuzzQuery(f *testing.F) {
	for _, q := range []string{"", "class=red&status=new", "cursor=abc", "q=%27%22--", "limit=-1", "sort=-count", "personal=2", "%zz", "a;b", "status=new,,approved", "q=%00%ff", "hours=1e9", "before=-9223372036854775808", "format=csv", "source=web&limit=1"} {
		f.Add(q)
	}
	s := filled(f)
	f.Fuzz(func(t *testing.T, q string) {
		for _, path := range []string{"/inbox", "/datapoints", "/sources", "/audit", "/overview", "/inventory.json"} {
			req := httptest.NewRequest(http.MethodGet, s.url+prefix+path, nil)
			req.RequestURI, req.URL.RawQuery = "", q
			resp, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				continue // it cannot even be sent
			}
			if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusBadRequest {
				t.Errorf("%s?%s: %d", path, q, resp.StatusCode)
			}
			var v any
			if err := json.NewDecoder(resp.Body).Decode(&v); resp.StatusCode != http.StatusBadRequest && err != nil {
				t.Errorf("%s?%s: %v", path, q, err)
			}
			resp.Body.Close()
		}
	})
}
