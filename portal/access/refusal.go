package access

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"github.com/eventveil/eventveil/rules"
)

// refusal is why somebody is not served, for whoever asked.
type refusal struct {
	status int
	code   string // stays the same: the end of a problem's type
	title  string
	detail string
	link   string        // where to go on; "" for nowhere
	onward string        // what stands on the link
	retry  time.Duration // after which it may go better; 0 when that is not known
}

const toLogin = "Log in"

var (
	misdirected = &refusal{status: http.StatusMisdirectedRequest, code: "host", title: "The portal is not served under this name",
		detail: "Ask for it as localhost or by its address, or add the name to portal.url or portal.hosts in the configuration."}
	foreign = &refusal{status: http.StatusForbidden, code: "origin", title: "This came from another site",
		detail: "Only pages of the portal itself may change something. When a proxy in front changes the Host header, set portal.url in the configuration."}
	outdated = &refusal{status: http.StatusForbidden, code: "form-token", title: "This page is out of date",
		detail: "Nothing was changed. Load the page again and repeat what you did; the portal needs cookies to be allowed.", link: "/", onward: "To the portal"}
	outdatedLogin = &refusal{status: http.StatusForbidden, code: "form-token", title: "This page is out of date",
		detail: "Load the login page again; the portal needs cookies to be allowed.", link: "/login", onward: toLogin}
	unreadable = &refusal{status: http.StatusBadRequest, code: "form", title: "This form cannot be read",
		detail: "Nothing was changed. A form has at most 1 MiB, as the pages of the portal make it.", link: "/", onward: "To the portal"}
	notJSON = &refusal{status: http.StatusUnsupportedMediaType, code: "content-type", title: "This is not JSON",
		detail: "Send a body with Content-Type: application/json."}
	badToken = &refusal{status: http.StatusUnauthorized, code: "token", title: "Unknown token",
		detail: "The configuration has no token with this secret under portal.tokens."}
	needToken = &refusal{status: http.StatusUnauthorized, code: "token", title: "Log in first",
		detail: "Send a token of the configuration's portal.tokens as \"Authorization: Bearer SECRET\", or log in."}
	noPeople = &refusal{status: http.StatusUnauthorized, code: "login", title: "Nobody can log in here",
		detail: "The configuration has tokens for programs only. Add portal.users, portal.oidc or portal.header to it."}
	noStore = &refusal{status: http.StatusServiceUnavailable, code: "store", title: "The store cannot be used",
		detail: "Who is logged in cannot be looked up now. Traffic is not affected: events are filtered and forwarded by the decisions known so far.", retry: 5 * time.Second}
	busy = &refusal{status: http.StatusServiceUnavailable, code: "busy", title: "Too many are logging in",
		detail: "Try again in a moment.", link: "/login", onward: toLogin, retry: 2 * time.Second}
	notGET = &refusal{status: http.StatusMethodNotAllowed, code: "method", title: "This address is asked for with GET", detail: "Nothing was changed."}
)

// noHeader says what the proxy in front did not say.
func noHeader(s *settings) *refusal {
	detail := "The proxy in front must name its user in the header " + s.Header.User
	if s.Header.Role != "" {
		detail += " and a role of the portal in the header " + s.Header.Role
	}
	return &refusal{status: http.StatusUnauthorized, code: "header", title: "Nobody is logged in",
		detail: detail + ", and its address must be one of portal.header.from. It has not."}
}

// lacking says which role a user has and which is needed.
func lacking(u User, role rules.Role) *refusal {
	is := "You have no role."
	if u.Role != 0 {
		is = fmt.Sprintf("You are %s.", withArticle(u.Role))
	}
	return &refusal{status: http.StatusForbidden, code: "role", title: "Your role does not allow this",
		detail: fmt.Sprintf("%s This needs %s.", is, withArticle(role)), link: "/", onward: "To the portal"}
}

func withArticle(r rules.Role) string {
	if r == rules.Viewer {
		return "a " + r.String()
	}
	return "an " + r.String()
}

// tooMany says how long to wait before the next attempt.
func tooMany(wait time.Duration) *refusal {
	return &refusal{status: http.StatusTooManyRequests, code: "attempts", title: "Too many wrong attempts",
		detail: fmt.Sprintf("Wait %d s and try again.", seconds(wait)), link: "/login", onward: toLogin, retry: wait}
}

// seconds rounds up.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

//go:embed templates/*.html
var templateFiles embed.FS

var templates = template.Must(template.ParseFS(templateFiles, "templates/*.html"))

// refuse answers with a refusal: a problem of RFC 9457 for programs, else a page.
func (g *Guard) refuse(w http.ResponseWriter, r *http.Request, no *refusal) {
	h := w.Header()
	if no.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(seconds(no.retry)))
	}
	if no.status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="eventveil"`)
	}
	if forPrograms(r) {
		h.Set("Content-Type", "application/problem+json")
		w.WriteHeader(no.status)
		_ = json.NewEncoder(w).Encode(map[string]any{"type": "urn:eventveil:problem:" + no.code, "title": http.StatusText(no.status),
			"status": no.status, "detail": no.detail}) // who asked may have gone
		return
	}
	g.page(w, no.status, "refusal.html", map[string]any{"Title": no.title, "Detail": no.detail, "Link": no.link, "Onward": no.onward})
}

// page answers with a page, all of it or none.
func (g *Guard) page(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		g.log.Error("a page cannot be rendered", "page", name, "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // who asked may have gone
}
