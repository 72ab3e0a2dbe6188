package rules

import (
	"strings"

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
	s.Header = map[string]string{}
	c.pairs(n, "header", "names to values", func(key, value *yaml.Node) {
		name, ok := c.headerName(key, func(name string) bool { _, twice := s.Header[name]; return twice })
		if !ok {
			return
		}
		if t, ok := c.text(value, "value of a header"); ok {
			s.Header[name] = t.string
		}
	})
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		c.errorf(n, "header must name at least one header")
	}
}
