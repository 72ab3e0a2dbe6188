package rules

import (
	"regexp"
	"regexp/syntax"
	"unicode"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
)

// pattern is a regular expression on values, with what every match of it has: texts
// that lack it are dismissed without running the expression.
type pattern struct {
	re    *regexp.Regexp
	least int          // bytes of the shortest match
	need  detect.Bytes // byte classes that every match has
}

func newPattern(re *regexp.Regexp) *pattern {
	p := &pattern{re: re}
	if tree, err := syntax.Parse(re.String(), syntax.Perl); err == nil {
		p.least, p.need = bounds(tree)
	}
	return p
}

// maxMatches bounds the matches of one pattern in one text. A text with more is
// taken for a match as a whole.
const maxMatches = 1000

// find appends what matches in a text. It allocates only when something does.
func (p *pattern) find(dst []detect.Span, text []byte, classes detect.Bytes, typ catalog.ID, valid func([]byte) bool) []detect.Span {
	if len(text) < p.least || classes&p.need != p.need || !p.re.Match(text) {
		return dst
	}
	all := p.re.FindAllIndex(text, maxMatches+1)
	if len(all) > maxMatches {
		return append(dst, detect.Span{End: len(text), Type: typ})
	}
	for _, m := range all {
		if valid == nil || valid(text[m[0]:m[1]]) {
			dst = append(dst, detect.Span{Start: m[0], End: m[1], Type: typ, Proof: proofOf(valid)})
		}
	}
	return dst
}

// maxLeast keeps the least length of nested repetitions from overflowing.
const maxLeast = 1 << 20

// bounds are the least length in bytes of what an expression matches, 0 when it can
// match the empty text, and the byte classes that all of it has.
func bounds(re *syntax.Regexp) (least int, need detect.Bytes) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			class := classOf(r)
			if re.Flags&syntax.FoldCase != 0 {
				for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
					class &= classOf(f) // "k" is also the Kelvin sign
				}
			}
			need |= class
		}
		return len(re.Rune), need
	case syntax.OpCharClass:
		return 1, classOfAll(re.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1, 0
	case syntax.OpCapture, syntax.OpPlus:
		return bounds(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min == 0 {
			return 0, 0
		}
		least, need = bounds(re.Sub[0])
		return min(least*re.Min, maxLeast), need
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			l, n := bounds(sub)
			least, need = min(least+l, maxLeast), need|n
		}
		return least, need
	case syntax.OpAlternate:
		for i, sub := range re.Sub {
			l, n := bounds(sub)
			if i == 0 {
				least, need = l, n
				continue
			}
			least, need = min(least, l), need&n
		}
		return least, need
	}
	return 0, 0
}

func classOf(r rune) detect.Bytes {
	if r >= utf8.RuneSelf {
		return detect.HasHigh
	}
	return detect.ClassOf[byte(r)]
}

// classOfAll is the one class of all characters in ranges, 0 when they have several.
func classOfAll(ranges []rune) (class detect.Bytes) {
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= min(ranges[i+1], utf8.RuneSelf); r++ {
			class |= classOf(r)
		}
		if ranges[i] >= utf8.RuneSelf {
			class |= detect.HasHigh
		}
	}
	if class&(class-1) != 0 {
		return 0
	}
	return class
}
