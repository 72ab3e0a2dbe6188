package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/eventveil/eventveil/engine/catalog"
)

//go:embed sets
var sets embed.FS

// row is a name or a value and the type it is of; "-" for none.
type row struct{ name, typ string }

// lines are the lines of a set, without comments; number tells which.
func lines(file string, use func(number int, line string) error) error {
	text, err := sets.ReadFile("sets/" + file)
	if err != nil {
		return err
	}
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		if err := use(i+1, line); err != nil {
			return fmt.Errorf("sets/%s:%d: %w", file, i+1, err)
		}
	}
	return nil
}

// readNames reads lines of a name or value, a tab and a type; in front of them may
// stand a language.
func readNames(file string) (rows []row, err error) {
	err = lines(file, func(_ int, line string) error {
		c := strings.Split(line, "\t")
		if len(c) < 2 {
			return fmt.Errorf("no tab between name and type")
		}
		r := row{c[len(c)-2], c[len(c)-1]}
		rows = append(rows, r)
		return known(r.typ)
	})
	return rows, err
}

func known(typ string) error {
	if _, ok := catalog.Lookup(typ); !ok && typ != "-" {
		return fmt.Errorf("%q is no type", typ)
	}
	return nil
}

type span struct{ start, end int }

// sentence is a text and what is personal in it.
type sentence struct {
	text  string
	spans []span
}

var marked = regexp.MustCompile(`\[\[([a-z0-9_]+)\|(.*?)\]\]`)

// readTexts reads texts in which personal data is marked: "call [[phone|555 0100]]".
func readTexts(file string) (rows []sentence, err error) {
	err = lines(file, func(_ int, line string) error {
		var s sentence
		end := 0
		for _, m := range marked.FindAllStringSubmatchIndex(line, -1) {
			if err := known(line[m[2]:m[3]]); err != nil {
				return err
			}
			s.text += line[end:m[0]]
			s.spans = append(s.spans, span{len(s.text), len(s.text) + m[5] - m[4]})
			s.text += line[m[4]:m[5]]
			end = m[1]
		}
		s.text += line[end:]
		rows = append(rows, s)
		return nil
	})
	return rows, err
}

// example is an event, pointers to what is personal in it and to what must be left alone.
type example struct {
	event           []byte
	personal, clean []string
}

func readPlaces(file string) (rows []example, err error) {
	err = lines(file, func(_ int, line string) error {
		var r struct {
			Event    json.RawMessage
			Personal map[string]string
			Clean    []string
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			return err
		}
		e := example{event: r.Event, clean: r.Clean}
		for p, typ := range r.Personal {
			if err := known(typ); err != nil {
				return err
			}
			e.personal = append(e.personal, p)
		}
		slices.Sort(e.personal)
		rows = append(rows, e)
		return nil
	})
	return rows, err
}
