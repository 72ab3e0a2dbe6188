package access

import (
	"container/list"
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"
)

// How wrong attempts are slowed down: after some that are free, each makes the next
// wait, twice as long as the one before.
const (
	freeByName    = 5
	freeByAddress = 10
	firstDelay    = time.Second
	longestDelay  = time.Minute
	remembered    = 15 * time.Minute // since the last attempt
	maxRemembered = 10000
)

// limitKey stands for a name or an address. Names are only kept as hashes: people type
// passwords into the wrong field.
type limitKey [sha256.Size]byte

func byName(name string) limitKey { return sha256.Sum256([]byte("name:" + name)) }

// byAddress is the key of an address; those of a network that one customer gets are one.
func byAddress(a netip.Addr) limitKey {
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			a = p.Addr()
		}
	}
	return sha256.Sum256([]byte("address:" + a.String()))
}

// limiter counts attempts to log in. The zero value is ready.
type limiter struct {
	mu      sync.Mutex
	entries map[limitKey]*list.Element
	order   list.List // of *attempts, the latest first
}

type attempts struct {
	key   limitKey
	count int
	last  time.Time
	until time.Time // no further attempt before
}

// begin counts an attempt as a wrong one, so that many at once do not all count as the
// first. When it has to wait it is not counted, and the time is returned.
func (l *limiter) begin(now time.Time, name, address limitKey) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range []limitKey{name, address} {
		if a := l.find(now, k); a != nil {
			wait = max(wait, a.until.Sub(now))
		}
	}
	if wait > 0 {
		return wait
	}
	l.count(now, name, freeByName)
	l.count(now, address, freeByAddress)
	return 0
}

// find is what is remembered of a key; nil for nothing.
func (l *limiter) find(now time.Time, k limitKey) *attempts {
	e := l.entries[k]
	if e == nil {
		return nil
	}
	a := e.Value.(*attempts)
	if now.Sub(a.last) > remembered {
		l.remove(e)
		return nil
	}
	return a
}

func (l *limiter) remove(e *list.Element) {
	l.order.Remove(e)
	delete(l.entries, e.Value.(*attempts).key)
}

func (l *limiter) count(now time.Time, k limitKey, free int) {
	if l.entries == nil {
		l.entries = map[limitKey]*list.Element{}
	}
	e := l.entries[k]
	if e == nil {
		if l.order.Len() >= maxRemembered {
			l.remove(l.order.Back())
		}
		e = l.order.PushFront(&attempts{key: k})
		l.entries[k] = e
	}
	l.order.MoveToFront(e)
	a := e.Value.(*attempts)
	a.count++
	a.last = now
	if over := a.count - free; over >= 0 {
		a.until = now.Add(min(longestDelay, firstDelay<<min(over, 16)))
	}
}

// succeed forgets the wrong attempts of a name, and that this one of an address was
// counted as wrong: not the others, or who knows one password could try others for ever.
func (l *limiter) succeed(name, address limitKey) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.entries[name]; e != nil {
		l.remove(e)
	}
	l.uncount(address)
}

// cancel takes back an attempt that was not made.
func (l *limiter) cancel(name, address limitKey) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.uncount(name)
	l.uncount(address)
}

func (l *limiter) uncount(k limitKey) {
	if e := l.entries[k]; e != nil {
		a := e.Value.(*attempts)
		a.count--
		a.until = time.Time{}
	}
}
