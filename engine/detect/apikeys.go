package detect

import (
	"slices"
	"strings"

	"github.com/eventveil/eventveil/engine/catalog"
)

// Keys told by their issuer's prefix, a length and a character set: see keyTable.

// keyRule is one kind of key. min and max bound the characters after the prefix;
// max 0 is without bound.
type keyRule struct {
	prefix   string
	min, max int
	set      uint8
	check    keyCheck
	typ      catalog.ID
}

// keyCheck is what the characters after a prefix must have besides their set.
type keyCheck uint8

const (
	isVaried keyCheck = iota // more than words
	isAny                    // nothing
	isUpper                  // no lower-case letter
	isDense                  // digits strewn among the letters, as a short prefix proves little
	isMixed                  // the same, and letters of both cases
	isID                     // the form of a UUID
)

// keyList has the rules whose prefixes begin with one byte. seconds has bit c&63
// for every second byte c, so that most tokens are dismissed by one look.
type keyList struct {
	seconds uint64
	rules   []keyRule
}

var keysByFirst = func() (t [256]keyList) {
	for _, k := range keyTable {
		typ := k.typ
		if typ == catalog.None {
			typ = catalog.APIKey
		}
		for _, prefix := range strings.Fields(k.prefixes) {
			l := &t[prefix[0]]
			l.seconds |= 1 << (prefix[1] & 63)
			l.rules = append(l.rules, keyRule{prefix, k.min, k.max, k.set, k.check, typ})
		}
	}
	for i := range t { // "sk-ant-" before "sk-"
		slices.SortStableFunc(t[i].rules, func(a, b keyRule) int { return len(b.prefix) - len(a.prefix) })
	}
	return t
}()

// keyEnd returns the type and the end of the key that begins at i; 0 when there is none.
func keyEnd(text []byte, i int) (catalog.ID, int) {
	if i+1 >= len(text) {
		return catalog.None, 0
	}
	rest := text[i:]
	list := &keysByFirst[rest[0]]
	if list.seconds>>(rest[1]&63)&1 == 0 {
		return catalog.None, 0
	}
	for k := range list.rules {
		r := &list.rules[k]
		if len(rest) < len(r.prefix)+r.min || rest[1] != r.prefix[1] || !hasPrefix(rest, r.prefix) {
			continue
		}
		body := rest // looked at no further than decides
		if r.max != 0 {
			body = rest[:min(len(rest), len(r.prefix)+r.max+1)]
		}
		end := run(body, len(r.prefix), r.set)
		n := end - len(r.prefix)
		if n < r.min || r.max != 0 && (n > r.max || sets[at(rest, end)]&setToken != 0) {
			continue
		}
		if r.check.pass(rest[len(r.prefix):end]) {
			return r.typ, i + end
		}
	}
	return catalog.None, 0
}

// pass tells whether v has what is asked.
func (k keyCheck) pass(v []byte) bool {
	switch k {
	case isAny:
		return true
	case isUpper:
		return varied(v) && upperOrDigits(v)
	case isDense:
		return turns(v) >= max(3, len(v)/8) // a fifth of what a draw by lot has
	case isMixed:
		return turns(v) >= max(3, len(v)/8) && mixed(v)
	case isID:
		return len(v) == 36 && isUUID(v)
	}
	return varied(v)
}

// upperOrDigits tells whether v has no lower-case letter.
func upperOrDigits(v []byte) bool {
	for _, c := range v {
		if c >= 'a' && c <= 'z' {
			return false
		}
	}
	return true
}

// varied tells whether v is more than words: it has a digit or a change of case
// within a run of letters.
func varied(v []byte) bool {
	for i, c := range v {
		if isDigit(c) || i > 0 && c >= 'A' && c <= 'Z' && v[i-1] >= 'a' && v[i-1] <= 'z' {
			return true
		}
	}
	return false
}
