package inventory

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// ParseList reads a question from the parameters of a URL: class, type, status,
// source, destination and action, each repeated or with commas; drift=true,
// personal=true, q, sort with "-" before it for the reverse order, cursor and limit.
// Other parameters are not looked at. An error names the parameter and what it takes.
func ParseList(q url.Values, limit int) (List, error) {
	l := List{Cursor: q.Get("cursor"), Limit: limit}
	l.Query = strings.TrimSpace(q.Get("q"))
	for _, p := range []struct {
		name  string
		to    *[]string
		words []string // nil for any
	}{
		{"class", &l.Class, Classes}, {"type", &l.Type, nil}, {"status", &l.Status, statusWords()},
		{"source", &l.Source, nil}, {"destination", &l.Destination, nil}, {"action", &l.Action, nil},
	} {
		for _, v := range q[p.name] {
			for w := range strings.SplitSeq(v, ",") {
				if w == "" {
					continue
				}
				if p.words != nil && !slices.Contains(p.words, w) {
					return l, fmt.Errorf("%s is one of %s", p.name, strings.Join(p.words, ", "))
				}
				*p.to = append(*p.to, w)
			}
		}
	}
	for name, to := range map[string]*bool{"drift": &l.Drift, "personal": &l.Personal} {
		if v := q.Get(name); v != "" {
			b, err := strconv.ParseBool(v)
			if err != nil {
				return l, fmt.Errorf("%s is true or false", name)
			}
			*to = b
		}
	}
	if v := q.Get("sort"); v != "" {
		word, reverse := strings.CutPrefix(v, "-")
		if !slices.Contains(Orders, Order(word)) {
			return l, fmt.Errorf("sort is one of %v, with \"-\" before it for the reverse order", Orders)
		}
		l.Order, l.Reverse = Order(word), reverse
	}
	if v := q.Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > MaxLimit {
			return l, fmt.Errorf("limit is a number from 1 to %d", MaxLimit)
		}
		l.Limit = n
	}
	return l, nil
}

// Values is the question as parameters that ParseList reads, without cursor and limit:
// the stable address of a view.
func (l *List) Values() url.Values {
	q := url.Values{}
	for name, from := range map[string][]string{"class": l.Class, "type": l.Type, "status": l.Status,
		"source": l.Source, "destination": l.Destination, "action": l.Action} {
		if len(from) > 0 {
			q[name] = slices.Clone(from)
		}
	}
	if l.Drift {
		q.Set("drift", "true")
	}
	if l.Personal {
		q.Set("personal", "true")
	}
	if l.Query != "" {
		q.Set("q", l.Query)
	}
	if l.Order != "" && (l.Order != ByClass || l.Reverse) {
		sort := string(l.Order)
		if l.Reverse {
			sort = "-" + sort
		}
		q.Set("sort", sort)
	}
	return q
}

// Classes are the words for classes, the most restricted first.
var Classes = []string{"red", "yellow", "green"}

func statusWords() (words []string) {
	for _, s := range Statuses {
		words = append(words, string(s))
	}
	return words
}
