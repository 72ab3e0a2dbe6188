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
	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
	"github.com/eventveil/eventveil/engine/explain"
	"github.com/eventveil/eventveil/rules"
)

var classifyCommand = &command{
	name:  "classify",
	args:  "[FILE...]",
	short: "say what single names and values are",
	long: `
Reads one JSON object a line, {"key":…,"value":…,"locale":…,"as":…}, each member
optional, and prints one line for each: {"type":…,"class":…} and, when something
was found, what gave it away ("matched": key, value or both), by which means
("how": exact, synonym, fuzzy, pattern or validated; "context":true when words
beside a value told), how far to trust that ("confidence": the share of findings
of this kind that are right, 0 to 1) and where in a text value ("spans", as byte
offsets). With "as" only that type's validator is asked, or that of a scheme, a
kind of number such as ar_cuit, for the country of "locale" when there is one;
"eventveil types" lists both. A line that cannot be read answers
{"type":"","class":"green","error":…}; the exit status is then 1.`,
	example: `echo '{"key":"username","value":"ada@example.com"}' | eventveil classify`,
	bind: func(fs *flag.FlagSet) call {
		config := fs.String("config", "", "the configuration `file`, for its classifiers; without it the built-in catalog")
		return func(_ context.Context, s *streams, args []string) error {
			policy, err := loadPolicy(*config, s.stderr)
			if err != nil {
				return err
			}
			c := newClassifier(policy)
			out := bufio.NewWriterSize(s.stdout, 64<<10)
			bad := 0
			err = eachLine(args, s.stdin, func(d *document, err error) error {
				line, ok := c.answer(d.bytes, err)
				if !ok {
					bad++
				}
				out.Write(line) // a write error stays with out and is told by Flush
				return nil
			})
			if err = errors.Join(out.Flush(), err); err != nil {
				return err
			}
			if bad > 0 {
				fmt.Fprintf(s.stderr, "eventveil classify: %d lines could not be answered\n", bad)
				return errFound
			}
			return nil
		}
	},
}

// maxQuestion bounds a line in bytes: gjson's stack grows with the nesting.
const maxQuestion = 1 << 20

// classifier answers lines of questions.
type classifier struct {
	policy *rules.Policy
	engine *engine.Engine
	byName map[string]catalog.ID
	buf    []byte
}

func newClassifier(p *rules.Policy) *classifier {
	c := &classifier{policy: p, engine: engine.New(p), byName: map[string]catalog.ID{}}
	for i := range p.Types {
		if p.Types[i].Name != "" {
			c.byName[p.Types[i].Name] = catalog.ID(i)
		}
	}
	return c
}

// answer is the line for one question, valid until the next; ok is false when
// the question cannot be answered.
func (c *classifier) answer(question []byte, err error) (line []byte, ok bool) {
	if err != nil {
		return c.refuse(err.Error()), false
	}
	if len(question) > maxQuestion {
		return c.refuse("longer than 1 MiB"), false
	}
	if !gjson.ValidBytes(question) {
		return c.refuse("not valid JSON"), false
	}
	q := gjson.ParseBytes(question)
	if !q.IsObject() {
		return c.refuse("not a JSON object"), false
	}
	var key, as, locale string
	var value []byte
	q.ForEach(func(k, v gjson.Result) bool {
		switch k.Str {
		case "key":
			key = v.String()
		case "as":
			as = v.String()
		case "locale":
			locale = v.String()
		case "value":
			value = valueText(v)
		}
		return true
	})
	if as != "" {
		return c.typed(as, locale, value)
	}
	return c.found(c.engine.Classify(key, value)), true
}

// valueText is a value as the detectors get it: the text of a string, the
// digits of a number; nil for null, which says nothing.
func valueText(v gjson.Result) []byte {
	switch v.Type {
	case gjson.Null:
		return nil
	case gjson.String:
		return []byte(v.Str)
	default:
		return []byte(v.Raw)
	}
}

// typed asks the validator of one scheme, or of a type those of all its schemes.
func (c *classifier) typed(name, locale string, value []byte) ([]byte, bool) {
	id, known := c.byName[name]
	scheme, named := detect.LookupScheme(name)
	valid := false
	switch {
	case named:
		id, valid = scheme.Type, scheme.Valid(locale, value)
	case !known:
		return c.refuse("unknown type"), false
	default:
		var checked bool
		if valid, checked = detect.Valid(id, locale, value); !checked {
			return c.refuse("no validator for this type"), false
		}
	}
	if !valid {
		return c.append(catalog.None, catalog.Green, ""), true
	}
	return c.append(id, c.policy.Types[id].Class, ""), true
}

func (c *classifier) refuse(why string) []byte { return c.append(catalog.None, catalog.Green, why) }

// append writes an answer without details.
func (c *classifier) append(id catalog.ID, class catalog.Class, why string) []byte {
	b := append(c.buf[:0], `{"type":"`...)
	b = append(b, c.name(id)...)
	b = append(b, `","class":"`...)
	b = append(b, class.String()...)
	b = append(b, '"')
	if why != "" {
		b = append(b, `,"error":`...)
		b = gjson.AppendJSONString(b, why)
	}
	c.buf = append(b, '}', '\n')
	return c.buf
}

// found writes an answer with what gave the data point away.
func (c *classifier) found(f engine.Classified) []byte {
	b := c.append(f.Type, f.Class, "")
	if f.Type == catalog.None {
		return b
	}
	b = explain.AppendEvidence(append(b[:len(b)-2], ','), f.Evidence)
	if len(f.Spans) > 0 {
		b = append(b, `,"spans":[`...)
		for i, s := range f.Spans {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, `{"start":`...)
			b = strconv.AppendInt(b, int64(s.Start), 10)
			b = append(b, `,"end":`...)
			b = strconv.AppendInt(b, int64(s.End), 10)
			b = append(b, `,"type":"`...)
			b = append(b, c.name(s.Type)...)
			b = append(b, '"', '}')
		}
		b = append(b, ']')
	}
	c.buf = append(b, '}', '\n')
	return c.buf
}

// name is a type's name; "" for none.
func (c *classifier) name(id catalog.ID) string {
	if id == catalog.None {
		return ""
	}
	return c.policy.Types[id].Name
}
