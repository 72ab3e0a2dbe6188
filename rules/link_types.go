package rules

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/names"
)

// linkTypes appends the classifiers' types to the catalogue's and applies what the
// configuration changes about these.
func (l *linker) linkTypes() {
	p := l.policy
	for _, t := range catalog.All() {
		for int(t.ID) >= len(p.Types) {
			p.Types = append(p.Types, catalog.Type{ID: catalog.ID(len(p.Types))})
		}
		p.Types[t.ID] = t
	}
	l.typeIDs = map[string]catalog.ID{}
	for _, t := range p.Types {
		if t.Name != "" {
			l.typeIDs[t.Name] = t.ID
			l.typeNames = append(l.typeNames, t.Name)
		}
	}
	lines := map[string]int{}
	for i := range l.classifiers {
		l.linkClassifier(&l.classifiers[i], lines)
	}
	if len(p.Types) > maxTypes {
		l.errorf(nil, "there are more than %d types", maxTypes)
	}
	for i := range l.retuned {
		l.linkRetuned(&l.retuned[i], lines)
	}
	var contexts []text
	for _, k := range l.linked {
		if k.context != nil {
			contexts = append(contexts, k.context.names...)
		}
	}
	p.contexts = contextNames(contexts)
	l.fieldNamesDiffer()
	l.runExamples()
}

// linkClassifier adds a classifier; lines has those before it.
func (l *linker) linkClassifier(k *classifierConfig, lines map[string]int) {
	p := l.policy
	valid := l.linkValidator(k.validator)
	if _, builtIn := l.typeIDs[k.name]; builtIn && lines[k.name] == 0 {
		l.errorf(k.node, "a classifier must not have the name of a built-in type; its class can be set under types")
		return
	}
	if k.name == "" || l.twice(k.node, "the name of this classifier", k.name, lines) {
		return
	}
	id := catalog.ID(len(p.Types))
	p.Types = append(p.Types, catalog.Type{ID: id, Name: k.name, Class: k.class, Description: k.description})
	p.Classifiers = append(p.Classifiers, Classifier{Type: id, Keys: plain(k.keys), SimilarKeys: plain(k.similar),
		patterns: k.patterns, dictionary: k.dictionary, valid: valid, context: k.context})
	k.broken = k.broken || k.validator.node != nil && valid == nil
	l.linked = append(l.linked, k)
	l.typeIDs[k.name] = id
	l.typeNames = append(l.typeNames, k.name)
}

func plain(list []text) (out []string) {
	for _, t := range list {
		out = append(out, t.string)
	}
	return out
}

func (l *linker) linkRetuned(r *retuneConfig, classifiers map[string]int) {
	p := l.policy
	id, ok := l.lookType(text{r.key.Value, r.key, false}, nil)
	switch {
	case !ok:
		return
	case classifiers[r.key.Value] != 0:
		l.errorf(r.key, "types is for built-in types; change a classifier where it is defined")
		return
	case r.classed:
		p.Types[id].Class = r.class
	}
	if r.namesOff {
		p.namesOff.add(id)
	}
	if r.valsOff {
		p.valuesOff.add(id)
	}
	if r.namesOff && r.valsOff && len(r.keys) == 0 {
		p.off.add(id)
	}
	for _, k := range r.keys {
		p.names = append(p.names, names.Entry{Key: k.string, Type: id})
	}
	for _, k := range r.notKeys {
		p.names = append(p.names, names.Entry{Key: k.string, Type: id, Not: true})
		if r.namesOff {
			l.warnf(k.node, "the names of type %q are off, so not_keys changes nothing", p.Types[id].Name)
			break
		}
	}
}

// maxTypes bounds built-in types and classifiers together.
const maxTypes = 4096

// lookType finds a type by name. extra are words that would be accepted too.
func (l *linker) lookType(t text, extra []string) (catalog.ID, bool) {
	if id, ok := l.typeIDs[t.string]; ok {
		return id, true
	}
	name := strings.ToLower(strings.ReplaceAll(t.string, "-", "_"))
	near := nearest(name, append(extra, l.typeNames...))
	found := false
	for _, typ := range l.policy.Types { // people know types by other names: "ssn" is us_ssn
		if slices.Contains(typ.Synonyms, name) && (!found || strings.Contains(typ.Name, name) && !strings.Contains(near, name)) {
			near, found = typ.Name, true
		}
	}
	message := "unknown type" + l.quoted(t)
	if near == "" {
		message += "; \"eventveil types\" lists them"
	}
	l.add(t.node, Error, near, message)
	return catalog.None, false
}

// ownName is a name of a field that the configuration gives to a type, or takes from it.
type ownName struct {
	text
	owner string // "classifier \"x\""
	not   bool
	typ   catalog.ID
}

// fieldNamesDiffer reports names of fields that two types claim, and those that take
// a built-in type's own name away from it for one that is not of a higher class.
func (l *linker) fieldNamesDiffer() {
	var all []ownName
	for i, k := range l.linked {
		for _, t := range slices.Concat(k.keys, k.similar) {
			all = append(all, ownName{t, fmt.Sprintf("classifier %q", k.name), false, l.policy.Classifiers[i].Type})
		}
	}
	for _, r := range l.retuned {
		id := l.typeIDs[r.key.Value]
		for _, t := range r.keys {
			all = append(all, ownName{t, fmt.Sprintf("type %q", r.key.Value), false, id})
		}
		for _, t := range r.notKeys {
			all = append(all, ownName{t, fmt.Sprintf("type %q", r.key.Value), true, id})
		}
	}
	if len(all) == 0 {
		return
	}
	if len(all) > maxOwnNames {
		l.errorf(all[maxOwnNames].node, "there are more than %d names of fields in classifiers and types", maxOwnNames)
		return
	}
	// Names are compared as the matcher compares them: each is a type of its own, and
	// of equal ones the matcher keeps the one that is added last, which here is the first.
	entries := make([]names.Entry, len(all))
	for i := range all {
		entries[len(all)-1-i] = names.Entry{Key: all[i].string, Type: contextOnly - catalog.ID(i)}
	}
	own, builtIn := names.New(entries), names.New(nil)
	for i := range all {
		n := &all[i]
		first := &all[min(int(contextOnly-own.Match(anywhere, n.string).Type), i)]
		switch v := builtIn.Match(anywhere, n.string); {
		case first != n && first.typ == n.typ && first.not == n.not:
			l.warnf(n.node, "this name is there twice: it is the same as the one on %s", l.at(first.node))
		case first != n && first.typ == n.typ:
			l.errorf(n.node, "this name is both one of keys and one of not_keys of %s, see %s", first.owner, l.at(first.node))
		case first != n && !first.not && !n.not:
			l.errorf(n.node, "this name is already one of %s, see %s; a name can mean one type", first.owner, l.at(first.node))
		case !n.not && v.How == names.Exact && v.Type != n.typ && l.policy.Types[n.typ].Class <= l.policy.Types[v.Type].Class:
			l.warnf(n.node, "this is the own name of the built-in type %q, which a field of that name then is not", l.policy.Types[v.Type].Name)
		}
	}
}

// maxOwnNames bounds the names of fields in a configuration.
const maxOwnNames = 20000

// at is a position for a message.
func (l *linker) at(n *yaml.Node) string { return fmt.Sprintf("%s:%d:%d", l.file, n.Line, n.Column) }
