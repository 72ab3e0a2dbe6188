package engine

import (
	"bytes"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
)

// maxParamName is the length in bytes above which what stands before a '=' is not a name.
const maxParamName = 128

// parameters judges every name=value in the words of a text that are URLs with a
// query or fragment, or forms, and notes the regions they fill.
func (in *Inspector) parameters(n *node, tl, off int, text []byte, depth int) *Error {
	for i := 0; i < len(text); {
		if isWordEnd(text[i]) {
			i++
			continue
		}
		end := i + 1
		equals := false
		for ; end < len(text) && !isWordEnd(text[end]); end++ {
			equals = equals || text[end] == '='
		}
		if equals {
			if start := paramStart(text[i:end]); start > 0 || start == 0 && !isSecret(text[i:end]) {
				if fault := in.query(n, tl, off, text, i+start, end, depth); fault != nil {
					return fault
				}
			}
		}
		i = end
	}
	return nil
}

func isWordEnd(c byte) bool {
	return c <= ' ' || c == '"' || c == '<' || c == '>' || c == '\''
}

// isSecret tells whether a word that looks like a form is all one key: some have a
// "=" within.
func isSecret(word []byte) bool {
	if len(word) < 32 || bytes.IndexByte(word, '&') >= 0 {
		return false
	}
	var room [4]detect.Span
	spans := detect.Find(room[:0], word, detect.Classify(word))
	return len(spans) == 1 && isCredential(spans[0].Type) && spans[0].Start == 0 && spans[0].End == len(word)
}

// paramStart is where the parameters of a word begin: after the '?' or '#' of a
// URL, at 0 for a form, -1 when there are none.
func paramStart(word []byte) int {
	if i := bytes.IndexAny(word, "?#"); i >= 0 {
		return i + 1
	}
	eq := bytes.IndexByte(word, '=')
	if eq <= 0 || eq == len(word)-1 || word[eq+1] == '=' || eq > maxParamName {
		return -1
	}
	for _, c := range word[:eq] {
		if detect.ClassOf[c]&(detect.HasLetter|detect.HasDigit|detect.HasUnder|detect.HasDash|detect.HasDot|detect.HasPercent) == 0 &&
			c != '$' && c != '[' && c != ']' {
			return -1
		}
	}
	return 0
}

// query judges the parameters in text[start:end].
func (in *Inspector) query(n *node, tl, off int, text []byte, start, end, depth int) *Error {
	for i := start; i < end; {
		stop := i
		for stop < end && !isParamEnd(text[stop]) {
			stop++
		}
		if eq := bytes.IndexByte(text[i:stop], '='); eq > 0 && eq <= maxParamName && i+eq+1 < stop {
			if in.values++; in.values > in.limits.Values {
				return in.fault(tl, off, reasonValues)
			}
			in.params = append(in.params, region{i, stop})
			if fault := in.param(in.paramNode(n, text[i:i+eq]), tl, off, text, i, i+eq+1, stop, depth); fault != nil {
				return fault
			}
		}
		i = stop + 1
	}
	return nil
}

func isParamEnd(c byte) bool { return c == '&' || c == ';' || c == '#' || c == '?' }

// paramNode is the node of a parameter: a member of n by the decoded name.
func (in *Inspector) paramNode(n *node, name []byte) *node {
	if bytes.IndexByte(name, '%') >= 0 {
		mark := len(in.arena)
		in.arena = unescapePercent(in.arena, name, true)
		name = in.keep(mark)
	}
	for _, c := range name {
		if c < 0x20 || c == '"' || c == '\\' {
			return n
		}
	}
	return in.cache.child(n, name, in.format)
}

// isPlusNumber tells values whose plus sign is no space: "caller=+44…" of a log is no form.
func isPlusNumber(value []byte) bool { return len(value) > 1 && value[0] == '+' && value[1]-'0' <= 9 }

// param judges one parameter: its name is text[from:start-1], its value
// text[start:end]. What is written there is percent-encoded, which no outer
// JSON string needs to escape.
func (in *Inspector) param(n *node, tl, off int, text []byte, from, start, end, depth int) *Error {
	at := place{kind: spanParam, layer: tl, member: off + from, start: off + start, end: off + end, enc: encPercent}
	value := text[start:end]
	vl, voff, enc := tl, off+start, encPercent
	classes := uint32(detect.Classify(value))
	if classes&uint32(detect.HasPercent|detect.HasPlus) != 0 {
		mark := len(in.arena)
		in.arena = unescapePercent(in.arena, value, !isPlusNumber(value))
		decoded := in.keep(mark)
		vl, voff, enc = in.addLayer(layer{text: decoded, parent: tl, start: off + start, end: off + end, enc: encPercent}), 0, encNone
		value = decoded
		classes = uint32(detect.Classify(value))
	}
	if n.keySpan != catalog.None {
		name := at
		name.start, name.end = off+from, off+start-1
		t := n.keySpan
		in.finds = append(in.finds, find{place: name, stop: at.end, n: n, event: in.event, typ: t, class: in.policy.Types[t].Class, by: ByValue})
	}
	return in.judge(n, at, vl, voff, enc, value, classes, depth+1)
}
