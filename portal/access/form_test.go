package access

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/rules"
)

const (
	formType  = "Content-Type: application/x-www-form-urlencoded"
	crossSite = "Sec-Fetch-Site: cross-site"
	sameSite  = "Sec-Fetch-Site: same-origin"
)

// TestForgedRequests: what another site could make a browser send changes nothing,
// whoever is logged in there, and however.
func TestForgedRequests(t *testing.T) {
	sessions, local := start(t, people()), start(t, rules.Portal{URL: "https://portal.example.com"})
	proxied := start(t, rules.Portal{Header: &rules.TrustedUser{User: "X-User", Default: rules.Owner, From: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}})
	for _, x := range []*portal{sessions, local, proxied} {
		b := x.browser()
		var who []string
		switch x {
		case sessions:
			b.logIn("ada", "hunter22", "/")
		case proxied:
			who = []string{"X-User: lin"}
		}
		token := b.get("/", who...).token()
		if token == "" {
			t.Fatal("no token")
		}
		form := url.Values{"token": {token}, "x": {"1"}}.Encode()
		multipart := "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n" + token + "\r\n--b--\r\n"
		f := func(method, path, body string, status int, headers ...string) {
			t.Helper()
			a := b.do(method, path, body, append(headers, who...)...)
			if a.StatusCode != status {
				t.Errorf("%s %s %q %q: %d, want %d: %s", method, path, headers, body, a.StatusCode, status, a.body)
			}
		}
		own := "Origin: " + x.url
		f("POST", "/do", form, 200, formType)
		f("POST", "/do", form, 200, formType, sameSite)
		f("POST", "/do", form, 200, formType, own)
		f("POST", "/do", multipart, 200, "Content-Type: multipart/form-data; boundary=b")
		f("POST", "/do", form, 403, formType, crossSite)
		f("POST", "/do", form, 403, formType, "Sec-Fetch-Site: same-site")
		f("POST", "/do", form, 403, formType, "Origin: https://evil.example.com")
		f("POST", "/do", form, 403, formType, "Origin: null")
		f("POST", "/do", "", 403, formType, sameSite)
		f("POST", "/do", "token=", 403, formType, sameSite)
		f("POST", "/do", "token=x"+token, 403, formType, sameSite)
		f("POST", "/do?token="+url.QueryEscape(token), "", 403, formType, sameSite)
		f("POST", "/do", form, 403, "Content-Type: text/plain", sameSite)
		f("POST", "/do", `{"token":"`+token+`"}`, 403, "Content-Type: application/json", sameSite)
		f("POST", "/do", "token=%zz", 400, formType)
		f("POST", "/do", "token="+token+"&x="+strings.Repeat("x", maxForm), 400, formType)
		f("DELETE", "/do", "", 403, sameSite)
		f("GET", "/do", "", 200, crossSite)

		f("PATCH", "/api/v1/viewer", `{}`, 200, "Content-Type: application/json", sameSite)
		f("POST", "/api/v1/viewer", `{}`, 200, "Content-Type: application/json; charset=utf-8")
		f("POST", "/api/v1/viewer", `{}`, 200, "Content-Type: application/merge-patch+json")
		f("DELETE", "/api/v1/viewer", "", 200, sameSite)
		f("POST", "/api/v1/viewer", `{}`, 403, "Content-Type: application/json", crossSite)
		f("DELETE", "/api/v1/viewer", "", 403, crossSite)
		f("POST", "/api/v1/viewer", form, 415, formType, sameSite)
		f("POST", "/api/v1/viewer", `{}`, 415, "Content-Type: text/plain", sameSite)
		f("POST", "/api/v1/viewer", `{}`, 415, sameSite)
		f("POST", "/api/v1/viewer", "", 415, formType, sameSite)
		if x == local { // a proxy asks for the listener's name, the browser asked for the portal's
			f("POST", "/do", form, 200, formType, crossSite, "Origin: https://portal.example.com")
		}
		f("POST", "/-/reload", "", 200, sameSite)
		f("POST", "/-/reload", "", 403, crossSite)
		// Without a cookie there is no token, and none is not the same as none.
		b.client.Jar = x.browser().client.Jar
		if x != sessions {
			f("POST", "/do", "token=", 403, formType)
		}
		f("POST", "/login", "token=&name=ada&password=hunter22", map[bool]int{true: 403, false: 303}[x == sessions], formType)
	}
	b := sessions.browser()
	b.want(b.do("POST", "/api/v1/editor", "", "Authorization: Bearer 0123456789abcdef", formType), 200, "fine")
}

// TestTokensAreForPrograms: a token opens no page, and with one cookies count nothing.
func TestTokensAreForPrograms(t *testing.T) {
	x := start(t, people())
	b := x.browser()
	const good = "Authorization: Bearer 0123456789abcdef"
	b.want(b.get("/viewer", good), 303, "/login")
	b.want(b.get("/api/v1/viewer", "Authorization: bearer 0123456789abcdef"), 200, "fine")
	b.want(b.get("/api/v1/viewer", "Authorization: Basic 0123456789abcdef"), 401, "")
	b.want(b.get("/api/v1/viewer", "Authorization: Bearer"), 401, "")
	b.want(b.get("/api/v1/viewer", "Authorization: Bearer "), 401, "")
	b.want(b.get("/api/v1/viewer", "Authorization: Bearer 0123456789abcde"), 401, "portal.tokens")
	b.want(b.get("/api/v1/x", good), 200, "GET ci editor token")
	b.logIn("ada", "hunter22", "/")
	b.want(b.get("/api/v1/owner"), 200, "fine for owner")
	b.want(b.get("/api/v1/owner", good), 403, "editor")
	b.want(b.get("/api/v1/viewer", "Authorization: Bearer wrong"), 401, "")
	if a := b.get("/api/v1/x", good); len(a.Cookies()) != 0 || a.token() != "" {
		t.Error("a program gets a cookie or a token of forms")
	}
	b.want(b.get("/"), 200, "ada")
}

func TestTrustedHeader(t *testing.T) {
	header := &rules.TrustedUser{User: "X-User", Role: "X-Role", Default: rules.Viewer,
		From: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/64")}}
	x := start(t, rules.Portal{Header: header})
	f := func(from, want string, headers ...string) {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
		r.RemoteAddr = from
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			r.Header.Add(name, value)
		}
		w := httptest.NewRecorder()
		x.handler().ServeHTTP(w, r)
		got, _, _ := strings.Cut(w.Body.String(), "\n")
		if w.Code == 401 {
			got = "401"
		}
		if got != want {
			t.Errorf("%s %q: %d %q, want %q", from, headers, w.Code, got, want)
		}
	}
	f("192.0.2.7:1234", "GET lin viewer header", "X-User: lin")
	f("192.0.2.7:1234", "GET lin owner header", "X-User: lin", "X-Role: owner")
	f("192.0.2.7:1234", "GET lin editor header", "X-User: lin", "X-Role: staff, editor,viewer")
	f("192.0.2.7:1234", "GET lin viewer header", "X-User: lin", "X-Role: staff")
	f("[2001:db8::5]:1234", "GET lin viewer header", "X-User: lin")
	f("[::ffff:192.0.2.7]:1234", "GET lin viewer header", "X-User: lin")
	f("192.0.3.7:1234", "401", "X-User: lin", "X-Role: owner")
	f("192.0.3.7:1234", "401", "X-User: lin", "X-Forwarded-For: 192.0.2.7")
	f("@", "401", "X-User: lin")
	f("192.0.2.7:1234", "401")
	f("192.0.2.7:1234", "401", "X-User: ")
	f("192.0.2.7:1234", "401", "X-User: lin", "X-User: ada")
	f("192.0.2.7:1234", "401", "X-User: lin", "X-Role: viewer", "X-Role: owner")
	f("192.0.2.7:1234", "401", "X-User: token:ci")
	f("192.0.2.7:1234", "401", "X-User: local")
	f("192.0.2.7:1234", "401", "X-User: \u202enil")
	f("192.0.2.7:1234", "401", "X-User: "+strings.Repeat("x", 201))

	none := *header
	none.Default = 0
	if err := x.guard.Set(rules.Portal{Header: &none}); err != nil {
		t.Fatal(err)
	}
	f("192.0.2.7:1234", "401", "X-User: lin", "X-Role: staff")
	f("192.0.2.7:1234", "GET lin owner header", "X-User: lin", "X-Role: owner")
	b := x.browser()
	b.want(b.get("/"), 401, "in the header X-User and a role of the portal in the header X-Role")
}

// TestHeaderBesideSessions: who comes past the proxy logs in with a password.
func TestHeaderBesideSessions(t *testing.T) {
	p := people()
	p.Header = &rules.TrustedUser{User: "X-User", Default: rules.Viewer, From: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	x := start(t, p)
	b := x.browser()
	b.want(b.get("/"), 303, "/login")
	b.logIn("ada", "hunter22", "/")
	b.want(b.get("/"), 200, "ada owner password")
	page := b.get("/", "X-User: lin")
	b.want(page, 200, "lin viewer header")
	b.want(b.do("POST", "/logout", "token="+page.token(), formType, "X-User: lin"), 303, "/")
	b.want(b.get("/"), 200, "ada owner password")
}
