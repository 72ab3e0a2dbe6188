package api

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

// byClass counts findings by class.
type byClass struct {
	Red    int64 `json:"red"`
	Yellow int64 `json:"yellow"`
	Green  int64 `json:"green"`
}

func (c *byClass) add(class string, n int64) {
	switch class {
	case "red":
		c.Red += n
	case "yellow":
		c.Yellow += n
	default:
		c.Green += n
	}
}

// party is a source or a destination.
type party struct {
	Name       string           `json:"name"`
	Configured bool             `json:"configured" doc:"false for one that was seen and is no longer in the configuration"`
	Points     int              `json:"points" doc:"data points"`
	Count      int64            `json:"count" doc:"findings"`
	Classes    byClass          `json:"classes" doc:"findings by class"`
	Types      []typeCount      `json:"types" doc:"findings by type, the most restricted and most frequent first"`
	Actions    map[string]int64 `json:"actions" doc:"findings by what was done; of a source, for all destinations together"`
	LastSeen   *time.Time       `json:"last_seen"`
}

type typeCount struct {
	Type  string `json:"type"`
	Class string `json:"class" enum:"red,yellow,green"`
	Count int64  `json:"count"`
}

// destination is a party that gets data.
type destination struct {
	party
	Unchanged int64 `json:"unchanged" doc:"findings that passed as they were"`
	Changed   int64 `json:"changed" doc:"findings that were hashed, masked or made less of otherwise"`
	Withheld  int64 `json:"withheld" doc:"findings that were removed, alone or with their event"`

	Delivery string     `json:"delivery" enum:"inline,queued,none" doc:"none for one that is no longer in the configuration"`
	Waiting  int64      `json:"waiting_events" doc:"events that wait for it"`
	Oldest   *time.Time `json:"oldest" doc:"when the oldest of them was accepted; null when nothing waits"`
	Trouble  string     `json:"trouble" doc:"why nothing is delivered now; empty when there is none"`
	Dead     int64      `json:"dead_events" doc:"events that it will not take"`
}

// sources is the answer to the first question: which collect the most restricted data?
type sources struct {
	Mode  string  `json:"mode" enum:"enforce,observe"`
	Items []party `json:"items" doc:"those with the most red findings first, then yellow, then all"`
}

// destinations is the answer to the second: which get what?
type destinations struct {
	Mode  string        `json:"mode" enum:"enforce,observe" doc:"observe: actions are what enforce would do; everything passes unchanged"`
	Items []destination `json:"items" doc:"those that got the most findings unchanged first, then changed, then withheld"`
}

func mode(p *rules.Policy) string {
	if p.Observe {
		return "observe"
	}
	return "enforce"
}

// flows reads the filter of a request, and what it selects by source and destination.
func (a *api) flows(r *http.Request) ([]inventory.Flow, *inventory.Facets, error) {
	q, l, err := question(r, inventory.MaxLimit)
	if err != nil {
		return nil, nil, err
	}
	personal(q, &l)
	list, err := a.Store.Flows(r.Context(), l.Filter)
	if err != nil {
		return nil, nil, err
	}
	facets, err := a.Store.Facets(r.Context(), l.Filter)
	return list, facets, err
}

func (a *api) sources(w http.ResponseWriter, r *http.Request) error {
	flows, facets, err := a.flows(r)
	if err != nil {
		return err
	}
	s := a.policy()
	list := parties{}
	for i := range s.Sources {
		list.of(s.Sources[i].Name).Configured = true
	}
	for _, b := range facets.Source {
		list.of(b.Value).Points = b.Count
	}
	for _, f := range flows {
		p := list.of(f.Source)
		if f.Destination == "" {
			p.add(&f)
		} else {
			p.Actions[f.Action] += f.Count
		}
	}
	out := sources{Mode: mode(s.Policy), Items: list.sorted()}
	slices.SortStableFunc(out.Items, func(a, b party) int {
		return cmp.Or(cmp.Compare(b.Classes.Red, a.Classes.Red), cmp.Compare(b.Classes.Yellow, a.Classes.Yellow), cmp.Compare(b.Count, a.Count))
	})
	return send(w, out)
}

func (a *api) destinations(w http.ResponseWriter, r *http.Request) error {
	flows, facets, err := a.flows(r)
	if err != nil {
		return err
	}
	s := a.policy()
	list := parties{}
	for i := range s.Destinations {
		list.of(s.Destinations[i].Name).Configured = true
	}
	for _, b := range facets.Destination {
		list.of(b.Value).Points = b.Count
	}
	for _, f := range flows {
		if f.Destination != "" {
			p := list.of(f.Destination)
			p.add(&f)
			p.Actions[f.Action] += f.Count
		}
	}
	delivered, _, err := inventory.ReadDeliveries(r.Context(), a.Store, a.Policy(), time.Now())
	if err != nil {
		return err
	}
	ways := map[string]*inventory.Delivery{}
	for i := range delivered {
		ways[delivered[i].Destination] = &delivered[i]
		list.of(delivered[i].Destination)
	}
	out := destinations{Mode: mode(s.Policy), Items: []destination{}}
	for _, p := range list.sorted() {
		d := destination{party: p, Delivery: new(inventory.Delivery).Way()}
		if way := ways[p.Name]; way != nil {
			d.Delivery, d.Waiting, d.Oldest, d.Trouble, d.Dead = way.Way(), way.Events, stamp(way.Oldest), way.Trouble, way.Dead.Events
		}
		for action, n := range p.Actions {
			switch {
			case inventory.Intact(action):
				d.Unchanged += n
			case action == rules.Block.String(), action == rules.Drop.String():
				d.Withheld += n
			default:
				d.Changed += n
			}
		}
		out.Items = append(out.Items, d)
	}
	slices.SortStableFunc(out.Items, func(a, b destination) int {
		return cmp.Or(cmp.Compare(b.Unchanged, a.Unchanged), cmp.Compare(b.Changed, a.Changed), cmp.Compare(b.Withheld, a.Withheld))
	})
	return send(w, out)
}

// parties are sources or destinations by name.
type parties map[string]*party

func (l parties) of(name string) *party {
	p := l[name]
	if p == nil {
		p = &party{Name: name, Types: []typeCount{}, Actions: map[string]int64{}}
		l[name] = p
	}
	return p
}

// add counts what was met or what was done.
func (p *party) add(f *inventory.Flow) {
	p.Count += f.Count
	p.Classes.add(f.Class, f.Count)
	at := slices.IndexFunc(p.Types, func(t typeCount) bool { return t.Type == f.Type && t.Class == f.Class })
	if at < 0 {
		at = len(p.Types)
		p.Types = append(p.Types, typeCount{Type: f.Type, Class: f.Class})
	}
	p.Types[at].Count += f.Count
	if p.LastSeen == nil || f.LastSeen.After(*p.LastSeen) {
		p.LastSeen = stamp(f.LastSeen)
	}
}

// sorted lists parties by name, with their types in order.
func (l parties) sorted() []party {
	list := []party{}
	for _, p := range l {
		slices.SortFunc(p.Types, func(a, b typeCount) int {
			return cmp.Or(cmp.Compare(rank(a.Class), rank(b.Class)), cmp.Compare(b.Count, a.Count), strings.Compare(a.Type, b.Type))
		})
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b party) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// rank orders classes, the most restricted first.
func rank(class string) int { return slices.Index(inventory.Classes, class) }
