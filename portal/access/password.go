package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/eventveil/eventveil/rules"
)

// MaxPassword bounds a password in bytes.
const MaxPassword = 1024

// Hashes are checked a few at a time, as each takes the memory that is written in it;
// those who come meanwhile wait, not too many of them and not for long.
const (
	maxHashing = 2
	maxWaiting = 32
	maxWait    = 5 * time.Second
)

// HashPassword hashes a password for the configuration: argon2id with 64 MiB and three
// passes, in the PHC format.
func HashPassword(password []byte) (string, error) {
	if len(password) == 0 || len(password) > MaxPassword {
		return "", errors.New("a password has at least 1 and at most 1024 bytes")
	}
	h := rules.PasswordHash{Memory: 64 << 10, Passes: 3, Parallelism: 2, Salt: make([]byte, 16), Sum: make([]byte, 32)}
	rand.Read(h.Salt) // never fails
	h.Sum = derive(password, h)
	return h.PHC(), nil
}

// derive hashes a password in the way of h.
func derive(password []byte, h rules.PasswordHash) []byte {
	return argon2.IDKey(password, h.Salt, h.Passes, h.Memory, h.Parallelism, uint32(len(h.Sum)))
}

var errBusy = errors.New("too many passwords are being checked")

// check finds the user whose name and password these are; nil when they are nobody's.
// A name that is unknown takes as long as a known one: it is checked against a user's
// hash that the name alone selects.
func (g *Guard) check(ctx context.Context, s *settings, name, password string) (*user, error) {
	select {
	case g.waiting <- struct{}{}:
		defer func() { <-g.waiting }()
	default:
		return nil, errBusy
	}
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	select {
	case g.hashing <- struct{}{}:
		defer func() { <-g.hashing }()
	case <-ctx.Done():
		return nil, errBusy
	}
	known := s.user(name)
	against := known
	if known == nil {
		sum := sha256.Sum256([]byte(name))
		against = &s.users[binary.BigEndian.Uint64(sum[:])%uint64(len(s.users))]
	}
	same := subtle.ConstantTimeCompare(derive([]byte(password), against.hash), against.hash.Sum) == 1
	if known == nil || !same {
		return nil, nil
	}
	return known, nil
}
