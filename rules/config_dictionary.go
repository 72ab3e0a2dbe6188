package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"gopkg.in/yaml.v3"
)

// dictionary reads a list of terms: in the configuration, in a file, or both.
func (c *config) dictionary(n *yaml.Node) *dictionary {
	d := &dictionary{}
	var file, words *yaml.Node
	if !c.object(n, object{name: "a dictionary", prefix: "classifiers[].dictionary."},
		field{"file", false, func(_, n *yaml.Node) { file = n }},
		field{"words", false, func(_, n *yaml.Node) { words = n }},
		field{"case", false, func(_, n *yaml.Node) {
			i, _ := c.word(n, "case", "insensitive", "sensitive")
			d.sensitive = i == 1
		}},
		field{"within", false, func(_, n *yaml.Node) {
			i, _ := c.word(n, "within", "value", "text")
			d.within = i == 1
		}},
	) {
		return d
	}
	if file == nil && words == nil {
		c.errorf(n, "a dictionary must have a file, words or both")
	}
	if words != nil {
		c.some(words, "words of a dictionary", func(n *yaml.Node) {
			if t, ok := c.text(n, "a word of a dictionary"); ok {
				if err := d.add(t.string); err != nil {
					c.errorf(n, "a word of a dictionary %v", err)
				}
			}
		})
	}
	if file != nil {
		c.terms(file, d)
	}
	return d
}

// terms adds the terms of a file. The terms may be personal data: they are named by
// their line and never quoted.
func (c *config) terms(n *yaml.Node, d *dictionary) {
	t, ok := c.text(n, "file of a dictionary")
	if !ok {
		return
	}
	path := c.beside(t.string)
	data, _, err := readSmall(path, maxTermsFile)
	if err != nil {
		if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
			err = pathErr.Err
		}
		c.errorf(n, "cannot read the file of a dictionary: %v", err)
		return
	}
	c.policy.Files = append(c.policy.Files, path)
	if err := d.read(data); err != nil {
		c.errorf(n, "the file of a dictionary: %v", err)
	}
}

// read adds the terms of a file: one a line, UTF-8, without the white space around
// it; empty lines and those that begin with "#" are none.
func (d *dictionary) read(data []byte) error {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	found := false
	for number := 1; len(data) > 0; number++ {
		var line []byte
		line, data, _ = bytes.Cut(data, []byte("\n"))
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if d.count >= maxTerms {
			return fmt.Errorf("line %d: there are more than %d terms", number, maxTerms)
		}
		if err := d.add(string(line)); err != nil {
			return fmt.Errorf("line %d: this term %w", number, err)
		}
		found = true
	}
	if !found {
		return errors.New("it has no term")
	}
	return nil
}
