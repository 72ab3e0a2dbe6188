package engine

import (
	"bytes"
	"encoding/base64"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
	"github.com/eventveil/eventveil/engine/names"
)

// nesting are the byte classes that an inner format needs: JSON, a query, percent escapes.
const nesting = uint32(detect.HasBrace | detect.HasEquals | detect.HasPercent)

// region is a part of a text whose parameters have been judged one by one.
type region struct{ start, end int }

// stringValue judges the JSON string at [start,end) of layer l, quotes included.
func (in *Inspector) stringValue(l int, n *node, member, start, end int, classes uint32) *Error {
	if n.flags&isEvent != 0 && l == 0 {
		outer := in.event
		in.openEvent(start, member)
		defer in.closeEvent(outer, end)
	}
	text := in.layers[l].text[start+1 : end-1]
	tl, off, enc := l, start+1, encJSON
	if classes&escape != 0 {
		mark := len(in.arena)
		in.arena = unescapeJSON(in.arena, text)
		text = in.keep(mark)
		tl, off, enc = in.addLayer(layer{text: text, parent: l, start: start + 1, end: end - 1, enc: encJSON}), 0, encNone
		classes = uint32(detect.Classify(text))
	}
	if n.flags&(isName|isWriteKey) != 0 && l == 0 {
		in.capture(n, text)
	}
	if n.spares(classes) {
		return nil
	}
	at := place{kind: spanMember, layer: l, member: member, start: start, end: end, enc: encJSON}
	if n.flags&^isGreen == 0 && (n.typ == catalog.None || n.flags&isGreen != 0) && classes&nesting == 0 &&
		!(len(text) > 16 && base64Start(text[0])) && in.engine.byValue == nil {
		in.find(n, text, classes)
		if len(in.spans) != 0 {
			in.settle(n, at, tl, off, enc, text)
		}
		return nil
	}
	return in.judge(n, at, tl, off, enc, text, classes, in.level)
}

// tokenBytes are the byte classes of identifiers and keys.
const tokenBytes = uint32(detect.HasDigit | detect.HasLetter | detect.HasDash | detect.HasUnder | detect.HasDot | detect.HasColon | detect.HasPlus | detect.HasSlash | detect.HasEquals)

// spares tells whether a text with these byte classes is not looked at: an override
// says so, or it is the protocol's own and has the form of what belongs there. An
// address in a message's identifier is found.
func (n *node) spares(classes uint32) bool {
	return n.flags&isIgnored != 0 || n.flags&isReserved != 0 && (n.flags&isWriteKey != 0 || classes&^tokenBytes == 0)
}

// capture remembers an event's name or a source's write key.
func (in *Inspector) capture(n *node, text []byte) {
	if n.flags&isWriteKey != 0 {
		if in.writeKey == nil {
			in.writeKey = text
		}
		return
	}
	e := &in.loose
	if in.event >= 0 {
		e = &in.events[in.event]
	}
	if e.rank == 0 || n.rank < e.rank {
		e.name, e.rank = text, n.rank
	}
}

// judge decides what the text at a place is: by its name, by inner formats, by
// its value. The text lies at offset off of layer tl, where replacements of its
// parts are written with enc.
func (in *Inspector) judge(n *node, at place, tl, off int, enc encoding, text []byte, classes uint32, depth int) *Error {
	if n.spares(classes) {
		return nil
	}
	in.spans = in.spans[:0]
	if n.flags&isForced != 0 || len(text) == 0 {
		in.settle(n, at, tl, off, enc, text)
		return nil
	}
	params := len(in.params)
	if classes&nesting != 0 || len(text) > 16 && base64Start(text[0]) {
		consumed, fault := in.inner(n, tl, off, enc, text, classes, depth)
		if fault != nil {
			return fault
		}
		if consumed {
			in.spans = in.spans[:0]
			in.settle(n, at, tl, off, enc, text)
			return nil
		}
	}
	judged := in.params[params:]
	if classes&uint32(detect.HasPercent) != 0 && depth < in.limits.Nested {
		in.percent(n, tl, off, text, judged, depth)
	}
	in.find(n, text, classes)
	if in.engine.byValue != nil {
		in.findOwn(n, text, classes)
	}
	if len(judged) > 0 {
		kept := in.spans[:0]
		for _, s := range in.spans {
			if judged = skipTo(judged, s.Start); !covers(judged, s.Start) {
				kept = append(kept, s)
			}
		}
		in.spans = kept
	}
	in.params = in.params[:params]
	in.settle(n, at, tl, off, enc, text)
	return nil
}

// find collects in in.spans what the detectors see in a text.
func (in *Inspector) find(n *node, text []byte, classes uint32) {
	in.spans = detect.Find(in.spans[:0], text, detect.Bytes(classes))
	if classes&uint32(detect.HasSlash) != 0 {
		aPage := n.typ == catalog.PageMeta && n.how == names.Exact // the protocol's: who was read, not who reads
		in.spans = detect.FindPath(in.spans, text, !aPage)
	}
}

// skipTo drops the regions that end at or before offset i.
func skipTo(rs []region, i int) []region {
	for len(rs) > 0 && rs[0].end <= i {
		rs = rs[1:]
	}
	return rs
}

// covers tells whether the first region holds offset i.
func covers(rs []region, i int) bool { return len(rs) > 0 && rs[0].start <= i }

// settle turns the name's verdict and in.spans into findings.
func (in *Inspector) settle(n *node, at place, tl, off int, enc encoding, text []byte) {
	typ, class, by := n.typ, n.class, ByKey
	if typ == catalog.None || n.flags&isGreen != 0 || !plausible(typ, text) {
		typ, class, by = catalog.None, catalog.Green, 0
	}
	proof := detect.Shape
	spans := in.spans
	// Where an override may yet take one of both back, name and value stay apart.
	if len(spans) == 1 && isWhole(text, spans[0]) && (typ == catalog.None || !n.scoped) && !(spans[0].Type == catalog.IPAddress && isVersion(n, text, spans[0])) {
		typ, class, by, proof = in.merge(n, typ, class, by, spans[0].Type, spans[0].Proof)
		spans = nil
	}
	if by == ByKey && in.engine.checks[typ] {
		if valid, _ := detect.Valid(typ, "", text); valid {
			by, proof = ByBoth, detect.Check
		}
	}
	first := -1
	if typ != catalog.None || n.flags&isSelected != 0 {
		first = len(in.finds)
		f := in.grow()
		f.place, f.n, f.stop, f.base, f.event = at, n, 0, 0, in.event
		f.typ, f.class, f.by, f.proof = typ, class, by, proof
		f.empty = len(text) == 0 && n.flags&isSelected == 0
	}
	for _, s := range spans {
		if in.engine.noValues[s.Type] || n.has(s.Type) || s.Type == catalog.IPAddress && (isLocal(text, s) || isVersion(n, text, s)) {
			continue
		}
		if first >= 0 && s.Type == typ {
			in.finds[first].by |= ByValue
			in.finds[first].proof = max(in.finds[first].proof, s.Proof)
			continue
		}
		c := in.policy.Types[s.Type].Class
		if c == catalog.Green && !in.policy.SelectsType(s.Type) {
			continue
		}
		in.finds = append(in.finds, find{
			place: place{kind: spanText, layer: tl, member: off + s.Start, start: off + s.Start, end: off + s.End, enc: enc},
			base:  off, n: n, event: in.event, typ: s.Type, class: c, by: ByValue, proof: s.Proof,
		})
	}
}

// isLocal tells addresses of everybody's own machine that stand as a URL's host or
// before a port: a developer's server, nobody's address.
func isLocal(text []byte, s detect.Span) bool {
	if ip := text[s.Start:s.End]; !bytes.HasPrefix(ip, []byte("127.")) && string(ip) != "::1" {
		return false
	}
	before, behind := bytes.TrimSuffix(text[:s.Start], []byte("[")), bytes.TrimPrefix(text[s.End:], []byte("]"))
	return bytes.HasSuffix(before, []byte("//")) || bytes.HasSuffix(before, []byte("@")) || len(behind) > 1 && behind[0] == ':' && behind[1]-'0' <= 9
}

// isVersion tells whether an address is all of a field whose name says that it is the
// version of an app, a browser, a system.
func isVersion(n *node, text []byte, s detect.Span) bool {
	return n.version && n.class == catalog.Green && s.Start == 0 && s.End == len(text) && bytes.IndexByte(text, ':') < 0
}

// isWhole tells whether a span is all of text but for white space around it.
func isWhole(text []byte, s detect.Span) bool {
	return s.Start == 0 && s.End == len(text) || len(bytes.TrimSpace(text[:s.Start])) == 0 && len(bytes.TrimSpace(text[s.End:])) == 0
}

// inner looks for formats within a text: JSON, base64 of JSON, parameters.
// consumed says that the text as such needs no further look.
func (in *Inspector) inner(n *node, tl, off int, enc encoding, text []byte, classes uint32, depth int) (consumed bool, fault *Error) {
	if classes&uint32(detect.HasBrace) != 0 {
		if i := skipSpace(text, 0); i < len(text) && (text[i] == '{' || text[i] == '[') {
			l := in.addLayer(layer{text: text, parent: tl, start: off, end: off + len(text), enc: enc, label: "json"})
			if done, fault := in.nested(l, n, depth); done || fault != nil {
				return done, fault
			}
		}
	}
	if len(text) > 16 && base64Start(text[0]) {
		mark := len(in.arena)
		var form base64Form
		var ok bool
		if in.arena, form, ok = decodeBase64(in.arena, text); ok {
			l := in.addLayer(layer{text: in.keep(mark), parent: tl, start: off, end: off + len(text), enc: encBase64, form: form, label: "base64"})
			if done, fault := in.nested(l, n, depth); done || fault != nil {
				return done, fault
			}
		}
		in.arena = in.arena[:mark]
	}
	if classes&uint32(detect.HasEquals) != 0 && depth < in.limits.Nested {
		return false, in.parameters(n, tl, off, text, depth)
	}
	return false, nil
}

// nested walks layer l, just added, as a JSON document below n. Text that is no JSON
// object or array after all leaves no trace. JSON nested deeper than the limit is
// refused: nobody could say what it holds.
func (in *Inspector) nested(l int, n *node, depth int) (done bool, fault *Error) {
	finds, stack, noted, values, level := len(in.finds), len(in.stack), len(in.noted), in.values, in.level
	in.level = depth + 1
	end, fault := in.document(l, 0, n)
	in.level = level
	if fault == nil && skipSpace(in.layers[l].text, end) != len(in.layers[l].text) {
		fault = in.fault(l, end, reasonSyntax)
	}
	switch {
	case fault == nil && depth >= in.limits.Nested:
		return false, in.fault(l, 0, reasonNested)
	case fault == nil:
		return true, nil
	case fault.Reason == reasonSyntax, fault.Reason == reasonUTF8:
		in.finds, in.stack, in.noted, in.values = in.finds[:finds], in.stack[:stack], in.noted[:noted], values
		in.layers = in.layers[:l]
		return false, nil
	}
	return false, fault
}

// percent judges a text that has percent escapes by what it stands for, once more
// where escapes were escaped. judged are the parameters that have been seen to.
func (in *Inspector) percent(n *node, tl, off int, text []byte, judged []region, depth int) {
	mark := len(in.arena)
	in.arena = unescapePercent(in.arena, text, false)
	decoded := in.keep(mark)
	if len(decoded) == len(text) {
		in.arena = in.arena[:mark]
		return
	}
	l := in.addLayer(layer{text: decoded, parent: tl, start: off, end: off + len(text), enc: encPercent})
	classes := uint32(detect.Classify(decoded))
	m := mapper{raw: text, enc: encPercent}
	in.spans = detect.Find(in.spans[:0], decoded, detect.Bytes(classes))
	if in.engine.byValue != nil {
		in.findOwn(n, decoded, classes)
	}
	for _, s := range in.spans {
		start := m.to(s.Start)
		if judged = skipTo(judged, start); covers(judged, start) || in.engine.noValues[s.Type] || n.has(s.Type) {
			continue
		}
		if c := in.policy.Types[s.Type].Class; c != catalog.Green || in.policy.SelectsType(s.Type) {
			in.finds = append(in.finds, find{
				place: place{kind: spanText, layer: l, member: s.Start, start: s.Start, end: s.End},
				n:     n, event: in.event, typ: s.Type, class: c, by: ByValue, proof: s.Proof,
			})
		}
	}
	if classes&uint32(detect.HasPercent) != 0 && depth+1 < in.limits.Nested {
		in.percent(n, l, 0, decoded, nil, depth+1)
	}
}

// base64Form is how a base64 text was written, so that it is written back alike.
type base64Form struct{ url, padded bool }

func (f base64Form) encoding() *base64.Encoding {
	switch {
	case f.url && f.padded:
		return base64.URLEncoding
	case f.url:
		return base64.RawURLEncoding
	case f.padded:
		return base64.StdEncoding
	}
	return base64.RawStdEncoding
}

// decodeBase64 appends what text stands for if all of it is base64 of what
// begins like a JSON object or array.
func decodeBase64(dst, text []byte) ([]byte, base64Form, bool) {
	var form base64Form
	for _, c := range text {
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c-'0' <= 9, c == '+', c == '/':
		case c == '-', c == '_':
			form.url = true
		case c == '=':
			form.padded = true
		default:
			return dst, form, false
		}
	}
	mark := len(dst)
	dst, err := form.encoding().AppendDecode(dst, text)
	if err != nil {
		return dst[:mark], form, false
	}
	i := skipSpace(dst, mark)
	if i >= len(dst) || dst[i] != '{' && dst[i] != '[' {
		return dst[:mark], form, false
	}
	return dst, form, true
}
