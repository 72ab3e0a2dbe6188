package store

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/internal/testpg"
	"github.com/eventveil/eventveil/portal/inventory"
)

// each runs a test on a new database of either kind.
func each(t *testing.T, test func(*testing.T, Options)) {
	t.Run("sqlite", func(t *testing.T) { test(t, file(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Options{URL: testpg.Start(t)}) })
}

func equal[T any](t *testing.T, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// batchOf is a batch with one finding of type email at each path, from web.
func batchOf(paths ...string) *inventory.Batch {
	b := &inventory.Batch{}
	for _, path := range paths {
		o := inventory.Observed{Path: path, Found: inventory.Finding{Type: "email", Class: "yellow"}}
		b.Points = append(b.Points, o)
		b.Sightings = append(b.Sightings,
			inventory.Sighting{Point: o.ID(), Source: "web", Event: "e", Class: "yellow", Count: 1},
			inventory.Sighting{Point: o.ID(), Source: "web", Event: "e", Destination: "crm", Action: "hash", Rule: "r", Class: "yellow", Count: 1})
	}
	return b
}

func TestMostPoints(t *testing.T) {
	each(t, func(t *testing.T, o Options) {
		o.Points = 3
		s := open(t, o)
		must(t, s.Observe(t.Context(), batchOf("a", "b")))
		must(t, s.Observe(t.Context(), batchOf("a", "c", "d", "e")))
		must(t, s.Observe(t.Context(), batchOf("c", "e", "f")))
		page, err := s.Points(t.Context(), inventory.List{Order: inventory.ByPath, Limit: 10})
		must(t, err)
		var got []string
		for _, d := range page.Items {
			got = append(got, fmt.Sprint(d.Path, d.Count))
		}
		equal(t, got, []string{"a2", "b1", "c2"})
		overflow, err := s.Overflow(t.Context())
		must(t, err)
		equal(t, overflow, []inventory.Overflow{{Source: "web", Count: 4}})
	})
}

func TestMostEvents(t *testing.T) {
	each(t, func(t *testing.T, o Options) {
		o.Events = 2
		s := open(t, o)
		p := batchOf("a").Points[0]
		for _, events := range [][]string{{"e1"}, {"e1", "e2", "e3"}, {"e4", "e1", "*", ""}} {
			b := &inventory.Batch{Points: []inventory.Observed{p}}
			for _, e := range events {
				b.Sightings = append(b.Sightings, inventory.Sighting{Point: p.ID(), Source: "web", Event: e, Class: "yellow", Count: 1},
					inventory.Sighting{Point: p.ID(), Source: "web", Event: e, Destination: "crm", Action: "allow", Class: "yellow", Count: 1})
			}
			must(t, s.Observe(t.Context(), b))
		}
		seen, err := s.Sightings(t.Context(), p.ID())
		must(t, err)
		var got []string
		for _, n := range seen {
			got = append(got, fmt.Sprint(n.Event, " ", n.Destination, n.Count))
		}
		equal(t, got, []string{"* 4", "* crm4", "e1 3", "e1 crm3", "e2 1", "e2 crm1"})
	})
}

// Processes that start at once find the tables made, each by one of them.
func TestOpenTogether(t *testing.T) {
	each(t, func(t *testing.T, o Options) {
		var group sync.WaitGroup
		for i := range 6 {
			group.Go(func() {
				s, err := Open(t.Context(), o)
				if err != nil {
					t.Error(err)
					return
				}
				defer s.Close()
				if err := s.Observe(t.Context(), batchOf("shared", fmt.Sprint("own", i))); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		page, err := open(t, o).Points(t.Context(), inventory.List{Limit: 10})
		must(t, err)
		equal(t, page.Total, 7)
	})
}

func TestNewerSchemaIsRefused(t *testing.T) {
	each(t, func(t *testing.T, o Options) {
		s := open(t, o)
		must(t, s.write(t.Context(), "test", func(t tx) error {
			return t.exec("INSERT INTO schema_versions (version, made) VALUES (?, 0)", newest+1)
		}))
		refused(t, o, fmt.Sprintf("newer version of this program (schema %d, this one knows %d)", newest+1, newest))
	})
}

// A database of an older version keeps what it has and gets what is new.
func TestOlder(t *testing.T) {
	each(t, func(t *testing.T, o Options) {
		s := open(t, o)
		must(t, s.Observe(t.Context(), batchOf("kept")))
		must(t, s.write(t.Context(), "test", func(t tx) error {
			for _, statement := range []string{"DROP TABLE backlogs", "DROP TABLE dead_letters", "DROP TABLE dead_orders",
				"DELETE FROM meta WHERE key = 'orders'", "DELETE FROM schema_versions WHERE version > 1"} {
				if err := t.exec(statement); err != nil {
					return err
				}
			}
			return nil
		}))
		must(t, s.Close())
		s = open(t, o)
		_, err := s.OrderDead(t.Context(), inventory.DeadOrder{What: inventory.Replay})
		must(t, err)
		holds(t, s, "kept")
	})
}

// An order that a store gives out that was begun anew is newer than all of the old one.
func TestOrdersOfNewStore(t *testing.T) {
	each(t, func(t *testing.T, o Options) {
		s := open(t, o)
		before, err := s.OrderDead(t.Context(), inventory.DeadOrder{What: inventory.Purge})
		must(t, err)
		anew := open(t, Options{Path: ":memory:"})
		o2, err := anew.OrderDead(t.Context(), inventory.DeadOrder{What: inventory.Purge})
		must(t, err)
		if o2.ID <= before.ID {
			t.Errorf("order %d of the new store, %d of the old one", o2.ID, before.ID)
		}
		// Old ones are forgotten, and the next is newer all the same.
		must(t, s.write(t.Context(), "test", func(t tx) error {
			return t.exec("UPDATE dead_orders SET at = ?", micros(time.Now().Add(-keepOrders-time.Minute)))
		}))
		must(t, s.Prune(t.Context(), time.Now()))
		left, err := s.DeadOrders(t.Context(), 0)
		must(t, err)
		next, err := s.OrderDead(t.Context(), inventory.DeadOrder{What: inventory.Purge})
		must(t, err)
		if len(left) > 0 || next.ID <= before.ID {
			t.Errorf("left %v, next %d after %d", left, next.ID, before.ID)
		}
	})
}

// Every migration has its file and every file its migration.
func TestMigrationsAreNumbered(t *testing.T) {
	files, err := schema.ReadDir("schema")
	must(t, err)
	var names, want []string
	for i, f := range files {
		names, want = append(names, f.Name()), append(want, fmt.Sprintf("%03d.sql", i+1))
	}
	equal(t, names, want)
	equal(t, len(files), newest)
}

// refused opens a store that cannot be and looks for what the error says.
func refused(t *testing.T, o Options, want string) {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err == nil {
		s.Close()
		t.Errorf("opened, but %q was expected", want)
		return
	}
	if !strings.HasPrefix(err.Error(), "cannot open the store: ") || !strings.Contains(err.Error(), want) {
		t.Errorf("%q does not say %q", err, want)
	}
}

// TestOnlyWhatWasPutIn reads every text of every table: each is one that the calls
// were given, or a word or a hash of the store's own.
func TestOnlyWhatWasPutIn(t *testing.T) {
	o := file(t)
	s := open(t, o)
	must(t, s.Observe(t.Context(), &inventory.Batch{
		Points: []inventory.Observed{{Path: "given.path", Shape: "given shape", Found: inventory.Finding{Type: "given type", Class: "red", Matched: "given match", How: "given how", Confidence: 1}}},
		Sightings: []inventory.Sighting{{Point: inventory.IDOf("given.path", "given type"), Source: "given source", Event: "given event", Class: "given class", Count: 1},
			{Point: inventory.IDOf("given.path", "given type"), Source: "given source", Event: "given event", Destination: "given destination", Action: "given action", Rule: "given rule", Class: "given class", Count: 1}},
		Rules:    []inventory.RuleCount{{Rule: "given rule", Destination: "given destination", Action: "given action", Count: 1}},
		Outcomes: []inventory.Outcomes{{Destination: "given destination", Outcome: "given outcome", Count: 1}},
		Overflow: []inventory.Overflow{{Source: "given source", Count: 1}},
		Process:  inventory.Process{ID: "given id", Host: "given host", Role: "given role", Version: "given version", Policy: "given policy"}}))
	note, class := "given note", "yellow"
	for _, source := range []string{"", "given source"} {
		errs, err := s.Decide(t.Context(), "given actor", []inventory.Change{{ID: inventory.IDOf("given.path", "given type"), Source: source, Class: &class, Note: &note}})
		must(t, err)
		must(t, errs[0])
	}
	must(t, s.PutSession(t.Context(), "given key", inventory.Session{User: "given user", Role: "given role", Token: "given token"}))
	must(t, s.SetDelivery(t.Context(), inventory.Process{ID: "given id", Host: "given host", Queue: "given queue"},
		[]inventory.Backlog{{Process: "given id", Destination: "given destination", Trouble: "given trouble"}},
		[]inventory.DeadGroup{{Process: "given id", Destination: "given destination", Source: "given source", Reason: "given reason"}}))
	_, err := s.OrderDead(t.Context(), inventory.DeadOrder{What: "given what", Destination: "given destination", Source: "given source", Reason: "given reason", Actor: "given actor"})
	must(t, err)
	own := []string{"", "red", "yellow", "new", "approved", "decide", "decisions", "ping", "orders", "dead-letters", "given.path · given type",
		`{"status":"new","class":"red","note":""}`, `{"status":"approved","class":"yellow","note":"given note"}`,
		"dead letters: given destination · given source · given reason",
		`{"destination":"given destination","source":"given source","reason":"given reason","messages":0,"events":0}`,
		`{"source":"given source","status":"new"}`, `{"source":"given source","status":"approved"}`}
	texts := 0
	must(t, s.read(t.Context(), "test", func(x tx) error {
		var tables []string
		if err := x.rows(func(r *sql.Rows) error {
			var name string
			err := r.Scan(&name)
			tables = append(tables, name)
			return err
		}, "SELECT name FROM sqlite_master WHERE type = 'table'"); err != nil {
			return err
		}
		for _, table := range tables {
			err := x.rows(func(r *sql.Rows) error {
				columns, err := r.Columns()
				if err != nil {
					return err
				}
				values := make([]any, len(columns))
				to := make([]any, len(columns))
				for i := range values {
					to[i] = &values[i]
				}
				if err := r.Scan(to...); err != nil {
					return err
				}
				for i, v := range values {
					text, ok := v.(string)
					hash := len(text) == 64 || len(text) == 20
					if ok && !hash && !(strings.HasPrefix(text, "given ") || text == "given.path") && !slices.Contains(own, text) {
						t.Errorf("%s.%s holds %q", table, columns[i], text)
					}
					texts++
				}
				return nil
			}, "SELECT * FROM "+table)
			if err != nil {
				return err
			}
		}
		return nil
	}))
	if texts < 100 {
		t.Errorf("only %d values were read", texts)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(o.Path + suffix)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s can be read by others: %v", filepath.Base(o.Path+suffix), info.Mode())
		}
	}
}
