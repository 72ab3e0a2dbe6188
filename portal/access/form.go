package access

import (
	"crypto/subtle"
	"mime"
	"net/http"
	"strings"
)

// maxForm bounds a form in bytes; one that decides on all of a page has about 50 KB.
const maxForm = 1 << 20

// cookieName is what a cookie is called: browsers take one whose name begins with
// "__Host-" only from this host, over TLS.
func (s *settings) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

// cookie is one that no script sees. Lax, so that who follows a link from a mail is
// still logged in; what changes something is protected by token and origin.
func (s *settings) cookie(name, value string) *http.Cookie {
	return &http.Cookie{Name: s.cookieName(name), Value: value, Path: "/", HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode}
}

// forget tells the browser to drop a cookie.
func (s *settings) forget(w http.ResponseWriter, name string) {
	c := s.cookie(name, "")
	c.MaxAge = -1
	http.SetCookie(w, c)
}

const formCookie = "eventveil-form"

// formToken is the token of forms for who has no session: a cookie's value, that other
// sites can neither read nor set. It is made when a page is asked for.
func formToken(w http.ResponseWriter, r *http.Request, s *settings) string {
	if c, err := r.Cookie(s.cookieName(formCookie)); err == nil && isSecret(c.Value) {
		return c.Value
	}
	if !safe(r) || forPrograms(r) {
		return ""
	}
	token := newSecret()
	http.SetCookie(w, s.cookie(formCookie, token))
	return token
}

// intended tells whether a browser's request that changes something was meant by its
// user: it has the token of our forms, or is one for programs that other sites cannot
// send. Otherwise it says why not.
func intended(w http.ResponseWriter, r *http.Request, token string) *refusal {
	if safe(r) {
		return nil
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if forPrograms(r) {
		nothing := r.ContentLength == 0 && r.Header.Get("Content-Type") == ""
		if nothing || err == nil && (media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")) {
			return nil
		}
		return notJSON
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if media == "multipart/form-data" {
		err = r.ParseMultipartForm(maxForm)
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		return unreadable
	}
	if token == "" || subtle.ConstantTimeCompare([]byte(r.PostFormValue("token")), []byte(token)) != 1 {
		return outdated
	}
	return nil
}
