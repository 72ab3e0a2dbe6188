package deliver

import (
	"context"
	"errors"
	"time"

	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/rules"
)

// A worker holds so much of what waits in memory, and at most one message more.
const (
	windowMessages = 256
	windowBytes    = 8 << 20
	// windowJoined is the most messages where many of them make one request.
	windowJoined = 4096
	// windowPart of what may wait is the most bytes: what is held cannot be dropped, and
	// would leave a full queue no room for what is newer.
	windowPart = 4
)

// window is what was taken from the queue and is not acknowledged.
type window struct {
	works    map[*work]struct{}
	bytes    int64
	messages int   // at most
	most     int64 // bytes, and one message more
	asked    bool
}

// want is room in the window.
type want struct {
	messages int
	bytes    int64
}

func (n *window) resize(s *settings) {
	n.messages = windowMessages
	if s.Format != rules.AsReceived {
		n.messages = max(windowMessages, min(windowJoined, 2*s.Batch.Events*s.Concurrency))
	}
	n.most = windowBytes
	if s.Backlog.Bytes > 0 {
		n.most = max(1, min(windowBytes, s.Backlog.Bytes/windowPart))
	}
}

// ask asks for more messages when a quarter of the window is free; when requests could
// be sent and there is nothing to send, other sources may wait behind those in the
// window, and less is enough.
func (w *worker) ask() {
	room := want{w.window.messages - len(w.window.works), w.window.most - w.window.bytes}
	if w.window.asked || room.messages <= 0 || room.bytes <= 0 {
		return
	}
	part := 4
	switch {
	case len(w.ready) > 0 || w.flying >= w.settings.Concurrency:
	case w.flying > 0:
		part = 16
	default:
		part = windowBytes // any
	}
	if room.messages < w.window.messages/part || room.bytes < w.window.most/int64(part) {
		return
	}
	w.window.asked = true
	w.wants <- room
}

// fetch takes messages from the queue as they are wanted, until ctx is done.
func (s *shared) fetch(ctx context.Context) {
	for {
		var room want
		select {
		case <-ctx.Done():
			return
		case room = <-s.wants:
		}
		items, err := s.queue.Next(ctx, s.name, room.messages, room.bytes)
		if err != nil && ctx.Err() == nil {
			if errors.Is(err, queue.ErrClosed) {
				return
			}
			s.say.queue("cannot take events from the queue", err)
			select {
			case <-ctx.Done():
				return
			case <-time.After(retryQueue):
			}
		}
		select {
		case s.taken <- items:
		case <-ctx.Done():
			s.queue.Return(items...)
			return
		}
	}
}

// take sorts messages into lanes.
func (w *worker) take(items []*queue.Item) {
	w.window.asked = false
	for _, item := range items {
		work := newWork(item)
		w.window.works[work] = struct{}{}
		w.window.bytes += item.Size
		l := w.lanes[item.Source]
		if l == nil {
			l = &lane{source: item.Source}
			w.lanes[item.Source] = l
		}
		l.works = append(l.works, work)
		w.enlist(l)
		if w.settings.Backlog.Age > 0 && work.expired(&w.settings.Destination, time.Now()) {
			w.sweep = time.Now()
		}
	}
}

// acknowledge settles with the queue what is delivered or set aside.
func (w *worker) acknowledge(now time.Time) {
	if len(w.acks) == 0 || now.Before(w.later) {
		return
	}
	items := make([]*queue.Item, len(w.acks))
	for i, work := range w.acks {
		items[i] = work.item
	}
	if err := w.queue.Ack(items...); err != nil {
		w.refused("cannot acknowledge to the queue what was delivered", err)
		return
	}
	for _, work := range w.acks {
		delete(w.window.works, work)
		w.window.bytes -= work.item.Size
	}
	w.acks = w.acks[:0]
}

// refused notes that the queue failed, and when to try again.
func (w *worker) refused(what string, err error) {
	w.later = time.Now().Add(retryQueue)
	w.say.queue(what, err)
}
