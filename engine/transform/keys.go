package transform

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"

	"github.com/eventveil/eventveil/rules"
)

// maxKeys bounds the keys that a Transformer keeps prepared; a policy has few.
const maxKeys = 256

// keyState is what can be prepared of a key.
type keyState struct {
	hashPrefix string // "h1:<key id>:"
	hash       hash.Hash
	seal       *sealer // nil until something is encrypted
}

// key returns the prepared state of a key.
func (t *Transformer) key(k *rules.Key) *keyState {
	if t.last == k {
		return t.state
	}
	s, ok := t.keys[k]
	if !ok {
		if len(t.keys) >= maxKeys {
			clear(t.keys)
		}
		s = &keyState{hashPrefix: "h1:" + k.ID + ":", hash: hmac.New(sha256.New, k.Secret)}
		t.keys[k] = s
	}
	t.last, t.state = k, s
	return s
}

// sum appends to dst the HMAC of value.
func (*keyState) sum(h hash.Hash, dst, value []byte) []byte {
	h.Reset()
	h.Write(value)
	return h.Sum(dst)
}

// subkey derives a key for one purpose: HKDF's expansion (RFC 5869) of the
// secret, for a single block.
func subkey(secret []byte, label string) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(label))
	h.Write([]byte{1})
	return h.Sum(nil)
}
