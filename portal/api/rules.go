package api

import (
	"net/http"
	"slices"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// ruleList is the rules in their order, with what they did.
type ruleList struct {
	Mode     string        `json:"mode" enum:"enforce,observe"`
	File     string        `json:"file"`
	Items    []rule        `json:"items" doc:"in the order in which they are asked"`
	Defaults []ruleDefault `json:"defaults" doc:"what decides for a destination when no rule does"`
	Former   []formerRule  `json:"former" doc:"rules that decided and are no longer in the configuration"`
}

type rule struct {
	Name   string     `json:"name"`
	Line   int        `json:"line" doc:"0 for a rule of no file"`
	Action string     `json:"action"`
	Does   string     `json:"does" doc:"the action in words"`
	When   []selector `json:"when" doc:"all must hold; none for a rule about everything"`
	hits
}

type selector struct {
	Key    string   `json:"key" enum:"class,type,path,source,event,destination,status"`
	Values []string `json:"values" doc:"one of these"`
}

// hits are how often something decided.
type hits struct {
	Count    int64      `json:"count" doc:"findings, over all time and destinations"`
	LastSeen *time.Time `json:"last_seen"`
}

func (h *hits) add(c *inventory.RuleCount) {
	h.Count += c.Count
	if h.LastSeen == nil || c.LastSeen.After(*h.LastSeen) {
		h.LastSeen = stamp(c.LastSeen)
	}
}

type ruleDefault struct {
	Destination string `json:"destination"`
	Action      string `json:"action"`
	Does        string `json:"does"`
	hits
}

type formerRule struct {
	Name string `json:"name"`
	hits
}

func (a *api) rules(w http.ResponseWriter, r *http.Request) error {
	counts, err := a.Store.Rules(r.Context())
	if err != nil {
		return err
	}
	s := a.policy()
	out := ruleList{Mode: mode(s.Policy), File: s.File, Items: []rule{}, Defaults: []ruleDefault{}, Former: []formerRule{}}
	for i, x := range s.Rules {
		v := rule{Name: x.Name, Line: x.Line, Action: x.Action.Kind.String(), Does: x.Action.String(), When: []selector{}}
		for _, c := range s.When(i) {
			v.When = append(v.When, selector(c))
		}
		out.Items = append(out.Items, v)
	}
	for _, d := range s.Destinations {
		v := ruleDefault{Destination: d.Name, Action: "allow", Does: "allow"}
		if d.Default != nil {
			v.Action, v.Does = d.Default.Kind.String(), d.Default.String()
		}
		out.Defaults = append(out.Defaults, v)
	}
	for i := range counts {
		if h := out.of(&counts[i]); h != nil {
			h.add(&counts[i])
		}
	}
	return send(w, out)
}

// of finds what a count is about; nil for the default of a destination that is no more.
func (l *ruleList) of(c *inventory.RuleCount) *hits {
	if c.Rule == "" {
		if i := slices.IndexFunc(l.Defaults, func(d ruleDefault) bool { return d.Destination == c.Destination }); i >= 0 {
			return &l.Defaults[i].hits
		}
		return nil
	}
	if i := slices.IndexFunc(l.Items, func(r rule) bool { return r.Name == c.Rule }); i >= 0 {
		return &l.Items[i].hits
	}
	i := slices.IndexFunc(l.Former, func(r formerRule) bool { return r.Name == c.Rule })
	if i < 0 {
		i = len(l.Former)
		l.Former = append(l.Former, formerRule{Name: c.Rule})
	}
	return &l.Former[i].hits
}
