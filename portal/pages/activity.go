package pages

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/eventveil/eventveil/portal/inventory"
)

// activitySize is how many entries a page of the audit has.
const activitySize = 50

// entry is a line of the audit with what changed in it.
type entry struct {
	inventory.Entry
	Changes []change
	Source  string // what was decided is of this source alone; "" for all
	Point   bool   // the object is a data point
	Note    string // instead of Changes
}

func entriesOf(list []inventory.Entry) []entry {
	all := make([]entry, len(list))
	for i, e := range list {
		all[i] = entry{Entry: e, Changes: changesOf(e), Source: members(e.After)["source"], Point: isID(e.Object)}
		if e.Object == "dead-letters" { // of which the label says all but how many
			m := members(e.After)
			all[i].Changes, all[i].Source, all[i].Note = nil, "", "events: "+m["events"]+", requests: "+m["messages"]
		}
	}
	return all
}

type activityPage struct {
	Entries []entry
	Object  string // whose entries are shown; "" for all
	Label   string
	Next    string // address of the next page; "" when this is the last
	First   string // address of the first page; "" when this is it
}

// activity answers: who decided what, and how was it before?
func (s *site) activity(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := &activityPage{Object: q.Get("object")}
	var before int64
	if text := q.Get("before"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return inventory.ErrCursor
		}
		before = n
	}
	list, err := s.Store.Audit(r.Context(), p.Object, before, activitySize+1)
	if err != nil {
		return err
	}
	link := func(before int64) string {
		q := url.Values{}
		if p.Object != "" {
			q.Set("object", p.Object)
		}
		if before > 0 {
			q.Set("before", strconv.FormatInt(before, 10))
		}
		if len(q) == 0 {
			return "/activity"
		}
		return "/activity?" + q.Encode()
	}
	if len(list) > activitySize {
		list = list[:activitySize]
		p.Next = link(list[activitySize-1].Seq)
	}
	if before > 0 {
		p.First = link(0)
	}
	p.Entries = entriesOf(list)
	if p.Label = p.Object; len(list) > 0 && p.Object != "" && list[0].Label != "" {
		p.Label = list[0].Label
	}
	v := s.view(r, "activity", "Activity")
	v.Data = p
	return s.show(w, http.StatusOK, "activity", v)
}
