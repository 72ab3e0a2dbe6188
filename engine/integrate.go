package engine

import (
	"bytes"
	"slices"

	"github.com/eventveil/eventveil/rules"
)

// want is what an action has written into the "integrations" of an event.
type want struct {
	event  int // or Envelope, for all
	action *rules.Action
}

// setting is a member that is written.
type setting struct {
	name   []byte // decoded
	quoted []byte // as it is written
	value  []byte
	there  bool // the object at hand has it
}

// wish collects in in.wants what a plan has written into events, by event, and tells
// whether that is anything.
func (in *Inspector) wish(p *plan) bool {
	in.wants = in.wants[:0]
	for i, a := range p.actions {
		if a == nil || a.Kind != rules.Integrate {
			continue
		}
		event, j := Envelope, i-in.bodyFinds-1 // see decisions
		switch {
		case j < 0:
			event = in.finds[i].event
		case j < len(in.whole):
			event = j
		}
		in.wants = append(in.wants, want{event, a})
	}
	slices.SortStableFunc(in.wants, func(a, b want) int { return a.event - b.event })
	return len(in.wants) > 0
}

// integrate writes what in.wants says into the events of src, which is a plan's body,
// and returns the plan's bytes: src itself when everything was there already.
func (in *Inspector) integrate(p *plan, src []byte) []byte {
	in.split = Split(in.split[:0], src, in.format)
	around := in.aroundIntegrations(src)
	wants := in.wants
	for len(wants) > 0 && wants[0].event == Envelope {
		wants = wants[1:]
	}
	common := in.wants[:len(in.wants)-len(wants)]
	in.spare = in.spare[:0]
	spans, pos, changed := in.split, 0, false
	for i, gone := range in.dropped {
		own := wants
		for len(wants) > 0 && wants[0].event == i {
			wants = wants[1:]
		}
		own = own[:len(own)-len(wants)]
		if gone {
			continue
		}
		event := src[spans[0].Start:spans[0].End]
		from, to := spans[0].Start, spans[0].End
		spans = spans[1:]
		if event[0] != '{' || len(common)+len(own) == 0 {
			continue
		}
		in.settings = in.settings[:0]
		in.set(common)
		in.set(own)
		in.spare = append(in.spare, src[pos:from]...)
		mark := len(in.spare)
		in.spare = in.writeEvent(in.spare, event, around)
		pos = to
		if !bytes.Equal(in.spare[mark:], event) {
			changed, in.altered[i] = true, true
		}
	}
	if !changed {
		return src
	}
	in.spare = append(in.spare, src[pos:]...)
	p.out, in.spare = in.spare, p.out
	return p.out
}

// set adds what actions write to in.settings; where two say different things about the
// same name, false counts.
func (in *Inspector) set(wants []want) {
	for _, w := range wants {
	next:
		for _, s := range in.settingsOf(w.action) {
			for i := range in.settings {
				if t := &in.settings[i]; bytes.EqualFold(s.name, t.name) {
					if s.value[0] == 'f' {
						t.value = s.value
					}
					continue next
				}
			}
			in.settings = append(in.settings, s)
		}
	}
}

// settingsOf are the members that an action writes.
func (in *Inspector) settingsOf(a *rules.Action) []setting {
	list, known := in.written[a]
	if known {
		return list
	}
	text := []byte("{" + a.Integrations + "}")
	m := enter(text, 0)
	for m.next() {
		list = append(list, setting{name: m.name(nil), quoted: text[m.member : m.member+len(m.key)+2], value: text[m.start:m.stop()]})
	}
	if in.written == nil {
		in.written = map[*rules.Action][]setting{}
	}
	in.written[a] = list
	return list
}

// aroundIntegrations is what a batch says of integrations beside its events, as one
// object; in in.scratch. An event that gets integrations of its own repeats it, as they
// would hide it.
func (in *Inspector) aroundIntegrations(src []byte) []byte {
	in.scratch = append(in.scratch[:0], '{')
	b, any := in.beside(src, in.split)
	for any && b.next() {
		if src[b.start] != '{' || !b.is("integrations") {
			continue
		}
		if inner := bytes.TrimSpace(src[b.start+1 : b.stop()-1]); len(inner) > 0 {
			if len(in.scratch) > 1 {
				in.scratch = append(in.scratch, ',')
			}
			in.scratch = append(in.scratch, inner...)
		}
	}
	return append(in.scratch, '}')
}

// writeEvent appends an event with in.settings in every "integrations" that it has, or
// in one that it gets, with what around says.
func (in *Inspector) writeEvent(dst, event, around []byte) []byte {
	pos := 0
	m := enter(event, 0)
	for m.next() {
		if m.is("integrations") {
			dst = append(dst, event[pos:m.start]...)
			dst = in.writeObject(dst, event[m.start:m.stop()])
			pos = m.end
		}
	}
	if pos > 0 {
		return append(dst, event[pos:]...)
	}
	dst = append(dst, event[:m.last]...)
	if m.last > 1 {
		dst = append(dst, ',')
	}
	dst = append(dst, `"integrations":`...)
	dst = in.writeObject(dst, around)
	return append(dst, event[m.last:]...)
}

var emptyObject = []byte("{}")

// writeObject appends an object with in.settings instead of its members of the same
// name, in any case, and beside the others. Anything else than an object gives way to
// one. Options that an event gives to a receiver stay where the setting is true.
func (in *Inspector) writeObject(dst, object []byte) []byte {
	if object[0] != '{' {
		object = emptyObject
	}
	for i := range in.settings {
		in.settings[i].there = false
	}
	pos := 0
	m := enter(object, 0)
	for m.next() {
		var room [64]byte
		name := m.name(room[:0])
		for i := range in.settings {
			s := &in.settings[i]
			if !bytes.EqualFold(name, s.name) {
				continue
			}
			s.there = s.there || bytes.Equal(name, s.name)
			if options := object[m.start] == '{' && s.value[0] == 't'; !options {
				dst = append(dst, object[pos:m.start]...)
				dst = append(dst, s.value...)
				pos = m.stop()
			}
			break
		}
	}
	dst = append(dst, object[pos:m.last]...)
	empty := m.last == 1
	for i := range in.settings {
		s := &in.settings[i]
		if s.there {
			continue
		}
		if !empty {
			dst = append(dst, ',')
		}
		empty = false
		dst = append(dst, s.quoted...)
		dst = append(dst, ':')
		dst = append(dst, s.value...)
	}
	return append(dst, object[m.last:]...)
}
