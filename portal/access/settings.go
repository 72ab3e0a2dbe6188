package access

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/eventveil/eventveil/rules"
)

// settings are a configuration made ready. They do not change.
type settings struct {
	rules.Portal
	guarded  bool
	secure   bool // cookies travel encrypted only
	hosts    map[string]bool
	origins  *http.CrossOriginProtection
	users    []user
	tokens   []token
	provider *provider // nil for none
}

// user is one with a password.
type user struct {
	name string
	role rules.Role
	hash rules.PasswordHash
	mark string // changes when the password does
}

// token lets a program in.
type token struct {
	name string
	role rules.Role
	sum  [sha256.Size]byte
}

// newSettings makes a configuration ready. before are the settings until now, or nil.
func newSettings(p rules.Portal, before *settings) (*settings, error) {
	s := &settings{Portal: p, guarded: p.Guarded(), hosts: map[string]bool{}, origins: http.NewCrossOriginProtection()}
	if p.URL != "" {
		u, err := url.Parse(p.URL)
		if err != nil {
			return nil, fmt.Errorf("cannot use portal.url: %w", err)
		}
		s.secure = u.Scheme == "https"
		s.hosts[strings.ToLower(u.Hostname())] = true
		// A proxy in front may ask for another host than the browser did.
		if err := s.origins.AddTrustedOrigin(p.URL); err != nil {
			return nil, fmt.Errorf("cannot use portal.url: %w", err)
		}
	}
	for _, h := range p.Hosts {
		s.hosts[hostname(h)] = true
	}
	for _, u := range p.Users {
		hash, err := rules.ParsePasswordHash(string(u.Hash))
		if err != nil {
			return nil, fmt.Errorf("cannot use password_hash of user %s: %w", u.Name, err)
		}
		s.users = append(s.users, user{u.Name, u.Role, hash, mark(viaPassword, u.Name, string(u.Hash))})
	}
	for _, t := range p.Tokens {
		s.tokens = append(s.tokens, token{t.Name, t.Role, sha256.Sum256(t.Secret)})
	}
	if p.OIDC != nil {
		s.provider = newProvider(p.OIDC, p.URL)
		if before != nil && before.provider != nil && before.provider.Issuer == p.OIDC.Issuer {
			s.provider.found = before.provider.found // what was learned stays true
		}
	}
	return s, nil
}

// mark tells one way in from another: a session belongs to the one that it began with.
func mark(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// user finds a user by name; nil when there is none.
func (s *settings) user(name string) *user {
	i := slices.IndexFunc(s.users, func(u user) bool { return u.name == name })
	if i < 0 {
		return nil
	}
	return &s.users[i]
}

// serves tells whether requests for a host are answered. A web page can make a name of
// its own point here and then is of the same origin, so names must be known; addresses
// must be the listener's.
func (s *settings) serves(r *http.Request) bool {
	host := hostname(r.Host)
	if host == "localhost" || s.hosts[host] {
		return true
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	if addr.Unmap().IsLoopback() {
		return true
	}
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if local == nil {
		return false
	}
	at, err := netip.ParseAddrPort(local.String())
	return err == nil && at.Addr().Unmap().WithZone("") == addr.Unmap().WithZone("")
}

// hostname is a Host header without port and brackets, in lower case.
func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
}

// peer is the address that a request comes from.
func peer(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}
