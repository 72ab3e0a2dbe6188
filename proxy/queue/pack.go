package queue

// A pack's messages are numbered within it, and packs within their destination's lane, so
// that an Item's ID is its place: lane, pack, message.
const (
	packMessages = 1 << 10
	packBits     = 40
	packBytes    = 1 << 20 // of several messages; one may be larger
)

// amount is how much there is of something.
type amount struct{ messages, events, bytes int64 }

func (c *amount) add(d amount) {
	c.messages += d.messages
	c.events += d.events
	c.bytes += d.bytes
}

func (c amount) less(d amount) amount {
	return amount{c.messages - d.messages, c.events - d.events, c.bytes - d.bytes}
}

func amountOf(m *Message) amount { return amount{1, int64(m.Events), size(m)} }

// state is of a message.
type state uint8

const (
	waiting state = iota
	taken
	returned // taken before, and waiting again
	settled
)

// pack is one in the file whose messages are in memory.
type pack struct {
	lane     *lane
	id       int64 // grows in the order of appending
	messages []Message
	states   []state
	left     int    // not settled
	noted    bool   // the file holds which are settled
	told     amount // not settled, as the file knows
}

func placeID(lane, pack int64, message int) uint64 {
	return uint64(lane)<<(packBits+10) | uint64(pack)<<10 | uint64(message)
}

// itemID is the place of a message.
func (p *pack) itemID(i int) uint64 { return placeID(p.lane.number, p.id, i) }

// placeOf is the place within a lane.
func placeOf(id uint64) (pack int64, message int) {
	return int64(id >> 10 & (1<<packBits - 1)), int(id & (packMessages - 1))
}

// waits is what is not settled.
func (p *pack) waits() (c amount) {
	for i, s := range p.states {
		if s != settled {
			c.add(amountOf(&p.messages[i]))
		}
	}
	return c
}

// bitmap tells which messages are settled.
func (p *pack) bitmap() []byte {
	b := make([]byte, (len(p.states)+7)/8)
	for i, s := range p.states {
		if s == settled {
			b[i/8] |= 1 << (i % 8)
		}
	}
	return b
}

// note takes over a bitmap.
func (p *pack) note(b []byte) {
	p.noted = len(b) > 0
	for i := range p.states {
		if i/8 < len(b) && b[i/8]&(1<<(i%8)) != 0 {
			p.states[i] = settled
			p.left--
		}
	}
}

func (p *pack) item(i int, redelivered bool) *Item {
	m := p.messages[i]
	return &Item{Message: m, ID: p.itemID(i), Size: size(&m), Redelivered: redelivered}
}
