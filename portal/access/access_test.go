package access

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/portal/store"
	"github.com/eventveil/eventveil/rules"
)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// journal is a log that can be read while it is written.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// portal is a guarded handler that says who asked for what, served on loopback.
type portal struct {
	t     *testing.T
	guard *Guard
	store inventory.Store
	clock clock
	log   journal
	url   string
}

func start(t *testing.T, p rules.Portal) *portal {
	t.Helper()
	st, err := store.Open(context.Background(), store.Options{Path: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	x := &portal{t: t, store: st, clock: clock{at: time.Now()}}
	if p.Session == 0 {
		p.Session = time.Hour
	}
	x.guard, err = New(Options{Portal: p, Store: st, Now: x.clock.now, Log: slog.New(slog.NewTextHandler(&x.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(x.handler())
	t.Cleanup(srv.Close)
	x.url = srv.URL
	return x
}

func (x *portal) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		u := From(r.Context())
		fmt.Fprintf(w, "%s %s %s %s\ntoken=%s\n", r.Method, u.Name, u.Role, u.Via, Token(r.Context()))
	})
	for _, role := range []rules.Role{rules.Viewer, rules.Editor, rules.Owner} {
		for _, at := range []string{"/", "/api/v1/"} {
			mux.Handle(at+role.String(), x.guard.Require(role, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprintln(w, "fine for", From(r.Context()).Role)
			})))
		}
	}
	return x.guard.Wrap(mux)
}

// browser is somebody with cookies who does not follow redirects.
type browser struct {
	*portal
	client *http.Client
}

func (x *portal) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		x.t.Fatal(err)
	}
	return &browser{x, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

type answer struct {
	*http.Response
	body string
}

func (b *browser) do(method, path, body string, headers ...string) *answer {
	b.t.Helper()
	at := path
	if strings.HasPrefix(path, "/") {
		at = b.url + path
	}
	r, err := http.NewRequest(method, at, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
		}
		r.Header.Add(name, value)
	}
	resp, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return &answer{resp, string(text)}
}

func (b *browser) get(path string, headers ...string) *answer {
	b.t.Helper()
	return b.do("GET", path, "", headers...)
}

func (b *browser) post(path string, form url.Values) *answer {
	b.t.Helper()
	return b.do("POST", path, form.Encode(), "Content-Type: application/x-www-form-urlencoded")
}

var formField = regexp.MustCompile(`name="token" value="([^"]*)"|token=(\S+)`)

// token is the one in the forms of a page.
func (a *answer) token() string {
	m := formField.FindStringSubmatch(a.body)
	if m == nil {
		return ""
	}
	return m[1] + m[2]
}

func (b *browser) logIn(name, password, next string) *answer {
	b.t.Helper()
	token := b.get("/login").token()
	return b.post("/login", url.Values{"name": {name}, "password": {password}, "next": {next}, "token": {token}})
}

// want fails the test when an answer is another one. part is in the body, or in the
// address that the answer leads to.
func (b *browser) want(a *answer, status int, part string) {
	b.t.Helper()
	if a.StatusCode != status || !strings.Contains(a.body+a.Header.Get("Location"), part) {
		b.t.Errorf("%s %s: %d %q %s, want %d with %q", a.Request.Method, a.Request.URL.Path, a.StatusCode, a.Header.Get("Location"), a.body, status, part)
	}
}

func hashed(password string) rules.Secret {
	h := rules.PasswordHash{Memory: 64, Passes: 1, Parallelism: 1, Salt: []byte("0123456789abcdef"), Sum: make([]byte, 32)}
	h.Sum = derive([]byte(password), h)
	return rules.Secret(h.PHC())
}

// people is a configuration with one of each role, and a token.
func people() rules.Portal {
	return rules.Portal{
		Users: []rules.PortalUser{{Name: "ada", Hash: hashed("hunter22"), Role: rules.Owner}, {Name: "grace", Hash: hashed("hunter33"), Role: rules.Editor},
			{Name: "joan", Hash: hashed("hunter44"), Role: rules.Viewer}},
		Tokens: []rules.PortalToken{{Name: "ci", Secret: rules.Secret("0123456789abcdef"), Role: rules.Editor}, {Name: "ro", Secret: rules.Secret("fedcba9876543210"), Role: rules.Viewer}},
	}
}

// audit is what the store has noted, the first first.
func (x *portal) audit() (lines []string) {
	x.t.Helper()
	entries, err := x.store.Audit(context.Background(), "", 0, 100)
	if err != nil {
		x.t.Fatal(err)
	}
	for _, e := range entries {
		lines = append([]string{strings.TrimSpace(e.Actor + " " + e.Action + " " + e.After)}, lines...)
	}
	return lines
}

func TestUnguarded(t *testing.T) {
	x := start(t, rules.Portal{})
	b := x.browser()
	page := b.get("/")
	b.want(page, 200, "GET local owner local")
	b.want(b.get("/owner"), 200, "fine for owner")
	b.want(b.get("/api/v1/owner"), 200, "fine for owner")
	b.want(b.get("/login"), 303, "/")
	b.want(b.get("/login/oidc"), 303, "/login")
	b.want(b.post("/logout", nil), 303, "/")
	b.want(b.post("/do", url.Values{"token": {page.token()}}), 200, "POST local owner")
	if again := b.get("/").token(); again != page.token() {
		t.Error("the token of forms changes with each page")
	}
}

func TestRoles(t *testing.T) {
	x := start(t, people())
	f := func(name, password, token, path string, status int, part string) {
		t.Helper()
		b := x.browser()
		if name != "" {
			b.want(b.logIn(name, password, "/"), 303, "/")
		}
		var h []string
		if token != "" {
			h = append(h, "Authorization: Bearer "+token)
		}
		b.want(b.get(path, h...), status, part)
	}
	f("ada", "hunter22", "", "/owner", 200, "fine for owner")
	f("grace", "hunter33", "", "/owner", 403, "You are an editor. This needs an owner.")
	f("grace", "hunter33", "", "/editor", 200, "fine for editor")
	f("joan", "hunter44", "", "/editor", 403, "You are a viewer. This needs an editor.")
	f("joan", "hunter44", "", "/viewer", 200, "fine for viewer")
	f("joan", "hunter44", "", "/api/v1/editor", 403, `"type":"urn:eventveil:problem:role"`)
	f("", "", "0123456789abcdef", "/api/v1/editor", 200, "fine for editor")
	f("", "", "0123456789abcdef", "/api/v1/owner", 403, "This needs an owner.")
	f("", "", "fedcba9876543210", "/api/v1/viewer", 200, "fine for viewer")
	f("", "", "", "/viewer", 303, "/login?next=%2Fviewer")
	f("", "", "", "/api/v1/viewer", 401, `"status":401`)
}

func TestHosts(t *testing.T) {
	x := start(t, rules.Portal{URL: "https://Portal.example.com:8443", Hosts: []string{"other.example.com", "[2001:db8::1]:9090", "192.0.2.1"}})
	b := x.browser()
	f := func(host string, status int) {
		t.Helper()
		if a := b.get("/", "Host: "+host); a.StatusCode != status {
			t.Errorf("%s: %d, want %d", host, a.StatusCode, status)
		}
	}
	f("127.0.0.1:9090", 200)
	f("127.9.9.9", 200)
	f("localhost:1", 200)
	f("LocalHost", 200)
	f("[::1]:9090", 200)
	f("portal.example.com", 200)
	f("PORTAL.example.com:443", 200)
	f("other.example.com", 200)
	f("[2001:db8::1]", 200)
	f("192.0.2.1:9090", 200)
	f("192.0.2.2", 421)
	f("evil.example.com", 421)
	f("localhost.example.com", 421)
	f("portal.example.com.evil.example.com", 421)
	f("127.0.0.1.example.com", 421)
	a := b.get("/api/v1/viewer", "Host: evil.example.com")
	b.want(a, 421, "portal.hosts")
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("a problem is %s", got)
	}
	b.want(b.get("/static/x", "Host: evil.example.com"), 421, "portal.hosts")
}

func TestHostOfListener(t *testing.T) {
	x := start(t, rules.Portal{})
	f := func(local, host string, status int) {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, address(local)))
		w := httptest.NewRecorder()
		x.handler().ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("%s at %s: %d, want %d", host, local, w.Code, status)
		}
	}
	f("192.0.2.7:9090", "192.0.2.7:9090", 200)
	f("[::ffff:192.0.2.7]:9090", "192.0.2.7", 200)
	f("192.0.2.7:9090", "192.0.2.8:9090", 421)
	f("[2001:db8::7%eth0]:9090", "[2001:db8::7]:9090", 200)
	f("", "192.0.2.7", 421)
}

type address string

func (address) Network() string  { return "tcp" }
func (a address) String() string { return string(a) }

func TestHeadersOfAnswers(t *testing.T) {
	x := start(t, people())
	b := x.browser()
	for _, path := range []string{"/", "/login", "/api/v1/viewer", "/static/style.css"} {
		h := b.get(path).Header
		for name, want := range map[string]string{"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store"} {
			if path == "/static/style.css" && name == "Cache-Control" {
				want = ""
			}
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
	for _, word := range []string{"'unsafe", "*", "http:", "https:"} {
		if strings.Contains(policy, word) {
			t.Errorf("the policy has %s", word)
		}
	}
}

func TestStatic(t *testing.T) {
	x := start(t, people())
	b := x.browser()
	b.want(b.get("/static/style.css"), 200, "GET")
	b.want(b.get("/static/../owner"), 303, "/login")
	b.want(b.post("/static/style.css", nil), 303, "/login")
	b.want(b.get("/staticx"), 303, "/login")
}

func TestPagesAreNotScripts(t *testing.T) {
	x := start(t, people())
	b := x.browser()
	b.want(b.get("/login?next="+url.QueryEscape(`/"><script>alert(1)</script>`)), 200, "&lt;script&gt;")
	for _, path := range []string{"/login", "/login?next=/x"} {
		a := b.get(path)
		if strings.Contains(a.body, "style=") || strings.Contains(a.body, "<script") || strings.Contains(a.body, "onclick") {
			t.Errorf("%s has something inline: %s", path, a.body)
		}
	}
}

func TestProblemIsJSON(t *testing.T) {
	x := start(t, people())
	a := x.browser().get("/api/v1/viewer")
	var p struct {
		Type, Title, Detail string
		Status              int
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.Status != 401 || p.Type == "" || p.Title == "" || p.Detail == "" {
		t.Errorf("%v %+v", err, p)
	}
	if a.Header.Get("WWW-Authenticate") == "" {
		t.Error("401 without WWW-Authenticate")
	}
}

func TestNewRefuses(t *testing.T) {
	st := &broken{}
	f := func(o Options, part string) {
		t.Helper()
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("New: %v, want one with %q", err, part)
		}
	}
	f(Options{}, "without a store")
	f(Options{Store: st, Portal: rules.Portal{Users: []rules.PortalUser{{Name: "ada", Hash: rules.Secret("hunter2")}}}}, "password_hash of user ada")
	f(Options{Store: st, Portal: rules.Portal{URL: "https://portal.example.com/x"}}, "portal.url")
}

// broken is a store that answers nothing.
type broken struct{ inventory.Store }
