package pages

import (
	"net/http"
	"strings"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/explain"
	"github.com/eventveil/eventveil/rules"
)

// maxFindings bounds what the try-it box shows.
const maxFindings = 200

type rulesPage struct {
	File      string
	Rules     []ruleRow
	Defaults  []defaultRow
	Sources   []string
	Try       tryForm
	Attempted bool
	Refused   string // why the event cannot be read
	Findings  []explain.Finding
	More      int // findings that are not shown
}

// tryForm is what was asked of the try-it box.
type tryForm struct{ Event, Source string }

// ruleRow is a rule with how often it decided.
type ruleRow struct {
	Number int
	Name   string
	When   []rules.Selector
	Action string
	Detail string
	Where  string
	Count  int64
	Share  string
	Last   when
}

// defaultRow is what happens to personal data that no rule speaks of.
type defaultRow struct {
	Destination, Action, Detail string
	Count                       int64
}

// rules answers: what is decided, in which order, and how often does it matter?
func (s *site) rules(w http.ResponseWriter, r *http.Request) error {
	return s.showRules(w, r, &rulesPage{})
}

// try inspects an event that somebody pasted. Nothing of it is kept, and nothing goes
// back but what was found, and the event itself to its own text field.
func (s *site) try(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	p := &rulesPage{Attempted: true, Try: tryForm{r.PostForm.Get("event"), r.PostForm.Get("source")}}
	policy := s.Policy()
	source := -1
	if p.Try.Source != "" {
		if source = policy.Source(p.Try.Source); source < 0 {
			return &unfit{http.StatusUnprocessableEntity, "There is no source of that name in the configuration."}
		}
	}
	x := explain.New(s.engine(policy), source)
	defer x.Close()
	if err := x.Read([]byte(strings.TrimSpace(p.Try.Event)), nil); err != nil {
		p.Refused = explain.Why(err)
	} else {
		// To say where each of them is, the event is walked again.
		p.More = max(0, len(x.Inspector.Findings())-maxFindings)
		for f := range x.Findings() {
			if len(p.Findings) == maxFindings {
				break
			}
			p.Findings = append(p.Findings, f)
		}
	}
	return s.showRules(w, r, p)
}

func (s *site) showRules(w http.ResponseWriter, r *http.Request, p *rulesPage) error {
	counts, err := s.Store.Rules(r.Context())
	if err != nil {
		return err
	}
	policy := s.Policy()
	p.File = policy.File
	for _, source := range policy.Sources {
		p.Sources = append(p.Sources, source.Name)
	}
	rows := make([]ruleRow, len(policy.Rules))
	var most int64
	for i := range policy.Rules {
		rule := &policy.Rules[i]
		row := ruleRow{Number: i + 1, Name: rule.Name, When: policy.When(i), Action: rule.Action.Kind.String(), Detail: detail(rule.Action), Where: place(policy, rule.Line)}
		for _, c := range counts {
			if c.Rule != rule.Name {
				continue
			}
			row.Count += c.Count
			if last := whenOf(c.LastSeen, s.Now()); row.Last.ISO < last.ISO {
				row.Last = last
			}
		}
		most = max(most, row.Count)
		rows[i] = row
	}
	for i := range rows {
		rows[i].Share = share(rows[i].Count, most)
	}
	p.Rules = rows
	for i := range policy.Destinations {
		d := &policy.Destinations[i]
		row := defaultRow{Destination: d.Name, Action: rules.Allow.String()}
		if d.Default != nil {
			row.Action, row.Detail = d.Default.Kind.String(), detail(d.Default)
		}
		for _, c := range counts {
			if c.Rule == "" && c.Destination == d.Name {
				row.Count += c.Count
			}
		}
		p.Defaults = append(p.Defaults, row)
	}
	v := s.view(r, "rules", "Rules")
	v.Data = p
	return s.show(w, http.StatusOK, "rules", v)
}

// engine is one for a policy. It is kept: to make one takes long.
func (s *site) engine(p *rules.Policy) *engine.Engine {
	if e := s.engines.Load(); e != nil && e.Policy() == p {
		return e
	}
	e := engine.New(p)
	s.engines.Store(e)
	return e
}

// detail is what an action says of itself beyond its word.
func detail(a *rules.Action) string {
	if text := a.String(); text != a.Kind.String() {
		return text
	}
	return ""
}

// selectorWords say what a rule asks for.
func selectorWords(list []rules.Selector) []string {
	words := make([]string, len(list))
	for i, sel := range list {
		values := make([]string, len(sel.Values))
		for j, v := range sel.Values {
			values[j] = cut(v, nameRoom)
			if sel.Key == "class" {
				values[j] = strings.ToLower(classWord(v))
			}
		}
		if len(values) == 0 {
			values = []string{"nothing there is"}
		}
		words[i] = sel.Key + " is " + either(values)
	}
	return words
}

// either joins words as alternatives: a, b or c.
func either(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
