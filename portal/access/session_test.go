package access

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

func TestPasswordLogin(t *testing.T) {
	x := start(t, people())
	b := x.browser()
	b.want(b.get("/inbox?class=red"), 303, "/login?next=%2Finbox%3Fclass%3Dred")
	b.want(b.get("/login?next=%2Finbox%3Fclass%3Dred"), 200, `name="next" value="/inbox?class=red"`)
	b.want(b.logIn("ada", "wrong", "/"), 401, "The name or the password is wrong.")
	b.want(b.logIn("adam", "hunter22", "/"), 401, "The name or the password is wrong.")
	b.want(b.logIn("ada", "", "/"), 400, "Give a name and a password.")
	b.want(b.logIn("ada", strings.Repeat("x", MaxPassword+1), "/"), 400, "Give a name and a password.")
	b.want(b.get("/"), 303, "/login")
	b.want(b.logIn("ada", "hunter22", "/inbox?class=red"), 303, "/inbox?class=red")
	page := b.get("/")
	b.want(page, 200, "GET ada owner password")
	b.want(b.get("/login?next=/x"), 303, "/x")
	b.want(b.get("/logout"), 303, "/")
	b.want(b.post("/logout", url.Values{"token": {"x"}}), 403, "This page is out of date")
	b.want(b.get("/"), 200, "ada")
	b.want(b.post("/logout", url.Values{"token": {page.token()}}), 303, "/login")
	b.want(b.get("/"), 303, "/login")
	at, err := url.Parse(x.url)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(at) {
		if c.Name == sessionCookie {
			t.Error("the browser keeps the cookie of a session that has ended")
		}
	}

	want := []string{`ada login failed {"reason":"name or password","via":"password"}`, `unknown login failed {"reason":"name or password","via":"password"}`,
		`ada login {"via":"password"}`, `ada logout {"via":"password"}`}
	if diff := cmp.Diff(want, x.audit()); diff != "" {
		t.Errorf("the audit (-want +got)\n%s", diff)
	}
}

// TestLogoutEndsTheSession: a copy of the cookie is worth nothing afterwards.
func TestLogoutEndsTheSession(t *testing.T) {
	x := start(t, people())
	b := x.browser()
	b.logIn("ada", "hunter22", "/")
	at, err := url.Parse(x.url)
	if err != nil {
		t.Fatal(err)
	}
	copied := b.client.Jar.Cookies(at)
	thief := x.browser()
	thief.client.Jar.SetCookies(at, copied)
	thief.want(thief.get("/"), 200, "ada")
	b.post("/logout", url.Values{"token": {b.get("/").token()}})
	thief.want(thief.get("/"), 303, "/login")
}

// TestLoginEndsTheSessionBefore: who logs in again leaves no session behind.
func TestLoginEndsTheSessionBefore(t *testing.T) {
	x := start(t, people())
	b := x.browser()
	b.logIn("ada", "hunter22", "/")
	at, err := url.Parse(x.url)
	if err != nil {
		t.Fatal(err)
	}
	first := b.client.Jar.Cookies(at)
	token := first[0].Value
	if token == "" {
		t.Fatal("no cookie")
	}
	form := url.Values{"name": {"grace"}, "password": {"hunter33"}}
	for _, c := range first {
		if c.Name == formCookie {
			form.Set("token", c.Value)
		}
	}
	b.want(b.post("/login", form), 303, "/")
	b.want(b.get("/"), 200, "grace")
	old := x.browser()
	old.client.Jar.SetCookies(at, first)
	old.want(old.get("/"), 303, "/login")
}

func TestCookies(t *testing.T) {
	f := func(portalURL, name string, secure bool) {
		t.Helper()
		p := people()
		p.URL = portalURL
		x := start(t, p)
		b := x.browser()
		page := b.get("/login")
		form := page.Cookies()[0]
		a := b.do("POST", "/login", url.Values{"name": {"ada"}, "password": {"hunter22"}, "token": {page.token()}}.Encode(),
			"Content-Type: application/x-www-form-urlencoded", "Cookie: "+form.Name+"="+form.Value)
		b.want(a, 303, "/")
		if len(a.Cookies()) != 1 {
			t.Fatalf("%d cookies", len(a.Cookies()))
		}
		for _, c := range []*http.Cookie{form, a.Cookies()[0]} {
			if !c.HttpOnly || c.Secure != secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || strings.HasPrefix(c.Name, "__Host-") != secure {
				t.Errorf("%s: cookie %s", portalURL, strings.Replace(c.String(), c.Value, "…", 1))
			}
		}
		c := a.Cookies()[0]
		if c.Name != name || c.MaxAge != 3600 {
			t.Errorf("%s: cookie %s for %d s", portalURL, c.Name, c.MaxAge)
		}
		b = x.browser()
		b.want(b.get("/", "Cookie: "+c.Name+"="+c.Value), 200, "ada")
		other := strings.TrimPrefix("__Host-"+c.Name, "__Host-__Host-")
		b.want(b.get("/", "Cookie: "+other+"="+c.Value), 303, "/login")
	}
	f("", "eventveil", false)
	f("http://localhost:9090", "eventveil", false)
	f("https://portal.example.com", "__Host-eventveil", true)
}

func TestSessionExpires(t *testing.T) {
	x := start(t, people())
	b := x.browser()
	b.logIn("ada", "hunter22", "/")
	x.clock.add(time.Hour - time.Second)
	b.want(b.get("/"), 200, "ada")
	x.clock.add(time.Second)
	b.want(b.get("/"), 303, "/login")
}

func TestConfigurationHasTheLastWord(t *testing.T) {
	p := people()
	x := start(t, p)
	ada, grace := x.browser(), x.browser()
	ada.logIn("ada", "hunter22", "/")
	grace.logIn("grace", "hunter33", "/")
	set := func(change func(p *rules.Portal)) {
		t.Helper()
		p := people()
		p.Session = time.Hour
		change(&p)
		if err := x.guard.Set(p); err != nil {
			t.Fatal(err)
		}
	}
	set(func(p *rules.Portal) { p.Users[0].Role = rules.Viewer })
	ada.want(ada.get("/"), 200, "ada viewer")
	ada.want(ada.get("/owner"), 403, "")
	set(func(p *rules.Portal) { p.Users[0].Hash = hashed("another one") })
	ada.want(ada.get("/"), 303, "/login")
	grace.want(grace.get("/"), 200, "grace editor")
	set(func(p *rules.Portal) { p.Users = p.Users[:1]; p.Tokens = p.Tokens[1:] })
	grace.want(grace.get("/"), 303, "/login")
	ada.want(ada.get("/api/v1/viewer", "Authorization: Bearer 0123456789abcdef"), 401, "token")
	ada.want(ada.get("/api/v1/viewer", "Authorization: Bearer fedcba9876543210"), 200, "")
	if err := x.guard.Set(rules.Portal{Users: []rules.PortalUser{{Name: "ada"}}}); err == nil {
		t.Error("Set takes a user without a password")
	}
	grace.want(grace.get("/"), 303, "/login")
	set(func(p *rules.Portal) { p.Users = nil })
	ada.want(ada.get("/"), 401, "Nobody can log in here")
	ada.want(ada.get("/login"), 303, "/")
}

// TestStoreIsAway: then nobody gets in, and is told so.
func TestStoreIsAway(t *testing.T) {
	x := start(t, people())
	b, late := x.browser(), x.browser()
	b.logIn("ada", "hunter22", "/")
	b.want(b.get("/"), 200, "ada")
	form := url.Values{"name": {"ada"}, "password": {"hunter22"}, "token": {late.get("/login").token()}}
	if err := x.store.Close(); err != nil {
		t.Fatal(err)
	}
	x.clock.add(cached)
	a := b.get("/")
	b.want(a, 503, "The store cannot be used")
	if a.Header.Get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
	b.want(b.get("/api/v1/owner"), 503, `"type":"urn:eventveil:problem:store"`)
	b.want(b.get("/login"), 200, "Log in")
	b.want(b.post("/logout", nil), 503, "The store cannot be used")
	late.want(late.post("/login", form), 503, "The store cannot be used")
	late.want(late.get("/"), 303, "/login")
	late.want(late.get("/api/v1/viewer", "Authorization: Bearer 0123456789abcdef"), 200, "fine")
}

// TestCache: sessions are taken from memory for a moment; one that is dropped while it is
// being read is not kept.
func TestCache(t *testing.T) {
	x := start(t, people())
	ctx, now := context.Background(), time.Now()
	session := inventory.Session{User: "ada", Role: "owner", Expires: now.Add(time.Hour)}
	f := func(c *cache, st inventory.Store, at time.Duration, want bool) {
		t.Helper()
		if s, err := c.get(ctx, now.Add(at), "key", st); err != nil || (s != nil) != want {
			t.Errorf("after %v there is a session: %v, %v", at, s != nil, err)
		}
	}
	if err := x.store.PutSession(ctx, "key", session); err != nil {
		t.Fatal(err)
	}
	var c, raced cache
	f(&c, x.store, 0, true)
	f(&raced, &dropping{x.store, &raced}, 0, true)
	if err := x.store.DropSession(ctx, "key"); err != nil {
		t.Fatal(err)
	}
	f(&c, x.store, cached-1, true)
	f(&c, x.store, cached, false)
	f(&raced, x.store, 1, false)
	if err := x.store.PutSession(ctx, "key", session); err != nil {
		t.Fatal(err)
	}
	f(&c, x.store, cached, true)
	c.drop("key")
	if err := x.store.DropSession(ctx, "key"); err != nil {
		t.Fatal(err)
	}
	f(&c, x.store, cached, false)
}

// dropping is a store in which somebody logs out while a session is read.
type dropping struct {
	inventory.Store
	c *cache
}

func (d *dropping) Session(ctx context.Context, key string) (*inventory.Session, error) {
	s, err := d.Store.Session(ctx, key)
	d.c.drop(key)
	return s, err
}

// TestNothingSecretIsTold: neither in the log, the audit nor on a page.
func TestNothingSecretIsTold(t *testing.T) {
	x := start(t, people())
	b := x.browser()
	var told strings.Builder
	for _, a := range []*answer{b.logIn("s3cret-typed-as-name", "s3cret-password", "/"), b.logIn("ada", "s3cret-password", "/"), b.logIn("ada", "hunter22", "/"),
		b.get("/"), b.get("/api/v1/owner", "Authorization: Bearer s3cret-token")} {
		told.WriteString(a.body)
	}
	at, _ := url.Parse(x.url)
	for _, c := range b.client.Jar.Cookies(at) {
		if c.Name == sessionCookie && strings.Contains(told.String()+x.log.String(), c.Value) {
			t.Error("the session's cookie is told")
		}
	}
	told.WriteString(x.log.String() + strings.Join(x.audit(), "\n"))
	for _, secret := range []string{"s3cret", "hunter22", "argon2id", "0123456789abcdef"} {
		if strings.Contains(told.String(), secret) {
			t.Errorf("%s is told:\n%s", secret, told.String())
		}
	}
	if !strings.Contains(x.log.String(), "login failed") {
		t.Error("the log lacks the failed login")
	}
}
