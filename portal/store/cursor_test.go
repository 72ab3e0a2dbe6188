package store

import (
	"errors"
	"testing"

	"github.com/eventveil/eventveil/portal/inventory"
)

// FuzzCursor gives a store cursors that nobody has given out: each is refused or
// answered, never a fault of the database.
func FuzzCursor(f *testing.F) {
	s, err := Open(f.Context(), Options{Path: ":memory:"})
	must(f, err)
	f.Cleanup(func() { s.Close() })
	must(f, s.Observe(f.Context(), batchOf("a", "b", "c")))
	for _, order := range inventory.Orders {
		page, err := s.Points(f.Context(), inventory.List{Order: order, Limit: 1})
		must(f, err)
		f.Add(page.Next, string(order))
	}
	for _, text := range []string{"", "A", "====", "\x00", "é", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		f.Add(text, "path")
	}
	f.Fuzz(func(t *testing.T, text, order string) {
		l := inventory.List{Order: inventory.Order(order), Limit: 1, Cursor: text}
		if _, known := keys[l.Order]; !known {
			l.Order = inventory.ByClass
		}
		q := question(&l)
		if _, err := s.Points(t.Context(), l); err != nil && !errors.Is(err, inventory.ErrCursor) {
			t.Fatalf("%q: %v", text, err)
		}
		if c, err := parseCursor(text, q); err == nil && c.text(q) != text {
			t.Fatalf("%q is read as %q", text, c.text(q))
		}
		// Whatever a cursor says, it is read as it was written.
		c := cursor{rank: byte(len(text)), n: int64(len(order)), id: inventory.IDOf(text, order), typ: short(order)}
		if again, err := parseCursor(c.text(q), q); err != nil || again != c {
			t.Fatalf("%+v is read as %+v, %v", c, again, err)
		}
	})
}
