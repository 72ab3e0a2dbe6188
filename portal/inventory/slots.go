package inventory

import "github.com/eventveil/eventveil/engine"

// maxSlots bounds the distinct pairs of a ruling and an event name that all shards
// together count between two batches, as long as there are few: none has less than
// leastSlots. minSlots is how many a shard has room for at first. All are powers of two.
const (
	maxSlots   = 1 << 15
	leastSlots = 1 << 10
	minSlots   = 1 << 9
)

// slots count pairs of a ruling and an event name. It is a table with open addressing
// that is at most three quarters full.
type slots struct {
	list  []slot // a power of two, or nil
	used  int
	limit int // of list's length
}

type slot struct {
	ruling *engine.Ruling
	name   int32
	count  uint32
}

// added is what became of a finding in slots.
type added uint8

const (
	known added = iota
	fresh
	noRoom
)

func (t *slots) add(ruling *engine.Ruling, name int32) added {
	if len(t.list) > 0 {
		if s := t.find(ruling, name); s.ruling != nil {
			s.count++
			return known
		}
	}
	if 4*(t.used+1) > 3*len(t.list) && !t.grow() {
		return noRoom
	}
	*t.find(ruling, name) = slot{ruling, name, 1}
	t.used++
	return fresh
}

// find returns the slot of a pair, or the empty one where it belongs.
func (t *slots) find(ruling *engine.Ruling, name int32) *slot {
	mask := len(t.list) - 1
	i := int((ruling.ID*0x9e3779b97f4a7c15+uint64(name)*0xff51afd7ed558ccd)>>32) & mask
	for {
		s := &t.list[i]
		if s.ruling == ruling && s.name == name || s.ruling == nil {
			return s
		}
		i = (i + 1) & mask
	}
}

func (t *slots) grow() bool {
	if len(t.list) >= t.limit {
		return false
	}
	old := t.list
	t.list = make([]slot, max(minSlots, 2*len(old)))
	for i := range old {
		if s := &old[i]; s.ruling != nil {
			*t.find(s.ruling, s.name) = *s
		}
	}
	return true
}

// spare are empty slots with as much room as sufficed last time.
func (t *slots) spare() slots {
	n := minSlots
	for 4*t.used > 3*n && n < t.limit {
		n *= 2
	}
	return slots{list: make([]slot, n), limit: t.limit}
}

// maxEventNames bounds the distinct names of events that a shard tells apart between
// two batches; the others are as if they had none.
const maxEventNames = 1 << 12

// maxNameKept is the length in bytes up to which a name is remembered as it came.
const maxNameKept = 240

// eventNames numbers names of events; 0 is no name.
type eventNames struct {
	ids    map[string]int32
	list   []string // by number less one
	last   []byte   // the name asked for last: events of one kind come together
	lastID int32
}

func (n *eventNames) id(name []byte) int32 {
	if len(name) == 0 || len(name) > maxNameKept {
		return 0
	}
	if n.lastID != 0 && string(n.last) == string(name) {
		return n.lastID
	}
	id, ok := n.ids[string(name)]
	if !ok {
		if len(n.list) >= maxEventNames {
			return 0
		}
		if n.ids == nil {
			n.ids = map[string]int32{}
		}
		n.list = append(n.list, string(name))
		id = int32(len(n.list))
		n.ids[n.list[id-1]] = id
	}
	n.last, n.lastID = append(n.last[:0], name...), id
	return id
}
