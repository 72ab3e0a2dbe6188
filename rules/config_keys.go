package rules

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// minSecret is the fewest bytes of a key's secret: fewer can be guessed, and
// with the secret every phone number behind a hash.
const minSecret = 16

// maxSecretFile bounds a secret's file in bytes.
const maxSecretFile = 64 << 10

type keyConfig struct {
	node *yaml.Node // of the id
	Key
}

func (c *config) key(n *yaml.Node) {
	k := keyConfig{node: n}
	var secret, file *yaml.Node
	if !c.object(n, object{name: "a key", prefix: "keys[].", secret: true},
		field{"id", true, func(_, n *yaml.Node) {
			t, ok := c.text(n, "id of a key")
			if ok && (len(t.string) > 16 || !onlyBytes(t.string, lowerBytes+"-")) {
				c.errorf(n, "id of a key must be at most 16 lower-case letters, digits, \"_\" or \"-\": it stands in every hash")
				ok = false
			}
			if ok {
				k.ID, k.node = t.string, n
			}
		}},
		field{"secret", false, func(_, n *yaml.Node) { secret = n }},
		field{"secret_file", false, func(_, n *yaml.Node) { file = n }},
	) {
		return
	}
	if t, ok := c.eitherOf(n, "a key", "secret", secret, file); ok {
		c.warnOpen(t, file, "secret_file")
		k.Secret = c.longEnough(t, file, "secret")
	}
	c.keys = append(c.keys, k)
}

// eitherOf reads a value that must not be shown: it stands at key, or in the file that
// key_file names. who has the key.
func (c *config) eitherOf(n *yaml.Node, who, key string, value, file *yaml.Node) (text, bool) {
	switch {
	case value != nil && file != nil:
		c.errorf(file, "%s has %s or %s_file, not both", who, key, key)
	case value != nil:
		return c.text(value, key)
	case file != nil:
		return c.fileText(file, key+"_file")
	default:
		c.errorf(n, "key \"%s\" or \"%s_file\" is missing in %s", key, key, who)
	}
	return text{}, false
}

// warnOpen warns of a secret that stands in the configuration itself and not, as
// instead says, in a file.
func (c *config) warnOpen(t text, file *yaml.Node, instead string) {
	if t.node != file && !t.hidden {
		c.warnf(t.node, "a secret is written in this file; take it from the environment, \"${NAME}\", or from a file, %s", instead)
	}
}

func (c *config) longEnough(t text, file *yaml.Node, key string) Secret {
	if len(t.string) < minSecret {
		if t.node == file {
			key += "_file, without the newline at its end,"
		}
		c.errorf(t.node, "%s must have at least %d bytes", key, minSecret)
		return nil
	}
	return Secret(t.string)
}

// fileText reads a file with one secret, without the newline at its end.
func (c *config) fileText(n *yaml.Node, key string) (text, bool) {
	_, data, ok := c.namedFile(n, key, maxSecretFile, true)
	t := text{strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r"), n, true}
	if ok && t.string == "" {
		c.errorf(n, "there is nothing in %s", key)
		return t, false
	}
	return t, ok
}

// namedFile reads the path of a file and the file, and remembers it as one of the
// configuration's; what says what the path is. A secret file should be read by nobody
// else.
func (c *config) namedFile(n *yaml.Node, what string, most int64, secret bool) (path string, data []byte, ok bool) {
	t, ok := c.text(n, what)
	if !ok {
		return "", nil, false
	}
	path = c.beside(t.string)
	data, mode, err := readSmall(path, most)
	if err != nil {
		if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
			err = pathErr.Err
		}
		c.errorf(n, "cannot read %s%s: %v", what, tried(t, path, secret), err)
		return "", nil, false
	}
	c.policy.Files = append(c.policy.Files, path)
	if secret && mode&0o004 != 0 {
		c.warnf(n, "every user of this machine can read %s; take the permission away: chmod o-r", what)
	}
	return path, data, true
}

// tried tells which path was tried. That of a secret file is not quoted: the secret may
// have been written there by mistake.
func tried(t text, path string, secret bool) string {
	switch {
	case !secret && !t.hidden && len(t.string) <= maxTried:
		return ", " + strconv.Quote(path)
	case !filepath.IsAbs(t.string):
		return ", relative to the folder of the configuration"
	}
	return ""
}

// maxTried is the length in bytes above which a path is not quoted: it may be the file
// itself, written there by mistake.
const maxTried = 256

// beside is a path as the configuration means it: relative to its own folder.
func (c *config) beside(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(c.file), path)
}

// readSmall reads a regular file that is not large; a pipe could block for ever.
func readSmall(path string, most int64) ([]byte, fs.FileMode, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, errors.New("it is not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = errors.New("it is larger than " + sizeText(most))
	}
	return data, info.Mode(), err
}
