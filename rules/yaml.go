package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxFile bounds a configuration in bytes.
const maxFile = 4 << 20

// decoder reads YAML nodes and reports what is wrong with them. It works on
// nodes, not on structs, so that every mistake is found and has a position.
type decoder struct {
	file   string
	env    func(string) (string, bool)
	report *Report
	trace  func(key string, used bool) // when set, is told of the known keys of every object read, and of those it has
}

func (d *decoder) add(n *yaml.Node, s Severity, suggestion, message string) {
	p := Problem{File: d.file, Severity: s, Message: message, Suggestion: suggestion}
	if n != nil {
		p.Line, p.Col = max(1, n.Line), max(1, n.Column)
	}
	d.report.add(p)
}

func (d *decoder) errorf(n *yaml.Node, format string, args ...any) {
	d.add(n, Error, "", fmt.Sprintf(format, args...))
}

func (d *decoder) warnf(n *yaml.Node, format string, args ...any) {
	d.add(n, Warning, "", fmt.Sprintf(format, args...))
}

// document parses data as one YAML document and returns its root; nil, with
// the reason reported, when that cannot be done.
func (d *decoder) document(data []byte) *yaml.Node {
	if len(data) > maxFile {
		d.errorf(nil, "the configuration is larger than %d bytes", maxFile)
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	err := decodeNode(dec, &first)
	if errors.Is(err, io.EOF) || err == nil && empty(&first) {
		d.errorf(&yaml.Node{}, "the file is empty; a configuration begins with \"version: 1\"")
		return nil
	}
	if err != nil {
		d.syntax(err)
		return nil
	}
	switch err := decodeNode(dec, &second); {
	case err == nil:
		d.errorf(&second, "a second document begins here; a configuration is one document, without \"---\" in it")
	case !errors.Is(err, io.EOF):
		d.syntax(err)
	}
	root := first.Content[0]
	d.plain(root)
	return root
}

func empty(n *yaml.Node) bool {
	return n.Kind != yaml.DocumentNode || len(n.Content) == 0 || isNull(n.Content[0]) && n.Content[0].Anchor == ""
}

// decodeNode keeps a panic of the parser, which reads bytes that a reload may
// take from anywhere, from ending the process.
func decodeNode(dec *yaml.Decoder, n *yaml.Node) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("yaml: the parser gave up")
		}
	}()
	return dec.Decode(n)
}

var yamlError = regexp.MustCompile(`(?s)^yaml: (?:line (\d+): )?(.*)$`)

// syntax reports a failure of the parser, whose messages describe grammar and
// quote no value but the names of anchors.
func (d *decoder) syntax(err error) {
	n, message := &yaml.Node{}, "this is not YAML"
	if m := yamlError.FindStringSubmatch(err.Error()); m != nil {
		n.Line, _ = strconv.Atoi(m[1])
		if strings.HasPrefix(m[2], "did not find expected") {
			n.Line++ // the parser counts these from 0, and to the beginning of what they are in
			m[2] += " in what begins here"
		}
		if !strings.HasPrefix(m[2], "unknown anchor") {
			message += ": " + m[2]
		}
	}
	d.errorf(n, "%s", message)
}

// plain refuses what makes YAML say other things than it seems to: anchors,
// aliases, merge keys and tags.
func (d *decoder) plain(n *yaml.Node) {
	switch {
	case n.Kind == yaml.AliasNode:
		d.errorf(n, "aliases are not accepted; write the value out")
	case n.Anchor != "":
		d.errorf(n, "anchors are not accepted; write the value out where it is needed")
	case n.Style&yaml.TaggedStyle != 0:
		d.errorf(n, "tags are not accepted; leave out what begins with \"!\"")
	}
	for _, c := range n.Content {
		d.plain(c)
	}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// kindName says in words what a node is.
func kindName(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "nothing"
	}
	return "a single value"
}

// is tells whether a node is of the kind wanted and reports it when it is not.
// An alias was reported by plain already.
func (d *decoder) is(n *yaml.Node, kind yaml.Kind, what, want string) bool {
	if n.Kind == yaml.AliasNode {
		return false
	}
	if n.Kind != kind || isNull(n) {
		d.errorf(n, "%s must be %s, not %s", what, want, kindName(n))
		return false
	}
	return true
}

// field is a key that an object may have.
type field struct {
	key      string
	required bool
	read     func(key, value *yaml.Node)
}

// object is how a kind of object is called: in messages, and in the documentation
// as the prefix of its keys.
type object struct {
	name, prefix string
	secret       bool // keys that are not near a known one are not quoted: they may be misplaced values
}

// object reads a mapping: unknown, doubled and missing keys are reported.
func (d *decoder) object(n *yaml.Node, o object, fields ...field) bool {
	if d.trace != nil {
		for _, f := range fields {
			d.trace(o.prefix+f.key, false)
		}
	}
	if !d.is(n, yaml.MappingNode, o.name, "a mapping of keys to values") {
		return false
	}
	known := make([]string, len(fields))
	for i, f := range fields {
		known[i] = f.key
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind == yaml.AliasNode {
			continue
		}
		if key.Kind != yaml.ScalarNode {
			d.errorf(key, "a key of %s must be a word, not %s", o.name, kindName(key))
			continue
		}
		if key.Value == "<<" {
			d.errorf(key, "merge keys are not accepted; write the values out")
			continue
		}
		f := find(fields, key.Value)
		if f == nil {
			d.unknown(key, "key", " in "+o.name, key.Value, known, o.secret)
			continue
		}
		if line, twice := lines[key.Value]; twice {
			d.errorf(key, "key %q in %s is already on line %d", key.Value, o.name, line)
			continue
		}
		lines[key.Value] = key.Line
		if d.trace != nil {
			d.trace(o.prefix+f.key, true)
		}
		f.read(key, value)
	}
	for _, f := range fields {
		if _, there := lines[f.key]; f.required && !there {
			d.errorf(n, "key %q is missing in %s", f.key, o.name)
		}
	}
	return true
}

// pairs reads a mapping whose keys are given by people, in the order they are written.
// of says what is mapped to what.
func (d *decoder) pairs(n *yaml.Node, what, of string, each func(key, value *yaml.Node)) {
	if !d.is(n, yaml.MappingNode, what, "a mapping of "+of) || !d.short(n, what) {
		return
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind == yaml.AliasNode {
			continue
		}
		if key.Kind != yaml.ScalarNode || key.Value == "" || key.Value == "<<" {
			d.errorf(key, "a key of %s must be a word that is not empty", what)
			continue
		}
		if line, twice := lines[key.Value]; twice {
			d.errorf(key, "this key in %s is already on line %d", what, line)
			continue
		}
		lines[key.Value] = key.Line
		each(key, n.Content[i+1])
	}
}

func find(fields []field, key string) *field {
	for i := range fields {
		if fields[i].key == key {
			return &fields[i]
		}
	}
	return nil
}

// maxQuoted is the length in bytes above which a name is not quoted.
const maxQuoted = 64

// maxListed is how many known names a message lists when none of them is near.
const maxListed = 24

// unknown reports a name that is none of the known ones.
func (d *decoder) unknown(n *yaml.Node, kind, where, name string, known []string, hide bool) {
	near := nearest(name, known)
	message := "unknown " + kind
	if len(name) <= maxQuoted && (!hide || near != "") {
		message += " " + strconv.Quote(name)
	}
	message += where
	switch {
	case near != "":
	case len(known) == 0:
		message += "; there is none"
	case len(known) <= maxListed:
		message += "; known are " + strings.Join(known, ", ")
	}
	d.add(n, Error, near, message)
}

// maxList bounds the elements of a list: checking rules against each other takes
// time in the square of their number.
const maxList = 2000

// list reads the elements of a sequence.
func (d *decoder) list(n *yaml.Node, what string, each func(*yaml.Node)) {
	if d.is(n, yaml.SequenceNode, what, "a list") && d.short(n, what) {
		for _, c := range n.Content {
			each(c)
		}
	}
}

func (d *decoder) short(n *yaml.Node, what string) bool {
	if len(n.Content) > maxList {
		d.errorf(n, "%s has %d elements; at most %d are possible", what, len(n.Content), maxList)
		return false
	}
	return true
}

// some is list for a list that must not be empty.
func (d *decoder) some(n *yaml.Node, what string, each func(*yaml.Node)) {
	d.list(n, what, each)
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		d.errorf(n, "%s must not be an empty list", what)
	}
}

// oneOrMore reads a single value or the elements of a list that is not empty.
func (d *decoder) oneOrMore(n *yaml.Node, what string, each func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		each(n)
		return
	}
	if len(n.Content) == 0 {
		d.errorf(n, "%s must not be an empty list; leave the key out to match all", what)
	}
	if !d.short(n, what) {
		return
	}
	for _, c := range n.Content {
		each(c)
	}
}
