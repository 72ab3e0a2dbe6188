package app

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// routes are the admin listener's: the portal, health, metrics, reload.
func (a *App) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", a.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{Registry: a.registry}))
	mux.Handle("/-/reload", a.reloader())
	if a.HasPortal() {
		mux.Handle("/", a.portal) // which looks after itself
	} else {
		mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintln(w, "eventveil "+a.options.Version+": /healthz /readyz /metrics, POST /-/reload")
		})
	}
	if a.base.Portal.Guarded() {
		return mux // what is not the portal's is no secret, and is asked for by any name of this machine
	}
	return named(mux)
}

// reloader lets owners reload through the portal, and programs on this machine where
// there is none, or it cannot be shown.
func (a *App) reloader() http.Handler {
	local := http.NewCrossOriginProtection().Handler(http.HandlerFunc(a.reload))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "ask for a reload by POST", http.StatusMethodNotAllowed)
			return
		}
		if a.portal != nil && a.portal.shown() {
			a.portal.ServeHTTP(w, r)
			return
		}
		if peer, err := netip.ParseAddrPort(r.RemoteAddr); err != nil || !peer.Addr().Unmap().IsLoopback() {
			http.Error(w, "ask for a reload on the machine itself, or send SIGHUP", http.StatusForbidden)
			return
		}
		named(local).ServeHTTP(w, r)
	})
}

// ready answers whether requests should come here, and names what is wrong. A store
// that cannot be used is told, but keeps no events away: they are filtered without it.
// Only a process that does nothing but show it is not ready then.
func (a *App) ready(w http.ResponseWriter, _ *http.Request) {
	why := a.status.notReady()
	store := ""
	if a.portal != nil {
		if h := a.portal.health(); h.Store != "" {
			store = "the store cannot be used since " + h.Since.Format(time.RFC3339) + ": " + h.Store
		}
	}
	if why == "" && !a.options.Role.proxies() {
		why, store = store, ""
	}
	if why != "" {
		http.Error(w, "not ready: "+why, http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
	if store != "" {
		fmt.Fprintln(w, store)
	}
}

// named refuses requests for a host that is a name other than localhost: a web page
// can make its own name point here, and then is of the same origin.
func named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if host != "localhost" && net.ParseIP(strings.Trim(host, "[]")) == nil {
			http.Error(w, "ask for this listener by its address or as localhost", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// reload answers 200, or 422 with the report as text.
func (a *App) reload(w http.ResponseWriter, _ *http.Request) {
	if a.options.Config == "" {
		http.Error(w, errBuiltIn.Error(), http.StatusUnprocessableEntity)
		return
	}
	if err := a.Reload(); err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	fmt.Fprintln(w, "reloaded")
}

var errBuiltIn = errors.New("there is no configuration file: the built-in policy is in force; start with -config to reload")

// status is what health checks and gauges tell.
type status struct {
	state      atomic.Int32 // starting, serving, draining
	successful prometheus.Gauge
	time       prometheus.Gauge
}

const (
	stateStarting = iota
	stateServing
	stateDraining
)

func newStatus(r prometheus.Registerer, version string) *status {
	s := &status{
		successful: prometheus.NewGauge(prometheus.GaugeOpts{Name: "eventveil_config_last_reload_successful", Help: "1 when the last attempt to load the configuration succeeded, else 0."}),
		time:       prometheus.NewGauge(prometheus.GaugeOpts{Name: "eventveil_config_last_reload_success_timestamp_seconds", Help: "Unix time of the last successful load of the configuration."}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{Name: "eventveil_build_info", Help: "1, with the version as a label.",
		ConstLabels: prometheus.Labels{"version": version, "goversion": runtime.Version()}})
	info.Set(1)
	r.MustRegister(s.successful, s.time, info)
	return s
}

func (s *status) serving()  { s.state.CompareAndSwap(stateStarting, stateServing) }
func (s *status) draining() { s.state.Store(stateDraining) }

// notReady names what is missing; "" when nothing is.
func (s *status) notReady() string {
	switch s.state.Load() {
	case stateStarting:
		return "starting"
	case stateDraining:
		return "draining"
	}
	return ""
}

func (s *status) reloaded(err error) {
	if err != nil {
		s.successful.Set(0)
		return
	}
	s.successful.Set(1)
	s.time.SetToCurrentTime()
}
