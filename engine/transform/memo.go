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
	seeds   [2]maphash.Seed
	entries [memoSize]entry
}

// memoSize is the number of hashes remembered; a power of two.
const memoSize = 512

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
	e = &m.entries[prints[0]%memoSize]
	if e.prints == prints && e.key == k && e.typ == typ {
		return e, true
	}
	e.prints, e.key, e.typ = prints, k, typ
	return e, false
}
