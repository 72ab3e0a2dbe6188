package engine

import (
	"bytes"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

// trim is what a destination that gets only what is approved makes of a part of the
// body beside what is decided about findings.
type trim struct {
	part   int
	action *rules.Action // nil removes it
}

// unapproved appends what a destination that gets only what is approved does not get as
// it came: every scalar that nobody has approved, every container in which nothing is
// left, and what has a name that may not pass.
func (in *Inspector) unapproved(dst []trim, destination int) []trim {
	if len(in.parts) == 0 {
		in.outline()
	}
	in.kept = flags0(in.kept, len(in.parts))
	for i := len(in.parts) - 1; i >= 0; i-- { // what is in a container comes behind it
		p := &in.parts[i]
		in.kept[i] = p.frame || (in.kept[i] || p.scalar) && in.approved(p, destination)
		if in.kept[i] && p.up >= 0 {
			in.kept[p.up] = true
		}
	}
	for i := range in.parts {
		p := &in.parts[i]
		switch {
		case !in.kept[i] && (p.up < 0 || in.kept[p.up]):
			dst = append(dst, trim{i, nil})
		case in.kept[i] && p.ruling != nil:
			if a := p.ruling.By[destination].Action; changes(a) {
				dst = append(dst, trim{i, a})
			}
		}
	}
	return dst
}

// trim notes the edit that a trim is.
func (in *Inspector) trim(t trim) {
	p := &in.parts[t.part]
	switch {
	case p.event >= 0 && in.dropped[p.event]:
	case t.action == nil:
		in.addEdit(0, edit{start: p.member, end: p.end, stop: p.end, cut: cutJSON})
		in.alters(p.event)
	case in.edit(&find{place: place{kind: spanMember, enc: encJSON, member: p.member, start: p.start, end: p.end}}, t.action):
		in.alters(p.event)
	}
}

// approved tells whether a part may pass: nothing that was found there is blocked, and
// if it is a scalar somebody has approved it. Containers pass for what is in them,
// unless their names fold to nothing. What is decided about a value in which nothing
// was found drops no event.
func (in *Inspector) approved(p *part, destination int) bool {
	approved := !p.scalar && (p.whole || p.n.text == "" || p.n.path != p.n.parent.path)
	for _, i := range in.about[p.first:p.stop] {
		f := &in.finds[i]
		if !p.scalar && f.kind == spanMember {
			continue
		}
		if !passes(in.rulings[i], destination) {
			return false
		}
		approved = approved || f.kind == spanMember
	}
	return approved || p.ruling != nil && passes(p.ruling, destination)
}

// listed is an action about a finding as it counts beside what unapproved says: what is
// blocked as a whole has been seen to, and what is not personal passes with the value
// that it was found in.
func (in *Inspector) listed(i, destination int, a *rules.Action) *rules.Action {
	f := &in.finds[i]
	switch {
	case a == nil || a.Kind != rules.Block:
		return a
	case f.layer == 0 && (f.kind == spanMember || f.kind == spanKey),
		(f.typ == catalog.None || f.class == catalog.Green) && in.rulings[i].By[destination].Rule < 0:
		return nil
	}
	return a
}

// passes tells whether a ruling leaves something to a destination.
func passes(r *Ruling, destination int) bool {
	k := r.By[destination].Action.Kind
	return k != rules.Block && k != rules.Drop
}

// changes tells whether an action changes a value that passes.
func changes(a *rules.Action) bool { return a.Kind != rules.Allow && a.Kind != rules.Integrate }

// fieldPasses tells whether somebody has approved a transport value at a place, which
// no finding is about, and notes the edit that the approval asks for.
func (in *Inspector) fieldPasses(n *node, at place, destination int) bool {
	r := in.engine.decide(n, catalog.None, catalog.Green, in.source, in.engine.eventClass(nil), nil)
	if !passes(r, destination) {
		return false
	}
	if a := r.By[destination].Action; changes(a) {
		in.edit(&find{place: at}, a)
	}
	return true
}

// cutQuery notes as edits the parts of a query that nobody has approved, and tells how
// many are left.
func (in *Inspector) cutQuery(f *field, destination int) (left int) {
	text := in.layers[f.layer].text
	for i, stop := 0, 0; i < len(text); i = stop + 1 {
		for stop = i; stop < len(text) && !isParamEnd(text[stop]); {
			stop++
		}
		switch {
		case stop == i:
		case in.paramPasses(f, text[i:stop], i, destination):
			left++
		default:
			in.addEdit(f.layer, edit{start: i, end: stop, stop: stop, cut: cutParam})
		}
	}
	return left
}

// paramPasses tells whether the parameter at i of a query may pass.
func (in *Inspector) paramPasses(f *field, param []byte, i, destination int) bool {
	eq := bytes.IndexByte(param, '=')
	if eq <= 0 || eq > maxParamName {
		return false // what has no path is no data point
	}
	found := false
	for k := f.finds; k < f.after; k++ {
		g := &in.finds[k]
		if g.layer != f.layer || g.kind != spanParam || g.member != i {
			continue
		}
		if !passes(in.rulings[k], destination) {
			return false
		}
		found = found || g.start == i+eq+1
	}
	if found {
		return true
	}
	n := in.paramNode(f.n, param[:eq])
	at := place{kind: spanParam, enc: encPercent, layer: f.layer, member: i, start: i + eq + 1, end: i + len(param)}
	return in.fieldPasses(n, at, destination)
}
