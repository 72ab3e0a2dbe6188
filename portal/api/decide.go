package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/eventveil/eventveil/portal/inventory"
)

// maxShownChanges bounds what a 412 tells of what others decided.
const maxShownChanges = 20

// patch makes a decision about one data point.
func (a *api) patch(w http.ResponseWriter, r *http.Request) error {
	var body change
	if err := readBody(w, r, &body); err != nil {
		return err
	}
	ctx, id := r.Context(), inventory.ID(r.PathValue("id"))
	c := a.policy().change(id, &body)
	if match := r.Header.Values("If-Match"); len(match) > 0 {
		version, err := a.matching(ctx, id, strings.Join(match, ","))
		if err != nil {
			return a.explainChange(ctx, id, &body, version, err)
		}
		c.IfVersion = version
	}
	errs, err := a.Desk.Decide(ctx, a.User(ctx), []inventory.Change{c})
	switch {
	case len(errs) == 1 && errs[0] != nil:
		return a.explainChange(ctx, id, &body, c.IfVersion, errs[0])
	case err != nil && len(errs) == 1:
		return notInForce()
	case err != nil:
		return err
	}
	return a.datapoint(w, r)
}

// notInForce is a decision that the store took and this process could not.
func notInForce() *problem {
	return &problem{Status: http.StatusServiceUnavailable, Code: "not-in-force",
		Detail: "the decision is stored, but not yet in force in this process: it will be as soon as the store can be read; nothing need be sent again"}
}

// matching is the version that an If-Match header asks for; nil for any, and
// ErrChanged when the data point has none that it names.
func (a *api) matching(ctx context.Context, id inventory.ID, header string) (*int64, error) {
	var versions []int64
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" {
			return nil, nil
		}
		quoted, weak := strings.CutPrefix(tag, "W/")
		if len(quoted) < 2 || quoted[0] != '"' || quoted[len(quoted)-1] != '"' {
			return nil, wrong(`If-Match holds the ETag of the data point, such as "3" with its quotes`)
		}
		// A weak tag never matches, nor does one that this server did not give out.
		if v, err := strconv.ParseInt(quoted[1:len(quoted)-1], 10, 64); err == nil && !weak {
			versions = append(versions, v)
		}
	}
	if len(versions) == 1 {
		return &versions[0], nil // the store compares
	}
	p, err := a.Store.Point(ctx, id)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(versions, p.Version) {
		return nil, inventory.ErrChanged
	}
	return &p.Version, nil
}

// explainChange adds to ErrChanged how the data point is now, and since version.
func (a *api) explainChange(ctx context.Context, id inventory.ID, body *change, version *int64, err error) error {
	if !errors.Is(err, inventory.ErrChanged) {
		return err
	}
	now, readErr := a.detail(ctx, id)
	if readErr != nil {
		return readErr
	}
	p := &problem{Status: http.StatusPreconditionFailed, Code: "changed", Current: now, Differs: body.differs(now),
		Detail: inventory.ErrChanged.Error() + `: look at "current", and send the change with its ETag if it is still right`}
	if version != nil && *version < now.Version {
		entries, err := a.Store.Audit(ctx, string(id), 0, int(min(now.Version-*version, maxShownChanges)))
		if err != nil {
			return err
		}
		for _, e := range entries {
			p.Changes = append(p.Changes, entry(e))
		}
	}
	return p
}

// differs lists the members of a change that a data point has otherwise.
func (c *change) differs(d *pointDetail) (names []string) {
	v := sourceVerdict{"", d.Status, d.Type, d.Class}
	if c.Source != nil {
		for _, o := range d.PerSource {
			if o.Source == *c.Source {
				v = o
			}
		}
	}
	for _, m := range []struct {
		name string
		want *string
		is   string
	}{{"status", c.Status, v.Status}, {"class", c.Class, v.Class}, {"type", c.Type, v.Type}, {"note", c.Note, d.Note}, {"owner", c.Owner, d.Owner}} {
		if m.want != nil && *m.want != m.is {
			names = append(names, m.name)
		}
	}
	return names
}

// decided is the answer to a bulk decision.
type decided struct {
	Results []result `json:"results" doc:"in the order of ids, or of the list that the filter selects"`
	Changed int      `json:"changed"`
	Failed  int      `json:"failed"`
}

type result struct {
	ID     inventory.ID `json:"id"`
	Status int          `json:"status" doc:"as PATCH of this data point alone would have answered"`
	Detail string       `json:"detail,omitempty" doc:"why it was not changed"`
}

// decideMany makes one decision about many data points.
func (a *api) decideMany(w http.ResponseWriter, r *http.Request) error {
	var body decider
	if err := readBody(w, r, &body); err != nil {
		return err
	}
	ctx := r.Context()
	changes, err := a.selected(ctx, &body)
	if err != nil {
		return err
	}
	errs, err := a.Desk.Decide(ctx, a.User(ctx), changes)
	if err != nil {
		if len(errs) > 0 {
			return notInForce()
		}
		return err
	}
	out := decided{Results: []result{}}
	for i, err := range errs {
		res := result{ID: changes[i].ID, Status: http.StatusOK}
		if err != nil {
			p := toProblem(err)
			res.Status, res.Detail = p.Status, p.Detail
			out.Failed++
		} else {
			out.Changed++
		}
		out.Results = append(out.Results, res)
	}
	if out.Changed == 0 && !slices.ContainsFunc(out.Results, func(r result) bool { return r.Status != http.StatusBadRequest }) && out.Failed > 0 {
		return refused(out.Results[0].Detail) // it is the decision that is wrong
	}
	return send(w, out)
}

// selected are the changes that a bulk decision asks for.
func (a *api) selected(ctx context.Context, b *decider) (changes []inventory.Change, err error) {
	s := a.policy()
	switch {
	case (len(b.IDs) > 0) == (b.Filter != nil):
		return nil, refused(`give either "ids", a list that is not empty, or "filter"`)
	case b.Filter == nil:
		seen := map[string]bool{}
		for _, id := range b.IDs {
			if seen[id] {
				return nil, refused("ids has a data point twice")
			}
			seen[id] = true
			changes = append(changes, s.change(inventory.ID(id), &b.change))
		}
		return changes, nil
	}
	l, err := inventory.ParseList(b.Filter.values(), inventory.MaxChanges)
	if err != nil {
		return nil, refused("filter: " + err.Error())
	}
	page, err := a.Store.Points(ctx, l)
	if err != nil {
		return nil, err
	}
	if page.Total > inventory.MaxChanges {
		return nil, wrong(fmt.Sprintf("the filter selects %d data points, and at most %d can be decided on at once: narrow it", page.Total, inventory.MaxChanges))
	}
	for i := range page.Items {
		c := s.change(page.Items[i].ID, &b.change)
		c.IfVersion = &page.Items[i].Version // what is decided meanwhile is not what was selected
		changes = append(changes, c)
	}
	return changes, nil
}

// values is a filter as parameters.
func (f *filter) values() map[string][]string {
	q := map[string][]string{"class": f.Class, "type": f.Type, "status": f.Status, "source": f.Source,
		"destination": f.Destination, "action": f.Action, "q": {f.Query}}
	for name, v := range map[string]*bool{"drift": f.Drift, "personal": f.Personal} {
		if v != nil {
			q[name] = []string{strconv.FormatBool(*v)}
		}
	}
	return q
}
