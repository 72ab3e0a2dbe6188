package engine

import (
	"github.com/eventveil/eventveil/engine/detect"
	"github.com/eventveil/eventveil/engine/names"
)

// By says what gave a data point away.
type By uint8

// What gave a data point away.
const (
	ByKey By = 1 << iota
	ByValue
	ByBoth = ByKey | ByValue
)

// Evidence is why a data point was found. The zero Evidence belongs to what a rule
// selects by its path alone.
type Evidence struct {
	By      By
	NameHow names.How    // how the name was recognised; Unmatched when it was not
	Proof   detect.Proof // what confirmed the value; Shape when it was not asked
}

// Matched is the word for what gave the data point away: "key", "value" or "both".
func (e Evidence) Matched() string {
	switch e.By {
	case ByKey:
		return "key"
	case ByValue:
		return "value"
	case ByBoth:
		return "both"
	}
	return ""
}

// How is the word for the means by which it was recognised, the surest of them:
// "validated", "pattern", "exact", "synonym" or "fuzzy".
func (e Evidence) How() string {
	switch {
	case e.By == 0:
		return ""
	case e.Proof == detect.Check:
		return "validated"
	case e.By&ByKey == 0:
		return "pattern"
	case e.NameHow == names.Exact:
		return "exact"
	case e.NameHow == names.Fuzzy:
		return "fuzzy"
	}
	return "synonym"
}

// Words says for people by what and how, "both, validated", with ", context" where
// words beside the value helped; "path" for what only a rule's path selects.
func (e Evidence) Words() string {
	switch {
	case e.By == 0:
		return "path"
	case e.Proof == detect.Context:
		return e.Matched() + ", " + e.How() + ", context"
	}
	return e.Matched() + ", " + e.How()
}

// Confidence says how far to trust a finding, in percent: of a hundred findings with
// this evidence, so many are what they are said to be. The numbers are the least shares
// that were right in labelled names and values when these were first tried, rounded
// down; docs/detection.md has what was measured last. They speak of the kind of
// evidence, not of the single value.
func (e Evidence) Confidence() int {
	switch {
	case e.By == 0:
		return 0
	case e.By == ByBoth && e.Proof == detect.Check:
		return 99
	case e.By == ByBoth:
		return 98
	case e.By == ByValue && e.Proof == detect.Check:
		return 98
	case e.By == ByValue && e.Proof == detect.Context:
		return 95
	case e.By == ByValue:
		return 90
	case e.NameHow == names.Exact:
		return 97
	case e.NameHow == names.Synonym:
		return 92
	}
	return 85
}
