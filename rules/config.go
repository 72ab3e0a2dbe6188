package rules

import (
	"time"

	"gopkg.in/yaml.v3"
)

// config is a configuration as it was written: every value checked by itself,
// names not yet looked up. Settings that need no other part of the file are
// written to policy at once; link does the rest.
type config struct {
	decoder
	policy *Policy

	keys         []keyConfig
	sources      []sourceConfig
	destinations []destinationConfig
	classifiers  []classifierConfig
	overrides    []overrideConfig
	portalNode   *yaml.Node // nil when there is no portal section
	queueKey     text
	askedFor     []text   // categories of consent that destinations name
	takenBack    []text   // and those that a signal takes back
	unread       []unread // what lets bodies pass that nobody has read

	// The keys of sections, or of what is in them; nil where they are not written.
	queueNode, queueInMemory, consentNode, deviceNode, deviceURL *yaml.Node

	retuned []retuneConfig
	rules   []ruleConfig
}

// maxDestinations bounds the destinations: every event is decided for each.
const maxDestinations = 100

// root reads the whole document.
func (c *config) root(n *yaml.Node) {
	p := c.policy
	var last, end, required, rules *yaml.Node
	seen := func(read func(*yaml.Node)) func(key, value *yaml.Node) {
		return func(_, value *yaml.Node) { read(value) }
	}
	c.object(n, object{name: "the configuration"},
		field{"version", true, seen(func(n *yaml.Node) { c.word(n, "version", "1") })},
		field{"require_end", false, func(key, value *yaml.Node) { required = c.mark(key, value) }},
		field{"mode", true, seen(func(n *yaml.Node) {
			i, _ := c.word(n, "mode", "enforce", "observe")
			p.Observe = i == 1
		})},
		field{"listen", false, seen(c.listen)},
		field{"limits", false, seen(c.limits)},
		field{"timeouts", false, seen(c.timeouts)},
		field{"on_error", false, seen(func(n *yaml.Node) { c.onError(n, &p.OnError) })},
		field{"routes", false, seen(func(n *yaml.Node) { c.list(n, "routes", c.route) })},
		field{"cors", false, seen(c.cors)},
		field{"hosts", false, seen(c.hosts)},
		field{"trusted_proxies", false, seen(c.trustedProxies)},
		field{"cookies", false, seen(c.cookies)},
		field{"headers", false, seen(c.headers)},
		field{"reload", false, seen(c.reload)},
		field{"store", false, seen(c.store)},
		field{"portal", false, seen(c.portal)},
		field{"queue", false, c.queue},
		field{"consent", false, c.consent},
		field{"device_mode", false, c.deviceMode},
		field{"keys", false, seen(func(n *yaml.Node) { c.list(n, "keys", c.key) })},
		field{"sources", false, seen(func(n *yaml.Node) { c.list(n, "sources", c.source) })},
		field{"destinations", true, seen(func(n *yaml.Node) {
			if c.some(n, "destinations", c.destination); len(n.Content) > maxDestinations {
				c.errorf(n, "destinations has more than %d elements", maxDestinations)
			}
		})},
		field{"classifiers", false, seen(func(n *yaml.Node) { c.list(n, "classifiers", c.classifier) })},
		field{"types", false, seen(c.types)},
		field{"overrides", false, seen(func(n *yaml.Node) { c.list(n, "overrides", c.override) })},
		field{"rules", true, func(key, value *yaml.Node) {
			rules = key
			c.some(value, "rules", c.rule)
		}},
		field{"end", false, func(key, value *yaml.Node) { end = c.mark(key, value) }},
	)
	if n.Kind != yaml.MappingNode {
		return
	}
	if list := n.Content; len(list) >= 2 {
		last = list[len(list)-2]
	}
	c.ending(last, end, required, rules)
}

// mark reads a key whose only value is true and returns the key.
func (c *config) mark(key, value *yaml.Node) *yaml.Node {
	if _, ok := c.word(value, key.Value, "true"); !ok {
		return nil
	}
	return key
}

// ending checks the guard against truncation: a file cut at the end of a line is
// still YAML, with fewer rules or wider ones. Only a file that announces its
// last line before its rules begin can be told from one that lost it.
func (c *config) ending(last, end, required, rules *yaml.Node) {
	switch {
	case end != nil && end != last:
		c.errorf(end, "\"end: true\" must be the last key of the configuration")
	case end == nil && required != nil:
		c.errorf(last, "the file must end with \"end: true\", because require_end is set: its end is missing")
	case end != nil && required == nil:
		c.warnf(end, "\"end: true\" protects from truncation only together with \"require_end: true\" before the rules")
	}
	if required != nil && rules != nil && required.Line > rules.Line {
		c.errorf(required, "\"require_end: true\" must stand before the rules, or a truncated file would lack it too")
	}
}

func (c *config) listen(n *yaml.Node) {
	p := c.policy
	c.object(n, object{name: "listen", prefix: "listen."},
		field{"data", false, func(_, n *yaml.Node) { c.address(n, "listen.data", &p.Listen.Data) }},
		field{"admin", false, func(_, n *yaml.Node) { c.address(n, "listen.admin", &p.Listen.Admin) }},
	)
	if p.Listen.Data == p.Listen.Admin && p.Listen.Data != ":0" && p.Listen.Data != "127.0.0.1:0" {
		c.errorf(n, "listen.data and listen.admin must differ: the admin listener is private")
	}
}

func (c *config) limits(n *yaml.Node) {
	const kib, gib = 1 << 10, 1 << 30
	l := &c.policy.Limits
	size := func(key string, low, high int64, to *int64) field {
		return field{key, false, func(_, n *yaml.Node) { c.size(n, "limits."+key, low, high, to) }}
	}
	small := func(key string, low, high int64, to *int) field {
		return field{key, false, func(_, n *yaml.Node) {
			v := int64(*to)
			c.size(n, "limits."+key, low, high, &v)
			*to = int(v)
		}}
	}
	number := func(key string, low, high int, to *int) field {
		return field{key, false, func(_, n *yaml.Node) { c.number(n, "limits."+key, low, high, to) }}
	}
	c.object(n, object{name: "limits", prefix: "limits."},
		size("body", kib, gib, &l.Body),
		size("inflated", kib, gib, &l.Inflated),
		number("depth", 1, 512, &l.Depth),
		number("values", 1, 10000000, &l.Values),
		small("key_bytes", 16, 64*kib, &l.KeyBytes),
		number("nested", 1, 8, &l.Nested),
		number("paths", 100, 1000000, &l.Paths),
		small("header", kib, kib*kib, &l.Header),
		size("in_flight", kib, 64*gib, &l.InFlight),
		number("connections", 1, 1000000, &l.Conns),
	)
	if l.Inflated < l.Body {
		c.errorf(n, "limits.inflated must not be smaller than limits.body")
	}
	if l.InFlight < l.Inflated {
		c.errorf(n, "limits.in_flight must not be smaller than limits.inflated, or such a body would never be accepted")
	}
}

func (c *config) timeouts(n *yaml.Node) {
	t := &c.policy.Timeouts
	span := func(key string, to *time.Duration) field {
		return field{key, false, func(_, n *yaml.Node) { c.duration(n, "timeouts."+key, time.Millisecond, time.Hour, to) }}
	}
	c.object(n, object{name: "timeouts", prefix: "timeouts."},
		span("read", &t.Read), span("write", &t.Write), span("idle", &t.Idle), span("upstream", &t.Upstream), span("drain", &t.Drain))
}

func (c *config) onError(n *yaml.Node, to *OnError) {
	i, ok := c.word(n, "on_error", "block", "pass")
	if !ok {
		return
	}
	if *to = OnError(i); *to == PassOnError {
		c.unread = append(c.unread, unread{n, "on_error: pass"})
		c.warnf(n, "on_error: pass forwards bodies that could not be read, with whatever personal data they hold")
	}
}

func (c *config) reload(n *yaml.Node) {
	c.object(n, object{name: "reload", prefix: "reload."},
		field{"poll", false, func(_, n *yaml.Node) {
			c.duration(n, "reload.poll", 100*time.Millisecond, 24*time.Hour, &c.policy.ReloadPoll)
		}})
}
