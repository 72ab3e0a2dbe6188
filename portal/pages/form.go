package pages

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

// maxForm bounds a form in bytes: a note, or the event of the try-it box, has its room.
const maxForm = 256 << 10

// parseForm reads the body of a form, at most maxForm.
func parseForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return &unfit{http.StatusBadRequest, "The form cannot be read. It has room for " + number(maxForm/1024) + " KB."}
	}
	return nil
}

// ref is a data point at the version that somebody looked at. Its text is what forms
// and addresses carry.
type ref struct {
	ID      inventory.ID
	Version int64
}

func refOf(d *inventory.DataPoint) ref { return ref{d.ID, d.Version} }

func (p ref) String() string { return string(p.ID) + ":" + strconv.FormatInt(p.Version, 10) }

func parseRef(text string) (p ref, ok bool) {
	id, version, ok := strings.Cut(text, ":")
	n, err := strconv.ParseInt(version, 10, 64)
	return ref{inventory.ID(id), n}, ok && err == nil && isID(id)
}

// parseRefs reads all of them, or none.
func parseRefs(texts []string) []ref {
	list := make([]ref, 0, len(texts))
	for _, t := range texts {
		p, ok := parseRef(t)
		if !ok {
			return nil
		}
		list = append(list, p)
	}
	return list
}

// isID tells whether a text looks like an inventory.ID.
func isID(s string) bool {
	if len(s) != 20 {
		return false
	}
	return strings.Trim(s, "0123456789abcdef") == ""
}

// typeChoice is a type that somebody can choose.
type typeChoice struct{ Name, Class string }

// types lists the types that the policy knows.
func types(p *rules.Policy) (list []typeChoice) {
	for _, t := range p.Types {
		if t.ID != catalog.None {
			list = append(list, typeChoice{t.Name, t.Class.String()})
		}
	}
	return list
}

// classOf is the class of a type in the policy; ok is false for a type that it does
// not know.
func classOf(p *rules.Policy, typ string) (class string, ok bool) {
	id, ok := p.Type(typ)
	if !ok {
		return "", false
	}
	return p.Types[id].Class.String(), true
}

// decideForm is what the forms of a data point share.
type decideForm struct {
	Token, Back string
	Ref         ref
	Label       string // the data point in words, for labels that only some hear
	Untyped     bool   // nothing was found, so there is nothing to confirm
}

func (v *view) decideForm(d *inventory.DataPoint) decideForm {
	return decideForm{Token: v.Token, Back: v.Here, Ref: refOf(d), Label: label(d), Untyped: d.Type == ""}
}

// label is a data point in words: "traits.email (email)".
func label(d *inventory.DataPoint) string {
	text := cut(d.Path, nameRoom)
	if d.Type != "" {
		text += " (" + d.Type + ")"
	}
	return text
}
