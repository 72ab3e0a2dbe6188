package rules

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"
)

// destinationConfig is a destination whose names have not been looked up yet.
type destinationConfig struct {
	node     *yaml.Node
	delivery *yaml.Node
	unsure   bool // delivery is no word that is known
	url      *yaml.Node
	Destination
	key     text
	action  *actionConfig
	backlog backlogConfig
}

// What a destination does unless told otherwise.
const (
	retryMin, retryMax, retryAttempts = time.Second, 5 * time.Minute, 15
	batchEvents, batchBytes           = 100, 500 << 10
	concurrency                       = 8
)

func newDestination() Destination {
	return Destination{
		Retry:       Retry{Min: retryMin, Max: retryMax, Attempts: retryAttempts},
		Batch:       Batch{Events: batchEvents, Bytes: batchBytes},
		Concurrency: concurrency,
	}
}

func (c *config) destination(n *yaml.Node) {
	d := destinationConfig{node: n, delivery: n, url: n, Destination: newDestination()}
	written := map[string]*yaml.Node{} // the keys
	key := func(key string, required bool, read func(n *yaml.Node)) field {
		return field{key, required, func(key, n *yaml.Node) {
			written[key.Value] = key
			read(n)
		}}
	}
	c.object(n, object{name: "a destination", prefix: "destinations[]."},
		key("name", true, func(n *yaml.Node) {
			if t, ok := c.name(n, "name of a destination"); ok {
				d.Name = t.string
			}
		}),
		key("url", true, func(n *yaml.Node) { d.url = n; c.destinationURL(n, "url", &d.URL) }),
		key("paths", false, func(n *yaml.Node) { c.paths(n, &d.Paths) }),
		key("delivery", false, func(n *yaml.Node) {
			i, ok := c.word(n, "delivery", "inline", "queued")
			d.Queued, d.delivery, d.unsure = i == 1, n, !ok
		}),
		key("format", false, func(n *yaml.Node) {
			i, _ := c.word(n, "format", "received", "json", "ndjson")
			d.Format = Format(i)
		}),
		key("default", false, func(n *yaml.Node) { d.action = c.action(n, "default") }),
		key("labels", false, func(n *yaml.Node) {
			c.words(n, "labels", "a label", &d.Labels, func(t text) bool { _, ok := c.name(t.node, "a label"); return ok })
		}),
		key("key", false, func(n *yaml.Node) { d.key, _ = c.text(n, "key of a destination") }),
		key("allow_list", false, func(n *yaml.Node) { _, d.AllowList = c.word(n, "allow_list", "true") }),
		key("consent", false, func(n *yaml.Node) {
			c.words(n, "consent", "a category of consent", &d.Consent, func(t text) bool {
				c.askedFor = append(c.askedFor, t)
				return c.category(t)
			})
			if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
				c.errorf(n, "consent must not be an empty list; leave the key out to ask for none")
			}
		}),
		key("consent_missing", false, func(n *yaml.Node) {
			i, _ := c.word(n, "consent_missing", "deny", "allow")
			d.ConsentMissing = i == 1
		}),
		key("consent_changes", false, func(n *yaml.Node) {
			i, _ := c.word(n, "consent_changes", "consent", "forward")
			d.ConsentChanges = i == 1
		}),
		key("integrations", false, func(n *yaml.Node) { c.integrations(n, &d.Integrations) }),
		key("headers", false, func(n *yaml.Node) { c.ownedHeaders(n, &d.Headers) }),
		key("tls", false, func(n *yaml.Node) { c.tls(n, "tls", "destinations[].tls.", &d.TLS) }),
		key("timeout", false, func(n *yaml.Node) { c.duration(n, "timeout", time.Millisecond, time.Hour, &d.Timeout) }),
		key("retry", false, func(n *yaml.Node) { c.retry(n, &d.Retry) }),
		key("rate", false, func(n *yaml.Node) { c.number(n, "rate", 1, 1000000, &d.Rate) }),
		key("batch", false, func(n *yaml.Node) { c.batch(n, &d.Batch) }),
		key("concurrency", false, func(n *yaml.Node) { c.number(n, "concurrency", 1, 1000, &d.Concurrency) }),
		key("order", false, func(n *yaml.Node) {
			i, _ := c.word(n, "order", "source", "none")
			d.Unordered = i == 1
		}),
		key("queue", false, func(n *yaml.Node) {
			c.object(n, object{name: "queue of a destination", prefix: "destinations[].queue."}, c.backlog(&d.backlog)...)
		}),
	)
	if d.Queued && written["integrations"] == nil {
		d.Integrations = []string{d.Name}
	}
	c.meaningful(&d, written)
	c.destinations = append(c.destinations, d)
}

// meaningful reports keys of a destination that mean nothing beside its others.
func (c *config) meaningful(d *destinationConfig, written map[string]*yaml.Node) {
	if !d.Queued && !d.unsure {
		for _, key := range []string{"retry", "rate", "batch", "concurrency", "order", "queue"} {
			if n := written[key]; n != nil {
				c.errorf(n, "%s is for queued destinations: write delivery: queued, or leave it out", key)
			}
		}
		if n := written["format"]; n != nil && d.Format != AsReceived {
			c.errorf(n, "an inline destination gets requests as they came, as its answer is the SDK's answer: write delivery: queued for another format")
		}
	}
	if n := written["batch"]; n != nil && d.Queued && d.Format == AsReceived {
		c.errorf(n, "batch is for format: json and ndjson: as received, a request leaves as large as it came")
	}
	if n := written["paths"]; n != nil && d.Format != AsReceived {
		c.errorf(n, "paths is for requests as received: in another format all go to the url itself")
	}
	for _, key := range []string{"consent_missing", "consent_changes"} {
		if n := written[key]; n != nil && written["consent"] == nil {
			c.errorf(n, "%s needs consent, the list of the categories that this destination asks for", key)
		}
	}
	if n := written["tls"]; n != nil && strings.HasPrefix(d.URL, "http://") {
		c.errorf(n, "tls has no meaning for an http:// url: write https://")
	}
}

// category accepts a category of consent.
func (c *config) category(t text) bool { return c.shown(t, "a category of consent") }

// shown accepts a word that the portal may show on a line of its own.
func (c *config) shown(t text, what string) bool {
	if len(t.string) > 200 || strings.ContainsFunc(t.string, unicode.IsControl) {
		c.errorf(t.node, "%s must be at most 200 bytes on one line", what)
		return false
	}
	return true
}

// integrations reads the names by which events speak of a destination.
func (c *config) integrations(n *yaml.Node, to *[]string) {
	if n.Kind == yaml.ScalarNode {
		if t, ok := c.text(n, "integrations"); ok && t.string != "ignore" {
			c.errorf(n, "integrations must be a list of names, [Mixpanel], or the word ignore")
		}
		return
	}
	c.words(n, "integrations", "a name in integrations", to, func(t text) bool {
		if strings.EqualFold(t.string, "all") {
			c.errorf(t.node, "%q means every destination in integrations; write the names of this one", "All")
			return false
		}
		return c.shown(t, "a name in integrations")
	})
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		c.errorf(n, "integrations must not be an empty list; write the word ignore to heed none")
	}
}

// paths reads where requests go below a destination's URL.
func (c *config) paths(n *yaml.Node, to *[]PathMap) {
	c.pairs(n, "paths", "paths to paths", func(key, value *yaml.Node) {
		from, ok := c.urlPathText(text{key.Value, key, false}, "a path of requests")
		if !ok {
			return
		}
		var m = PathMap{From: from}
		if c.urlPath(value, "a path below url", &m.To); m.To == "" {
			return
		}
		if strings.HasSuffix(m.To, "*") && !strings.HasSuffix(m.From, "*") {
			c.errorf(value, "a path below url can end in \"*\" only when the path before it does: there is no rest to stand there")
			return
		}
		if i := slices.IndexFunc(*to, func(by PathMap) bool { return pathCovers(by.From, m.From) }); i >= 0 {
			c.warnf(key, "this path can never match: %q before it decides first", (*to)[i].From)
		}
		*to = append(*to, m)
	})
}

// destinationURL reads scheme, host and optional path prefix. It is never quoted:
// what is wrong with it may be a password in it.
func (c *config) destinationURL(n *yaml.Node, what string, to *string) {
	if t, ok := c.text(n, what); ok {
		if reason := badURL(t.string); reason != "" {
			c.errorf(n, "%s must be http:// or https:// with a host and an optional path: %s", what, reason)
			return
		}
		*to = strings.TrimRight(t.string, "/")
	}
}

func badURL(s string) string {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return "it is not a URL"
	case u.Scheme != "http" && u.Scheme != "https":
		return "the scheme is another one or is missing"
	case u.Hostname() == "":
		return "the host is missing"
	case u.User != nil:
		return "it must hold no user name and password"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "it must have no query and no fragment"
	}
	return ""
}
