package deliver

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// later is an answer that comes so long after the one before.
type later struct {
	after  time.Duration
	answer answer
}

// TestLastWord holds that the log's last word of a destination comes to be true, that each
// kind of line is written once a minute at most, and that nothing ends that was not told.
func TestLastWord(t *testing.T) {
	const s = time.Second
	well := answer{kind: ok, status: 200}
	away, locked := answer{kind: busy, status: 503, trouble: "503"}, answer{kind: locked, status: 401, trouble: "401"}
	asks := func(d time.Duration) answer {
		return answer{kind: busy, status: 429, trouble: "429", after: d}
	}
	f := func(rest time.Duration, answers []later, want ...string) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			log := &buffer{}
			bare := func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == "destination" {
					return slog.Attr{}
				}
				return a
			}
			d, err := New(Options{Policy: policy(to("d", "http://192.0.2.1")), Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{ReplaceAttr: bare}))})
			if err != nil {
				t.Fatal(err)
			}
			w := newWorker(d, d.plan.by["d"])
			w.flying = len(answers)
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() {
				defer close(done)
				w.work(ctx)
			}()
			for _, x := range answers {
				time.Sleep(x.after)
				w.answers <- &request{lane: &lane{busy: 1}, parcel: &parcel{limit: 100}, settings: w.settings, sent: time.Now(), answer: x.answer}
			}
			time.Sleep(rest)
			synctest.Wait()
			var got []string
			for line := range strings.Lines(log.String()) {
				word, why, _ := strings.Cut(strings.TrimSpace(line), " why=")
				if strings.Contains(word, "again\"") && why == "" {
					why = "well"
				}
				got = append(got, why)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the log (-want +got):\n%s", diff)
			}
			cancel()
			<-done
		})
	}
	f(9*time.Minute, []later{{0, well}, {s, well}})
	f(9*time.Minute, []later{{0, away}, {s, away}, {s, away}}, "503")
	f(0, []later{{0, away}, {s, well}}, "503", "well")
	f(9*time.Minute, []later{{0, away}, {s, well}, {s, away}, {s, well}, {s, away}, {s, well}}, "503", "well")
	f(50*s, []later{{0, away}, {s, well}, {s, locked}}, "503", "well")
	f(2*time.Minute, []later{{0, away}, {s, well}, {s, locked}}, "503", "well", "401")
	f(2*time.Minute, []later{{0, away}, {s, locked}}, "503", "401")
	f(0, []later{{0, away}, {61 * s, locked}, {s, well}}, "503", "401", "well")
	f(2*time.Minute, []later{{0, away}, {61 * s, well}, {s, locked}, {s, well}}, "503", "well", "401", "well")
	f(0, []later{{0, asks(300 * s)}, {70 * s, asks(300 * s)}, {70 * s, asks(300 * s)}}, `"it asked to wait until 2000-01-01T00:05:00Z"`)
}
