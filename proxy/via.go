package proxy

import "bytes"

// viaName begins the name of this program in Via; the instance follows.
const viaName = "eventveil-"

// comesAround tells whether a Via header names this process: a destination, or
// something behind it, sends here what was sent from here.
func comesAround(via, own []byte) bool {
	for len(via) > 0 {
		var hop []byte
		hop, via, _ = bytes.Cut(via, []byte(","))
		if bytes.EqualFold(bytes.TrimSpace(hop), own) {
			return true
		}
	}
	return false
}

// newVia is the Via of requests that an instance sends.
func newVia(instance string) []byte { return []byte("1.1 " + viaName + instance) }
