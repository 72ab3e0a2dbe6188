package rules

import (
	"strings"
	"testing"
	"time"
)

func TestPathGlob(t *testing.T) {
	f := func(pattern, path string, want bool) {
		t.Helper()
		g, err := compilePath(pattern)
		if err != nil {
			t.Errorf("%q: %v", pattern, err)
			return
		}
		if got := g.match(path); got != want {
			t.Errorf("%q on %q: %v", pattern, path, got)
		}
	}
	f("traits.email", "traits.email", true)
	f("traits.email", "traits.email.value", true)
	f("traits.email", "traits.emails", false)
	f("traits.email", "traits.Email", false)
	f("traits.email", "traits", false)
	f("traits.emails", "traits.emails[]", true)
	f("traits.emails[]", "traits.emails[]", true)
	f("traits.emails[]", "traits.emails", false)
	f("traits.emails[]", "traits.emails[].address", true)
	f("traits.emails.address", "traits.emails[].address", true)
	f("traits.emails.address", "traits.emails[][].address", true)
	f("traits.emails[].address", "traits.emails[][].address", true)
	f("traits.emails[][].address", "traits.emails[].address", false)
	f("traits.*", "traits.a.b", true)
	f("traits.*", "traits", false)
	f("traits.*", "traits[]", false)
	f("traits.*", "traits.", true)
	f("traits.*.b", "traits.a.b", true)
	f("traits.*.b", "traits.a.c.b", false)
	f("**", "a", true)
	f("**", "", false)
	f("**.email", "email", true)
	f("**.email", "a.b[].email.c", true)
	f("a.**.email", "a.email", true)
	f("a.**.**.email", "a.x.email", true)
	f("a.**.email", "b.email", false)
	f("*_email", "billing_email", true)
	f("*_email", "billing_email_at", false)
	f("a*c*e.x", "abcde.x", true)
	f("users.*.email", "users.*.email", true)
	f("$transport.ip", "$transport.ip", true)
}

func TestPathGlobIsLinear(t *testing.T) {
	g, err := compilePath(strings.Repeat("**.a.", 30) + "b")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if g.match(strings.Repeat("a.", 5000) + "c") {
		t.Error("matches")
	}
	if wildcard(strings.Repeat("*a", 200)+"b", strings.Repeat("a", 5000)) {
		t.Error("matches")
	}
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("took %v", d)
	}
	if _, err := compilePath(strings.Repeat("a.", maxParts) + "a"); err == nil {
		t.Error("64 segments are accepted")
	}
}

func TestCovers(t *testing.T) {
	f := func(a, b string, want bool) {
		t.Helper()
		ga, errA := compilePath(a)
		gb, errB := compilePath(b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if got := ga.covers(gb); got != want {
			t.Errorf("%q covers %q: %v", a, b, got)
		}
	}
	f("a", "a.b", true)
	f("a.b", "a", false)
	f("a.*", "a.b", true)
	f("a.b", "a.*", false)
	f("**", "**.a", true)
	f("**.a", "**", false)
	f("**.a", "b.**.a", true)
	f("*.a", "**.a", false)
	f("a", "a[].b", true)
	f("a[].b", "a.b", false)
	f("a.b", "a[].b", true)
	f("a*", "ab*", true)
	f("ab*", "a*", false)
	f("*", "**", false)
}

func TestWildcard(t *testing.T) {
	f := func(pattern, s string, want bool) {
		t.Helper()
		if got := wildcard(pattern, s); got != want {
			t.Errorf("%q on %q: %v", pattern, s, got)
		}
	}
	f("Internal *", "Internal test", true)
	f("Internal *", "Internal ", true)
	f("Internal *", "Internal", false)
	f("*", "", true)
	f("a*b*c", "a-b-b-c", true)
	f("a*b*c", "a-c-b", false)
	f("", "", true)
	f("", "a", false)
}

func TestNearest(t *testing.T) {
	f := func(name, want string) {
		t.Helper()
		if got := nearest(name, []string{"action", "name", "when", "destination"}); got != want {
			t.Errorf("nearest(%q) is %q, want %q", name, got, want)
		}
	}
	f("acton", "action")
	f("acitno", "action")
	f("wehn", "when")
	f("destinatoin", "destination")
	f("xyz", "")
	f("", "")
	f(strings.Repeat("action", 20), "")
}

// FuzzCovers holds that what covers says is true: a path that the covered pattern
// matches is matched by the covering one.
func FuzzCovers(f *testing.F) {
	f.Add("a.**", "a.b*", "a.bc.d")
	f.Add("**.a[]", "x.*.a[]", "x[].y.a[]")
	f.Add("a*b", "a**b", "a.b")
	f.Fuzz(func(t *testing.T, a, b, path string) {
		ga, errA := compilePath(a)
		gb, errB := compilePath(b)
		if errA != nil || errB != nil || !ga.covers(gb) {
			return
		}
		if gb.match(path) && !ga.match(path) {
			t.Errorf("%q covers %q, but not at %q", a, b, path)
		}
	})
}
