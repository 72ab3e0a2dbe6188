package rules

import (
	"crypto/sha256"
	"encoding/pem"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// headerName reads a header's name from a key; there tells whether it was read before.
func (c *config) headerName(key *yaml.Node, there func(name string) bool) (name string, ok bool) {
	if !c.token(text{key.Value, key, false}, "a header") {
		return "", false
	}
	if name = canonical(key.Value); there(name) {
		c.errorf(key, "header %s is there twice", name)
		return "", false
	}
	return name, true
}

// ownedHeaders reads the headers of requests to a destination. No message quotes a value.
func (c *config) ownedHeaders(n *yaml.Node, to *[]Header) {
	c.pairs(n, "headers", "names to values", func(key, value *yaml.Node) {
		name, ok := c.headerName(key, func(name string) bool {
			return slices.ContainsFunc(*to, func(h Header) bool { return h.Name == name })
		})
		if !ok {
			return
		}
		if slices.Contains(ownHeaders, name) {
			c.errorf(key, "header %s cannot be set: it is this proxy's own, or ends at it", name)
			return
		}
		t, ok := c.headerValue(value)
		switch {
		case !ok:
		case strings.ContainsFunc(t.string, func(r rune) bool { return r < ' ' || r == 0x7f }):
			c.errorf(value, "value of header %s must have no line breaks or other control characters", name)
		default:
			if credential(name) {
				c.warnOpen(t, nil, "{file: PATH}")
			}
			*to = append(*to, Header{name, Secret(t.string)})
		}
	})
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		c.errorf(n, "headers must name at least one header")
	}
}

// headerValue reads a text, or the file that {file: …} names.
func (c *config) headerValue(n *yaml.Node) (t text, ok bool) {
	if n.Kind != yaml.MappingNode {
		return c.text(n, "value of a header")
	}
	c.object(n, object{name: "value of a header", prefix: "destinations[].headers.*.", secret: true},
		field{"file", true, func(_, n *yaml.Node) { t, ok = c.fileText(n, "file") }})
	return t, ok
}

// credential tells whether the name of a header says that its value is a secret.
func credential(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"auth", "cookie", "credential", "key", "password", "secret", "session", "signature", "token"},
		func(word string) bool { return strings.Contains(name, word) })
}

// maxPEM bounds a file of certificates in bytes: the authorities of a system are a
// quarter of it.
const maxPEM = 1 << 20

// tls reads the files of a connection; what is the key that has them.
func (c *config) tls(n *yaml.Node, what, prefix string, to *TLS) {
	var ca, cert, private *yaml.Node
	file := func(key, kind string, written **yaml.Node, path *string) field {
		return field{key, false, func(_, n *yaml.Node) {
			*written = n
			if data := c.pemFile(n, what+"."+key, kind, path); data != nil {
				to.Digest = sha256.Sum256(append(to.Digest[:], data...))
			}
		}}
	}
	if !c.object(n, object{name: what, prefix: prefix},
		file("ca_file", certificate, &ca, &to.CAFile),
		file("cert_file", certificate, &cert, &to.CertFile),
		file("key_file", privateKey, &private, &to.KeyFile),
	) {
		return
	}
	switch {
	case (cert == nil) != (private == nil):
		c.errorf(n, "%s.cert_file and %s.key_file go together: one proves nothing without the other", what, what)
	case ca == nil && cert == nil:
		c.errorf(n, "%s must have ca_file, or cert_file and key_file", what)
	}
}

// The ends of the types of blocks in PEM.
const certificate, privateKey = "CERTIFICATE", "PRIVATE KEY"

// pemFile reads the path of a file and looks into it: it must hold a block whose type
// ends in kind. It returns what is in it, nil when that is wrong.
func (c *config) pemFile(n *yaml.Node, what, kind string, to *string) []byte {
	path, data, ok := c.namedFile(n, what, maxPEM, kind == privateKey)
	if !ok {
		return nil
	}
	found := false
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if kind == privateKey && (strings.HasPrefix(block.Type, "ENCRYPTED") || block.Headers["DEK-Info"] != "") {
			c.errorf(n, "the key in %s is encrypted; take the password off, and let nobody else read the file", what)
			return nil
		}
		found = found || strings.HasSuffix(block.Type, kind)
	}
	if !found {
		c.errorf(n, "there is no %s in PEM in %s", strings.ToLower(kind), what)
		return nil
	}
	*to = path
	return data
}
