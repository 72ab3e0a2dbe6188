// Package access decides who may use the portal, and as what. It promises that nothing
// behind Wrap is served to anybody who has not shown who they are, except style sheets
// and scripts; that no other site can act in the name of who is logged in; that who is
// taken out of the configuration, or gets another password or role there, loses the
// old access with the next request; and that when the store cannot be asked nobody gets in.
//
// There are four ways in: a password, an API token, an OpenID provider, and a proxy in
// front that is trusted to name its user. When the configuration has none of them
// everybody is an owner: whoever listens then must do so on loopback alone.
//
// No password, token, cookie or name that is typed in and unknown is ever logged,
// audited or shown.
package access

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

// The ways in: User.Via.
const (
	viaPassword = "password"
	viaToken    = "token"
	viaOIDC     = "oidc"
	viaHeader   = "header"
	viaLocal    = "local"
)

// User is who makes a request.
type User struct {
	Name string // of a person, or of a program's token
	Role rules.Role
	Via  string // password, token, oidc, header or local
}

// CanLogOut tells whether a user has a session that POST /logout ends.
func (u User) CanLogOut() bool { return u.Via == viaPassword || u.Via == viaOIDC }

// Options are what a Guard works with. Portal and Store are needed.
type Options struct {
	Portal rules.Portal
	Store  inventory.Store
	Log    *slog.Logger     // nil: slog.Default()
	Now    func() time.Time // nil: time.Now
}

// Guard stands before the portal.
type Guard struct {
	store    inventory.Store
	log      *slog.Logger
	now      func() time.Time
	settings atomic.Pointer[settings]
	sessions cache
	limit    limiter
	notes    noteBudget
	hashing  chan struct{} // a place for each password that is being checked
	waiting  chan struct{} // a place for each that waits for that
	random   []byte        // of this process, for what needs no other key
}

// New makes a Guard. It asks nobody: neither the store nor a provider must be there.
func New(o Options) (*Guard, error) {
	if o.Store == nil {
		return nil, errors.New("cannot guard the portal without a store")
	}
	g := &Guard{store: o.Store, log: o.Log, now: o.Now, hashing: make(chan struct{}, maxHashing), waiting: make(chan struct{}, maxWaiting),
		random: []byte(rand.Text())}
	if g.log == nil {
		g.log = slog.Default()
	}
	if g.now == nil {
		g.now = time.Now
	}
	if err := g.Set(o.Portal); err != nil {
		return nil, err
	}
	return g, nil
}

// Set puts another configuration in force, for the next request on. An error changes
// nothing.
func (g *Guard) Set(p rules.Portal) error {
	s, err := newSettings(p, g.settings.Load())
	if err != nil {
		return err
	}
	g.settings.Store(s)
	return nil
}

type contextKey struct{}

// caller is what the context of a wrapped request holds.
type caller struct {
	User
	token string
}

// From is the user of a wrapped request; without a role when there is none.
func From(ctx context.Context) User { return callerOf(ctx).User }

// Token is what forms of this request's user have in a hidden field named "token". It
// is "" for programs, which fill in no forms.
func Token(ctx context.Context) string { return callerOf(ctx).token }

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(contextKey{}).(caller)
	return c
}

// newSecret is 256 random bits as text that fits into cookies and URLs.
func newSecret() string {
	var b [32]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// isSecret tells whether a text has the form of newSecret's.
func isSecret(s string) bool {
	if len(s) != base64.RawURLEncoding.EncodedLen(32) {
		return false
	}
	_, err := base64.RawURLEncoding.DecodeString(s)
	return err == nil
}
