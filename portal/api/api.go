// Package api serves /api/v1/: all that the portal knows and lets people decide, for
// programs. Every answer is JSON unless its route says otherwise, every refusal a
// problem of RFC 9457, and /api/v1/openapi.json describes both; it is made from the
// types that are sent, so it cannot say something else.
//
// No answer holds a value of an event or a secret of the configuration. Names of
// fields are chosen by whoever sends events: they are encoded for JSON, and for
// spreadsheets in such a way that none is taken for a formula.
package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

// Options are what the API is served from. All are needed.
type Options struct {
	Store  inventory.Store
	Desk   *inventory.Desk
	Policy func() *rules.Policy    // in force, with the decisions of people
	Health func() inventory.Health // of recording in this process

	// Require lets only those through who have a role, and answers the others.
	Require func(rules.Role, http.Handler) http.Handler
	User    func(context.Context) string // who asks, by the name that the audit gets
	Version string                       // of the program
}

type api struct {
	Options
	document []byte // OpenAPI
	state    atomic.Pointer[state]
}

// state is what is prepared from a policy.
type state struct {
	*rules.Policy
	engine func() *engine.Engine // made when something is to be explained
}

// New is the handler of everything below /api/v1/.
func New(o Options) http.Handler {
	a := &api{Options: o}
	a.document = describe(routes, o.Version)
	mux := http.NewServeMux()
	allowed := map[string][]string{}
	for _, r := range routes {
		mux.Handle(r.method+" "+prefix+r.path, o.Require(r.role, a.handler(r)))
		allowed[r.path] = append(allowed[r.path], r.method)
	}
	for path, methods := range allowed {
		mux.Handle(prefix+path, a.refuse(otherMethod(methods)))
	}
	mux.Handle(prefix+"/", a.refuse(&problem{Status: http.StatusNotFound, Code: "not-found", Detail: "there is nothing at this address; GET /api/v1/openapi.json lists what there is"}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		mux.ServeHTTP(w, r)
	})
}

const prefix = "/api/v1"

// handler answers a route, and tells its errors as problems.
func (a *api) handler(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := rt.serve(a, w, r); err != nil && r.Context().Err() == nil {
			toProblem(err).write(w)
		}
	})
}

func (a *api) refuse(p *problem) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { p.write(w) })
}

func otherMethod(methods []string) *problem {
	allow := slices.Clone(methods)
	if slices.Contains(allow, http.MethodGet) {
		allow = append(allow, http.MethodHead)
	}
	slices.Sort(allow)
	list := strings.Join(allow, ", ")
	return &problem{Status: http.StatusMethodNotAllowed, Code: "method", Detail: "this address answers " + list, allow: list}
}

// policy is the one in force, prepared.
func (a *api) policy() *state {
	p := a.Policy()
	if s := a.state.Load(); s != nil && s.Policy == p {
		return s
	}
	s := &state{p, sync.OnceValue(func() *engine.Engine { return engine.New(p) })}
	a.state.Store(s)
	return s
}

// stamp is a time as answers have it; nil for none.
func stamp(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// some is a list that is written as [] when it is empty.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
