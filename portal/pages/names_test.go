package pages

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := visible(in); got != want {
			t.Errorf("visible(%q) = %q, want %q", in, got, want)
		}
	}
	f("traits.email", "traits.email")
	f("", "")
	f("naïve 名前 שלום 🙂", "naïve 名前 שלום 🙂")
	f("a\u202eb", "a⟨U+202E⟩b")
	f("\u2066x\u2069\u200f", "⟨U+2066⟩x⟨U+2069⟩⟨U+200F⟩")
	f("a\x00\x1b[31m\n", "a⟨U+0000⟩⟨U+001B⟩[31m⟨U+000A⟩")
	f("a\u00a0b\u200bc\ufeff", "a⟨U+00A0⟩b⟨U+200B⟩c⟨U+FEFF⟩")
	f("\u3164\u2800", "⟨U+3164⟩⟨U+2800⟩")
	f("a\xffb", "a⟨FF⟩b")
	f("e\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301⟨U+0301⟩")
	f("\U000E0041", "⟨U+E0041⟩")
}

func TestCut(t *testing.T) {
	f := func(in string, room int, want string) {
		t.Helper()
		if got := cut(in, room); got != want {
			t.Errorf("cut(%q, %d) = %q, want %q", in, room, got, want)
		}
	}
	f("traits.email", 12, "traits.email")
	f("traits.address.street", 13, "traits.a…reet")
	f("名前名前名前名前名前", 7, "名前名前…名前")
	f("\u202e\u202e\u202e", 12, "…")
	f("a\u202e", 20, "a⟨U+202E⟩")
}

func FuzzCut(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, 20)
	}
	f.Fuzz(func(t *testing.T, s string, room int) {
		room = 1 + (room%200+200)%200
		got := cut(s, room)
		if n := utf8.RuneCountInString(got); n > room {
			t.Errorf("cut(%q, %d) has %d runes", s, room, n)
		}
		if !utf8.ValidString(got) {
			t.Errorf("cut(%q, %d) = %q is not UTF-8", s, room, got)
		}
		if i := strings.IndexFunc(got, func(r rune) bool { return !unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r) }); i >= 0 {
			t.Errorf("cut(%q, %d) = %q has what cannot be seen", s, room, got)
		}
	})
}

func TestNumbers(t *testing.T) {
	f := func(n int64, want, wantShort string) {
		t.Helper()
		if got := number(n); got != want {
			t.Errorf("number(%d) = %q, want %q", n, got, want)
		}
		if got := short(n); got != wantShort {
			t.Errorf("short(%d) = %q, want %q", n, got, wantShort)
		}
	}
	f(0, "0", "0")
	f(999, "999", "999")
	f(-1234, "-1,234", "-1,234")
	f(9999, "9,999", "9,999")
	f(12345, "12,345", "12.3 k")
	f(1234567, "1,234,567", "1.2 M")
	f(2000000, "2,000,000", "2 M")
	f(4500000000, "4,500,000,000", "4.5 G")
}
