package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/portal/access"
	"github.com/eventveil/eventveil/rules"
)

// TestHashPassword: what is printed is what a configuration takes, and hashes differ.
func TestHashPassword(t *testing.T) {
	f := func(in string, code int, words string) string {
		t.Helper()
		var out, words2 bytes.Buffer
		if got := run(context.Background(), []string{"hash-password"}, strings.NewReader(in), &out, &words2); got != code || !strings.Contains(words2.String(), words) {
			t.Errorf("%.20q: status %d, %q; want %d, %q", in, got, words2.String(), code, words)
		}
		if strings.Contains(words2.String(), "horse") {
			t.Errorf("a password is told: %q", words2.String())
		}
		if code != exitFine {
			if out.Len() > 0 {
				t.Errorf("%.20q: prints %q", in, out.String())
			}
			return ""
		}
		hash := strings.TrimSuffix(out.String(), "\n")
		if h, err := rules.ParsePasswordHash(hash); err != nil || h.Weak() {
			t.Errorf("%.20q: %v", in, err)
		}
		return hash
	}
	if f("correct horse\n", exitFine, "") == f("correct horse", exitFine, "") {
		t.Error("two hashes are the same")
	}
	f("correct horse\r\n", exitFine, "")
	f(strings.Repeat("x", access.MaxPassword)+"\n", exitFine, "")
	f(strings.Repeat("x", access.MaxPassword+1)+"\n", exitFound, "at most 1024 bytes")
	f(strings.Repeat("x", 10000), exitFound, "at most 1024 bytes")
	f("horse", exitFound, "at least 8")
	f("", exitFound, "at least 8")
	f("correct horse\nx", exitFound, "one line")
}
