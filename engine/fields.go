package engine

import "github.com/eventveil/eventveil/engine/catalog"

// Fields calls visit for the paths of members that hold values and nothing personal by
// their names, with the green type that the name says or None, and that the engine first met after it had made the node numbered
// since. It returns the number to go on from. A path may be visited again, when the
// engine has forgotten it meanwhile or it stands in several formats. It is meant for
// now and then: it looks at all that the engine remembers.
func (e *Engine) Fields(since uint64, visit func(path string, typ catalog.ID, evidence Evidence)) (next uint64) {
	next = e.ids.Load()
	slots := *e.cache.Load().slots.Load()
	containers := map[*node]bool{}
	leaf := func(n *node) {
		if n.id > since && n.id <= next && n.path != "" && n.flags&(isReserved|isIgnored|isBatch|isEvent|isWriteKey) == 0 &&
			(n.typ == catalog.None || n.flags&isGreen != 0) && n.keySpan == catalog.None && !containers[n] && n.parent.role != alias {
			e := Evidence{}
			if n.typ != catalog.None {
				e = Evidence{By: ByKey, NameHow: n.how}
			}
			visit(n.path, n.typ, e)
		}
	}
	for i := range slots {
		if n := slots[i].Load(); n != nil && n.parent != nil {
			containers[n.parent] = true
			for p := n.parent; p.parent != nil && !containers[p.parent]; p = p.parent {
				containers[p.parent] = true
			}
		}
	}
	for i := range slots {
		n := slots[i].Load()
		if n == nil {
			continue
		}
		for elem := n.elem.Load(); elem != nil; n, elem = elem, elem.elem.Load() {
			containers[n] = true
		}
		leaf(n)
	}
	return next
}
