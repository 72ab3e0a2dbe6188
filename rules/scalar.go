package rules

import (
	"math"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// text is a scalar after expansion of its variables.
type text struct {
	string
	node   *yaml.Node
	hidden bool // holds a variable's value, which no message may quote
}

// scalar reads a single value and expands its variables. It may be empty.
func (d *decoder) scalar(n *yaml.Node, what string) (text, bool) {
	if !d.is(n, yaml.ScalarNode, what, "a single value") {
		return text{}, false
	}
	s, hidden, ok := d.expand(n)
	return text{s, n, hidden}, ok
}

// text reads a single value that is not empty.
func (d *decoder) text(n *yaml.Node, what string) (text, bool) {
	t, ok := d.scalar(n, what)
	if ok && t.string == "" {
		d.errorf(n, "%s must not be empty", what)
		return t, false
	}
	return t, ok
}

// expand replaces ${VAR} by the variable's value and $$ by a dollar sign. A
// dollar sign before anything else stands for itself.
func (d *decoder) expand(n *yaml.Node) (s string, hidden, ok bool) {
	ok = true
	var b strings.Builder
	for rest := n.Value; rest != ""; {
		before, after, found := strings.Cut(rest, "$")
		b.WriteString(before)
		switch {
		case !found:
			return b.String(), hidden, ok
		case strings.HasPrefix(after, "$"):
			b.WriteByte('$')
			rest = after[1:]
			continue
		case !strings.HasPrefix(after, "{"):
			b.WriteByte('$')
			rest = after
			continue
		}
		name, tail, closed := strings.Cut(after[1:], "}")
		rest = tail
		hidden = true
		if !closed || !isVariable(name) {
			d.errorf(n, "after \"${\" a variable's name and \"}\" are expected; write \"$${\" for the characters themselves")
			return "", true, false
		}
		value, set := d.env(name)
		if !set {
			d.errorf(n, "environment variable %s is not set", name)
			ok = false
		}
		b.WriteString(value)
	}
	return b.String(), hidden, ok
}

func isVariable(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c == '_' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// word reads one of the given words and returns its index.
func (d *decoder) word(n *yaml.Node, what string, words ...string) (int, bool) {
	t, ok := d.text(n, what)
	if !ok {
		return 0, false
	}
	for i, w := range words {
		if w == t.string {
			return i, true
		}
	}
	d.unknown(n, what, "", t.string, words, t.hidden)
	return 0, false
}

// number reads a whole number between low and high.
func (d *decoder) number(n *yaml.Node, what string, low, high int, to *int) {
	t, ok := d.text(n, what)
	if !ok {
		return
	}
	v, err := strconv.Atoi(t.string)
	if err != nil || v < low || v > high {
		d.errorf(n, "%s must be a whole number from %d to %d", what, low, high)
		return
	}
	*to = v
}

var units = []struct {
	name  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}, {"", 1}}

// size reads a number of bytes: 10MiB, 512KiB, 65536.
func (d *decoder) size(n *yaml.Node, what string, low, high int64, to *int64) {
	t, ok := d.text(n, what)
	if !ok {
		return
	}
	digits := strings.TrimRight(t.string, "BKMGi")
	unit := t.string[len(digits):]
	v, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
	for _, u := range units {
		if err == nil && u.name == unit && v <= math.MaxInt64/u.bytes && v*u.bytes >= low && v*u.bytes <= high {
			*to = v * u.bytes
			return
		}
	}
	d.errorf(n, "%s must be a size from %s to %s, such as 10MiB, 512KiB or a number of bytes", what, sizeText(low), sizeText(high))
}

func sizeText(v int64) string {
	for _, u := range []int{2, 1, 0} {
		if v >= units[u].bytes && v%units[u].bytes == 0 {
			return strconv.FormatInt(v/units[u].bytes, 10) + units[u].name
		}
	}
	return strconv.FormatInt(v, 10)
}

// duration reads a time span: 30s, 1m30s, 2h, 7d, 1d12h.
func (d *decoder) duration(n *yaml.Node, what string, low, high time.Duration, to *time.Duration) {
	t, ok := d.text(n, what)
	if !ok {
		return
	}
	v, err := parseSpan(t.string)
	if err != nil || v < low || v > high {
		such := "500ms, 30s or 2h"
		if high > day {
			such = "30s, 2h or 7d"
		}
		d.errorf(n, "%s must be a time span from %s to %s, such as %s", what, spanText(low), spanText(high), such)
		return
	}
	*to = v
}

// parseSpan is time.ParseDuration with days in front.
func parseSpan(s string) (time.Duration, error) {
	days, rest, found := strings.Cut(s, "d")
	if !found {
		return time.ParseDuration(s)
	}
	n, err := strconv.ParseUint(days, 10, 16)
	v := time.Duration(n) * day
	if err != nil || rest == "" {
		return v, err
	}
	part, err := time.ParseDuration(rest)
	if part < 0 {
		err = strconv.ErrRange
	}
	return v + part, err
}

// spanText writes a time span as it is read: whole days as such, when there are several.
func spanText(v time.Duration) string {
	if v > day && v%day == 0 {
		return strconv.FormatInt(int64(v/day), 10) + "d"
	}
	return v.String()
}

// name reads an identifier that may become a metric's label.
func (d *decoder) name(n *yaml.Node, what string) (text, bool) {
	t, ok := d.text(n, what)
	if ok && (len(t.string) > maxQuoted || !onlyBytes(t.string, nameBytes)) {
		d.errorf(n, "%s must be at most 64 letters, digits, \"_\", \"-\" or \".\"", what)
		return t, false
	}
	return t, ok
}

const (
	lowerBytes = "abcdefghijklmnopqrstuvwxyz0123456789_"
	nameBytes  = lowerBytes + "ABCDEFGHIJKLMNOPQRSTUVWXYZ-."
)

func onlyBytes(s, allowed string) bool {
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(allowed, s[i]) < 0 {
			return false
		}
	}
	return true
}

// words reads a list of texts, each checked by ok; what names one of them.
func (d *decoder) words(n *yaml.Node, list, what string, to *[]string, check func(t text) bool) {
	*to = nil
	d.list(n, list, func(n *yaml.Node) {
		if t, ok := d.text(n, what); ok && check(t) {
			*to = append(*to, t.string)
		}
	})
}
