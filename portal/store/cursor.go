package store

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"slices"

	"github.com/eventveil/eventveil/portal/inventory"
)

// cursor is the last row of a page, by what its order looks at. The path is read from
// the table: it may be long, and never changes.
type cursor struct {
	rank byte         // of the class, see rank
	n    int64        // count or time
	id   inventory.ID // 20 hexadecimal digits
	typ  string       // as decided
}

// maxCursor bounds what is looked at, in characters.
const maxCursor = 1 << 10

// question is what a cursor is bound to: the filter and the order.
func question(l *inventory.List) [8]byte {
	f := l.Filter
	for _, words := range []*[]string{&f.Class, &f.Type, &f.Status, &f.Source, &f.Destination, &f.Action} {
		*words = slices.Compact(slices.Sorted(slices.Values(*words)))
	}
	text, err := json.Marshal(struct {
		Filter  inventory.Filter
		Order   inventory.Order
		Reverse bool
	}{f, l.Order, l.Reverse})
	if err != nil {
		panic("BUG: a filter is not JSON: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return [8]byte(sum[:8])
}

// text is the cursor as it is given out for a question.
func (c cursor) text(q [8]byte) string {
	b := append(q[:], c.rank)
	b = binary.BigEndian.AppendUint64(b, uint64(c.n))
	b = append(b, c.id...)
	b = append(b, c.typ...)
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor reads what text has written for the same question; anything else is
// ErrCursor.
func parseCursor(s string, q [8]byte) (cursor, error) {
	const head, id = 8 + 1 + 8, 20
	if len(s) > maxCursor {
		return cursor{}, inventory.ErrCursor
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < head+id || [8]byte(b[:8]) != q {
		return cursor{}, inventory.ErrCursor
	}
	c := cursor{b[8], int64(binary.BigEndian.Uint64(b[9:head])), inventory.ID(b[head : head+id]), string(b[head+id:])}
	if short(c.typ) != c.typ || clean(string(c.id)) != string(c.id) || c.text(q) != s { // base64 passes over line ends
		return cursor{}, inventory.ErrCursor
	}
	return c, nil
}
