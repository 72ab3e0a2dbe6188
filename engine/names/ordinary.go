package names

import (
	_ "embed"
	"strings"
)

//go:embed ordinary.txt
var ordinaryWords string

// ordinary are words that look like misspelt or glued ones, and are neither.
var ordinary = func() map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(ordinaryWords) {
		if line[0] == '#' {
			continue
		}
		for _, w := range strings.Fields(line) {
			m[w] = true
		}
	}
	return m
}()
