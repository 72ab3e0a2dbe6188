package settings

import (
	"encoding/json"
	"slices"
	"strings"
)

// routingRules are what the SDK does to events on their way to an integration, as
// Segment writes it.
type routingRules struct {
	names []string            // as JSON, in the document's spelling
	drops map[string][]string // by name
}

// add drops members of events for an integration.
func (r *routingRules) add(name string, drop []string) {
	if len(drop) == 0 {
		return
	}
	if r.drops == nil {
		r.drops = map[string][]string{}
	}
	if _, known := r.drops[name]; !known {
		r.names = append(r.names, name)
	}
	r.drops[name] = append(r.drops[name], drop...)
}

// routingRule is one of them.
type routingRule struct {
	Scope           string                `json:"scope"`
	TargetType      string                `json:"target_type"`
	Matchers        []matcher             `json:"matchers"`
	Transformers    [1][1]dropTransformer `json:"transformers"`
	DestinationName json.RawMessage       `json:"destinationName"`
}

type matcher struct {
	Type string `json:"type"`
	IR   string `json:"ir"`
}

type dropTransformer struct {
	Type   string     `json:"type"`
	Config dropConfig `json:"config"`
}

type dropConfig struct {
	Drop map[string][]string `json:"drop"` // by the path of an object, or of a list of them, "" for the event: names in it
}

// text writes the rules as elements of an array; "" when there are none.
func (r *routingRules) text() string {
	var list []string
	for _, name := range r.names {
		drop := map[string][]string{}
		for _, path := range r.drops[name] {
			parent, leaf := "", path
			if i := strings.LastIndexByte(path, '.'); i >= 0 {
				parent, leaf = path[:i], path[i+1:]
			}
			if !slices.Contains(drop[parent], leaf) {
				drop[parent] = append(drop[parent], leaf)
			}
		}
		rule := routingRule{
			Scope:           "destinations",
			TargetType:      "workspace::project::destination::config",
			Matchers:        []matcher{{Type: "all"}},
			Transformers:    [1][1]dropTransformer{{{"drop_properties", dropConfig{drop}}}},
			DestinationName: json.RawMessage(name),
		}
		b, err := json.Marshal(rule)
		if err != nil {
			panic("BUG: a routing rule cannot be written as JSON")
		}
		list = append(list, string(b))
	}
	return strings.Join(list, ",")
}
