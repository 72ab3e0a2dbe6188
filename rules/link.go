package rules

import (
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/eventveil/eventveil/engine/catalog"
)

// link looks up the names that one part of the file uses of another, and fills
// the policy. root is where something is reported that is missing altogether.
func (c *config) link(root *yaml.Node) {
	for i := range c.policy.Routes {
		if r := &c.policy.Routes[i]; r.OnError == unset {
			r.OnError = c.policy.OnError
		}
	}
	if c.portalNode != nil && c.policy.Store.Off {
		c.errorf(c.portalNode, "there is no portal with store: off, as nothing is kept that it could show; leave one of them out")
	}
	l := &linker{config: c, actions: map[Action]*Action{{Kind: Allow}: allow, {Kind: Block}: block}}
	l.linkTypes()
	l.linkKeys()
	l.linkSources()
	l.linkDestinations()
	l.linkQueue()
	l.linkConsent()
	l.linkOverrides()
	l.linkRules()
	c.policy.events = newEventSet(c.policy)
	if len(c.policy.events.globs) > maxEventGlobs {
		c.errorf(root, "the rules and overrides hold %d different event patterns with a \"*\"; at most %d are possible", len(c.policy.events.globs), maxEventGlobs)
	}
	if !l.report.HasErrors() { // half a rule may seem to match more than it will
		l.shadowedSources()
		l.shadowed()
		l.emptyAllowLists()
	}
}

type linker struct {
	*config
	typeNames []string
	typeIDs   map[string]catalog.ID
	linked    []*classifierConfig // of Policy.Classifiers
	keyIDs    []string
	keyByID   map[string]*Key
	actions   map[Action]*Action // equal actions are one pointer, so that destinations can share their bytes
}

// intern returns the one pointer for an action.
func (l *linker) intern(a Action) *Action {
	p := l.actions[a]
	if p == nil {
		p = &a
		l.actions[a] = p
	}
	return p
}

// twice reports a name that was used before.
func (c *config) twice(n *yaml.Node, what, name string, lines map[string]int) bool {
	if name == "" { // reported where it was read
		return false
	}
	if line, there := lines[name]; there {
		c.errorf(n, "%s is already used on line %d; names must differ", what, line)
		return true
	}
	lines[name] = n.Line
	return false
}

// quoted is a name for a message, or nothing when it must not be shown.
func (l *linker) quoted(t text) string {
	if t.hidden || len(t.string) > maxQuoted {
		return ""
	}
	return " " + strconv.Quote(t.string)
}

func (l *linker) linkKeys() {
	l.keyByID = map[string]*Key{}
	lines := map[string]int{}
	for i := range l.keys {
		k := &l.keys[i]
		if k.ID == "" || l.twice(k.node, "the id of this key", k.ID, lines) {
			continue
		}
		l.keyByID[k.ID] = &k.Key
		l.keyIDs = append(l.keyIDs, k.ID)
	}
}

// lookKey finds a key by id; nil, with the reason reported, when there is none.
func (l *linker) lookKey(t text) *Key {
	if t.node == nil || t.string == "" {
		return nil
	}
	k := l.keyByID[t.string]
	if k == nil {
		l.unknown(t.node, "key id", "", t.string, l.keyIDs, true)
	}
	return k
}

func (l *linker) linkSources() {
	lines := map[string]int{}
	for _, s := range l.sources {
		if l.twice(s.node, "the name of this source", s.Name, lines) {
			continue
		}
		l.policy.Sources = append(l.policy.Sources, s.Source)
	}
}

// keyed completes an action for a destination: its key is the one that the
// action names, else the destination's, else the only one there is. Without a
// key the hash could be reversed by trying, so that is an error.
func (l *linker) keyed(a *actionConfig, d *Destination) *Action {
	out := a.Action
	if out.Kind != Encrypt && (out.Kind != Hash || out.Plain) {
		return l.intern(out)
	}
	switch {
	case a.key.node != nil:
		if out.Key = l.lookKey(a.key); out.Key == nil {
			return nil
		}
	case d.Key != nil:
		out.Key = d.Key
	case len(l.keyIDs) == 1:
		out.Key = l.keyByID[l.keyIDs[0]]
	default:
		reason := "there is more than one key"
		if len(l.keyIDs) == 0 {
			reason = "keys has none"
		}
		plain := ""
		if out.Kind == Hash {
			plain = ", or ask for the reversible kind by name: {hash: {plain: sha256}}"
		}
		l.errorf(a.node, "%s has no key for destination %q, and %s: name one, {%s: {key: …}}, or give the destination a key%s",
			out.Kind, d.Name, reason, out.Kind, plain)
		return nil
	}
	return l.intern(out)
}
