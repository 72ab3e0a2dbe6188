package queue

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
)

// A pack is frames for one destination, in a form that tells when it was damaged or put
// in the place of another:
//
//	version 1, kind 0, CRC-32C of the kind, the destination and the frames, frames
//	version 1, kind 1, salt, nonce, frames with AES-256-GCM
//
// The key of a pack is derived from the sealer's by the pack's own random salt, so that no
// number of packs makes two nonces under one key likely. Packs without a key are read by a
// sealer with one: what waited when a key was configured is delivered.
const (
	version   = 1
	checked   = 0
	encrypted = 1

	saltSize  = 16
	nonceSize = 12
	tagSize   = 16
	sumSize   = 4
)

const derivation = "eventveil queue pack v1 "

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sealer makes packs and reads them. Its methods are safe for concurrent use.
type sealer struct {
	secret []byte // nil: packs are checked, not encrypted
}

// newSealer encrypts with a key, when there is one. The key may have any length that the
// configuration accepts.
func newSealer(key []byte) *sealer {
	if len(key) == 0 {
		return &sealer{}
	}
	secret, err := hkdf.Extract(sha256.New, key, nil)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return &sealer{secret}
}

// pack adds messages for one destination to dst as a pack; nothing of them is kept.
func (s *sealer) pack(dst []byte, destination string, messages []Message) []byte {
	start := len(dst)
	dst = s.begin(dst)
	for i := range messages {
		dst = appendFrame(dst, &messages[i])
	}
	return s.end(dst, start, destination)
}

// begin adds the head of a pack. After it come frames, then end.
func (s *sealer) begin(dst []byte) []byte {
	if s.secret == nil {
		return append(dst, version, checked, 0, 0, 0, 0)
	}
	var random [saltSize + nonceSize]byte
	if _, err := rand.Read(random[:]); err != nil {
		panic("BUG: " + err.Error()) // it is documented never to fail
	}
	return append(append(dst, version, encrypted), random[:]...)
}

// end seals the pack that begins at start and ends with what is there.
func (s *sealer) end(b []byte, start int, destination string) []byte {
	if s.secret == nil {
		frames := b[start+2+sumSize:]
		binary.LittleEndian.PutUint32(b[start+2:], sum(destination, frames))
		return b
	}
	head := start + 2 + saltSize + nonceSize
	salt, nonce := b[start+2:start+2+saltSize], b[head-nonceSize:head]
	return s.aead(salt).Seal(b[:head], nonce, b[head:], bound(destination))
}

// unpack reads what pack made for the same destination, or returns ErrDamaged. The blob is
// changed and belongs to the messages.
func (s *sealer) unpack(blob []byte, destination string) ([]Message, error) {
	if len(blob) < 2+sumSize || blob[0] != version {
		return nil, ErrDamaged
	}
	frames := blob[2:]
	switch blob[1] {
	case checked:
		frames = frames[sumSize:]
		if binary.LittleEndian.Uint32(blob[2:]) != sum(destination, frames) {
			return nil, ErrDamaged
		}
	case encrypted:
		if s.secret == nil || len(frames) < saltSize+nonceSize+tagSize {
			return nil, ErrDamaged
		}
		salt, nonce, sealed := frames[:saltSize], frames[saltSize:saltSize+nonceSize], frames[saltSize+nonceSize:]
		var err error
		if frames, err = s.aead(salt).Open(sealed[:0], nonce, sealed, bound(destination)); err != nil {
			return nil, ErrDamaged
		}
	default:
		return nil, ErrDamaged
	}
	return readFrames(frames, destination)
}

// aead is the cipher of one pack.
func (s *sealer) aead(salt []byte) cipher.AEAD {
	key, err := hkdf.Expand(sha256.New, s.secret, derivation+string(salt), 32)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return aead
}

// bound is what a pack is true of.
func bound(destination string) []byte {
	return append([]byte{version, encrypted}, destination...)
}

func sum(destination string, frames []byte) uint32 {
	head := binary.AppendUvarint([]byte{version, checked}, uint64(len(destination)))
	crc := crc32.Update(0, castagnoli, append(head, destination...))
	return crc32.Update(crc, castagnoli, frames)
}
