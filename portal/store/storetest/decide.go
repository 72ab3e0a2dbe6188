package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// Short ways to say what is to change.
type said struct{ status, class, typ, note, owner, source string }

func (c said) of(o inventory.Observed) inventory.Change {
	change := inventory.Change{ID: o.ID(), Source: c.source}
	if c.status != "" {
		change.Status = ptr(inventory.Status(c.status))
	}
	for _, m := range []struct {
		text string
		to   **string
	}{{c.class, &change.Class}, {c.typ, &change.Type}, {c.note, &change.Note}, {c.owner, &change.Owner}} {
		if m.text != "" {
			*m.to = ptr(m.text)
		}
	}
	return change
}

// testVerdicts follows one data point through what can be said of it.
func testVerdicts(t *testing.T, s inventory.Store) {
	o := email("traits.email")
	see(t, s, o)
	says := func(c said, status inventory.Status, typ, class, before, after string) {
		t.Helper()
		was := point(t, s, o)
		must(t, decide(t, s, c.of(o)))
		d := point(t, s, o)
		equal(t, d.Verdict, inventory.Verdict{Status: status, Type: typ, Class: class}, fmt.Sprintf("%+v", c))
		log := audit(t, s)
		if before == "" {
			equal(t, d, was, "what changes nothing is no change")
			if len(log) != int(d.Version) {
				t.Errorf("it is in the audit: %+v", log[len(log)-1])
			}
			return
		}
		if d.Version != was.Version+1 || d.DecidedBy != "ann" || time.Since(d.DecidedAt) > time.Minute || len(log) != int(d.Version) {
			t.Fatalf("version %d, by %q at %v, %d entries", d.Version, d.DecidedBy, d.DecidedAt, len(log))
		}
		e := log[len(log)-1]
		equal(t, []string{e.Actor, e.Action, e.Object, e.Label, e.Before, e.After}, []string{"ann", "decide", string(o.ID()), "traits.email · email", before, after})
	}
	says(said{status: "approved"}, "approved", "email", "yellow", `{"status":"new"}`, `{"status":"approved"}`)
	says(said{status: "approved"}, "approved", "email", "yellow", "", "")
	says(said{class: "red"}, "approved", "email", "red", `{"class":"yellow"}`, `{"class":"red"}`)
	says(said{typ: "phone"}, "approved", "phone", "red", `{"type":"email"}`, `{"type":"phone"}`)
	says(said{note: "<b>ask</b>", owner: "web team"}, "approved", "phone", "red", `{"note":"","owner":""}`, `{"note":"\u003cb\u003eask\u003c/b\u003e","owner":"web team"}`)
	says(said{status: "ignored"}, "ignored", "email", "green", `{"status":"approved","type":"phone","class":"red"}`, `{"status":"ignored","type":"email","class":"green"}`)
	says(said{status: "ignored", note: "<b>ask</b>"}, "ignored", "email", "green", "", "")
	says(said{status: "approved"}, "approved", "email", "yellow", `{"status":"ignored","class":"green"}`, `{"status":"approved","class":"yellow"}`)
	says(said{status: "approved", class: "green", typ: "name"}, "approved", "name", "green", `{"type":"email","class":"yellow"}`, `{"type":"name","class":"green"}`)
	says(said{status: "new"}, "new", "email", "yellow", `{"status":"approved","type":"name","class":"green"}`, `{"status":"new","type":"email","class":"yellow"}`)
	says(said{status: "new"}, "new", "email", "yellow", "", "")
	says(said{typ: "name", class: "red"}, "approved", "name", "red", `{"status":"new","type":"email","class":"yellow"}`, `{"status":"approved","type":"name","class":"red"}`)
}

func testRefused(t *testing.T, s inventory.Store) {
	o, twin, plain := email("contact"), typed("contact", "phone", "yellow"), nothing("plain")
	see(t, s, o, twin, plain)
	refuses := func(o inventory.Observed, c said, want error) {
		t.Helper()
		if err := decide(t, s, c.of(o)); !errors.Is(err, want) {
			t.Errorf("%+v of %s: %v, not %v", c, o.Path, err, want)
		}
	}
	refuses(email("nowhere"), said{status: "approved"}, inventory.ErrNotFound)
	refuses(o, said{typ: "phone"}, inventory.ErrTwin)
	refuses(o, said{typ: "phone", source: "web"}, inventory.ErrTwin)
	refuses(plain, said{class: "red"}, inventory.ErrUntyped)
	refuses(plain, said{status: "approved", class: "yellow"}, inventory.ErrUntyped)
	refuses(plain, said{class: "yellow", source: "web"}, inventory.ErrUntyped)
	for _, o := range []inventory.Observed{o, plain} {
		if d := point(t, s, o); d.Decided() || d.Version != 0 {
			t.Errorf("what was refused has changed %+v", d)
		}
	}
	stale := said{status: "approved"}.of(o)
	stale.IfVersion = ptr(int64(1))
	if err := decide(t, s, stale); !errors.Is(err, inventory.ErrChanged) {
		t.Errorf("another version: %v", err)
	}
	stale.IfVersion = ptr(int64(0))
	must(t, decide(t, s, stale))
	if err := decide(t, s, stale); !errors.Is(err, inventory.ErrChanged) {
		t.Errorf("the version before: %v", err)
	}
	must(t, decide(t, s, said{status: "approved"}.of(plain)))
	must(t, decide(t, s, said{typ: "email", class: "yellow"}.of(plain)))
	must(t, decide(t, s, said{typ: "email"}.of(o))) // what it is anyway
	equal(t, len(audit(t, s)), 3, "entries")
}

func testSource(t *testing.T, s inventory.Store) {
	o := email("traits.email")
	see(t, s, o)
	says := func(c said, before, after string, want ...inventory.Verdict) {
		t.Helper()
		was := point(t, s, o)
		must(t, decide(t, s, c.of(o)))
		d := point(t, s, o)
		equal(t, d.Verdict, was.Verdict, "the verdict for all sources")
		equal(t, d.PerSource, want, fmt.Sprintf("%+v", c))
		log := audit(t, s)
		if before == "" {
			equal(t, d.Version, was.Version, "what changes nothing is no change")
			return
		}
		equal(t, d.Version, was.Version+1)
		equal(t, []string{log[len(log)-1].Before, log[len(log)-1].After}, []string{before, after})
	}
	web := inventory.Verdict{Source: "web", Status: "approved", Type: "email", Class: "red"}
	app := inventory.Verdict{Source: "app", Status: "ignored", Type: "email", Class: "green"}
	says(said{source: "web", status: "new"}, "", "")
	says(said{source: "web", class: "red"}, `{"source":"web","status":"new","class":"yellow"}`, `{"source":"web","status":"approved","class":"red"}`, web)
	says(said{source: "web", class: "red"}, "", "", web)
	says(said{source: "app", status: "ignored"}, `{"source":"app","status":"new","class":"yellow"}`, `{"source":"app","status":"ignored","class":"green"}`, app, web)
	says(said{source: "web", status: "new"}, `{"source":"web","status":"approved","class":"red"}`, `{"source":"web","status":"new","class":"yellow"}`, app)
	app = inventory.Verdict{Source: "app", Status: "approved", Type: "name", Class: "yellow"}
	says(said{source: "app", typ: "name"}, `{"source":"app","status":"ignored","type":"email","class":"green"}`, `{"source":"app","status":"approved","type":"name","class":"yellow"}`, app)
	// What is ignored for all can be said to be what was found for one.
	must(t, decide(t, s, said{status: "ignored"}.of(o)))
	says(said{source: "web", status: "approved"}, `{"source":"web","status":"new","class":"green"}`, `{"source":"web","status":"approved","class":"yellow"}`,
		app, inventory.Verdict{Source: "web", Status: "approved", Type: "email", Class: "yellow"})
}

// testVersions: the version of the decisions grows once for a set of changes that has
// changed something, and decisions are what was said.
func testVersions(t *testing.T, s inventory.Store) {
	a, b, c := email("a"), email("b"), nothing("c")
	see(t, s, c, b, a)
	last := int64(-1)
	version := func(grown bool) {
		t.Helper()
		v, err := s.Version(t.Context())
		must(t, err)
		if last >= 0 && (v > last) != grown || grown && v != last+1 {
			t.Errorf("version %d after %d", v, last)
		}
		last = v
	}
	version(false)
	see(t, s, email("d"))
	version(false)
	errs, err := s.Decide(t.Context(), "ann", []inventory.Change{
		said{class: "red"}.of(b), said{status: "ignored"}.of(c), said{source: "web", status: "ignored"}.of(a), said{note: "n"}.of(a), said{source: "app", typ: "name"}.of(b)})
	must(t, errors.Join(append(errs, err)...))
	version(true)
	must(t, decide(t, s, said{class: "red"}.of(b)))
	version(false)
	if err := decide(t, s, said{class: "red"}.of(email("nowhere"))); !errors.Is(err, inventory.ErrNotFound) {
		t.Error(err)
	}
	version(false)
	got, err := s.Decisions(t.Context())
	must(t, err)
	equal(t, *got, inventory.Decisions{Version: last, List: []inventory.Decision{
		{Path: "a", Found: "email", Verdict: inventory.Verdict{Source: "web", Status: "ignored", Type: "email", Class: "green"}},
		{Path: "b", Found: "email", Verdict: inventory.Verdict{Status: "approved", Type: "email", Class: "red"}},
		{Path: "b", Found: "email", Verdict: inventory.Verdict{Source: "app", Status: "approved", Type: "name", Class: "red"}},
		{Path: "c", Found: "", Verdict: inventory.Verdict{Status: "ignored", Type: "", Class: "green"}}}})
	must(t, decide(t, s, said{status: "new"}.of(b)))
	must(t, decide(t, s, said{source: "app", status: "new"}.of(b)))
	version2, err := s.Decisions(t.Context())
	must(t, err)
	equal(t, []int64{version2.Version, int64(len(version2.List))}, []int64{last + 2, 2}, "what was taken back is no decision")
}

// testBatch: of many changes at once those that can be are made, in their order.
func testBatch(t *testing.T, s inventory.Store) {
	var changes []inventory.Change
	b := inventory.Batch{}
	for i := range inventory.MaxChanges {
		o := email(fmt.Sprint("p", i))
		if i%10 != 3 {
			b.Points = append(b.Points, o)
		}
		changes = append(changes, said{class: "red"}.of(o))
	}
	observe(t, s, b)
	twice := said{class: "green"}.of(email("p0"))
	twice.IfVersion = ptr(int64(1))
	changes = append(changes, twice, twice)
	errs, err := s.Decide(t.Context(), "ann", changes)
	must(t, err)
	for i, err := range errs {
		var want error
		switch {
		case i == len(errs)-1:
			want = inventory.ErrChanged
		case i%10 == 3 && i < inventory.MaxChanges:
			want = inventory.ErrNotFound
		}
		if !errors.Is(err, want) {
			t.Fatalf("change %d: %v, not %v", i, err, want)
		}
	}
	f, err := s.Facets(t.Context(), inventory.Filter{})
	must(t, err)
	equal(t, f.Class, []inventory.Bucket{{Value: "red", Count: 899}, {Value: "green", Count: 1}})
	log := audit(t, s)
	equal(t, len(log), 901, "entries")
	equal(t, []string{log[0].Label, log[1].Label, log[900].Label}, []string{"p0 · email", "p1 · email", "p0 · email"}, "the order of the audit is that of the changes")
	if errs, err := s.Decide(t.Context(), "ann", nil); err != nil || len(errs) != 0 {
		t.Errorf("no changes: %v, %v", errs, err)
	}
}

// testUndone: when the database fails, nothing was changed.
func testUndone(t *testing.T, s inventory.Store) {
	o := email("traits.email")
	see(t, s, o)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if errs, err := s.Decide(ctx, "ann", []inventory.Change{said{class: "red"}.of(o)}); err == nil || errs != nil {
		t.Errorf("%v, %v", errs, err)
	}
	if d := point(t, s, o); d.Version != 0 || len(audit(t, s)) != 0 {
		t.Errorf("something was changed: %+v", d)
	}
	must(t, decide(t, s, said{class: "red"}.of(o)))
}
