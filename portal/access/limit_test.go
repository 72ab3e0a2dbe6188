package access

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestLoginsAreSlowedDown(t *testing.T) {
	x := start(t, people())
	b := x.browser()
	for range freeByName {
		b.want(b.logIn("ada", "wrong", "/"), 401, "wrong")
	}
	a := b.logIn("ada", "hunter22", "/")
	b.want(a, 429, "Wait 1 s")
	if a.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q", a.Header.Get("Retry-After"))
	}
	b.want(b.logIn("grace", "wrong", "/"), 401, "wrong")
	x.clock.add(firstDelay)
	b.want(b.logIn("ada", "wrong", "/"), 401, "wrong")
	b.want(b.logIn("ada", "hunter22", "/"), 429, "Wait 2 s")
	x.clock.add(2 * firstDelay)
	b.want(b.logIn("ada", "hunter22", "/"), 303, "/")
	for i := range freeByName - 1 { // forgotten by the success: ada has them again; the address has had 7
		if status := b.logOutAndIn("ada", "wrong").StatusCode; status != map[bool]int{true: 401, false: 429}[i < 3] {
			t.Errorf("attempt %d: %d", i, status)
		}
	}
	b.want(b.logIn("joan", "hunter44", "/"), 429, "Wait")
	x.clock.add(remembered + longestDelay)
	b.want(b.logIn("joan", "hunter44", "/"), 303, "/")
	if strings.Count(strings.Join(x.audit(), "\n"), "ada login failed") != freeByName+1+3 {
		t.Errorf("the audit is %q", x.audit())
	}
}

func (b *browser) logOutAndIn(name, password string) *answer {
	b.t.Helper()
	b.post("/logout", url.Values{"token": {b.get("/").token()}})
	return b.logIn(name, password, "/")
}

func TestLimiter(t *testing.T) {
	var l limiter
	now := time.Unix(0, 0)
	address := byAddress(netip.MustParseAddr("192.0.2.1"))
	wants := []time.Duration{0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60}
	for i, want := range wants {
		if i < freeByName {
			if wait := l.begin(now, byName("a"), byName(strconv.Itoa(i))); wait != 0 {
				t.Fatalf("attempt %d waits %v", i, wait)
			}
			continue
		}
		if wait := l.begin(now, byName("a"), address); wait != want*time.Second {
			t.Errorf("attempt %d waits %v, want %d s", i, wait, want)
		}
		now = now.Add(want * time.Second)
		if wait := l.begin(now, byName("a"), byName("x"+strconv.Itoa(i))); wait != 0 {
			t.Errorf("attempt %d waits still %v", i, wait)
		}
	}
	now = now.Add(remembered + time.Second)
	if wait := l.begin(now, byName("a"), address); wait != 0 {
		t.Errorf("after a while it still waits %v", wait)
	}
}

func TestLimiterIsBounded(t *testing.T) {
	var l limiter
	now := time.Unix(0, 0)
	for i := range maxRemembered * 2 {
		l.begin(now, byName(fmt.Sprint(i)), byAddress(netip.MustParseAddr("192.0.2.1")))
		l.succeed(byName("nobody"), byAddress(netip.MustParseAddr("192.0.2.1")))
	}
	if len(l.entries) != maxRemembered || l.order.Len() != maxRemembered {
		t.Errorf("%d and %d are remembered", len(l.entries), l.order.Len())
	}
}

func TestByAddress(t *testing.T) {
	f := func(a, b string, same bool) {
		t.Helper()
		if got := byAddress(netip.MustParseAddr(a)) == byAddress(netip.MustParseAddr(b)); got != same {
			t.Errorf("%s and %s are the same: %v", a, b, got)
		}
	}
	f("192.0.2.1", "192.0.2.2", false)
	f("2001:db8::1", "2001:db8::ffff:1", true)
	f("2001:db8::1", "2001:db8:0:1::1", false)
}

func TestNoteBudget(t *testing.T) {
	var b noteBudget
	now := time.Unix(1000, 0)
	for i := range maxNotes {
		if n, ok := b.take(now); n != 0 || !ok {
			t.Fatalf("note %d: %d %v", i, n, ok)
		}
	}
	for range 3 {
		if _, ok := b.take(now); ok {
			t.Error("there is no end of notes")
		}
	}
	if n, ok := b.take(now.Add(noteEvery)); n != 3 || !ok {
		t.Errorf("the next says %d, %v", n, ok)
	}
	if _, ok := b.take(now.Add(noteEvery)); ok {
		t.Error("two in the time of one")
	}
}

// TestPasswordsAreCheckedAFewAtATime: who finds no place is told to come again, and that
// does not count as a wrong attempt.
func TestPasswordsAreCheckedAFewAtATime(t *testing.T) {
	x := start(t, people())
	for range maxWaiting {
		x.guard.waiting <- struct{}{}
	}
	b := x.browser()
	for range freeByName + 1 {
		b.want(b.logIn("ada", "hunter22", "/"), 503, "Too many are logging in")
	}
	for range maxWaiting {
		<-x.guard.waiting
	}
	b.want(b.logIn("ada", "hunter22", "/"), 303, "/")
}
