package pages

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/eventveil/eventveil/portal/inventory"
)

// browse is a list of data points as its address says it: the links of its page change
// one thing of the address and keep the others.
type browse struct {
	Path   string // of the page
	List   inventory.List
	values url.Values
}

// browseOf reads the list that an address asks for. Unless it says otherwise it is
// about personal data alone: fields in which nothing was found are many.
func browseOf(path string, q url.Values, limit int) (b browse, err error) {
	for _, values := range q {
		for i := range values {
			values[i] = typed(values[i])
		}
	}
	if b.List, err = inventory.ParseList(q, limit); err != nil {
		return b, err
	}
	b.Path = path
	b.List.Personal = q.Get("personal") == "" || b.List.Personal
	b.values = b.List.Values()
	b.values.Del("personal")
	if !b.List.Personal {
		b.values.Set("personal", "false")
	}
	return b, nil
}

// typed is a text as somebody can have typed it: addresses can hold other bytes.
func typed(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

// link is the address with a change.
func (b *browse) link(change func(url.Values)) string {
	q := make(url.Values, len(b.values))
	for k, v := range b.values {
		q[k] = slices.Clone(v)
	}
	change(q)
	if len(q) == 0 {
		return b.Path
	}
	return b.Path + "?" + q.Encode()
}

// First is the address of the first page.
func (b *browse) First() string { return b.link(func(url.Values) {}) }

// After is the address of the page at a cursor.
func (b *browse) After(cursor string) string {
	return b.link(func(q url.Values) { q.Set("cursor", cursor) })
}

// Export is the address of the whole list as a file, "csv" or "json".
func (b *browse) Export(format string) string {
	q := b.List.Values()
	q.Set("personal", strconv.FormatBool(b.List.Personal))
	return "/api/v1/inventory." + format + "?" + q.Encode()
}

// Toggle is the address with a value of a filter put in or taken out.
func (b *browse) Toggle(name, value string) string {
	return b.link(func(q url.Values) {
		if i := slices.Index(q[name], value); i >= 0 {
			q[name] = slices.Delete(q[name], i, i+1)
		} else {
			q[name] = append(q[name], value)
		}
	})
}

// Only is the address with a filter set to one value, or ("") taken away.
func (b *browse) Only(name, value string) string {
	return b.link(func(q url.Values) {
		q.Del(name)
		if value != "" {
			q.Set(name, value)
		}
	})
}

// Fields are the parameters that a form with a few of them has to carry besides.
func (b *browse) Fields(but ...string) (list []field) {
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for n := range b.values {
			if !slices.Contains(but, n) && !yield(n) {
				return
			}
		}
	}) {
		for _, v := range b.values[name] {
			list = append(list, field{name, v})
		}
	}
	return list
}

// Narrowed tells whether the list leaves something out that can be put back by taking
// filters away.
func (b *browse) Narrowed() bool {
	f := &b.List.Filter
	return len(f.Class)+len(f.Type)+len(f.Status)+len(f.Source)+len(f.Destination)+len(f.Action) > 0 || f.Drift || f.Query != ""
}

// column is a head of a table that sorts by it.
type column struct {
	Words string
	Href  string // "" for one that does not sort
	Aria  string // ascending or descending where the table is sorted by it
	Class string // of the cells
}

// falling are the orders that begin with the most or the latest.
var falling = []inventory.Order{inventory.ByClass, inventory.ByCount, inventory.ByFirst, inventory.ByLast}

func (b *browse) column(words string, order inventory.Order, class string) column {
	c := column{Words: words, Class: class}
	now := b.List.Order
	if now == "" {
		now = inventory.ByClass
	}
	reverse := false
	if order == now {
		c.Aria = "ascending"
		if slices.Contains(falling, order) != b.List.Reverse {
			c.Aria = "descending"
		}
		reverse = !b.List.Reverse
	}
	c.Href = b.link(func(q url.Values) {
		l := inventory.List{Order: order, Reverse: reverse}
		q.Del("sort")
		if v := l.Values().Get("sort"); v != "" {
			q.Set("sort", v)
		}
	})
	return c
}

// facet is a kind of filter with the values that there are.
type facet struct {
	Title string
	Name  string
	Items []facetItem // the most frequent, and those that are chosen
	More  []facetItem
}

type facetItem struct {
	Words string
	Href  string
	Count int
	On    bool
	Class string // the class that it is about; "" for others
}

// facetRoom is how many values of a facet are shown at once.
const facetRoom = 8

func (b *browse) facet(title, name string, buckets []inventory.Bucket, on []string, words func(string) string) facet {
	f := facet{Title: title, Name: name}
	item := func(value string, count int) facetItem {
		i := facetItem{Words: words(value), Href: b.Toggle(name, value), Count: count, On: slices.Contains(on, value)}
		if name == "class" {
			i.Class = value
		}
		return i
	}
	met := map[string]bool{}
	for n, bucket := range buckets {
		met[bucket.Value] = true
		if i := item(bucket.Value, bucket.Count); i.On || n < facetRoom {
			f.Items = append(f.Items, i)
		} else {
			f.More = append(f.More, i)
		}
	}
	for _, value := range on { // chosen, but nothing is left of it
		if !met[value] {
			f.Items = append(f.Items, item(value, 0))
		}
	}
	return f
}

// facets are those of the inventory.
func (b *browse) facets(f *inventory.Facets) []facet {
	same := func(v string) string { return cut(v, 40) }
	typ := func(v string) string {
		if v == "" {
			return "nothing found"
		}
		return same(v)
	}
	l := &b.List
	all := []facet{
		b.facet("Class", "class", f.Class, l.Class, classWord),
		b.facet("Status", "status", f.Status, l.Status, func(v string) string { return statusWord(inventory.Status(v)) }),
		b.facet("Type", "type", f.Type, l.Type, typ),
		b.facet("Source", "source", f.Source, l.Source, same),
		b.facet("Destination", "destination", f.Destination, l.Destination, same),
		b.facet("What was done", "action", f.Action, l.Action, actionWord),
	}
	return slices.DeleteFunc(all, func(f facet) bool { return len(f.Items) == 0 })
}
