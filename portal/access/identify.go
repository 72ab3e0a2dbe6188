package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eventveil/eventveil/rules"
)

const bearerPrefix = "bearer "

func isBearer(r *http.Request) bool {
	a := r.Header.Get("Authorization")
	return len(a) >= len(bearerPrefix) && strings.EqualFold(a[:len(bearerPrefix)], bearerPrefix)
}

// bearer finds whose token a request has. Each is compared, in the same time whatever
// is in it.
func (s *settings) bearer(r *http.Request) (u User) {
	sum := sha256.Sum256([]byte(strings.TrimSpace(r.Header.Get("Authorization")[len(bearerPrefix):])))
	for _, t := range s.tokens {
		if subtle.ConstantTimeCompare(sum[:], t.sum[:]) == 1 {
			u = User{t.name, t.role, viaToken}
		}
	}
	return u
}

// identify finds who makes a request of a browser, and the token of its forms. An error
// is one of the store.
func (g *Guard) identify(w http.ResponseWriter, r *http.Request, s *settings) (caller, error) {
	if !s.guarded {
		return caller{User{viaLocal, rules.Owner, viaLocal}, formToken(w, r, s)}, nil
	}
	if u := s.header(r); u.Role != 0 {
		return caller{u, formToken(w, r, s)}, nil
	}
	return g.session(r, s)
}

// header finds whom a trusted proxy names.
func (s *settings) header(r *http.Request) (u User) {
	h := s.Header
	if h == nil {
		return u
	}
	from := peer(r)
	if !slices.ContainsFunc(h.From, func(p netip.Prefix) bool { return p.Contains(from) }) {
		return u
	}
	names := r.Header.Values(h.User)
	if len(names) != 1 || !isName(names[0]) { // two: one may be the client's
		return u
	}
	role := h.Default
	if h.Role != "" {
		values := r.Header.Values(h.Role)
		if len(values) > 1 {
			return u
		}
		var best rules.Role
		for _, v := range values {
			for word := range strings.SplitSeq(v, ",") {
				best = max(best, rules.ParseRole(strings.TrimSpace(word)))
			}
		}
		if best != 0 {
			role = best
		}
	}
	return User{names[0], role, viaHeader}
}

// isName tells whether a name that comes from elsewhere can be taken for one: the audit
// shows it, and means others by some names.
func isName(s string) bool {
	return s != "" && len(s) <= 200 && utf8.ValidString(s) && strings.TrimSpace(s) == s &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) &&
		s != viaLocal && s != nobody && !strings.HasPrefix(s, "token:")
}
