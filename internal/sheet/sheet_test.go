package sheet

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func TestCell(t *testing.T) {
	check := func(in, want string) {
		t.Helper()
		if got := Cell(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	for _, s := range []string{"=1+1", "+1", "-1", "@sum(A1)", "\tx", "\rx", "\nx", "|x", "%x", " =1", "\u00a0=1", "\x00=1", "\u200b\ufeff=1", "\u202e=1",
		" \t =1", "＝1", "－1", "=", "-"} {
		check(s, "'"+s)
	}
	for _, s := range []string{"", " ", "traits.email", "a=1", "1-2", "'=1", `"=1`, "x\n=1", " x"} {
		check(s, s)
	}
}

func TestWriter(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out)
	w.Row("path", "note")
	w.Row("a;=1+1", "two\nlines, \"quoted\"")
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "\ufeff\"path\",\"note\"\r\n\"a;=1+1\",\"two\nlines, \"\"quoted\"\"\"\r\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}

// FuzzRow holds that a row is read again as it was, but for the guard, and that no cell
// begins like a formula.
func FuzzRow(f *testing.F) {
	f.Add("=1+1", "a\r\nb")
	f.Add("\u200b@x", `",=1`)
	f.Add("\xff=1", "\x00\t-1")
	f.Fuzz(func(t *testing.T, a, b string) {
		var out bytes.Buffer
		w := NewWriter(&out)
		w.Row(a, b)
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff"))).ReadAll()
		if err != nil || len(rows) != 1 || len(rows[0]) != 2 {
			t.Fatalf("read again: %q, %v", rows, err)
		}
		for i, in := range []string{a, b} {
			got := rows[0][i]
			in = strings.ReplaceAll(strings.ToValidUTF8(in, "\ufffd"), "\r\n", "\n") // the reader does the latter
			if got != in && got != "'"+in {
				t.Errorf("%q came back as %q", in, got)
			}
			bare := strings.TrimLeftFunc(got, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
			if bare != "" && strings.ContainsAny(bare[:1], "=+-@") || got != "" && strings.ContainsAny(got[:1], "\t\r\n") {
				t.Errorf("%q begins like a formula", got)
			}
		}
	})
}
