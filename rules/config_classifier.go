package rules

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
)

// classifierConfig is a classifier whose validator has not been looked up yet.
type classifierConfig struct {
	node        *yaml.Node
	name        string
	class       catalog.Class
	description string
	keys        []text
	similar     []text
	patterns    []*pattern
	dictionary  *dictionary
	validator   text
	context     *context
	examples    []example

	byValue bool // a pattern or a dictionary was written, right or wrong
	broken  bool // an error that its examples would only repeat
}

func (c *config) class(n *yaml.Node) (catalog.Class, bool) {
	i, ok := c.word(n, "class", "green", "yellow", "red")
	return catalog.Class(i), ok
}

func (c *config) classifier(n *yaml.Node) {
	k := classifierConfig{node: n, description: "a classifier of the configuration"}
	var one, several *yaml.Node
	errors := c.report.added[Error]
	if !c.object(n, object{name: "a classifier", prefix: "classifiers[]."},
		field{"name", true, func(_, n *yaml.Node) {
			t, ok := c.text(n, "name of a classifier")
			switch {
			case !ok:
			case len(t.string) > maxQuoted || !onlyBytes(t.string, lowerBytes) || t.string[0] < 'a':
				c.errorf(n, "name of a classifier must be at most 64 lower-case letters, digits or \"_\", beginning with a letter")
			case t.string == noType || t.string == typeOff:
				c.errorf(n, "name of a classifier must not be a word with another meaning")
			default:
				k.name, k.node = t.string, n
			}
		}},
		field{"class", true, func(_, n *yaml.Node) { k.class, _ = c.class(n) }},
		field{"description", false, func(_, n *yaml.Node) {
			if t, ok := c.text(n, "description"); ok {
				if k.description = t.string; len(t.string) > 200 || strings.ContainsFunc(t.string, unicode.IsControl) {
					c.errorf(n, "description must be at most 200 bytes on one line")
				}
			}
		}},
		field{"keys", false, func(_, n *yaml.Node) { k.keys = c.fieldNames(n, "keys of a classifier", "a key of a classifier") }},
		field{"similar_keys", false, func(_, n *yaml.Node) {
			k.similar = c.fieldNames(n, "similar_keys of a classifier", "a similar key of a classifier")
		}},
		field{"pattern", false, func(_, n *yaml.Node) { one = n; c.pattern(n, "pattern", &k.patterns) }},
		field{"patterns", false, func(_, n *yaml.Node) {
			several = n
			c.some(n, "patterns", func(n *yaml.Node) { c.pattern(n, "a pattern", &k.patterns) })
		}},
		field{"dictionary", false, func(_, n *yaml.Node) { k.dictionary = c.dictionary(n) }},
		field{"validator", false, func(_, n *yaml.Node) { k.validator, _ = c.text(n, "validator") }},
		field{"context", false, func(_, n *yaml.Node) { k.context = c.context(n) }},
		field{"examples", false, func(_, n *yaml.Node) { k.examples = c.examples(n, "classifiers[].", c.classifierExample) }},
	) {
		return
	}
	k.byValue = one != nil || several != nil || k.dictionary != nil
	if one != nil && several != nil {
		c.errorf(several, "a classifier has pattern or patterns, not both")
	}
	if !k.byValue && len(k.keys)+len(k.similar) == 0 {
		c.errorf(n, "a classifier must have keys, similar_keys, a pattern or a dictionary")
	}
	if !k.byValue && k.validator.node != nil {
		c.errorf(k.validator.node, "a validator needs a pattern or a dictionary: it judges what they find")
	}
	if !k.byValue && k.context != nil {
		c.errorf(k.context.node, "a context needs a pattern or a dictionary: it is what must be around what they find")
	}
	k.broken = c.report.added[Error] > errors
	c.classifiers = append(c.classifiers, k)
}

// fieldNames reads names of fields.
func (c *config) fieldNames(n *yaml.Node, list, what string) (out []text) {
	c.some(n, list, func(n *yaml.Node) {
		t, ok := c.text(n, what)
		switch {
		case !ok:
		case strings.IndexFunc(t.string, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0:
			c.errorf(n, "%s must have a letter or a digit", what)
		case len(t.string) > maxFieldName:
			c.errorf(n, "%s must be at most %d bytes", what, maxFieldName)
		default:
			out = append(out, t)
		}
	})
	return out
}

// maxFieldName bounds a field's name in bytes; longer ones are never compared.
const maxFieldName = 256

func (c *config) pattern(n *yaml.Node, what string, to *[]*pattern) {
	t, ok := c.text(n, what)
	if !ok {
		return
	}
	re, err := regexp.Compile(t.string)
	if err != nil {
		// The parser's message says what is wrong and quotes the part of the pattern.
		message := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		if i := strings.IndexByte(message, ':'); i > 0 && (t.hidden || len(message) > 2*maxQuoted) {
			message = message[:i]
		}
		c.errorf(n, "%s is not a regular expression (RE2): %s", what, message)
		return
	}
	p := newPattern(re)
	if p.least == 0 {
		c.errorf(n, "%s can match the empty text, and so would every value; say what must be there: \"+\" in place of \"*\"", what)
		return
	}
	*to = append(*to, p)
}

// contextConfig reads what must be around a value.
func (c *config) context(n *yaml.Node) *context {
	x := &context{node: n}
	list := func(key string, to **yaml.Node, names *[]text) field {
		return field{key, false, func(_, n *yaml.Node) {
			*to = n
			*names = c.fieldNames(n, "context."+key, "one of context."+key)
		}}
	}
	var seen *yaml.Node
	var keys, parents, words []text
	if !c.object(n, object{name: "context of a classifier", prefix: "classifiers[].context."},
		list("keys", &seen, &keys), list("parents", &seen, &parents), list("words", &seen, &words)) {
		return nil
	}
	if seen == nil {
		c.errorf(n, "context must have keys, parents or words")
	}
	x.names = slices.Concat(keys, parents)
	x.keys, x.parents = contextNames(keys), contextNames(parents)
	if len(words) > 0 {
		x.words = &dictionary{within: true}
		for _, t := range words {
			if err := x.words.add(t.string); err != nil {
				c.errorf(t.node, "one of context.words %v", err)
			}
		}
	}
	return x
}

// linkValidator looks a classifier's validator up: check digits, a scheme, or a
// built-in type with all its schemes.
func (l *linker) linkValidator(t text) func([]byte) bool {
	if t.node == nil || t.string == "" {
		return nil
	}
	if check, ok := detect.Checksum(t.string); ok {
		return check
	}
	if s, ok := detect.LookupScheme(t.string); ok {
		return func(value []byte) bool { return s.Valid("", value) }
	}
	id, builtIn := catalog.Lookup(t.string)
	if !builtIn {
		l.unknown(t.node, "validator", "; it is "+strings.Join(detect.ChecksumNames(), ", ")+", a scheme or a built-in type", t.string,
			slices.Concat(detect.ChecksumNames(), detect.SchemeNames(), l.typeNames), t.hidden)
		return nil
	}
	if _, known := detect.Valid(id, "", nil); !known {
		l.errorf(t.node, "type %q has no validator; \"eventveil types\" lists those that are found by value", t.string)
		return nil
	}
	return func(value []byte) bool {
		ok, _ := detect.Valid(id, "", value)
		return ok
	}
}
