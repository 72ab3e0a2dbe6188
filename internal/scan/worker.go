package scan

import (
	"bytes"
	"errors"

	"github.com/tidwall/gjson"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/catalog"
)

// key is a data point's identity.
type key struct {
	path string
	typ  catalog.ID
}

// point is what one worker knows of a data point.
type point struct {
	class   catalog.Class
	first   engine.Evidence           // of the first finding
	count   int64                     // findings of values
	empty   int64                     // findings of null and ""
	events  int64                     // that hold it
	doc     int64                     // the last document that held it,
	inDoc   int                       // in how many of its events,
	last    int                       // and in which one last
	means   map[engine.Evidence]int64 // findings by how they were recognized
	sources []bool                    // by index into Policy.Sources
	names   map[int]int64             // events by name
	more    bool                      // there were more names than are counted

	shape string
	at    place // of the value that shape was made of
	tries int   // values that gave no shape
}

// place orders documents over all inputs.
type place struct{ file, line int }

func (p place) before(q place) bool { return p.file < q.file || p.file == q.file && p.line < q.line }

// maxTries bounds the values that are looked at for want of a shape. Fields are often
// null at first.
const maxTries = 64

// maxNamesOfPoint bounds the event names counted for one data point, maxNamesOfAll
// for all of a worker's.
const (
	maxNamesOfPoint = 1024
	maxNamesOfAll   = 1 << 19
)

// worker inspects chunks and keeps its own counts.
type worker struct {
	*Scanner
	in       *engine.Inspector
	points   map[key]*point
	events   int64
	bytes    int64
	docs     int64
	overflow int64 // findings at data points beyond the limit
	problems problems
	names    eventNames
	counted  int // names of all points

	writeKey []byte // of the document before, and its source
	source   int
	named    bool  // eventIDs are the current document's
	eventIDs []int // by event: its name in names
	buf      []byte
}

func newWorker(s *Scanner) *worker {
	return &worker{Scanner: s, in: s.engine.Get(), points: map[key]*point{}, source: -1, names: newEventNames(s.engine)}
}

func (w *worker) work() {
	defer w.engine.Put(w.in)
	for c := range w.full {
		w.chunk(c)
		w.recycle(c)
	}
}

func (w *worker) chunk(c *Chunk) {
	w.bytes += int64(len(c.Data))
	if c.Docs != nil {
		for _, d := range c.Docs {
			w.document(c, d.Line, c.Data[d.Start:d.End], true)
		}
		return
	}
	for rest, line := c.Data, c.Line; len(rest) > 0; line++ {
		var doc []byte
		doc, rest, _ = bytes.Cut(rest, newline)
		if doc = bytes.Trim(bytes.TrimPrefix(doc, mark), " \t\r"); len(doc) > 0 {
			w.document(c, line, doc, true)
		}
	}
}

var newline = []byte("\n")

// mark is the byte order mark that a file may begin with, and each part of one that
// was put together.
var mark = []byte("\ufeff")

// document inspects one document and counts what it holds. split says that it may
// be taken apart when it is too long.
func (w *worker) document(c *Chunk, line int, doc []byte, split bool) {
	w.docs++
	if err := w.in.Inspect(doc, w.Format); err != nil {
		if split && w.Format.RootArray && isLong(err, doc) {
			each(doc, 0, func(_, v []byte) bool {
				w.document(c, line, v, false)
				return true
			})
			return
		}
		w.problems.add(Problem{c.File, c.Name, line, err})
		return
	}
	w.events += int64(w.in.Events())
	w.named = false
	findings := w.in.Findings()
	if len(findings) == 0 {
		return
	}
	source := w.sourceOf()
	for i := range findings {
		f := &findings[i]
		p := w.point(f)
		if p == nil {
			w.overflow++
			continue
		}
		p.sources[source] = true
		if f.Empty {
			p.empty++
			continue
		}
		p.count++
		p.means[f.Evidence]++
		w.spread(p, f, doc)
		if at := (place{c.File, line}); p.shape == "" && p.tries < maxTries || at.before(p.at) {
			w.outline(p, i, at)
		}
	}
}

// isLong tells whether a document is refused for want of limits.values alone and is
// an array of events: an export, whose elements can be taken one by one.
func isLong(err error, doc []byte) bool {
	var fault *engine.Error
	return errors.As(err, &fault) && fault.Reason == "values" && doc[0] == '[' && gjson.ValidBytes(doc)
}

// point returns the data point of a finding; nil when there is no room for it.
func (w *worker) point(f *engine.Finding) *point {
	k := key{f.Path, f.Type}
	p := w.points[k]
	if p == nil && len(w.points) < w.Policy.Limits.Paths {
		p = &point{class: f.Class, first: f.Evidence, means: map[engine.Evidence]int64{}, sources: make([]bool, len(w.Policy.Sources)), names: map[int]int64{}}
		w.points[k] = p
	}
	return p
}

// spread counts the events that hold a finding, each once, by their names.
func (w *worker) spread(p *point, f *engine.Finding, doc []byte) {
	if !w.named {
		w.eventIDs = w.names.of(w.eventIDs[:0], doc, w.Format, w.in.Events())
		w.named = true
	}
	if p.doc != w.docs {
		p.doc, p.inDoc, p.last = w.docs, 0, -1
	}
	first, end := f.Event, f.Event+1
	if f.Event < 0 { // beside the events: it counts for all of them
		first, end = p.last+1, len(w.eventIDs)
	}
	for i := first; i < end; i++ {
		if i > p.last && p.inDoc < len(w.eventIDs) {
			p.last = i
			p.inDoc++
			p.events++
			w.name(p, w.eventIDs[i])
		}
	}
}

// name counts an event's name; unnamed ones are not counted.
func (w *worker) name(p *point, id int) {
	if id < 0 {
		return
	}
	if _, known := p.names[id]; !known {
		if len(p.names) >= maxNamesOfPoint || w.counted >= maxNamesOfAll {
			p.more = true
			return
		}
		w.counted++
	}
	p.names[id]++
}

// sourceOf is the source of the current document.
func (w *worker) sourceOf() int {
	if w.Source >= 0 {
		return w.Source
	}
	if k := w.in.WriteKey(); w.source < 0 || !bytes.Equal(k, w.writeKey) {
		w.writeKey = append(w.writeKey[:0], k...)
		w.source = w.Policy.SourceOf(string(k), "", "", func(string) string { return "" })
	}
	return w.source
}

// outline makes the shape of a finding's value.
func (w *worker) outline(p *point, i int, at place) {
	w.buf = w.in.Shape(w.buf[:0], i)
	if len(w.buf) == 0 {
		p.tries++
		return
	}
	p.shape, p.at = string(w.buf), at
}
