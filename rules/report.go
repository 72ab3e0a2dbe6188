package rules

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Severity tells a mistake that prevents loading from a doubtful passage.
type Severity uint8

// The severities.
const (
	Error   Severity = iota // the configuration cannot be used
	Warning                 // it can, but does not mean what it seems to
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Problem is one mistake of a configuration. It names keys and rules; it quotes
// no secret and no example value.
type Problem struct {
	File       string
	Line, Col  int // from 1; 0 when the problem is the file itself
	Severity   Severity
	Message    string // what is wrong and what would be accepted
	Suggestion string // the nearest known name; may be empty
}

// String renders a problem as compilers do:
// `config.yaml:12:7: error: unknown key "acton" in a rule; did you mean "action"?`.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		b.WriteString(":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Col))
	}
	b.WriteString(": " + p.Severity.String() + ": " + p.Message)
	if p.Suggestion != "" {
		b.WriteString("; did you mean " + strconv.Quote(p.Suggestion) + "?")
	}
	return b.String()
}

// maxProblems bounds the problems of each severity that a Report keeps.
const maxProblems = 500

// Report lists the problems of a configuration in the order of the file.
type Report struct {
	Problems []Problem

	added [2]int // by severity
}

// HasErrors tells whether a problem prevents loading.
func (r *Report) HasErrors() bool {
	return slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Severity == Error })
}

// Err is the errors as one error, a line each; nil when there are only warnings.
func (r *Report) Err() error {
	if !r.HasErrors() {
		return nil
	}
	return errors.New(r.render(Error))
}

// String renders all problems, a line each.
func (r *Report) String() string { return r.render(Error, Warning) }

func (r *Report) render(which ...Severity) string {
	var lines []string
	for _, p := range r.Problems {
		if slices.Contains(which, p.Severity) {
			lines = append(lines, p.String())
		}
	}
	return strings.Join(lines, "\n")
}

// add keeps a problem unless there are too many of its severity already: the
// first error is always kept, so HasErrors never lies.
func (r *Report) add(p Problem) {
	if r.added[p.Severity]++; r.added[p.Severity] <= maxProblems {
		r.Problems = append(r.Problems, p)
	}
}

func (r *Report) sort() {
	slices.SortStableFunc(r.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Severity, b.Severity))
	})
}
