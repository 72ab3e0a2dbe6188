package rules

import (
	"strings"
	"time"

	"gopkg.in/yaml.v3"
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
