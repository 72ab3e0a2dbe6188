package engine

import (
	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
	"github.com/eventveil/eventveil/engine/names"
)

// Classified is what a name, a value or both say together.
type Classified struct {
	Type  catalog.ID
	Class catalog.Class
	Evidence
	Spans []detect.Span // in the value, as bytes; nil when the value gave nothing
}

// Classify judges one name, one value or both, as the walk over an event would.
// key "" means no name, value nil no value.
func (e *Engine) Classify(key string, value []byte) Classified {
	in := e.Get()
	defer e.Put(in)
	in.reset(transportFormat)
	n := &node{key: key}
	if key != "" {
		v := e.match([]string{names.Anywhere}, key)
		n.typ, n.how = v.Type, v.How
		e.override(n)
		n.flags &^= isGreen | isSelected
	}
	if value == nil {
		return named(n)
	}
	in.layers = append(in.layers, layer{text: value, parent: -1})
	at := place{kind: spanField, end: len(value)}
	if fault := in.judge(n, at, 0, 0, encNone, value, uint32(detect.Classify(value)), 0); fault != nil {
		return named(n)
	}
	out := Classified{}
	for i := range in.finds {
		f := &in.finds[i]
		if i == 0 || f.class > out.Class {
			out.Type, out.Class, out.By, out.Proof = f.typ, f.class, f.by, f.proof
			if out.NameHow = names.Unmatched; f.by&ByKey != 0 {
				out.NameHow = f.n.how
			}
		}
		if f.by&ByValue != 0 {
			start, end := in.outermost(f)
			out.Spans = append(out.Spans, detect.Span{Start: start, End: end, Type: f.typ, Proof: f.proof})
		}
	}
	return out
}

func named(n *node) Classified {
	c := Classified{Type: n.typ, Class: n.class}
	if n.typ != catalog.None {
		c.By, c.NameHow = ByKey, n.how
	}
	return c
}

// outermost maps a finding's span to layer 0.
func (in *Inspector) outermost(f *find) (start, end int) {
	start, end = f.start, f.end
	for l := f.layer; in.layers[l].parent >= 0; l = in.layers[l].parent {
		y := &in.layers[l]
		if y.enc == encBase64 {
			start, end = y.start, y.end
			continue
		}
		m := mapper{raw: in.layers[y.parent].text[y.start:y.end], enc: y.enc}
		start = y.start + m.to(start)
		end = y.start + m.to(end)
	}
	return start, end
}
