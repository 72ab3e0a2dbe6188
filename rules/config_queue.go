package rules

import (
	"net/url"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

const (
	day = 24 * time.Hour

	backlogBytes, backlogAge = 1 << 30, 7 * day

	natsStream, natsReplicas = "eventveil", 3
)

// backlogConfig bounds what waits for a destination; what was not written is zero, and
// is then as the queue section says.
type backlogConfig struct {
	bytes int64
	age   time.Duration
	full  int // 1 refuse, 2 drop_oldest
}

// over is the backlog with what stands in the configuration.
func (b *backlogConfig) over(base Backlog) Backlog {
	if b.bytes > 0 {
		base.Bytes = b.bytes
	}
	if b.age > 0 {
		base.Age = b.age
	}
	if b.full > 0 {
		base.DropOldest = b.full == 2
	}
	return base
}

// backlog are the keys that bound what waits.
func (c *config) backlog(to *backlogConfig) []field {
	return []field{
		{"max_bytes", false, func(_, n *yaml.Node) { c.size(n, "queue.max_bytes", 64<<10, 16<<40, &to.bytes) }},
		{"max_age", false, func(_, n *yaml.Node) { c.duration(n, "queue.max_age", time.Minute, 365*day, &to.age) }},
		{"full", false, func(_, n *yaml.Node) {
			if i, ok := c.word(n, "full", "refuse", "drop_oldest"); ok {
				to.full = i + 1
			}
		}},
	}
}

func (c *config) queue(key, n *yaml.Node) {
	q := &c.policy.Queue
	var backlog backlogConfig
	c.queueNode = key
	c.object(n, object{name: "queue", prefix: "queue."}, append([]field{
		{"path", false, func(_, n *yaml.Node) {
			if c.databasePath(n, "queue.path", &q.Path); q.Path == inMemory {
				c.queueInMemory = n
			}
		}},
		{"fsync", false, func(_, n *yaml.Node) {
			i, _ := c.word(n, "fsync", "always", "os")
			q.NoSync = i == 1
		}},
		{"key", false, func(_, n *yaml.Node) { c.queueKey, _ = c.text(n, "queue.key") }},
		{"nats", false, func(_, n *yaml.Node) { c.nats(n) }},
	}, c.backlog(&backlog)...)...)
	q.Backlog = backlog.over(q.Backlog)
}

func (c *config) nats(n *yaml.Node) {
	to := NATS{Stream: natsStream, Replicas: natsReplicas}
	var value, file *yaml.Node
	if !c.object(n, object{name: "queue.nats", prefix: "queue.nats.", secret: true},
		field{"url", false, func(_, n *yaml.Node) { value = n }},
		field{"url_file", false, func(_, n *yaml.Node) { file = n }},
		field{"credentials_file", false, func(_, n *yaml.Node) {
			to.Credentials, _, _ = c.namedFile(n, "queue.nats.credentials_file", maxSecretFile, true)
		}},
		field{"tls", false, func(_, n *yaml.Node) { c.tls(n, "queue.nats.tls", "queue.nats.tls.", &to.TLS) }},
		field{"stream", false, func(_, n *yaml.Node) {
			t, ok := c.text(n, "queue.nats.stream")
			if ok && (len(t.string) > 32 || !onlyBytes(t.string, streamBytes)) {
				c.errorf(n, "queue.nats.stream must be at most 32 letters, digits, \"_\" or \"-\": the names of streams and subjects begin with it")
			} else if ok {
				to.Stream = t.string
			}
		}},
		field{"replicas", false, func(_, n *yaml.Node) { c.number(n, "queue.nats.replicas", 1, 5, &to.Replicas) }},
	) {
		return
	}
	if t, ok := c.eitherOf(n, "queue.nats", "url", value, file); ok {
		c.natsURL(t, file, &to.URL)
	}
	c.policy.Queue.NATS = &to
}

const streamBytes = lowerBytes + "ABCDEFGHIJKLMNOPQRSTUVWXYZ-"

// natsURL checks the servers of a cluster. They are never quoted: there may be a
// password or a token in them.
func (c *config) natsURL(t text, file *yaml.Node, to *Secret) {
	open := false
	for _, server := range strings.Split(t.string, ",") {
		u, err := url.Parse(strings.TrimSpace(server))
		switch {
		case err != nil:
			c.errorf(t.node, "url of queue.nats is not a URL; it must be such as \"nats://host:4222\", several separated by commas")
			return
		case u.Scheme != "nats" && u.Scheme != "tls":
			c.errorf(t.node, "url of queue.nats must begin with nats:// or tls://")
			return
		case u.Hostname() == "":
			c.errorf(t.node, "url of queue.nats must name a host")
			return
		}
		open = open || u.User != nil
	}
	if open {
		c.warnOpen(t, file, "url_file")
	}
	*to = Secret(t.string)
}

func (c *config) retry(n *yaml.Node, to *Retry) {
	span := func(key string, to *time.Duration) field {
		return field{key, false, func(_, n *yaml.Node) { c.duration(n, "retry."+key, 10*time.Millisecond, day, to) }}
	}
	c.object(n, object{name: "retry", prefix: "destinations[].retry."}, span("min", &to.Min), span("max", &to.Max),
		field{"attempts", false, func(_, n *yaml.Node) { c.number(n, "retry.attempts", 1, 1000, &to.Attempts) }})
	if to.Min > to.Max {
		c.errorf(n, "retry.min, %s, must not be longer than retry.max, %s", spanText(to.Min), spanText(to.Max))
	}
}

func (c *config) batch(n *yaml.Node, to *Batch) {
	c.object(n, object{name: "batch", prefix: "destinations[].batch."},
		field{"events", false, func(_, n *yaml.Node) { c.number(n, "batch.events", 1, 10000, &to.Events) }},
		field{"bytes", false, func(_, n *yaml.Node) { c.size(n, "batch.bytes", 1<<10, 64<<20, &to.Bytes) }})
}
