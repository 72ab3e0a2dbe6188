package deliver

import (
	"bytes"
	"slices"

	"github.com/eventveil/eventveil/engine"
)

// envelope is what stood beside the events of a batch, and belongs to each of them.
type envelope struct {
	names    map[string]int // decoded, to members
	raw      [][]byte       // the members as they stood; those of one name together
	writeKey string         // the member that no event keeps; "" for none
}

// open finds the members beside the events of a body. The batch itself, the write key,
// the batch's own message id, by which receivers would take all its events for one, and
// what would name events by which rules have decided already are not among them. typ is the type that the path gave the events; it may be "".
func open(body []byte, f *engine.Format, events []engine.Span, typ string) *envelope {
	e := &envelope{names: map[string]int{}, writeKey: f.WriteKey}
	root := space(body, 0)
	if f.Batch != "" && (len(events) == 0 || events[0].Start > root) {
		members(body, root, func(name []byte, start, end int) {
			switch n := string(spelled(name)); {
			case n == f.Batch, n == f.WriteKey, n == "messageId", slices.Contains(f.EventName, n):
			default:
				e.add(n, body[start:end])
			}
		})
	}
	if _, known := e.names["type"]; !known && typ != "" {
		e.add("type", []byte(`"type":"`+typ+`"`))
	}
	return e
}

func (e *envelope) add(name string, member []byte) {
	if i, known := e.names[name]; known {
		e.raw[i] = append(append(bytes.Clone(e.raw[i]), ','), member...)
		return
	}
	e.names[name] = len(e.raw)
	e.raw = append(e.raw, member)
}

// append adds an event to dst, with the members of the envelope that it lacks and
// without its write key. seen is room for as many as the envelope has.
func (e *envelope) append(dst, event []byte, seen []bool) []byte {
	clear(seen)
	empty, keyed := true, false
	brace := members(event, 0, func(name []byte, _, _ int) {
		n := spelled(name)
		if e.writeKey != "" && string(n) == e.writeKey {
			keyed = true
			return
		}
		empty = false
		if i, known := e.names[string(n)]; known {
			seen[i] = true
		}
	})
	if brace < 0 { // no object, so it has no members
		return append(dst, event...)
	}
	if keyed {
		dst = e.unkeyed(dst, event)
	} else {
		dst = append(dst, event[:brace]...)
	}
	for i, member := range e.raw {
		if seen[i] {
			continue
		}
		if !empty {
			dst = append(dst, ',')
		}
		dst, empty = append(dst, member...), false
	}
	return append(dst, event[brace:]...)
}

// unkeyed appends an event without its write key, up to its last brace.
func (e *envelope) unkeyed(dst, event []byte) []byte {
	dst = append(dst, '{')
	first := true
	members(event, 0, func(name []byte, start, end int) {
		if string(spelled(name)) == e.writeKey {
			return
		}
		if !first {
			dst = append(dst, ',')
		}
		dst, first = append(dst, event[start:end]...), false
	})
	return dst
}

// oneLine takes the line ends out of a JSON text, dst[from:]: between its tokens they
// are white space, and within them there are none.
func oneLine(dst []byte, from int) []byte {
	if bytes.IndexByte(dst[from:], '\n') < 0 && bytes.IndexByte(dst[from:], '\r') < 0 {
		return dst
	}
	to := from
	for _, c := range dst[from:] {
		if c != '\n' && c != '\r' {
			dst[to] = c
			to++
		}
	}
	return dst[:to]
}

// part appends a body without the events before lo and from hi on.
func part(dst, body []byte, events []engine.Span, lo, hi int) []byte {
	pos := 0
	for k, s := range events {
		switch {
		case k < lo && k+1 < len(events) && beside(body, s, events[k+1]):
			s.End = events[k+1].Start
		case k >= hi && k > 0 && beside(body, events[k-1], s):
			s.Start = events[k-1].End
		}
		if k < lo || k >= hi {
			dst = append(dst, body[pos:s.Start]...)
			pos = s.End
		}
	}
	return append(dst, body[pos:]...)
}

// beside tells whether events follow each other in one list: nothing but a separator is
// between them.
func beside(body []byte, a, b engine.Span) bool {
	for _, c := range body[a.End:b.Start] {
		if c != ',' && c != '\n' && c != '\r' && c != ' ' && c != '\t' {
			return false
		}
	}
	return true
}
