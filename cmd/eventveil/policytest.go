package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/explain"
	"github.com/eventveil/eventveil/rules"
)

var testCommand = &command{
	name:  "test",
	args:  "FILE...",
	short: "run tests of a configuration: events in, what each destination gets",
	long: `
Runs rule tests. A file of cases names a configuration and lists events with
what each destination is expected to get and what is expected to be found;
docs/testing-policies.md describes it. Prints one line a case, and for a failed
one what differs. The exit status is 1 when a case failed.`,
	example: "eventveil test docs/examples/policy.test.yaml",
	bind: func(fs *flag.FlagSet) call {
		config := fs.String("config", "", "the configuration `file` for cases that name none")
		return func(_ context.Context, s *streams, args []string) error {
			if len(args) == 0 {
				return usagef("no file of cases is named")
			}
			t := &tester{streams: s, config: *config, policies: map[string]*rules.Policy{}}
			for _, path := range args {
				if err := t.file(path); err != nil {
					return err
				}
			}
			fmt.Fprintf(s.stdout, "%d passed, %d failed\n", t.passed, t.failed)
			if t.failed > 0 {
				return errFound
			}
			return nil
		}
	},
}

// tester runs cases and counts.
type tester struct {
	*streams
	config         string
	policies       map[string]*rules.Policy // by path of their configuration
	passed, failed int
}

func (t *tester) file(path string) error {
	f, err := readCases(path, t.stdin)
	if err != nil {
		return err
	}
	for _, c := range f.cases {
		config := c.config
		if config == "" {
			config = f.config
		}
		if config == "" {
			config = t.config
		}
		p, err := t.policy(config)
		if err != nil {
			return err
		}
		wrong, err := c.run(p)
		if err != nil {
			return fmt.Errorf("%s:%d: case %q: %w", path, c.line, c.name, err)
		}
		if len(wrong) == 0 {
			t.passed++
			fmt.Fprintf(t.stdout, "ok    %s\n", c.name)
			continue
		}
		t.failed++
		fmt.Fprintf(t.stdout, "FAIL  %s (%s:%d)\n", c.name, path, c.line)
		for _, w := range wrong {
			fmt.Fprintf(t.stdout, "      %s\n", strings.ReplaceAll(w, "\n", "\n      "))
		}
	}
	return nil
}

// policy loads each configuration once.
func (t *tester) policy(path string) (*rules.Policy, error) {
	if p := t.policies[path]; p != nil {
		return p, nil
	}
	p, err := loadPolicy(path, t.stderr)
	if err == nil {
		warnObserve(t.stderr, p)
		t.policies[path] = p
	}
	return p, err
}

// run sends the case's event through a policy and returns what differs from
// what is expected; err is a mistake in the case itself.
func (c *ruleCase) run(p *rules.Policy) (wrong []string, err error) {
	source, err := sourceIndex(p, c.source)
	if err != nil {
		return nil, err
	}
	x := explain.New(engine.New(p), source)
	defer x.Close()
	var fields []engine.Field
	for _, v := range c.transport {
		fields = append(fields, engine.Field{Path: "$transport." + v.name, Value: []byte(v.value), Query: v.name == "query"})
	}
	if err := x.Read(c.event, fields); err != nil {
		return []string{"refused: " + explain.Why(err)}, nil
	}
	for _, e := range c.expect {
		to, err := destinationIndex(p, e.destination)
		if err != nil {
			return nil, err
		}
		for _, w := range e.compare(x.Render(to)) {
			wrong = append(wrong, e.destination+": "+w)
		}
	}
	if c.checkAll {
		wrong = append(wrong, c.compareFindings(p, x.Inspector.Findings())...)
	}
	return wrong, nil
}

// compare tells how what a destination gets differs from what is expected.
func (e *expectation) compare(got engine.Outcome) (wrong []string) {
	dropped := got.Events > 0 && got.Dropped == got.Events
	if dropped != e.dropped {
		if dropped {
			return []string{"the event was dropped"}
		}
		return []string{"the event was not dropped"}
	}
	if e.event != nil {
		if want, have := canonical(e.event), canonical(got.Body); want != have {
			wrong = append(wrong, "the event differs (- expected, + got):\n"+diff(want, have))
		}
	}
	if e.bytes != nil && !bytes.Equal(e.bytes, got.Body) {
		wrong = append(wrong, "the bytes differ (- expected, + got):\n"+diff(string(e.bytes), string(got.Body)))
	}
	for _, path := range e.absent {
		if gjson.GetBytes(got.Body, path).Exists() {
			wrong = append(wrong, path+" is still there")
		}
	}
	return wrong
}

// compareFindings tells which findings are missing and which are not expected.
func (c *ruleCase) compareFindings(p *rules.Policy, findings []engine.Finding) (wrong []string) {
	var have []string
	for _, f := range findings {
		if f.Type != 0 {
			have = append(have, f.Path+" is "+p.Types[f.Type].Name)
		}
	}
	for _, f := range c.findings {
		want := f.path + " is " + f.typ
		if i := slices.Index(have, want); i >= 0 {
			have = slices.Delete(have, i, i+1)
			continue
		}
		wrong = append(wrong, "not found: "+want)
	}
	for _, f := range have {
		wrong = append(wrong, "not expected: "+printable(f))
	}
	return wrong
}
