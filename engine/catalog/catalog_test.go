package catalog

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	name := regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	seen := map[string]bool{}
	if none := All()[None]; none.Name != "" || None.String() != "none" {
		t.Errorf("none is %+v, %q", none, None)
	}
	for i, ty := range All() {
		if i == 0 {
			continue
		}
		if int(ty.ID) != i {
			t.Errorf("%s stands at %d and has ID %d", ty.Name, i, ty.ID)
		}
		if !name.MatchString(ty.Name) || seen[ty.Name] {
			t.Errorf("name %q is malformed or given twice", ty.Name)
		}
		seen[ty.Name] = true
		if ty.Description == "" || strings.HasSuffix(ty.Description, ".") {
			t.Errorf("%s: description %q", ty.Name, ty.Description)
		}
		for k, s := range ty.Synonyms {
			if s == "" || s != strings.ToLower(s) && !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f }) || slices.Contains(ty.Synonyms[:k], s) {
				t.Errorf("%s: synonym %q is empty, not lower case, or given twice", ty.Name, s)
			}
		}
		if got, ok := Lookup(ty.Name); !ok || got != ty.ID || got.String() != ty.Name {
			t.Errorf("Lookup(%q) = %v, %v", ty.Name, got, ok)
		}
	}
	if _, ok := Lookup("none"); ok {
		t.Error(`"none" is no type`)
	}
}

func TestClass(t *testing.T) {
	for _, c := range []Class{Green, Yellow, Red} {
		if got, ok := ParseClass(c.String()); !ok || got != c {
			t.Errorf("ParseClass(%q) = %v, %v", c, got, ok)
		}
	}
	if _, ok := ParseClass("blue"); ok {
		t.Error("blue is no class")
	}
}
