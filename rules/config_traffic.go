package rules

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// address reads host:port.
func (c *config) address(n *yaml.Node, what string, to *string) {
	t, ok := c.text(n, what)
	if !ok {
		return
	}
	i := strings.LastIndexByte(t.string, ':')
	if i >= 0 {
		host := strings.TrimSuffix(strings.TrimPrefix(t.string[:i], "["), "]")
		if _, err := strconv.ParseUint(t.string[i+1:], 10, 16); err == nil && !strings.ContainsAny(host, "/ []") &&
			(!strings.Contains(host, ":") || t.string[0] == '[') {
			*to = t.string
			return
		}
	}
	c.errorf(n, "%s must be host:port, such as \"127.0.0.1:9090\" or \":8080\"", what)
}

func (c *config) route(n *yaml.Node) {
	r := Route{Format: Formats[0], OnError: unset}
	var format *yaml.Node
	if !c.object(n, object{name: "a route", prefix: "routes[]."},
		field{"path", true, func(_, n *yaml.Node) { c.urlPath(n, "path of a route", &r.Path) }},
		field{"format", false, func(_, n *yaml.Node) {
			format = n
			if i, ok := c.word(n, "format", Formats...); ok {
				r.Format = Formats[i]
			}
		}},
		field{"opaque", false, func(_, n *yaml.Node) {
			if _, ok := c.word(n, "opaque", "pass"); ok {
				r.Opaque = true
				c.unread = append(c.unread, unread{n, "opaque: pass"})
				c.warnf(n, "opaque: pass forwards the bodies of this route unread, with whatever personal data they hold")
			}
		}},
		field{"on_error", false, func(_, n *yaml.Node) { c.onError(n, &r.OnError) }},
	) {
		return
	}
	if r.Opaque && format != nil {
		c.errorf(format, "format has no meaning beside opaque: pass; leave one of them out")
	}
	for _, earlier := range c.policy.Routes {
		if r.Path != "" && pathCovers(earlier.Path, r.Path) {
			c.warnf(n, "this route can never match: the route %q before it decides first", earlier.Path)
			break
		}
	}
	c.policy.Routes = append(c.policy.Routes, r)
}

// unset marks a route without on_error: it does as the whole file says.
const unset OnError = 255

// urlPath reads the path of a URL, with "*" for a prefix at its end.
func (c *config) urlPath(n *yaml.Node, what string, to *string) {
	if t, ok := c.text(n, what); ok {
		if path, ok := c.urlPathText(t, what); ok {
			*to = path
		}
	}
}

func (c *config) urlPathText(t text, what string) (path string, ok bool) {
	if t.string[0] != '/' || strings.ContainsAny(t.string, "?# ") || strings.Contains(t.string[:len(t.string)-1], "*") {
		c.errorf(t.node, "%s must begin with \"/\" and may end in \"*\", without query", what)
		return "", false
	}
	return t.string, true
}

// pathCovers tells whether every path that b matches is matched by a.
func pathCovers(a, b string) bool {
	return a == b || strings.HasSuffix(a, "*") && strings.HasPrefix(b, a[:len(a)-1])
}

func (c *config) cors(n *yaml.Node) {
	to := &c.policy.CORS
	c.object(n, object{name: "cors", prefix: "cors."},
		field{"origins", false, func(_, n *yaml.Node) {
			to.AnyOrigin = false
			c.words(n, "cors.origins", "an origin", &to.Origins, func(t text) bool { return c.origin(t) })
			if slices.Contains(to.Origins, "*") {
				to.AnyOrigin, to.Origins = true, nil
			}
		}},
		field{"max_age", false, func(_, n *yaml.Node) { c.duration(n, "cors.max_age", 0, 24*time.Hour, &to.MaxAge) }})
	for i, o := range to.Origins {
		to.Origins[i] = strings.ToLower(o)
	}
}

func (c *config) origin(t text) bool {
	if t.string == "*" || t.string == "null" {
		return true
	}
	u, err := url.Parse(t.string)
	if err != nil || u.Scheme == "" || u.Host == "" || u.User != nil || u.Path+u.RawQuery+u.Fragment != "" {
		c.errorf(t.node, "an origin must be scheme://host or scheme://host:port, or \"*\" for any")
		return false
	}
	return true
}

func (c *config) hosts(n *yaml.Node) {
	c.words(n, "hosts", "a host", &c.policy.Hosts, c.host)
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		c.errorf(n, "hosts must not be an empty list; leave the key out to serve any host")
	}
	for i, h := range c.policy.Hosts {
		c.policy.Hosts[i] = strings.ToLower(h)
	}
}

func (c *config) host(t text) bool {
	if strings.ContainsAny(t.string, "/@?#* ") {
		c.errorf(t.node, "a host must be a name or an address as in a Host header, with or without a port")
		return false
	}
	return true
}

func (c *config) trustedProxies(n *yaml.Node) {
	c.list(n, "trusted_proxies", func(n *yaml.Node) { c.network(n, "a trusted proxy", &c.policy.TrustedProxies) })
}

// network adds an address or a network to a list.
func (c *config) network(n *yaml.Node, what string, to *[]netip.Prefix) {
	t, ok := c.text(n, what)
	if !ok {
		return
	}
	prefix, err := netip.ParsePrefix(t.string)
	if addr, failed := netip.ParseAddr(t.string); failed == nil && addr.Zone() == "" {
		prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	if err != nil || prefix.Addr().Is4In6() {
		c.errorf(n, "%s must be an address or a network, such as 192.0.2.0/24", what)
		return
	}
	*to = append(*to, prefix.Masked())
}

func (c *config) cookies(n *yaml.Node) {
	c.object(n, object{name: "cookies", prefix: "cookies."},
		field{"forward", false, func(_, n *yaml.Node) {
			c.words(n, "cookies.forward", "a cookie", &c.policy.ForwardCookies, func(t text) bool { return c.token(t, "a cookie") })
		}})
}

// ownHeaders are the request headers that the proxy writes itself or that end at it.
var ownHeaders = []string{"Connection", "Content-Encoding", "Content-Length", "Cookie", "Expect", "Forwarded", "Host", "Keep-Alive",
	"Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "X-Forwarded-For", "X-Real-Ip"}

func (c *config) headers(n *yaml.Node) {
	to := &c.policy.ForwardHeaders
	c.object(n, object{name: "headers", prefix: "headers."},
		field{"forward", false, func(_, n *yaml.Node) {
			c.words(n, "headers.forward", "a header", to, func(t text) bool {
				if c.token(t, "a header") && slices.Contains(ownHeaders, canonical(t.string)) {
					c.errorf(t.node, "header %s cannot be forwarded: it ends at this proxy (cookies have a key of their own)", canonical(t.string))
					return false
				}
				return onlyBytes(t.string, tokenBytes)
			})
		}})
	for i, h := range *to {
		(*to)[i] = canonical(h)
	}
}

const tokenBytes = nameBytes + "!#$%&'*+^`|~"

func (c *config) token(t text, what string) bool {
	if !onlyBytes(t.string, tokenBytes) {
		c.errorf(t.node, "%s must be named by letters, digits and \"-\" or \"_\"", what)
		return false
	}
	return true
}

// canonical spells a header's name as HTTP libraries do: "x-team" is "X-Team".
// net/textproto does the same; this package imports nothing of the network.
func canonical(name string) string {
	b := []byte(name)
	upper := true
	for i, ch := range b {
		switch {
		case upper && ch >= 'a' && ch <= 'z':
			b[i] = ch - 'a' + 'A'
		case !upper && ch >= 'A' && ch <= 'Z':
			b[i] = ch - 'A' + 'a'
		}
		upper = ch == '-'
	}
	return string(b)
}
