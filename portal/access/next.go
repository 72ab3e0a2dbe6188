package access

import (
	"net/url"
	"strings"
)

// maxNext bounds in bytes the address that a login leads to.
const maxNext = 2048

// loginURL is the login page that leads on to next.
func loginURL(next string) string {
	if next = LocalPath(next); next == "/" {
		return "/login"
	}
	return "/login?next=" + url.QueryEscape(next)
}

// LocalPath is an address on this site: text itself when it is one, else "/". Browsers
// take "//host", "/\host" and these with tabs in them for other sites.
func LocalPath(text string) string {
	if len(text) > maxNext || !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") ||
		strings.ContainsFunc(text, func(r rune) bool { return r == '\\' || r <= ' ' || r == 0x7f }) {
		return "/"
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, "\\") {
		return "/"
	}
	if u.Path == "/logout" || u.Path == "/login" || strings.HasPrefix(u.Path, "/login/") {
		return "/"
	}
	return text
}
