package rules

import (
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// ruleConfig is a rule whose names have not been looked up yet.
type ruleConfig struct {
	node     *yaml.Node
	nameNode *yaml.Node
	name     string
	line     int
	action   *actionConfig

	when        *yaml.Node
	classes     uint8
	status      uint8
	types       []text
	sources     []text
	paths       []*pathGlob
	events      []string
	destination *destinationSelector
}

// destinationSelector is a list of names, or labels and names left out.
type destinationSelector struct {
	node                 *yaml.Node
	names, labels, not   []text
	notLabels            []text
	byName, byLabel, inv bool // names, labels, not were written
}

func (c *config) rule(n *yaml.Node) {
	r := ruleConfig{node: n, nameNode: n, line: n.Line}
	if !c.object(n, object{name: "a rule", prefix: "rules[]."},
		field{"name", false, func(_, n *yaml.Node) {
			if t, ok := c.text(n, "name of a rule"); ok {
				r.name, r.nameNode = t.string, n
				if len(t.string) > 200 || strings.ContainsFunc(t.string, unicode.IsControl) {
					c.errorf(n, "name of a rule must be at most 200 bytes on one line")
				}
			}
		}},
		field{"when", false, func(_, n *yaml.Node) { r.when = n; c.selectors(n, &r) }},
		field{"action", true, func(_, n *yaml.Node) { r.action = c.action(n, "action") }},
	) {
		return
	}
	c.rules = append(c.rules, r)
}

func (c *config) selectors(n *yaml.Node, r *ruleConfig) {
	texts := func(what string, each func(t text)) func(_, n *yaml.Node) {
		return func(_, n *yaml.Node) {
			c.oneOrMore(n, what, func(n *yaml.Node) {
				if t, ok := c.text(n, what); ok {
					each(t)
				}
			})
		}
	}
	c.object(n, object{name: "when of a rule", prefix: "rules[].when."},
		field{"class", false, func(_, n *yaml.Node) {
			c.oneOrMore(n, "class", func(n *yaml.Node) {
				if class, ok := c.class(n); ok {
					r.classes |= 1 << class
				}
			})
		}},
		field{"type", false, texts("type", func(t text) { r.types = append(r.types, t) })},
		field{"path", false, func(_, n *yaml.Node) {
			c.oneOrMore(n, "path", func(n *yaml.Node) {
				if g := c.path(n); g != nil {
					r.paths = append(r.paths, g)
				}
			})
		}},
		field{"source", false, texts("source", func(t text) { r.sources = append(r.sources, t) })},
		field{"event", false, texts("event", func(t text) { r.events = append(r.events, t.string) })},
		field{"destination", false, func(_, n *yaml.Node) { r.destination = c.whichDestinations(n) }},
		field{"status", false, func(_, n *yaml.Node) {
			c.oneOrMore(n, "status", func(n *yaml.Node) {
				if i, ok := c.word(n, "status", "new", "approved"); ok {
					r.status |= 1 << i
				}
			})
		}},
	)
}

// whichDestinations reads a destination selector: a name, a list of names, or
// {label: …, not: …} where not holds names or {label: …}.
func (c *config) whichDestinations(n *yaml.Node) *destinationSelector {
	s := &destinationSelector{node: n}
	names := func(n *yaml.Node, what string, to *[]text) {
		c.oneOrMore(n, what, func(n *yaml.Node) {
			if t, ok := c.text(n, what); ok {
				*to = append(*to, t)
			}
		})
	}
	if n.Kind != yaml.MappingNode {
		s.byName = true
		names(n, "destination", &s.names)
		return s
	}
	if len(n.Content) == 0 {
		c.errorf(n, "destination must be a name, a list of names, {not: …} or {label: …}")
	}
	c.object(n, object{name: "destination of a rule", prefix: "rules[].when.destination."},
		field{"label", false, func(_, n *yaml.Node) { s.byLabel = true; names(n, "label", &s.labels) }},
		field{"not", false, func(_, n *yaml.Node) {
			s.inv = true
			if n.Kind != yaml.MappingNode {
				names(n, "not", &s.not)
				return
			}
			c.object(n, object{name: "not of a destination", prefix: "rules[].when.destination.not."},
				field{"label", true, func(_, n *yaml.Node) { names(n, "label", &s.notLabels) }})
		}},
	)
	return s
}

// actionConfig is an action whose key has not been looked up yet.
type actionConfig struct {
	node *yaml.Node
	Action
	key text
}

var actionNames = [...]string{"allow", "block", "hash", "mask", "redact", "truncate", "generalize", "encrypt", "drop", "integrations"}

// Actions is the number of kinds of actions.
const Actions = len(actionNames)

// String is the word for the action in YAML.
func (k ActionKind) String() string { return actionNames[k] }

// What truncate keeps unless told otherwise: a network of an address, the first
// characters of anything else.
const (
	keepIPv4, keepIPv6, keepLength = 24, 48, 3
)

// action reads a word or a mapping of one word to options; nil when it is wrong.
func (c *config) action(n *yaml.Node, what string) *actionConfig {
	a := &actionConfig{node: n}
	word, options := n, (*yaml.Node)(nil)
	if n.Kind == yaml.MappingNode {
		if len(n.Content) != 2 {
			c.errorf(n, "%s must be one word, or one word with options", what)
			return nil
		}
		word, options = n.Content[0], n.Content[1]
	}
	var i int
	var ok bool
	if options != nil && word.Kind == yaml.ScalarNode { // keys of mappings are not expanded
		for i = range actionNames {
			if ok = actionNames[i] == word.Value; ok {
				break
			}
		}
		if !ok {
			c.unknown(word, "action", "", word.Value, actionNames[:], false)
		}
	} else {
		i, ok = c.word(word, "action", actionNames[:]...)
	}
	if !ok {
		return nil
	}
	if a.Kind = ActionKind(i); a.Kind == Truncate {
		a.IPv4Bits, a.IPv6Bits, a.Length = keepIPv4, keepIPv6, keepLength
	}
	switch {
	case options != nil:
		c.options(a, options)
	case a.Kind == Integrate:
		c.errorf(word, "integrations needs to know what to write: {integrations: {Mixpanel: false}}")
	}
	return a
}

func (c *config) options(a *actionConfig, n *yaml.Node) {
	o := object{name: "options of " + a.Kind.String(), prefix: "actions." + a.Kind.String() + "."}
	number := func(key string, low, high int, to *int) field {
		return field{key, false, func(_, n *yaml.Node) { c.number(n, key, low, high, to) }}
	}
	key := field{"key", false, func(_, n *yaml.Node) { a.key, _ = c.text(n, "key") }}
	switch a.Kind {
	case Hash:
		c.object(n, o, key, field{"plain", false, func(_, n *yaml.Node) {
			_, a.Plain = c.word(n, "plain", "sha256")
		}})
		if a.Plain && a.key.node != nil {
			c.errorf(n, "a hash has a key or is plain, not both")
		}
	case Encrypt:
		c.object(n, o, key)
	case Mask:
		c.object(n, o, number("keep_first", 0, 32, &a.KeepFirst), number("keep_last", 0, 32, &a.KeepLast))
	case Truncate:
		c.object(n, o, number("ipv4", 0, 31, &a.IPv4Bits), number("ipv6", 0, 127, &a.IPv6Bits), number("length", 0, 1000, &a.Length))
	case Integrate:
		c.writes(n, a)
	default:
		c.errorf(n, "%s takes no options; write the word alone", a.Kind)
	}
}

// writes reads the members that an action writes into an event's integrations.
func (c *config) writes(n *yaml.Node, a *actionConfig) {
	lines := map[string]int{} // the engine compares names in any case
	c.pairs(n, "integrations", "names to true and false", func(key, value *yaml.Node) {
		i, ok := c.word(value, "value in integrations", "false", "true")
		if !ok || !c.shown(text{key.Value, key, false}, "a name in integrations") ||
			c.twice(key, "this name, in any case,", strings.ToLower(key.Value), lines) {
			return
		}
		if a.Integrations != "" {
			a.Integrations += ","
		}
		a.Integrations += quoteJSON(key.Value) + ":" + strconv.FormatBool(i == 1)
	})
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		c.errorf(n, "integrations must have at least one name, such as {Mixpanel: false}")
	}
}

// quoteJSON writes a text without control characters as JSON.
func quoteJSON(s string) string {
	return `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(strings.ToValidUTF8(s, "\ufffd")) + `"`
}
