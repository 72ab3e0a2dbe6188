package pages

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

const (
	// maxLives is how many can watch at once: each costs a connection and a goroutine.
	maxLives = 20
	// longestLive is how long somebody watches with one start.
	longestLive = 15 * time.Minute
	// beat is how often a connection on which nothing passes says that it is there.
	beat = 15 * time.Second
)

type livePage struct{ Here bool }

// live answers: what passes right now? It is started by hand.
func (s *site) live(w http.ResponseWriter, r *http.Request) error {
	v := s.view(r, "live", "Live")
	v.Scripts = []string{"live.js"}
	v.Data = livePage{Here: s.Watch != nil}
	return s.show(w, http.StatusOK, "live", v)
}

// liveLine is an event as the script of the page gets it: texts as they are shown.
type liveLine struct {
	At       string        `json:"at"`
	Source   string        `json:"source"`
	Event    string        `json:"event"`
	Findings []liveFinding `json:"findings"`
}

type liveFinding struct {
	ID      string       `json:"id"`
	Path    string       `json:"path"`
	Type    string       `json:"type"`
	Class   string       `json:"class"`
	Word    string       `json:"word"`
	Shape   string       `json:"shape"`
	Actions []liveAction `json:"actions"`
}

type liveAction struct {
	Destination string `json:"destination"`
	Action      string `json:"action"`
	Word        string `json:"word"`
}

// liveEvents hands out events as they pass, masked, as Server-Sent Events, until the
// page is left or longestLive is over.
func (s *site) liveEvents(w http.ResponseWriter, r *http.Request) error {
	if s.Watch == nil {
		return &unfit{http.StatusNotFound, "No events pass here: this process is the portal alone."}
	}
	if r.Method == http.MethodHead {
		return &unfit{http.StatusMethodNotAllowed, "Events are asked for with GET."}
	}
	select {
	case s.lives <- struct{}{}:
	default:
		return &unfit{http.StatusServiceUnavailable, fmt.Sprintf("%d are watching already. Try again when one has stopped.", maxLives)}
	}
	events, stop := s.Watch()
	defer stop()
	defer func() { <-s.lives }()
	out := http.NewResponseController(w)
	// The server's deadline is for pages; a writer that has none keeps what it has.
	_ = out.SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy in between hands on at once
	w.WriteHeader(http.StatusOK)

	alive := time.NewTicker(beat)
	defer alive.Stop()
	end := time.NewTimer(longestLive)
	defer end.Stop()
	text := []byte("retry: 5000\n\n")
	for {
		_, err := w.Write(text)
		if gone := errors.Join(err, out.Flush()) != nil; gone {
			return nil
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-end.C:
			text = []byte("event: end\ndata: {}\n\n")
			_, _ = w.Write(text) // nobody may listen any more
			return nil
		case <-alive.C:
			text = []byte(": \n\n")
		case e, ok := <-events:
			if !ok {
				return nil
			}
			line, err := json.Marshal(liveLineOf(&e))
			if err != nil {
				return err
			}
			text = fmt.Appendf(nil, "data: %s\n\n", line)
		}
	}
}

func liveLineOf(e *inventory.LiveEvent) liveLine {
	l := liveLine{At: e.At.UTC().Format("15:04:05"), Source: cut(e.Source, 40), Event: cut(e.Event, 60), Findings: []liveFinding{}}
	for _, f := range e.Findings {
		one := liveFinding{ID: string(f.Point), Path: cut(f.Path, nameRoom), Type: f.Type, Class: f.Class, Word: classWord(f.Class), Shape: cut(f.Shape, 40), Actions: []liveAction{}}
		for _, a := range f.Actions {
			one.Actions = append(one.Actions, liveAction{cut(a.Destination, 40), a.Action, actionWord(a.Action)})
		}
		l.Findings = append(l.Findings, one)
	}
	return l
}
