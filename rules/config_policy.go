package rules

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"

	"github.com/eventveil/eventveil/engine/catalog"
)

type sourceConfig struct {
	node *yaml.Node
	Source
}

func (c *config) source(n *yaml.Node) {
	s := sourceConfig{node: n}
	c.object(n, object{name: "a source", prefix: "sources[]."},
		field{"name", true, func(_, n *yaml.Node) {
			if t, ok := c.name(n, "name of a source"); ok {
				s.Name = t.string
				if t.string == unknownSource {
					c.errorf(n, "\"unknown\" is the source of events that match none; take another name")
				}
			}
		}},
		field{"match", true, func(_, n *yaml.Node) { c.match(n, &s.Source) }},
	)
	c.sources = append(c.sources, s)
}

func (c *config) match(n *yaml.Node, s *Source) {
	word := func(what string, to *string) func(_, n *yaml.Node) {
		return func(_, n *yaml.Node) {
			if t, ok := c.text(n, what); ok {
				*to = t.string
			}
		}
	}
	c.object(n, object{name: "match of a source", prefix: "sources[].match."},
		field{"write_key", false, word("write_key", &s.WriteKey)},
		field{"host", false, func(_, n *yaml.Node) {
			if t, ok := c.text(n, "host"); ok && c.host(t) {
				s.Host = strings.ToLower(t.string)
			}
		}},
		field{"path", false, func(_, n *yaml.Node) { c.urlPath(n, "path", &s.Path) }},
		field{"header", false, func(_, n *yaml.Node) { c.matchHeader(n, s) }},
	)
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		c.errorf(n, "match of a source must have at least one of write_key, host, path, header")
	}
}

func (c *config) matchHeader(n *yaml.Node, s *Source) {
	if !c.is(n, yaml.MappingNode, "header", "a mapping of names to values") {
		return
	}
	s.Header = map[string]string{}
	if len(n.Content) == 0 {
		c.errorf(n, "header must name at least one header")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || key.Value == "" || !c.token(text{key.Value, key, false}, "a header") {
			if key.Kind != yaml.ScalarNode || key.Value == "" {
				c.errorf(key, "a header's name must be a word")
			}
			continue
		}
		name := canonical(key.Value)
		if _, twice := s.Header[name]; twice {
			c.errorf(key, "header %s is there twice", name)
		}
		if t, ok := c.text(value, "value of a header"); ok {
			s.Header[name] = t.string
		}
	}
}

type destinationConfig struct {
	node     *yaml.Node
	delivery *yaml.Node
	Destination
	key    text
	action *actionConfig
}

func (c *config) destination(n *yaml.Node) {
	d := destinationConfig{node: n, delivery: n}
	c.object(n, object{name: "a destination", prefix: "destinations[]."},
		field{"name", true, func(_, n *yaml.Node) {
			if t, ok := c.name(n, "name of a destination"); ok {
				d.Name = t.string
			}
		}},
		field{"url", true, func(_, n *yaml.Node) { c.destinationURL(n, &d.URL) }},
		field{"delivery", false, func(_, n *yaml.Node) {
			i, _ := c.word(n, "delivery", "inline", "queued")
			d.Queued, d.delivery = i == 1, n
		}},
		field{"default", false, func(_, n *yaml.Node) { d.action = c.action(n, "default") }},
		field{"labels", false, func(_, n *yaml.Node) {
			c.words(n, "labels", "a label", &d.Labels, func(t text) bool { _, ok := c.name(t.node, "a label"); return ok })
		}},
		field{"consent", false, func(_, n *yaml.Node) {
			c.words(n, "consent", "a category of consent", &d.Consent, func(text) bool { return true })
			if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
				c.errorf(n, "consent must not be an empty list; leave the key out to ask for none")
			}
		}},
		field{"key", false, func(_, n *yaml.Node) { d.key, _ = c.text(n, "key of a destination") }},
		field{"timeout", false, func(_, n *yaml.Node) { c.duration(n, "timeout", time.Millisecond, time.Hour, &d.Timeout) }},
	)
	c.destinations = append(c.destinations, d)
}

type classifierConfig struct {
	node    *yaml.Node
	name    string
	class   catalog.Class
	keys    []string
	pattern *regexp.Regexp
}

func (c *config) class(n *yaml.Node) (catalog.Class, bool) {
	i, ok := c.word(n, "class", "green", "yellow", "red")
	return catalog.Class(i), ok
}

func (c *config) classifier(n *yaml.Node) {
	k := classifierConfig{node: n}
	var pattern, examples *yaml.Node
	if !c.object(n, object{name: "a classifier", prefix: "classifiers[]."},
		field{"name", true, func(_, n *yaml.Node) {
			t, ok := c.text(n, "name of a classifier")
			switch {
			case !ok:
			case len(t.string) > maxQuoted || !onlyBytes(t.string, lowerBytes) || t.string[0] < 'a':
				c.errorf(n, "name of a classifier must be at most 64 lower-case letters, digits or \"_\", beginning with a letter")
			case t.string == noType || t.string == typeOff:
				c.errorf(n, "name of a classifier must not be a word with another meaning")
			default:
				k.name, k.node = t.string, n
			}
		}},
		field{"class", true, func(_, n *yaml.Node) { k.class, _ = c.class(n) }},
		field{"keys", false, func(_, n *yaml.Node) {
			c.words(n, "keys of a classifier", "a key of a classifier", &k.keys, func(t text) bool {
				if strings.IndexFunc(t.string, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
					c.errorf(t.node, "a key of a classifier must have a letter or a digit")
					return false
				}
				return true
			})
		}},
		field{"pattern", false, func(_, n *yaml.Node) { pattern = n; k.pattern = c.pattern(n) }},
		field{"examples", false, func(_, n *yaml.Node) { examples = n }},
	) {
		return
	}
	if pattern == nil && len(k.keys) == 0 {
		c.errorf(n, "a classifier must have keys, a pattern or both")
	}
	if examples != nil {
		c.examples(examples, k.pattern, pattern == nil)
	}
	c.classifiers = append(c.classifiers, k)
}

func (c *config) pattern(n *yaml.Node) *regexp.Regexp {
	t, ok := c.text(n, "pattern")
	if !ok {
		return nil
	}
	re, err := regexp.Compile(t.string)
	if err != nil {
		// The parser's message says what is wrong and quotes the part of the pattern.
		message := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		if i := strings.IndexByte(message, ':'); i > 0 && (t.hidden || len(message) > 2*maxQuoted) {
			message = message[:i]
		}
		c.errorf(n, "pattern is not a regular expression (RE2): %s", message)
		return nil
	}
	if re.MatchString("") {
		c.warnf(n, "pattern matches the empty text, and so every value; anchor it with ^ and $")
	}
	return re
}

// examples proves a pattern. The examples are made-up personal data: they are
// named by their position and never quoted.
func (c *config) examples(n *yaml.Node, pattern *regexp.Regexp, missing bool) {
	if missing {
		c.errorf(n, "examples need a pattern; keys are compared like the built-in names")
	}
	check := func(what string, want bool) func(_, n *yaml.Node) {
		return func(_, n *yaml.Node) {
			c.list(n, "examples."+what, func(n *yaml.Node) {
				t, ok := c.scalar(n, "an example")
				if !ok || pattern == nil || pattern.MatchString(t.string) == want {
					return
				}
				if want {
					c.errorf(n, "the pattern does not match this example")
				} else {
					c.errorf(n, "the pattern matches this example, which it must not")
				}
			})
		}
	}
	c.object(n, object{name: "examples", prefix: "classifiers[].examples."},
		field{"match", false, check("match", true)}, field{"no_match", false, check("no_match", false)})
}

// noType is the type of an override that says: holds no personal data.
const noType = "none"

// typeOff is the class of a type that is not to be found.
const typeOff = "off"

type overrideConfig struct {
	node *yaml.Node
	path *pathGlob
	typ  text
}

func (c *config) override(n *yaml.Node) {
	o := overrideConfig{node: n}
	c.object(n, object{name: "an override", prefix: "overrides[]."},
		field{"path", true, func(_, n *yaml.Node) { o.path = c.path(n) }},
		field{"type", true, func(_, n *yaml.Node) { o.typ, _ = c.text(n, "type") }},
	)
	if o.path != nil && o.typ.node != nil {
		c.overrides = append(c.overrides, o)
	}
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

type retuneConfig struct {
	key   *yaml.Node
	class catalog.Class
	off   bool
}

// types reads the new classes of built-in types. Its keys are names of types.
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
		if i, ok := c.word(n.Content[i+1], "class", "green", "yellow", "red", typeOff); ok {
			c.retuned = append(c.retuned, retuneConfig{key, catalog.Class(i), i == 3})
		}
	}
}
