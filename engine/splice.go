package engine

import (
	"slices"
	"unicode/utf8"
)

// cut says what an edit takes away besides its span, so that the rest stays well formed.
type cut uint8

const (
	cutNone  cut = iota // replaces its span
	cutJSON             // removes a member or element and one comma
	cutParam            // removes a parameter and one separator
	cutLine             // removes a line
	cutAll              // removes the text as a whole
)

// edit replaces text[start:end] of a layer by repl[from:to], or cuts [start,stop).
type edit struct {
	start, end, stop int
	from, to         int
	cut              cut
	next             int // the next edit of the same layer, or -1
}

func (in *Inspector) openEdits(from, to int) {
	in.edits = in.edits[:0]
	in.repl = in.repl[:0]
	for i := from; i < to; i++ {
		in.layers[i].first = -1
	}
}

func (in *Inspector) addEdit(l int, e edit) {
	e.next = -1
	y := &in.layers[l]
	if y.first < 0 {
		y.first = len(in.edits)
	} else {
		in.edits[y.last].next = len(in.edits)
	}
	y.last = len(in.edits)
	in.edits = append(in.edits, e)
}

// resolve appends the text of layer from with all edits of the layers [from,to)
// applied. Inner layers come after their outer ones, so going backwards every
// layer's edits are complete before they are handed outwards.
func (in *Inspector) resolve(dst []byte, from, to int) []byte {
	for l := to - 1; l > from; l-- {
		if in.layers[l].first >= 0 {
			in.outward(l, in.settled(l))
		}
	}
	return in.splice(dst, in.layers[from].text, in.settled(from))
}

// splice appends text with edits applied.
func (in *Inspector) splice(dst, text []byte, edits []edit) []byte {
	pos := 0
	for i := range edits {
		e := &edits[i]
		dst = append(dst, text[pos:e.start]...)
		dst = append(dst, in.repl[e.from:e.to]...)
		pos = e.end
	}
	return append(dst, text[pos:]...)
}

// outward hands the edits of a layer to the layer it lies in.
func (in *Inspector) outward(l int, edits []edit) {
	y := &in.layers[l]
	if y.enc == encBase64 {
		in.scratch = in.splice(in.scratch[:0], y.text, edits)
		mark := len(in.repl)
		in.repl = y.form.encoding().AppendEncode(in.repl, in.scratch)
		in.addEdit(y.parent, edit{start: y.start, end: y.end, stop: y.end, from: mark, to: len(in.repl)})
		return
	}
	raw := in.layers[y.parent].text[y.start:y.end]
	m := mapper{raw: raw, enc: y.enc}
	for i := range edits {
		e := edits[i]
		start := y.start + m.to(e.start)
		end := y.start + m.to(e.end)
		mark := len(in.repl)
		in.scratch = append(in.scratch[:0], in.repl[e.from:e.to]...)
		in.repl = y.enc.append(in.repl, in.scratch)
		in.addEdit(y.parent, edit{start: start, end: end, stop: end, from: mark, to: len(in.repl)})
	}
}

// mapper maps ascending offsets of an inner text to offsets of raw, which stands for it.
type mapper struct {
	raw    []byte
	enc    encoding
	i, pos int
}

func (m *mapper) to(inner int) int {
	if m.enc == encNone {
		return inner
	}
	for m.pos < inner && m.i < len(m.raw) {
		n, width := 1, 1
		switch {
		case m.enc == encJSON && m.raw[m.i] == '\\':
			var r rune
			r, n = unescapeRune(m.raw[m.i:])
			width = utf8.RuneLen(r)
		case m.enc == encPercent:
			n = percentLen(m.raw[m.i:])
		}
		m.i += n
		m.pos += width
	}
	return m.i
}

// settled returns the edits of a layer in order, disjoint, cuts turned into
// plain replacements. Where edits overlap the earlier and wider one wins, and what
// the other covers beyond it goes as well.
func (in *Inspector) settled(l int) []edit {
	text := in.layers[l].text
	in.order = in.order[:0]
	sorted, last := true, 0
	for i := in.layers[l].first; i >= 0; i = in.edits[i].next {
		e := &in.edits[i]
		sorted = sorted && (e.start > last || len(in.order) == 0)
		last = e.start
		in.order = append(in.order, *e)
	}
	if !sorted {
		slices.SortStableFunc(in.order, before)
	}
	out := in.order[:0] // written behind what is read
	pos := 0            // end of what is settled
	for i := 0; i < len(in.order); i++ {
		e := in.order[i]
		if e.cut != cutNone {
			i, e = in.run(text, i)
		}
		if e.start < pos {
			if e.end <= pos {
				continue
			}
			e.start, e.from, e.to = pos, 0, 0
		}
		e.cut = cutNone
		out = append(out, e)
		pos = e.end
	}
	return out
}

// before orders edits by start, cuts and wider ones first.
func before(a, b edit) int {
	if a.start != b.start {
		return a.start - b.start
	}
	if (a.cut != cutNone) != (b.cut != cutNone) {
		if a.cut != cutNone {
			return -1
		}
		return 1
	}
	return b.stop - a.stop
}

// run joins the cut at order[i] with the cuts that follow it without a gap, as a
// plain edit that also takes the separators. It returns the index of the last edit it covers.
func (in *Inspector) run(text []byte, i int) (int, edit) {
	e := in.order[i]
	if e.cut == cutAll {
		return len(in.order) - 1, edit{start: 0, end: len(text)}
	}
	stop := e.stop
	next, more := separator(text, stop, e.cut)
	for i+1 < len(in.order) {
		f := in.order[i+1]
		if f.start >= stop && (f.cut != e.cut || !more || f.start != next) {
			break
		}
		if f.start >= stop {
			stop = f.stop
			next, more = separator(text, stop, e.cut)
		}
		i++
	}
	switch {
	case more:
		return i, edit{start: e.start, end: next}
	case e.cut == cutLine:
		return i, edit{start: e.start, end: stop}
	}
	start := e.start
	for start > 0 && e.cut == cutJSON && isSpace(text[start-1]) {
		start--
	}
	if start > 0 && (e.cut == cutJSON && text[start-1] == ',' || e.cut == cutParam && isParamEnd(text[start-1])) {
		return i, edit{start: start - 1, end: stop}
	}
	return i, edit{start: e.start, end: stop}
}

// separator looks behind a cut for the separator of the next sibling, and returns where that begins.
func separator(text []byte, i int, c cut) (next int, more bool) {
	switch c {
	case cutJSON:
		if i = skipSpace(text, i); i < len(text) && text[i] == ',' {
			return skipSpace(text, i+1), true
		}
	case cutParam:
		if i < len(text) && (text[i] == '&' || text[i] == ';') {
			return i + 1, true
		}
	case cutLine:
		for ; i < len(text); i++ {
			if text[i] == '\n' {
				return i + 1, true
			}
		}
	}
	return i, false
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
