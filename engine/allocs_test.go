//go:build !race

package engine_test

import (
	"testing"

	"github.com/eventveil/eventveil/engine"
)

// TestCustomAllocations: classifiers that find nothing allocate nothing. The race
// detector makes the pools of package regexp forget, so it is not built with it.
func TestCustomAllocations(t *testing.T) {
	in := engine.New(policy(t, benchPolicy+`
classifiers:
  - {name: a, class: red, patterns: ['^LC-\d{8}$', '(?i)klub ?\d{6}', '[xyz]{3}-\d'], validator: luhn, context: {words: [never said]}}
  - {name: b, class: red, dictionary: {words: [not there, Ünsinn], within: text}}
  - {name: c, class: red, dictionary: {words: [not there either]}}
`)).Get()
	data := []byte(track(1, false))
	if n := testing.AllocsPerRun(200, func() { run(t, in, single, data) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}
