package deliver

import (
	"testing"
	"time"

	"github.com/eventveil/eventveil/rules"
)

func TestStatus(t *testing.T) {
	f := func(want kind, statuses ...int) {
		t.Helper()
		for _, s := range statuses {
			if got := statusKind(s); got != want {
				t.Errorf("%d is seen as %d, want %d", s, got, want)
			}
		}
	}
	f(ok, 200, 201, 202, 204)
	f(busy, 425, 429, 503)
	f(locked, 401, 402, 403, 407)
	f(silent, 408, 502, 504)
	f(faulty, 500, 507, 520, 599)
	f(wrong, 301, 302, 304, 308, 404, 405, 410)
	f(rejected, 400, 406, 409, 413, 415, 422, 451, 501, 505, 101, 999)
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
	f := func(v string, want time.Duration) {
		t.Helper()
		if got := retryAfter([]byte(v), now); got != want {
			t.Errorf("%q asks for %v, want %v", v, got, want)
		}
	}
	f("", 0)
	f("7", 7*time.Second)
	f("0", 0)
	f("-3", 0)
	f("soon", 0)
	f("1.5", 0)
	f("86400", time.Hour)
	f("18446744073709551615", time.Hour)
	f("9223372036854775807", time.Hour)
	f("Sat, 01 Mar 2025 12:00:30 GMT", 30*time.Second)
	f("Sat, 01 Mar 2025 11:00:00 GMT", 0)
	f("Mon, 03 Mar 2025 11:00:00 GMT", time.Hour)
}

func TestBackoff(t *testing.T) {
	r := &rules.Retry{Min: time.Second, Max: 5 * time.Minute}
	f := func(n int, most time.Duration) {
		t.Helper()
		var longest, sum time.Duration
		for range 2000 {
			d := backoff(r, n)
			longest, sum = max(longest, d), sum+d
		}
		if longest > most+1 || longest < most*9/10 || sum/2000 < most*4/10 || sum/2000 > most*6/10 {
			t.Errorf("after failure %d it waits %v at most and %v on average; want anything up to %v", n, longest, sum/2000, most)
		}
	}
	f(1, time.Second)
	f(2, 2*time.Second)
	f(5, 16*time.Second)
	f(9, 256*time.Second)
	f(10, 5*time.Minute)
	f(100000, 5*time.Minute)
	if d := backoff(&rules.Retry{}, 3); d <= 0 || d > time.Second {
		t.Errorf("without a configuration it waits %v", d)
	}
}

func TestBreaker(t *testing.T) {
	r := &rules.Retry{Min: time.Second, Max: time.Minute}
	now := time.Now()
	fail := func(b *breaker, n int) {
		for range n {
			b.failed(b.begin(), false, now, now, 0, r)
		}
	}
	var b breaker
	fail(&b, tripAfter-1)
	if !b.allows(now) {
		t.Error("it opened before its time")
	}
	b.passed(false, now)
	fail(&b, tripAfter-1)
	if !b.allows(now) {
		t.Error("failures count that a success came after")
	}
	for range 10 { // the same events again: they may be at fault
		b.failed(b.begin(), true, now, now, 0, r)
	}
	if !b.allows(now) {
		t.Error("one event that always fails opened it")
	}
	sent := now
	now = now.Add(time.Millisecond)
	fail(&b, 1)
	if b.allows(now) || b.trips != 1 {
		t.Error("it did not open")
	}
	b.failed(false, false, sent, now, 0, r)
	if b.trips != 1 {
		t.Error("a request that was under way opened it again")
	}
	now = now.Add(time.Minute)
	if !b.allows(now) || !b.begin() || b.allows(now) {
		t.Error("after the wait not exactly one request is let go")
	}
	b.failed(true, true, now, now, 0, r)
	if b.allows(now) || b.trips != 2 {
		t.Error("the request that decides was in vain, and it is not open")
	}
	now = now.Add(time.Minute)
	if !b.begin() || !b.passed(true, now) || !b.allows(now) || b.begin() {
		t.Error("the request that decides was taken, and it is not closed")
	}
	b.failed(false, false, now, now, 10*time.Second, r)
	if b.passed(false, now); b.allows(now.Add(9*time.Second)) || !b.allows(now.Add(10*time.Second)) {
		t.Error("the destination asked for 10 s, and did not get them")
	}
}
