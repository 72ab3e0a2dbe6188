package rules

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// roleWords are the roles as they are written, in the order of Role.
var roleWords = []string{Viewer.String(), Editor.String(), Owner.String()}

// ParseRole is the role of a word; 0 when it is none.
func ParseRole(word string) Role { return Role(slices.Index(roleWords, word) + 1) }

// reservedUsers are names that the audit has for others than people.
var reservedUsers = []string{"local", "unknown"}

func (c *config) portal(n *yaml.Node) {
	p := &c.policy.Portal
	c.portalNode = n
	users, tokens := map[string]int{}, map[string]int{}
	secrets := map[string]int{}
	if !c.object(n, object{name: "portal", prefix: "portal.", secret: true},
		field{"url", false, func(_, n *yaml.Node) { c.portalURL(n, &p.URL) }},
		field{"hosts", false, func(_, n *yaml.Node) {
			c.words(n, "portal.hosts", "a host", &p.Hosts, c.host)
			for i, h := range p.Hosts {
				p.Hosts[i] = strings.ToLower(h)
			}
		}},
		field{"session", false, func(_, n *yaml.Node) {
			c.duration(n, "portal.session", 5*time.Minute, 30*24*time.Hour, &p.Session)
		}},
		field{"users", false, func(_, n *yaml.Node) {
			c.list(n, "portal.users", func(n *yaml.Node) { c.portalUser(n, users) })
		}},
		field{"tokens", false, func(_, n *yaml.Node) {
			c.list(n, "portal.tokens", func(n *yaml.Node) { c.portalToken(n, tokens, secrets) })
		}},
		field{"oidc", false, func(_, n *yaml.Node) { c.oidc(n) }},
		field{"header", false, func(_, n *yaml.Node) { c.trustedUser(n) }},
	) {
		return
	}
	if p.OIDC != nil && p.URL == "" {
		c.errorf(n, "portal.oidc needs portal.url: the provider sends people back there")
	}
}

// portalURL reads an origin: pages link to each other from the root.
func (c *config) portalURL(n *yaml.Node, to *string) {
	t, ok := c.text(n, "portal.url")
	if !ok {
		return
	}
	if reason := badURL(t.string); reason != "" {
		c.errorf(n, "portal.url must be http:// or https:// with a host: %s", reason)
		return
	}
	u, _ := url.Parse(t.string) // badURL has parsed it
	if u.Path != "" && u.Path != "/" {
		c.errorf(n, "portal.url must have no path: the portal is served at the root of a host")
		return
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		c.warnf(n, "portal.url is http://: whoever is on the way reads passwords and sessions")
	}
	host := strings.ToLower(u.Host)
	if port := map[string]string{"http": ":80", "https": ":443"}[u.Scheme]; strings.HasSuffix(host, port) {
		host = strings.TrimSuffix(host, port) // browsers leave it out of an Origin header
	}
	*to = u.Scheme + "://" + host
}

// loopback tells whether a host is this machine whatever a resolver says.
func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback() || strings.EqualFold(host, "localhost")
}

func (c *config) role(n *yaml.Node, to *Role) {
	if i, ok := c.word(n, "role", roleWords...); ok {
		*to = Role(i + 1)
	}
}

func (c *config) portalUser(n *yaml.Node, lines map[string]int) {
	var u PortalUser
	var value, file *yaml.Node
	if !c.object(n, object{name: "a user", prefix: "portal.users[].", secret: true},
		field{"name", true, func(_, n *yaml.Node) {
			t, ok := c.text(n, "name of a user")
			switch {
			case !ok:
			case len(t.string) > maxQuoted || !onlyBytes(t.string, nameBytes+"@+"):
				c.errorf(n, "name of a user must be at most 64 letters, digits, \"_\", \"-\", \".\", \"@\" or \"+\"")
			case slices.Contains(reservedUsers, t.string):
				c.errorf(n, "a user must not be called %q: the audit means others by it", t.string)
			case !c.twice(n, "the name of this user", t.string, lines):
				u.Name = t.string
			}
		}},
		field{"role", true, func(_, n *yaml.Node) { c.role(n, &u.Role) }},
		field{"password_hash", false, func(_, n *yaml.Node) { value = n }},
		field{"password_hash_file", false, func(_, n *yaml.Node) { file = n }},
	) {
		return
	}
	t, ok := c.eitherOf(n, "a user", "password_hash", value, file)
	if !ok {
		return
	}
	switch h, err := ParsePasswordHash(t.string); {
	case err != nil:
		c.errorf(t.node, "password_hash cannot be used: %v", err)
		return
	case h.Weak():
		c.warnf(t.node, "password_hash was made with little work, so the password is cheap to guess for whoever gets it; \"eventveil hash-password\" makes a better one")
	}
	u.Hash = Secret(t.string)
	c.policy.Portal.Users = append(c.policy.Portal.Users, u)
}

// portalToken reads a token. secrets has the line of each secret there is: of two
// tokens with one secret nobody could tell which was used.
func (c *config) portalToken(n *yaml.Node, lines, secrets map[string]int) {
	var k PortalToken
	var value, file *yaml.Node
	if !c.object(n, object{name: "a token", prefix: "portal.tokens[].", secret: true},
		field{"name", true, func(_, n *yaml.Node) {
			if t, ok := c.name(n, "name of a token"); ok && !c.twice(n, "the name of this token", t.string, lines) {
				k.Name = t.string
			}
		}},
		field{"role", true, func(_, n *yaml.Node) { c.role(n, &k.Role) }},
		field{"secret", false, func(_, n *yaml.Node) { value = n }},
		field{"secret_file", false, func(_, n *yaml.Node) { file = n }},
	) {
		return
	}
	t, ok := c.eitherOf(n, "a token", "secret", value, file)
	if !ok {
		return
	}
	c.warnOpen(t, file, "secret_file")
	if k.Secret = c.longEnough(t, file, "secret"); k.Secret == nil {
		return
	}
	if line, there := secrets[t.string]; there {
		c.errorf(t.node, "this secret is also that of the token on line %d; secrets must differ", line)
	}
	secrets[t.string] = n.Line
	c.policy.Portal.Tokens = append(c.policy.Portal.Tokens, k)
}

func (c *config) trustedUser(n *yaml.Node) {
	var u TrustedUser
	name := func(key string, required bool, to *string) field {
		return field{key, required, func(_, n *yaml.Node) {
			if t, ok := c.text(n, "portal.header."+key); ok && c.token(t, "a header") {
				*to = canonical(t.string)
			}
		}}
	}
	if !c.object(n, object{name: "portal.header", prefix: "portal.header."},
		name("user", true, &u.User),
		name("role", false, &u.Role),
		field{"default", false, func(_, n *yaml.Node) { c.role(n, &u.Default) }},
		field{"from", true, func(_, n *yaml.Node) {
			c.some(n, "portal.header.from", func(n *yaml.Node) { c.network(n, "an address of the proxy", &u.From) })
			if slices.ContainsFunc(u.From, func(p netip.Prefix) bool { return p.Bits() == 0 }) {
				c.errorf(n, "portal.header.from must not be every address: anybody could send the header")
			}
		}},
	) {
		return
	}
	if u.Role == "" && u.Default == 0 {
		c.errorf(n, "portal.header must have role, a header with the user's role, or default, the role of all")
	}
	c.policy.Portal.Header = &u
}
