package engine

import (
	"math/rand/v2"
	"testing"
)

// TestScanBlocks compares the vector scanner with the table, byte for byte.
func TestScanBlocks(t *testing.T) {
	if !blocks {
		t.Log("this processor has no vector scanner; the table serves alone")
		return
	}
	r := rand.New(rand.NewPCG(3, 4))
	b := make([]byte, 200)
	for range 200_000 {
		n := r.IntN(len(b)) + 1
		for i := range b[:n] {
			b[i] = byte(r.IntN(256))
			if r.IntN(8) != 0 && scanTable[b[i]]&stopAny != 0 {
				b[i] = 'a' + b[i]%26
			}
		}
		end, classes := scanBlocks(&b[0], n)
		want, i := uint32(0), 0
		for i < n && scanTable[b[i]]&stopAny == 0 && (i < n/32*32 || i < end) {
			want |= scanTable[b[i]]
			i++
		}
		if end != i || classes != want {
			t.Fatalf("%q: got %d, %x, want %d, %x", b[:n], end, classes, i, want)
		}
	}
	for c := range 256 {
		text := []byte("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
		text[7] = byte(c)
		if end, classes := scanBlocks(&text[0], 32); scanTable[c]&stopAny == 0 && (end != 32 || classes != scanTable[c]|scanTable['a']) ||
			scanTable[c]&stopAny != 0 && end != 7 {
			t.Errorf("byte %#x: end %d, classes %x", c, end, classes)
		}
	}
}
