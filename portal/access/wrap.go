package access

import (
	"context"
	"net/http"
	"path"
	"strings"

	"github.com/eventveil/eventveil/rules"
)

// policy is the Content-Security-Policy of everything: nothing from elsewhere, nothing
// inline, in no frame.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Wrap lets requests through to next from those who have shown who they are, and
// answers /login, /logout and what is below them itself.
func (g *Guard) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := g.settings.Load()
		static := isStatic(r)
		protect(w.Header(), static)
		if !s.serves(r) {
			g.refuse(w, r, misdirected)
			return
		}
		if static {
			next.ServeHTTP(w, r)
			return
		}
		bearer := s.guarded && forPrograms(r) && isBearer(r)
		if !safe(r) && !bearer && s.origins.Check(r) != nil {
			g.refuse(w, r, foreign)
			return
		}
		if h := g.own(r.URL.Path); h != nil {
			h(w, r, s)
			return
		}
		var c caller
		var err error
		if bearer {
			c.User = s.bearer(r)
		} else {
			c, err = g.identify(w, r, s)
		}
		switch {
		case err != nil:
			g.log.Warn("the portal cannot ask the store who is logged in", "error", err)
			g.refuse(w, r, noStore)
			return
		case c.Role == 0:
			g.unknown(w, r, s, bearer)
			return
		case !bearer:
			if no := intended(w, r, c.token); no != nil {
				g.refuse(w, r, no)
				return
			}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), contextKey{}, c)))
	})
}

// Require lets those through to next who have a role, or one that may do more. It is
// for requests that Wrap has let through.
func (g *Guard) Require(role rules.Role, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if u := From(r.Context()); u.Role < role {
			g.refuse(w, r, lacking(u, role))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// protect sets what browsers must know of every answer.
func protect(h http.Header, static bool) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if !static {
		h.Set("Cache-Control", "no-store")
	}
}

// isStatic tells whether a request is for a style sheet or script, which are the same
// for everybody. A path that is not clean could be taken for another one behind.
func isStatic(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/static/") && path.Clean(r.URL.Path) == r.URL.Path && safe(r)
}

// forPrograms tells whether a path is for programs: tokens are accepted there, and
// answers are problems in JSON.
func forPrograms(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, "/-/")
}

// safe tells whether a request changes nothing.
func safe(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
}

// own is the handler of one of the Guard's own paths; nil for others.
func (g *Guard) own(p string) func(http.ResponseWriter, *http.Request, *settings) {
	switch p {
	case "/login":
		return g.login
	case "/logout":
		return g.logout
	case oidcPath:
		return g.oidcBegin
	case oidcPath + "/callback":
		return g.oidcEnd
	}
	return nil
}

// unknown answers who has not shown who they are.
func (g *Guard) unknown(w http.ResponseWriter, r *http.Request, s *settings, bearer bool) {
	switch {
	case bearer:
		g.refuse(w, r, badToken)
	case forPrograms(r):
		g.refuse(w, r, needToken)
	case s.interactive() && safe(r):
		http.Redirect(w, r, loginURL(r.URL.RequestURI()), http.StatusSeeOther)
	case s.interactive():
		http.Redirect(w, r, "/login", http.StatusSeeOther)
	case s.Header != nil:
		g.refuse(w, r, noHeader(s))
	default:
		g.refuse(w, r, noPeople)
	}
}

// interactive tells whether people can log in here.
func (s *settings) interactive() bool { return len(s.users) > 0 || s.provider != nil }
