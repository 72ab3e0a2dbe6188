package pages

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/eventveil/eventveil/portal/inventory"
)

// flashParams are the parameters of an address that tell what was done last.
var flashParams = []string{"did", "points", "was", "for", "late", "order"}

// flash says what was decided last, and how to take it back.
type flash struct {
	Text   string
	Late   bool // stored, but not in force yet
	Undo   string
	Points []string
	Source string
	inventory.Verdict
	Token, Back string
}

// flashed is an address with a word about what was decided. The points are at the
// version that the decision has made.
func flashed(to, did, source, was string, refs []ref, late bool) string {
	u, err := url.Parse(to)
	if err != nil {
		u = &url.URL{Path: "/"}
	}
	q := u.Query()
	for _, name := range flashParams {
		q.Del(name)
	}
	if len(refs) > pageSize { // more than any page has, and than an address has room for
		u.RawQuery = q.Encode()
		return u.String()
	}
	q.Set("did", did)
	texts := make([]string, len(refs))
	for i, p := range refs {
		p.Version++
		texts[i] = p.String()
	}
	q.Set("points", strings.Join(texts, ","))
	for name, value := range map[string]string{"was": was, "for": source} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if late {
		q.Set("late", "1")
	}
	u.RawQuery = q.Encode()
	return u.String()
}

var didWords = map[string]string{doConfirm: "confirmed", doIgnore: "ignored from now on", doReclassify: "reclassified", doReopen: "back in the inbox", doRestore: "as it was before", doNote: "noted", didNothing: ""}

// flash reads the word about the last decision from an address. An address can be
// made up: it is shown only when the data point was last decided on by who asks and
// has not changed since.
func (s *site) flash(r *http.Request, v *view) *flash {
	q := r.URL.Query()
	did := q.Get("did")
	word, known := didWords[did]
	refs := parseRefs(strings.Split(q.Get("points"), ","))
	if !known || len(refs) == 0 || !v.Editor {
		return nil
	}
	d, err := s.Store.Point(r.Context(), refs[0].ID)
	if err != nil {
		return nil
	}
	if did == didNothing {
		return &flash{Text: label(d) + " was so already."}
	}
	if d.DecidedBy != v.User || d.Version != refs[0].Version {
		return nil
	}
	f := &flash{Late: q.Get("late") != "", Source: q.Get("for"), Token: v.Token, Back: v.Here}
	f.Text = label(d)
	if len(refs) > 1 {
		f.Text = plural(len(refs), "data point", "data points")
	}
	if f.Source != "" {
		f.Text += ", from " + visible(f.Source) + ","
	}
	if f.Source != "" && did == doReopen {
		word = "as for all sources again"
	}
	is := " is "
	if len(refs) > 1 {
		is = " are "
	}
	f.Text += is + word
	if now := verdictOf(d, f.Source); did == doReclassify {
		f.Text += " as " + strings.ToLower(classWord(now.Class))
		if now.Type != "" {
			f.Text += ", " + now.Type
		}
	}
	f.Text += "."
	if did != doReopen && f.Source != "" && d.Status == inventory.New {
		f.Text += " It stays in the inbox until it is decided for all sources."
	}
	if did == doNote || did == doReopen || did == doRestore {
		return f
	}
	f.Undo = doReopen
	if was, ok := parseVerdict(q.Get("was")); ok && was.Status != inventory.New {
		f.Undo, f.Verdict = doRestore, was
	}
	for _, p := range refs {
		f.Points = append(f.Points, p.String())
	}
	return f
}

// verdictText is a verdict as an address carries it.
func verdictText(v inventory.Verdict) string {
	return string(v.Status) + "," + v.Class + "," + v.Type
}

func parseVerdict(text string) (v inventory.Verdict, ok bool) {
	parts := strings.Split(text, ",")
	if len(parts) != 3 {
		return v, false
	}
	v.Status, v.Class, v.Type = inventory.Status(parts[0]), parts[1], parts[2]
	return v, true
}
