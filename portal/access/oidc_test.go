package access

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc/oidctest"
	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/rules"
)

const clientSecret = "s3cret-of-client"

// idp is an OpenID provider that logs in whoever comes, as user.
type idp struct {
	*httptest.Server
	t   *testing.T
	key *rsa.PrivateKey

	mu      sync.Mutex
	down    bool
	secret  string                     // of the client
	methods []string                   // in which the client may show it; nil says nothing
	user    map[string]any             // claims of the ID token
	info    map[string]any             // claims of userinfo; nil for no such endpoint
	spoil   func(token map[string]any) // changes the ID token
	codes   map[string]url.Values      // what the code was given for
	asked   int                        // how often it was asked what it is
}

func newIDP(t *testing.T) *idp {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &idp{t: t, key: key, secret: clientSecret, codes: map[string]url.Values{}, user: map[string]any{"email": "lin@example.com", "email_verified": true, "groups": []string{"staff", "privacy-team"}}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("/authorize", p.authorize)
	mux.HandleFunc("/token", p.token)
	mux.HandleFunc("/userinfo", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer s3cret-access" {
			http.Error(w, "who?", http.StatusUnauthorized)
			return
		}
		p.send(w, p.info)
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		p.send(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes())}}})
	})
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *idp) send(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (p *idp) discovery(w http.ResponseWriter, _ *http.Request) {
	p.asked++
	if p.down {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	d := map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256"}, "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}}
	if p.methods != nil {
		d["token_endpoint_auth_methods_supported"] = p.methods
	}
	if p.info != nil {
		d["userinfo_endpoint"] = p.URL + "/userinfo"
	}
	p.send(w, d)
}

func (p *idp) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("response_type") != "code" || q.Get("client_id") != "eventveil" || q.Get("code_challenge_method") != "S256" || len(q.Get("state")) < 40 || len(q.Get("nonce")) < 40 {
		p.t.Errorf("the provider is asked %v", q)
	}
	code := fmt.Sprint("s3cret-code-", len(p.codes))
	p.codes[code] = q
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {q.Get("state")}}.Encode(), http.StatusFound)
}

func (p *idp) token(w http.ResponseWriter, r *http.Request) {
	id, secret, basic := r.BasicAuth()
	if basic != (p.methods == nil) {
		p.t.Errorf("the client shows its secret in a header: %v", basic)
	}
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	q, ok := p.codes[r.PostFormValue("code")]
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || id != "eventveil" || secret != p.secret || base64.RawURLEncoding.EncodeToString(sum[:]) != q.Get("code_challenge") {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		p.send(w, map[string]string{"error": "invalid_grant", "error_description": "s3cret-description"})
		return
	}
	delete(p.codes, r.PostFormValue("code"))
	token := maps.Clone(p.user)
	maps.Copy(token, map[string]any{"iss": p.URL, "aud": "eventveil", "sub": "1", "nonce": q.Get("nonce"), "iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix()})
	if p.spoil != nil {
		p.spoil(token)
	}
	text, err := json.Marshal(token)
	if err != nil {
		p.t.Error(err)
	}
	p.send(w, map[string]any{"access_token": "s3cret-access", "token_type": "Bearer", "id_token": oidctest.SignIDToken(p.key, "1", "RS256", string(text))})
}

// set changes the provider.
func (p *idp) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func (p *idp) config() *rules.OIDC {
	return &rules.OIDC{Issuer: p.URL, ClientID: "eventveil", ClientSecret: rules.Secret(clientSecret), Scopes: []string{"profile", "groups", "email"},
		Claim: "groups", Name: "email", Roles: map[string]rules.Role{"privacy-team": rules.Editor, "platform": rules.Owner}}
}

// startWith is a portal with a provider, under the address that it is served at.
func startWith(t *testing.T, p *idp, change func(*rules.Portal)) *portal {
	t.Helper()
	x := start(t, rules.Portal{})
	portal := rules.Portal{URL: x.url, Session: time.Hour, OIDC: p.config()}
	if change != nil {
		change(&portal)
	}
	if err := x.guard.Set(portal); err != nil {
		t.Fatal(err)
	}
	return x
}

// toProvider goes from the login page to the provider and back, up to the address that
// the provider sends to.
func (b *browser) toProvider(next string) string {
	b.t.Helper()
	a := b.get("/login/oidc?next=" + url.QueryEscape(next))
	b.want(a, 303, "/authorize?")
	back := b.get(a.Header.Get("Location"))
	b.want(back, 302, "/login/oidc/callback?")
	return back.Header.Get("Location")
}

func TestOIDC(t *testing.T) {
	p := newIDP(t)
	x := startWith(t, p, nil)
	b := x.browser()
	b.want(b.get("/inbox"), 303, "/login?next=%2Finbox")
	b.want(b.get("/login?next=%2Finbox"), 200, `href="/login/oidc?next=%2Finbox"`)
	back := b.toProvider("/inbox")
	b.want(b.get(back), 303, "/inbox")
	page := b.get("/")
	b.want(page, 200, "GET lin@example.com editor oidc")
	b.want(b.get(back), 400, "This login has come to nothing")
	b.want(b.post("/logout", url.Values{"token": {page.token()}}), 303, "/login")
	b.want(b.get("/"), 303, "/login")
	if diff := cmp.Diff([]string{`lin@example.com login {"via":"oidc"}`, `lin@example.com logout {"via":"oidc"}`}, x.audit()); diff != "" {
		t.Errorf("the audit (-want +got)\n%s", diff)
	}
	if p.asked != 1 {
		t.Errorf("the provider was asked %d times what it is", p.asked)
	}
	if strings.Contains(x.log.String(), "s3cret") {
		t.Errorf("the log tells a secret: %s", x.log.String())
	}
	b.want(b.get("/login/oidc?next=https://evil.example.com"), 303, p.URL)
	b.want(b.post("/login/oidc", nil), 405, "")
	b.want(b.post("/login", url.Values{"name": {"ada"}, "password": {"x"}}), 405, "")
}

func TestOIDCRoles(t *testing.T) {
	p := newIDP(t)
	x := startWith(t, p, nil)
	f := func(user map[string]any, change func(*rules.OIDC), status int, part string) {
		t.Helper()
		c := p.config()
		if change != nil {
			change(c)
		}
		if err := x.guard.Set(rules.Portal{URL: x.url, Session: time.Hour, OIDC: c,
			Users: []rules.PortalUser{{Name: "ada@example.com", Hash: hashed("x"), Role: rules.Owner}}}); err != nil {
			t.Fatal(err)
		}
		p.set(func() { p.user = user })
		b := x.browser()
		a := b.get(b.toProvider("/"))
		if a.StatusCode == http.StatusSeeOther {
			a = b.get("/")
		}
		b.want(a, status, part)
		if strings.Contains(a.body, "s3cret") {
			t.Errorf("a value of a claim is shown: %s", a.body)
		}
	}
	lin := func(more ...any) map[string]any {
		m := map[string]any{"email": "lin@example.com"}
		for i := 0; i < len(more); i += 2 {
			m[more[i].(string)] = more[i+1]
		}
		return m
	}
	f(lin("groups", "platform"), nil, 200, "owner")
	f(lin("groups", []string{"privacy-team", "platform", "x"}), nil, 200, "owner")
	f(lin("groups", []any{1, nil, "privacy-team"}), nil, 200, "editor")
	f(lin("groups", []string{"s3cret-group"}), nil, 403, "The claim &#34;groups&#34; of the provider gives roles")
	f(lin(), nil, 403, "You have no role here")
	f(lin("groups", 7), nil, 403, "You have no role here")
	f(lin(), func(o *rules.OIDC) { o.Default = rules.Viewer }, 200, "viewer")
	f(lin(), func(o *rules.OIDC) { o.Claim, o.Roles, o.Default = "", nil, rules.Viewer }, 200, "viewer")
	nested := func(o *rules.OIDC) { o.Claim = "realm_access.roles" }
	f(lin("realm_access", map[string]any{"roles": []string{"platform"}}), nested, 200, "owner")
	f(lin("realm_access.roles", "privacy-team", "realm_access", map[string]any{"roles": []string{"platform"}}), nested, 200, "editor")
	f(lin("groups", "platform", "email_verified", false), nil, 403, "You have no name here")
	f(lin("groups", "platform", "email_verified", "false"), nil, 403, "You have no name here")
	f(lin("groups", "platform", "email_verified", "true"), nil, 200, "lin@example.com owner")
	f(map[string]any{"groups": "platform"}, nil, 403, "The claim &#34;email&#34;")
	f(map[string]any{"groups": "platform", "email": "token:ci"}, nil, 403, "The claim &#34;email&#34;")
	f(map[string]any{"groups": "platform", "email": "ada@example.com"}, nil, 403, "Your name is taken")
	f(lin("groups", "platform", "preferred_username", "lin"), func(o *rules.OIDC) { o.Name = "preferred_username" }, 200, "GET lin owner oidc")
}

// TestOIDCUserInfo: what the ID token lacks is asked for.
func TestOIDCUserInfo(t *testing.T) {
	p := newIDP(t)
	p.user = map[string]any{"email": "lin@example.com"}
	p.info = map[string]any{"sub": "1", "groups": []string{"platform"}, "email": "other@example.com"}
	x := startWith(t, p, nil)
	b := x.browser()
	b.want(b.get(b.toProvider("/")), 303, "/")
	b.want(b.get("/"), 200, "GET lin@example.com owner")
	p.set(func() { p.info["sub"] = "2" })
	b = x.browser()
	b.want(b.get(b.toProvider("/")), 502, "cannot be used")
}

// TestOIDCForged: answers that are not the provider's to this browser are refused.
func TestOIDCForged(t *testing.T) {
	p := newIDP(t)
	x := startWith(t, p, nil)
	f := func(name string, status int, spoil func(token map[string]any), change func(b *browser, q url.Values)) {
		t.Helper()
		p.set(func() { p.spoil = spoil })
		b := x.browser()
		back, err := url.Parse(b.toProvider("/"))
		if err != nil {
			t.Fatal(err)
		}
		q := back.Query()
		if change != nil {
			change(b, q)
		}
		back.RawQuery = q.Encode()
		a := b.get(back.String())
		if a.StatusCode != status {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.body)
		}
		if status != 303 {
			b.want(b.get("/"), 303, "/login")
		}
	}
	claim := func(name string, v any) func(map[string]any) { return func(c map[string]any) { c[name] = v } }
	param := func(name, v string) func(*browser, url.Values) {
		return func(_ *browser, q url.Values) { q.Set(name, v) }
	}
	f("none", 303, nil, nil)
	f("nonce", 502, claim("nonce", "x"), nil)
	f("no nonce", 502, func(c map[string]any) { delete(c, "nonce") }, nil)
	f("audience", 502, claim("aud", "other"), nil)
	f("issuer", 502, claim("iss", "https://evil.example.com"), nil)
	f("expired", 502, claim("exp", 1), nil)
	f("state", 400, nil, param("state", newSecret()))
	f("no state", 400, nil, param("state", ""))
	f("iss of another", 400, nil, param("iss", "https://evil.example.com"))
	f("iss", 303, nil, param("iss", p.URL))
	f("code", 502, nil, param("code", "s3cret-other"))
	f("error", 403, nil, param("error", "access_denied"))
	f("late", 400, nil, func(*browser, url.Values) { x.clock.add(flowTime) })
	f("another browser", 400, nil, func(b *browser, _ url.Values) { b.client.Jar = x.browser().client.Jar })
	f("cookie of another login", 400, nil, func(b *browser, _ url.Values) { b.get("/login/oidc") })
	f("code of another login", 502, nil, func(b *browser, q url.Values) {
		other, err := url.Parse(x.browser().toProvider("/"))
		if err != nil {
			t.Fatal(err)
		}
		q.Set("code", other.Query().Get("code"))
	})
	f("cookie made elsewhere", 400, nil, func(b *browser, q url.Values) {
		at, _ := url.Parse(x.url)
		b.client.Jar.SetCookies(at, []*http.Cookie{{Name: flowCookie, Value: base64.RawURLEncoding.EncodeToString([]byte(`{"State":"x"}`))}})
		q.Set("state", "x")
	})
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p.set(func() { p.key = other })
	f("key", 502, nil, nil)
	if strings.Contains(x.log.String(), "s3cret") {
		t.Errorf("the log tells a secret: %s", x.log.String())
	}
	if !strings.Contains(x.log.String(), "error invalid_grant") {
		t.Errorf("the log lacks why: %s", x.log.String())
	}
}

// TestProviderIsDown: Eventveil starts without it, says so, asks again after a while.
func TestProviderIsDown(t *testing.T) {
	p := newIDP(t)
	p.down = true
	x := startWith(t, p, func(o *rules.Portal) { o.Users = people().Users })
	b := x.browser()
	b.want(b.get("/login"), 200, "single sign-on")
	b.want(b.get("/login/oidc"), 502, "The provider cannot be asked")
	b.want(b.logIn("ada", "hunter22", "/"), 303, "/")
	p.set(func() { p.down = false })
	b.want(b.get("/login/oidc"), 502, "The provider cannot be asked")
	x.clock.add(retryDiscovery)
	b.want(b.get("/login/oidc"), 303, "/authorize")
	if p.asked != 2 {
		t.Errorf("the provider was asked %d times", p.asked)
	}
}

// TestOIDCSessionsFollowTheConfiguration: they end with the provider, and are nobody
// else's.
func TestOIDCSessionsFollowTheConfiguration(t *testing.T) {
	p := newIDP(t)
	x := startWith(t, p, nil)
	b := x.browser()
	b.want(b.get(b.toProvider("/")), 303, "/")
	f := func(change func(*rules.Portal), status int) {
		t.Helper()
		c := rules.Portal{URL: x.url, Session: time.Hour, OIDC: p.config(), Users: people().Users}
		change(&c)
		if err := x.guard.Set(c); err != nil {
			t.Fatal(err)
		}
		b.want(b.get("/"), status, "")
	}
	f(func(*rules.Portal) {}, 200)
	f(func(c *rules.Portal) { c.OIDC.Roles = map[string]rules.Role{"x": rules.Viewer} }, 200)
	b.want(b.get("/login/oidc"), 303, "/authorize")
	if p.asked != 1 {
		t.Errorf("after a reload the provider was asked again")
	}
	f(func(c *rules.Portal) { c.OIDC = nil }, 303)
	f(func(c *rules.Portal) { c.OIDC.ClientID = "other" }, 303)
	f(func(c *rules.Portal) { c.Users[0].Name = "lin@example.com" }, 303)
	f(func(*rules.Portal) {}, 200)
}

// TestClientAuthentication: the secret is shown as the provider wants it; a public
// client has none.
func TestClientAuthentication(t *testing.T) {
	f := func(secret string, methods ...string) {
		t.Helper()
		p := newIDP(t)
		p.secret, p.methods = secret, methods
		x := startWith(t, p, func(c *rules.Portal) { c.OIDC.ClientSecret = rules.Secret(secret) })
		b := x.browser()
		b.want(b.get(b.toProvider("/")), 303, "/")
		b.want(b.get("/"), 200, "lin@example.com")
	}
	f(clientSecret)
	f(clientSecret, "client_secret_post", "private_key_jwt")
	f("", "none")
}
