package inventory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxChanges is how many data points can be decided on at once.
const MaxChanges = 1000

// maxNote and maxOwner bound texts in bytes.
const (
	maxNote  = 4096
	maxOwner = 200
)

// Desk is where people decide. It checks what they say, has it stored with the audit,
// and sees to it that it is in force in this process when it answers.
type Desk struct {
	Store   Store
	Types   func() []string             // names of the types that there are
	Sources func() []string             // names of the sources that there are
	Apply   func(context.Context) error // puts the stored decisions in force; nil when nothing is enforced here
}

// Refusal is why a change cannot be made: what is wrong with it, for whoever asked.
type Refusal struct{ Reason string }

func (r *Refusal) Error() string { return r.Reason }

// Decide makes changes for actor. Like Store.Decide it answers for each change by
// itself; a *Refusal among the errors says what is wrong with a change. Confirming,
// classifying and naming a type all are decisions: what is left out of Status is
// Approved when Class or Type is given. Status New takes back what was said of type
// and class. To ignore a data point is to say that it is green.
//
// When the last error is nil, what was stored is in force in this process.
func (d *Desk) Decide(ctx context.Context, actor string, changes []Change) ([]error, error) {
	if len(changes) > MaxChanges {
		return nil, &Refusal{fmt.Sprintf("at most %d data points can be decided on at once", MaxChanges)}
	}
	errs := make([]error, len(changes))
	var good []Change
	var at []int
	for i, c := range changes {
		if errs[i] = d.check(&c); errs[i] == nil {
			good, at = append(good, c), append(at, i)
		}
	}
	if len(good) == 0 {
		return errs, nil
	}
	results, err := d.Store.Decide(ctx, actor, good)
	if err != nil {
		return nil, err
	}
	made := false
	for i, r := range results {
		errs[at[i]] = r
		made = made || r == nil
	}
	if made && d.Apply != nil {
		if err := d.Apply(ctx); err != nil {
			return errs, fmt.Errorf("the decision is stored, but not yet in force here: %w", err)
		}
	}
	return errs, nil
}

// check completes a change, or says what is wrong with it.
func (d *Desk) check(c *Change) error {
	refuse := func(format string, args ...any) error { return &Refusal{fmt.Sprintf(format, args...)} }
	if c.Status == nil && c.Class == nil && c.Type == nil && c.Note == nil && c.Owner == nil {
		return refuse("nothing is to be changed: give status, class, type, note or owner")
	}
	if c.Status != nil && !slices.Contains(Statuses, *c.Status) {
		return refuse("status is one of %s", strings.Join(statusWords(), ", "))
	}
	if c.Class != nil && !slices.Contains(Classes, *c.Class) {
		return refuse("class is one of %s", strings.Join(Classes, ", "))
	}
	if c.Type != nil && !slices.Contains(d.Types(), *c.Type) {
		return refuse("there is no type of that name; GET /api/v1/types lists them")
	}
	if c.Source != "" && !slices.Contains(d.Sources(), c.Source) {
		return refuse("there is no source of that name in the configuration")
	}
	if c.Source != "" && (c.Note != nil || c.Owner != nil) {
		return refuse("note and owner are of the data point, whatever the source: leave source out for them")
	}
	said := c.Class != nil || c.Type != nil
	switch {
	case said && c.Status == nil:
		approved := Approved
		c.Status = &approved
	case said && *c.Status != Approved:
		return refuse("class and type are said of what is approved; with status %q leave them out", *c.Status)
	}
	for _, t := range []struct {
		name string
		text **string
		most int
	}{{"note", &c.Note, maxNote}, {"owner", &c.Owner, maxOwner}} {
		if *t.text == nil {
			continue
		}
		clean := strings.TrimSpace(strings.ReplaceAll(**t.text, "\r\n", "\n"))
		if !utf8.ValidString(clean) || len(clean) > t.most || strings.ContainsFunc(clean, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			return refuse("%s is a text of at most %d bytes without control characters", t.name, t.most)
		}
		*t.text = &clean
	}
	return nil
}

// Refused is the reason of a *Refusal in err's chain, or of the errors that Store
// answers a change with; ok is false for faults of the database.
func Refused(err error) (reason string, ok bool) {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Reason, true
	}
	for _, known := range []error{ErrNotFound, ErrChanged, ErrCursor, ErrTwin, ErrUntyped} {
		if errors.Is(err, known) {
			return known.Error(), true
		}
	}
	return "", false
}
