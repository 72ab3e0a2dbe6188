package access

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestLocalPath(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := LocalPath(in); got != want {
			t.Errorf("LocalPath(%q) = %q, want %q", in, got, want)
		}
	}
	f("/", "/")
	f("/inbox?class=red&q=%2F%2Fx#top", "/inbox?class=red&q=%2F%2Fx#top")
	f("/a//b", "/a//b")
	f("/x?next=https://evil.example.com", "/x?next=https://evil.example.com")
	f("/loginx", "/loginx")
	for _, bad := range []string{"", "inbox", "https://evil.example.com", "//evil.example.com", "///evil.example.com", `/\evil.example.com`, `\/evil.example.com`,
		"/\t/evil.example.com", "\t//evil.example.com", "/\n/evil.example.com", " //evil.example.com", "/ /evil.example.com", "/%5cevil.example.com", "/%2f/evil.example.com", "/%2Fevil.example.com",
		"javascript:alert(1)", "/login", "/login?next=/login", "/login/oidc", "/logout", "/\x00", "/\x7f", "/%", "/" + strings.Repeat("x", maxNext)} {
		f(bad, "/")
	}
}

// FuzzLocalPath holds that what a login leads to is on this site, as browsers read it
// and after the cleaning that a redirect does.
func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/inbox?x=1", "//evil.example.com", `/\evil`, "/\t/evil", "/%2f/evil", "/..//evil.example.com", "/./\\evil", "/a/..//b", "/;@evil", "/?//", "/#//"} {
		f.Add(s)
	}
	base, err := url.Parse("https://portal.example.com/login")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := LocalPath(in)
		w := httptest.NewRecorder()
		http.Redirect(w, httptest.NewRequest(http.MethodPost, "/login", nil), got, http.StatusSeeOther)
		for _, at := range []string{got, w.Header().Get("Location")} {
			// Browsers drop tabs and line ends, and take "\" for "/".
			as := strings.ReplaceAll(strings.Map(func(r rune) rune {
				if r == '\t' || r == '\r' || r == '\n' {
					return -1
				}
				return r
			}, at), `\`, "/")
			if !strings.HasPrefix(as, "/") || strings.HasPrefix(as, "//") {
				t.Fatalf("%q leads to %q", in, at)
			}
			u, err := base.Parse(at)
			if err != nil || u.Host != base.Host || u.Scheme != base.Scheme || u.User != nil {
				t.Fatalf("%q leads to %v: %v", in, u, err)
			}
		}
	})
}
