package pages

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/eventveil/eventveil/portal/access"
	"github.com/eventveil/eventveil/portal/inventory"
)

// The words for what a form asks to be done.
const (
	doConfirm    = "confirm"
	doIgnore     = "ignore"
	doReclassify = "reclassify"
	doReopen     = "reopen"  // back to the inbox, also as "Undo"
	doRestore    = "restore" // "Undo" for what had been decided before
	doNote       = "note"
	didNothing   = "nothing" // it was so already
)

// decide makes the changes that a form asks for. When all are made it sends the
// browser back to where it came from, with a word about them; otherwise it says which
// are not, and why, and offers to make them nevertheless.
func (s *site) decide(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	refs := parseRefs(r.PostForm["point"])
	if len(refs) == 0 {
		return &unfit{http.StatusBadRequest, "No data point was chosen. Tick those that the decision is about."}
	}
	do := r.PostForm.Get("do")
	want, err := s.wanted(do, r.PostForm)
	if err != nil {
		return err
	}
	changes := make([]inventory.Change, len(refs))
	for i, p := range refs {
		changes[i] = want
		changes[i].ID, changes[i].IfVersion = p.ID, &refs[i].Version
	}
	ctx := r.Context()
	was := ""
	if len(refs) == 1 {
		if d, err := s.Store.Point(ctx, refs[0].ID); err == nil {
			was = verdictText(verdictOf(d, want.Source))
		}
	}
	actor, _ := s.User(ctx)
	errs, err := s.Desk.Decide(ctx, actor, changes)
	if errs == nil && err != nil {
		if reason, ok := inventory.Refused(err); ok {
			return &unfit{http.StatusUnprocessableEntity, sentence(reason)}
		}
		return err
	}
	// With errs and err both, the decision is stored: it comes into force as soon as it
	// can be, and the page says so.
	late := err != nil
	if late {
		s.Log.Warn("a decision is stored, but not yet in force", "error", err)
	}
	if errors.Join(errs...) != nil {
		return s.notMade(w, r, want, do, refs, errs)
	}
	if len(refs) == 1 {
		d, err := s.Store.Point(ctx, refs[0].ID)
		if err != nil {
			return err
		}
		if d.Version == refs[0].Version {
			do = didNothing
		}
	}
	http.Redirect(w, r, flashed(access.LocalPath(r.PostForm.Get("back")), do, want.Source, was, refs, late), http.StatusSeeOther)
	return nil
}

// wanted is the change that a form asks for, of whichever data point.
func (s *site) wanted(do string, form url.Values) (c inventory.Change, err error) {
	c.Source = form.Get("source")
	set := func(status inventory.Status) { c.Status = &status }
	text := func(name string) *string {
		if v := strings.TrimSpace(form.Get(name)); v != "" {
			return &v
		}
		return nil
	}
	switch do {
	case doConfirm:
		set(inventory.Approved)
	case doIgnore:
		set(inventory.Ignored)
	case doReopen:
		set(inventory.New)
	case doReclassify, doRestore:
		c.Class, c.Type = text("class"), text("type")
		if do == doRestore {
			status := inventory.Status(form.Get("status"))
			if set(status); status != inventory.Approved {
				c.Class, c.Type = nil, nil
			}
			break
		}
		if c.Class == nil && c.Type == nil {
			return c, &unfit{http.StatusUnprocessableEntity, "Say what it is: choose a type, a class, or both."}
		}
	case doNote:
		note, owner := form.Get("note"), form.Get("owner")
		c.Note, c.Owner = &note, &owner
	default:
		return c, &unfit{http.StatusBadRequest, "The form does not say what is to be done."}
	}
	if c.Type != nil {
		class, ok := classOf(s.Policy(), *c.Type)
		if !ok {
			return c, &unfit{http.StatusUnprocessableEntity, "There is no type of that name. The field offers those there are; types of your own are classifiers of the configuration."}
		}
		if c.Class == nil {
			c.Class = &class
		}
	}
	return c, nil
}

// verdictOf is what is said of a data point for a source, or ("") for all.
func verdictOf(d *inventory.DataPoint, source string) inventory.Verdict {
	if source == "" {
		return d.Verdict
	}
	for _, v := range d.PerSource {
		if v.Source == source {
			return v
		}
	}
	return inventory.Verdict{Source: source, Status: inventory.New}
}

// sentence makes a sentence of a reason.
func sentence(reason string) string {
	if reason == "" {
		return ""
	}
	return strings.ToUpper(reason[:1]) + reason[1:] + "."
}
