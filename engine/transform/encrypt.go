package transform

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash"
	"strings"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

// nonceSize is the size of a nonce of AES-GCM in bytes.
const nonceSize = 12

// The labels under which the subkeys of encryption are derived.
const (
	labelEncrypt = "eventveil encrypt v1"
	labelNonce   = "eventveil nonce v1"
)

// sealer encrypts under one key. The nonce is a keyed digest of the value: the
// engine stays a function, equal values give equal tokens, and two different
// values share a nonce only when 96 bits of HMAC collide.
type sealer struct {
	prefix string // "e1:<key id>:"
	aead   cipher.AEAD
	nonce  hash.Hash
	box    []byte // nonce, ciphertext, tag of the call before
}

func newSealer(k *rules.Key) *sealer {
	block, err := aes.NewCipher(subkey(k.Secret, labelEncrypt))
	if err != nil {
		panic("BUG: transform: a subkey has 32 bytes")
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("BUG: transform: AES has blocks of 16 bytes")
	}
	return &sealer{prefix: "e1:" + k.ID + ":", aead: aead, nonce: hmac.New(sha256.New, subkey(k.Secret, labelNonce))}
}

// encrypt appends "e1:<key id>:<base64url of nonce, ciphertext and tag>".
func (t *Transformer) encrypt(dst []byte, key *rules.Key, typ catalog.ID, value []byte) []byte {
	if key == nil {
		return redact(dst, typ)
	}
	k := t.key(key)
	if k.seal == nil {
		k.seal = newSealer(key)
	}
	s := k.seal
	s.box = append(s.box[:0], k.sum(s.nonce, t.sum[:0], value)[:nonceSize]...)
	copy(t.nonce[:], s.box)
	s.box = s.aead.Seal(s.box, t.nonce[:], value, []byte(s.prefix))
	dst = append(dst, s.prefix...)
	dst = base64.RawURLEncoding.AppendEncode(dst, s.box)
	if cap(s.box) > maxKept {
		s.box = nil
	}
	return dst
}

// errToken is why a token cannot be decrypted. It says nothing of its contents.
var errToken = errors.New("cannot decrypt the token: it is not one of this key")

// Decrypt returns the value that an Encrypt action made token of, with the same key.
func Decrypt(key *rules.Key, token string) ([]byte, error) {
	if key == nil {
		return nil, errToken
	}
	s := newSealer(key)
	text, ok := strings.CutPrefix(token, s.prefix)
	if !ok {
		return nil, errToken
	}
	box, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(box) < nonceSize || strings.ContainsAny(text, "\r\n") {
		return nil, errToken
	}
	value, err := s.aead.Open(nil, box[:nonceSize], box[nonceSize:], []byte(s.prefix))
	if err != nil {
		return nil, errToken
	}
	s.nonce.Write(value)
	if !bytes.Equal(s.nonce.Sum(nil)[:nonceSize], box[:nonceSize]) {
		return nil, errToken
	}
	return value, nil
}
