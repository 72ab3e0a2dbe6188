package engine

import (
	"strings"

	"github.com/eventveil/eventveil/engine/detect"
	"github.com/eventveil/eventveil/rules"
)

// field is a transport value under inspection: where its findings and layers lie.
type field struct {
	n             *node
	query         bool
	layer, layers int
	finds         int
	after         int
	unreadable    bool // could not be judged
	out           []byte
}

// transportFormat is the format whose root the paths of transport values hang on.
var transportFormat = &Format{Batch: "\x00transport"}

// Transport inspects values that came beside the body. Call it after Inspect and
// before Decide. A value that nests too deep to be judged is kept from every
// destination.
func (in *Inspector) Transport(fields []Field) {
	in.event = Transport
	root := in.cache.root(transportFormat)
	for _, f := range fields {
		l := in.addLayer(layer{text: f.Value, parent: -1})
		mark := len(in.finds)
		n := in.cache.child(root, []byte(f.Path), transportFormat)
		var fault *Error
		if f.Query {
			fault = in.query(n, l, 0, f.Value, 0, len(f.Value), 0)
			in.params = in.params[:0]
		} else {
			at := place{kind: spanField, layer: l, end: len(f.Value)}
			fault = in.judge(n, at, l, 0, encNone, f.Value, uint32(detect.Classify(f.Value)), 0)
		}
		in.fields = append(in.fields, field{n: n, query: f.Query, layer: l, layers: len(in.layers), finds: mark, after: len(in.finds), unreadable: fault != nil})
	}
}

// Field returns a transport value as a destination may have it; keep is false when it
// may not have it at all. Fields are numbered as they were given to Transport.
func (in *Inspector) Field(destination, i int) (value []byte, keep bool) {
	f := &in.fields[i]
	text := in.layers[f.layer].text
	if in.policy.Observe {
		return text, true
	}
	if f.unreadable {
		return nil, false
	}
	in.openEdits(f.layer, f.layers)
	strict := in.policy.Destinations[destination].AllowList
	known := false // something was found that is all of the value
	for k := f.finds; k < f.after; k++ {
		if in.finds[k].kind == spanField {
			known = true
			if strict && !passes(in.rulings[k], destination) {
				return nil, false
			}
		}
		a := in.action(k, destination)
		if a == nil || a.Kind == rules.Drop || a.Kind == rules.Integrate {
			continue
		}
		if in.finds[k].kind == spanField && a.Kind == rules.Block {
			return nil, false
		}
		in.edit(&in.finds[k], a)
	}
	if strict {
		switch {
		case f.query:
			if in.cutQuery(f, destination) == 0 {
				return nil, false
			}
		case !known && !in.fieldPasses(f.n, place{kind: spanField, layer: f.layer, end: len(text)}, destination):
			return nil, false
		}
	}
	if len(in.edits) == 0 {
		return text, true
	}
	f.out = in.resolve(f.out[:0], f.layer, f.layers)
	return f.out, true
}

// transportNode fills the node of a transport value from its whole path.
func (e *Engine) transportNode(n *node, path string) *node {
	n.key, n.path = path, path
	words := strings.Split(path, ".")
	v := e.match(words[:len(words)-1], words[len(words)-1])
	n.typ, n.how = v.Type, v.How
	e.override(n)
	return n
}
