package rules

import (
	"gopkg.in/yaml.v3"

	"github.com/eventveil/eventveil/engine/catalog"
)

// noType is the type of an override that says: holds no personal data.
const noType = "none"

// typeOff is the class of a type that is not to be found.
const typeOff = "off"

// overrideConfig is an override whose names have not been looked up yet.
type overrideConfig struct {
	node     *yaml.Node
	path     *pathGlob
	typ      text
	types    []text // nil for all
	events   []string
	sources  []text
	narrow   *yaml.Node // the first key that makes it speak of less than the path
	narrowBy string
	examples []example
}

func (c *config) override(n *yaml.Node) {
	o := overrideConfig{node: n}
	reason := false
	texts := func(what string, each func(t text)) field {
		return field{what, false, func(key, n *yaml.Node) {
			if o.narrow == nil {
				o.narrow, o.narrowBy = key, what
			}
			c.oneOrMore(n, what, func(n *yaml.Node) {
				if t, ok := c.text(n, what); ok {
					each(t)
				}
			})
		}}
	}
	c.object(n, object{name: "an override", prefix: "overrides[]."},
		field{"path", true, func(_, n *yaml.Node) { o.path = c.path(n) }},
		field{"type", true, func(_, n *yaml.Node) { o.typ, _ = c.text(n, "type") }},
		texts("types", func(t text) { o.types = append(o.types, t) }),
		texts("event", func(t text) { o.events = append(o.events, t.string) }),
		texts("source", func(t text) { o.sources = append(o.sources, t) }),
		field{"reason", false, func(_, n *yaml.Node) { _, reason = c.text(n, "reason") }},
		field{"examples", false, func(_, n *yaml.Node) { o.examples = c.examples(n, "overrides[].", c.overrideExample) }},
	)
	if o.path == nil || o.typ.node == nil {
		return
	}
	switch {
	case o.narrow == nil:
	case o.typ.string != noType:
		c.errorf(o.narrow, "%s narrows only an override with type: none; a path has one type for all events", o.narrowBy)
	case !reason:
		c.errorf(n, "key \"reason\" is missing in an override that has %s: say why nothing personal is there", o.narrowBy)
	}
	for _, e := range o.examples {
		if o.path.match(e.path) != e.want {
			c.unheld(e, "path of this override")
		}
	}
	c.overrides = append(c.overrides, o)
}

func (c *config) path(n *yaml.Node) *pathGlob {
	t, ok := c.text(n, "path")
	if !ok {
		return nil
	}
	g, err := compilePath(t.string)
	if err != nil {
		c.errorf(n, "%s", "path: "+err.Error())
		return nil
	}
	return g
}

// retuneConfig is what the configuration changes about a built-in type.
type retuneConfig struct {
	key               *yaml.Node
	class             catalog.Class
	classed           bool
	namesOff, valsOff bool
	keys, notKeys     []text
}

// types reads what is changed about built-in types. Its keys are names of types.
func (c *config) types(n *yaml.Node) {
	if !c.is(n, yaml.MappingNode, "types", "a mapping of types to classes") {
		return
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			c.errorf(key, "a key of types must be the name of a type")
			continue
		}
		if line, twice := lines[key.Value]; twice {
			c.errorf(key, "key %q in types is already on line %d", key.Value, line)
			continue
		}
		lines[key.Value] = key.Line
		if r, ok := c.retune(key, n.Content[i+1]); ok {
			c.retuned = append(c.retuned, r)
		}
	}
}

func (c *config) retune(key, n *yaml.Node) (r retuneConfig, ok bool) {
	r.key = key
	class := func(_, n *yaml.Node) {
		var i int
		if i, ok = c.word(n, "class", "green", "yellow", "red", typeOff); !ok {
			return
		}
		if i == 3 {
			r.namesOff, r.valsOff = true, true
		} else {
			r.class, r.classed = catalog.Class(i), true
		}
	}
	if n.Kind != yaml.MappingNode {
		class(nil, n)
		return r, ok
	}
	off := func(what string, to *bool) field {
		return field{what, false, func(_, n *yaml.Node) {
			if i, ok := c.word(n, what, "on", typeOff); ok && i == 1 {
				*to = true
			}
		}}
	}
	if len(n.Content) == 0 {
		c.errorf(n, "what is changed about a type must have class, names, values, keys or not_keys")
	}
	ok = c.object(n, object{name: "a type", prefix: "types.<type>."},
		field{"class", false, class},
		off("names", &r.namesOff), off("values", &r.valsOff),
		field{"keys", false, func(_, n *yaml.Node) { r.keys = c.fieldNames(n, "keys of a type", "a key of a type") }},
		field{"not_keys", false, func(_, n *yaml.Node) { r.notKeys = c.fieldNames(n, "not_keys of a type", "one of not_keys") }},
	)
	return r, ok
}
