package proxy

import "testing"

func TestComesAround(t *testing.T) {
	f := func(want bool, via string) {
		t.Helper()
		if got := comesAround([]byte(via), newVia("k7")); got != want {
			t.Errorf("%q: %v", via, got)
		}
	}
	f(true, "1.1 eventveil-k7")
	f(true, "1.1 EventVeil-K7")
	f(true, "1.0 a, 1.1 eventveil-k7 , 1.1 b")
	f(true, "1.1 a,1.1 eventveil-k7")
	f(false, "")
	f(false, "1.1 eventveil-k77")
	f(false, "1.1 eventveil-k")
	f(false, "1.1 google, 1.1 eventveil-other")
	f(false, ",,")
}
