package explain

import (
	"iter"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/detect"
)

// Finding is a piece of personal data met in a document.
type Finding struct {
	engine.Finding
	Pointer string // where in the document, as a JSON Pointer; "" for transport values
	Inner   string // where inside a string value; see engine.Inspector.Inner
	Type    string // name of the type; "" for what a rule selects by its path
	Actions []Action
}

// Action is what is done about a finding on the way to a destination.
type Action struct {
	Destination string
	Action      string
	Rule        string // the rule that decided; "" for the destination's default
	Line        int    // where the rule stands; 0 when it is of no file
	Withheld    string // why the destination does not get the event whatever it holds, see engine.Hold; "" when it may
}

// Findings are those of the document that was read, in the order they were met.
func (x *Inspection) Findings() iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		for i, f := range x.Inspector.Findings() {
			if !yield(Finding{f, x.Pointer(i), x.Inner(i), x.policy.Types[f.Type].Name, x.actions(i, f.Event)}) {
				return
			}
		}
	}
}

// actions are what is done about a finding in an event, by destination.
func (x *Inspection) actions(finding, event int) []Action {
	list := make([]Action, len(x.policy.Destinations))
	for i := range list {
		d := x.Decision(finding, i)
		list[i] = Action{Destination: x.policy.Destinations[i].Name, Action: d.Action.Kind.String()}
		if d.Rule >= 0 {
			list[i].Rule, list[i].Line = x.policy.Rules[d.Rule].Name, x.policy.Rules[d.Rule].Line
		}
		if event >= 0 {
			list[i].Withheld = x.Held(event, i).String()
		}
	}
	return list
}

// AppendJSON appends a finding as a JSON object. document counts the documents of
// what was read.
func (f *Finding) AppendJSON(b []byte, document int) []byte {
	b = append(b, `{"event":`...)
	b = strconv.AppendInt(b, int64(document), 10)
	b = append(b, `,"path":`...)
	b = gjson.AppendJSONString(b, f.Pointer)
	b = append(b, `,"inner":`...)
	b = gjson.AppendJSONString(b, f.Inner)
	b = append(b, `,"type":"`...)
	b = append(b, f.Type...)
	b = append(b, `","class":"`...)
	b = append(b, f.Class.String()...)
	b = append(b, `",`...)
	b = AppendEvidence(b, f.Evidence)
	if f.Empty {
		b = append(b, `,"empty":true`...)
	}
	b = append(b, `,"actions":{`...)
	for i := range f.Actions {
		if i > 0 {
			b = append(b, ',')
		}
		b = f.Actions[i].appendMember(b)
	}
	return append(b, '}', '}')
}

// appendMember appends a member of "actions".
func (a *Action) appendMember(b []byte) []byte {
	b = gjson.AppendJSONString(b, a.Destination)
	b = append(b, `:{"action":"`...)
	b = append(b, a.Action...)
	b = append(b, `","rule":`...)
	b = gjson.AppendJSONString(b, a.Rule)
	if a.Rule != "" {
		b = append(b, `,"line":`...)
		b = strconv.AppendInt(b, int64(a.Line), 10)
	}
	if a.Withheld != "" {
		b = append(b, `,"withheld":"`...)
		b = append(b, a.Withheld...)
		b = append(b, '"')
	}
	return append(b, '}')
}

// AppendEvidence appends the members of a JSON object that say what gave a data point
// away and how far to trust it.
func AppendEvidence(b []byte, e engine.Evidence) []byte {
	b = append(b, `"matched":"`...)
	b = append(b, e.Matched()...)
	b = append(b, `","how":"`...)
	b = append(b, e.How()...)
	b = append(b, `","confidence":`...)
	b = AppendShare(b, e.Confidence())
	if e.Proof == detect.Context {
		b = append(b, `,"context":true`...)
	}
	return b
}

// AppendShare appends percent as a share of 1.
func AppendShare(b []byte, percent int) []byte {
	return strconv.AppendFloat(b, float64(percent)/100, 'g', -1, 64)
}
