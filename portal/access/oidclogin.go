package access

import (
	"fmt"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// oidcRefusal is a login that did not come to its end.
func oidcRefusal(status int, title, detail string) *refusal {
	return &refusal{status: status, code: "provider", title: title, detail: detail, link: "/login", onward: toLogin}
}

var (
	unreachable = oidcRefusal(http.StatusBadGateway, "The provider cannot be asked",
		"The log of Eventveil says why. Check portal.oidc.issuer in the configuration, and try again in a moment.")
	notGood = oidcRefusal(http.StatusBadGateway, "The provider's answer cannot be used", "The log of Eventveil says why.")
	notNow  = oidcRefusal(http.StatusBadRequest, "This login has come to nothing",
		"It took longer than ten minutes, was begun in another window, or had ended already. Begin again.")
	refusedThere = oidcRefusal(http.StatusForbidden, "The provider did not log you in", "Nothing was changed here.")
)

// askable is the provider that a request is about; nil for none, when the request has
// been answered.
func (g *Guard) askable(w http.ResponseWriter, r *http.Request, s *settings) *provider {
	switch {
	case s.provider == nil:
		http.Redirect(w, r, "/login", http.StatusSeeOther)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		g.refuse(w, r, notGET)
	default:
		return s.provider
	}
	return nil
}

// oidcBegin sends somebody to the provider.
func (g *Guard) oidcBegin(w http.ResponseWriter, r *http.Request, s *settings) {
	p := g.askable(w, r, s)
	if p == nil {
		return
	}
	is, err := p.found.get(withClient(r.Context()), g.now())
	if err != nil {
		g.log.Warn("the OpenID provider cannot be asked what it is", "issuer", p.Issuer, "error", err)
		g.refuse(w, r, unreachable)
		return
	}
	f := newFlow(LocalPath(r.URL.Query().Get("next")), g.now())
	sealed, err := g.seal(p, f)
	if err != nil {
		g.log.Error("a login cannot be encrypted", "error", err)
		g.refuse(w, r, notGood)
		return
	}
	c := s.cookie(flowCookie, sealed)
	c.MaxAge = int(flowTime / time.Second)
	http.SetCookie(w, c)
	http.Redirect(w, r, p.oauth(is).AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), http.StatusSeeOther)
}

// oidcEnd takes somebody back from the provider.
func (g *Guard) oidcEnd(w http.ResponseWriter, r *http.Request, s *settings) {
	p := g.askable(w, r, s)
	if p == nil {
		return
	}
	q := r.URL.Query()
	f, err := g.unseal(r, s)
	if err != nil || !equal(q.Get("state"), f.State) {
		g.refuse(w, r, notNow)
		return
	}
	s.forget(w, flowCookie) // a flow ends once
	ctx := withClient(r.Context())
	if q.Has("error") {
		g.log.Info("the OpenID provider did not log somebody in", "issuer", p.Issuer, "code", errorCode(q.Get("error")))
		g.refuse(w, r, refusedThere)
		return
	}
	if q.Has("iss") && q.Get("iss") != p.Issuer { // RFC 9207: an answer of another provider
		g.refuse(w, r, notNow)
		return
	}
	is, err := p.found.get(ctx, g.now())
	if err != nil {
		g.log.Warn("the OpenID provider cannot be asked what it is", "issuer", p.Issuer, "error", err)
		g.refuse(w, r, unreachable)
		return
	}
	c, err := p.claims(ctx, is, q.Get("code"), f)
	if err != nil {
		g.log.Warn("a login at the OpenID provider failed", "issuer", p.Issuer, "error", err)
		g.refuse(w, r, notGood)
		return
	}
	g.admit(w, r, s, c, f.Next)
}

// admit begins a session for whom the provider has named, or says why there is none.
func (g *Guard) admit(w http.ResponseWriter, r *http.Request, s *settings, c claims, next string) {
	p := s.provider
	from := peer(r).String()
	u := User{p.name(c), p.role(c), viaOIDC}
	switch {
	case u.Name == "":
		g.failed(r.Context(), nobody, viaOIDC, "no name", from)
		g.refuse(w, r, oidcRefusal(http.StatusForbidden, "You have no name here", fmt.Sprintf(
			"The claim %q of the provider names the user, and yours is missing, not verified or not a name of at most 200 bytes.", p.Name)))
		return
	case s.user(u.Name) != nil:
		g.failed(r.Context(), nobody, viaOIDC, "name of a user with a password", from)
		g.refuse(w, r, oidcRefusal(http.StatusForbidden, "Your name is taken",
			"The configuration has a user of this name with a password, and the audit could not tell you from each other. Log in with the password, or have that user renamed."))
		return
	case u.Role == 0:
		g.failed(r.Context(), u.Name, viaOIDC, "no role", from)
		g.refuse(w, r, oidcRefusal(http.StatusForbidden, "You have no role here", fmt.Sprintf(
			"The claim %q of the provider gives roles, and no value of yours is one of portal.oidc.roles in the configuration.", p.Claim)))
		return
	}
	if err := g.begin(w, r, s, u, p.mark); err != nil {
		g.log.Warn("a session cannot be begun", "via", viaOIDC, "error", err)
		g.refuse(w, r, noStore)
		return
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}
