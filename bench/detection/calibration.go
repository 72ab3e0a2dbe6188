package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/catalog"
)

// calibrated is what a kind of evidence is said to be worth and what it was worth.
type calibrated struct {
	evidence string
	stated   int // percent
	measured float64
	n        int
}

// calibrate counts, for each kind of evidence, how many findings of it were right in
// the sets of names and values.
func calibrate() ([]calibrated, error) {
	s, err := newScorer()
	if err != nil {
		return nil, err
	}
	right, all := map[engine.Evidence]int{}, map[engine.Evidence]int{}
	for _, file := range []string{"names.en.tsv", "names.other.tsv", "values.tsv"} {
		rows, err := readNames(file)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			got := s.engine.Classify(r.name, nil)
			if file == "values.tsv" {
				got = s.engine.Classify("", []byte(r.name))
			}
			if got.Class == catalog.Green {
				continue
			}
			all[got.Evidence]++
			if personal(r.typ) {
				right[got.Evidence]++
			}
		}
	}
	var list []calibrated
	for e, n := range all {
		list = append(list, calibrated{e.Words(), e.Confidence(), share(right[e], n), n})
	}
	slices.SortFunc(list, func(a, b calibrated) int {
		return cmp.Or(cmp.Compare(b.stated, a.stated), cmp.Compare(a.evidence, b.evidence))
	})
	return list, nil
}

func calibrationTable(list []calibrated, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s.\n\n| evidence | confidence | right | findings |\n|---|--:|--:|--:|\n", now.Format(time.DateOnly))
	for _, c := range list {
		fmt.Fprintf(&b, "| %s | %d %% | %.1f %% | %d |\n", c.evidence, c.stated, 100*c.measured, c.n)
	}
	return b.String()
}
