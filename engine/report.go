package engine

import (
	"strconv"
	"strings"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/names"
	"github.com/eventveil/eventveil/rules"
)

// Findings lists what was found, in the order it was met: the body's, then the
// transport values'. A selected container is listed with type None.
func (in *Inspector) Findings() []Finding {
	in.report = in.report[:0]
	for i := range in.finds {
		f := &in.finds[i]
		in.report = append(in.report, Finding{Event: f.event, Path: f.n.path, Type: f.typ, Class: f.class, Evidence: in.Evidence(i), Empty: f.empty})
	}
	return in.report
}

// Len is the number of findings. What is told of one by its number is told of the same
// one by all methods, until Decide drops some.
func (in *Inspector) Len() int { return len(in.finds) }

// EventOf is the event that a finding is in: an index, Envelope or Transport.
func (in *Inspector) EventOf(finding int) int { return in.finds[finding].event }

// Empty tells whether a finding is a null or "" in a field known by its name.
func (in *Inspector) Empty(finding int) bool { return in.finds[finding].empty }

// Evidence is why a finding was made.
func (in *Inspector) Evidence(finding int) Evidence {
	f := &in.finds[finding]
	how := names.Unmatched
	if f.by&ByKey != 0 {
		how = f.n.how
	}
	return Evidence{By: f.by, NameHow: how, Proof: f.proof}
}

// Source is the source that Decide was told.
func (in *Inspector) Source() int { return in.source }

// Number tells Inspectors of an engine apart. The same one mostly stays with a
// processor, so what is counted by it is mostly in that one's cache.
func (in *Inspector) Number() uint32 { return in.number }

// Engine is the one that the Inspector is of.
func (in *Inspector) Engine() *Engine { return in.engine }

// Count is how often a type was met and what was done about it.
type Count struct {
	Type   catalog.ID // None: a value that a rule selects by its path
	Action rules.ActionKind
	N      int
}

// Counts adds up the findings of a body by type and action for a destination: what
// metrics need of Findings and Decision, at a fraction of the cost. What Kept keeps from
// the destination counts as that, whatever was decided. Empty values are not counted:
// nothing was there, and nothing was done.
func (in *Inspector) Counts(destination int) []Count {
	in.counts = in.counts[:0]
	for i := range in.finds {
		f := &in.finds[i]
		if f.empty {
			continue
		}
		action := in.rulings[i].By[destination].Action.Kind
		if in.Withholds(f.event) {
			action, _ = in.rulings[i].Done(destination, in.Kept(f.event, destination))
		}
		slot := int(f.typ)*rules.Actions + int(action)
		if in.tally[slot] == 0 {
			in.counts = append(in.counts, Count{Type: f.typ, Action: action})
			in.tally[slot] = len(in.counts)
		}
		in.counts[in.tally[slot]-1].N++
	}
	for _, c := range in.counts {
		in.tally[int(c.Type)*rules.Actions+int(c.Action)] = 0
	}
	return in.counts
}

// Pointer is the JSON Pointer (RFC 6901) of the body's member that a finding lies
// in, from the root of its document; "" for transport values. It walks the
// document again: for reports, not for traffic.
func (in *Inspector) Pointer(finding int) string {
	f := &in.finds[finding]
	if f.event == Transport {
		return ""
	}
	offset, name := f.start, f.kind == spanKey
	for l := f.layer; l != 0; l = in.layers[l].parent {
		offset, name = in.layers[l].start, false
	}
	return in.pointer(0, offset, name)
}

// pointer walks the document in layer l down to the value around offset. name says
// that offset is the start of a member's name.
func (in *Inspector) pointer(l, offset int, name bool) string {
	b := in.layers[l].text
	if l == 0 && in.format.Lines {
		for i := range in.events {
			if e := &in.events[i]; e.start <= offset && offset < e.end {
				b = b[:e.end]
				return pointer(b, e.start, offset, name)
			}
		}
	}
	return pointer(b, 0, offset, name)
}

func pointer(b []byte, i, offset int, name bool) string {
	var path strings.Builder
	i = skipSpace(b, i)
	for i < offset && (b[i] == '{' || b[i] == '[') {
		m := enter(b, i)
		for index := 0; m.next(); index++ {
			if offset >= m.stop() {
				continue
			}
			key := strconv.Itoa(index)
			if m.object {
				key = string(m.name(nil))
			}
			path.WriteByte('/')
			path.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(key))
			if m.member == offset && name {
				return path.String()
			}
			break
		}
		i = m.start
	}
	return path.String()
}

// Inner says where inside a member's string a finding lies: "" for all of it,
// "text:5-20" for bytes of the decoded text, "query:email" for a parameter,
// "json:/user/email" for a member of JSON in the string, "key" for the member's
// name. Steps are joined by " ".
func (in *Inspector) Inner(finding int) string {
	f := &in.finds[finding]
	var steps []string
	switch f.kind {
	case spanKey:
		steps = append(steps, "key")
	case spanParam:
		steps = append(steps, "query:"+in.paramName(f))
	case spanText:
		steps = append(steps, "text:"+strconv.Itoa(f.start-f.base)+"-"+strconv.Itoa(f.end-f.base))
	}
	offset, name := f.start, f.kind == spanKey
	for l := f.layer; l > 0 && in.layers[l].parent >= 0; l = in.layers[l].parent {
		if label := in.layers[l].label; label != "" {
			steps = append(steps, label+":"+pointer(in.layers[l].text, 0, offset, name))
		}
		offset, name = in.layers[l].start, false
	}
	for i, j := 0, len(steps)-1; i < j; i, j = i+1, j-1 {
		steps[i], steps[j] = steps[j], steps[i]
	}
	return strings.Join(steps, " ")
}

// paramName is a parameter's name as paths show it.
func (in *Inspector) paramName(f *find) string {
	text := in.layers[f.layer].text
	return foldKey(string(unescapePercent(nil, text[f.member:max(f.member, f.start-1)], true)), f.n.keySpan)
}
