package rules

import (
	"errors"
	"strings"
)

// wildcard matches text against a pattern in which '*' is any run of
// characters. Its cost is at most len(pattern) times len(text).
func wildcard(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && pattern[p] == text[t]:
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// pathGlob is a compiled path pattern. It matches a path and everything below it.
type pathGlob struct {
	text  string
	parts []string // segments; "[]" is one of its own
	any   uint64   // bit i: parts[i] is "**"
}

// maxParts bounds the segments of a pattern: the states of a match are the bits of a word.
const maxParts = 63

// compilePath prepares a pattern: segments between dots, "*" any one segment
// or any run of characters within one, "**" any number of segments, "[]" the
// elements of an array. Arrays that a pattern does not mention are looked through.
func compilePath(text string) (*pathGlob, error) {
	if strings.HasPrefix(text, "/") {
		return nil, errors.New(`segments are separated by dots: write "traits.email", not a JSON Pointer`)
	}
	if strings.HasPrefix(text, "$.") {
		return nil, errors.New(`a path starts at the event: leave out "$."`)
	}
	g := &pathGlob{text: text}
	for _, segment := range strings.Split(text, ".") {
		name := strings.TrimRight(segment, "[]")
		arrays := segment[len(name):]
		if name == "" && arrays == "" {
			return nil, errors.New("a segment between dots is empty")
		}
		if strings.Trim(strings.ReplaceAll(arrays, "[]", ""), " ") != "" || strings.ContainsAny(name, "[]") {
			return nil, errors.New(`elements of an array are written "[]", without a number`)
		}
		if strings.Contains(name, "**") && name != "**" {
			return nil, errors.New(`"**" must be a segment of its own`)
		}
		if name == "**" {
			g.any |= 1 << min(len(g.parts), maxParts)
		}
		if name != "" {
			g.parts = append(g.parts, name)
		}
		for range len(arrays) / 2 {
			g.parts = append(g.parts, "[]")
		}
		if len(g.parts) > maxParts {
			return nil, errors.New("a path may have at most 63 segments")
		}
	}
	return g, nil
}

// end is the state in which all of the pattern has been matched.
func (g *pathGlob) end() uint64 { return 1 << len(g.parts) }

// open adds to states those that are reached by letting "**" stand for nothing.
func (g *pathGlob) open(states uint64) uint64 {
	for i := range g.parts {
		if bit := uint64(1) << i; states&bit != 0 && g.any&bit != 0 {
			states |= bit << 1
		}
	}
	return states
}

// step reads one segment of a path.
func (g *pathGlob) step(states uint64, segment string) (next uint64) {
	array := segment == "[]"
	if array {
		next = states // looked through
	}
	for i, part := range g.parts {
		bit := uint64(1) << i
		switch {
		case states&bit == 0:
		case g.any&bit != 0:
			next |= bit
		case part == segment, !array && part != "[]" && wildcard(part, segment):
			next |= bit << 1
		}
	}
	return g.open(next)
}

// match tells whether path, or something that it lies in, is selected.
func (g *pathGlob) match(path string) bool {
	if path == "" {
		return false
	}
	states, segment := g.open(1), ""
	for more := true; more && states != 0 && states&g.end() == 0; {
		segment, path, more = cutSegment(path)
		states = g.step(states, segment)
	}
	return states&g.end() != 0
}

// cutSegment takes the first segment off a path: a name, or one "[]".
func cutSegment(path string) (segment, rest string, more bool) {
	if strings.HasPrefix(path, "[]") {
		rest = path[2:]
		return "[]", strings.TrimPrefix(rest, "."), rest != ""
	}
	for i := 0; i < len(path); i++ {
		if path[i] == '.' {
			return path[:i], path[i+1:], true
		}
		if i > 0 && strings.HasPrefix(path[i:], "[]") {
			return path[:i], path[i:], true
		}
	}
	return path, "", false
}

// covers tells whether every path that other matches is matched by g. It may
// answer no for a pair that is covered, never yes for one that is not.
func (g *pathGlob) covers(other *pathGlob) bool {
	states := g.open(1)
	for i, part := range other.parts {
		if states&g.end() != 0 {
			return true
		}
		if other.any&(1<<i) != 0 {
			states = g.open(states & g.any) // only what waits at a "**" survives any number of segments
			continue
		}
		// A '*' of other is compared as a character: only a '*' of g takes it.
		states = g.step(states, part)
	}
	return states&g.end() != 0
}
