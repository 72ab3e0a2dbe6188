package engine

import (
	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
	"github.com/eventveil/eventveil/engine/transform"
	"github.com/eventveil/eventveil/rules"
)

// spanKind says what a finding's span is, and so how it is edited.
type spanKind uint8

const (
	spanMember spanKind = iota // a JSON value; blocking removes its member or element
	spanKey                    // a member's name; blocking removes the member
	spanText                   // a part of a string; blocking redacts it
	spanParam                  // the value of a URL or form parameter; blocking removes the parameter
	spanField                  // a whole transport value; blocking removes it
)

// place is where a value stands: start and end of what an edit replaces, member
// the start of what blocking removes, enc how a replacement is written there.
type place struct {
	kind               spanKind
	enc                encoding
	layer              int
	member, start, end int
}

// find is a finding with what is needed to edit it.
type find struct {
	place
	n     *node
	stop  int // where what blocking removes ends, when that is behind end
	base  int // spanText: where its text begins in the layer
	event int
	typ   catalog.ID
	class catalog.Class
	by    By
	proof detect.Proof
	empty bool // null or "": the field is known by its name, and holds nothing to protect
}

// layer is a text: the body, a transport value, or what a part of another layer
// stands for once decoded.
type layer struct {
	text        []byte
	parent      int // -1 for a body or a transport value
	start, end  int // in the parent's text
	enc         encoding
	first, last int // the first and the last of its edits while rendering; -1 for none
	form        base64Form
	label       string // for Inner: "json", "base64"
}

// event is one event of a body, as spans of layer 0.
type event struct {
	start, end int
	member     int
	name       []byte
	rank       uint8
	class      int // see Policy.EventClass
}

// Inspector works on one body at a time; see Engine.Get. It is not safe for
// concurrent use. What it returns is valid until its next Inspect or Put.
type Inspector struct {
	engine *Engine
	number uint32
	policy *rules.Policy
	cache  *cache
	format *Format
	limits rules.Limits

	layers []layer
	finds  []find
	events []event
	stack  []frame
	noted  []sibling
	arena  []byte // decoded texts
	spans  []detect.Span
	folded rules.Scratch
	params []region

	values   int
	level    int    // layers of JSON in strings around the current text
	batch    bool   // the member that holds the events was met
	alone    bool   // there is none, and all of the body is an event
	event    int    // the current one, or Envelope or Transport
	loose    event  // names met beside events
	writeKey []byte // first one met
	source   int

	fields    []field
	bodyFinds int
	bodyLayer int

	rulings  []*Ruling // per finding
	whole    []*Ruling // per event: on the event itself
	report   []Finding
	counts   []Count
	tally    []int // by type and action: 1 + the index in counts, 0 between calls
	plans    []plan
	edits    []edit
	order    []edit // the edits of the layer being resolved
	repl     []byte // their texts
	scratch  []byte
	chosen   []int  // per destination: its plan, or -1 for the body as it came
	held     []Hold // per event, and beside them, and destination; empty when nothing is
	own      reading
	around   reading
	parts    []part // see outline; none before it was asked for
	about    []int  // findings on parts, by where these begin
	kept     []bool // per part, while deciding
	wants    []want
	settings []setting
	written  map[*rules.Action][]setting
	spare    []byte // the bytes of a plan before integrations were written
	split    []Span
	altered  []bool // per event: has an edit
	envelope bool   // there is an edit beside the events
	dropped  []bool // per event
	gone     []bool // per finding, while deciding: nothing after all
	transfer *transform.Transformer
}

// Inspect reads one body and finds the personal data in it. On an *Error
// nothing may be forwarded. The body must not change until the Inspector is
// done with it.
func (in *Inspector) Inspect(body []byte, f *Format) error {
	in.reset(f)
	in.layers = append(in.layers, layer{text: body, parent: -1})
	if fault := in.documents(body); fault != nil {
		in.finds = in.finds[:0]
		return fault
	}
	if len(in.events) == 0 && !in.batch && !f.Lines && body[skipSpace(body, 0)] != '[' {
		// A format of batches was sent a single event: all of it is one.
		in.events = append(in.events, event{start: skipSpace(body, 0), end: len(body), name: in.loose.name, rank: in.loose.rank})
		in.alone = true
		for i := range in.finds {
			in.finds[i].event = 0
		}
	}
	in.bodyFinds, in.bodyLayer = len(in.finds), len(in.layers)
	return nil
}

func (in *Inspector) reset(f *Format) {
	in.cache = in.engine.cache.Load()
	in.format = f
	in.layers, in.finds, in.events, in.stack = in.layers[:0], in.finds[:0], in.events[:0], in.stack[:0]
	in.arena, in.noted, in.fields, in.plans = in.arena[:0], in.noted[:0], in.fields[:0], in.plans[:0]
	in.rulings, in.whole = in.rulings[:0], in.whole[:0]
	in.params, in.batch, in.alone = in.params[:0], false, false
	in.repl, in.writeKey, in.loose = in.repl[:0], nil, event{}
	in.values, in.level, in.event, in.source = 0, 0, Envelope, 0
}

// documents walks the body: one document, or one a line.
func (in *Inspector) documents(body []byte) *Error {
	root := in.cache.root(in.format)
	i := 0
	for {
		end, fault := in.document(0, i, root)
		if fault != nil {
			return fault
		}
		i = end
		if in.format.Lines {
			for i < len(body) && (body[i] == ' ' || body[i] == '\t' || body[i] == '\r') {
				i++
			}
			if i < len(body) && body[i] != '\n' {
				return in.fault(0, i, reasonSyntax)
			}
		}
		i = skipSpace(body, i)
		if i >= len(body) {
			return nil
		}
		if !in.format.Lines {
			return in.fault(0, i, reasonSyntax)
		}
	}
}

// fault makes the Error for a fault at offset i of layer l.
func (in *Inspector) fault(l, i int, reason string) *Error {
	if l != 0 {
		i = in.layers[l].start
	}
	return &Error{Reason: reason, Offset: i}
}

func (in *Inspector) openEvent(start, member int) {
	in.event = len(in.events)
	in.events = append(in.events, event{start: start, member: member})
}

func (in *Inspector) closeEvent(outer, end int) {
	if in.event >= 0 {
		in.events[in.event].end = end
	}
	in.event = outer
}

// grow makes room for one more finding and returns it; its fields hold whatever
// they held before.
func (in *Inspector) grow() *find {
	if len(in.finds) == cap(in.finds) {
		in.finds = append(in.finds, find{})
	} else {
		in.finds = in.finds[:len(in.finds)+1]
	}
	return &in.finds[len(in.finds)-1]
}

// found notes a finding about a JSON value and returns its index.
func (in *Inspector) found(l int, n *node, typ catalog.ID, class catalog.Class, kind spanKind, member, start, end int, by By) int {
	f := in.grow()
	f.kind, f.enc, f.layer, f.member, f.start, f.end = kind, encJSON, l, member, start, end
	f.n, f.stop, f.base, f.event = n, 0, 0, in.event
	f.typ, f.class, f.by, f.proof, f.empty = typ, class, by, detect.Shape, false
	return len(in.finds) - 1
}

// addLayer notes a decoded text and returns its index.
func (in *Inspector) addLayer(l layer) int {
	in.layers = append(in.layers, l)
	return len(in.layers) - 1
}

// keep returns the bytes appended to the arena since mark, safe from later appends.
func (in *Inspector) keep(mark int) []byte {
	return in.arena[mark:len(in.arena):len(in.arena)]
}

// WriteKey returns the first write key met in the body, nil if there was none.
func (in *Inspector) WriteKey() []byte { return in.writeKey }

// Events is the number of events met in the body.
func (in *Inspector) Events() int { return len(in.events) }
