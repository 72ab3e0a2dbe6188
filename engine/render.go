package engine

import (
	"bytes"

	"github.com/eventveil/eventveil/engine/transform"
	"github.com/eventveil/eventveil/rules"
)

// plan is a rendered body together with the decisions that made it, so that
// destinations with the same decisions share the bytes.
type plan struct {
	actions []*rules.Action // per body finding, then per event
	out     []byte
	outcome Outcome
}

var (
	redact = &rules.Action{Kind: rules.Redact}
	drop   = &rules.Action{Kind: rules.Drop}
)

// Render returns the body as a destination may have it. In observe mode that
// is the body as it came.
func (in *Inspector) Render(destination int) Outcome {
	body := in.layers[0].text
	n := len(in.events)
	if in.policy.Observe || !in.touched(destination) {
		return Outcome{Body: body, Events: n}
	}
	if len(in.plans) < cap(in.plans) {
		in.plans = in.plans[:len(in.plans)+1]
	} else {
		in.plans = append(in.plans, plan{})
	}
	p := &in.plans[len(in.plans)-1]
	p.actions = p.actions[:0]
	for i := range in.finds[:in.bodyFinds] {
		p.actions = append(p.actions, in.action(i, destination))
	}
	p.actions = append(p.actions, in.transportDrop(destination))
	for i := range in.whole {
		p.actions = append(p.actions, in.whole[i].By[destination].Action)
	}
	for i := range in.plans[:len(in.plans)-1] {
		if same(in.plans[i].actions, p.actions) {
			in.plans = in.plans[:len(in.plans)-1]
			return in.plans[i].outcome
		}
	}
	p.outcome = in.render(p)
	return p.outcome
}

func same(a, b []*rules.Action) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
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

// touched tells whether any decision for a destination changes the body.
func (in *Inspector) touched(destination int) bool {
	for i := range in.finds[:in.bodyFinds] {
		if in.action(i, destination) != nil {
			return true
		}
	}
	for i := range in.whole {
		if in.whole[i].By[destination].Action.Kind == rules.Drop {
			return true
		}
	}
	return in.transportDrop(destination) != nil
}

// render makes a plan's bytes.
func (in *Inspector) render(p *plan) Outcome {
	n := len(in.events)
	in.altered, in.dropped = flags0(in.altered, n), flags0(in.dropped, n)
	finds := p.actions[:in.bodyFinds]
	all := p.actions[in.bodyFinds] != nil
	for i, a := range finds {
		if a == nil {
			continue
		}
		f := &in.finds[i]
		// To block a document as a whole, a lone number say, is to drop its event.
		if a.Kind == rules.Drop || a.Kind == rules.Block && f.kind == spanMember && f.layer == 0 && f.n.parent == nil {
			if f.event >= 0 {
				in.dropped[f.event] = true
			} else {
				all = true
			}
		}
	}
	for i, a := range p.actions[in.bodyFinds+1:] {
		if a.Kind == rules.Drop {
			in.dropped[i] = true
		}
	}
	gone := 0
	for i := range in.dropped {
		in.dropped[i] = in.dropped[i] || all
		if in.dropped[i] {
			gone++
		}
	}
	if gone == n && (n > 0 || all) {
		return Outcome{Events: n, Dropped: n}
	}

	in.openEdits(0, in.bodyLayer)
	envelope := false
	for i, a := range finds {
		if a == nil || a.Kind == rules.Drop {
			continue
		}
		f := &in.finds[i]
		if f.event >= 0 && in.dropped[f.event] {
			continue
		}
		if in.edit(f, a) {
			if f.event >= 0 {
				in.altered[f.event] = true
			} else {
				envelope = true
			}
		}
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
	out := Outcome{Events: n, Dropped: gone}
	for i, changed := range in.altered {
		if (changed || envelope) && !in.dropped[i] {
			out.Altered++
		}
	}
	p.out = in.resolve(p.out[:0], 0, in.bodyLayer)
	out.Body = p.out
	return out
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
