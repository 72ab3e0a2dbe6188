package access

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"golang.org/x/oauth2"
)

const (
	oidcPath   = "/login/oidc"
	flowCookie = "eventveil-oidc"
	// flowTime is how long somebody may take at the provider.
	flowTime = 10 * time.Minute
)

// flow is a login under way. The browser keeps it, encrypted, so that any process with
// the same configuration can end it.
type flow struct {
	State, Nonce, Verifier string
	Next                   string
	Expires                int64 // Unix time
}

func newFlow(next string, now time.Time) *flow {
	return &flow{newSecret(), newSecret(), oauth2.GenerateVerifier(), next, now.Add(flowTime).Unix()}
}

// sealer encrypts flows.
func (g *Guard) sealer(p *provider) (cipher.AEAD, error) {
	secret := []byte(p.ClientSecret)
	if len(secret) == 0 { // a public client: then the process that began must end it
		secret = g.random
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "eventveil login at "+p.mark, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (g *Guard) seal(p *provider, f *flow) (string, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	aead, err := g.sealer(p)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(aead.Seal(nil, nil, text, nil)), nil
}

var errNoFlow = errors.New("no login at the provider is under way in this browser, or it took too long")

// unseal reads the flow of a request.
func (g *Guard) unseal(r *http.Request, s *settings) (*flow, error) {
	c, err := r.Cookie(s.cookieName(flowCookie))
	if err != nil {
		return nil, errNoFlow
	}
	sealed, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return nil, errNoFlow
	}
	aead, err := g.sealer(s.provider)
	if err != nil {
		return nil, err
	}
	text, err := aead.Open(nil, nil, sealed, nil)
	if err != nil {
		return nil, errNoFlow
	}
	var f flow
	if err := json.Unmarshal(text, &f); err != nil || g.now().Unix() >= f.Expires {
		return nil, errNoFlow
	}
	return &f, nil
}

// equal compares secrets in the same time whatever is in them.
func equal(a, b string) bool { return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
