package engine

import (
	"bytes"
	"slices"

	"github.com/eventveil/eventveil/engine/transform"
	"github.com/eventveil/eventveil/rules"
)

// plan is a rendered body together with the decisions that made it, so that
// destinations with the same decisions share the bytes.
type plan struct {
	actions []*rules.Action // see decisions
	trims   []trim          // besides, for a destination that gets only what is approved
	out     []byte
	dropped []bool // per event
	outcome Outcome
}

var (
	redact = &rules.Action{Kind: rules.Redact}
	drop   = &rules.Action{Kind: rules.Drop}

	// holds drop the events that Heed keeps from a destination.
	holds = [...]*rules.Action{NoConsent: {Kind: rules.Drop}, NotMeant: {Kind: rules.Drop}}
)

// Render returns the body as a destination may have it. In observe mode that
// is the body as it came.
func (in *Inspector) Render(destination int) Outcome {
	strict := in.policy.Destinations[destination].AllowList
	if in.policy.Observe || !strict && !in.touched(destination) {
		return Outcome{Body: in.layers[0].text, Events: len(in.events)}
	}
	if len(in.plans) < cap(in.plans) {
		in.plans = in.plans[:len(in.plans)+1]
	} else {
		in.plans = append(in.plans, plan{})
	}
	last := len(in.plans) - 1
	p := &in.plans[last]
	p.actions, p.trims = in.decisions(p.actions[:0], destination), p.trims[:0]
	if strict {
		p.trims = in.unapproved(p.trims, destination)
	}
	in.chosen[destination] = last
	for i := range in.plans[:last] {
		if q := &in.plans[i]; slices.Equal(q.actions, p.actions) && slices.Equal(q.trims, p.trims) {
			in.plans, in.chosen[destination] = in.plans[:last], i
			return q.outcome
		}
	}
	p.outcome = in.render(p)
	p.dropped, in.dropped = in.dropped, p.dropped
	return p.outcome
}

// Positions appends, for each event that Render left in a destination's body, the index
// that it had in the body as it came.
func (in *Inspector) Positions(dst []int, destination int) []int {
	p := in.chosen[destination]
	for i := range in.events {
		if p < 0 || !in.plans[p].dropped[i] {
			dst = append(dst, i)
		}
	}
	return dst
}

// decisions appends all that is decided for a destination: per finding in the body,
// then what drops all events, then per event, then what transport values have written
// into events.
func (in *Inspector) decisions(dst []*rules.Action, destination int) []*rules.Action {
	strict := in.policy.Destinations[destination].AllowList
	for i := range in.finds[:in.bodyFinds] {
		a := in.action(i, destination)
		if strict {
			a = in.listed(i, destination, a)
		}
		dst = append(dst, a)
	}
	dst = append(dst, in.transportDrop(destination))
	for i := range in.whole {
		dst = append(dst, in.eventAction(i, destination))
	}
	for i := in.bodyFinds; i < len(in.finds) && in.engine.integrates; i++ {
		if a := in.action(i, destination); a != nil && a.Kind == rules.Integrate {
			dst = append(dst, a)
		}
	}
	return dst
}

// Own takes the bytes of an outcome that Render has just made out of the
// Inspector's hands: they outlive Put. buf becomes the Inspector's instead. It
// returns nil when the outcome's body is the input, which was never the Inspector's.
func (in *Inspector) Own(out *Outcome, buf []byte) []byte {
	for i := range in.plans {
		p := &in.plans[i]
		if len(out.Body) > 0 && len(p.out) > 0 && &p.out[0] == &out.Body[0] {
			p.out = buf[:0]
			return out.Body
		}
	}
	return nil
}

// action is what is done with a finding, an Allow as nil.
func (in *Inspector) action(finding, destination int) *rules.Action {
	a := in.rulings[finding].By[destination].Action
	if a.Kind == rules.Allow || in.finds[finding].empty {
		return nil
	}
	return a
}

// transportDrop is drop when a transport value has all events dropped.
func (in *Inspector) transportDrop(destination int) *rules.Action {
	for i := in.bodyFinds; i < len(in.finds); i++ {
		if in.rulings[i].By[destination].Action.Kind == rules.Drop {
			return drop
		}
	}
	return nil
}

// eventAction is what is done with an event whatever it holds, nothing as nil.
func (in *Inspector) eventAction(event, destination int) *rules.Action {
	if len(in.held) > 0 {
		if h := in.Held(event, destination); h != Free {
			return holds[h]
		}
	}
	if a := in.whole[event].By[destination].Action; a.Kind == rules.Drop || a.Kind == rules.Integrate {
		return a
	}
	return nil
}

// touched tells whether any decision for a destination changes the body.
func (in *Inspector) touched(destination int) bool {
	for i := range in.finds[:in.bodyFinds] {
		if in.action(i, destination) != nil {
			return true
		}
	}
	for i := range in.whole {
		if in.eventAction(i, destination) != nil {
			return true
		}
	}
	for i := in.bodyFinds; i < len(in.finds); i++ {
		if k := in.rulings[i].By[destination].Action.Kind; k == rules.Drop || k == rules.Integrate {
			return true
		}
	}
	return false
}

// render makes a plan's bytes.
func (in *Inspector) render(p *plan) Outcome {
	n := len(in.events)
	out := Outcome{Events: n}
	in.altered, in.dropped = flags0(in.altered, n), flags0(in.dropped, n)
	all := in.drops(p)
	for i := range in.dropped {
		in.dropped[i] = in.dropped[i] || all
		if in.dropped[i] {
			out.Dropped++
		}
		if p.actions[in.bodyFinds+1+i] == holds[NoConsent] {
			out.NoConsent++
		}
	}
	if out.Dropped == n && (n > 0 || all) {
		return out
	}
	in.editAll(p)
	out.Body = in.layers[0].text
	if len(in.edits) > 0 {
		p.out = in.resolve(p.out[:0], 0, in.bodyLayer)
		out.Body = p.out
	}
	if in.engine.integrates && in.wish(p) {
		out.Body = in.integrate(p, out.Body)
	}
	for i, changed := range in.altered {
		if (changed || in.envelope) && !in.dropped[i] {
			out.Altered++
		}
	}
	return out
}

// drops marks the events that a plan drops, and tells whether it drops all.
func (in *Inspector) drops(p *plan) (all bool) {
	all = p.actions[in.bodyFinds] != nil
	for i, a := range p.actions[:in.bodyFinds] {
		if a == nil {
			continue
		}
		f := &in.finds[i]
		// To block an event or a document as a whole, a lone number say, is to drop it.
		if a.Kind == rules.Drop || a.Kind == rules.Block && f.kind == spanMember && f.layer == 0 && (f.n.parent == nil || f.n.flags&isEvent != 0) {
			if f.event >= 0 {
				in.dropped[f.event] = true
			} else {
				all = true
			}
		}
	}
	for i, a := range p.actions[in.bodyFinds+1:][:len(in.whole)] {
		if a != nil && a.Kind == rules.Drop {
			in.dropped[i] = true
		}
	}
	for _, t := range p.trims {
		if part := &in.parts[t.part]; part.whole && t.action == nil {
			in.dropped[part.event] = true
		}
	}
	return all
}

// editAll notes the edits of a plan, and which events it alters.
func (in *Inspector) editAll(p *plan) {
	in.openEdits(0, in.bodyLayer)
	in.envelope = false
	trims := p.trims // in between, so that the edits are in order
	for i, a := range p.actions[:in.bodyFinds] {
		if a == nil || a.Kind == rules.Drop || a.Kind == rules.Integrate {
			continue
		}
		f := &in.finds[i]
		if f.event >= 0 && in.dropped[f.event] {
			continue
		}
		for f.layer == 0 && len(trims) > 0 && in.parts[trims[0].part].member <= f.member {
			in.trim(trims[0])
			trims = trims[1:]
		}
		if in.edit(f, a) {
			in.alters(f.event)
		}
	}
	for _, t := range trims {
		in.trim(t)
	}
	for i, d := range in.dropped {
		if d {
			e := &in.events[i]
			cut := cutJSON
			if in.format.Lines {
				cut = cutLine
			}
			in.addEdit(0, edit{start: e.member, end: e.end, stop: e.end, cut: cut})
		}
	}
}

// alters notes that an event is altered; what stands beside events alters all.
func (in *Inspector) alters(event int) {
	if event >= 0 {
		in.altered[event] = true
	} else {
		in.envelope = true
	}
}

func flags0(b []bool, n int) []bool {
	if cap(b) < n {
		return make([]bool, n)
	}
	b = b[:n]
	clear(b)
	return b
}

// edit notes what an action makes of a finding; false when that is nothing.
func (in *Inspector) edit(f *find, a *rules.Action) bool {
	e := edit{start: f.start, end: f.end, stop: max(f.end, f.stop)}
	if a.Kind == rules.Block {
		switch f.kind {
		case spanMember, spanKey:
			e.cut, e.start = cutJSON, f.member
		case spanParam:
			e.cut, e.start = cutParam, f.member
		case spanField:
			e.cut = cutAll
		case spanText:
			a = redact
		}
	}
	if e.cut == cutNone {
		value, number, ok := in.value(f)
		if !ok {
			return false // null; or what is in a container is acted upon one by one
		}
		quotes := f.kind == spanMember || f.kind == spanKey
		e.from = len(in.repl)
		if quotes {
			in.repl = append(in.repl, '"')
		}
		mark := len(in.repl)
		in.repl = in.transfer.Append(in.repl, a, f.typ, value)
		switch text := in.repl[mark:]; {
		case number && len(text) > 0 && scanNumber(text, 0) == len(text):
			e.from = mark // a number stays one
		case f.enc != encNone && !plainIn(f.enc, text):
			in.scratch = append(in.scratch[:0], text...)
			in.repl = f.enc.append(in.repl[:mark], in.scratch)
			fallthrough
		default:
			if quotes {
				in.repl = append(in.repl, '"')
			}
		}
		e.to = len(in.repl)
	}
	in.addEdit(f.layer, e)
	return true
}

// value is the text that a finding is about, decoded, perhaps in in.scratch. bare
// tells that it stands without quotes where strings have them; ok is false for a null
// and for objects and arrays.
func (in *Inspector) value(f *find) (text []byte, bare, ok bool) {
	text = in.layers[f.layer].text[f.start:f.end]
	switch {
	case f.kind == spanMember || f.kind == spanKey:
		switch text[0] {
		case '"':
			text = text[1 : len(text)-1]
			if bytes.IndexByte(text, '\\') >= 0 {
				in.scratch = unescapeJSON(in.scratch[:0], text)
				text = in.scratch
			}
		case '{', '[', 'n':
			return nil, false, false
		default:
			bare = true
		}
	case f.kind == spanParam && f.enc == encPercent:
		in.scratch = unescapePercent(in.scratch[:0], text, !isPlusNumber(text))
		text = in.scratch
	}
	return text, bare, true
}

// Shape appends what the value of a finding looks like, see transform.Shape; nothing
// for a null, an object or an array.
func (in *Inspector) Shape(dst []byte, finding int) []byte {
	if text, _, ok := in.value(&in.finds[finding]); ok {
		return transform.Shape(dst, text)
	}
	return dst
}

// plainIn tells whether text needs no encoding at a place of encoding enc.
func plainIn(enc encoding, text []byte) bool {
	bit := uint8(1) << enc
	for _, c := range text {
		if plainBytes[c]&bit == 0 {
			return false
		}
	}
	return true
}

// plainBytes has the bit 1<<enc for every byte that an encoding leaves as it is.
var plainBytes = func() (t [256]uint8) {
	for c := range t {
		b := []byte{byte(c)}
		for _, enc := range []encoding{encJSON, encPercent} {
			if out := enc.append(nil, b); len(out) == 1 && out[0] == b[0] && c < 0x80 {
				t[c] |= 1 << enc
			}
		}
	}
	return t
}()
