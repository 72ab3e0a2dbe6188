package engine

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/names"
)

// Some members can be judged only with the ones beside them, whatever their order:
// {"type":"email","value":…} names its value by a sibling, and a token beside what
// only SDKs of product analytics send is a project's public one. They are noted while
// an object is walked and settled at its end.

// role is what a member is to the members beside it.
type role uint8

const (
	naming  role = iota + 1 // its text may name the value beside it
	keying                  // its text names the value beside it, whatever else that may be
	holding                 // its value is what a sibling names
	general                 // a protocol's value of any kind: only a keying sibling names it
	token                   // may be a project's public token
	witness                 // says that such a token is one
	alias                   // not a member: the parent of the names that siblings give
)

// roles are the members that have one, by their names in lower case.
var roles = map[string]role{
	"type": naming, "kind": naming, "name": naming, "label": naming, "system": naming, "id": naming, "key": keying, "field": keying, "attribute": keying,
	"value": holding, "val": holding, "content": holding, "answer": holding,
	"token": token, "$token": token,
	"distinct_id": witness, "$distinct_id": witness, "$group_key": witness, "$insert_id": witness, "$device_id": witness, "mp_lib": witness, "$lib": witness,
}

// roleOf is the role of a member whose name and flags are settled. What a protocol
// says of a field stands whatever is beside it, and so does an override.
func roleOf(n *node) role {
	r := roles[strings.ToLower(n.key)]
	protocol := n.how == names.Exact && n.class == catalog.Green
	switch {
	case r == naming && protocol, r == holding && n.flags&(isReserved|isIgnored|isForced) != 0:
		return 0
	case r == holding && protocol:
		return general
	}
	return r
}

// sibling is a noted member with a string or a number: where its value stands, and
// which findings were made there.
type sibling struct {
	n           *node
	member      int
	start, end  int
	finds, stop int // index of the first finding and behind the last
}

// maxNaming bounds the members of one object that are asked for a name: more of them
// can only be meant to cost time.
const maxNaming = 8

// note remembers the value at [start,end) of a member that has a role; finds is how
// many findings there were before it.
func (in *Inspector) note(n *node, member, start, end, finds int) {
	f := &in.stack[len(in.stack)-1]
	if f.noted < 0 {
		f.noted = len(in.noted)
	}
	in.noted = append(in.noted, sibling{n, member, start, end, finds, len(in.finds)})
}

// relate settles the noted members of an object in layer l that ends.
func (in *Inspector) relate(l int, noted []sibling) *Error {
	var names [maxNaming][]byte
	asked, keys, witnessed := 0, 0, false // the keying ones first
	text := in.layers[l].text
	for i := range noted {
		s := &noted[i]
		witnessed = witnessed || s.n.role == witness
		if (s.n.role == naming || s.n.role == keying) && asked < maxNaming && text[s.start] == '"' && s.end-s.start <= in.limits.KeyBytes {
			names[asked] = text[s.start+1 : s.end-1]
			if s.n.role == keying {
				names[asked], names[keys] = names[keys], names[asked]
				keys++
			}
			asked++
		}
	}
	if asked > 0 {
		for i := range noted {
			s, by := &noted[i], names[:asked]
			switch s.n.role {
			case holding:
			case general:
				by = names[:keys]
			default:
				continue
			}
			if fault := in.rejudge(l, s, by); fault != nil {
				return fault
			}
		}
	}
	// From the last to the first, as what is deleted moves what is behind.
	for i := len(noted) - 1; i >= 0; i-- {
		s := &noted[i]
		if s.n == nil || s.n.role == token && isProjectToken(s.n.key, text[s.start:s.end], witnessed) && !slices.ContainsFunc(in.finds[s.finds:s.stop], notCredential) {
			in.finds = slices.Delete(in.finds, s.finds, s.stop)
		}
	}
	return nil
}

// rejudge judges a held value by the name that says most among its siblings' texts.
// When that finds something, s.n is nil afterwards: what was found before does not
// count.
func (in *Inspector) rejudge(l int, s *sibling, names [][]byte) *Error {
	var named *node
	for _, raw := range names {
		n := in.cache.child(s.n.alias(in.engine), raw, in.format)
		switch {
		case n.typ == catalog.None || n.flags&isGreen != 0, n.class < s.n.class: // {"ssn":{"type":"email","value":…}}
		case named == nil || n.class > named.class || n.class == named.class && named.typ == catalog.FreeText: // {"name":"email","type":"text"}
			named = n
		}
	}
	if named == nil {
		return nil
	}
	mark := len(in.finds)
	if b := in.layers[l].text; b[s.start] == '"' {
		_, classes, _ := scanString(b, s.start+1)
		if fault := in.stringValue(l, named, s.member, s.start, s.end, classes); fault != nil {
			return fault
		}
	} else {
		in.numberValue(l, named, s.member, s.start, s.end)
	}
	if len(in.finds) > mark {
		s.n = nil
	}
	return nil
}

// alias returns the node below which the names are that siblings give to n's value.
func (n *node) alias(e *Engine) *node {
	if a := n.aliases.Load(); a != nil {
		return a
	}
	a := &node{id: e.ids.Add(1), parent: n, path: n.path, role: alias}
	n.aliases.CompareAndSwap(nil, a)
	return n.aliases.Load()
}

// isProjectToken tells the public tokens of projects, which every page that sends
// events shows: PostHog's say so themselves, Mixpanel's are 32 hexadecimal digits,
// which something else could be where no witness is beside them. All are one word.
func isProjectToken(key string, quoted []byte, witnessed bool) bool {
	t := bytes.Trim(quoted, `"`)
	if bytes.ContainsFunc(t, func(r rune) bool { return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		return false
	}
	return bytes.HasPrefix(t, []byte("phc_")) || witnessed && (key == "$token" || len(t) == 32 && len(bytes.Trim(t, "0123456789abcdef")) == 0)
}

// notCredential tells findings that are of something else than a secret.
func notCredential(f find) bool { return !isCredential(f.typ) }
