package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/portal/inventory"
)

func TestLists(t *testing.T) {
	s := filled(t)
	if a := s.patch(id("traits.email"), `{"status":"approved"}`); a.status != http.StatusOK {
		t.Fatal(a.body)
	}
	if a := s.patch(id("properties.country"), `{"status":"ignored"}`); a.status != http.StatusOK {
		t.Fatal(a.body)
	}
	check := func(path string, want ...string) {
		t.Helper()
		l := get[list](s, path)
		if diff := cmp.Diff(want, paths(l)); diff != "" {
			t.Errorf("%s: - want, + got:\n%s", path, diff)
		}
		if l.Total != len(want) || l.Next != nil {
			t.Errorf("%s: total %d, next %v", path, l.Total, l.Next)
		}
	}
	check("/inbox", "traits.ssn", "context.ip", "properties.sku")
	check("/inbox?class=green", "properties.plan")
	check("/inbox?status=approved", "traits.email")
	check("/inventory", "traits.email", "properties.country")
	check("/inventory?status=ignored", "properties.country")
	check("/datapoints?sort=path&class=red,green", "properties.country", "properties.plan", "traits.ssn")
	check("/datapoints?source=app&sort=-path", "traits.ssn", "context.ip")
	check("/datapoints?destination=ads&action=hash", "traits.email")
	check("/datapoints?q=TRAITS.", "traits.ssn", "traits.email")
	check("/datapoints?type=us_ssn&type=email", "traits.ssn", "traits.email")
}

func TestItem(t *testing.T) {
	s := filled(t)
	l := get[list](s, "/datapoints?type=phone")
	if len(l.Items) != 1 {
		t.Fatal(l)
	}
	p := l.Items[0]
	if p.FirstSeen.Location() != time.UTC || time.Since(p.LastSeen) > time.Minute {
		t.Errorf("times %v, %v", p.FirstSeen, p.LastSeen)
	}
	p.FirstSeen, p.LastSeen = time.Time{}, time.Time{}
	want := point{ID: id("properties.sku"), Path: "properties.sku", Type: "phone", Class: "yellow", Recommended: "yellow", Status: "new",
		Sources: []string{"web"}, Destinations: []string{}, Count: 1, Found: found{"phone", "yellow", "value", "pattern", 0.9}, Override: &place{"policy.yaml", 13}}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}

func TestPages(t *testing.T) {
	s := filled(t)
	var got []string
	next := ""
	for range 10 {
		l := get[list](s, "/datapoints?sort=path&limit=4&cursor="+url.QueryEscape(next))
		got = append(got, paths(l)...)
		if l.Total != len(observed) {
			t.Errorf("total %d", l.Total)
		}
		if l.Next == nil {
			break
		}
		next = *l.Next
	}
	if want := []string{"context.ip", "properties.country", "properties.plan", "properties.sku", "traits.email", "traits.ssn"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	bad := func(path, want string) {
		t.Helper()
		if p := problemOf(s, s.ask("GET", path, ""), http.StatusBadRequest); !strings.Contains(p.Detail, want) {
			t.Errorf("%s: %q has no %q", path, p.Detail, want)
		}
	}
	bad("/datapoints?cursor=broken", "cursor")
	bad("/datapoints?sort=-count&cursor="+url.QueryEscape(next), "cursor")
	bad("/datapoints?limit=0", "limit")
	bad("/datapoints?limit=1001", "limit")
	bad("/inbox?class=purple", "red, yellow, green")
	bad("/inventory?status=maybe", "new, approved, ignored")
	bad("/datapoints?drift=perhaps", "drift")
	bad("/datapoints?q=%zz", "query")
	bad("/inventory.csv?sort=size", "sort")
}

func TestDatapoint(t *testing.T) {
	s := filled(t)
	a := s.ask("GET", "/datapoints/"+string(id("context.ip")), "")
	d := decode[pointDetail](s, a, http.StatusOK)
	if got := a.Get("ETag"); got != `"0"` {
		t.Errorf("ETag %s", got)
	}
	if len(d.Sightings) != 6 || d.Sightings[0].Count != 7 {
		t.Errorf("sightings: %+v", d.Sightings)
	}
	want := []effect{
		{Destination: "collector", Action: "truncate", Does: "truncate addresses to /16 and /48, other values to 3 characters", By: "rule", Rule: "addresses of the app", File: "policy.yaml", Line: 17, Sources: []string{"app"}},
		{Destination: "collector", Action: "allow", Does: "allow", By: "default", Sources: []string{"web"}},
		{Destination: "ads", Action: "truncate", Does: "truncate addresses to /16 and /48, other values to 3 characters", By: "rule", Rule: "addresses of the app", File: "policy.yaml", Line: 17, Sources: []string{"app"}},
		{Destination: "ads", Action: "redact", Does: "redact", By: "default", Sources: []string{"web"}},
	}
	if diff := cmp.Diff(want, d.Effects); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	// What the configuration says is nothing is asked no rule.
	d = get[pointDetail](s, "/datapoints/"+string(id("properties.sku")))
	if e := d.Effects[1]; e.By != "verdict" || e.Action != "allow" {
		t.Errorf("effect %+v", e)
	}
	problemOf(s, s.ask("GET", "/datapoints/0123456789abcdef0123", ""), http.StatusNotFound)
	problemOf(s, s.ask("GET", "/datapoints/%00%ff", ""), http.StatusNotFound)
	problemOf(s, s.ask("GET", "/datapoints/"+strings.Repeat("x", 10000), ""), http.StatusNotFound)
}

func TestVerdictsTakeEffect(t *testing.T) {
	s := filled(t)
	does := func(want string) {
		t.Helper()
		d := get[pointDetail](s, "/datapoints/"+string(id("traits.email")))
		var got []string
		for _, e := range d.Effects {
			got = append(got, e.Destination+" "+e.Action+" by "+e.By)
		}
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("got %s, want %s", text, want)
		}
	}
	does("collector allow by default, ads hash by rule")
	s.patch(id("traits.email"), `{"class":"red"}`)
	does("collector block by rule, ads block by rule")
	s.patch(id("traits.email"), `{"status":"ignored"}`)
	does("collector allow by verdict, ads allow by verdict")
	s.patch(id("traits.email"), `{"status":"new"}`)
	does("collector allow by default, ads hash by rule")
	s.patch(id("traits.email"), `{"class":"red","source":"web"}`)
	does("collector block by rule, ads block by rule")
}

func TestMethods(t *testing.T) {
	s := filled(t)
	check := func(method, path, allow string) {
		t.Helper()
		a := s.ask(method, path, "")
		problemOf(s, a, http.StatusMethodNotAllowed)
		if got := a.Get("Allow"); got != allow {
			t.Errorf("%s %s: Allow %q, want %q", method, path, got, allow)
		}
	}
	check("POST", "/inbox", "GET, HEAD")
	check("DELETE", "/datapoints/"+string(id("context.ip")), "GET, HEAD, PATCH")
	check("GET", "/datapoints:decide", "POST")
	check("OPTIONS", "/config", "GET, HEAD")
	for _, path := range []string{"/alerts", "/regulations", "/suppressions", "/", "/inbox/", "/datapoints/a/b"} {
		problemOf(s, s.ask("GET", path, ""), http.StatusNotFound)
	}
	for _, path := range []string{"/inbox", "/datapoints/" + string(id("context.ip")), "/inventory.csv", "/inventory.json", "/audit.ndjson", "/openapi.json", "/processing-record"} {
		a, b := s.ask("HEAD", path, ""), s.ask("GET", path, "")
		if a.status != http.StatusOK || a.body != "" || a.Get("Content-Type") != b.Get("Content-Type") {
			t.Errorf("HEAD %s: %d, %q, %v", path, a.status, a.body, a.Header)
		}
	}
	for _, a := range []answer{s.ask("GET", "/inbox", ""), s.ask("GET", "/none", ""), s.ask("GET", "/inventory.csv", "")} {
		if a.Get("Cache-Control") != "no-store" || a.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("headers %v", a.Header)
		}
	}
}

func TestRoles(t *testing.T) {
	s := filled(t)
	for _, r := range routes {
		path := strings.ReplaceAll(r.path, "{id}", string(id("context.ip")))
		owners := path == "/audit.ndjson" || path == "/dead-letters/purge"
		for role, may := range map[string]bool{"viewer": r.method == "GET" && !owners || path == "/explain", "editor": !owners, "owner": true} {
			if got := s.ask(r.method, path, "{}", "X-Role: "+role).status != http.StatusForbidden; got != may {
				t.Errorf("%s %s as %s: %v", r.method, path, role, got)
			}
		}
	}
}

func TestStoreFails(t *testing.T) {
	db := &faulty{}
	s := begin(t, func(under inventory.Store) inventory.Store { db.Store = under; return db })
	var many []inventory.Observed
	for i := range inventory.MaxLimit + 1 {
		many = append(many, inventory.Observed{Path: fmt.Sprintf("a%d", i), Found: inventory.Finding{Type: "email", Class: "yellow"}})
	}
	s.observe(many, nil)
	for _, path := range []string{"/inbox", "/inventory.csv", "/inventory.json", "/processing-record"} {
		db.after.Store(0)
		a := s.ask("GET", path, "")
		p := problemOf(s, a, http.StatusServiceUnavailable)
		if want := "the store cannot be used: " + errFaulty.Error(); p.Detail != want {
			t.Errorf("%s: %q", path, p.Detail)
		}
		if a.Get("Content-Disposition") != "" || a.Get("Retry-After") == "" {
			t.Errorf("%s: %v", path, a.Header)
		}
	}
	// A file that breaks off must not look like the whole.
	for _, path := range []string{"/inventory.csv", "/inventory.json"} {
		db.after.Store(1)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+prefix+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err == nil {
			buf := make([]byte, 1<<20)
			for err == nil {
				_, err = resp.Body.Read(buf)
			}
			resp.Body.Close()
			if err.Error() == "EOF" {
				t.Errorf("%s ended as if it were whole", path)
			}
		}
	}
}

// TestManyAtOnce is for the race detector: what answers share must not be written.
func TestManyAtOnce(t *testing.T) {
	s := filled(t)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			s.ask("GET", "/none", "")
			s.ask("GET", "/inbox", "")
			s.ask("POST", "/explain", `{"email":"ada@example.com"}`)
			s.patch(id("traits.email"), fmt.Sprintf(`{"note":"%d"}`, i))
		})
	}
	wg.Wait()
	if d := get[pointDetail](s, "/datapoints/"+string(id("traits.email"))); d.Version != 40 {
		t.Errorf("version %d", d.Version)
	}
}
