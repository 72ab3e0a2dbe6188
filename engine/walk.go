package engine

import (
	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
)

// The reasons of an Error.
const (
	reasonSyntax = "syntax"
	reasonUTF8   = "utf8"
	reasonDepth  = "depth"
	reasonValues = "values"
	reasonKey    = "key_bytes"
	reasonNested = "nested"
)

// frame is one open object or array of a walk.
type frame struct {
	n      *node
	prev   *node // the last member's node, to predict the next one
	member int   // where the member that holds the container begins
	outer  int   // the event that was current outside
	find   int   // finding to close at the container's end, or -1
	key    int   // finding about the container's own name to close at its end, or -1
	noted  int   // index of its noted members in Inspector.noted, or -1
	object bool
}

// document walks one JSON text in layer l, from offset i, as the value of node
// n, and returns the offset after it. It is the only tokenizer: grammar, UTF-8,
// depth and counts are checked as it goes. The stack is the heap's, so depth
// costs no goroutine stack.
func (in *Inspector) document(l int, i int, n *node) (end int, fault *Error) {
	b := in.layers[l].text
	base := len(in.stack)
	limit := base + in.limits.Depth
	member := i
	keyFind := -1

value:
	if i < len(b) && b[i] <= ' ' {
		i = skipSpace(b, i)
	}
	if i >= len(b) {
		return i, in.fault(l, i, reasonSyntax)
	}
	switch c := b[i]; c {
	case '"':
		start, finds := i, len(in.finds)
		if p := n.plain.Load(); p != nil && p.begins(b[i+1:]) {
			if n.typ != catalog.None && n.flags != isGreen {
				in.found(l, n, n.typ, n.class, spanMember, member, i, i+1+len(p.text), ByKey)
			}
			i += 1 + len(p.text)
			if n.role != 0 {
				in.note(n, member, start, i, finds)
			}
			break
		}
		stop, classes, reason := scanString(b, i+1)
		if reason != "" {
			return i, in.fault(l, stop, reason)
		}
		if n.typ != catalog.None || n.flags != 0 || classes&inert != classes || stop-i > 16 && (classes&wordBreaks != 0 || base64Start(b[i+1])) || in.engine.byValue != nil {
			if fault := in.stringValue(l, n, member, i, stop+1, classes); fault != nil {
				return i, fault
			}
			if n.flags&^isGreen == 0 && classes&escape == 0 && in.learnable(n, finds) {
				n.learn(b[i+1 : stop])
			}
		} else {
			n.learn(b[i+1 : stop])
		}
		i = stop + 1
		if n.role != 0 {
			in.note(n, member, start, i, finds)
		}
	case '{', '[':
		if len(in.stack) >= limit {
			return i, in.fault(l, i, reasonDepth)
		}
		if len(in.stack) == cap(in.stack) {
			in.stack = append(in.stack, frame{})
		} else {
			in.stack = in.stack[:len(in.stack)+1]
		}
		f := &in.stack[len(in.stack)-1]
		f.n, f.prev, f.member, f.outer = n, nil, member, in.event
		f.find, f.key, f.noted, f.object = -1, keyFind, -1, c == '{'
		keyFind = -1
		if n.flags&(isEvent|isBatch|isSelected) != 0 {
			if n.flags&isEvent != 0 && l == 0 {
				in.openEvent(i, member)
			}
			in.batch = in.batch || n.flags&isBatch != 0 && c == '['
			if n.flags&isSelected != 0 {
				f.find = in.found(l, n, catalog.None, catalog.Green, spanMember, member, i, i, 0)
			}
		}
		i = skipSpace(b, i+1)
		if i < len(b) && (b[i] == '}' && c == '{' || b[i] == ']' && c == '[') {
			goto closing
		}
		if c == '[' {
			n = in.cache.element(n, in.format)
			goto element
		}
		goto name
	case 't', 'f', 'n':
		w := literal(b[i:])
		if w == 0 {
			return i, in.fault(l, i, reasonSyntax)
		}
		if n.flags&(isEvent|isSelected) != 0 || c == 'n' && n.typ != catalog.None {
			in.plainValue(l, n, member, i, i+w)
		}
		i += w
	default:
		stop := scanNumber(b, i)
		if stop < 0 {
			return i, in.fault(l, i, reasonSyntax)
		}
		if n.typ != 0 || n.flags != 0 || stop-i >= 14 || in.engine.byValue != nil {
			finds := len(in.finds)
			in.numberValue(l, n, member, i, stop)
			if n.role != 0 {
				in.note(n, member, i, stop, finds)
			}
		} else if n.role != 0 {
			in.note(n, member, i, stop, len(in.finds))
		}
		i = stop
	}

done: // a value has ended at i
	if keyFind >= 0 {
		in.finds[keyFind].stop = i
		keyFind = -1
	}
	if len(in.stack) == base {
		return i, nil
	}
	if i < len(b) && b[i] == ',' {
		i++
		if in.stack[len(in.stack)-1].object {
			goto name
		}
		n = in.cache.element(in.stack[len(in.stack)-1].n, in.format)
		goto element
	}
	i = skipSpace(b, i)
	if i >= len(b) {
		return i, in.fault(l, i, reasonSyntax)
	}
	switch f := &in.stack[len(in.stack)-1]; {
	case b[i] == ',':
		i++
		if f.object {
			goto name
		}
		n = in.cache.element(f.n, in.format)
		goto element
	case b[i] == '}' && f.object, b[i] == ']' && !f.object:
		goto closing
	}
	return i, in.fault(l, i, reasonSyntax)

closing: // b[i] closes the innermost container
	{
		f := &in.stack[len(in.stack)-1]
		i++
		if f.find >= 0 {
			in.finds[f.find].end = i
		}
		if first := f.noted; first >= 0 {
			if fault := in.relate(l, in.noted[first:]); fault != nil {
				return i, fault
			}
			in.noted = in.noted[:first]
			f = &in.stack[len(in.stack)-1] // judging what a value holds may have moved it
		}
		if f.n.flags&isEvent != 0 && l == 0 {
			in.closeEvent(f.outer, i)
		}
		keyFind = f.key
		in.stack = in.stack[:len(in.stack)-1]
		goto done
	}

element:
	if in.values++; in.values > in.limits.Values {
		return i, in.fault(l, i, reasonValues)
	}
	i = skipSpace(b, i)
	member = i
	goto value

name:
	if in.values++; in.values > in.limits.Values {
		return i, in.fault(l, i, reasonValues)
	}
	if i < len(b) && b[i] != '"' {
		i = skipSpace(b, i)
	}
	if i >= len(b) || b[i] != '"' {
		return i, in.fault(l, i, reasonSyntax)
	}
	{
		member = i
		i++
		f := &in.stack[len(in.stack)-1]
		guess := &f.n.first
		if f.prev != nil {
			guess = &f.prev.next
		}
		n = guess.Load()
		if n != nil && n.begins(b[i:]) {
			i += len(n.text)
		} else {
			stop, _, reason := scanString(b, i)
			if reason != "" {
				return i, in.fault(l, stop, reason)
			}
			if stop-i > in.limits.KeyBytes {
				return i, in.fault(l, i, reasonKey)
			}
			n = in.cache.child(f.n, b[i:stop], in.format)
			guess.Store(n)
			i = stop + 1
		}
		f.prev = n
		if n.keySpan != catalog.None {
			t := &in.policy.Types[n.keySpan]
			keyFind = in.found(l, n, n.keySpan, t.Class, spanKey, member, member, i, ByValue)
		}
	}
	if i >= len(b) || b[i] != ':' {
		i = skipSpace(b, i)
		if i >= len(b) || b[i] != ':' {
			return i, in.fault(l, i, reasonSyntax)
		}
	}
	i++
	goto value
}

// wordBreaks are the bytes that break the prefix off a secret without digits.
const wordBreaks = uint32(detect.HasDash | detect.HasUnder)

// learnable tells whether a value may be remembered: it gave no findings since
// mark, or it is a user agent and gave just that. What is more personal than the
// name of a browser is not kept.
func (in *Inspector) learnable(n *node, mark int) bool {
	if n.typ == catalog.None || n.flags == isGreen {
		return len(in.finds) == mark
	}
	return n.typ == catalog.UserAgent && len(in.finds) == mark+1 && in.finds[mark].by == ByKey && in.finds[mark].typ == n.typ
}

// inert are the byte classes that alone hold no personal data by value: there
// is no digit, no '@', no separator that starts an inner format.
const inert = uint32(detect.HasLetter | detect.HasSpace | detect.HasDash | detect.HasUnder | detect.HasOther | detect.HasDot | detect.HasSlash | detect.HasPlus)

// base64Start tells whether c can begin the base64 of a JSON object or array.
func base64Start(c byte) bool { return c == 'e' || c == 'W' }

func literal(b []byte) int {
	switch {
	case len(b) >= 4 && (string(b[:4]) == "true" || string(b[:4]) == "null"):
		return 4
	case len(b) >= 5 && string(b[:5]) == "false":
		return 5
	}
	return 0
}

// plainValue notes an event that is not a container, selected values that cannot be
// personal (booleans and null), and a null where the name says what will be there.
func (in *Inspector) plainValue(l int, n *node, member, start, end int) {
	if n.flags&isEvent != 0 && l == 0 {
		outer := in.event
		in.openEvent(start, member)
		defer in.closeEvent(outer, end)
	}
	switch {
	case n.flags&isSelected != 0:
		in.found(l, n, catalog.None, catalog.Green, spanMember, member, start, end, 0)
	case n.typ != catalog.None && n.flags&(isReserved|isIgnored|isGreen) == 0 && in.layers[l].text[start] == 'n':
		f := in.found(l, n, n.typ, n.class, spanMember, member, start, end, ByKey)
		in.finds[f].empty = true
	}
}

// numberValue judges the number b[start:end].
func (in *Inspector) numberValue(l int, n *node, member, start, end int) {
	if n.flags&isEvent != 0 && l == 0 {
		outer := in.event
		in.openEvent(start, member)
		defer in.closeEvent(outer, end)
	}
	if n.flags&(isReserved|isIgnored) != 0 {
		return
	}
	typ, class, by := n.typ, n.class, ByKey
	if n.flags&isGreen != 0 || typ == catalog.None || !plausible(typ, in.layers[l].text[start:end]) {
		typ, class, by = catalog.None, catalog.Green, 0
	}
	proof := detect.Shape
	if n.flags&isForced == 0 {
		found, checked := detect.FindNumber(in.layers[l].text[start:end])
		confirmed := detect.Shape
		if checked {
			confirmed = detect.Check
		}
		if found == catalog.CreditCard && n.thing {
			found = catalog.None // one identifier in ten passes the checksum
		}
		if in.engine.byValue != nil {
			found, confirmed = in.numberOwn(n, in.layers[l].text[start:end], found, confirmed)
		}
		typ, class, by, proof = in.merge(n, typ, class, by, found, confirmed)
	}
	if typ == catalog.None && n.flags&isSelected == 0 {
		return
	}
	if by == ByKey && in.engine.checks[typ] {
		if valid, _ := detect.Valid(typ, "", in.layers[l].text[start:end]); valid {
			by, proof = ByBoth, detect.Check
		}
	}
	f := in.found(l, n, typ, class, spanMember, member, start, end, by)
	in.finds[f].proof = proof
}

// merge weighs what the name says (typ, class, by) against a type found by value.
func (in *Inspector) merge(n *node, typ catalog.ID, class catalog.Class, by By, found catalog.ID, proof detect.Proof) (catalog.ID, catalog.Class, By, detect.Proof) {
	if found == catalog.None || in.engine.noValues[found] || n.has(found) {
		return typ, class, by, detect.Shape
	}
	c := in.policy.Types[found].Class
	switch {
	case typ == found:
		return typ, class, ByBoth, proof
	case typ == catalog.None, c > class, c == class && (proof == detect.Check || in.engine.custom(found)):
		return found, c, ByValue, proof
	case isCredential(typ) && isCredential(found):
		return typ, class, ByBoth, proof // a secret, by whichever name
	}
	return typ, class, by, detect.Shape
}

// isCredential tells types of secrets, which names and forms tell apart differently.
func isCredential(typ catalog.ID) bool { return typ >= catalog.Password && typ <= catalog.SignedURL }
