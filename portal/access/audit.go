package access

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// nobody is the actor of what is done under a name that no user has.
const nobody = "unknown"

// note writes to the audit what somebody did.
func (g *Guard) note(ctx context.Context, actor, action, via string) error {
	return g.store.Note(ctx, entry(actor, action, map[string]any{"via": via}))
}

func entry(actor, action string, after map[string]any) inventory.Entry {
	text, err := json.Marshal(after)
	if err != nil {
		panic("BUG: " + err.Error()) // of words and numbers
	}
	return inventory.Entry{Actor: actor, Action: action, Object: "portal", Label: "portal", After: string(text)}
}

// failed notes an attempt to log in that was refused. The audit must not be filled by
// whoever can reach the login page, so only so many are noted; the next says how many
// were not.
func (g *Guard) failed(ctx context.Context, actor, via, reason, address string) {
	g.log.Warn("login failed", "user", actor, "via", via, "reason", reason, "address", address)
	unnoted, ok := g.notes.take(g.now())
	if !ok {
		return
	}
	after := map[string]any{"via": via, "reason": reason}
	if unnoted > 0 {
		after["unnoted"] = unnoted
	}
	// Who does not wait for the answer has tried all the same.
	if err := g.store.Note(context.WithoutCancel(ctx), entry(actor, "login failed", after)); err != nil {
		g.log.Warn("a failed login cannot be noted in the audit", "user", actor, "error", err)
	}
}

// Failed logins that are noted: so many at once, and then one each so often.
const (
	maxNotes  = 60
	noteEvery = 10 * time.Second
)

// noteBudget is how many failed logins may still be noted. The zero value is ready.
type noteBudget struct {
	mu      sync.Mutex
	full    time.Time // when all are there again
	unnoted int
}

// take tells whether one may be noted, and how many were not before it.
func (b *noteBudget) take(now time.Time) (unnoted int, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.full.Before(now) {
		b.full = now
	}
	if b.full.Sub(now) > (maxNotes-1)*noteEvery {
		b.unnoted++
		return 0, false
	}
	b.full = b.full.Add(noteEvery)
	unnoted, b.unnoted = b.unnoted, 0
	return unnoted, true
}
