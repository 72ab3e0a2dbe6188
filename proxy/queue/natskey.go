package queue

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"github.com/nats-io/nats.go"
)

// keyID is what a key is known by; "" for none.
func keyID(key []byte) string {
	if len(key) == 0 {
		return ""
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("eventveil queue key id"))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// unpack reads what was put with a header. Processes of a fleet may have different keys
// while a new one is rolled out.
func (c *cluster) unpack(header nats.Header, blob []byte, destination string) ([]Message, error) {
	if id := header.Get(headKey); id != "" && id != c.keyID {
		return nil, ErrKey
	}
	return c.seal.unpack(blob, destination)
}
