package app

import (
	"crypto/sha256"
	"errors"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/eventveil/eventveil/rules"
)

// load reads and compiles the policy. The digest is of the configuration's bytes.
func (a *App) load() (p *rules.Policy, digest [32]byte, err error) {
	if a.options.Config == "" {
		p, err = rules.Default(a.options.Upstream)
		return p, digest, err
	}
	data, err := os.ReadFile(a.options.Config)
	if err == nil {
		digest = sha256.Sum256(data)
	}
	p, report := rules.Load(a.options.Config, a.options.Env)
	for _, w := range report.Problems {
		if w.Severity == rules.Warning {
			a.log.Warn(w.String())
		}
	}
	return p, digest, report.Err()
}

// Reload reads the configuration again and puts it in force, all or none: when it
// returns an error the policy that was in force still is, and the error is the
// whole report. Listen addresses and connection limits stay until a restart.
func (a *App) Reload() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := a.base
	p, digest, err := a.load()
	if err == nil {
		err = loopback(a.admin.Addr().String(), p.Portal.Guarded())
	}
	if err == nil {
		err = a.enforce(p)
	}
	if err == nil && a.portal != nil {
		if err = a.portal.set(p.Portal); err != nil {
			err = errors.Join(err, a.enforce(before))
		}
	}
	a.digest = digest // a bad file is not tried again until it changes
	a.status.reloaded(err)
	if err != nil {
		a.log.Error("the configuration was not reloaded; the one before stays in force", "error", err)
		return err
	}
	if restart := needsRestart(before, p); len(restart) > 0 {
		a.log.Warn("some of the configuration takes effect when the process is restarted", "keys", strings.Join(restart, ", "))
	}
	a.log.Info("configuration reloaded", "rules", len(p.Rules), "destinations", len(p.Destinations))
	return nil
}

// needsRestart names the keys that differ and are read only at the start.
func needsRestart(old, now *rules.Policy) (keys []string) {
	for _, k := range []struct {
		name string
		same bool
	}{
		{"listen", old.Listen == now.Listen},
		{"limits.header", old.Limits.Header == now.Limits.Header},
		{"limits.connections", old.Limits.Conns == now.Limits.Conns},
		{"timeouts.read", old.Timeouts.Read == now.Timeouts.Read},
		{"timeouts.write", old.Timeouts.Write == now.Timeouts.Write},
		{"store", reflect.DeepEqual(old.Store, now.Store)},
		{"queue", !old.Queues() || reflect.DeepEqual(place(old.Queue), place(now.Queue))},
		{"timeouts.idle", old.Timeouts.Idle == now.Timeouts.Idle},
	} {
		if !k.same {
			keys = append(keys, k.name)
		}
	}
	return keys
}

// place is where a queue is and how it keeps, which is settled when it is opened; limits are not.
func place(q rules.Queue) rules.Queue {
	q.Backlog = rules.Backlog{}
	return q
}

// poll reloads when the bytes of the file have changed.
func (a *App) poll() {
	if a.options.Config == "" {
		return
	}
	for {
		t := time.NewTimer(a.Policy().ReloadPoll)
		select {
		case <-a.quit:
			t.Stop()
			return
		case <-t.C:
		}
		data, err := os.ReadFile(a.options.Config)
		if err != nil {
			continue // a file that is being replaced; Reload would say so if asked
		}
		a.mu.Lock()
		same := sha256.Sum256(data) == a.digest
		a.mu.Unlock()
		if !same {
			_ = a.Reload() // logged and shown by the gauges
		}
	}
}
