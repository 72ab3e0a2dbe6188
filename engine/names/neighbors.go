package names

// neighbors finds words that are one slip of the keyboard away: each is kept under
// every form with one letter less (Garbe's symmetric delete). Forms are kept by their
// hashes, a twentieth of what the texts would take; what a hash finds is compared.
type neighbors struct {
	words []string
	heads map[uint64]int32 // hash of a form -> 1 + index of its last entry
	list  []entry
}

// entry is a word kept under a form, and the entry before it: 1 + its index.
type entry struct{ word, before int32 }

// lettersPerWord is about how many forms a word has.
const lettersPerWord = 11

func newNeighbors(words int) *neighbors {
	return &neighbors{heads: make(map[uint64]int32, words*lettersPerWord), list: make([]entry, 0, words*lettersPerWord)}
}

func (n *neighbors) add(w string) {
	n.words = append(n.words, w)
	for without := -1; without < len(w); without++ {
		h := hashWithout(w, without)
		n.list = append(n.list, entry{int32(len(n.words) - 1), n.heads[h]})
		n.heads[h] = int32(len(n.list))
	}
}

// appendTo appends the words within one slip of w that share with it the form
// without one letter; -1 is all of it.
func (n *neighbors) appendTo(found []string, w string, without int) []string {
	for at := n.heads[hashWithout(w, without)]; at != 0; at = n.list[at-1].before {
		if c := n.words[n.list[at-1].word]; oneSlip(w, c) {
			found = append(found, c)
		}
	}
	return found
}

// hashWithout is FNV-1a of a word without the letter at an index.
func hashWithout(w string, without int) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(w) {
		if i != without {
			h = (h ^ uint64(w[i])) * 1099511628211
		}
	}
	return h
}
