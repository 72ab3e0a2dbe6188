package rules

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// consentChange is Segment's event that tells of a change of consent.
const consentChange = "Segment Consent Preference Updated"

func (c *config) consent(key, n *yaml.Node) {
	to := &c.policy.Consent
	c.consentNode = key
	c.object(n, object{name: "consent", prefix: "consent."},
		field{"paths", false, func(_, n *yaml.Node) {
			c.words(n, "consent.paths", "a path of consent", &to.Paths, func(t text) bool { return c.member(t, "a path of consent") })
		}},
		field{"changes", false, func(_, n *yaml.Node) {
			c.words(n, "consent.changes", "an event's name", &to.Changes, func(text) bool { return true })
		}},
		field{"gpc", false, func(_, n *yaml.Node) { c.denies(n, "gpc", &to.GPC) }},
		field{"dnt", false, func(_, n *yaml.Node) { c.denies(n, "dnt", &to.DNT) }},
	)
}

// denies reads which categories a signal takes back: deny for all, ignore for none, or
// a list.
func (c *config) denies(n *yaml.Node, what string, to *Denies) {
	if n.Kind != yaml.SequenceNode {
		if i, ok := c.word(n, what, "deny", "ignore"); ok {
			*to = Denies{All: i == 0}
		}
		return
	}
	*to = Denies{}
	c.words(n, what, "a category of consent", &to.Categories, func(t text) bool {
		c.takenBack = append(c.takenBack, t)
		return c.category(t)
	})
	if len(n.Content) == 0 {
		c.errorf(n, "%s must not be an empty list; write ignore when it takes nothing back", what)
	}
}

// member accepts the dotted path of one member of an event, without patterns.
func (c *config) member(t text, what string) bool {
	if strings.ContainsAny(t.string, "*[]/$") || slices.Contains(strings.Split(t.string, "."), "") {
		c.errorf(t.node, "%s must be names from the event downwards, joined by dots, such as context.privacy.granted", what)
		return false
	}
	return true
}

func (c *config) deviceMode(key, n *yaml.Node) {
	to := &c.policy.DeviceMode
	c.deviceNode, c.deviceURL = key, key
	c.object(n, object{name: "device_mode", prefix: "device_mode."},
		field{"url", false, func(_, n *yaml.Node) { c.deviceURL = n; c.destinationURL(n, "device_mode.url", &to.URL) }},
		field{"api_host", false, func(_, n *yaml.Node) {
			t, ok := c.text(n, "device_mode.api_host")
			if ok && (strings.ContainsAny(t.string, "?#@\\ ") || strings.Contains(t.string, "//") || t.string[0] == '/') {
				c.errorf(n, "device_mode.api_host must be a host and a path without scheme, such as \"events.example.com/v1\", or the word keep")
			} else if ok {
				to.APIHost = strings.TrimRight(t.string, "/")
			}
		}},
		field{"allow", false, func(_, n *yaml.Node) { c.deviceAllow(n, to) }},
	)
}

// deviceAllow reads which integrations browsers may load: all, or a list of names and of
// mappings that say what is taken from events for one.
func (c *config) deviceAllow(n *yaml.Node, to *DeviceMode) {
	if n.Kind == yaml.ScalarNode && !isNull(n) {
		if t, ok := c.text(n, "device_mode.allow"); ok && t.string != "all" {
			c.errorf(n, "device_mode.allow must be a list of integrations, or the word all")
		} else if ok {
			to.Any = true
			c.warnf(n, "allow: all lets browsers load every integration; what these send goes past this proxy and its rules")
		}
		return
	}
	lines := map[string]int{}
	c.list(n, "device_mode.allow", func(n *yaml.Node) {
		var i DeviceModeIntegration
		name := func(n *yaml.Node) {
			if t, ok := c.text(n, "name of an integration"); ok && c.shown(t, "name of an integration") &&
				!c.twice(n, "the name of this integration", t.string, lines) {
				i.Name = t.string
			}
		}
		if n.Kind != yaml.MappingNode {
			name(n)
		} else {
			c.object(n, object{name: "an integration", prefix: "device_mode.allow[]."},
				field{"name", true, func(_, n *yaml.Node) { name(n) }},
				field{"drop", true, func(_, n *yaml.Node) {
					c.words(n, "drop", "a member to drop", &i.Drop, func(t text) bool { return c.member(t, "a member to drop") })
				}})
		}
		if i.Name != "" {
			to.Allow = append(to.Allow, i)
		}
	})
}
