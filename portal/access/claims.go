package access

import (
	"strings"

	"github.com/eventveil/eventveil/rules"
)

// claims are what a provider says of a user.
type claims map[string]any

// get finds a claim by its name, or by names joined with dots within claims.
func (c claims) get(name string) any {
	if v, ok := c[name]; ok {
		return v
	}
	head, rest, dotted := strings.Cut(name, ".")
	if inner, ok := c[head].(map[string]any); ok && dotted {
		return claims(inner).get(rest)
	}
	return nil
}

func (c claims) has(name string) bool { return c.get(name) != nil }

// values are the texts of a claim: it is one, or a list of them.
func (c claims) values(name string) (texts []string) {
	switch v := c.get(name).(type) {
	case string:
		texts = append(texts, v)
	case []any:
		for _, e := range v {
			if s, ok := e.(string); ok {
				texts = append(texts, s)
			}
		}
	}
	return texts
}

// role is the highest that the claim gives, else the default; 0 for none.
func (p *provider) role(c claims) rules.Role {
	var best rules.Role
	if p.Claim != "" {
		for _, v := range c.values(p.Claim) {
			best = max(best, p.Roles[v])
		}
	}
	if best == 0 {
		return p.Default
	}
	return best
}

// name is what the user is called; "" when the claims do not say it, or not so that it
// could be believed.
func (p *provider) name(c claims) string {
	name, _ := c.get(p.Name).(string)
	if !isName(name) {
		return ""
	}
	if verified, said := c["email_verified"]; p.Name == "email" && said && verified != true && verified != "true" {
		return "" // anybody can write any address into their account
	}
	return name
}
