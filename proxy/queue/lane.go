package queue

import (
	"container/heap"
	"time"
)

// lane is what waits for one destination. Its members are guarded by the queue's mutex.
//
// Of the packs in its table, those up to read are in memory as far as they are not
// settled, or on their way there; the rest is only counted.
type lane struct {
	name    string
	number  int64 // of its table; 0 until there is one
	limits  Limits
	bounded bool

	amount       // in the table and not settled
	held   int64 // bytes that are taken
	coming int64 // bytes that are being appended
	dead   int64 // bytes of dead letters

	last    int64 // pack in the table
	read    int64 // pack that was read
	loading bool  // somebody reads
	holes   bool  // packs could not be read and are counted still
	loaded  map[int64]*pack
	ahead   []*pack // those with messages that were never taken, in order
	at      int     // the first of them in ahead[0]
	back    places  // what was returned
	before  uint64  // places up to here may have been taken by a process that ended

	changed chan struct{} // closed when there may be something to take
}

// places is a heap of IDs.
type places []uint64

func (p places) Len() int           { return len(p) }
func (p places) Less(i, j int) bool { return p[i] < p[j] }
func (p places) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *places) Push(x any)        { *p = append(*p, x.(uint64)) }
func (p *places) Pop() any {
	last := len(*p) - 1
	x := (*p)[last]
	*p = (*p)[:last]
	return x
}

func newLane(name string) *lane {
	return &lane{name: name, loaded: map[int64]*pack{}, changed: make(chan struct{})}
}

// wake lets those who wait for something to take look again.
func (l *lane) wake() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// full tells whether so many bytes more are too many, once those are gone that may go.
func (l *lane) full(more int64) bool {
	stay := l.bytes
	if l.limits.DropOldest {
		stay = l.held
	}
	return l.bounded && stay+l.coming+more > l.limits.Bytes
}

// wanted bounds what is taken.
type wanted struct {
	messages int
	bytes    int64
}

// take takes what is in memory, the oldest first, until there is what is wanted. It tells
// whether there is more to be read before that.
func (l *lane) take(items []*Item, w wanted) (_ []*Item, more bool) {
	var bytes int64
	for _, i := range items {
		bytes += i.Size
	}
	for len(items) < w.messages {
		p, i, ok := l.oldest()
		if !ok {
			return items, l.read < l.last
		}
		id := p.itemID(i)
		item := p.item(i, p.states[i] == returned || id <= l.before)
		if len(items) > 0 && bytes+item.Size > w.bytes {
			return items, false
		}
		l.pass(p, i)
		p.states[i] = taken
		bytes += item.Size
		l.held += item.Size
		items = append(items, item)
	}
	return items, false
}

// oldest is the next message to take in memory.
func (l *lane) oldest() (*pack, int, bool) {
	for len(l.back) > 0 {
		id, i := placeOf(l.back[0])
		if p := l.loaded[id]; p != nil && p.states[i] == returned {
			return p, i, true
		}
		heap.Pop(&l.back)
	}
	for len(l.ahead) > 0 {
		p := l.ahead[0]
		for ; l.at < len(p.states); l.at++ {
			if p.states[l.at] == waiting {
				return p, l.at, true
			}
		}
		l.ahead[0] = nil
		l.ahead, l.at = l.ahead[1:], 0
	}
	return nil, 0, false
}

// pass goes past what oldest has told.
func (l *lane) pass(p *pack, i int) {
	if p.states[i] == returned {
		heap.Pop(&l.back)
		return
	}
	l.at++
}

// find is a message that is taken.
func (l *lane) find(id uint64) (*pack, int, bool) {
	at, i := placeOf(id)
	p := l.loaded[at]
	if p == nil || i >= len(p.states) || p.states[i] != taken {
		return nil, 0, false
	}
	return p, i, true
}

// settle ends a message that is taken.
func (l *lane) settle(p *pack, i int) {
	m := &p.messages[i]
	l.amount = l.less(amountOf(m))
	l.held -= size(m)
	*m = Message{}
	p.states[i] = settled
	p.left--
	if p.left == 0 {
		delete(l.loaded, p.id)
		p.messages, p.states = nil, nil // it is kept until the file knows
	}
}

// give makes a message that is taken wait again.
func (l *lane) give(p *pack, i int) {
	p.states[i] = returned
	l.held -= size(&p.messages[i])
	heap.Push(&l.back, p.itemID(i))
}

// reached is the place of the last message that was ever taken.
func (l *lane) reached() uint64 {
	if len(l.ahead) > 0 {
		return l.ahead[0].itemID(l.at) - 1
	}
	return placeID(l.number, l.read, packMessages-1)
}

// oldestAccepted is the least time among messages in memory; zero when there are none.
func (l *lane) oldestAccepted() (oldest time.Time) {
	for _, p := range l.loaded {
		for i, s := range p.states {
			if at := p.messages[i].Accepted; s != settled && (oldest.IsZero() || at.Before(oldest)) {
				oldest = at
			}
		}
	}
	return oldest
}
