package api

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eventveil/eventveil/internal/sheet"
	"github.com/eventveil/eventveil/portal/inventory"
)

// open stands where a record of processing has something that no traffic and no
// configuration can tell.
const open = "to be filled in"

// record is a record of processing activities (GDPR, article 30) as far as traffic
// tells: an activity for each destination.
type record struct {
	At         time.Time  `json:"at"`
	Mode       string     `json:"mode" enum:"enforce,observe" doc:"observe: the actions are what enforce would do; everything is passed on unchanged"`
	Controller string     `json:"controller"`
	Activities []activity `json:"activities"`
}

// activity is what one destination gets.
type activity struct {
	Destination string     `json:"destination"`
	Recipient   string     `json:"recipient" doc:"host that events are sent to; empty for a destination that is no longer in the configuration"`
	Labels      []string   `json:"labels"`
	Consent     []string   `json:"consent" doc:"categories of consent that it needs"`
	Purpose     string     `json:"purpose"`
	LegalBasis  string     `json:"legal_basis"`
	Subjects    string     `json:"data_subjects"`
	Transfers   string     `json:"third_country_transfers"`
	Retention   string     `json:"retention"`
	Security    []string   `json:"security_measures" doc:"what is done to data before it is sent"`
	Categories  []category `json:"categories" doc:"of personal data"`
}

type category struct {
	Class       string           `json:"class" enum:"red,yellow"`
	Type        string           `json:"type"`
	Description string           `json:"description"`
	Sources     []string         `json:"sources" doc:"that it was collected from"`
	Actions     map[string]int64 `json:"actions" doc:"findings by what was done to them"`
	Count       int64            `json:"count" doc:"findings"`
	FirstSeen   *time.Time       `json:"first_seen" doc:"when data of this kind on its way there was first known"`
	LastSeen    *time.Time       `json:"last_seen"`
}

// measures are the actions as measures of security.
var measures = map[string]string{
	"block":      "fields are removed",
	"drop":       "events are withheld",
	"hash":       "values are pseudonymized by a hash",
	"mask":       "characters of values are hidden",
	"redact":     "values are replaced by the name of their type",
	"truncate":   "values are shortened",
	"generalize": "values are made coarser",
	"encrypt":    "values are encrypted",
}

func (a *api) record(w http.ResponseWriter, r *http.Request) error {
	q, _, err := question(r, inventory.MaxLimit)
	if err != nil {
		return err
	}
	format := cmp.Or(q.Get("format"), "json")
	if format != "json" && format != "csv" {
		return wrong("format is json or csv")
	}
	rec, err := a.buildRecord(r.Context())
	if err != nil {
		return err
	}
	if format == "csv" {
		attach(w, "text/csv; charset=utf-8", "processing-record.csv")
		return cut(true, rec.csv(sheet.NewWriter(w)))
	}
	return send(w, rec)
}

// categoryKey tells the categories of an activity apart.
type categoryKey struct{ destination, class, typ string }

func (a *api) buildRecord(ctx context.Context) (*record, error) {
	personal := inventory.Filter{Class: []string{"red", "yellow"}}
	flows, err := a.Store.Flows(ctx, personal)
	if err != nil {
		return nil, err
	}
	s := a.policy()
	rec := &record{At: time.Now().UTC().Truncate(time.Second), Mode: mode(s.Policy), Controller: open, Activities: []activity{}}
	for i := range s.Destinations {
		d := &s.Destinations[i]
		rec.add(activity{Destination: d.Name, Recipient: host(d.URL), Labels: some(d.Labels), Consent: some(d.Consent)})
	}
	categories := map[categoryKey]*category{}
	for _, f := range flows {
		if f.Destination == "" {
			continue
		}
		k := categoryKey{f.Destination, f.Class, f.Type}
		c := categories[k]
		if c == nil {
			description := ""
			if typ, known := s.Type(f.Type); known {
				description = s.Types[typ].Description
			}
			c = &category{Class: f.Class, Type: f.Type, Description: description, Sources: []string{}, Actions: map[string]int64{}}
			categories[k] = c
			rec.of(f.Destination)
		}
		c.Count += f.Count
		c.Actions[f.Action] += f.Count
		add(&c.Sources, f.Source)
		if c.LastSeen == nil || f.LastSeen.After(*c.LastSeen) {
			c.LastSeen = stamp(f.LastSeen)
		}
	}
	if err := a.firstSeen(ctx, personal, categories); err != nil {
		return nil, err
	}
	for k, c := range categories {
		slices.Sort(c.Sources)
		act := rec.of(k.destination)
		act.Categories = append(act.Categories, *c)
		for action := range c.Actions {
			if words := measures[action]; words != "" {
				add(&act.Security, words)
			}
		}
	}
	for i := range rec.Activities {
		slices.Sort(rec.Activities[i].Security)
		slices.SortFunc(rec.Activities[i].Categories, func(a, b category) int {
			return cmp.Or(cmp.Compare(rank(a.Class), rank(b.Class)), strings.Compare(a.Type, b.Type))
		})
	}
	return rec, nil
}

// firstSeen completes categories with the earliest of their data points.
func (a *api) firstSeen(ctx context.Context, f inventory.Filter, categories map[categoryKey]*category) error {
	for page, err := range a.pages(ctx, inventory.List{Filter: f, Order: inventory.ByPath}) {
		if err != nil {
			return err
		}
		for i := range page.Items {
			p := &page.Items[i]
			for _, d := range p.Destinations {
				if c := categories[categoryKey{d, p.Class, p.Type}]; c != nil && (c.FirstSeen == nil || p.FirstSeen.Before(*c.FirstSeen)) {
					c.FirstSeen = stamp(p.FirstSeen)
				}
			}
		}
	}
	return nil
}

// add completes an activity with what has to be filled in.
func (r *record) add(a activity) {
	a.Purpose, a.LegalBasis, a.Subjects, a.Transfers, a.Retention = open, open, open, open, open
	a.Labels, a.Consent, a.Security, a.Categories = some(a.Labels), some(a.Consent), []string{}, []category{}
	r.Activities = append(r.Activities, a)
}

func (r *record) of(destination string) *activity {
	at := slices.IndexFunc(r.Activities, func(a activity) bool { return a.Destination == destination })
	if at < 0 {
		at = len(r.Activities)
		r.add(activity{Destination: destination})
	}
	return &r.Activities[at]
}

// csv writes a row for each category of each destination, and one for a destination
// that got nothing personal.
func (r *record) csv(out *sheet.Writer) error {
	out.Row("destination", "recipient", "labels", "consent", "controller", "purpose", "legal_basis", "data_subjects", "class", "type", "description", "sources",
		"actions", "count", "first_seen", "last_seen", "third_country_transfers", "retention", "security_measures", "mode")
	for _, a := range r.Activities {
		list := a.Categories
		if len(list) == 0 {
			list = []category{{}}
		}
		for _, c := range list {
			var actions []string
			for _, action := range slices.Sorted(maps.Keys(c.Actions)) {
				actions = append(actions, action+" ("+strconv.FormatInt(c.Actions[action], 10)+")")
			}
			out.Row(a.Destination, a.Recipient, strings.Join(a.Labels, "; "), strings.Join(a.Consent, "; "), r.Controller, a.Purpose, a.LegalBasis, a.Subjects,
				c.Class, c.Type, c.Description, strings.Join(c.Sources, "; "), strings.Join(actions, "; "), strconv.FormatInt(c.Count, 10),
				cellTime(c.FirstSeen), cellTime(c.LastSeen), a.Transfers, a.Retention, strings.Join(a.Security, "; "), r.Mode)
		}
	}
	return out.Flush()
}
