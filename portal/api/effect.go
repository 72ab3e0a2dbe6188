package api

import (
	"slices"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

// effect is what is done with a data point on its way to a destination.
type effect struct {
	Destination string   `json:"destination"`
	Action      string   `json:"action"`
	Does        string   `json:"does" doc:"the action in words"`
	By          string   `json:"by" enum:"rule,default,verdict" doc:"verdict: it is said to be nothing personal, and no rule names the path"`
	Rule        string   `json:"rule" doc:"empty unless by a rule"`
	File        string   `json:"file" doc:"where the rule stands"`
	Line        int      `json:"line" doc:"0 for a rule of no file"`
	Sources     []string `json:"sources" doc:"for events from these"`
	Events      []string `json:"events,omitempty" doc:"for events of these names, where the rules tell events apart"`
}

// effects are what is done now with a data point, from where and in which events it was
// met.
func (s *state) effects(p *inventory.DataPoint, seen []inventory.Seen) []effect {
	list := []effect{}
	for _, e := range inventory.Effects(s.Policy, p, seen) {
		for _, c := range e.Cases {
			list = append(list, s.effect(e.Destination, &c))
		}
	}
	return list
}

func (s *state) effect(destination int, c *inventory.Case) effect {
	e := effect{Destination: s.Destinations[destination].Name, Action: rules.Allow.String(), Does: rules.Allow.String(), By: "verdict", Sources: []string{}}
	for _, o := range c.Occasions {
		if o.Source == "" {
			o.Source = s.Sources[0].Name
		}
		add(&e.Sources, o.Source)
		if s.SelectsEvents() {
			add(&e.Events, o.Event)
		}
	}
	if c.Nothing {
		return e
	}
	e.Action, e.Does, e.By = c.Action.Kind.String(), c.Action.String(), "default"
	if c.Rule >= 0 {
		r := s.Rules[c.Rule]
		e.By, e.Rule, e.Line = "rule", r.Name, r.Line
		if r.Line > 0 {
			e.File = s.File
		}
	}
	return e
}

func add(list *[]string, name string) {
	if !slices.Contains(*list, name) {
		*list = append(*list, name)
	}
}
