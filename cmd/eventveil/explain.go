package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/explain"
	"github.com/eventveil/eventveil/rules"
)

var explainCommand = &command{
	name:  "explain",
	args:  "[FILE...]",
	short: "show what is found in events and what the rules do about it",
	long: `
Reads events and prints one line for each piece of personal data found: where it
is, what it is, how it was recognized, how far to trust that (the share of such
findings that are right, see docs/detection.md) and what happens to it on the way
to each destination. Values are never printed. "event" counts the documents of
the input; a batch is one document. Without -config the built-in policy is asked:
restricted data is blocked, the rest passes. Where a destination does not get an
event whatever it holds, "withheld" says why: for want of consent, or because the
event's integrations say so. A destination that is an allow-list also loses every
member that nobody has approved, in which nothing was found; filter shows that. A
document that cannot be read is reported on standard error, and the exit status
is then 1.`,
	example: `echo '{"properties":{"username":"ada@example.com"}}' | eventveil explain -format text`,
	bind: func(fs *flag.FlagSet) call {
		config := fs.String("config", "", "the configuration `file`; without it the built-in policy")
		source := fs.String("source", "", "the `name` of the source that events come from; without it their write key tells")
		format := fs.String("format", "json", "json or text: a `format` for programs or for people")
		signals := signalFlags(fs)
		return func(_ context.Context, s *streams, args []string) error {
			if *format != "json" && *format != "text" {
				return usagef("-format is json or text, not %q", *format)
			}
			policy, err := loadPolicy(*config, s.stderr)
			if err != nil {
				return err
			}
			from, err := sourceIndex(policy, *source)
			if err != nil {
				return err
			}
			x := newReader(policy, from, *signals)
			defer x.Close()
			if *format == "text" {
				table := newTable("EVENT", "PATH", "TYPE", "CLASS", "FOUND BY", "ACTIONS")
				err = x.each(args, s, func(d *document) {
					for f := range x.Findings() {
						table.row(row(&f, d)...)
					}
				})
				return errors.Join(table.write(s.stdout), err)
			}
			out := bufio.NewWriterSize(s.stdout, 64<<10)
			var line []byte
			err = x.each(args, s, func(d *document) {
				for f := range x.Findings() {
					line = append(f.AppendJSON(line[:0], d.index), '\n')
					out.Write(line) // a write error stays with out and is told by Flush
				}
			})
			return errors.Join(out.Flush(), err)
		}
	},
}

// row is a finding for people.
func row(f *explain.Finding, d *document) []string {
	where := f.Pointer
	if f.Inner != "" {
		where += " (" + f.Inner + ")"
	}
	actions := make([]string, len(f.Actions))
	for i, a := range f.Actions {
		by := "default"
		if a.Rule != "" {
			by = strconv.Quote(a.Rule)
			if a.Line > 0 {
				by += fmt.Sprintf(", line %d", a.Line)
			}
		}
		if a.Withheld != "" {
			by += "; withheld: " + a.Withheld
		}
		actions[i] = fmt.Sprintf("%s: %s (%s)", a.Destination, a.Action, by)
	}
	return []string{strconv.Itoa(d.index), printable(where), f.Type, f.Class.String(), evidenceWords(f.Evidence), strings.Join(actions, "; ")}
}

// evidenceWords says for people what gave a data point away and how far to trust it.
func evidenceWords(e engine.Evidence) string {
	if e.By == 0 {
		return e.Words()
	}
	return fmt.Sprintf("%s, %d%%", e.Words(), e.Confidence())
}

// reader is an inspection of the documents of files, for explain and filter.
type reader struct{ *explain.Inspection }

func newReader(p *rules.Policy, source int, s engine.Signals) reader {
	x := explain.New(engine.New(p), source)
	x.Signals = s
	return reader{x}
}

// signalFlags are the flags for what the headers of a request say of consent.
func signalFlags(fs *flag.FlagSet) *engine.Signals {
	s := new(engine.Signals)
	fs.BoolVar(&s.GPC, "gpc", false, "as if events came with the header Sec-GPC: 1")
	fs.BoolVar(&s.DNT, "dnt", false, "as if events came with the header DNT: 1")
	return s
}

// each inspects every document of the files and calls use for those that can be
// read; the others are reported and make the result errFound.
func (x reader) each(files []string, s *streams, use func(d *document)) error {
	bad := 0
	err := eachDocument(files, s.stdin, func(d *document, err error) error {
		if err == nil {
			err = x.Read(d.bytes, nil)
		}
		if err != nil {
			bad++
			fmt.Fprintf(s.stderr, "%s: event %d refused: %s\n", d.where(), d.index, explain.Why(err))
			return nil
		}
		use(d)
		return nil
	})
	if err == nil && bad > 0 {
		err = errFound
	}
	return err
}

// sourceIndex finds a source by name; "" is -1, let the event's write key tell.
func sourceIndex(p *rules.Policy, name string) (int, error) {
	if name == "" {
		return -1, nil
	}
	if i := p.Source(name); i >= 0 {
		return i, nil
	}
	var known []string
	for _, s := range p.Sources {
		known = append(known, s.Name)
	}
	return 0, unknownName("source", name, known)
}

// destinationIndex finds a destination by name.
func destinationIndex(p *rules.Policy, name string) (int, error) {
	if i := p.Destination(name); i >= 0 {
		return i, nil
	}
	var known []string
	for _, d := range p.Destinations {
		known = append(known, d.Name)
	}
	return 0, unknownName("destination", name, known)
}

func unknownName(kind, name string, known []string) error {
	if near := nearest(name, known); near != "" {
		return usagef("unknown %s %q, did you mean %q?", kind, name, near)
	}
	return usagef("unknown %s %q; known are %q", kind, name, known)
}
