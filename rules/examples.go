package rules

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/eventveil/eventveil/engine/detect"
	"github.com/eventveil/eventveil/engine/names"
)

// example is a line of test in a configuration: something that a classifier or an
// override is to take for its own, or is not. Values are made-up personal data: an
// example is named by its position and never quoted.
type example struct {
	node    *yaml.Node
	want    bool
	path    string // of an override's
	key     string // of a classifier's, with the names around it
	parents []string
	value   []byte // nil when there is none
}

// examples reads both lists; owner is the prefix of what they are of, and read reads
// one of their elements.
func (c *config) examples(n *yaml.Node, owner string, read func(n *yaml.Node) (example, bool)) (out []example) {
	list := func(what string, want bool) field {
		return field{what, false, func(_, n *yaml.Node) {
			c.list(n, "examples."+what, func(n *yaml.Node) {
				if e, ok := read(n); ok {
					e.node, e.want = n, want
					out = append(out, e)
				}
			})
		}}
	}
	c.object(n, object{name: "examples", prefix: owner + "examples."}, list("match", true), list("no_match", false))
	return out
}

// classifierExample reads a value, or {key: …, value: …}, or {path: …, value: …}.
func (c *config) classifierExample(n *yaml.Node) (e example, ok bool) {
	value := func(_, n *yaml.Node) {
		if t, read := c.scalar(n, "an example"); read {
			e.value, ok = []byte(t.string), true
		}
	}
	if n.Kind != yaml.MappingNode {
		value(nil, n)
		return e, ok
	}
	var key, path *yaml.Node
	c.object(n, object{name: "an example", prefix: "classifiers[].examples.*[]."},
		field{"key", false, func(_, n *yaml.Node) {
			if t, read := c.text(n, "key of an example"); read {
				key, e.key, ok = n, t.string, true
			}
		}},
		field{"path", false, func(_, n *yaml.Node) {
			if t, read := c.examplePath(n); read {
				steps := strings.Split(strings.ReplaceAll(t, "[]", ""), ".")
				path, ok = n, true
				e.parents, e.key = steps[:len(steps)-1], steps[len(steps)-1]
			}
		}},
		field{"value", false, value},
	)
	switch {
	case len(n.Content) == 0:
		c.errorf(n, "an example must have a key or a path, a value, or both")
	case key != nil && path != nil:
		c.errorf(path, "an example has a key or a path, not both")
	}
	return e, ok
}

// overrideExample reads a path, or {path: …}.
func (c *config) overrideExample(n *yaml.Node) (e example, ok bool) {
	path := func(_, n *yaml.Node) {
		e.path, ok = c.examplePath(n)
	}
	if n.Kind != yaml.MappingNode {
		path(nil, n)
		return e, ok
	}
	c.object(n, object{name: "an example of an override", prefix: "overrides[].examples.*[]."}, field{"path", true, path})
	return e, ok
}

// examplePath reads a path as events have it: without wildcards.
func (c *config) examplePath(n *yaml.Node) (string, bool) {
	t, ok := c.text(n, "path of an example")
	if !ok {
		return "", false
	}
	if _, err := compilePath(t.string); err != nil {
		c.errorf(n, "path of an example: %v", err)
		return "", false
	}
	return t.string, true
}

// unheld reports an example that does not hold.
func (c *config) unheld(e example, what string) {
	if e.want {
		c.errorf(e.node, "the %s does not match this example", what)
	} else {
		c.errorf(e.node, "the %s matches this example, which it must not", what)
	}
}

// proves tells whether the classifier finds something in an example's value.
func (c *Classifier) proves(e example, s *Scratch) bool {
	near := e.key != "" && (c.NearKey(e.key) || slices.ContainsFunc(e.parents, c.NearParent))
	return len(c.Find(nil, e.value, detect.Classify(e.value), near, s)) > 0
}

// why says what keeps a value from being found that looks right.
func (c *Classifier) why(e example, s *Scratch) string {
	if !e.want || e.value == nil {
		return ""
	}
	unchecked, anywhere := *c, *c
	unchecked.valid, anywhere.context = nil, nil
	switch {
	case c.valid != nil && unchecked.proves(e, s):
		return ": the value does not pass the validator, so it"
	case c.context != nil && anywhere.proves(e, s):
		return ": the context is missing, {key: …, value: …} gives one, so it"
	}
	return ""
}

// runExamples proves the classifiers by their examples.
func (l *linker) runExamples() {
	var matcher *names.Matcher
	var scratch Scratch
	for i, k := range l.linked {
		c := &l.policy.Classifiers[i]
		for _, e := range k.examples {
			if k.broken {
				break
			}
			if e.value != nil && e.key == "" && !c.ByValue() {
				l.errorf(e.node, "a value alone proves nothing here: the classifier has neither pattern nor dictionary; write {key: …}")
				continue
			}
			got := false
			if e.key != "" {
				if matcher == nil {
					matcher = names.New(l.policy.Names())
				}
				parents := e.parents
				if parents == nil {
					parents = anywhere
				}
				got = matcher.Match(parents, e.key).Type == c.Type
			}
			if e.value != nil && !got {
				got = c.proves(e, &scratch)
			}
			if got != e.want {
				l.unheld(e, "classifier"+c.why(e, &scratch))
			}
		}
	}
}
