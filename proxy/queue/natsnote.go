package queue

import (
	"log/slog"
	"sync"
	"time"
)

// noter logs what is wrong when it begins, once a minute while it lasts, and when it is
// over: what waits for a cluster asks for it many times a second.
type noter struct {
	log *slog.Logger

	mu   sync.Mutex
	last map[string]note // by what they are about
}

type note struct {
	text string
	at   time.Time
}

// trouble notes an error.
func (n *noter) trouble(what string, err error) {
	n.mu.Lock()
	last, known := n.last[what]
	now := time.Now()
	again := known && now.Sub(last.at) < time.Minute
	if !again {
		if n.last == nil {
			n.last = map[string]note{}
		}
		n.last[what] = note{err.Error(), now}
	}
	n.mu.Unlock()
	if !again {
		n.log.Warn("the queue of the fleet is in trouble", "about", what, "error", err)
	}
}

// fine notes that what was in trouble is not.
func (n *noter) fine(what string) {
	n.mu.Lock()
	last, known := n.last[what]
	delete(n.last, what)
	n.mu.Unlock()
	if known {
		n.log.Info("the queue of the fleet works again", "about", what, "was", last.text)
	}
}
