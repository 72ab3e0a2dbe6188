package transform

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestShape(t *testing.T) {
	f := func(value, want string) {
		t.Helper()
		if got := string(Shape([]byte("^"), []byte(value))); got != "^"+want {
			t.Errorf("Shape(%q) = %q, want %q", value, got[1:], want)
		}
	}
	f("", "")
	f("ada@example.com", "aaa@aaaaaaa.aaa")
	f("Ada Lovelace", "Aaa Aaaaaaaa")
	f("+1 (555) 555-0100", "+9 (999) 999-9999")
	f("192.0.2.17", "999.9.9.99")
	f("4111111111111111", "9999999999999999")
	f("true", "aaaa")
	f("Zoë Ångström", "Aaa Aaaaaaaa")
	f("Zoe\u0308", "Aaa")           // the mark belongs to its letter
	f("a\u200bb", "aa")             // nothing to see
	f("Ада-Лавлейс", "xxx-xxxxxxx") // letters of another script
	f("東京", "xx")
	f("٣٤५Ⅷ½", "99999") // digits and numbers of any script
	f("🙂€“", "xxx")
	f("a\tb\nc\x00d\u00a0e", "a a a a a")
	f("a\xff\xfe", "axx")
	f(strings.Repeat("a", 16), strings.Repeat("a", 16))
	f(strings.Repeat("a", 17), strings.Repeat("a", 16)+"…")
	f(strings.Repeat("a", 999)+"-1", strings.Repeat("a", 16)+"…-9")
	f(strings.Repeat("a1", 16), strings.Repeat("a9", 16))
	f(strings.Repeat("a1", 17), strings.Repeat("a9", 15)+"a…")
	f(strings.Repeat("5", 16)+strings.Repeat("e", 16)+"f", strings.Repeat("9", 16)+strings.Repeat("a", 15)+"…")
}

func TestShapeAllocs(t *testing.T) {
	dst := make([]byte, 0, 128)
	value := []byte("Ada.Lovelace+Ада@example.com, since 1815 and long enough to be cut")
	if n := testing.AllocsPerRun(100, func() { dst = Shape(dst[:0], value) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzShape(f *testing.F) {
	f.Add([]byte("Ada@example.com"))
	f.Add([]byte("Ǆ٣\u0345\u200d🏴\xff\x00ꜱªⒶ"))
	f.Add(bytes.Repeat([]byte("9…"), 40))
	f.Fuzz(func(t *testing.T, value []byte) {
		got := Shape(nil, value)
		if n := utf8.RuneCount(got); n > maxShape || !utf8.Valid(got) {
			t.Fatalf("%q: %d runes", got, n)
		}
		for _, r := range string(got) {
			if strings.ContainsRune("9aAx…", r) {
				continue
			}
			if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsControl(r) || r >= utf8.RuneSelf {
				t.Fatalf("%q holds %q", got, r)
			}
		}
	})
}
