package settings

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// member is a member of an object or an element of an array.
type member struct {
	key gjson.Result // of an object's
	gjson.Result
	start, end int // in the document, from the key to the end of the value
}

// members lists what an object or array holds, doubled members included; nothing else
// holds any.
func members(r gjson.Result) (list []member) {
	if r.Type != gjson.JSON {
		return nil
	}
	r.ForEach(func(key, value gjson.Result) bool {
		m := member{key, value, value.Index, value.Index + len(value.Raw)}
		if r.IsObject() {
			m.start = key.Index
		}
		list = append(list, m)
		return true
	})
	return list
}

// edit replaces a part of the document.
type edit struct {
	start, end int
	text       string
}

type edits []edit

// change removes members of in, an object or array, for which gone is set, and puts
// texts in front of the others. list are its members.
func (e *edits) change(in gjson.Result, list []member, gone []bool, add ...string) {
	left := false // something in front stays
	from := in.Index + 1
	if len(list) > 0 {
		from = list[0].start
	}
	for i, m := range list {
		switch {
		case gone == nil || !gone[i]:
			if !left && from < m.start {
				*e = append(*e, edit{from, m.start, ""})
			}
			left, from = true, m.end
		case left:
			*e = append(*e, edit{from, m.end, ""})
			from = m.end
		}
	}
	if !left && len(list) > 0 {
		*e = append(*e, edit{from, list[len(list)-1].end, ""})
	}
	if len(add) == 0 {
		return
	}
	text := strings.Join(add, ",")
	if left {
		text += ","
	}
	*e = append(*e, edit{in.Index + 1, in.Index + 1, text})
}

// replace puts a text in the place of a value.
func (e *edits) replace(m member, text string) {
	*e = append(*e, edit{m.Index, m.Index + len(m.Raw), text})
}

// set gives every member of an object that has a name the value; when there is none
// it returns one to add.
func (e *edits) set(list []member, name, value string) (add []string) {
	found := false
	for _, m := range list {
		if m.key.Str == name {
			found = true
			e.replace(m, value)
		}
	}
	if found {
		return nil
	}
	return []string{quote(name) + ":" + value}
}

// apply makes the document with all edits; they must not overlap.
func (e edits) apply(body []byte) []byte {
	if len(e) == 0 {
		return body
	}
	slices.SortStableFunc(e, func(a, b edit) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return a.end - b.end // what is added comes before what is cut there
	})
	out, at := make([]byte, 0, len(body)+1024), 0
	for _, x := range e {
		out = append(append(out, body[at:x.start]...), x.text...)
		at = x.end
	}
	return append(out, body[at:]...)
}

// quote writes a text as JSON.
func quote(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic("BUG: a text cannot be written as JSON")
	}
	return string(b)
}
