package rules

import (
	"gopkg.in/yaml.v3"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
	"github.com/eventveil/eventveil/engine/names"
)

// Classifier is a data type that the configuration adds to the catalogue: by the
// names of fields, by values, or by both.
type Classifier struct {
	Type        catalog.ID
	Keys        []string // compared like built-in synonyms
	SimilarKeys []string // also inside longer names, and misspelt

	patterns   []*pattern
	dictionary *dictionary
	valid      func(value []byte) bool // nil when everything found counts
	context    *context
}

// context is what must be around a value, any of it, for the value to count.
type context struct {
	node          *yaml.Node
	names         []text         // of keys and parents
	keys, parents *names.Matcher // nil when they are not asked
	words         *dictionary    // nil when the text is not asked
}

// contextOnly stands for being one of a context's names; no built-in name has it.
const contextOnly = ^catalog.ID(0)

func contextNames(list []text) *names.Matcher {
	if len(list) == 0 {
		return nil
	}
	var entries []names.Entry
	for _, k := range list {
		entries = append(entries, names.Entry{Key: k.string, Type: contextOnly, Similar: true})
	}
	return names.New(entries)
}

// ByValue tells whether the classifier looks at values.
func (c *Classifier) ByValue() bool { return len(c.patterns) > 0 || c.dictionary != nil }

// ByName tells whether the classifier looks at the names of fields.
func (c *Classifier) ByName() bool { return len(c.Keys)+len(c.SimilarKeys) > 0 }

// NearKey tells whether a field's name is the context that the classifier asks for.
// It is slow enough to be asked once a path.
func (c *Classifier) NearKey(key string) bool {
	return c.context != nil && c.context.keys != nil && c.context.keys.Match(anywhere, key).Type == contextOnly
}

// NearParent tells whether the name of an object is the context that the classifier
// asks for around a field.
func (c *Classifier) NearParent(name string) bool {
	return c.context != nil && c.context.parents != nil && c.context.parents.Match(anywhere, name).Type == contextOnly
}

// IsContext tells whether NearKey or NearParent of some classifier holds for a name.
func (p *Policy) IsContext(name string) bool {
	return p.contexts != nil && p.contexts.Match(anywhere, name).Type == contextOnly
}

var anywhere = []string{names.Anywhere}

// Find appends the parts of a decoded text that the classifier takes for its type,
// in no order. classes are those of the text's bytes, near is what NearKey said
// of the field, or NearParent of an object around it. It allocates only when something is found.
func (c *Classifier) Find(dst []detect.Span, text []byte, classes detect.Bytes, near bool, s *Scratch) []detect.Span {
	if c.context != nil && !near && c.context.words == nil {
		return dst
	}
	mark := len(dst)
	for _, p := range c.patterns {
		dst = p.find(dst, text, classes, c.Type, c.valid)
	}
	if c.dictionary != nil {
		dst = c.dictionary.find(dst, text, c.Type, c.valid, s)
	}
	if len(dst) > mark && c.context != nil && !near && !c.context.words.in(text, s) {
		dst = dst[:mark]
	}
	if c.context != nil && c.valid == nil {
		for i := range dst[mark:] {
			dst[mark+i].Proof = detect.Context
		}
	}
	return dst
}

// proofOf is what a value that a validator let pass is proved by.
func proofOf(valid func([]byte) bool) detect.Proof {
	if valid == nil {
		return detect.Shape
	}
	return detect.Check
}

// FindName tells whether the name of a field is itself a value of the type, as where
// an object is keyed by card numbers. Dictionaries are not asked: names are words.
func (c *Classifier) FindName(name []byte) bool {
	if c.context != nil {
		return false
	}
	var room [4]detect.Span
	classes := detect.Classify(name)
	for _, p := range c.patterns {
		for _, s := range p.find(room[:0], name, classes, c.Type, c.valid) {
			if s.Start == 0 && s.End == len(name) {
				return true
			}
		}
	}
	return false
}

// Names lists the names of fields that the policy adds to the built-in ones, or
// takes from them.
func (p *Policy) Names() (entries []names.Entry) {
	for i := range p.Classifiers {
		c := &p.Classifiers[i]
		for _, k := range c.SimilarKeys {
			entries = append(entries, names.Entry{Key: k, Type: c.Type, Similar: true})
		}
		for _, k := range c.Keys {
			entries = append(entries, names.Entry{Key: k, Type: c.Type})
		}
	}
	return append(entries, p.names...)
}

// NamesOff tells whether the built-in names of a type mean nothing to the policy.
func (p *Policy) NamesOff(id catalog.ID) bool { return p.namesOff.has(id) }

// ValuesOff tells whether values of a type are not to be found by themselves.
func (p *Policy) ValuesOff(id catalog.ID) bool { return p.valuesOff.has(id) }
