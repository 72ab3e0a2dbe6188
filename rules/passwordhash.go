package rules

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// PasswordHash is an argon2id hash of a password and how it was made.
type PasswordHash struct {
	Memory      uint32 // KiB, at most maxHashMemory
	Passes      uint32
	Parallelism uint8
	Salt, Sum   []byte
}

// The bounds of a password's hash: checking a password costs this much memory and
// time, for whoever asks.
const (
	maxHashMemory = 1 << 20 // KiB
	maxPasses     = 20
	maxParallel   = 16
	minSalt       = 8 // bytes
	minSum        = 16
	maxSum        = 64 // bytes of a sum or a salt
)

var (
	errHashFormat = errors.New(`it must be argon2id in the PHC format, "$argon2id$v=19$m=65536,t=3,p=2$SALT$HASH"; "eventveil hash-password" makes one`)
	errHashSalt   = fmt.Errorf("the salt must be %d to %d bytes in base64 without padding", minSalt, maxSum)
	errHashSum    = fmt.Errorf("the hash must be %d to %d bytes in base64 without padding", minSum, maxSum)
)

// ParsePasswordHash reads a hash in the PHC string format. Errors say what would be
// accepted and quote nothing.
func ParsePasswordHash(s string) (PasswordHash, error) {
	var h PasswordHash
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v=19" {
		return h, errHashFormat
	}
	costs := strings.Split(parts[3], ",")
	if len(costs) != 3 {
		return h, errHashFormat
	}
	var values [3]uint64
	for i, c := range []struct {
		name, is string
		most     uint64
	}{{"m=", "the memory m, in KiB,", maxHashMemory}, {"t=", "the passes t", maxPasses}, {"p=", "the parallelism p", maxParallel}} {
		digits, ok := strings.CutPrefix(costs[i], c.name)
		v, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil || digits != strconv.FormatUint(v, 10) {
			return h, errHashFormat
		}
		if v < 1 || v > c.most {
			return h, fmt.Errorf("%s must be from 1 to %d", c.is, c.most)
		}
		values[i] = v
	}
	h.Memory, h.Passes, h.Parallelism = uint32(values[0]), uint32(values[1]), uint8(values[2])
	if h.Memory < 8*uint32(h.Parallelism) {
		return h, errors.New("the memory m, in KiB, must be at least 8 times the parallelism p")
	}
	var ok bool
	if h.Salt, ok = unbase64(parts[4], minSalt); !ok {
		return h, errHashSalt
	}
	if h.Sum, ok = unbase64(parts[5], minSum); !ok {
		return h, errHashSum
	}
	return h, nil
}

// unbase64 reads bytes in the one way of writing them.
func unbase64(s string, least int) ([]byte, bool) {
	if len(s) > base64.RawStdEncoding.EncodedLen(maxSum) || strings.ContainsAny(s, "\r\n") { // which the decoder skips
		return nil, false
	}
	b, err := base64.RawStdEncoding.Strict().DecodeString(s)
	return b, err == nil && len(b) >= least
}

// String hides the hash.
func (h PasswordHash) String() string { return hidden }

// GoString hides the hash from %#v.
func (h PasswordHash) GoString() string { return hidden }

// PHC writes a hash as ParsePasswordHash reads it.
func (h PasswordHash) PHC() string {
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", h.Memory, h.Passes, h.Parallelism,
		base64.RawStdEncoding.EncodeToString(h.Salt), base64.RawStdEncoding.EncodeToString(h.Sum))
}

// Weak tells whether guessing is cheaper than is advised today (OWASP: 19 MiB in two
// passes, or as much work in another mixture).
func (h PasswordHash) Weak() bool { return uint64(h.Memory)*uint64(h.Passes) < 35000 }
