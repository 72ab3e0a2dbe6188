package main

import (
	"context"
	"flag"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/eventveil/eventveil/internal/app"
)

var serveCommand = &command{
	name:  "serve",
	short: "run the proxy and the portal",
	long: `
Runs the proxy, and the portal on the admin address, until SIGTERM or SIGINT;
requests that have begun are finished. With -upstream there is no configuration:
restricted data is blocked, the rest passes to that collector, and what the portal
shows is forgotten in the end. What queued destinations have not taken when it
ends waits for the next start. The admin address must be on loopback unless the
configuration says who may log in. With -role proxy there is no portal, with
-role portal nothing else: many proxies and one portal share a store. SIGHUP
reads the configuration again; one with mistakes changes nothing and says why.
The log goes to standard error.`,
	example: `eventveil sink & eventveil serve -upstream http://127.0.0.1:9000`,
	bind: func(fs *flag.FlagSet) call {
		var o app.Options
		fs.StringVar(&o.Config, "config", "", "the configuration `file`")
		fs.StringVar(&o.Upstream, "upstream", "", "the collector's `URL`, instead of a configuration")
		fs.StringVar(&o.Data, "data", "", "the `address` to listen on for events, instead of the configuration's")
		fs.StringVar(&o.Admin, "admin", "", "the `address` to listen on for the portal, metrics and health, instead of the configuration's")
		role := fs.String("role", string(app.RoleAll), "all, proxy or portal: which `part` to run")
		return func(ctx context.Context, s *streams, args []string) error {
			switch {
			case len(args) > 0:
				return usagef("takes no arguments")
			case o.Config == "" && o.Upstream == "":
				return usagef("name a configuration with -config, or a collector with -upstream")
			case o.Config != "" && o.Upstream != "":
				return usagef("-config and -upstream exclude each other")
			case !slices.Contains(app.Roles, app.Role(*role)):
				return usagef("-role is all, proxy or portal, not %q", *role)
			case *role == string(app.RolePortal) && o.Config == "":
				return usagef("-role portal needs the configuration that the proxies have: name it with -config")
			}
			o.Role = app.Role(*role)
			o.Version = version
			o.Log = slog.New(slog.NewTextHandler(s.stderr, nil))
			return serve(ctx, o)
		}
	},
}

// serve runs the proxy until ctx ends, reloading it on SIGHUP.
func serve(ctx context.Context, o app.Options) error {
	// Asked for before anything listens: a SIGHUP at the start must not kill.
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	a, err := app.New(o)
	if err != nil {
		return err
	}
	announce(o.Log, a)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		for {
			select {
			case <-hup:
				_ = a.Reload() // it logs how it went
			case <-ctx.Done():
				return
			}
		}
	}()
	return a.Run(ctx)
}

// announce says where to send events, what is done with them, and what to try.
func announce(log *slog.Logger, a *app.App) {
	p := a.Policy()
	admin := address(a.AdminAddr())
	if a.DataAddr() == nil {
		log.Info("listening", "portal", admin)
		return
	}
	data := address(a.DataAddr())
	log.Info("listening", "data", data, "admin", admin)
	var to []string
	for _, d := range p.Destinations {
		kind := ""
		if d.Queued {
			kind = " (queued)"
		}
		to = append(to, d.Name+" "+d.URL+kind)
	}
	log.Info("policy", "mode", mode(p), "rules", len(p.Rules), "destinations", strings.Join(to, ", "))
	if p.Observe {
		log.Warn("mode is observe: events are forwarded as they came")
	}
	try := []any{"command", "curl " + data + `/v1/track -H 'Content-Type: application/json' -d '{"event":"Test","properties":{"username":"grace@example.com"}}'`}
	if a.HasPortal() {
		try = append(try, "portal", admin)
	}
	log.Info("try", append(try, "metrics", admin+"/metrics")...)
}

// address is a listener's URL as seen from this machine.
func address(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsUnspecified() {
		return "http://" + a.String()
	}
	return "http://" + net.JoinHostPort("127.0.0.1", port)
}
