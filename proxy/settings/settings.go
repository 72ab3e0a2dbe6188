// Package settings changes what browser SDKs load to know which integrations to run in
// the page: Segment's settings and RudderStack's source config. What the policy does not
// allow is removed, in every spelling and in every one of doubled members, and the SDK is
// told to send its events to us. All other bytes stay as they came.
//
// It promises that an integration whose name is not allowed cannot be loaded by the
// document that it returns. A document that it cannot read is an error, never returned.
package settings

import (
	"errors"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/eventveil/eventveil/rules"
)

// Ask is what decides how a document is changed.
type Ask struct {
	Mode   *rules.DeviceMode
	Host   string // that the browser asked, with its port
	Secure bool   // it asked by https
}

// Answer is a changed document.
type Answer struct {
	Body    []byte
	Removed int // integrations, plugins and destinations taken out
}

// The errors say what is wrong with a document, and quote nothing of it.
var (
	ErrSyntax = errors.New("the settings are not a JSON object")
	ErrDepth  = errors.New("the settings are nested too deep")
	ErrShape  = errors.New("the settings do not look like an SDK's")
)

// maxDepth is how deep a document may be nested; real ones have less than 20 levels.
const maxDepth = 128

// read checks a document once, so that all later reading may rely on its form.
func read(body []byte) (root gjson.Result, err error) {
	if !shallow(body) {
		return root, ErrDepth
	}
	if !gjson.ValidBytes(body) {
		return root, ErrSyntax
	}
	if root = gjson.ParseBytes(body); !root.IsObject() {
		return root, ErrSyntax
	}
	return root, nil
}

// shallow bounds the nesting of what may not be JSON at all: the reader is recursive.
func shallow(body []byte) bool {
	depth, text := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
		case text:
		case c == '{', c == '[':
			if depth++; depth > maxDepth {
				return false
			}
		case c == '}', c == ']':
			depth--
		}
	}
	return true
}

// find tells whether an integration may be loaded, and which members of events are kept from it.
func (a *Ask) find(name string) (drop []string, allowed bool) {
	allowed = a.Mode.Any
	for i := range a.Mode.Allow {
		if x := &a.Mode.Allow[i]; strings.EqualFold(x.Name, name) {
			drop, allowed = append(drop, x.Drop...), true
		}
	}
	return drop, allowed
}

// named is find for all members of an object that have a name, doubled ones together:
// unless everything is allowed each must be a text that is, and there must be one.
func (a *Ask) named(list []member, name string) (drop []string, allowed bool) {
	allowed = a.Mode.Any
	for _, m := range list {
		if m.key.Str != name {
			continue
		}
		more, ok := a.find(m.Str)
		if !ok || m.Type != gjson.String && !a.Mode.Any {
			return nil, false
		}
		drop, allowed = append(drop, more...), true
	}
	return drop, allowed
}

// apiHost is where browsers shall send events; "" leaves what the document says.
func (a *Ask) apiHost() string {
	switch a.Mode.APIHost {
	case "":
		return a.Host + "/v1"
	case "keep":
		return ""
	}
	return a.Mode.APIHost
}

func (a *Ask) protocol() string {
	if a.Secure {
		return "https"
	}
	return "http"
}
