package access

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/eventveil/eventveil/rules"
)

// What a provider may cost.
const (
	providerTimeout = 10 * time.Second // one request to it
	maxAnswer       = 1 << 20          // bytes of an answer
	retryDiscovery  = 5 * time.Second
	maxReason       = 300 // bytes of why it cannot be asked
)

// provider is an OpenID provider as it is configured.
type provider struct {
	*rules.OIDC
	back  string // redirect_uri
	mark  string // changes when the provider does
	found *discovery
}

// discovery is what a provider says of itself. It is asked when somebody wants to log
// in, so that a provider that is down keeps nobody from starting Eventveil.
type discovery struct {
	mu     sync.Mutex
	issuer string
	is     *oidc.Provider
	err    error
	failed time.Time
}

func newProvider(o *rules.OIDC, portal string) *provider {
	return &provider{OIDC: o, back: portal + oidcPath + "/callback", mark: mark(viaOIDC, o.Issuer, o.ClientID),
		found: &discovery{issuer: o.Issuer}}
}

// get asks the provider unless it has answered before; a failure is remembered for a
// few seconds.
func (d *discovery) get(ctx context.Context, now time.Time) (*oidc.Provider, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.is != nil || d.err != nil && now.Sub(d.failed) < retryDiscovery {
		return d.is, d.err
	}
	// Who gives up waiting must not leave a failure to those who come next.
	if d.is, d.err = oidc.NewProvider(context.WithoutCancel(ctx), d.issuer); d.err != nil {
		d.failed = now
		if text := d.err.Error(); len(text) > maxReason { // it may quote the answer
			d.err = errors.New(text[:maxReason] + "…")
		}
	}
	return d.is, d.err
}

// client is how providers are talked to.
var client = &http.Client{Timeout: providerTimeout, Transport: bounded{http.DefaultTransport}}

// withClient makes the libraries use client.
func withClient(ctx context.Context) context.Context { return oidc.ClientContext(ctx, client) }

// bounded cuts answers that are too large.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	}
	return resp, err
}

// oauth is the client that Eventveil is to the provider.
func (p *provider) oauth(is *oidc.Provider) *oauth2.Config {
	at := is.Endpoint()
	at.AuthStyle = p.authStyle(is)
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: string(p.ClientSecret), Endpoint: at, RedirectURL: p.back,
		Scopes: append([]string{oidc.ScopeOpenID}, p.Scopes...)}
}

// authStyle is how the provider wants the client's secret. Trying both, as the library
// would, spends the code at some providers.
func (p *provider) authStyle(is *oidc.Provider) oauth2.AuthStyle {
	var says struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if len(p.ClientSecret) == 0 || is.Claims(&says) == nil && len(says.Methods) > 0 && !slices.Contains(says.Methods, "client_secret_basic") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

// claims redeems a code and says what the provider knows of the user. Errors quote
// neither codes nor tokens.
func (p *provider) claims(ctx context.Context, is *oidc.Provider, code string, f *flow) (claims, error) {
	got, err := p.oauth(is).Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		var answer *oauth2.RetrieveError
		if errors.As(err, &answer) && answer.Response != nil {
			return nil, fmt.Errorf("the provider does not redeem the code: status %d, error %s", answer.Response.StatusCode, errorCode(answer.ErrorCode))
		}
		return nil, errors.New("the provider's token endpoint cannot be reached or does not answer as one")
	}
	raw, _ := got.Extra("id_token").(string)
	if raw == "" {
		return nil, errors.New("the provider answers without an ID token; is openid among the scopes that this client may have?")
	}
	id, err := is.Verifier(&oidc.Config{ClientID: p.ClientID}).Verify(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("the ID token is not good: %w", err)
	}
	if !equal(id.Nonce, f.Nonce) {
		return nil, errors.New("the ID token is not of this login: its nonce is another one")
	}
	var c claims
	if err := id.Claims(&c); err != nil {
		return nil, errors.New("the ID token's claims cannot be read")
	}
	if c.has(p.Name) && (p.Claim == "" || c.has(p.Claim)) || is.UserInfoEndpoint() == "" {
		return c, nil
	}
	// Some providers keep an ID token short and tell the rest when asked.
	info, err := is.UserInfo(ctx, oauth2.StaticTokenSource(got))
	if err != nil || info.Subject != id.Subject {
		return nil, errors.New("the provider's userinfo endpoint cannot be used, and the ID token lacks a claim that is needed")
	}
	var more claims
	if err := info.Claims(&more); err != nil {
		return nil, errors.New("the provider's userinfo cannot be read")
	}
	for name, v := range more {
		if _, ok := c[name]; !ok {
			c[name] = v
		}
	}
	return c, nil
}

// errorCode is an error code of OAuth, for a log; anything else is not shown.
func errorCode(s string) string {
	if s == "" || len(s) > 64 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return "unknown"
	}
	return s
}
