package store

import (
	"slices"
	"strings"

	"github.com/eventveil/eventveil/portal/inventory"
)

// key is something that a list is sorted by.
type key struct {
	column string
	down   bool
	of     func(c cursor, path string) any
}

var (
	byRank = key{"CASE p.class WHEN 'red' THEN 0 WHEN 'yellow' THEN 1 ELSE 2 END", false, func(c cursor, _ string) any { return int64(c.rank) }}
	byPath = key{"p.path", false, func(_ cursor, path string) any { return path }}
	byType = key{"p.type", false, func(c cursor, _ string) any { return c.typ }}
	byID   = key{"p.id", false, func(c cursor, _ string) any { return string(c.id) }}
)

// byMost is a number of which the greatest comes first.
func byMost(column string) key {
	return key{column, true, func(c cursor, _ string) any { return c.n }}
}

// keys are what each order looks at, one after the other.
var keys = map[inventory.Order][]key{
	inventory.ByClass: {byRank, byMost("p.count"), byPath, byType, byID},
	inventory.ByPath:  {byPath, byType, byID},
	inventory.ByType:  {byType, byPath, byID},
	inventory.ByCount: {byMost("p.count"), byPath, byType, byID},
	inventory.ByFirst: {byMost("p.first_seen"), byPath, byType, byID},
	inventory.ByLast:  {byMost("p.last_seen"), byPath, byType, byID},
}

// rank is the place of a class among classes, as byRank has it.
func rank(class string) byte {
	if i := slices.Index(inventory.Classes, class); i >= 0 {
		return byte(i)
	}
	return byte(len(inventory.Classes) - 1)
}

// cursorAt is the cursor of a row.
func cursorAt(order inventory.Order, d *inventory.DataPoint) cursor {
	c := cursor{rank: rank(d.Class), n: d.Count, id: d.ID, typ: d.Type}
	switch order {
	case inventory.ByFirst:
		c.n = micros(d.FirstSeen)
	case inventory.ByLast:
		c.n = micros(d.LastSeen)
	}
	return c
}

// orderBy is the order of a list; reversed, every part of it is.
func orderBy(keys []key, reverse bool) string {
	var b strings.Builder
	for i, k := range keys {
		if i == 0 {
			b.WriteString(" ORDER BY ")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(k.column)
		if k.down != reverse {
			b.WriteString(" DESC")
		}
	}
	return b.String()
}

// after is the condition on rows that come after a cursor.
func after(keys []key, reverse bool, c cursor, path string) (condition string, args []any) {
	k := keys[0]
	than := " > ?"
	if k.down != reverse {
		than = " < ?"
	}
	v := k.of(c, path)
	if len(keys) == 1 {
		return k.column + than, []any{v}
	}
	rest, more := after(keys[1:], reverse, c, path)
	return "(" + k.column + than + " OR " + k.column + " = ? AND " + rest + ")", append([]any{v, v}, more...)
}
