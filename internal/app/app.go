// Package app wires the rooms together and gives them a life: New starts nothing
// but holds both listeners, Run serves, Reload swaps the policy all or none, Stop
// drains. It judges nothing about events.
package app

import (
	"context"
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

	"github.com/eventveil/eventveil/proxy"
	"github.com/eventveil/eventveil/rules"
)

// Options say where the policy comes from and where to listen.
type Options struct {
	Config   string // the configuration file, or
	Upstream string // a collector's URL, for the built-in policy
	Data     string // instead of the configuration's listen.data
	Admin    string // instead of listen.admin
	Version  string
	Log      *slog.Logger                     // nil: slog.Default()
	Env      func(name string) (string, bool) // nil: os.LookupEnv
}

// App is a running Eventveil. Make it with New.
type App struct {
	options  Options
	log      *slog.Logger
	registry *prometheus.Registry
	proxy    *proxy.Server
	data     net.Listener
	admin    net.Listener
	http     *http.Server
	status   *status

	mu     sync.Mutex // guards Reload
	policy *rules.Policy
	digest [32]byte

	stop sync.Once
	done chan struct{} // closed when Stop has finished
	quit chan struct{} // closed when Stop begins
}

// New loads the policy and opens both listeners. Nothing stays open when it fails.
func New(o Options) (_ *App, err error) {
	a := &App{options: o, log: o.Log, registry: prometheus.NewRegistry(), done: make(chan struct{}), quit: make(chan struct{})}
	if a.log == nil {
		a.log = slog.Default()
	}
	if a.options.Env == nil {
		a.options.Env = os.LookupEnv
	}
	a.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.status = newStatus(a.registry, o.Version)
	if a.policy, a.digest, err = a.load(); err != nil {
		return nil, err
	}
	if a.proxy, err = proxy.New(proxy.Options{Policy: a.policy, Registry: a.registry, Log: a.log}); err != nil {
		return nil, err
	}
	if o.Admin == "" {
		o.Admin = a.policy.Listen.Admin
	}
	if o.Data == "" {
		o.Data = a.policy.Listen.Data
	}
	if err := loopback(o.Admin); err != nil {
		return nil, err
	}
	if a.admin, err = net.Listen("tcp", o.Admin); err != nil {
		return nil, fmt.Errorf("cannot open the admin listener: %w", err)
	}
	if a.data, err = net.Listen("tcp", o.Data); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot open the data listener: %w", err), a.admin.Close())
	}
	a.http = &http.Server{Handler: a.routes(), ReadTimeout: 10 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug)}
	a.status.reloaded(nil)
	return a, nil
}

// loopback refuses an admin address that others can reach: there is no login yet.
func loopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("cannot use the admin address: %w", err)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("cannot open the admin listener on %s: it has no login, so it listens on loopback only; use 127.0.0.1 and reach it through a tunnel or a sidecar", addr)
}

// DataAddr is the address that SDKs talk to.
func (a *App) DataAddr() net.Addr { return a.data.Addr() }

// AdminAddr is the address of health, metrics and reload.
func (a *App) AdminAddr() net.Addr { return a.admin.Addr() }

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
	go func() { failed <- a.proxy.Serve(a.data) }()
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
		if err = a.proxy.Shutdown(ctx); err != nil {
			err = fmt.Errorf("requests were cut off when timeouts.drain was over: %w", err)
		}
		err = errors.Join(err, ignoreClosed(a.data.Close()), a.http.Close(), ignoreClosed(a.admin.Close()))
	})
	<-a.done
	return err
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
