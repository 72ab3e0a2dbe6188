package api

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/eventveil/eventveil/rules"
)

// configuration is the one in force, without its secrets. An address may be one, so
// of destinations only hosts are told, and of sources only names.
type configuration struct {
	File           string              `json:"file"`
	Mode           string              `json:"mode" enum:"enforce,observe"`
	OnError        string              `json:"on_error" enum:"block,pass"`
	Listen         listeners           `json:"listen"`
	Hosts          []string            `json:"hosts" doc:"Host headers that are served; empty for any"`
	TrustedProxies []string            `json:"trusted_proxies"`
	ForwardCookies []string            `json:"forward_cookies"`
	ForwardHeaders []string            `json:"forward_headers"`
	CORS           cors                `json:"cors"`
	Sources        []string            `json:"sources"`
	Destinations   []destinationConfig `json:"destinations"`
	Routes         []routeConfig       `json:"routes"`
	Limits         map[string]int64    `json:"limits" doc:"as in YAML; bytes or numbers"`
	Timeouts       map[string]string   `json:"timeouts"`
	ReloadPoll     string              `json:"reload_poll"`
	Store          storeConfig         `json:"store"`
	Portal         portalConfig        `json:"portal"`
}

type listeners struct {
	Data  string `json:"data"`
	Admin string `json:"admin"`
}

type cors struct {
	AnyOrigin bool     `json:"any_origin"`
	Origins   []string `json:"origins"`
	MaxAge    string   `json:"max_age"`
}

type destinationConfig struct {
	Name     string   `json:"name"`
	Host     string   `json:"host"`
	Delivery string   `json:"delivery" enum:"inline,queued"`
	Default  string   `json:"default" doc:"what is done when no rule decides, in words"`
	Labels   []string `json:"labels"`
	Consent  []string `json:"consent"`
	Timeout  string   `json:"timeout"`
}

type routeConfig struct {
	Path    string `json:"path"`
	Format  string `json:"format"`
	Opaque  bool   `json:"opaque"`
	OnError string `json:"on_error" enum:"block,pass"`
}

type storeConfig struct {
	Kind      string `json:"kind" enum:"off,sqlite,postgresql"`
	Flush     string `json:"flush"`
	Poll      string `json:"poll"`
	Retention string `json:"retention"`
	Points    int    `json:"points"`
}

type portalConfig struct {
	URL     string      `json:"url"`
	Hosts   []string    `json:"hosts"`
	Session string      `json:"session"`
	Users   []principal `json:"users"`
	Tokens  []principal `json:"tokens"`
	OIDC    *oidc       `json:"oidc"`
	Header  *trusted    `json:"header"`
}

type principal struct {
	Name string `json:"name"`
	Role string `json:"role" enum:"viewer,editor,owner"`
}

type oidc struct {
	Issuer   string `json:"issuer"`
	ClientID string `json:"client_id"`
	Claim    string `json:"claim"`
}

type trusted struct {
	User string   `json:"user" doc:"header that names the user"`
	Role string   `json:"role" doc:"header with the role"`
	From []string `json:"from"`
}

func (a *api) config(w http.ResponseWriter, _ *http.Request) error {
	return send(w, effective(a.Policy()))
}

func effective(p *rules.Policy) configuration {
	l, t := &p.Limits, &p.Timeouts
	c := configuration{
		File: p.File, Mode: mode(p), OnError: onError(p.OnError), Listen: listeners(p.Listen),
		Hosts: some(p.Hosts), TrustedProxies: prefixes(p.TrustedProxies),
		ForwardCookies: some(p.ForwardCookies), ForwardHeaders: some(p.ForwardHeaders),
		CORS:         cors{p.CORS.AnyOrigin, some(p.CORS.Origins), span(p.CORS.MaxAge)},
		Sources:      []string{},
		Destinations: []destinationConfig{}, Routes: []routeConfig{},
		Limits: map[string]int64{"body": l.Body, "inflated": l.Inflated, "depth": int64(l.Depth), "values": int64(l.Values), "key_bytes": int64(l.KeyBytes),
			"nested": int64(l.Nested), "paths": int64(l.Paths), "header": int64(l.Header), "in_flight": l.InFlight, "connections": int64(l.Conns)},
		Timeouts:   map[string]string{"read": span(t.Read), "write": span(t.Write), "idle": span(t.Idle), "upstream": span(t.Upstream), "drain": span(t.Drain)},
		ReloadPoll: span(p.ReloadPoll),
		Store:      storeConfig{"sqlite", span(p.Store.Flush), span(p.Store.Poll), span(p.Store.Retention), p.Store.Points},
		Portal:     portal(&p.Portal),
	}
	switch {
	case p.Store.Off:
		c.Store.Kind = "off"
	case p.Store.URL != nil:
		c.Store.Kind = "postgresql"
	}
	for i := range p.Sources {
		c.Sources = append(c.Sources, p.Sources[i].Name)
	}
	for i := range p.Destinations {
		d := &p.Destinations[i]
		v := destinationConfig{Name: d.Name, Host: host(d.URL), Delivery: "inline", Default: "allow", Labels: some(d.Labels), Consent: some(d.Consent), Timeout: span(d.Timeout)}
		if d.Queued {
			v.Delivery = "queued"
		}
		if d.Timeout == 0 {
			v.Timeout = span(t.Upstream)
		}
		if d.Default != nil {
			v.Default = d.Default.String()
		}
		c.Destinations = append(c.Destinations, v)
	}
	for _, r := range p.Routes {
		c.Routes = append(c.Routes, routeConfig{r.Path, r.Format, r.Opaque, onError(r.OnError)})
	}
	return c
}

func portal(p *rules.Portal) portalConfig {
	c := portalConfig{URL: p.URL, Hosts: some(p.Hosts), Session: span(p.Session), Users: []principal{}, Tokens: []principal{}}
	for _, u := range p.Users {
		c.Users = append(c.Users, principal{u.Name, u.Role.String()})
	}
	for _, t := range p.Tokens {
		c.Tokens = append(c.Tokens, principal{t.Name, t.Role.String()})
	}
	if o := p.OIDC; o != nil {
		c.OIDC = &oidc{o.Issuer, o.ClientID, o.Claim}
	}
	if h := p.Header; h != nil {
		c.Header = &trusted{h.User, h.Role, prefixes(h.From)}
	}
	return c
}

func onError(o rules.OnError) string {
	if o == rules.PassOnError {
		return "pass"
	}
	return "block"
}

// span is a duration without units that are nothing: "2h" rather than "2h0m0s".
func span(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}

func prefixes(list []netip.Prefix) []string {
	names := []string{}
	for _, p := range list {
		names = append(names, p.String())
	}
	return names
}

// host is that of a URL; a path, a user or a query may be a secret.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
