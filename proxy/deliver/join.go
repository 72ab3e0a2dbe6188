package deliver

import (
	"github.com/eventveil/eventveil/proxy/wire"
	"github.com/eventveil/eventveil/rules"
)

// joiner writes events into a body in a plain format.
type joiner struct {
	lines bool
	body  []byte
	n     int
	seen  []bool
}

// add appends an event of a message.
func (j *joiner) add(w *work, i int) {
	if w.envelope == nil {
		w.envelope = open(w.item.Body, wire.ByName(w.item.Format).Events, w.spans, wire.EventType(w.item.Path))
	}
	if n := len(w.envelope.raw); cap(j.seen) < n {
		j.seen = make([]bool, n)
	}
	switch {
	case j.lines:
	case j.n == 0:
		j.body = append(j.body, '[')
	default:
		j.body = append(j.body, ',')
	}
	from := len(j.body)
	j.body = w.envelope.append(j.body, w.item.Body[w.spans[i].Start:w.spans[i].End], j.seen[:len(w.envelope.raw)])
	if j.lines {
		j.body = append(oneLine(j.body, from), '\n')
	}
	j.n++
}

// end completes the body: of one event it is the event itself.
func (j *joiner) end() []byte {
	switch {
	case j.lines:
		return j.body
	case j.n == 1:
		return j.body[1:]
	}
	return append(j.body, ']')
}

// join takes events off the front of the lane for one request, at least one, and as many
// as the batch has room for. Body holds them; it may use scratch.
func (l *lane) join(d *rules.Destination, scratch []byte) (p *parcel, body []byte) {
	p = &parcel{limit: d.Retry.Attempts}
	j := joiner{lines: d.Format == rules.PlainLines, body: scratch[:0]}
	for len(l.works) > 0 {
		w := l.works[0]
		w.split()
		r := run{w, l.at, l.at}
		for full := false; r.hi < w.n; r.hi++ {
			if full = j.n > 0 && j.n >= d.Batch.Events; !full {
				mark := len(j.body)
				j.add(w, r.hi)
				if full = j.n > 1 && int64(len(j.body)) >= d.Batch.Bytes; full { // one byte is for the bracket
					j.body, j.n = j.body[:mark], j.n-1
				}
			}
			if full {
				l.at = r.hi
				if r.hi > r.lo {
					p.runs = append(p.runs, r)
				}
				return p, j.end()
			}
		}
		if r.hi > r.lo {
			p.runs = append(p.runs, r)
		}
		l.works, l.at = l.works[1:], 0
	}
	return p, j.end()
}
