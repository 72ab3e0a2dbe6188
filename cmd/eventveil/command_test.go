package main

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	names := []string{"explain", "filter", "classify", "check"}
	f := func(word, want string) {
		t.Helper()
		if got := nearest(word, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", word, got, want)
		}
	}
	f("explian", "explain")
	f("Filter", "filter")
	f("chek", "check")
	f("clasify", "classify")
	f("zzzzzz", "")
	f("", "")
}

// TestCommandTexts: each command has a page that is worth reading.
func TestCommandTexts(t *testing.T) {
	for _, c := range commands() {
		if c.short == "" || strings.HasSuffix(c.short, ".") || len(c.short) > 70 {
			t.Errorf("%s: the line %q is not one short line without a stop", c.name, c.short)
		}
		if !strings.HasSuffix(strings.TrimSpace(c.long), ".") {
			t.Errorf("%s: its page does not end in a sentence", c.name)
		}
		if !strings.Contains(c.example, "eventveil "+c.name) {
			t.Errorf("%s: the example does not call it", c.name)
		}
	}
}

func TestDiff(t *testing.T) {
	f := func(want, got, expect string) {
		t.Helper()
		if d := diff(want, got); d != expect {
			t.Errorf("diff(%q, %q) = %q, want %q", want, got, d, expect)
		}
	}
	f("a", "b", "- a\n+ b")
	f("a\nb\nc", "a\nc", "  a\n- b\n  c")
	f("1\n2\n3\n4\n5\n6\n7\n8", "1\n2\n3\n4\n5\n6\n7\n9", "  …\n  6\n  7\n- 8\n+ 9")
	f("1\n2\n3\n4", "0\n2\n3\n4", "- 1\n+ 0\n  2\n  3\n  …")
}

func TestCanonical(t *testing.T) {
	f := func(a, b string, same bool) {
		t.Helper()
		if got := canonical([]byte(a)) == canonical([]byte(b)); got != same {
			t.Errorf("%s and %s: same is %t", a, b, got)
		}
	}
	f(`{"a":1,"b":2}`, `{ "b":2, "a":1 }`, true)
	f(`{"a":"\u0041<"}`, `{"a":"A<"}`, true)
	f(`{"a":1.50}`, `{"a":1.5}`, false)
	f(`{"a":12345678901234567890}`, `{"a":12345678901234567891}`, false)
	f(`[1,2]`, `[2,1]`, false)
}
