package pages

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

func TestLive(t *testing.T) {
	f := newFixture(t)
	has(t, f.page("/live"), "No events pass here")

	events := make(chan inventory.LiveEvent)
	stopped := make(chan bool, maxLives+1)
	f.options.Watch = func() (<-chan inventory.LiveEvent, func()) {
		return events, sync.OnceFunc(func() { stopped <- true })
	}
	f.handler = New(f.options)
	has(t, f.page("/live"), "<noscript>", `id="start"`)
	server := httptest.NewServer(f.handler)
	defer server.Close()

	watch := func() (*http.Response, context.CancelFunc) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/live/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		return answer, cancel
	}
	answer, leave := watch()
	defer answer.Body.Close()
	if got := answer.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("Content-Type is %q", got)
	}
	events <- inventory.LiveEvent{At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Source: "web", Event: "\u202eOrder", Findings: []inventory.LiveFinding{
		{Point: email.ID(), Path: "traits.<b>\u202e", Type: "email", Class: "yellow", Shape: "aaa@aaaaaaa.aaa", Actions: []inventory.LiveAction{{Destination: "collector", Action: "hash", Rule: "r"}}}}}
	lines := bufio.NewScanner(answer.Body)
	var got liveLine
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			if err := json.Unmarshal([]byte(data), &got); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	if got.At != "03:04:05" || got.Event != "⟨U+202E⟩Order" || len(got.Findings) != 1 || got.Findings[0].Path != "traits.<b>⟨U+202E⟩" ||
		got.Findings[0].Word != "Personal" || got.Findings[0].Actions[0].Word != "hashed" {
		t.Errorf("got %+v", got)
	}
	leave()
	select {
	case <-stopped:
	case <-time.After(5 * time.Second):
		t.Fatal("it goes on when the page is left")
	}

	for range maxLives {
		a, cancel := watch()
		defer a.Body.Close()
		defer cancel()
		if a.StatusCode != http.StatusOK {
			t.Fatalf("watching is refused: %d", a.StatusCode)
		}
	}
	full, cancel := watch()
	defer full.Body.Close()
	defer cancel()
	if full.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("one more watches: %d", full.StatusCode)
	}
}
