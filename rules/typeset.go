package rules

import "github.com/eventveil/eventveil/engine/catalog"

// typeSet is a set of data types, a bit for each; nil is empty.
type typeSet []uint64

func (s typeSet) has(id catalog.ID) bool {
	return int(id/64) < len(s) && s[id/64]&(1<<(id%64)) != 0
}

func (s *typeSet) add(id catalog.ID) {
	for int(id/64) >= len(*s) {
		*s = append(*s, 0)
	}
	(*s)[id/64] |= 1 << (id % 64)
}

// without returns the members of s that are not in other, in a new set.
func (s typeSet) without(other typeSet) typeSet {
	out := append(typeSet(nil), s...)
	for i := range min(len(out), len(other)) {
		out[i] &^= other[i]
	}
	return out
}

func (s typeSet) empty() bool {
	for _, w := range s {
		if w != 0 {
			return false
		}
	}
	return true
}

// all ranges over the members of a set.
func (s typeSet) all() func(yield func(catalog.ID) bool) {
	return func(yield func(catalog.ID) bool) {
		for id := range catalog.ID(len(s) * 64) {
			if s.has(id) && !yield(id) {
				return
			}
		}
	}
}
