package deliver

import "time"

// enlist gives a lane its turn, when it may have one.
func (w *worker) enlist(l *lane) {
	if l.idle() {
		if w.lanes[l.source] == l {
			delete(w.lanes, l.source)
		}
		delete(w.waiting, l)
		return
	}
	if l.ready || len(l.works) == 0 && len(l.parcels) == 0 || l.busy > 0 && !w.settings.Unordered {
		return
	}
	l.ready = true
	w.ready = append(w.ready, l)
}

// wait notes when a lane will have something to send. A zero time is when a request of
// its has been answered, or never.
func (w *worker) wait(l *lane, due time.Time) {
	if due.IsZero() {
		w.enlist(l)
		return
	}
	w.waiting[l] = struct{}{}
	if w.due.IsZero() || due.Before(w.due) {
		w.due = due
	}
}

// wake gives their turn to lanes that wait, when the first of them has waited long
// enough; the others will wait again.
func (w *worker) wake(now time.Time) {
	if w.due.IsZero() || now.Before(w.due) {
		return
	}
	w.due = time.Time{}
	for l := range w.waiting {
		delete(w.waiting, l)
		w.enlist(l)
	}
}

// hurry ends the waits of all parcels, or of those that wait because of the destination.
func (w *worker) hurry(all bool) {
	for _, l := range w.lanes {
		for _, p := range l.parcels {
			if all || p.outage {
				p.due = time.Time{}
			}
		}
		w.enlist(l)
	}
}

// update goes on by other settings. When the destination is another one, or is spoken to
// in another way, it is tried at once.
func (w *worker) update(s *settings) {
	changed := !s.same(w.settings)
	w.settings = s
	w.window.resize(s)
	if changed {
		w.breaker = breaker{opened: time.Now()} // what was sent before does not count
	}
	w.sweep = time.Now()
	w.hurry(changed)
}

// scratch is a buffer for a body, and stays among the spare ones.
func (w *worker) scratch() []byte {
	if n := len(w.spare); n > 0 {
		return w.spare[n-1]
	}
	return nil
}
