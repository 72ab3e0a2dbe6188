package engine

import (
	"slices"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
	"github.com/eventveil/eventveil/engine/names"
	"github.com/eventveil/eventveil/rules"
)

// owned is what the policy adds to detection by its own classifiers, and takes from
// it: what is empty costs nothing.
type owned struct {
	names   *names.Matcher
	byValue []*rules.Classifier // those that look at values

	off      []bool // by catalog.ID: neither name nor value gives the type
	noValues []bool // by catalog.ID: values do not give the type; holds off's
	noNames  []bool // by catalog.ID: built-in names do not give the type
	checks   []bool // by catalog.ID: a value can be confirmed where the name gives the type
	// renamed are the types that stand for types whose built-in names are off, in the
	// order of their numbers, which begin behind those of the policy's types. So the
	// names that the policy itself gives to such a type can be told from the others.
	renamed []catalog.ID
}

func newOwned(p *rules.Policy) owned {
	n := len(p.Types)
	c := owned{off: make([]bool, n), noValues: make([]bool, n), noNames: make([]bool, n), checks: make([]bool, n)}
	for i := range p.Classifiers {
		if k := &p.Classifiers[i]; k.ByValue() {
			c.byValue = append(c.byValue, k)
		}
	}
	for i := range p.Types {
		id := catalog.ID(i)
		c.off[i] = p.TypeOff(id)
		c.noValues[i] = c.off[i] || p.ValuesOff(id)
		c.noNames[i] = p.NamesOff(id)
		c.checks[i] = !c.noValues[i] && detect.Confirms(id)
	}
	entries := p.Names()
	for i := range entries {
		e := &entries[i]
		if !c.noNames[e.Type] || e.Not {
			continue
		}
		at := slices.Index(c.renamed, e.Type)
		if at < 0 {
			at = len(c.renamed)
			c.renamed = append(c.renamed, e.Type)
		}
		e.Type = catalog.ID(n + at)
	}
	c.names = names.New(entries)
	return c
}

// match tells what a name says to the policy.
func (c *owned) match(parents []string, key string) names.Verdict {
	v := c.names.Match(parents, key)
	switch n := len(c.noNames); {
	case int(v.Type) >= n:
		v.Type = c.renamed[int(v.Type)-n]
	case c.noNames[v.Type]:
		v.Type, v.How = catalog.None, names.Unmatched
	}
	return v
}

// muted is what the policy says about a path beside an override of all of it.
type muted struct {
	types  []catalog.ID // not there, whatever name and value say
	scoped bool         // some are not there in some events or from some sources
	near   []bool       // by index of owned.byValue: its context is around the path; nil when none is
	below  []bool       // and around what lies below the path
}

func (m *muted) has(typ catalog.ID) bool { return slices.Contains(m.types, typ) }

// surround settles what a node's path and the names around it mean to the policy's
// classifiers and to the overrides that speak of less than a path.
func (e *Engine) surround(n *node) {
	n.types, n.scoped = e.policy.Mutes(n.path)
	if n.flags&isIgnored != 0 || n.has(n.keySpan) {
		n.keySpan = catalog.None
	}
	if n.typ != catalog.None && n.has(n.typ) {
		n.typ, n.how = catalog.None, names.Unmatched
		n.flags &^= isForced
	}
	if n.parent != nil {
		n.near, n.below = n.parent.below, n.parent.below
	}
	if !e.policy.IsContext(n.key) {
		return
	}
	n.near, n.below = e.also(n.near, n.key, (*rules.Classifier).NearKey), e.also(n.below, n.key, (*rules.Classifier).NearParent)
}

// also is set, which is not changed, with the classifiers for which near holds.
func (e *Engine) also(set []bool, key string, near func(*rules.Classifier, string) bool) []bool {
	more := make([]bool, len(e.byValue))
	copy(more, set)
	for i, c := range e.byValue {
		more[i] = more[i] || near(c, key)
	}
	return more
}

// findOwn adds to in.spans what the policy's classifiers see in a text. It is called
// only when there is one that looks at values.
func (in *Inspector) findOwn(n *node, text []byte, classes uint32) {
	e := in.engine
	mark := len(in.spans)
	for i, c := range e.byValue {
		if n.types != nil && n.has(c.Type) {
			continue
		}
		in.spans = c.Find(in.spans, text, detect.Bytes(classes), n.near != nil && n.near[i], &in.folded)
	}
	if len(in.spans) > mark {
		in.prefer(n)
	}
}

// prefer puts in.spans in order and drops what lies within the find of a classifier
// of the policy that is of the same class or a higher one: people know their own
// numbers better than a general detector does. Where the class is lower both stay.
func (in *Inspector) prefer(n *node) {
	e := in.engine
	class := func(s detect.Span) catalog.Class { return in.policy.Types[s.Type].Class }
	slices.SortStableFunc(in.spans, func(a, b detect.Span) int {
		switch {
		case a.Start != b.Start:
			return a.Start - b.Start
		case a.End != b.End:
			return b.End - a.End
		case class(a) != class(b):
			return int(class(b)) - int(class(a))
		case e.custom(a.Type) != e.custom(b.Type):
			if e.custom(a.Type) {
				return -1
			}
			return 1
		}
		return 0
	})
	if n.scoped {
		return // what is preferred may be nothing in some events
	}
	kept := in.spans[:0]
	var wide detect.Span // of a classifier, the one that reaches furthest
	for _, s := range in.spans {
		if s.End <= wide.End && class(s) <= class(wide) {
			continue
		}
		if e.custom(s.Type) && s.End > wide.End {
			wide = s
		}
		kept = append(kept, s)
	}
	in.spans = kept
}

// numberOwn asks the policy's classifiers about a number, the whole of it. What they
// say counts unless what was found is of a higher class.
func (in *Inspector) numberOwn(n *node, text []byte, found catalog.ID, proof detect.Proof) (catalog.ID, detect.Proof) {
	in.spans = in.spans[:0]
	in.findOwn(n, text, uint32(detect.Classify(text)))
	for _, s := range in.spans {
		if s.Start > 0 || s.End < len(text) {
			continue
		}
		if in.engine.noValues[found] || n.has(found) || in.policy.Types[s.Type].Class >= in.policy.Types[found].Class {
			return s.Type, s.Proof
		}
	}
	return found, proof
}

// keyOwn is the type of the policy's that a member's name itself is a value of.
func (e *Engine) keyOwn(key []byte) (typ catalog.ID, class catalog.Class) {
	for _, c := range e.byValue {
		if k := e.policy.Types[c.Type].Class; k > class && c.FindName(key) {
			typ, class = c.Type, k
		}
	}
	return typ, class
}

// mute takes a finding back that is said to be nothing in some events or from some
// sources: where the field's name says another type, that is left. It returns the
// ruling on what is left; nil when nothing is.
func (in *Inspector) mute(f *find, event int, name []byte) *Ruling {
	whole := f.kind == spanMember || f.kind == spanParam || f.kind == spanField
	if !whole || f.typ == f.n.typ || f.n.typ == catalog.None || f.n.flags&isGreen != 0 {
		return nil
	}
	f.typ, f.class, f.by, f.proof = f.n.typ, f.n.class, ByKey, detect.Shape
	if r := in.engine.decide(f.n, f.typ, f.class, in.source, event, name); !r.muted {
		return r
	}
	return nil
}

// forget drops the findings that gone marks, and keeps the counts of what stays right.
func (in *Inspector) forget(gone []bool) {
	kept, body := 0, in.bodyFinds
	for i := range in.fields {
		f := &in.fields[i]
		f.finds, f.after = f.finds-goneBefore(gone, f.finds), f.after-goneBefore(gone, f.after)
	}
	in.bodyFinds = body - goneBefore(gone, body)
	for i := range in.finds {
		if !gone[i] {
			in.finds[kept], in.rulings[kept] = in.finds[i], in.rulings[i]
			kept++
		}
	}
	in.finds, in.rulings = in.finds[:kept], in.rulings[:kept]
}

// goneBefore counts the marks in front of index i.
func goneBefore(gone []bool, i int) (n int) {
	for _, g := range gone[:i] {
		if g {
			n++
		}
	}
	return n
}
