package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/detect"
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
restricted data is blocked, the rest passes. A document that cannot be read is
reported on standard error, and the exit status is then 1.`,
	example: `echo '{"properties":{"username":"ada@example.com"}}' | eventveil explain -format text`,
	bind: func(fs *flag.FlagSet) call {
		config := fs.String("config", "", "the configuration `file`; without it the built-in policy")
		source := fs.String("source", "", "the `name` of the source that events come from; without it their write key tells")
		format := fs.String("format", "json", "json or text: a `format` for programs or for people")
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
			x := &explainer{inspection: newInspection(policy, from)}
			defer x.close()
			if *format == "text" {
				table := newTable("EVENT", "PATH", "TYPE", "CLASS", "FOUND BY", "ACTIONS")
				err = x.each(args, s, func(d *document) { x.rows(table, d) })
				return errors.Join(table.write(s.stdout), err)
			}
			out := bufio.NewWriterSize(s.stdout, 64<<10)
			err = x.each(args, s, func(d *document) { x.lines(out, d) })
			return errors.Join(out.Flush(), err)
		}
	},
}

// explainer turns findings into lines. Decisions repeat, so what they look like
// is kept.
type explainer struct {
	*inspection
	buf     []byte
	actions map[decisionKey][]byte
}

type decisionKey struct {
	destination int
	decision    rules.Decision
}

// lines writes the findings of an inspected document as NDJSON.
func (x *explainer) lines(out *bufio.Writer, d *document) {
	for i, f := range x.in.Findings() {
		b := append(x.buf[:0], `{"event":`...)
		b = strconv.AppendInt(b, int64(d.index), 10)
		b = append(b, `,"path":`...)
		b = gjson.AppendJSONString(b, x.in.Pointer(i))
		b = append(b, `,"inner":`...)
		b = gjson.AppendJSONString(b, x.in.Inner(i))
		b = append(b, `,"type":"`...)
		b = append(b, x.policy.Types[f.Type].Name...)
		b = append(b, `","class":"`...)
		b = append(b, f.Class.String()...)
		b = append(b, `",`...)
		b = appendEvidence(b, f.Evidence)
		if f.Empty {
			b = append(b, `,"empty":true`...)
		}
		b = append(b, `,"actions":{`...)
		for j := range x.policy.Destinations {
			if j > 0 {
				b = append(b, ',')
			}
			b = append(b, x.action(j, x.in.Decision(i, j))...)
		}
		x.buf = append(b, '}', '}', '\n')
		out.Write(x.buf) // a write error stays with out and is told by Flush
	}
}

// action renders one member of "actions".
func (x *explainer) action(destination int, d rules.Decision) []byte {
	k := decisionKey{destination, d}
	if b, ok := x.actions[k]; ok {
		return b
	}
	b := gjson.AppendJSONString(nil, x.policy.Destinations[destination].Name)
	b = append(b, `:{"action":"`...)
	b = append(b, d.Action.Kind.String()...)
	b = append(b, `","rule":`...)
	if d.Rule < 0 {
		b = append(b, `""}`...)
	} else {
		r := x.policy.Rules[d.Rule]
		b = gjson.AppendJSONString(b, r.Name)
		b = append(b, `,"line":`...)
		b = append(strconv.AppendInt(b, int64(r.Line), 10), '}')
	}
	if x.actions == nil {
		x.actions = map[decisionKey][]byte{}
	}
	x.actions[k] = b
	return b
}

// rows adds the findings of an inspected document to a table for people.
func (x *explainer) rows(t *table, d *document) {
	for i, f := range x.in.Findings() {
		where := x.in.Pointer(i)
		if inner := x.in.Inner(i); inner != "" {
			where += " (" + inner + ")"
		}
		actions := ""
		for j, dest := range x.policy.Destinations {
			if j > 0 {
				actions += "; "
			}
			decision := x.in.Decision(i, j)
			by := "default"
			if decision.Rule >= 0 {
				r := x.policy.Rules[decision.Rule]
				by = fmt.Sprintf("%q, line %d", r.Name, r.Line)
				if r.Line == 0 {
					by = strconv.Quote(r.Name)
				}
			}
			actions += fmt.Sprintf("%s: %s (%s)", dest.Name, decision.Action.Kind, by)
		}
		t.row(strconv.Itoa(d.index), printable(where), x.policy.Types[f.Type].Name, f.Class.String(),
			evidenceWords(f.Evidence), actions)
	}
}

// evidenceWords says for people what gave a data point away and how far to trust it.
func evidenceWords(e engine.Evidence) string {
	if e.By == 0 {
		return e.Words()
	}
	return fmt.Sprintf("%s, %d%%", e.Words(), e.Confidence())
}

// appendEvidence writes the members of a JSON object that say the same.
func appendEvidence(b []byte, e engine.Evidence) []byte {
	b = append(b, `"matched":"`...)
	b = append(b, e.Matched()...)
	b = append(b, `","how":"`...)
	b = append(b, e.How()...)
	b = append(b, `","confidence":`...)
	b = appendShare(b, e.Confidence())
	if e.Proof == detect.Context {
		b = append(b, `,"context":true`...)
	}
	return b
}

// appendShare writes percent as a share of 1.
func appendShare(b []byte, percent int) []byte {
	return strconv.AppendFloat(b, float64(percent)/100, 'g', -1, 64)
}

// inspection is an engine at work on documents, for explain, filter and test.
type inspection struct {
	policy *rules.Policy
	engine *engine.Engine
	in     *engine.Inspector
	source int // -1: the write key tells
}

// documentFormat takes a document as one event, or as a batch in one of the
// two common shapes: {"batch":[…]} and […].
var documentFormat = &engine.Format{
	Batch: "batch", RootArray: true,
	EventName: []string{"event", "name"},
	WriteKey:  "writeKey",
}

func newInspection(p *rules.Policy, source int) *inspection {
	e := engine.New(p)
	return &inspection{policy: p, engine: e, in: e.Get(), source: source}
}

func (x *inspection) close() { x.engine.Put(x.in) }

// inspect reads one document and decides about what it found.
func (x *inspection) inspect(body []byte, transport []engine.Field) error {
	if err := x.in.Inspect(body, documentFormat); err != nil {
		return err
	}
	if len(transport) > 0 {
		x.in.Transport(transport)
	}
	source := x.source
	if source < 0 {
		source = x.policy.SourceOf(string(x.in.WriteKey()), "", "", func(string) string { return "" })
	}
	x.in.Decide(source)
	return nil
}

// each inspects every document of the files and calls use for those that can be
// read; the others are reported and make the result errFound.
func (x *inspection) each(files []string, s *streams, use func(d *document)) error {
	bad := 0
	err := eachDocument(files, s.stdin, func(d *document, err error) error {
		if err == nil {
			err = x.inspect(d.bytes, nil)
		}
		if err != nil {
			bad++
			fmt.Fprintf(s.stderr, "%s: event %d refused: %s\n", d.where(), d.index, describe(err))
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

// describe says why a document cannot be read; never what stands there.
func describe(err error) string {
	var fault *engine.Error
	if !errors.As(err, &fault) {
		return err.Error()
	}
	return fmt.Sprintf("%s, at byte %d", reasons(fault.Reason), fault.Offset)
}

// reasons turns an engine.Error's reason into words.
func reasons(reason string) string {
	switch reason {
	case "syntax":
		return "not valid JSON"
	case "utf8":
		return "not valid UTF-8"
	case "depth":
		return "nested deeper than limits.depth"
	case "values":
		return "more values than limits.values"
	case "key_bytes":
		return "a name longer than limits.key_bytes"
	case "nested":
		return "more layers of JSON in strings than limits.nested"
	default:
		return reason
	}
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
