package inventory_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/portal/store"
	"github.com/eventveil/eventveil/rules"
)

var single = &engine.Format{EventName: []string{"event"}}

// flaky is a store that fails when it is told to.
type flaky struct {
	inventory.Store
	down atomic.Bool
}

var errDown = errors.New("the database is gone")

func (f *flaky) Observe(ctx context.Context, b *inventory.Batch) error {
	if f.down.Load() {
		return errDown
	}
	return f.Store.Observe(ctx, b)
}

// desk is a data plane and a control plane without a network.
type desk struct {
	*inventory.Desk
	store    *flaky
	recorder *inventory.Recorder
	keeper   *inventory.Keeper
	base     *rules.Policy
	engine   atomic.Pointer[engine.Engine]
	events   int64
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	p, err := rules.Default("http://127.0.0.1:9000")
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), store.Options{Path: filepath.Join(t.TempDir(), "s.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &desk{store: &flaky{Store: s}, recorder: inventory.NewRecorder(), base: p}
	d.engine.Store(engine.New(p))
	d.keeper = inventory.NewKeeper(inventory.KeeperOptions{Store: d.store, Process: inventory.Process{ID: "p1", Host: "h", Role: "all", Version: "v0", Started: time.Now()},
		Flush: time.Hour, Poll: time.Hour, Retention: time.Hour, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Recorder: d.recorder, Engine: d.engine.Load, Digest: func() string { return "abc" },
		Outcomes: func(visit func(string, string, int64)) { visit("collector", "forwarded", d.events) },
		Apply: func(ds *inventory.Decisions) error {
			d.engine.Store(engine.New(p.With(inventory.Verdicts(p, ds.List))))
			return nil
		}})
	d.Desk = &inventory.Desk{Store: d.store, Apply: d.keeper.Refresh,
		Types:   func() []string { return []string{"email", "us_ssn", "phone"} },
		Sources: func() []string { return []string{"unknown"} }}
	return d
}

func (d *desk) event(t *testing.T, body string) string {
	t.Helper()
	in := d.engine.Load().Get()
	defer d.engine.Load().Put(in)
	if err := in.Inspect([]byte(body), single); err != nil {
		t.Fatal(err)
	}
	in.Decide(0)
	d.recorder.Record(in)
	d.events++
	return string(in.Render(0).Body)
}

func (d *desk) flush(t *testing.T, want error) {
	t.Helper()
	if err := d.keeper.Flush(context.Background()); !errors.Is(err, want) {
		t.Fatalf("flush: %v, want %v", err, want)
	}
}

func (d *desk) points(t *testing.T) (lines []string) {
	t.Helper()
	page, err := d.store.Points(context.Background(), inventory.List{Order: inventory.ByPath, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range page.Items {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %d %s", p.Path, p.Type, p.Class, p.Status, p.Count, p.Drift))
	}
	return lines
}

func (d *desk) expect(t *testing.T, want ...string) {
	t.Helper()
	if got := d.points(t); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestKeeper follows data points from events to the store: counts that a store does not
// take wait for it, and fields in which nothing was found are known for what they were.
func TestKeeper(t *testing.T) {
	d := newDesk(t)
	d.event(t, `{"event":"E","email":"ada@example.com","plan":"pro"}`)
	d.store.down.Store(true)
	d.flush(t, errDown)
	d.event(t, `{"event":"E","email":"ada@example.com"}`)
	d.flush(t, errDown)
	d.expect(t)
	d.store.down.Store(false)
	d.event(t, `{"event":"E","email":"ada@example.com"}`)
	d.flush(t, nil)
	d.expect(t, "email email yellow new 3 ", "event event_meta green new 0 ", "plan  green new 0 ")
	d.flush(t, nil)
	d.event(t, `{"event":"E","plan":"grace@example.com"}`)
	d.flush(t, nil)
	d.expect(t, "email email yellow new 3 ", "event event_meta green new 0 ", "plan  green new 0 ", "plan email yellow new 1 nothing personal")
	total := int64(0)
	hours, err := d.store.OutcomesSince(context.Background(), time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hours {
		total += h.Count
	}
	if total != 4 {
		t.Errorf("%d events have an outcome, want 4", total)
	}
}

// TestDeskInForce holds that a decision is in force when Decide has answered.
func TestDeskInForce(t *testing.T) {
	d := newDesk(t)
	const in = `{"ref":"abc","who":"ada@example.com"}`
	if got := d.event(t, in); got != in {
		t.Fatalf("%s", got)
	}
	d.flush(t, nil)
	ref, who := inventory.IDOf("ref", ""), inventory.IDOf("who", "email")
	red, ssn, ignored, fresh := "red", "us_ssn", inventory.Ignored, inventory.New
	f := func(want string, changes ...inventory.Change) {
		t.Helper()
		errs, err := d.Decide(context.Background(), "ada", changes)
		if err := errors.Join(append(errs, err)...); err != nil {
			t.Fatal(err)
		}
		if got := d.event(t, in); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	f(`{"who":"ada@example.com"}`, inventory.Change{ID: ref, Type: &ssn, Class: &red})
	f(`{}`, inventory.Change{ID: who, Class: &red})
	f(`{"who":"ada@example.com"}`, inventory.Change{ID: who, Status: &ignored})
	f(in, inventory.Change{ID: ref, Status: &fresh}, inventory.Change{ID: who, Status: &fresh})
	f(`{"ref":"abc"}`, inventory.Change{ID: who, Source: "unknown", Class: &red})
	f(in, inventory.Change{ID: who, Source: "unknown", Status: &fresh})

	// What was said to be something else is counted where it was found.
	f(`{"ref":"abc"}`, inventory.Change{ID: who, Type: &ssn, Class: &red})
	d.flush(t, nil)
	for _, line := range d.points(t) {
		if line == "who us_ssn red new 1 " {
			t.Error("a data point that was given another type is found anew")
		}
	}
}

// TestHoursKeepClass holds that what was let through as one class is not counted as
// another because somebody decides before it is stored.
func TestHoursKeepClass(t *testing.T) {
	d := newDesk(t)
	const in = `{"who":"ada@example.com"}`
	expect := func(want map[string]int64) {
		t.Helper()
		d.flush(t, nil)
		for _, id := range []inventory.ID{"", inventory.IDOf("who", "email")} {
			counts := map[string]int64{}
			hours, err := d.store.Hours(context.Background(), id, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range hours { // more than one when an hour ends meanwhile
				counts[strings.TrimSpace(h.Class+" "+h.Action)] += h.Count
			}
			if diff := cmp.Diff(want, counts); diff != "" {
				t.Errorf("hours of %q: (-want +got)\n%s", id, diff)
			}
		}
	}
	d.event(t, in)
	expect(map[string]int64{"yellow": 1, "yellow allow": 1})
	d.event(t, in)
	red := "red"
	errs, err := d.Decide(context.Background(), "ada", []inventory.Change{{ID: inventory.IDOf("who", "email"), Class: &red}})
	if err := errors.Join(append(errs, err)...); err != nil {
		t.Fatal(err)
	}
	expect(map[string]int64{"yellow": 2, "yellow allow": 2})
	d.event(t, in)
	expect(map[string]int64{"yellow": 2, "yellow allow": 2, "red": 1, "red block": 1})
}

func TestDeskRefuses(t *testing.T) {
	d := newDesk(t)
	d.event(t, `{"who":"ada@example.com","plan":"pro"}`)
	d.flush(t, nil)
	who := inventory.IDOf("who", "email")
	s := func(v string) *string { return &v }
	f := func(want string, c inventory.Change) {
		t.Helper()
		errs, err := d.Decide(context.Background(), "ada", []inventory.Change{c})
		if err != nil {
			t.Fatal(err)
		}
		if reason, ok := inventory.Refused(errs[0]); !ok || reason == "" || want != "" && !strings.Contains(reason, want) {
			t.Errorf("%+v: %v, want %q", c, errs[0], want)
		}
	}
	status := inventory.Status("maybe")
	ignored := inventory.Ignored
	f("nothing is to be changed", inventory.Change{ID: who})
	f("status is one of", inventory.Change{ID: who, Status: &status})
	f("class is one of", inventory.Change{ID: who, Class: s("orange")})
	f("no type of that name", inventory.Change{ID: who, Type: s("e-mail")})
	f("no source of that name", inventory.Change{ID: who, Source: "wbe", Class: s("red")})
	f("leave them out", inventory.Change{ID: who, Status: &ignored, Class: s("red")})
	f("whatever the source", inventory.Change{ID: who, Source: "unknown", Note: s("x")})
	f("without control characters", inventory.Change{ID: who, Note: s("a\x00b")})
	f("without control characters", inventory.Change{ID: who, Owner: s("\u202e" + "\x1b[31m")})
	f("no such data point", inventory.Change{ID: "0123", Class: s("red")})
	f("give type", inventory.Change{ID: inventory.IDOf("plan", ""), Class: s("red")})
	seven := int64(7)
	f("meanwhile", inventory.Change{ID: who, Class: s("red"), IfVersion: &seven})
	if _, err := d.Decide(context.Background(), "ada", make([]inventory.Change, inventory.MaxChanges+1)); err == nil {
		t.Error("too many at once")
	}
}
