package pages

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/eventveil/eventveil/portal/access"
	"github.com/eventveil/eventveil/portal/inventory"
)

// notMade is the page about decisions that were not made.
type notMadePage struct {
	Made    int
	Changed bool // at least one was changed by somebody else meanwhile
	Points  []notMadePoint
	Want    wantForm
	Back    string
}

// notMadePoint is a data point that stays as it is.
type notMadePoint struct {
	ID     inventory.ID
	Path   string
	Reason string
	Known  bool // what follows is known
	Now    inventory.Verdict
	By     string
	At     when
	Since  []entry // decisions that came first
	Again  *wantForm
}

// wantForm is what somebody wanted, as hidden fields to want it again.
type wantForm struct {
	Words  string
	Fields []field
}

type field struct{ Name, Value string }

// notMade shows which of the wanted changes are not made. 412 tells programs that
// somebody was faster, 422 that the change is refused.
func (s *site) notMade(w http.ResponseWriter, r *http.Request, want inventory.Change, do string, refs []ref, errs []error) error {
	p := notMadePage{Back: access.LocalPath(r.PostForm.Get("back")), Want: wantOf(do, want)}
	v := s.view(r, "", "Not everything was decided")
	for i, err := range errs {
		if err == nil {
			p.Made++
			continue
		}
		reason, ok := inventory.Refused(err)
		if !ok {
			return err
		}
		point := notMadePoint{ID: refs[i].ID, Path: string(refs[i].ID), Reason: sentence(reason)}
		changed := errors.Is(err, inventory.ErrChanged)
		p.Changed = p.Changed || changed
		if d, err := s.Store.Point(r.Context(), refs[i].ID); err == nil {
			point.Known, point.Path = true, d.Path
			point.Now, point.By, point.At = verdictOf(d, want.Source), d.DecidedBy, whenOf(d.DecidedAt, s.Now())
			if changed {
				point.Since = s.decidedSince(r, d, refs[i].Version)
				again := wantOf(do, want)
				again.Fields = append(again.Fields, field{"token", v.Token}, field{"point", refOf(d).String()}, field{"back", p.Back})
				point.Again = &again
			}
		}
		p.Points = append(p.Points, point)
	}
	v.Data = p
	status := http.StatusUnprocessableEntity
	if p.Changed {
		status = http.StatusPreconditionFailed
	}
	return s.show(w, status, "notmade", v)
}

// maxSince bounds how many decisions that came first are shown.
const maxSince = 10

// decidedSince are the decisions on a data point since a version, the latest first; nil
// when that cannot be told.
func (s *site) decidedSince(r *http.Request, d *inventory.DataPoint, version int64) []entry {
	list, err := s.Store.Audit(r.Context(), string(d.ID), 0, int(min(max(d.Version-version, 1), maxSince)))
	if err != nil {
		return nil
	}
	return entriesOf(list)
}

// wantOf is a change in words and as fields.
func wantOf(do string, c inventory.Change) (f wantForm) {
	add := func(name string, value *string) {
		if value != nil {
			f.Fields = append(f.Fields, field{name, *value})
		}
	}
	f.Fields = append(f.Fields, field{"do", do})
	if c.Source != "" {
		f.Fields = append(f.Fields, field{"source", c.Source})
	}
	add("class", c.Class)
	add("type", c.Type)
	add("note", c.Note)
	add("owner", c.Owner)
	switch do {
	case doRestore:
		f.Fields = append(f.Fields, field{"status", string(*c.Status)})
		f.Words = "Restore " + string(*c.Status)
	case doReclassify:
		f.Words = "Reclassify as " + classWord(*c.Class)
		if c.Type != nil {
			f.Words += ", " + *c.Type
		}
	case doNote:
		f.Words = "Save note and owner"
	default:
		f.Words = map[string]string{doConfirm: "Confirm", doIgnore: "Ignore", doReopen: "Put back in the inbox"}[do]
	}
	if c.Source != "" {
		f.Words += " for " + visible(c.Source)
	}
	return f
}

// change is a part of a data point before and after.
type change struct{ Name, Before, After string }

// changesOf lists what an entry of the audit changed.
func changesOf(e inventory.Entry) (list []change) {
	before, after := members(e.Before), members(e.After)
	var names []string
	for name := range before {
		names = append(names, name)
	}
	for name := range after {
		if _, ok := before[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if before[name] != after[name] {
			list = append(list, change{name, valueWord(name, before[name]), valueWord(name, after[name])})
		}
	}
	return list
}

// valueWord is a member's value as pages show it, on one line.
func valueWord(name, value string) string {
	switch {
	case value == "":
		return ""
	case name == "class":
		return classWord(value)
	case name == "status":
		return cmp.Or(statusWord(inventory.Status(value)), value)
	}
	return strings.ReplaceAll(value, "\n", " ")
}

// members are the members of a JSON object as texts; a text that is no object is one
// member without a name.
func members(text string) map[string]string {
	if text == "" {
		return nil
	}
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &object) != nil {
		return map[string]string{"": text}
	}
	all := make(map[string]string, len(object))
	for name, raw := range object {
		var s string
		if json.Unmarshal(raw, &s) != nil {
			s = string(raw)
		}
		all[name] = s
	}
	return all
}
