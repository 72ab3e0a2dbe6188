package pages

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/explain"
	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

// crawl reads every page that links lead to. It follows a link that differs from one
// already followed in more than a filter's value, so that it comes to an end.
func crawl(f *fixture) (visited []string) {
	f.t.Helper()
	seen := map[string]bool{}
	queue := []string{"/"}
	for len(queue) > 0 && len(visited) < 400 {
		target := queue[0]
		queue = queue[1:]
		a := f.get(target)
		if a.Status != http.StatusOK {
			f.t.Errorf("GET %s: %d", target, a.Status)
			continue
		}
		visited = append(visited, target)
		if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			continue
		}
		if got := a.Header.Get("Cache-Control"); got != "no-store" {
			f.t.Errorf("GET %s: Cache-Control is %q", target, got)
		}
		base, err := url.Parse(target)
		if err != nil {
			f.t.Fatal(err)
		}
		for _, link := range inspect(f.t, target, a.Body) {
			u, err := base.Parse(link)
			if err != nil {
				f.t.Errorf("%s: the link %q: %v", target, link, err)
				continue
			}
			u.Fragment = ""
			if strings.HasPrefix(u.Path, "/api/") || u.Path == "/logout" || u.Host != "" {
				continue
			}
			key := u.Path
			if u.RawQuery != "" {
				key = strings.TrimSuffix(u.Path, path.Base(u.Path))
				if key == "/" {
					key = u.Path
				}
			}
			for name, values := range u.Query() {
				key += "&" + name
				if name == "span" || name == "by" || name == "sort" {
					key += "=" + values[0]
				}
			}
			if len(u.Query()) > 2 || seen[key] {
				continue
			}
			seen[key] = true
			queue = append(queue, u.String())
		}
	}
	return visited
}

func TestCrawl(t *testing.T) {
	for name, seed := range map[string]func(*fixture){
		"empty":   func(*fixture) {},
		"normal":  (*fixture).normal,
		"hostile": (*fixture).hostile,
		"queued":  func(f *fixture) { f.normal(); f.queued() },
		"all":     func(f *fixture) { f.normal(); f.hostile(); f.queued() },
	} {
		roles := []rules.Role{rules.Viewer, rules.Editor}
		if name == "queued" {
			roles = []rules.Role{rules.Viewer, rules.Owner}
		}
		for _, role := range roles {
			t.Run(name+" for a "+role.String(), func(t *testing.T) {
				f := newFixture(t)
				f.user = "<i>eve\u202e</i>"
				seed(f)
				if name == "normal" {
					f.decide(doConfirm, []string{at(email, 0)}, nil)
					f.decide(doReclassify, []string{at(email, 1)}, url.Values{"class": {"red"}, "source": {"web"}})
					f.decide(doNote, []string{at(ssn, 0)}, url.Values{"note": {"<b>needed</b>\nfor billing"}, "owner": {"=cmd"}})
				}
				f.role = role
				visited := crawl(f)
				pages := []string{"/", "/inbox", "/inventory", "/sources", "/destinations", "/rules", "/activity", "/live"}
				if name == "queued" || name == "all" {
					if pages = append(pages, "/deliveries"); role == rules.Owner {
						pages = append(pages, "/deliveries/purge")
					}
				}
				for _, page := range pages {
					found := false
					for _, v := range visited {
						found = found || v == page
					}
					if !found {
						t.Errorf("no link leads to %s", page)
					}
				}
				if name == "hostile" && len(visited) < len(hostile)+20 {
					t.Errorf("only %d pages were found", len(visited))
				}
			})
		}
	}
}

func TestViewersSeeNoForms(t *testing.T) {
	f := newFixture(t)
	f.normal()
	f.role = rules.Viewer
	for _, page := range []string{"/", "/inbox", "/inventory", "/datapoints/" + string(email.ID())} {
		lacks(t, f.page(page), `action="/decide"`, "Reclassify", `type="checkbox"`)
	}
	if a := f.decide(doConfirm, []string{at(email, 0)}, nil); a.Status != http.StatusForbidden {
		t.Errorf("a viewer decides: %d", a.Status)
	}
	if d := f.point(email); d.Status != inventory.New {
		t.Errorf("a viewer has decided: %s", d.Status)
	}
}

func TestHostileNamesAreText(t *testing.T) {
	f := newFixture(t)
	f.hostile()
	for _, page := range []string{"/", "/inbox", "/inventory"} {
		body := f.page(page)
		lacks(t, body, "<script>alert", "<img src=x", "\u202e", "\x1b", strings.Repeat("long", 200))
	}
	has(t, f.page("/inventory"), "⟨U+202E⟩gnp.exe⟨U+202C⟩", "⟨U+001B⟩[31mred", "&lt;script&gt;", "⟨U+2028⟩", "⟨U+3164⟩", "שלום")
	for _, text := range hostile {
		path := strings.ToValidUTF8(text, "\ufffd")
		for _, typ := range []string{"email", "us_ssn"} {
			if id := inventory.IDOf(path, typ); f.get("/datapoints/"+string(id)).Status == http.StatusOK {
				body := f.page("/datapoints/" + string(id))
				has(t, body, "What happens to it now")
			}
		}
	}
	has(t, f.page("/datapoints/"+string(inventory.IDOf(hostile[10], "email"))), "The whole path", strings.Repeat("long", 2560))
}

func TestFaults(t *testing.T) {
	f := newFixture(t)
	f.normal()
	for target, want := range map[string]int{
		"/nowhere":                           http.StatusNotFound,
		"/datapoints/0123456789abcdef0123":   http.StatusNotFound,
		"/datapoints/%3Cscript%3E":           http.StatusNotFound,
		"/inventory?cursor=broken":           http.StatusBadRequest,
		"/inbox?cursor=AAAA":                 http.StatusBadRequest,
		"/inventory?class=purple":            http.StatusBadRequest,
		"/inventory?sort=nothing":            http.StatusBadRequest,
		"/activity?before=-1":                http.StatusBadRequest,
		"/activity?before=x":                 http.StatusBadRequest,
		"/static/nothing.css":                http.StatusNotFound,
		"/live/events":                       http.StatusNotFound,
		"/deliveries?destination=nowhere":    http.StatusNotFound,
		"/deliveries/purge?destination=x":    http.StatusUnprocessableEntity,
		"/deliveries/purge?reason=bored":     http.StatusUnprocessableEntity,
		"/deliveries/purge":                  http.StatusOK,
		"/deliveries?did=purge&order=7":      http.StatusOK,
		"/deliveries?did=purge&order=x":      http.StatusOK,
		"/datapoints/" + string(email.ID()):  http.StatusOK,
		"/inventory?span=%ff&q=%ff%fe%00":    http.StatusOK,
		"/?span=century":                     http.StatusOK,
		"/sources?by=moon":                   http.StatusOK,
		"/destinations?type=%3Cb%3E":         http.StatusOK,
		"/inbox?did=confirm&points=nonsense": http.StatusOK,
	} {
		a := f.get(target)
		if a.Status != want {
			t.Errorf("GET %s: %d, want %d", target, a.Status, want)
		}
		if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			inspect(t, target, a.Body)
		}
	}
}

func TestStoreDown(t *testing.T) {
	f := newFixture(t)
	f.normal()
	f.health = inventory.Health{Store: "the database is locked by another process", Since: f.at, Lost: 12}
	has(t, f.page("/inbox"), "The store cannot be used", "locked by another process", "12 findings were")
	if err := f.store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"/", "/inbox", "/inventory", "/sources", "/destinations", "/deliveries", "/deliveries/purge", "/rules", "/activity", "/datapoints/" + string(email.ID())} {
		a := f.get(target)
		if a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" {
			t.Errorf("GET %s: %d", target, a.Status)
		}
		inspect(t, target, a.Body)
		has(t, a.Body, "Traffic is not affected", "Inventory</a>")
	}
	a := f.decide(doConfirm, []string{at(email, 0)}, nil)
	if a.Status != http.StatusServiceUnavailable {
		t.Errorf("a decision without a store: %d", a.Status)
	}
	inspect(t, "/decide", a.Body)
}

func TestOverview(t *testing.T) {
	f := newFixture(t)
	has(t, f.page("/"), "Nothing has passed yet", "curl -s http://127.0.0.1:8080/v1/track")
	f.normal()
	body := f.page("/")
	lacks(t, body, "Nothing has passed yet", "sent as they are")
	has(t, body, `<rect class="red"`, "forwarded", "ingest-1", "context.ip")

	f.observe("web", "x", inventory.Observed{Path: "late", Found: inventory.Finding{Type: "us_ssn", Class: "red"}})
	b := &inventory.Batch{At: f.at, Process: inventory.Process{ID: "p2", Host: "other", Policy: "different", Started: f.at, LastSeen: f.at},
		Sightings: []inventory.Sighting{{Point: inventory.IDOf("late", "us_ssn"), Source: "web", Destination: "collector", Action: "allow", Class: "red", Count: 3}},
		Overflow:  []inventory.Overflow{{Source: "web", Count: 41}}}
	if err := f.store.Observe(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	has(t, f.page("/"), "3 sent as they are", "41 findings", "They do not all run the same configuration")
}

func TestObserveMode(t *testing.T) {
	f := newFixture(t)
	p := *f.policy.Load()
	p.Observe = true
	f.policy.Store(&p)
	has(t, f.page("/rules"), "Nothing is changed on the way")
}

func TestQuestions(t *testing.T) {
	f := newFixture(t)
	has(t, f.page("/sources"), "No source has sent restricted data.")
	has(t, f.page("/destinations"), "No personal data was met yet")
	f.normal()
	has(t, f.page("/sources"), "mobile collects the most restricted data: 11 findings at 1 data point.", "No other source has sent any.")
	has(t, f.page("/sources?by=type"), "us_ssn", "Restricted")
	has(t, f.page("/sources?by=action"), "removed", "sent as it is")
	has(t, f.page("/destinations"), "Which destinations do we send <code>ip_address</code> to?", "As it is to <bdi>collector</bdi>.")
	has(t, f.page("/destinations?type=us_ssn"), "To none as it is.", "Removed for <bdi>collector</bdi>.")
	has(t, f.page("/destinations?type=passport"), "To none: it was not met")
}

func TestRules(t *testing.T) {
	f := newFixture(t)
	f.normal()
	has(t, f.page("/rules"), "never collect restricted data", "class is restricted", "line 13", "source is web", "event is Internal *", "Otherwise, for", ">never<")

	const secret = "grace.hopper@example.com"
	event := `{"type":"track","event":"Signed Up","properties":{"username":"` + secret + `","ssn":"123-45-6789"}}`
	a := f.do(http.MethodPost, "/rules", url.Values{"token": {testToken}, "event": {event}, "source": {"web"}})
	if a.Status != http.StatusOK {
		t.Fatal(a.Status)
	}
	inspect(t, "POST /rules", a.Body)
	has(t, a.Body, "/properties/", "us_ssn", "hashed", "removed", "2 findings")
	if n := strings.Count(a.Body, secret); n != 1 {
		t.Errorf("the value is %d times in the page: it belongs in the text field alone", n)
	}
	lacks(t, f.page("/rules"), secret)
	if entries, err := f.store.Audit(context.Background(), "", 0, 10); err != nil || len(entries) > 0 {
		t.Errorf("trying is not noted: %v, %v", entries, err)
	}
	for event, want := range map[string]string{
		`{"email":`:                      "It would be refused: not valid JSON",
		`{"plan":"pro"}`:                 "Nothing personal was found",
		`<script>alert(1)</script>`:      "It would be refused",
		`</textarea><script>1</script>`:  "&lt;/textarea&gt;",
		strings.Repeat("[", 100) + "1]}": "It would be refused",
	} {
		a := f.do(http.MethodPost, "/rules", url.Values{"token": {testToken}, "event": {event}})
		inspect(t, "POST /rules", a.Body)
		has(t, a.Body, want)
	}
	if a := f.do(http.MethodPost, "/rules", url.Values{"event": {strings.Repeat("x", maxForm)}}); a.Status != http.StatusBadRequest {
		t.Errorf("a large event: %d", a.Status)
	}
	if a := f.do(http.MethodPost, "/rules", url.Values{"event": {"{}"}, "source": {"nobody"}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown source: %d", a.Status)
	}
}

func TestDatapoint(t *testing.T) {
	f := newFixture(t)
	f.normal()
	body := f.page("/datapoints/" + string(email.ID()))
	has(t, body, "from <bdi>web</bdi>", "e-mail of the web site only hashed", "line 16", "hash with key k1", "from <bdi>mobile</bdi>", "the destination’s default", "Signed Up", "by name and value, validated")
	has(t, f.page("/datapoints/"+string(overrode.ID())), "The configuration decides about this path", "line 11", "it is said to be nothing personal")
	has(t, f.page("/datapoints/"+string(untyped.ID())), "nothing found")

	// A decision changes what happens from now on, and the page says so.
	f.decide(doReclassify, []string{at(email, 0)}, url.Values{"class": {"red"}, "source": {"mobile"}})
	body = f.page("/datapoints/" + string(email.ID()) + "?source=mobile")
	has(t, body, "never collect restricted data", "About what comes from", "As for all sources", "For <bdi>mobile</bdi>")
	f.decide(doIgnore, []string{at(email, 1)}, nil)
	has(t, f.page("/datapoints/"+string(email.ID())), "it is said to be nothing personal", "Back to the inbox")

	// A rule that names the path acts on what is ignored there, too.
	named := point("properties.field", "phone", "yellow")
	f.observe("web", "x", named)
	f.decide(doIgnore, []string{at(named, 0)}, nil)
	has(t, f.page("/datapoints/"+string(named.ID())), "never that field", "redacted")
}

// TestEffects: what a page says happens is what the engine does.
func TestEffects(t *testing.T) {
	f := newFixture(t)
	field := point("properties.field", "email", "yellow")
	other := point("properties.other", "email", "yellow")
	f.observe("web", "x", field, other)
	f.observe("mobile", "x", field, other)
	check := func() {
		t.Helper()
		policy := f.policy.Load()
		for _, o := range []inventory.Observed{field, other} {
			seen, err := f.store.Sightings(context.Background(), o.ID())
			if err != nil {
				t.Fatal(err)
			}
			for i, source := range policy.Sources[1:] {
				x := explain.New(engine.New(policy), i+1)
				if err := x.Read([]byte(`{"properties":{"`+strings.TrimPrefix(o.Path, "properties.")+`":"ada@example.com"}}`), nil); err != nil {
					t.Fatal(err)
				}
				want := "allow"
				for finding := range x.Findings() {
					want = finding.Actions[0].Action
				}
				x.Close()
				seen := slices.DeleteFunc(slices.Clone(seen), func(s inventory.Seen) bool { return s.Source != source.Name })
				if got := effectsOf(policy, f.point(o), seen)[0].Cases[0].Action; got != want {
					t.Errorf("%s from %s: the page says %s, the engine does %s", o.Path, source.Name, got, want)
				}
			}
		}
	}
	check()
	for version, c := range []struct {
		do   string
		more url.Values
	}{
		{doReclassify, url.Values{"class": {"red"}}},
		{doReclassify, url.Values{"class": {"green"}, "source": {"web"}}},
		{doReopen, url.Values{"source": {"web"}}},
		{doIgnore, nil},
		{doReclassify, url.Values{"type": {"phone"}, "source": {"mobile"}}},
		{doReopen, nil},
		{doIgnore, url.Values{"source": {"web"}}},
	} {
		if a := f.decide(c.do, []string{at(field, version), at(other, version)}, c.more); a.Status != http.StatusSeeOther {
			t.Fatalf("%s %v: %d", c.do, c.more, a.Status)
		}
		check()
	}
}
