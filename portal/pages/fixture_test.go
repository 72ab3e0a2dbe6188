package pages

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/portal/store"
	"github.com/eventveil/eventveil/rules"
)

const testPolicy = `version: 1
mode: enforce
keys:
  - {id: k1, secret: "0123456789abcdef"}
sources:
  - {name: web, match: {write_key: "wk_web"}}
  - {name: mobile, match: {write_key: "wk_mobile"}}
destinations:
  - {name: collector, url: "http://127.0.0.1:9000", delivery: inline, default: allow}
overrides:
  - {path: properties.overridden, type: none}
rules:
  - name: never collect restricted data
    when: {class: red}
    action: block
  - name: e-mail of the web site only hashed
    when: {type: email, source: web}
    action: {hash: {key: k1}}
  - name: internal events stay home
    when: {event: "Internal *"}
    action: drop
  - name: never that field
    when: {path: properties.field}
    action: redact
`

const testToken = "the-form-token"

// fixture is the pages over a real store.
type fixture struct {
	t       testing.TB
	store   *store.Store
	desk    *inventory.Desk
	policy  atomic.Pointer[rules.Policy]
	options Options
	handler http.Handler
	role    rules.Role
	user    string
	health  inventory.Health
	at      time.Time
	log     bytes.Buffer
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	ctx := context.Background()
	f := &fixture{t: t, role: rules.Owner, user: "grace@example.com", at: time.Now().UTC()}
	file := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(file, []byte(testPolicy), 0o600); err != nil {
		t.Fatal(err)
	}
	base, report := rules.Load(file, os.LookupEnv)
	if base == nil {
		t.Fatal(report)
	}
	f.policy.Store(base)
	var err error
	if f.store, err = store.Open(ctx, store.Options{Path: ":memory:"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.store.Close() }) // some tests close it themselves
	f.desk = &inventory.Desk{Store: f.store,
		Types: func() (names []string) {
			for _, c := range types(base) {
				names = append(names, c.Name)
			}
			return names
		},
		Sources: func() (names []string) {
			for _, s := range base.Sources {
				names = append(names, s.Name)
			}
			return names
		},
		Apply: func(ctx context.Context) error {
			d, err := f.store.Decisions(ctx)
			if err != nil {
				return err
			}
			f.policy.Store(base.With(inventory.Verdicts(base, d.List)))
			return nil
		},
	}
	f.options = Options{Store: f.store, Desk: f.desk, Policy: f.policy.Load, Health: func() inventory.Health { return f.health },
		Require: func(role rules.Role, h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if f.role < role {
					http.Error(w, "another role is needed", http.StatusForbidden)
					return
				}
				h.ServeHTTP(w, r)
			})
		},
		User:      func(context.Context) (string, rules.Role) { return f.user, f.role },
		FormToken: func(context.Context) string { return testToken },
		CanLogOut: func(context.Context) bool { return true },
		Version:   "1.2.3",
		Log:       slog.New(slog.NewTextHandler(&f.log, nil)),
	}
	f.handler = New(f.options)
	return f
}

// point is something that was met.
func point(path, typ, class string) inventory.Observed {
	f := inventory.Finding{Type: typ, Class: class, Matched: "both", How: "validated", Confidence: 99}
	if typ == "" {
		f = inventory.Finding{Class: "green"}
	}
	return inventory.Observed{Path: path, Found: f, Shape: "aaa@aaaaaaa.aaa"}
}

// observe has points met from a source, in events of a name.
func (f *fixture) observe(source, event string, points ...inventory.Observed) {
	f.t.Helper()
	b := &inventory.Batch{At: f.at, Process: inventory.Process{ID: "p1", Host: "ingest-1", Role: "all", Version: "1.2.3", Policy: "9f2c11d0", Started: f.at, LastSeen: f.at}, Points: points}
	for i, p := range points {
		if p.Found.Type == "" {
			continue
		}
		action, rule := "allow", ""
		if p.Found.Class == "red" {
			action, rule = "block", "never collect restricted data"
		}
		b.Sightings = append(b.Sightings, inventory.Sighting{Point: p.ID(), Source: source, Event: event, Class: p.Found.Class, Count: int64(10 + i)},
			inventory.Sighting{Point: p.ID(), Source: source, Event: event, Destination: "collector", Action: action, Rule: rule, Class: p.Found.Class, Count: int64(10 + i)})
		b.Rules = append(b.Rules, inventory.RuleCount{Rule: rule, Destination: "collector", Action: action, Count: int64(10 + i)})
	}
	b.Outcomes = []inventory.Outcomes{{Destination: "collector", Outcome: "forwarded", Count: 40}, {Destination: "collector", Outcome: "altered", Count: 2}}
	if err := f.store.Observe(context.Background(), b); err != nil {
		f.t.Fatal(err)
	}
}

// The data points of normal traffic.
var (
	email    = point("traits.email", "email", "yellow")
	ssn      = point("properties.ssn", "us_ssn", "red")
	ip       = point("context.ip", "ip_address", "yellow")
	untyped  = point("properties.plan", "", "green")
	overrode = point("properties.overridden", "phone", "yellow")
)

func (f *fixture) normal() {
	f.observe("web", "Signed Up", email, ip, untyped, overrode)
	f.observe("mobile", "Order Completed", email, ssn)
	f.observe("mobile", "", ip)
}

// hostile are names that somebody chose to do harm.
var hostile = []string{
	`properties.<script>alert(1)</script>`,
	`properties."><img src=x onerror=alert(1)>`,
	`properties.' onmouseover='alert(1)`,
	"properties.\u202egnp.exe\u202c",
	"properties.\x1b[31mred\x00\a",
	"properties.=cmd|' /C calc'!A0",
	"properties.javascript:alert(1)",
	"properties.{{.Token}}",
	"properties.\u2028line\u2029paragraph\ufeff\u200b\u3164",
	"properties.a" + strings.Repeat("\u0301", 40),
	"properties." + strings.Repeat("long", 2560),
	"properties.\xff\xfe",
	"properties.שלום.اسم.名前",
	"properties.%2e%2e%2f?q=1&cursor=2#x",
}

func (f *fixture) hostile() {
	var points []inventory.Observed
	for i, path := range hostile {
		path = strings.ToValidUTF8(path, "\ufffd")
		points = append(points, point(path, []string{"email", "us_ssn"}[i%2], []string{"yellow", "red"}[i%2]))
	}
	f.observe("web", "<b>\u202eEvent</b>", points...)
}

// answer is what the pages answered.
type answer struct {
	Status int
	Body   string
	Header http.Header
}

func (f *fixture) do(method, target string, form url.Values) answer {
	f.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Body.String(), w.Header()}
}

func (f *fixture) get(target string) answer { f.t.Helper(); return f.do(http.MethodGet, target, nil) }

// page is get for a page that must be there and sound.
func (f *fixture) page(target string) string {
	f.t.Helper()
	a := f.get(target)
	if a.Status != http.StatusOK {
		f.t.Fatalf("GET %s: %d\n%s", target, a.Status, a.Body)
	}
	inspect(f.t, target, a.Body)
	return a.Body
}

// decide posts a decision about points, written "ID:version".
func (f *fixture) decide(do string, points []string, more url.Values) answer {
	f.t.Helper()
	form := url.Values{"token": {testToken}, "do": {do}, "point": points, "back": {"/inbox"}}
	for k, v := range more {
		form[k] = v
	}
	return f.do(http.MethodPost, "/decide", form)
}

func (f *fixture) point(o inventory.Observed) *inventory.DataPoint {
	f.t.Helper()
	d, err := f.store.Point(context.Background(), o.ID())
	if err != nil {
		f.t.Fatal(err)
	}
	return d
}

func at(o inventory.Observed, version int) string { return fmt.Sprintf("%s:%d", o.ID(), version) }

// has fails unless a page contains all texts, as it is written or as it is read.
func has(t testing.TB, body string, texts ...string) {
	t.Helper()
	read := html.UnescapeString(strings.ReplaceAll(body, "<wbr>", ""))
	for _, want := range texts {
		if !strings.Contains(body, want) && !strings.Contains(read, want) {
			_, main, _ := strings.Cut(body, "<main")
			t.Errorf("the page lacks %q:\n%.3000s", want, main)
		}
	}
}

// lacks fails when a page contains any of the texts.
func lacks(t testing.TB, body string, texts ...string) {
	t.Helper()
	for _, no := range texts {
		if strings.Contains(body, no) {
			t.Errorf("the page must not contain %q", no)
		}
	}
}
