package proxy

import (
	"bytes"
	"net"
	"testing"

	"github.com/eventveil/eventveil/rules"
)

// FuzzDecode feeds bodies and codings: what comes out is within the limits, what is
// plain is the body itself, and the budget is given back.
func FuzzDecode(f *testing.F) {
	for _, k := range packers {
		f.Add([]byte(pack(k.open, `{"event":"E"}`)), k.coding)
		f.Add([]byte(pack(k.open, string(bytes.Repeat([]byte("0"), 200000)))), k.coding)
	}
	f.Add([]byte{0x1f, 0x8b}, "")
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd, 0, 0}, "identity")
	limits := rules.Limits{Inflated: 100000, InFlight: 150000}
	s := &Server{}
	q := &request{}
	f.Fuzz(func(t *testing.T, body []byte, coding string) {
		q.coding = []byte(coding)
		text, plain, r := s.decode(q, body, &limits)
		switch {
		case r != nil && text != nil:
			t.Errorf("refused as %s, with a text", r.reason)
		case r == nil && plain && !bytes.Equal(text, body):
			t.Error("plain, but not the body")
		case r == nil && !plain && int64(len(text)) > limits.Inflated:
			t.Errorf("%d bytes", len(text))
		}
		if held := s.inFlight.Load(); held < 0 || held > limits.InFlight || held != q.held {
			t.Errorf("%d bytes are in flight, the request holds %d", held, q.held)
		}
		s.release(q)
		if s.inFlight.Load() != 0 {
			t.Error("the budget is not given back")
		}
	})
}

// FuzzClientAddr feeds X-Forwarded-For: it is an address that was written there or the peer's.
func FuzzClientAddr(f *testing.F) {
	for _, s := range []string{"203.0.113.7", "198.51.100.1, 203.0.113.7", "::1", "fe80::1%eth0", "::ffff:192.0.2.1", ",", " ,, ", "unknown", "192.0.2.1:80"} {
		f.Add(s)
	}
	p := policy(f, with("trusted_proxies: [127.0.0.1/32, 192.0.2.0/24]"), "http://127.0.0.1:9")
	peer := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4242}
	f.Fuzz(func(t *testing.T, via string) {
		addr := clientAddr(peer, []byte(via), p)
		if !addr.IsValid() || addr.Zone() != "" || addr.Is4In6() {
			t.Errorf("%q: %v", via, addr)
		}
	})
}
