package rules

import (
	"net/netip"
	"time"
)

// Store says where the inventory and what people decide are kept.
type Store struct {
	Off       bool          // nothing is kept, and there is no portal
	Path      string        // the SQLite file; "" for the default, see App; ":memory:" for none
	URL       Secret        // of a PostgreSQL database, instead of a file; nil for a file
	Flush     time.Duration // between two batches of what was met
	Poll      time.Duration // between two looks for decisions made elsewhere
	Retention time.Duration // of counts by hour
	Points    int           // data points kept; what is beyond is counted as overflow
	Required  bool          // nothing is served before the store has told what people have decided
}

// Role is what a user of the portal may do.
type Role uint8

// The roles; each may do what those before it may.
const (
	Viewer Role = iota + 1 // looks
	Editor                 // decides
	Owner                  // reloads, exports the audit
)

// String is the role as it is written in YAML; "" for none.
func (r Role) String() string {
	switch r {
	case Viewer:
		return "viewer"
	case Editor:
		return "editor"
	case Owner:
		return "owner"
	}
	return ""
}

// Portal says who may use the portal and its API, and under which names it is served.
type Portal struct {
	URL     string        // its address as people see it, for links in messages and for OIDC; may be ""
	Hosts   []string      // further Host headers to serve, lower case; loopback addresses always are
	Session time.Duration // after which people log in again
	Users   []PortalUser
	Tokens  []PortalToken
	OIDC    *OIDC        // nil for none
	Header  *TrustedUser // nil for none
}

// Guarded tells whether there is any way to log in. Without one everybody who can
// reach the admin listener is an owner, so it must be on loopback.
func (p *Portal) Guarded() bool {
	return len(p.Users)+len(p.Tokens) > 0 || p.OIDC != nil || p.Header != nil
}

// PortalUser logs in by a password.
type PortalUser struct {
	Name string
	Hash Secret // of the password: argon2id in the PHC format
	Role Role
}

// PortalToken lets a program use the API.
type PortalToken struct {
	Name   string
	Secret Secret // at least 16 bytes
	Role   Role
}

// OIDC lets people log in at an OpenID provider.
type OIDC struct {
	Issuer       string // URL
	ClientID     string
	ClientSecret Secret
	Scopes       []string        // beside openid
	Claim        string          // whose value, or values, give the role
	Name         string          // claim that names the user: "email" by default
	Roles        map[string]Role // by the claim's value
	Default      Role            // for who has none of them; 0 to turn them away
}

// TrustedUser believes a proxy in front that says who its user is.
type TrustedUser struct {
	User    string // header that names the user
	Role    string // header with the role's name; "" when all have Default
	Default Role
	From    []netip.Prefix // addresses of the proxy
}
