package deliver

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/rules"
)

func TestAsReceived(t *testing.T) {
	r := newReceiver(t, nil)
	d := to("mailer", r.URL+"/base/", func(d *rules.Destination) {
		d.Paths = []rules.PathMap{{From: "/v1/*", To: "/collect/*"}}
		d.Headers = []rules.Header{{Name: "Authorization", Value: rules.Secret("Bearer t")}, {Name: "X-Key", Value: rules.Secret("k")}}
	})
	rig := prepare(t, Options{Queue: openQueue(t, ":memory:"), Policy: policy(d), Via: "1.1 eventveil-7"})
	rig.run()
	m := message("mailer", "web", `{"a" : 1}`)
	m.Query = "x=1&y=%20"
	m.Headers = []queue.Header{{Name: "Content-Type", Value: "text/plain"}, {Name: "Authorization", Value: "Basic sdk"}, {Name: "User-Agent", Value: "sdk/1"}}
	rig.put(m)
	rig.settled("mailer")
	got := r.got()[0]
	if got.target != "/base/collect/track?x=1&y=%20" || got.body != `{"a" : 1}` {
		t.Errorf("it got %s at %s", got.body, got.target)
	}
	m.Path, m.Query = "/x//y%2Fz/../", ""
	rig.put(m)
	rig.settled("mailer")
	if target := r.got()[1].target; target != "/base/x//y%2Fz/../" {
		t.Errorf("a path became %s", target)
	}
	got.header.Del("Content-Length")
	if diff := cmp.Diff(http.Header{"Content-Type": {"text/plain"}, "Authorization": {"Bearer t"}, "User-Agent": {"sdk/1"}, "X-Key": {"k"}, "Via": {"1.1 eventveil-7"}}, got.header); diff != "" {
		t.Error(diff)
	}
	if s := rig.States()["mailer"]; s != (State{Delivered: 2}) {
		t.Errorf("its state is %+v", s)
	}
}

func TestPlainRequest(t *testing.T) {
	f := func(format rules.Format, url, target, kind, body string) {
		t.Helper()
		r := newReceiver(t, nil)
		rig := start(t, to("d", r.URL+url, func(d *rules.Destination) {
			d.Format = format
			d.Paths = []rules.PathMap{{From: "/*", To: "/never/*"}}
			d.Headers = []rules.Header{{Name: "X-Key", Value: rules.Secret("k")}}
		}))
		m := message("d", "web", `{"a":1}`, `{"a":2}`)
		m.Query, m.Headers = "x=1", []queue.Header{{Name: "Cookie", Value: "c=1"}, {Name: "Authorization", Value: "Basic sdk"}}
		rig.put(m)
		rig.settled("d")
		got := r.got()[0]
		if got.target != target || got.body != body {
			t.Errorf("it got %s at %s", got.body, got.target)
		}
		got.header.Del("Content-Length")
		if diff := cmp.Diff(http.Header{"Content-Type": {kind}, "X-Key": {"k"}}, got.header); diff != "" {
			t.Error(diff)
		}
	}
	both := `[{"a":1,"sentAt":"2025-01-01T00:00:00Z"},{"a":2,"sentAt":"2025-01-01T00:00:00Z"}]`
	f(rules.PlainJSON, "", "/", "application/json", both)
	f(rules.PlainJSON, "/in/?key=1", "/in/?key=1", "application/json", both)
	f(rules.PlainLines, "/in", "/in", "application/x-ndjson", strings.NewReplacer("[", "", "},{", "}\n{", "]", "\n").Replace(both))
}

// TestRetries holds that what may succeed later is tried until it does, and nothing else
// is tried twice.
func TestRetries(t *testing.T) {
	f := func(first int, wantPosts int, wantDead string) {
		t.Helper()
		r := newReceiver(t, func(w http.ResponseWriter, _ post, n int) {
			if n < 3 {
				w.WriteHeader(first)
			}
		})
		rig := start(t, to("d", r.URL))
		rig.put(message("d", "web", `{"id":1}`))
		rig.settled("d")
		dead := ""
		for _, l := range rig.letters("d") {
			dead += fmt.Sprintf("%s %d %s", l.Reason, l.Status, l.Body)
		}
		if n := len(r.got()); n != wantPosts || dead != wantDead {
			t.Errorf("%d: %d requests, dead %q; want %d and %q", first, n, dead, wantPosts, wantDead)
		}
		s := rig.States()["d"]
		if want := (State{Delivered: 1 - int64(len(rig.letters("d"))), Retries: int64(wantPosts - 1), Dead: int64(len(rig.letters("d")))}); s != want {
			t.Errorf("%d: its state is %+v, want %+v", first, s, want)
		}
	}
	for _, status := range []int{401, 403, 404, 408, 425, 429, 500, 502, 503, 504, 599} {
		f(status, 3, "")
	}
	for _, status := range []int{400, 409, 413, 422, 501, 505} {
		f(status, 1, fmt.Sprintf(`rejected %d {"id":1}`, status))
	}
}

// TestGivesUp holds when what is tried again and again is set aside.
func TestGivesUp(t *testing.T) {
	f := func(status int, wantPosts int, reason string) {
		t.Helper()
		r := newReceiver(t, func(w http.ResponseWriter, _ post, _ int) { w.WriteHeader(status) })
		rig := start(t, to("d", r.URL))
		rig.put(message("d", "web", `{"id":1}`))
		rig.settled("d")
		dead := rig.letters("d")
		if len(r.got()) != wantPosts || len(dead) != 1 || dead[0].Reason != reason || dead[0].Status != status {
			t.Errorf("%d: %d requests, dead %+v", status, len(r.got()), dead)
		}
	}
	f(500, 4, queue.Failing)
	f(404, 4, queue.Rejected)
	f(308, 4, queue.Rejected)
	// Others may be repaired any time: the events wait until they expire.
	for _, status := range []int{401, 403, 408, 429, 502, 503, 504} {
		r := newReceiver(t, func(w http.ResponseWriter, _ post, _ int) { w.WriteHeader(status) })
		rig := start(t, to("d", r.URL, func(d *rules.Destination) { d.Backlog.Age = 400 * time.Millisecond }))
		rig.put(message("d", "web", `{"id":1}`))
		rig.settled("d")
		if dead := rig.letters("d"); len(r.got()) <= 4 || len(dead) != 1 || dead[0].Reason != queue.Expired {
			t.Errorf("%d: %d requests, dead %+v", status, len(r.got()), dead)
		}
	}
}

// TestBisect holds that one bad event among a hundred is found, and the others arrive,
// each exactly once and in order.
func TestBisect(t *testing.T) {
	f := func(format rules.Format, status int, reason string, atMost int, bad ...int) {
		t.Helper()
		r := newReceiver(t, nil)
		taken := make(chan string, 1000)
		r.answer = func(w http.ResponseWriter, p post, _ int) {
			for _, b := range bad {
				if strings.Contains(p.body, fmt.Sprintf(`{"id":%d}`, b)) || strings.Contains(p.body, fmt.Sprintf(`{"id":%d,`, b)) {
					w.WriteHeader(status)
					return
				}
			}
			taken <- p.body
		}
		rig := start(t, to("d", r.URL, func(d *rules.Destination) { d.Format = format }))
		rig.put(message("d", "web", numbered(0, 100)...))
		rig.settled("d")
		close(taken)
		var want, got []int
		for i := range 100 {
			if !slices.Contains(bad, i) {
				want = append(want, i)
			}
		}
		for body := range taken {
			for _, piece := range strings.Split(body, `{"id":`)[1:] {
				var id int
				fmt.Sscanf(piece, "%d", &id)
				got = append(got, id)
			}
			if format == rules.AsReceived && !strings.HasSuffix(body, `],"sentAt":"2025-01-01T00:00:00Z"}`) {
				t.Errorf("a part has lost its envelope: %s", body)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		dead := rig.letters("d")
		if len(dead) != len(bad) {
			t.Fatalf("%d dead letters, want %d", len(dead), len(bad))
		}
		for i, l := range dead {
			if l.Reason != reason || l.Status != status || l.Events != 1 || string(l.Body) != fmt.Sprintf(`{"batch":[{"id":%d}],"sentAt":"2025-01-01T00:00:00Z"}`, bad[i]) {
				t.Errorf("dead letter %d is %s %d %s", i, l.Reason, l.Status, l.Body)
			}
		}
		if n := len(r.got()); n > atMost {
			t.Errorf("%d requests, want at most %d", n, atMost)
		}
		if s := rig.States()["d"]; s.Delivered != int64(100-len(bad)) || s.Dead != int64(len(bad)) {
			t.Errorf("its state is %+v", s)
		}
	}
	f(rules.AsReceived, 400, queue.Rejected, 15, 37)
	f(rules.PlainJSON, 422, queue.Rejected, 15, 0)
	f(rules.PlainLines, 413, queue.Rejected, 15, 99)
	f(rules.AsReceived, 400, queue.Rejected, 40, 0, 50, 99)
	f(rules.AsReceived, 500, queue.Failing, 40, 37)
	f(rules.PlainJSON, 500, queue.Failing, 40, 62)
}

// TestSilence holds that an event that is never answered is set aside when others are
// answered, and waits when none is.
func TestSilence(t *testing.T) {
	r := newReceiver(t, func(w http.ResponseWriter, p post, _ int) {
		if strings.Contains(p.body, `{"id":13}`) {
			panic(http.ErrAbortHandler)
		}
	})
	rig := start(t, to("d", r.URL))
	rig.put(message("d", "web", numbered(0, 20)...))
	rig.settled("d")
	if dead := rig.letters("d"); len(dead) != 1 || dead[0].Reason != queue.Failing || !strings.Contains(string(dead[0].Body), `{"batch":[{"id":13}]`) {
		t.Errorf("dead letters: %+v", dead)
	}
	rig.put(message("d", "web", numbered(13, 14)...))
	until(t, "it was tried often", func() bool { return rig.States()["d"].Retries > 20 })
	if rig.backlog("d").Messages != 1 {
		t.Error("an event was set aside though nothing tells it from an outage")
	}
	if s := rig.States()["d"]; s.Trouble != "it ends connections without an answer in HTTP" {
		t.Errorf("its state is %+v", s)
	}
}
