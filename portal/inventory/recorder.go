package inventory

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

// Recorder adds up what the data plane meets, for a Keeper to fetch. It never blocks
// an event, and its memory is bounded: what comes while all shards are busy, or is new to
// a shard that is full, is counted as lost by source, and otherwise forgotten.
//
// It counts by the engine's rulings, of which there is one for each data point, source
// and kind of event, so a finding costs one look into a small table. What a ruling
// means is worked out when the counts are fetched.
type Recorder struct {
	shards []shard
	lost   atomic.Int64 // since the start
	busyMu sync.Mutex
	busy   losses // while all shards were
	watchers
}

// shard is a share of the counts.
type shard struct {
	mu sync.Mutex
	tally
	_ [64]byte // shards share no cache line
}

// tally is what was counted since the last time it was fetched.
type tally struct {
	slots slots
	names texts                    // of events
	kept  texts                    // see keptFrom
	drops slots                    // of whole events
	drawn map[*engine.Ruling]drawn // what the first finding of a ruling showed
	lost  losses                   // for want of room
}

// drawn is what one finding shows of a data point.
type drawn struct {
	engine.Evidence
	shape string
}

// losses count findings that were not recorded, by source.
type losses []int64

func (l *losses) add(source int, n int64) {
	for len(*l) <= source {
		*l = append(*l, 0)
	}
	(*l)[source] += n
}

// NewRecorder makes a Recorder.
func NewRecorder() *Recorder {
	r := &Recorder{shards: make([]shard, 2*runtime.GOMAXPROCS(0))}
	limit := maxSlots
	for limit*len(r.shards) > maxSlots && limit > leastSlots {
		limit /= 2
	}
	for i := range r.shards {
		r.shards[i].slots.limit, r.shards[i].drops.limit = limit, limit
	}
	return r
}

// Record counts what was found in a body and what was decided about it. It keeps
// nothing of the Inspector's but its rulings, which are immutable.
func (r *Recorder) Record(in *engine.Inspector) {
	if r.watched() {
		r.show(in)
	}
	n := in.Len()
	drops := in.DropsEvents()
	if n == 0 && !drops {
		return
	}
	first := in.Number()
	for i := range r.shards {
		s := &r.shards[(first+uint32(i))%uint32(len(r.shards))]
		if !s.mu.TryLock() {
			continue
		}
		full := s.count(in, n)
		if drops {
			s.countDrops(in)
		}
		s.mu.Unlock()
		if full > 0 {
			r.lost.Add(full)
		}
		return
	}
	r.lost.Add(int64(n))
	r.busyMu.Lock()
	r.busy.add(in.Source(), int64(n))
	r.busyMu.Unlock()
}

// count adds the findings of a body and returns how many there was no room for.
func (t *tally) count(in *engine.Inspector, n int) (full int64) {
	event, of, room := -3, kind(0), true
	for i := range n {
		if in.Empty(i) {
			continue // nothing was there
		}
		if e := in.EventOf(i); e != event {
			var name, kept uint16
			event, room = e, true
			if in.Withholds(e) {
				kept, room = t.keptFrom(in, e)
			}
			if e < 0 && in.Events() == 1 {
				e = 0 // beside the one event, so about it
			}
			if e >= 0 {
				name = t.names.id(in.EventName(e))
			}
			of = kindOf(name, kept)
		}
		ruling, what := in.Ruling(i), noRoom
		if room {
			what = t.slots.add(ruling, of)
		}
		switch what {
		case fresh:
			t.draw(in, i, ruling)
		case noRoom:
			full++
			t.lost.add(in.Source(), 1)
		}
	}
	return full
}

// keptFrom numbers what happens to an event for each destination whatever the rules say,
// or to what is beside the events: 0 when that is nothing. ok is false when there is no
// room for one more number.
func (t *tally) keptFrom(in *engine.Inspector, event int) (id uint16, ok bool) {
	var room [128]byte
	text, some := room[:0], false
	for d := range in.Engine().Policy().Destinations {
		action := in.Kept(event, d)
		some = some || action != rules.Allow
		text = append(text, byte(action))
	}
	if !some {
		return 0, true
	}
	id = t.kept.id(text)
	return id, id != 0
}

// draw remembers what a finding shows, unless one before it has shown a shape.
func (t *tally) draw(in *engine.Inspector, i int, ruling *engine.Ruling) {
	if ruling.Found == catalog.None || t.drawn[ruling].shape != "" {
		return
	}
	if t.drawn == nil {
		t.drawn = map[*engine.Ruling]drawn{}
	}
	var room [64]byte
	t.drawn[ruling] = drawn{in.Evidence(i), string(in.Shape(room[:0], i))}
}

// countDrops adds the rulings that drop whole events.
func (t *tally) countDrops(in *engine.Inspector) {
	for i := range in.Events() {
		if ruling := in.EventRuling(i); ruling.Drops {
			t.drops.add(ruling, 0)
		}
	}
}

// take hands over what was counted, in several parts, and begins anew.
func (r *Recorder) take(visit func(*tally)) {
	for i := range r.shards {
		s := &r.shards[i]
		s.mu.Lock()
		t := s.tally
		s.tally = tally{slots: t.slots.spare(), drops: slots{limit: t.drops.limit}}
		s.mu.Unlock()
		visit(&t)
	}
	r.busyMu.Lock()
	busy := r.busy
	r.busy = nil
	r.busyMu.Unlock()
	visit(&tally{lost: busy})
}
