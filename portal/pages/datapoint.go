package pages

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/portal/inventory"
)

// history is how many decisions the page of a data point shows.
const history = 20

type datapointPage struct {
	*inventory.DataPoint
	Description string // of its type
	Span        span
	Spans       []span
	Chart       *chart
	Override    string // where the configuration says what the path holds; "" when it does not
	OverrideIs  string // and what it says
	Effects     []effect
	ByEvent     bool // rules tell events apart, and some events may not have been met yet
	Met         []metRow
	History     []entry
	Types       []typeChoice
	Sources     []string          // that can be decided on by themselves
	Source      string            // that the form is about; "" for all
	Now         inventory.Verdict // what is said for that
	Form        decideForm
}

// datapoint answers all that is known of one data point.
func (s *site) datapoint(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	d, err := s.Store.Point(ctx, inventory.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := s.view(r, "inventory", cut(d.Path, nameRoom))
	v.Flash = s.flash(r, v)
	policy := s.Policy()
	p := &datapointPage{DataPoint: d, Span: spanOf(q.Get("span")), Spans: spans, Form: v.decideForm(d), ByEvent: policy.SelectsEvents()}
	if id, ok := policy.Type(d.Type); ok {
		p.Description = sentence(policy.Types[id].Description)
	}
	if line, ok := policy.OverrideLine(d.Path); ok {
		p.Override, p.OverrideIs = place(policy, line), "nothing personal"
		if id, _ := policy.Override(d.Path); id != catalog.None {
			p.OverrideIs = policy.Types[id].Name
		}
	}
	hours, err := s.Store.Hours(ctx, d.ID, p.Span.begin(s.Now()))
	if err != nil {
		return err
	}
	p.Chart = chartOf(hours, p.Span, s.Now())
	seen, err := s.Store.Sightings(ctx, d.ID)
	if err != nil {
		return err
	}
	p.Met = metRows(seen, s.Now())
	p.Effects = effectsOf(policy, d, seen)
	if p.History, err = s.historyOf(ctx, d.ID); err != nil {
		return err
	}
	if v.Editor {
		p.Types = types(policy)
		p.Sources = slices.DeleteFunc(slices.Clone(s.Desk.Sources()), func(name string) bool { return !slices.Contains(d.Sources, name) })
		if slices.Contains(p.Sources, q.Get("source")) {
			p.Source = q.Get("source")
		}
	}
	p.Now = verdictOf(d, p.Source)
	v.Data = p
	return s.show(w, http.StatusOK, "datapoint", v)
}

func (s *site) historyOf(ctx context.Context, id inventory.ID) ([]entry, error) {
	list, err := s.Store.Audit(ctx, string(id), 0, history)
	if err != nil {
		return nil, err
	}
	return entriesOf(list), nil
}

// metRow is where a data point was met, with what was done to it there.
type metRow struct {
	Source, Event string
	Count         int64
	Share         string
	First, Last   when
	Done          []doneTo
	seen          inventory.Seen
}

// doneTo is what was done to a data point on the way to a destination.
type doneTo struct {
	Destination, Action, Rule string
	Count                     int64
}

// metRows gathers sightings by source and event: the most frequent first.
func metRows(seen []inventory.Seen, now time.Time) []metRow {
	index := map[[2]string]int{}
	var rows []metRow
	var most int64
	for _, m := range seen {
		key := [2]string{m.Source, m.Event}
		i, ok := index[key]
		if !ok {
			i = len(rows)
			index[key] = i
			rows = append(rows, metRow{Source: m.Source, Event: m.Event, seen: m})
		}
		row := &rows[i]
		if m.FirstSeen.Before(row.seen.FirstSeen) {
			row.seen.FirstSeen = m.FirstSeen
		}
		if m.LastSeen.After(row.seen.LastSeen) {
			row.seen.LastSeen = m.LastSeen
		}
		if m.Destination == "" {
			row.Count += m.Count
			most = max(most, row.Count)
		} else {
			row.Done = append(row.Done, doneTo{m.Destination, m.Action, m.Rule, m.Count})
		}
	}
	slices.SortStableFunc(rows, func(a, b metRow) int { return cmp.Compare(b.Count, a.Count) })
	for i := range rows {
		rows[i].Share = share(rows[i].Count, most)
		rows[i].First, rows[i].Last = whenOf(rows[i].seen.FirstSeen, now), whenOf(rows[i].seen.LastSeen, now)
		slices.SortStableFunc(rows[i].Done, func(a, b doneTo) int { return cmp.Compare(a.Destination, b.Destination) })
	}
	return rows
}
