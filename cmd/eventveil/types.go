package main

import (
	"context"
	"encoding/json"
	"flag"
	"strings"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
	"github.com/eventveil/eventveil/rules"
)

var typesCommand = &command{
	name:  "types",
	short: "list the data types that are known",
	long: `
Lists the data types: their names, as rules use them, their class (red:
restricted, yellow: personal, green: not personal by itself), the countries that
they belong to, how they are found, what they are, and the schemes that their
values are checked by. "name": by what a field is called. "value": by the form of
a value, whatever the field is called; "value beside words": in a text that says
what it is. "check": never by a value alone, as most numbers pass some check by
chance, but its schemes can be asked: as a classifier's validator, and by "as" of
"eventveil classify". -format json says who published a scheme's rule.`,
	example: "eventveil types | grep ^us_",
	bind: func(fs *flag.FlagSet) call {
		config := fs.String("config", "", "the configuration `file`, for its classifiers and classes; without it the built-in catalog")
		format := fs.String("format", "table", "table or json: a `format` for people or for programs")
		return func(_ context.Context, s *streams, args []string) error {
			if len(args) > 0 {
				return usagef("takes no arguments")
			}
			policy, err := loadPolicy(*config, s.stderr)
			if err != nil {
				return err
			}
			switch *format {
			case "table":
				return typesTable(policy).write(s.stdout)
			case "json":
				enc := json.NewEncoder(s.stdout)
				for _, t := range listTypes(policy) {
					if err := enc.Encode(t); err != nil {
						return err
					}
				}
				return nil
			default:
				return usagef("-format is table or json, not %q", *format)
			}
		}
	},
}

// typeLine is one data type as `types -format json` prints it.
type typeLine struct {
	ID          string       `json:"id"`
	Class       string       `json:"class"`
	Regions     []string     `json:"regions"`
	Found       []string     `json:"found"`
	Description string       `json:"description"`
	Schemes     []schemeLine `json:"schemes"`
}

// schemeLine is one scheme of a type.
type schemeLine struct {
	Name   string `json:"name"`
	Source string `json:"source"`
}

func listTypes(p *rules.Policy) (lines []typeLine) {
	found := map[catalog.ID][]string{}
	for _, c := range p.Classifiers {
		if c.ByName() {
			found[c.Type] = append(found[c.Type], "name")
		}
		if c.ByValue() {
			found[c.Type] = append(found[c.Type], "value")
		}
	}
	for i := range p.Types {
		t := &p.Types[i]
		if t.Name == "" {
			continue
		}
		how, custom := found[catalog.ID(i)]
		if !custom {
			how = foundBy(catalog.ID(i), t)
		}
		regions := t.Regions
		if regions == nil {
			regions = []string{}
		}
		lines = append(lines, typeLine{t.Name, t.Class.String(), regions, how, t.Description, schemesOf(catalog.ID(i))})
	}
	return lines
}

func schemesOf(id catalog.ID) []schemeLine {
	lines := []schemeLine{}
	for _, s := range detect.SchemesOf(id) {
		lines = append(lines, schemeLine{s.Name, s.Source})
	}
	return lines
}

// foundBy says how a built-in type is found.
func foundBy(id catalog.ID, t *catalog.Type) (by []string) {
	if len(t.Synonyms) > 0 {
		by = append(by, "name")
	}
	switch need := detect.NeedOf(id); {
	case need == detect.NeedsNothing:
		by = append(by, "value")
	case need == detect.NeedsWords:
		by = append(by, "value beside words")
	case len(detect.SchemesOf(id)) > 0:
		by = append(by, "check")
	}
	return by
}

func typesTable(p *rules.Policy) *table {
	t := newTable("ID", "CLASS", "REGIONS", "FOUND BY", "DESCRIPTION", "SCHEMES")
	for _, l := range listTypes(p) {
		names := make([]string, len(l.Schemes))
		for i, s := range l.Schemes {
			names[i] = s.Name
		}
		if len(names) == 0 {
			names = []string{"-"}
		}
		t.row(l.ID, l.Class, strings.Join(l.Regions, " "), strings.Join(l.Found, ", "), l.Description, strings.Join(names, " "))
	}
	return t
}
