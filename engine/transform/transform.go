// Package transform rewrites one value: hash, mask, redact, truncate, generalize,
// encrypt. Text goes in decoded and comes out decoded; quoting it for JSON, a URL
// or base64 is the engine's business.
//
// It is deterministic: the same action, type and value always give the same
// text. It never returns more of a value than the action says: what cannot be
// done (a hash without a key, an address that is none) becomes a redaction.
package transform

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

// Transformer does the actions of a policy and keeps prepared keys and buffers.
// It is not safe for concurrent use.
type Transformer struct {
	keys  map[*rules.Key]*keyState
	last  *rules.Key // the key of the call before and its state: mostly there is one
	state *keyState
	plain hash.Hash
	memo  *memo
	value []byte // the normalised value
	sum   [sha256.Size]byte
	nonce [nonceSize]byte
}

// New makes a Transformer.
func New() *Transformer {
	return &Transformer{keys: map[*rules.Key]*keyState{}, plain: sha256.New(), memo: newMemo()}
}

// Append appends to dst what action a makes of a value of type typ. It panics
// on actions that leave no replacement: Allow, Block, Drop and Integrate.
//
// Hash, Mask, Redact and Truncate do not allocate once a key has been used and
// dst has room.
func (t *Transformer) Append(dst []byte, a *rules.Action, typ catalog.ID, value []byte) []byte {
	switch a.Kind {
	case rules.Hash:
		return t.hash(dst, a, typ, value)
	case rules.Mask:
		return mask(dst, a.KeepFirst, a.KeepLast, value)
	case rules.Redact:
		return redact(dst, typ)
	case rules.Truncate:
		return truncate(dst, a, typ, value)
	case rules.Generalize:
		return generalize(dst, typ, value)
	case rules.Encrypt:
		return t.encrypt(dst, a.Key, typ, value)
	}
	panic("BUG: transform: the action leaves no replacement")
}

// hashBytes is how much of an HMAC a token shows: 128 bits.
const hashBytes = 16

// hash appends "h1:<key id>:<32 hexadecimal digits>", the truncated HMAC-SHA-256
// of the normalised value, or the full SHA-256 where the policy asks for the
// plain match key of an ad platform.
func (t *Transformer) hash(dst []byte, a *rules.Action, typ catalog.ID, value []byte) []byte {
	if a.Plain {
		t.value = Normalize(t.value[:0], typ, value)
		defer t.forget()
		t.plain.Reset()
		t.plain.Write(t.value)
		return hex.AppendEncode(dst, t.plain.Sum(t.sum[:0]))
	}
	if a.Key == nil {
		return redact(dst, typ)
	}
	k := t.key(a.Key)
	dst = append(dst, k.hashPrefix...)
	e, hit := t.memo.find(k, typ, value)
	if !hit {
		t.value = Normalize(t.value[:0], typ, value)
		hex.Encode(e.token[:], k.sum(k.hash, t.sum[:0], t.value)[:hashBytes])
		t.forget()
	}
	return append(dst, e.token[:]...)
}

// maxKept is the capacity in bytes above which the value's buffer is let go.
const maxKept = 64 << 10

// forget drops the value, so that none outlives its call.
func (t *Transformer) forget() {
	clear(t.value)
	if cap(t.value) > maxKept {
		t.value = nil
	}
}

// redact appends the name of a built-in type in brackets. The names of a policy's
// own types are the policy's; theirs is "[redacted]", as for no type.
func redact(dst []byte, typ catalog.ID) []byte {
	name := typ.String()
	if name == catalog.None.String() {
		name = "redacted"
	}
	dst = append(dst, '[')
	dst = append(dst, name...)
	return append(dst, ']')
}
