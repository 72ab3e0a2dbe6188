package queue

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/nats-io/nats.go"
)

// errKey: what waits was encrypted with another key. It is not damaged: a process that
// has the key can deliver it.
var errKey = errors.New("it was encrypted with another key than queue.key: configure that key again until it is delivered")

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
		return nil, errKey
	}
	return c.seal.unpack(blob, destination)
}
