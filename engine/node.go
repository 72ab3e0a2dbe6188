package engine

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/names"
	"github.com/eventveil/eventveil/rules"
)

// flags are what is known of a path before any value is seen there.
type flags uint16

const (
	isEvent    flags = 1 << iota // the value is an event
	isBatch                      // an array whose elements are events
	isName                       // holds the name of the event
	isWriteKey                   // holds the name of the source
	isReserved                   // the protocol's own; not looked at
	isIgnored                    // an override says: not personal
	isForced                     // an override names the type
	isSelected                   // a rule without type and class selects the path
	isGreen                      // the name's type is green and no rule asks for it
)

// node is one path of a format: what its name says, remembered across bodies.
// Everything but the atomics is written before the node is published. What
// every member of every event needs comes first, in one or two cache lines.
type node struct {
	quoted // the member's name as it stands in documents; empty for elements and roots

	// next and first predict the member that follows this one in its object and
	// the first member of this object; a wrong guess costs one comparison.
	next atomic.Pointer[node]
	// plain is a string value of this path in which nothing was found. Much of
	// what SDKs send is the same in every event of a page, an app or a release.
	plain atomic.Pointer[quoted]

	typ     catalog.ID
	class   catalog.Class
	how     names.How
	thing   bool // the name is of a thing's identifier: a number there is no card's
	version bool // the name says version: four numbers there are no address
	flags   flags
	keySpan catalog.ID // the type of personal data that the name itself is
	rank    uint8      // of an event's name among Format.EventName
	role    role
	tries   atomic.Int32

	first   atomic.Pointer[node]
	elem    atomic.Pointer[node] // of an array at this path
	aliases atomic.Pointer[node] // of a holding member, see siblings
	rulings atomic.Pointer[[]*Ruling]

	parent *node
	id     uint64 // distinct within an engine; part of its children's hashes
	hash   uint64
	key    string // decoded name
	path   string // normalised
	muted
}

// cache remembers nodes. Look-ups take no lock. It is bounded: when it is full
// the engine starts a new one, so a flood of invented names costs time for the
// names that come back, never memory.
type cache struct {
	engine *Engine
	seed   maphash.Seed
	limit  int
	slots  atomic.Pointer[[]atomic.Pointer[node]] // open addressing, a power of two

	roots atomic.Pointer[[]root]

	mu    sync.Mutex // guards count and all writes to slots and roots
	count int
}

type root struct {
	format *Format
	node   *node
}

func newCache(e *Engine, limit int) *cache {
	c := &cache{engine: e, seed: maphash.MakeSeed(), limit: limit}
	slots := make([]atomic.Pointer[node], 256)
	c.slots.Store(&slots)
	c.roots.Store(new([]root))
	return c
}

// quoted is the content of a JSON string that is looked for at a place where it
// is likely to stand: its bytes with the closing quote, so that one comparison
// also finds the string's end and needs no look at what has been looked at before.
type quoted struct {
	text  string
	words [2]uint64 // the first 16 bytes of text, zeros behind its end
	masks [2]uint64 // ones where words has bytes
}

func quote(raw []byte) (q quoted) {
	q.text = string(raw) + `"`
	var text, mask [16]byte
	for i := range copy(text[:], q.text) {
		mask[i] = 0xff
	}
	for i := range q.words {
		q.words[i] = binary.LittleEndian.Uint64(text[8*i:])
		q.masks[i] = binary.LittleEndian.Uint64(mask[8*i:])
	}
	return q
}

// begins tells whether b begins with the quoted string.
func (q *quoted) begins(b []byte) bool {
	if len(b) >= 16 {
		return (binary.LittleEndian.Uint64(b)^q.words[0])&q.masks[0] == 0 &&
			(binary.LittleEndian.Uint64(b[8:])^q.words[1])&q.masks[1] == 0 &&
			(len(q.text) <= 16 || len(b) >= len(q.text) && string(b[16:len(q.text)]) == q.text[16:])
	}
	return len(b) >= len(q.text) && string(b[:len(q.text)]) == q.text
}

// maxPlain and maxPlainTries bound what a node remembers of its values: their
// length in bytes, and how often another one is tried.
const (
	maxPlain      = 512
	maxPlainTries = 16
)

// learn remembers a value in which nothing was found.
func (n *node) learn(raw []byte) {
	if len(raw) <= maxPlain && n.tries.Load() < maxPlainTries && n.tries.Add(1) <= maxPlainTries {
		q := quote(raw)
		n.plain.Store(&q)
	}
}

// root returns the node of a format's documents.
func (c *cache) root(f *Format) *node {
	if n := rootOf(*c.roots.Load(), f); n != nil {
		return n
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	roots := *c.roots.Load()
	if n := rootOf(roots, f); n != nil {
		return n
	}
	n := &node{id: c.engine.ids.Add(1)}
	if f.Batch == "" && !f.RootArray {
		n.flags |= isEvent
	}
	more := append(slices.Clip(roots), root{f, n})
	c.roots.Store(&more)
	return n
}

func rootOf(roots []root, f *Format) *node {
	for i := range roots {
		if roots[i].format == f {
			return roots[i].node
		}
	}
	return nil
}

// child returns the node of the member of n's object whose name stands in the
// document as raw, without quotes.
func (c *cache) child(n *node, raw []byte, f *Format) *node {
	sum := (maphash.Bytes(c.seed, raw) ^ n.id) * 0x9e3779b97f4a7c15
	sum ^= sum >> 32
	if found := lookup(*c.slots.Load(), sum, n, raw); found != nil {
		return found
	}
	made := c.engine.member(n, raw, f)
	made.hash = sum
	return c.insert(made, raw)
}

func lookup(slots []atomic.Pointer[node], sum uint64, parent *node, raw []byte) *node {
	mask := uint64(len(slots) - 1)
	for i := sum & mask; ; i = (i + 1) & mask {
		m := slots[i].Load()
		if m == nil {
			return nil
		}
		if m.hash == sum && m.parent == parent && m.text[:len(m.text)-1] == string(raw) {
			return m
		}
	}
}

// insert publishes a node unless the cache is full or another walk was first.
func (c *cache) insert(n *node, raw []byte) *node {
	c.mu.Lock()
	defer c.mu.Unlock()
	slots := *c.slots.Load()
	if found := lookup(slots, n.hash, n.parent, raw); found != nil {
		return found
	}
	if c.count >= c.limit {
		c.engine.retire(c)
		return n
	}
	if 2*(c.count+1) > len(slots) {
		bigger := make([]atomic.Pointer[node], 2*len(slots))
		for i := range slots {
			if m := slots[i].Load(); m != nil {
				store(bigger, m)
			}
		}
		slots = bigger
		c.slots.Store(&bigger)
	}
	store(slots, n)
	c.count++
	return n
}

func store(slots []atomic.Pointer[node], n *node) {
	mask := uint64(len(slots) - 1)
	i := n.hash & mask
	for slots[i].Load() != nil {
		i = (i + 1) & mask
	}
	slots[i].Store(n)
}

// element returns the node of the elements of the array at n.
func (c *cache) element(n *node, f *Format) *node {
	if e := n.elem.Load(); e != nil {
		return e
	}
	e := c.engine.element(n, f)
	if n.elem.CompareAndSwap(nil, e) {
		return e
	}
	return n.elem.Load()
}

// retire replaces a full cache by an empty one.
func (e *Engine) retire(c *cache) {
	e.cache.CompareAndSwap(c, newCache(e, c.limit))
}

// element makes the node of an array's elements: they are named as their array is.
func (e *Engine) element(parent *node, f *Format) *node {
	n := &node{id: e.ids.Add(1), parent: parent, key: parent.key}
	if parent.flags&isBatch != 0 || parent.parent == nil && f.RootArray {
		n.flags = isEvent
		return n
	}
	n.path = parent.path + "[]"
	n.typ, n.class, n.how = parent.typ, parent.class, parent.how
	n.flags = parent.flags & (isReserved | isIgnored | isForced | isSelected | isGreen)
	e.override(n)
	return n
}

// member makes the node of a named member.
func (e *Engine) member(parent *node, raw []byte, f *Format) *node {
	key := string(unescapeJSON(nil, raw))
	n := &node{id: e.ids.Add(1), parent: parent, quoted: quote(raw), key: key}
	if f == transportFormat && parent.parent == nil {
		return e.transportNode(n, key)
	}
	top := parent.parent == nil
	event := parent.flags&isEvent != 0
	if top && key == f.Batch && f.Batch != "" {
		n.flags |= isBatch
		return n
	}
	if event || top {
		for i, name := range f.EventName {
			if name == key {
				n.flags |= isName
				n.rank = uint8(i) + 1
			}
		}
		if f.WriteKey != "" && key == f.WriteKey {
			n.flags |= isWriteKey
		}
	}
	if parent.role == alias {
		// The name is a sibling's value, so it is not shown.
		v := e.match(parent.parent.parents(), key)
		n.typ, n.how, n.path = v.Type, v.How, parent.path+"."+e.policy.Types[v.Type].Name
		e.override(n)
		return n
	}
	n.keySpan = e.keyType(key)
	if parent.path != "" {
		n.path = parent.path + "."
	}
	n.path += foldKey(key, n.keySpan)

	v := e.match(n.parents(), key)
	n.typ, n.how, n.thing = v.Type, v.How, v.Thing
	n.version = saysVersion(key)
	if v.Reserved {
		n.flags |= isReserved
	}
	if n.typ == catalog.None && parent.typ != catalog.None && parent.class != catalog.Green && genericKey[key] {
		n.typ, n.how = parent.typ, parent.how // {"ssn":{"value":…}}
	}
	if n.flags&isWriteKey != 0 {
		n.flags |= isReserved
		n.typ = catalog.None
	}
	e.override(n)
	n.role = roleOf(n)
	return n
}

// saysVersion tells whether a name ends in a word for a version: appVersion, os_version, build.
func saysVersion(key string) bool {
	key = strings.ToLower(key)
	return strings.HasSuffix(key, "version") || strings.HasSuffix(key, "build")
}

// override applies what the policy and people say of a path, then settles class and flags.
func (e *Engine) override(n *node) {
	if typ, decided := e.policy.Override(n.path); decided {
		n.flags &^= isReserved | isIgnored | isForced | isGreen
		if typ == catalog.None {
			n.flags |= isIgnored
		} else {
			n.flags |= isForced
			n.how = names.Exact
		}
		n.typ = typ
	} else if typ := e.policy.Renamed(n.path, n.typ); typ != n.typ {
		n.flags &^= isReserved | isGreen
		n.typ, n.how = typ, names.Exact
	}
	e.surround(n)
	if n.typ != catalog.None {
		n.class = e.policy.Types[n.typ].Class
		if v := e.policy.Verdict(n.path, n.typ, rules.AnySource); v != nil && !v.Ignored {
			n.class = max(n.class, v.Class) // what is found by value must not make less of it
		}
		if e.off[n.typ] {
			n.typ, n.class = catalog.None, catalog.Green
		} else if n.class == catalog.Green && !e.policy.SelectsType(n.typ) && !e.policy.Judged(n.path, n.typ) {
			n.flags |= isGreen
		}
	}
	if e.policy.SelectsPath(n.path) {
		n.flags |= isSelected
	}
}

// parents lists the names above n, outermost first, from the event downwards.
func (n *node) parents() []string {
	var up []string
	for p := n.parent; p != nil && p.text+p.key != "" && p.flags&(isEvent|isBatch) == 0; p = p.parent {
		if p.text != "" {
			up = append(up, p.key)
		}
	}
	for i, j := 0, len(up)-1; i < j; i, j = i+1, j-1 {
		up[i], up[j] = up[j], up[i]
	}
	return up
}

// genericKey are names that say nothing themselves and hold what their parent names.
var genericKey = map[string]bool{"value": true, "val": true, "raw": true, "text": true, "data": true, "content": true,
	"number": true, "full": true, "formatted": true, "plain": true, "original": true, "0": true}
