package repo

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMetricsPage holds docs/metrics.md to the code: every metric of the one is
// in the other. Names are written out in the code, so that one can search for them.
func TestMetricsPage(t *testing.T) {
	name := regexp.MustCompile("[\"`](eventveil_[a-z0-9_]+)[\"`]")
	row := regexp.MustCompile("(?m)^\\| `(eventveil_[a-z0-9_]+)")
	inCode, inPage := map[string]bool{}, map[string]bool{}
	for _, f := range files(t) {
		if strings.HasSuffix(f, ".go") && !strings.HasSuffix(f, "_test.go") {
			for _, m := range name.FindAllSubmatch(read(t, f), -1) {
				inCode[string(m[1])] = true
			}
		}
	}
	for _, m := range row.FindAllSubmatch(read(t, "docs/metrics.md"), -1) {
		inPage[string(m[1])] = true
	}
	if len(inCode) == 0 {
		t.Error("no metric was found in the code")
	}
	if diff := cmp.Diff(sorted(inCode), sorted(inPage)); diff != "" {
		t.Errorf("docs/metrics.md: - in the code, + in the page\n%s", diff)
	}
}

func sorted(set map[string]bool) (list []string) {
	for s := range set {
		list = append(list, s)
	}
	slices.Sort(list)
	return list
}
