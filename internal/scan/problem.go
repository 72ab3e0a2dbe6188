package scan

import (
	"cmp"
	"slices"
)

// Problem is a document, or the rest of an input, that could not be read.
type Problem struct {
	File int // as Chunk.File
	Name string
	Line int   // 0: the input as a whole
	Err  error // an *engine.Error, or a reader's; never quotes the input
}

func (p Problem) compare(q Problem) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line))
}

// maxProblems bounds the problems that are kept; the others are counted.
const maxProblems = 20

// problems keeps the first by input and line, whichever worker met them.
type problems struct {
	count int
	first []Problem
}

func (l *problems) add(p Problem) {
	l.count++
	i, _ := slices.BinarySearchFunc(l.first, p, Problem.compare)
	if i >= maxProblems {
		return
	}
	if len(l.first) == maxProblems {
		l.first = l.first[:maxProblems-1]
	}
	l.first = slices.Insert(l.first, i, p)
}
