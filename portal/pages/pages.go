// Package pages is the portal that people look at: pages rendered on the server, which
// need no script, and forms that decide. It promises that nothing of a page is executed
// that is not a file of this package (no inline script, no inline style), that texts
// chosen by whoever sends events are shown as text, with what cannot be seen written
// out, and that a decision which is confirmed to have been made is in force.
//
// It asks the store for everything it shows and keeps nothing. Who may look and who may
// decide is the business of whoever gives Options.Require.
package pages

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

// Options are what the pages are made of. All are needed unless it says otherwise.
type Options struct {
	Store  inventory.Store
	Desk   *inventory.Desk
	Policy func() *rules.Policy // in force now, with what people decided
	Health func() inventory.Health

	// Watch begins to hand out events as they pass, until the function that it returns is
	// called; the channel may be closed before. nil where no events pass.
	Watch func() (<-chan inventory.LiveEvent, func())

	// Require lets a handler serve those who have a role, and turns others away.
	Require func(rules.Role, http.Handler) http.Handler
	// User is who asks.
	User func(context.Context) (name string, role rules.Role)
	// FormToken is the hidden field "token" of every form.
	FormToken func(context.Context) string
	// CanLogOut tells whether POST /logout has a meaning for who asks.
	CanLogOut func(context.Context) bool

	Version string
	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger     // nil: slog.Default()
}

// site is the pages at work.
type site struct {
	Options
	screens screens
	lives   chan struct{}                 // a place for each that watches
	engines atomic.Pointer[engine.Engine] // of the policy that was asked last
}

// New makes the pages: a handler for everything below "/" that is not the API's or the
// login's.
func New(o Options) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &site{Options: o, lives: make(chan struct{}, maxLives)}
	s.screens = parseScreens(s)

	mux := http.NewServeMux()
	for pattern, h := range map[string]handler{
		"GET /{$}":             s.overview,
		"GET /inbox":           s.inbox,
		"GET /inventory":       s.inventory,
		"GET /datapoints/{id}": s.datapoint,
		"GET /sources":         s.sources,
		"GET /destinations":    s.destinations,
		"GET /deliveries":      s.deliveries,
		"GET /rules":           s.rules,
		"POST /rules":          s.try,
		"GET /activity":        s.activity,
		"GET /live":            s.live,
		"GET /live/events":     s.liveEvents,
		"/":                    s.nowhere,
	} {
		mux.Handle(pattern, o.Require(rules.Viewer, s.serve(h)))
	}
	mux.Handle("POST /decide", o.Require(rules.Editor, s.serve(s.decide)))
	mux.Handle("POST /deliveries/replay", o.Require(rules.Editor, s.serve(s.replay)))
	mux.Handle("GET /deliveries/purge", o.Require(rules.Owner, s.serve(s.askPurge)))
	mux.Handle("POST /deliveries/purge", o.Require(rules.Owner, s.serve(s.purge)))
	mux.HandleFunc("GET /static/{name}", serveAsset)
	return mux
}
