package proxy

import (
	"strconv"

	"github.com/tidwall/gjson"
	"github.com/valyala/fasthttp"
)

// maxRelocated is the size in bytes above which an answer is left alone.
const maxRelocated = 1 << 20

// indexLists are the members of collectors' answers that tell of events by their index
// in the batch, and how they lie there. The names are literal members of the root.
var indexLists = []struct {
	member string
	shape  listShape
}{
	{"failed_records", objects},                // Mixpanel
	{"events_with_invalid_fields", fields},     // Amplitude
	{"events_with_missing_fields", fields},     // Amplitude
	{"events_with_invalid_id_lengths", fields}, // Amplitude
	{"silenced_events", indexes},               // Amplitude
	{"throttled_events", indexes},              // Amplitude
	{"errors", objects},
}

// listShape is how indexes lie in a member of an answer.
type listShape uint8

const (
	indexes listShape = iota // [1,2]
	fields                   // {"field":[1,2]}
	objects                  // [{"index":1}] or [{"event_index":1}]
)

// relocate makes indexes in the collector's answer, which count the events that it got,
// those of the events as the SDK sent them. It does nothing when all of them were sent.
func (q *request) relocate(answer *fasthttp.Response) {
	if len(q.positions) == 0 || len(answer.Header.ContentEncoding()) > 0 {
		return
	}
	if text, changed := relocate(q.scratch[:0], answer.Body(), q.positions); changed {
		q.scratch = text
		answer.SetBody(text)
	}
}

// moved is an index in a text and what stands there instead.
type moved struct{ start, end, index int }

// relocate appends an answer to dst, each index i in a known place of it as
// positions[i]. What is no index of a position stays as it is; changed is false when
// that is all of it.
func relocate(dst, answer []byte, positions []int) (out []byte, changed bool) {
	if len(answer) > maxRelocated || !gjson.ValidBytes(answer) {
		return dst, false
	}
	root := gjson.ParseBytes(answer)
	if !root.IsObject() {
		return dst, false
	}
	var list []moved // in the order of the text
	index := func(v gjson.Result) {
		if i, err := strconv.ParseUint(v.Raw, 10, 31); err == nil && int(i) < len(positions) {
			list = append(list, moved{v.Index, v.Index + len(v.Raw), positions[i]})
		}
	}
	each := func(array gjson.Result, visit func(gjson.Result)) {
		if array.IsArray() {
			array.ForEach(func(_, v gjson.Result) bool { visit(v); return true })
		}
	}
	root.ForEach(func(name, value gjson.Result) bool {
		for _, known := range indexLists {
			if known.member != name.Str {
				continue
			}
			switch known.shape {
			case indexes:
				each(value, index)
			case fields:
				if value.IsObject() {
					value.ForEach(func(_, v gjson.Result) bool { each(v, index); return true })
				}
			case objects:
				each(value, func(v gjson.Result) {
					if !v.IsObject() {
						return
					}
					v.ForEach(func(name, v gjson.Result) bool {
						if name.Str == "index" || name.Str == "event_index" {
							index(v)
						}
						return true
					})
				})
			}
		}
		return true
	})
	at := 0
	for _, m := range list {
		dst = append(dst, answer[at:m.start]...)
		dst = strconv.AppendInt(dst, int64(m.index), 10)
		at = m.end
	}
	return append(dst, answer[at:]...), len(list) > 0
}
