package access

import (
	"context"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/rules"
)

func TestHashPassword(t *testing.T) {
	text, err := HashPassword([]byte("correct horse"))
	if err != nil {
		t.Fatal(err)
	}
	h, err := rules.ParsePasswordHash(text)
	if err != nil || h.Memory != 64<<10 || h.Passes != 3 || h.Parallelism != 2 || h.Weak() {
		t.Errorf("%s: %v", strings.Join(strings.Split(text, "$")[:4], "$"), err)
	}
	again, err := HashPassword([]byte("correct horse"))
	if err != nil || again == text {
		t.Error("two hashes of a password are the same")
	}
	for _, bad := range []string{"", strings.Repeat("x", MaxPassword+1)} {
		if _, err := HashPassword([]byte(bad)); err == nil {
			t.Errorf("%d bytes are a password", len(bad))
		}
	}
}

// TestReferenceHash: a hash that the reference implementation of argon2 makes
// (echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1), from its own tests.
func TestReferenceHash(t *testing.T) {
	const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	s, err := newSettings(rules.Portal{Users: []rules.PortalUser{{Name: "ada", Hash: rules.Secret(phc), Role: rules.Viewer}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	g := &Guard{hashing: make(chan struct{}, 1), waiting: make(chan struct{}, 1)}
	f := func(name, password string, want bool) {
		t.Helper()
		u, err := g.check(context.Background(), s, name, password)
		if err != nil || (u != nil) != want {
			t.Errorf("%s: %v %v", name, u != nil, err)
		}
	}
	f("ada", "password", true)
	f("ada", "Password", false)
	f("ad", "password", false)
}
