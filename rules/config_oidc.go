package rules

import (
	"net/url"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// emailClaim names the user when the configuration does not say what does.
const emailClaim = "email"

func (c *config) oidc(n *yaml.Node) {
	o := OIDC{Scopes: []string{"profile", emailClaim}, Name: emailClaim}
	var value, file, roles *yaml.Node
	claim := func(key string, to *string) field {
		return field{key, false, func(_, n *yaml.Node) {
			if t, ok := c.text(n, "portal.oidc."+key); ok {
				*to = t.string
			}
		}}
	}
	if !c.object(n, object{name: "portal.oidc", prefix: "portal.oidc.", secret: true},
		field{"issuer", true, func(_, n *yaml.Node) { c.issuer(n, &o.Issuer) }},
		field{"client_id", true, func(_, n *yaml.Node) {
			if t, ok := c.text(n, "portal.oidc.client_id"); ok {
				o.ClientID = t.string
			}
		}},
		field{"client_secret", false, func(_, n *yaml.Node) { value = n }},
		field{"client_secret_file", false, func(_, n *yaml.Node) { file = n }},
		field{"scopes", false, func(_, n *yaml.Node) {
			c.words(n, "portal.oidc.scopes", "a scope", &o.Scopes, func(t text) bool {
				if strings.ContainsAny(t.string, " \"\\") {
					c.errorf(t.node, "a scope must be one word; write several as a list")
					return false
				}
				return true
			})
		}},
		claim("claim", &o.Claim),
		claim("name", &o.Name),
		field{"roles", false, func(key, n *yaml.Node) {
			roles = key
			c.claimRoles(n, &o)
		}},
		field{"default", false, func(_, n *yaml.Node) { c.role(n, &o.Default) }},
	) {
		return
	}
	if value != nil || file != nil { // a public client has none
		if t, ok := c.eitherOf(n, "portal.oidc", "client_secret", value, file); ok {
			c.warnOpen(t, file, "client_secret_file")
			o.ClientSecret = Secret(t.string)
		}
	}
	switch {
	case roles != nil && o.Claim == "":
		c.errorf(roles, "portal.oidc.roles needs claim: the claim of the provider whose values they are")
	case roles == nil && o.Claim != "":
		c.errorf(n, "portal.oidc.claim needs roles: which value of it gives which role")
	case roles == nil && o.Default == 0:
		c.errorf(n, "portal.oidc must have roles, by a claim, or default, the role of all whom the provider knows")
	}
	if o.Name == emailClaim && !slices.Contains(o.Scopes, emailClaim) {
		o.Scopes = append(o.Scopes, emailClaim) // or the provider would not tell it
	}
	c.policy.Portal.OIDC = &o
}

// issuer reads the provider's URL. It stays as it is written: the provider's own
// spelling must be the same to the last slash.
func (c *config) issuer(n *yaml.Node, to *string) {
	t, ok := c.text(n, "portal.oidc.issuer")
	if !ok {
		return
	}
	if reason := badURL(t.string); reason != "" {
		c.errorf(n, "portal.oidc.issuer must be https:// with a host: %s", reason)
		return
	}
	if u, err := url.Parse(t.string); err != nil || u.Scheme != "https" && !loopback(u.Hostname()) {
		c.errorf(n, "portal.oidc.issuer must be https://; without it whoever is on the way could name the users")
		return
	}
	*to = t.string
}

// claimRoles reads roles by the values of a claim.
func (c *config) claimRoles(n *yaml.Node, to *OIDC) {
	to.Roles = map[string]Role{}
	c.pairs(n, "portal.oidc.roles", "the claim's values to roles", func(key, value *yaml.Node) {
		var role Role
		c.role(value, &role)
		to.Roles[key.Value] = role
	})
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		c.errorf(n, "portal.oidc.roles must not be empty")
	}
}
