package rules

import (
	"net/url"
	"os"
	"path/filepath"
	"time"

	"gopkg.in/yaml.v3"
)

// inMemory is the path of a SQLite database that lives no longer than the process.
const inMemory = ":memory:"

// store reads where the inventory is kept, or "off".
func (c *config) store(n *yaml.Node) {
	to := &c.policy.Store
	if n.Kind == yaml.ScalarNode && !isNull(n) {
		_, to.Off = c.word(n, "store", "off")
		return
	}
	span := func(key string, low, high time.Duration, to *time.Duration) field {
		return field{key, false, func(_, n *yaml.Node) { c.duration(n, "store."+key, low, high, to) }}
	}
	var path, value, file *yaml.Node
	c.object(n, object{name: "store", prefix: "store.", secret: true},
		field{"path", false, func(_, n *yaml.Node) { path = n }},
		field{"url", false, func(_, n *yaml.Node) { value = n }},
		field{"url_file", false, func(_, n *yaml.Node) { file = n }},
		span("flush", 100*time.Millisecond, time.Minute, &to.Flush),
		span("poll", 100*time.Millisecond, time.Minute, &to.Poll),
		span("retention", time.Hour, 10*365*24*time.Hour, &to.Retention),
		field{"required", false, func(key, n *yaml.Node) { to.Required = c.mark(key, n) != nil }},
		field{"points", false, func(_, n *yaml.Node) { c.number(n, "store.points", 100, 1000000, &to.Points) }},
	)
	if path != nil {
		c.databasePath(path, "store.path", &to.Path)
	}
	switch {
	case value == nil && file == nil:
	case path != nil:
		c.errorf(path, "store has a path, of a SQLite file, or the url of a PostgreSQL database, not both")
	default:
		if t, ok := c.eitherOf(n, "store", "url", value, file); ok {
			c.databaseURL(t, file, &to.URL)
		}
	}
}

// databasePath reads the path of a SQLite file, which need not be there, or inMemory.
func (c *config) databasePath(n *yaml.Node, what string, to *string) {
	t, ok := c.text(n, what)
	switch {
	case !ok:
	case t.string == inMemory:
		*to = inMemory
	case sameFile(c.beside(t.string), c.file):
		c.errorf(n, "%s is the file of this configuration; name another one, which is made when it is not there", what)
	default:
		*to = c.beside(t.string)
	}
}

// sameFile tells whether two paths lead to one file, by links too when it is there.
func sameFile(a, b string) bool {
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// databaseURL checks the address of a database. It is never quoted: there is a
// password in it.
func (c *config) databaseURL(t text, file *yaml.Node, to *Secret) {
	u, err := url.Parse(t.string)
	switch {
	case err != nil:
		c.errorf(t.node, "url of the store is not a URL; it must be such as \"postgres://user@host/database\"")
	case u.Scheme != "postgres" && u.Scheme != "postgresql":
		c.errorf(t.node, "url of the store must begin with postgres:// or postgresql://; for SQLite write the file's path")
	case u.Host == "" && u.Query().Get("host") == "":
		c.errorf(t.node, "url of the store must name a host")
	default:
		if _, password := u.User.Password(); password || u.Query().Has("password") {
			c.warnOpen(t, file, "url_file")
		}
		*to = Secret(t.string)
	}
}
