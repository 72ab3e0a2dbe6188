// Package app wires the rooms together and gives them a life: New starts nothing
// but holds both listeners, Run serves, Reload swaps the policy all or none, Stop
// drains. It judges nothing about events.
package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/proxy"
	"github.com/eventveil/eventveil/rules"
)

// Options say where the policy comes from and where to listen.
type Options struct {
	Config   string // the configuration file, or
	Upstream string // a collector's URL, for the built-in policy
	Data     string // instead of the configuration's listen.data
	Admin    string // instead of listen.admin
	Role     Role   // "" for RoleAll
	Version  string
	Log      *slog.Logger                     // nil: slog.Default()
	Env      func(name string) (string, bool) // nil: os.LookupEnv
}

// App is a running Eventveil. Make it with New.
type App struct {
	options  Options
	log      *slog.Logger
	registry *prometheus.Registry
	instance string        // random, names this process
	proxy    *proxy.Server // nil without a data plane
	delivery *delivery     // likewise
	portal   *portal       // nil when nothing is stored
	data     net.Listener  // nil without a data plane
	admin    net.Listener
	http     *http.Server
	status   *status

	mu        sync.Mutex    // guards Reload
	base      *rules.Policy // as configured
	decisions []inventory.Decision
	policy    *rules.Policy // base with the decisions
	digest    [32]byte

	stop sync.Once
	done chan struct{} // closed when Stop has finished
	quit chan struct{} // closed when Stop begins
}

// New loads the policy and opens both listeners. Nothing stays open when it fails.
func New(o Options) (_ *App, err error) {
	a := &App{options: o, log: o.Log, registry: prometheus.NewRegistry(), instance: instance(), done: make(chan struct{}), quit: make(chan struct{})}
	if a.log == nil {
		a.log = slog.Default()
	}
	if a.options.Env == nil {
		a.options.Env = os.LookupEnv
	}
	a.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.status = newStatus(a.registry, o.Version)
	if a.options.Role == "" {
		a.options.Role = RoleAll
	}
	if a.base, a.digest, err = a.load(); err != nil {
		return nil, err
	}
	a.policy = a.base
	if err := a.listen(); err != nil {
		return nil, err
	}
	a.http = &http.Server{Handler: a.routes(), ReadTimeout: 10 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug)}
	a.status.reloaded(nil)
	return a, nil
}

// listen makes the planes and opens their listeners, all or none.
func (a *App) listen() (err error) {
	role, base := a.options.Role, a.base
	if role.portals() && !role.proxies() && base.Store.Off {
		return errors.New("cannot start a portal without a store: the configuration says \"store: off\"")
	}
	admin, data := cmp.Or(a.options.Admin, base.Listen.Admin), cmp.Or(a.options.Data, base.Listen.Data)
	if err := loopback(admin, base.Portal.Guarded()); err != nil {
		return err
	}
	if !base.Store.Off {
		a.portal = newPortal(a)
	}
	if role.proxies() {
		a.delivery = newDelivery(a)
		if _, err := a.delivery.prepare(base); err != nil {
			return err
		}
		o := proxy.Options{Policy: base, Registry: a.registry, Queue: a.delivery.queue, Instance: a.instance, Log: a.log}
		if a.portal != nil {
			o.Recorder = a.portal.recorder
		}
		if a.proxy, err = proxy.New(o); err != nil {
			return errors.Join(err, a.delivery.close())
		}
	}
	if a.admin, err = net.Listen("tcp", admin); err != nil {
		return errors.Join(fmt.Errorf("cannot open the admin listener: %w", err), a.delivery.close())
	}
	if role.proxies() {
		if a.data, err = net.Listen("tcp", data); err != nil {
			return errors.Join(fmt.Errorf("cannot open the data listener: %w", err), a.admin.Close(), a.delivery.close())
		}
	}
	if a.portal != nil {
		a.portal.metrics(a.registry)
		if err := a.portal.connect(); err != nil {
			if base.Store.Required {
				return errors.Join(fmt.Errorf("cannot start without the store, which the configuration says is required: %w", err), a.portal.stop(), a.closeListeners(), a.delivery.close())
			}
			a.log.Error("the store cannot be used; events are filtered without it, and it is tried again", "error", err)
		}
	}
	return nil
}

func (a *App) closeListeners() error {
	err := ignoreClosed(a.admin.Close())
	if a.data != nil {
		err = errors.Join(err, ignoreClosed(a.data.Close()))
	}
	return err
}

// loopback refuses an admin address that others can reach when nobody has to log in there.
func loopback(addr string, guarded bool) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("cannot use the admin address: %w", err)
	}
	if ip := net.ParseIP(host); guarded || host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("cannot open the admin listener on %s: nobody has to log in there, so it listens on loopback only; say under portal: who may (users, tokens, oidc or header), or use 127.0.0.1", addr)
}

// DataAddr is the address that SDKs talk to; nil without a data plane.
func (a *App) DataAddr() net.Addr {
	if a.data == nil {
		return nil
	}
	return a.data.Addr()
}

// AdminAddr is the address of the portal, health, metrics and reload.
func (a *App) AdminAddr() net.Addr { return a.admin.Addr() }

// HasPortal tells whether there are pages on the admin address.
func (a *App) HasPortal() bool { return a.portal != nil && a.options.Role.portals() }

// Policy is the policy in force.
func (a *App) Policy() *rules.Policy {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.policy
}

// Run serves until ctx is done or Stop is called, then drains. It returns nil after
// an orderly end, and an error when a listener fails or requests had to be cut off.
func (a *App) Run(ctx context.Context) error {
	failed := make(chan error, 2)
	if a.proxy != nil {
		go func() { failed <- a.proxy.Serve(a.data) }()
		a.delivery.run()
	}
	if a.portal != nil {
		go a.portal.run()
	}
	go func() {
		if err := a.http.Serve(a.admin); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}()
	go a.poll()
	a.status.serving()
	select {
	case <-ctx.Done():
	case <-a.quit:
	case err := <-failed:
		select {
		case <-a.quit:
		default:
			return errors.Join(err, a.Stop())
		}
	}
	return a.Stop()
}

// Stop drains: no new connections, requests under way may finish within
// timeouts.drain. Later calls wait for the first and return nil.
func (a *App) Stop() (err error) {
	a.stop.Do(func() {
		defer close(a.done)
		close(a.quit)
		a.status.draining()
		ctx, cancel := context.WithTimeout(context.Background(), a.Policy().Timeouts.Drain)
		defer cancel()
		if a.proxy != nil {
			if err = a.proxy.Shutdown(ctx); err != nil {
				err = fmt.Errorf("requests were cut off when timeouts.drain was over: %w", err)
			}
		}
		a.delivery.stop()
		err = errors.Join(err, a.http.Close(), a.closeListeners())
		if a.portal != nil {
			err = errors.Join(err, a.portal.stop()) // which tells once more what waits
		}
		err = errors.Join(err, a.delivery.close())
	})
	<-a.done
	return err
}

// instance makes a name for a process.
func instance() string {
	id := make([]byte, 8)
	_, _ = rand.Read(id) // it cannot fail
	return hex.EncodeToString(id)
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
