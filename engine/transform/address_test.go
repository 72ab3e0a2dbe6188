package transform

import (
	"net/netip"
	"testing"
)

// FuzzParseIP compares with net/netip, which is stricter about leading zeros and looser about zones.
func FuzzParseIP(f *testing.F) {
	for _, s := range []string{"192.0.2.1", "2001:db8::1", "::", "::1", "1::", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:192.0.2.1", "1::2::3",
		"1:2:3:4:5:6:7::", "12345::", ":1", "1:", "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "::1.2.3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := netip.ParseAddr(s)
		got, ok := parseIP([]byte(s))
		if err == nil && want.Zone() == "" && (!ok || got != want.Unmap().WithZone("")) {
			t.Errorf("%q: %v %v, want %v", s, got, ok, want)
		}
		if ok && err != nil {
			if again, err := netip.ParseAddr(got.String()); err != nil || again != got {
				t.Errorf("%q gives an address that is none: %v", s, got)
			}
		}
	})
}
