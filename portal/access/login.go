package access

import (
	"net/http"
	"net/url"
)

// maxLogin bounds the login form in bytes.
const maxLogin = 16 << 10

// loginPage is what the page shows.
type loginPage struct {
	Problem  string
	Password bool   // there are users with one
	Provider string // address that begins at the provider; "" for none
	Token    string
	Next     string
}

func (g *Guard) login(w http.ResponseWriter, r *http.Request, s *settings) {
	switch {
	case !s.interactive():
		http.Redirect(w, r, "/", http.StatusSeeOther)
	case r.Method == http.MethodPost && len(s.users) > 0:
		g.loginWith(w, r, s)
	case !safe(r):
		w.Header().Set("Allow", "GET, HEAD")
		g.refuse(w, r, notGET)
	default:
		next := LocalPath(r.URL.Query().Get("next"))
		who, err := g.identify(w, r, s)
		if err != nil {
			g.log.Warn("the portal cannot ask the store who is logged in", "error", err)
		}
		if who.Role != 0 {
			http.Redirect(w, r, next, http.StatusSeeOther)
			return
		}
		g.loginForm(w, r, s, http.StatusOK, "", next)
	}
}

// loginForm answers with the form.
func (g *Guard) loginForm(w http.ResponseWriter, r *http.Request, s *settings, status int, problem, next string) {
	p := loginPage{Problem: problem, Password: len(s.users) > 0, Token: formToken(w, r, s), Next: next}
	if s.provider != nil {
		p.Provider = oidcPath + "?next=" + url.QueryEscape(next)
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="eventveil"`)
	}
	g.page(w, status, "login.html", p)
}

// loginWith takes a name and a password.
func (g *Guard) loginWith(w http.ResponseWriter, r *http.Request, s *settings) {
	r.Body = http.MaxBytesReader(w, r.Body, maxLogin)
	switch no := intended(w, r, formToken(w, r, s)); no {
	case nil:
	case outdated:
		g.refuse(w, r, outdatedLogin)
		return
	default:
		g.refuse(w, r, no)
		return
	}
	name, password, next := r.PostForm.Get("name"), r.PostForm.Get("password"), LocalPath(r.PostForm.Get("next"))
	if name == "" || password == "" || len(password) > MaxPassword {
		g.loginForm(w, r, s, http.StatusBadRequest, "Give a name and a password.", next)
		return
	}
	from := peer(r)
	nameKey, addressKey := byName(name), byAddress(from)
	if wait := g.limit.begin(g.now(), nameKey, addressKey); wait > 0 {
		g.refuse(w, r, tooMany(wait))
		return
	}
	u, err := g.check(r.Context(), s, name, password)
	if err != nil {
		g.limit.cancel(nameKey, addressKey)
		g.refuse(w, r, busy)
		return
	}
	if u == nil {
		actor := nobody
		if s.user(name) != nil {
			actor = name
		}
		g.failed(r.Context(), actor, viaPassword, "name or password", from.String())
		g.loginForm(w, r, s, http.StatusUnauthorized, "The name or the password is wrong.", next)
		return
	}
	g.limit.succeed(nameKey, addressKey)
	if err := g.begin(w, r, s, User{u.name, u.role, viaPassword}, u.mark); err != nil {
		g.log.Warn("a session cannot be begun", "user", u.name, "error", err)
		g.refuse(w, r, noStore)
		return
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}

// logout ends a session. Who is logged in elsewhere, at a proxy, stays so.
func (g *Guard) logout(w http.ResponseWriter, r *http.Request, s *settings) {
	if r.Method != http.MethodPost {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	c, err := g.identify(w, r, s)
	switch {
	case err != nil:
		g.log.Warn("the portal cannot ask the store who is logged in", "error", err)
		g.refuse(w, r, noStore)
		return
	case !c.CanLogOut():
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	if no := intended(w, r, c.token); no != nil {
		g.refuse(w, r, no)
		return
	}
	s.forget(w, sessionCookie)
	if err := g.end(r, s); err != nil {
		g.log.Warn("a session cannot be ended", "user", c.Name, "error", err)
		g.refuse(w, r, &refusal{status: noStore.status, code: noStore.code, title: noStore.title, retry: noStore.retry,
			detail: "This browser has forgotten the session, but it could not be ended: whoever has copied its cookie can use it until it expires."})
		return
	}
	if err := g.note(r.Context(), c.Name, "logout", c.Via); err != nil {
		g.log.Warn("a logout cannot be noted in the audit", "user", c.Name, "error", err)
	}
	g.log.Info("logout", "user", c.Name, "via", c.Via)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}
