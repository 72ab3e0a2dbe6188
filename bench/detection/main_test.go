package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestGoals holds detection to its goals on the project's own sets.
func TestGoals(t *testing.T) {
	list, err := scoreOwn()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		if m.n < 50 {
			t.Errorf("%s: %s: %d cases are too few to say something", m.part, m.name, m.n)
		}
		if !m.met() {
			t.Errorf("%s: %s: %.4f, want %s", m.part, m.name, m.value, m.goalText())
		}
	}
}

// TestConfidence holds what findings say of themselves to what was measured: it may
// be too modest, not too bold.
func TestConfidence(t *testing.T) {
	list, err := calibrate()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if c.n >= 50 && c.measured < float64(c.stated)/100 {
			t.Errorf("%s: %d %% stated, %.1f %% of %d right", c.evidence, c.stated, 100*c.measured, c.n)
		}
	}
}

func TestReadTexts(t *testing.T) {
	rows, err := readTexts("texts.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		for _, s := range r.spans {
			if s.start >= s.end || s.end > len(r.text) {
				t.Errorf("span %d-%d of %d bytes", s.start, s.end, len(r.text))
			}
		}
	}
}

func TestFigures(t *testing.T) {
	got, err := figures([]byte(`     keys: precision (personal)                                   0.9923                   n=4694
MISS keys: red keys found as red or yellow                        0.9874  goal >= 0.99     
ok   keys: false positive rate on green                           0.0061  goal <= 0.015    
     perturbed keys: recall, other languages                         nan                   n=0
     typed: types the program does not know                      74.0000                   [('AR_CUIT', 155)]
  -- keys missed (35), some:
1 goals missed
`))
	if err != nil {
		t.Fatal(err)
	}
	none := math.NaN()
	want := []measure{
		{"keys", "precision (personal)", .9923, none, false, 4694},
		{"keys", "red keys found as red or yellow", .9874, .99, false, 0},
		{"keys", "false positive rate on green", .0061, .015, true, 0},
		{"typed", "types the program does not know", 74, none, false, 0},
	}
	same := cmp.Comparer(func(a, b measure) bool {
		goals := a.goal == b.goal || math.IsNaN(a.goal) && math.IsNaN(b.goal)
		return goals && a.part == b.part && a.name == b.name && a.value == b.value && a.atMost == b.atMost && a.n == b.n
	})
	if diff := cmp.Diff(want, got, same); diff != "" {
		t.Error(diff)
	}
	if misses(got) != 1 {
		t.Errorf("%d misses, want 1", misses(got))
	}
	if _, err := figures([]byte("Traceback")); err == nil {
		t.Error("no figures, and no error")
	}
}

func TestRewrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "doc.md")
	if err := os.WriteFile(path, []byte("a\n<!-- begin own -->\nold\n<!-- end own -->\nb\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	table := markdown([]measure{{"keys", "F1", .5, .95, false, 7}}, day)
	if err := rewrite(path, map[string]string{"own": table}); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := "a\n<!-- begin own -->\nMeasured on 2026-11-25.\n\n| | figure | goal | cases |\n|---|--:|--:|--:|\n" +
		"| keys: F1 | 0.5000 | ≥ 0.95, **missed** | 7 |\n<!-- end own -->\nb\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	if err := rewrite(path, map[string]string{"further": ""}); err == nil {
		t.Error("no place for the figures, and no error")
	}
}
