package queue

import (
	"fmt"
)

// part is frames for one lane, no more than fit a pack.
type part struct {
	lane   *lane
	frames []byte
	amount
	accepted int64 // of the oldest, in nanoseconds
}

// entry is an Append on its way to the file.
type entry struct {
	parts []*part
	bytes int64
	done  chan struct{}
	err   error // once done
}

func (e *entry) Wait() error {
	<-e.done
	return e.err
}

func (e *entry) finish(err error) {
	e.err = err
	close(e.done)
}

// encode makes parts of messages, in their order for each destination.
func encode(messages []Message) (parts []*part, names []string) {
	open := map[string]*part{}
	for i := range messages {
		m := &messages[i]
		n := amountOf(m)
		p := open[m.Destination]
		if p == nil || !p.fits(n) {
			p = &part{accepted: m.Accepted.UnixNano()}
			open[m.Destination] = p
			parts, names = append(parts, p), append(names, m.Destination)
		}
		p.frames = appendFrame(p.frames, m)
		p.add(n)
		p.accepted = min(p.accepted, m.Accepted.UnixNano())
	}
	return parts, names
}

// fits tells whether more messages would go into the same pack.
func (p *part) fits(c amount) bool {
	return p.messages+c.messages <= packMessages && p.bytes+c.bytes <= packBytes
}

func (q *local) Append(messages []Message) (Ticket, error) {
	e := &entry{done: make(chan struct{})}
	var names []string
	e.parts, names = encode(messages)
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.coming > comingBytes && !q.closed {
		q.room.Wait()
	}
	if q.closed {
		return nil, ErrClosed
	}
	if len(e.parts) == 0 {
		e.finish(nil)
		return e, nil
	}
	for i, p := range e.parts {
		p.lane = q.laneOf(names[i])
		if p.lane.full(p.bytes) {
			for _, before := range e.parts[:i] {
				before.lane.coming -= before.bytes
			}
			return nil, fmt.Errorf("%w for destination %q: its limit is reached", ErrFull, names[i])
		}
		p.lane.coming += p.bytes
		e.bytes += p.bytes
	}
	q.coming += e.bytes
	q.entries = append(q.entries, e)
	q.wakeWriter()
	return e, nil
}

// trim drops the oldest of what is more than a lane may hold. mu is held, and let go for
// reading.
func (q *local) trim(l *lane) error {
	for l.bounded && l.limits.DropOldest && l.bytes > l.limits.Bytes {
		items, more := l.take(nil, wanted{messages: 1})
		switch {
		case len(items) > 0:
			p, i, _ := l.find(items[0].ID)
			q.settle(p, i)
			loss := q.lost[l.name]
			loss.Dropped += int64(items[0].Events)
			q.lost[l.name] = loss
		case !more:
			return nil
		case l.loading:
			changed := l.changed
			q.mu.Unlock()
			<-changed
			q.mu.Lock()
		default:
			if err := q.loadNow(l); err != nil {
				return err
			}
		}
	}
	return nil
}
