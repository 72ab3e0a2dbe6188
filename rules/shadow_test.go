package rules

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine/catalog"
)

// TestShadowedNeverDecide asks random policies about many points: a rule of which
// check says that it can never match decides none of them.
func TestShadowedNeverDecide(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(options ...string) string { return options[rng.IntN(len(options))] }
	warned := 0
	for range 600 {
		var in strings.Builder
		in.WriteString(`version: 1
mode: enforce
destinations:
  - {name: a, url: "http://a.example.com", labels: [x]}
  - {name: b, url: "http://b.example.com", delivery: queued, labels: [x]`)
		in.WriteString(pick("", ", allow_list: true", ", allow_list: true, default: mask"))
		in.WriteString(`}
sources: [{name: web, match: {write_key: w}}]
overrides: [{path: p.q, type: email}]
types: {free_text: off}
rules:
`)
		for i := range 6 {
			var when []string
			for _, s := range []string{
				pick("", "", "class: red", "class: yellow", "class: [red, yellow]", "class: green"),
				pick("", "", "type: email", "type: [us_ssn, email]", "type: country", "type: free_text"),
				pick("", "", "", "path: p", "path: p.q", `path: "*.q"`, `path: ["**.q", p]`),
				pick("", "", "destination: a", "destination: {not: a}", "destination: {label: x}"),
				pick("", "", "", "source: web", "source: [web, unknown]"),
				pick("", "", "", "event: X", `event: "X*"`, `event: "*"`),
				pick("", "", "", "status: new", "status: [new, approved]"),
			} {
				if s != "" {
					when = append(when, s)
				}
			}
			fmt.Fprintf(&in, "  - {name: r%d, when: {%s}, action: %s}\n", i, strings.Join(when, ", "), pick("block", "allow", "drop", "mask", "{integrations: {A: false}}"))
		}
		p, report := Parse("c.yaml", []byte(in.String()), testEnv)
		if p == nil {
			t.Fatal(report)
		}
		decided := map[int]bool{}
		types := []catalog.ID{catalog.None, typeID(p, "email"), typeID(p, "us_ssn"), typeID(p, "country"), typeID(p, "ip_address")}
		for d := range p.Destinations {
			for s := range p.Sources {
				for _, event := range []string{"", "X", "XY", "Z"} {
					for _, path := range []string{"", "p", "p.q", "p.r", "o.q.r", "o[].q"} {
						for _, typ := range types {
							for _, approved := range []bool{false, true} {
								pt := Point{Destination: d, Source: s, Event: event, Path: path, Type: typ, Class: p.Types[typ].Class, Approved: approved}
								decided[p.Decide(&pt).Rule] = true
							}
						}
					}
				}
			}
		}
		for i := range p.Rules {
			if decided[i] && strings.Contains(report.String(), fmt.Sprintf("rule \"r%d\" can never match", i)) {
				t.Errorf("rule r%d decides:\n%s%s", i, in.String(), report)
			}
		}
		warned += strings.Count(report.String(), "can never match")
	}
	if warned < 100 {
		t.Errorf("only %d rules were found shadowed", warned)
	}
}
