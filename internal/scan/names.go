package scan

import "github.com/eventveil/eventveil/engine"

// maxNames bounds the event names that a worker remembers, as they came and as they
// are shown; a name that came longer than maxNameKept bytes is not.
const (
	maxNames    = 4096
	maxNameKept = 240
)

// nameMembers are the members of an event that hold its name, the first present
// wins. "name" is not among them: without an SDK it is a person's as often.
var nameMembers = []string{"event", "event_name", "eventName", "event_type", "eventType", "type"}

// eventNames numbers the names of events.
type eventNames struct {
	engine *engine.Engine
	known  map[string]int // as they came
	ids    map[string]int // as they are shown
	shown  []string
}

func newEventNames(e *engine.Engine) eventNames {
	return eventNames{engine: e, known: map[string]int{}, ids: map[string]int{}}
}

// of appends to dst the numbers of the names of a document's events, -1 for those
// without one.
func (n *eventNames) of(dst []int, doc []byte, f *engine.Format, events int) []int {
	elements := func(list []byte) {
		each(list, 0, func(_, v []byte) bool {
			id, _ := n.ofEvent(v, "")
			dst = append(dst, id)
			return true
		})
	}
	doc = doc[skipSpace(doc, 0):]
	if doc[0] == '[' && f.RootArray {
		elements(doc)
	} else if id, batches := n.ofEvent(doc, f.Batch); len(batches) > 0 {
		for _, list := range batches {
			elements(list)
		}
	} else {
		dst = append(dst, id)
	}
	for len(dst) < events {
		dst = append(dst, -1)
	}
	return dst[:events]
}

// ofEvent is the number of an event's name, or the arrays that hold the events, when
// it has such a member after all. The walk ends with a member "event", which is not
// found beside a batch.
func (n *eventNames) ofEvent(event []byte, batch string) (id int, batches [][]byte) {
	if len(event) == 0 || event[0] != '{' {
		return -1, nil
	}
	best, name := len(nameMembers), []byte(nil)
	each(event, 0, func(member, v []byte) bool {
		switch {
		case len(v) > 2 && v[0] == '"':
			for i, want := range nameMembers[:best] {
				if string(member) == want {
					best, name = i, v
				}
			}
		case v[0] == '[' && batch != "" && string(unquote(member)) == batch:
			batches = append(batches, v)
		}
		return best > 0 || batches != nil
	})
	if name == nil {
		return -1, batches
	}
	return n.id(unquote(name)), batches
}

// id is the number of a name, -1 when there is no room for another.
func (n *eventNames) id(name []byte) int {
	if id, ok := n.known[string(name)]; ok {
		return id
	}
	shown := n.engine.ShowName(name)
	id, ok := n.ids[shown]
	if !ok {
		if len(n.shown) >= maxNames {
			return -1
		}
		id = len(n.shown)
		n.ids[shown] = id
		n.shown = append(n.shown, shown)
	}
	if len(n.known) < maxNames && len(name) <= maxNameKept {
		n.known[string(name)] = id
	}
	return id
}
