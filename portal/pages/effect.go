package pages

import (
	"fmt"
	"slices"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

// effect is what happens now to a data point on the way to a destination.
type effect struct {
	Destination string
	Cases       []effectCase
}

// effectCase is what happens in some kinds of events, or in all.
type effectCase struct {
	From   string // "" for all
	Action string
	Detail string
	Rule   string // "" when none decides
	Where  string // the rule's file and line; "" when it stands in no file
	Left   bool   // it is said to be nothing personal, so no rule is asked
}

// effectsOf says what happens to a data point for each destination, in every kind of
// event that it was met in.
func effectsOf(p *rules.Policy, d *inventory.DataPoint, seen []inventory.Seen) (list []effect) {
	for _, e := range inventory.Effects(p, d, seen) {
		shown := effect{Destination: p.Destinations[e.Destination].Name}
		for at := range e.Cases {
			c := caseOf(p, &e.Cases[at])
			if len(e.Cases) > 1 {
				c.From = occasionWords(e.Cases, at)
			}
			shown.Cases = append(shown.Cases, c)
		}
		list = append(list, shown)
	}
	return list
}

func caseOf(p *rules.Policy, c *inventory.Case) effectCase {
	if c.Nothing {
		return effectCase{Action: rules.Allow.String(), Left: true}
	}
	shown := effectCase{Action: c.Action.Kind.String(), Detail: detail(c.Action)}
	if c.Rule >= 0 {
		shown.Rule, shown.Where = p.Rules[c.Rule].Name, place(p, p.Rules[c.Rule].Line)
	}
	return shown
}

// maxOccasions bounds how many kinds of events are named for a case.
const maxOccasions = 6

// occasionWords name the sources of a case, and the events of those sources that are
// in other cases as well.
func occasionWords(of []inventory.Case, at int) string {
	elsewhere := func(source string) bool {
		for other := range of {
			if other != at && slices.ContainsFunc(of[other].Occasions, func(o inventory.Occasion) bool { return o.Source == source }) {
				return true
			}
		}
		return false
	}
	var words []string
	for _, o := range of[at].Occasions {
		text := cut(o.Source, 40)
		if elsewhere(o.Source) {
			if o.Event == "" {
				text += " (events without a name)"
			} else {
				text += " (" + cut(o.Event, 40) + ")"
			}
		}
		if !slices.Contains(words, text) {
			words = append(words, text)
		}
	}
	if more := len(words) - maxOccasions; more > 0 {
		words = append(words[:maxOccasions], fmt.Sprintf("%d more", more))
	}
	return list(words)
}

// place is where something stands in the configuration: "policy.yaml, line 31".
func place(p *rules.Policy, line int) string {
	switch {
	case line == 0:
		return ""
	case p.File == "":
		return fmt.Sprintf("line %d", line)
	}
	return fmt.Sprintf("%s, line %d", p.File, line)
}
