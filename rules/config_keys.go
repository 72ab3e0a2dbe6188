package rules

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
	switch {
	case secret != nil && file != nil:
		c.errorf(file, "a key has secret or secret_file, not both")
	case secret != nil:
		k.Secret = c.secret(secret)
	case file != nil:
		k.Secret = c.secretFile(file)
	default:
		c.errorf(n, "key \"secret\" or \"secret_file\" is missing in a key")
	}
	c.keys = append(c.keys, k)
}

func (c *config) secret(n *yaml.Node) Secret {
	t, ok := c.text(n, "secret")
	if !ok {
		return nil
	}
	if !t.hidden {
		c.warnf(n, "a secret is written in this file; take it from the environment, \"${NAME}\", or from a file, secret_file")
	}
	return c.longEnough(n, "secret", t.string)
}

func (c *config) longEnough(n *yaml.Node, what, s string) Secret {
	if len(s) < minSecret {
		c.errorf(n, "%s must have at least %d bytes", what, minSecret)
		return nil
	}
	return Secret(s)
}

// secretFile reads a secret from a file. The path is not quoted either: a secret
// may have been written there by mistake.
func (c *config) secretFile(n *yaml.Node) Secret {
	t, ok := c.text(n, "secret_file")
	if !ok {
		return nil
	}
	path := t.string
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(c.file), path)
	}
	data, mode, err := readSmall(path, maxSecretFile)
	if err != nil {
		if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
			err = pathErr.Err
		}
		c.errorf(n, "cannot read secret_file: %v", err)
		return nil
	}
	c.policy.Files = append(c.policy.Files, path)
	if mode&0o004 != 0 {
		c.warnf(n, "every user of this machine can read secret_file; take the permission away: chmod o-r")
	}
	return c.longEnough(n, "secret_file, without the newline at its end,", strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r"))
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
