package app

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/eventveil/eventveil/portal/access"
	"github.com/eventveil/eventveil/portal/api"
	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/portal/pages"
	"github.com/eventveil/eventveil/portal/store"
	"github.com/eventveil/eventveil/rules"
)

// portal is the control plane of an App: the store, what keeps it, and the pages.
type portal struct {
	app      *App
	options  store.Options
	recorder *inventory.Recorder
	process  inventory.Process

	ctx    context.Context // of all that goes on beside requests
	cancel context.CancelFunc
	begin  sync.Once     // run, or stop without it
	ended  chan struct{} // closed when nothing goes on any more

	open atomic.Pointer[opened] // nil until the store could be opened
	// fault is why it could not be opened, while open is nil.
	fault atomic.Pointer[error]
	since time.Time
}

// opened is what there is once the store could be opened.
type opened struct {
	store  *store.Store
	keeper *inventory.Keeper
	desk   *inventory.Desk
	guard  *access.Guard // nil, as pages, in a process without a portal
	pages  http.Handler
}

// newPortal opens the store. A store that cannot be opened is tried again and again:
// events are filtered without it.
func newPortal(a *App) *portal {
	p := &portal{app: a, options: storeOptions(a), ended: make(chan struct{}), since: time.Now().UTC()}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	if a.options.Role.proxies() {
		p.recorder = inventory.NewRecorder()
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	p.process = inventory.Process{ID: a.instance, Host: host, Role: string(a.options.Role), Version: a.options.Version, Started: p.since}
	return p
}

// storeOptions says where the store is: where the configuration says, else beside it; in
// memory when there is none.
func storeOptions(a *App) store.Options {
	s := a.base.Store
	o := store.Options{Path: s.Path, URL: string(s.URL), Points: s.Points}
	if o.Path == "" && o.URL == "" {
		o.Path = a.stateFile(storeFile)
	}
	return o
}

// stateFile is where a file of a name is kept: in the folder that systemd gives a service
// for its state, else beside the configuration; in memory when there is none.
func (a *App) stateFile(name string) string {
	switch folder, set := a.options.Env("STATE_DIRECTORY"); {
	case a.options.Config == "":
		return ":memory:"
	case set && filepath.IsAbs(folder):
		return filepath.Join(folder, name)
	default:
		return filepath.Join(filepath.Dir(a.options.Config), name)
	}
}

const storeFile = "eventveil.db"

// connect opens the store and puts what people have decided in force.
func (p *portal) connect() error {
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
	defer cancel()
	s, err := store.Open(ctx, p.options)
	if err != nil {
		p.fault.Store(&err)
		return err
	}
	a, settings := p.app, p.app.configured().Store
	o := &opened{store: s}
	k := inventory.KeeperOptions{Store: s, Process: p.process, Flush: settings.Flush, Poll: settings.Poll, Retention: settings.Retention, Log: a.log, Apply: a.apply}
	if p.recorder != nil {
		k.Recorder, k.Engine, k.Outcomes = p.recorder, a.proxy.Engine, a.proxy.Outcomes
		k.Deliverer = a.delivery
	}
	k.Digest = a.policyDigest
	o.keeper = inventory.NewKeeper(k)
	o.desk = &inventory.Desk{Store: s, Apply: o.keeper.Refresh,
		Types: func() (names []string) {
			for _, t := range a.Policy().Types[1:] {
				names = append(names, t.Name)
			}
			return names
		},
		Sources: func() (names []string) {
			for _, s := range a.Policy().Sources {
				names = append(names, s.Name)
			}
			return names
		}}
	if err := o.keeper.Refresh(ctx); err != nil {
		err = errors.Join(err, s.Close())
		p.fault.Store(&err)
		return err
	}
	if err := p.render(o); err != nil {
		return errors.Join(err, s.Close())
	}
	p.open.Store(o)
	return p.set(a.configured().Portal) // it may have been reloaded meanwhile
}

// render makes the pages and the API.
func (p *portal) render(o *opened) (err error) {
	a := p.app
	if !a.options.Role.portals() {
		return nil
	}
	if o.guard, err = access.New(access.Options{Portal: a.configured().Portal, Store: o.store, Log: a.log}); err != nil {
		return err
	}
	var watch func() (<-chan inventory.LiveEvent, func())
	if p.recorder != nil {
		watch = p.recorder.Watch
	}
	mux := http.NewServeMux()
	mux.Handle("/api/v1/", api.New(api.Options{Store: o.store, Desk: o.desk, Policy: a.Policy, Health: o.keeper.Health, Require: o.guard.Require,
		User: func(ctx context.Context) string { return auditName(access.From(ctx)) }, Version: a.options.Version}))
	mux.Handle("POST /-/reload", o.guard.Require(rules.Owner, http.HandlerFunc(a.reload)))
	mux.Handle("/", pages.New(pages.Options{Store: o.store, Desk: o.desk, Policy: a.Policy, Health: o.keeper.Health, Watch: watch, Require: o.guard.Require,
		User: func(ctx context.Context) (string, rules.Role) {
			u := access.From(ctx)
			return auditName(u), u.Role
		},
		FormToken: access.Token,
		CanLogOut: func(ctx context.Context) bool { return access.From(ctx).CanLogOut() },
		Version:   a.options.Version, Log: a.log}))
	o.pages = o.guard.Wrap(mux)
	return nil
}

// set puts in force who may use the portal. An error changes nothing.
func (p *portal) set(portal rules.Portal) error {
	if o := p.open.Load(); o != nil && o.guard != nil {
		return o.guard.Set(portal)
	}
	return nil
}

// auditName is how the audit names a user: a token is not a person.
func auditName(u access.User) string {
	if u.Via == "token" {
		return "token:" + u.Name
	}
	return u.Name
}

// run keeps the store until stop is called, and opens it when that failed before.
func (p *portal) run() { p.begin.Do(p.keep) }

func (p *portal) keep() {
	defer close(p.ended)
	for wait := time.Second; p.open.Load() == nil; wait = min(2*wait, 30*time.Second) {
		select {
		case <-p.ctx.Done():
			return
		case <-time.After(wait):
		}
		if err := p.connect(); err == nil {
			p.app.log.Info("the store can be used now")
		}
	}
	p.open.Load().keeper.Run(p.ctx)
}

// stop brings what was counted to the store and closes it.
func (p *portal) stop() error {
	p.cancel()
	p.begin.Do(func() { close(p.ended) })
	<-p.ended
	if o := p.open.Load(); o != nil {
		return o.store.Close()
	}
	return nil
}

// health is how recording is doing.
func (p *portal) health() inventory.Health {
	if o := p.open.Load(); o != nil {
		return o.keeper.Health()
	}
	h := inventory.Health{Store: "it has not been opened yet", Since: p.since}
	if err := p.fault.Load(); err != nil {
		h.Store = (*err).Error()
	}
	return h
}

// shown tells whether there are pages to serve.
func (p *portal) shown() bool {
	o := p.open.Load()
	return o != nil && o.pages != nil
}

// ServeHTTP serves the pages and the API.
func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if o := p.open.Load(); o != nil {
		o.pages.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Retry-After", "5")
	http.Error(w, "the portal cannot be shown: "+p.health().Store+"\nEvents are filtered and forwarded as before.", http.StatusServiceUnavailable)
}

// metrics are the portal's own.
func (p *portal) metrics(r prometheus.Registerer) {
	gauge := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	gauge("eventveil_store_up", "1 when the last exchange with the store succeeded, else 0.", func() float64 {
		if p.health().Store != "" {
			return 0
		}
		return 1
	})
	gauge("eventveil_store_last_flush_timestamp_seconds", "Unix time of the last batch of counts that the store took; 0 before the first.", func() float64 {
		if at := p.health().LastFlush; !at.IsZero() {
			return float64(at.UnixMilli()) / 1000
		}
		return 0
	})
	r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "eventveil_observations_lost_total", Help: "Findings that were acted on and not counted in the inventory, for want of room or time."},
		func() float64 { return float64(p.health().Lost) }))
}

// apply puts decisions of people in force, see inventory.KeeperOptions.
func (a *App) apply(d *inventory.Decisions) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := a.decisions
	a.decisions = d.List
	if err := a.enforce(a.base); err != nil {
		a.decisions = before
		return err
	}
	return nil
}

// configured is the configuration in force, without what people have decided.
func (a *App) configured() *rules.Policy {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.base
}

// enforce makes a configuration, with what people have decided, the policy in force.
// a.mu is held. Nothing changes when it fails.
func (a *App) enforce(base *rules.Policy) error {
	p := base.With(inventory.Verdicts(base, a.decisions))
	if a.proxy != nil {
		commit, err := a.delivery.prepare(p)
		if err != nil {
			return err
		}
		a.proxy.UseQueue(a.delivery.queue)
		if err := a.proxy.Swap(p); err != nil {
			return err
		}
		commit()
	}
	a.base, a.policy = base, p
	return nil
}

// policyDigest are the first digits of the configuration's SHA-256.
func (a *App) policyDigest() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return hex.EncodeToString(a.digest[:6])
}

// Role says which parts of Eventveil a process runs.
type Role string

// The roles.
const (
	RoleAll    Role = "all"
	RoleProxy  Role = "proxy"  // events only: no pages, no API
	RolePortal Role = "portal" // pages and API only: no events
)

// Roles are all of them.
var Roles = []Role{RoleAll, RoleProxy, RolePortal}

func (r Role) proxies() bool { return r != RolePortal }
func (r Role) portals() bool { return r != RoleProxy }
