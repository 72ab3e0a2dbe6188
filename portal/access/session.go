package access

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

const sessionCookie = "eventveil"

// sessionKey is what the store knows a session by: with a copy of the store nobody can
// take a session over.
func sessionKey(cookie string) string {
	sum := sha256.Sum256([]byte(cookie))
	return hex.EncodeToString(sum[:])
}

// begin starts a session and notes it in the audit. No session is begun that is not
// noted.
func (g *Guard) begin(w http.ResponseWriter, r *http.Request, s *settings, u User, mark string) error {
	ctx := r.Context()
	cookie := newSecret()
	key := sessionKey(cookie)
	// The token says how the session began, as it lasts no longer than that way in.
	session := inventory.Session{User: u.Name, Role: u.Role.String(), Token: strings.Join([]string{u.Via, mark, newSecret()}, "."),
		Expires: g.now().Add(s.Session)}
	if err := g.store.PutSession(ctx, key, session); err != nil {
		return err
	}
	if err := g.note(ctx, u.Name, "login", u.Via); err != nil {
		if err := g.store.DropSession(context.WithoutCancel(ctx), key); err != nil {
			g.log.Warn("a session that was not noted is left in the store until it expires", "user", u.Name, "error", err)
		}
		return err
	}
	if err := g.end(r, s); err != nil {
		g.log.Warn("the session before this one is left in the store until it expires", "error", err)
	}
	c := s.cookie(sessionCookie, cookie)
	c.MaxAge = int(s.Session / time.Second)
	http.SetCookie(w, c)
	g.log.Info("login", "user", u.Name, "via", u.Via)
	return nil
}

// end drops the session that a request has, when there is one.
func (g *Guard) end(r *http.Request, s *settings) error {
	cookie, ok := s.sessionCookie(r)
	if !ok {
		return nil
	}
	key := sessionKey(cookie)
	defer g.sessions.drop(key)
	return g.store.DropSession(r.Context(), key)
}

func (s *settings) sessionCookie(r *http.Request) (string, bool) {
	c, err := r.Cookie(s.cookieName(sessionCookie))
	if err != nil || !isSecret(c.Value) {
		return "", false
	}
	return c.Value, true
}

// session finds who is logged in. The configuration is asked every time: it has the
// last word on who there is.
func (g *Guard) session(r *http.Request, s *settings) (caller, error) {
	cookie, ok := s.sessionCookie(r)
	if !ok {
		return caller{}, nil
	}
	now := g.now()
	found, err := g.sessions.get(r.Context(), now, sessionKey(cookie), g.store)
	if err != nil || found == nil || !now.Before(found.Expires) {
		return caller{}, err
	}
	via, rest, _ := strings.Cut(found.Token, ".")
	mark, _, _ := strings.Cut(rest, ".")
	u := User{Name: found.User, Via: via}
	switch via {
	case viaPassword:
		if known := s.user(found.User); known != nil && known.mark == mark {
			u.Role = known.role
		}
	case viaOIDC:
		if s.provider != nil && s.provider.mark == mark && s.user(found.User) == nil {
			u.Role = rules.ParseRole(found.Role)
		}
	}
	if u.Role == 0 {
		return caller{}, nil
	}
	return caller{u, found.Token}, nil
}

// A session is taken from memory for a moment, so that a page with its requests asks the
// store once. Who logs out in another process stays logged in here as long.
const (
	cached    = 2 * time.Second
	maxCached = 1000
)

// cache remembers sessions. The zero value is ready.
type cache struct {
	mu       sync.Mutex
	sessions map[string]cachedSession
	drops    int // so that what was read before a drop is not kept after it
}

type cachedSession struct {
	*inventory.Session
	until time.Time
}

// get is a session from memory or the store; nil when there is none.
func (c *cache) get(ctx context.Context, now time.Time, key string, store inventory.Store) (*inventory.Session, error) {
	c.mu.Lock()
	known, ok := c.sessions[key]
	drops := c.drops
	c.mu.Unlock()
	if ok && now.Before(known.until) {
		return known.Session, nil
	}
	found, err := store.Session(ctx, key)
	if err != nil || found == nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if drops == c.drops {
		if c.sessions == nil || len(c.sessions) >= maxCached {
			c.sessions = map[string]cachedSession{}
		}
		c.sessions[key] = cachedSession{found, now.Add(cached)}
	}
	return found, nil
}

func (c *cache) drop(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	delete(c.sessions, key)
}
