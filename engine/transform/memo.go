package transform

import (
	"hash/maphash"

	"github.com/eventveil/eventveil/engine/catalog"
)

// memo remembers the hashes of values met lately: the same person and address
// stand in event after event. It keeps no value, only a 128-bit fingerprint under
// seeds of its own, so two values that differ share an entry with a probability
// of 2^-128, and nobody outside can look for such a pair.
type memo struct {
	seeds [2]maphash.Seed
	sets  [memoSets]struct {
		entries [memoWays]entry
		oldest  uint8 // the entry that is given up next
	}
}

// A value may stand in any of the memoWays entries of one of the memoSets sets.
const (
	memoSets = 128
	memoWays = 4
)

type entry struct {
	prints [2]uint64
	key    *keyState
	typ    catalog.ID
	token  [2 * hashBytes]byte
}

func newMemo() *memo {
	return &memo{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
}

// find returns the entry for a value; hit tells whether it holds the value's token.
// A missed entry is claimed: the caller sets its token.
func (m *memo) find(k *keyState, typ catalog.ID, value []byte) (e *entry, hit bool) {
	prints := [2]uint64{maphash.Bytes(m.seeds[0], value), maphash.Bytes(m.seeds[1], value)}
	set := &m.sets[prints[0]%memoSets]
	for i := range set.entries {
		if e = &set.entries[i]; e.prints == prints && e.key == k && e.typ == typ {
			return e, true
		}
	}
	e = &set.entries[set.oldest%memoWays]
	set.oldest++
	e.prints, e.key, e.typ = prints, k, typ
	return e, false
}
