package rules

import (
	"slices"

	"github.com/eventveil/eventveil/engine/catalog"
)

// override is one entry of the overrides.
type override struct {
	path *pathGlob
	typ  catalog.ID // catalog.None: holds no personal data
	line int

	// What narrows an override that says none; nil for everything.
	types   typeSet
	events  []string
	sources []bool // by index
}

// whole tells whether an override speaks of all that a path can hold, whenever.
func (o *override) whole() bool { return o.types == nil && !o.scoped() }

// scoped tells whether an override holds only for some events or sources.
func (o *override) scoped() bool { return o.events != nil || o.sources != nil }

// Override is what people know better than detection about a path: the first
// override of the whole path that matches it decides. decided is false when none
// speaks of the path. Mutes and Muted tell of those that speak of less.
func (p *Policy) Override(path string) (typ catalog.ID, decided bool) {
	if o := p.override(path); o != nil {
		return o.typ, true
	}
	return catalog.None, false
}

// OverrideLine is the line where the configuration says what a path holds, whatever
// people decide in the portal; ok is false where it says nothing.
func (p *Policy) OverrideLine(path string) (line int, ok bool) {
	if o := p.override(path); o != nil {
		return o.line, true
	}
	return 0, false
}

func (p *Policy) override(path string) *override {
	for i := range p.overrides {
		if o := &p.overrides[i]; o.whole() && o.path.match(path) {
			return o
		}
	}
	return nil
}

// Mutes lists the types that are not at a path, whatever name and value say,
// because an override before the one that decides about the path says so, or people
// do. scoped tells that some are not there in some events or from some sources:
// Muted is to be asked.
func (p *Policy) Mutes(path string) (types []catalog.ID, scoped bool) {
	for i := range p.overrides {
		o := &p.overrides[i]
		switch {
		case !o.path.match(path):
		case o.whole():
			return types, scoped
		case o.scoped():
			scoped = true
		default:
			types = slices.AppendSeq(types, o.types.all())
		}
	}
	types, bySource := p.ignores(path, types)
	return types, scoped || bySource
}

// Muted tells whether an override for some events or sources, or people, say that a
// point is nothing personal. Its Type is the one that was found.
func (p *Policy) Muted(pt *Point) bool {
	for i := range p.overrides {
		o := &p.overrides[i]
		switch {
		case !o.path.match(pt.Path):
		case o.whole():
			return false
		case o.scoped() && (o.types == nil || o.types.has(pt.Type)) && (o.events == nil || anyWildcard(o.events, pt.Event)) &&
			(o.sources == nil || o.sources[pt.Source]):
			return true
		}
	}
	v := p.Verdict(pt.Path, pt.Type, pt.Source)
	return v != nil && v.Ignored
}

// covers tells whether o says all that later says, so that later is never asked.
func (o *override) covers(later *override) bool {
	if !o.path.covers(later.path) {
		return false
	}
	if o.whole() {
		return true
	}
	return !later.whole() && (o.types == nil || later.types != nil && later.types.without(o.types).empty()) &&
		coversEvents(&Rule{events: o.events}, &Rule{events: later.events}) &&
		coversSources(&Rule{sources: o.sources}, &Rule{sources: later.sources})
}

func (l *linker) linkOverrides() {
	p := l.policy
	for i := range l.config.overrides {
		oc := &l.config.overrides[i]
		o := override{path: oc.path, line: oc.node.Line, events: oc.events}
		if oc.typ.string != noType {
			var ok bool
			if o.typ, ok = l.lookType(oc.typ, []string{noType}); !ok {
				continue
			}
			if p.off.has(o.typ) {
				l.warnf(oc.typ.node, "type %q is switched off under types, so this override finds nothing", p.Types[o.typ].Name)
			}
		}
		for _, t := range oc.types {
			if id, ok := l.lookType(t, nil); ok {
				o.types.add(id)
			}
		}
		if oc.sources != nil {
			o.sources = l.markSources(oc.sources)
		}
		for j := range p.overrides {
			if p.overrides[j].covers(&o) {
				l.warnf(oc.node, "this override can never match: the one on line %d decides first", p.overrides[j].line)
				break
			}
		}
		p.overrides = append(p.overrides, o)
	}
}
