package inventory

import "github.com/eventveil/eventveil/engine"

// maxSlots bounds the distinct pairs of a ruling and a kind of event that all shards
// together count between two batches, as long as there are few: none has less than
// leastSlots. minSlots is how many a shard has room for at first. All are powers of two.
const (
	maxSlots   = 1 << 15
	leastSlots = 1 << 10
	minSlots   = 1 << 9
)

// slots count pairs of a ruling and a kind of event. It is a table with open addressing
// that is at most three quarters full.
type slots struct {
	list  []slot // a power of two, or nil
	used  int
	limit int // of list's length
}

type slot struct {
	ruling *engine.Ruling
	kind   kind
	count  uint32
}

// kind is what is counted apart of a ruling's events: their name, and which destinations
// they are kept from whatever the rules say.
type kind uint32

func kindOf(name, kept uint16) kind { return kind(kept)<<16 | kind(name) }

func (k kind) name() uint16 { return uint16(k) }
func (k kind) kept() uint16 { return uint16(k >> 16) }

// added is what became of a finding in slots.
type added uint8

const (
	known added = iota
	fresh
	noRoom
)

func (t *slots) add(ruling *engine.Ruling, k kind) added {
	if len(t.list) > 0 {
		if s := t.find(ruling, k); s.ruling != nil {
			s.count++
			return known
		}
	}
	if 4*(t.used+1) > 3*len(t.list) && !t.grow() {
		return noRoom
	}
	*t.find(ruling, k) = slot{ruling, k, 1}
	t.used++
	return fresh
}

// find returns the slot of a pair, or the empty one where it belongs.
func (t *slots) find(ruling *engine.Ruling, k kind) *slot {
	mask := len(t.list) - 1
	i := int((ruling.ID*0x9e3779b97f4a7c15+uint64(k)*0xff51afd7ed558ccd)>>32) & mask
	for {
		s := &t.list[i]
		if s.ruling == ruling && s.kind == k || s.ruling == nil {
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
			*t.find(s.ruling, s.kind) = *s
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

// maxTexts bounds the distinct texts that a shard tells apart between two batches.
const maxTexts = 1 << 12

// maxTextKept is the length in bytes up to which a text is remembered as it came.
const maxTextKept = 240

// texts number short texts, names of events say; 0 is none, and any beyond the bounds.
type texts struct {
	ids    map[string]uint16
	list   []string // by number less one
	last   []byte   // the text asked for last: events of one kind come together
	lastID uint16
}

func (n *texts) id(text []byte) uint16 {
	if len(text) == 0 || len(text) > maxTextKept {
		return 0
	}
	if n.lastID != 0 && string(n.last) == string(text) {
		return n.lastID
	}
	id, ok := n.ids[string(text)]
	if !ok {
		if len(n.list) >= maxTexts {
			return 0
		}
		if n.ids == nil {
			n.ids = map[string]uint16{}
		}
		n.list = append(n.list, string(text))
		id = uint16(len(n.list))
		n.ids[n.list[id-1]] = id
	}
	n.last, n.lastID = append(n.last[:0], text...), id
	return id
}
