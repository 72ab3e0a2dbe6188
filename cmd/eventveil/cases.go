package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
	"gopkg.in/yaml.v3"
)

// caseFile is a file of rule tests.
type caseFile struct {
	config string // path of the configuration, relative to the file; "" leaves it to -config
	cases  []ruleCase
}

// ruleCase is one event and what is expected of it.
type ruleCase struct {
	name      string
	line      int
	config    string // overrides the file's
	source    string
	event     []byte
	transport []transportValue
	expect    []expectation
	findings  []expectedFinding
	checkAll  bool // findings is given: nothing else may be found
}

type transportValue struct{ name, value string }

// expectation is what one destination shall get.
type expectation struct {
	destination string
	line        int
	event       []byte // compared as JSON, member order and white space aside
	bytes       []byte // compared byte for byte
	dropped     bool
	absent      []string // gjson paths that must not exist
}

type expectedFinding struct {
	path, typ string
	line      int
}

// mistakes collects what is wrong with a file, each with line and column.
type mistakes struct {
	file string
	list []string
}

func (m *mistakes) add(n *yaml.Node, format string, a ...any) {
	m.list = append(m.list, fmt.Sprintf("%s:%d:%d: %s", m.file, n.Line, n.Column, fmt.Sprintf(format, a...)))
}

// maxCases bounds a file of cases in bytes.
const maxCases = 16 << 20

// readCases reads and checks a file of rule tests, and reports every mistake;
// "-" is standard input.
func readCases(path string, stdin io.Reader) (*caseFile, error) {
	in, closeInput, err := open(path, stdin)
	if err != nil {
		return nil, err
	}
	defer closeInput()
	text, err := io.ReadAll(io.LimitReader(in, maxCases))
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	return parseCases(path, text)
}

func parseCases(path string, text []byte) (*caseFile, error) {
	var root yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&root); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s:1:1: no cases", path)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m := &mistakes{file: path}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		m.list = append(m.list, path+": more than one YAML document; put all cases into one")
	}
	f := &caseFile{}
	m.fields(root.Content[0], "a cases file", map[string]func(*yaml.Node){
		"config": func(n *yaml.Node) { f.config = beside(path, m.text(n)) },
		"cases": func(n *yaml.Node) {
			m.items(n, func(n *yaml.Node) { f.cases = append(f.cases, m.ruleCase(n, path)) })
		},
	})
	if len(m.list) == 0 && len(f.cases) == 0 {
		m.add(root.Content[0], "no cases")
	}
	if len(m.list) > 0 {
		return nil, errors.New(strings.Join(m.list, "\n"))
	}
	return f, nil
}

// beside resolves a path that a file names against the file's folder.
func beside(file, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(file), path)
}

func (m *mistakes) ruleCase(n *yaml.Node, file string) (c ruleCase) {
	c.line = n.Line
	m.fields(n, "a case", map[string]func(*yaml.Node){
		"name":   func(n *yaml.Node) { c.name = m.text(n) },
		"config": func(n *yaml.Node) { c.config = beside(file, m.text(n)) },
		"source": func(n *yaml.Node) { c.source = m.text(n) },
		"event":  func(n *yaml.Node) { c.event = m.json(n) },
		"transport": func(n *yaml.Node) {
			m.members(n, "transport", func(k, v *yaml.Node) {
				c.transport = append(c.transport, transportValue{k.Value, m.text(v)})
			})
		},
		"expect": func(n *yaml.Node) {
			m.members(n, "expect", func(k, v *yaml.Node) { c.expect = append(c.expect, m.expectation(k, v)) })
		},
		"findings": func(n *yaml.Node) {
			c.checkAll = true
			m.items(n, func(n *yaml.Node) { c.findings = append(c.findings, m.finding(n)) })
		},
	})
	switch {
	case n.Kind != yaml.MappingNode:
	case c.name == "":
		m.add(n, "a case needs a name")
	case c.event == nil:
		m.add(n, "case %q needs an event", c.name)
	case len(c.expect) == 0 && !c.checkAll:
		m.add(n, "case %q expects nothing: give it expect or findings", c.name)
	}
	return c
}

func (m *mistakes) expectation(k, n *yaml.Node) (e expectation) {
	e.destination, e.line = k.Value, k.Line
	m.fields(n, "an expectation", map[string]func(*yaml.Node){
		"event": func(n *yaml.Node) { e.event = m.json(n) },
		"bytes": func(n *yaml.Node) { e.bytes = []byte(m.text(n)) },
		"dropped": func(n *yaml.Node) {
			if n.Tag != "!!bool" {
				m.add(n, "dropped is true or false")
			}
			e.dropped = n.Value == "true"
		},
		"absent": func(n *yaml.Node) {
			m.items(n, func(n *yaml.Node) { e.absent = append(e.absent, m.text(n)) })
		},
	})
	if e.dropped && (e.event != nil || e.bytes != nil || e.absent != nil) {
		m.add(k, "a dropped event has no content to compare")
	}
	return e
}

func (m *mistakes) finding(n *yaml.Node) (f expectedFinding) {
	f.line = n.Line
	m.fields(n, "a finding", map[string]func(*yaml.Node){
		"path": func(n *yaml.Node) { f.path = m.text(n) },
		"type": func(n *yaml.Node) { f.typ = m.text(n) },
	})
	if n.Kind == yaml.MappingNode && (f.path == "" || f.typ == "") {
		m.add(n, "a finding needs path and type")
	}
	return f
}

// fields reads a mapping whose keys are known; others are mistakes.
func (m *mistakes) fields(n *yaml.Node, what string, known map[string]func(*yaml.Node)) {
	m.members(n, what, func(k, v *yaml.Node) {
		read, ok := known[k.Value]
		if !ok {
			var names []string
			for name := range known {
				names = append(names, name)
			}
			slices.Sort(names)
			hint := "known are " + strings.Join(names, ", ")
			if near := nearest(k.Value, names); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			m.add(k, "unknown key %q in %s; %s", k.Value, what, hint)
			return
		}
		read(v)
	})
}

// members visits a mapping.
func (m *mistakes) members(n *yaml.Node, what string, visit func(k, v *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		m.add(n, "%s must be a mapping", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if seen[k.Value] {
			m.add(k, "%q is there twice", k.Value)
		}
		seen[k.Value] = true
		visit(k, resolve(n.Content[i+1]))
	}
}

// items visits a list.
func (m *mistakes) items(n *yaml.Node, visit func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		m.add(n, "expected a list")
		return
	}
	for _, item := range n.Content {
		visit(resolve(item))
	}
}

// text reads a scalar.
func (m *mistakes) text(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		m.add(n, "expected text")
		return ""
	}
	return n.Value
}

// json reads an event: JSON text as it is, or YAML written as JSON.
func (m *mistakes) json(n *yaml.Node) []byte {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!str" {
		if !gjson.Valid(n.Value) {
			m.add(n, "not valid JSON")
		}
		return []byte(strings.TrimSpace(n.Value))
	}
	return m.appendJSON(nil, n, 0)
}

// appendJSON writes a YAML node as JSON: members in their order, numbers with
// their digits.
func (m *mistakes) appendJSON(b []byte, n *yaml.Node, depth int) []byte {
	if depth > 200 || len(b) > maxCases { // aliases can multiply
		if len(m.list) == 0 {
			m.add(n, "nested too deep, or too large")
		}
		return append(b, "null"...)
	}
	switch n = resolve(n); n.Kind {
	case yaml.MappingNode:
		b = append(b, '{')
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(gjson.AppendJSONString(b, n.Content[i].Value), ':')
			b = m.appendJSON(b, n.Content[i+1], depth+1)
		}
		return append(b, '}')
	case yaml.SequenceNode:
		b = append(b, '[')
		for i, item := range n.Content {
			if i > 0 {
				b = append(b, ',')
			}
			b = m.appendJSON(b, item, depth+1)
		}
		return append(b, ']')
	default:
		return appendScalar(b, n)
	}
}

func appendScalar(b []byte, n *yaml.Node) []byte {
	switch n.Tag {
	case "!!null":
		return append(b, "null"...)
	case "!!bool":
		return strconv.AppendBool(b, strings.EqualFold(n.Value, "true"))
	case "!!int", "!!float":
		if gjson.Valid(n.Value) {
			return append(b, n.Value...)
		}
	}
	return gjson.AppendJSONString(b, n.Value)
}

// resolve follows an alias.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}
