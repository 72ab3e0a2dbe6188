package api

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// auditEntry is a line of the audit. Before and after are JSON as it was written down,
// in a string, because the hash is of just these bytes.
type auditEntry struct {
	Seq    int64     `json:"seq" doc:"from 1, without gaps"`
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`
	Action string    `json:"action"`
	Object string    `json:"object" doc:"the ID of a data point, or what else it is about"`
	Label  string    `json:"label" doc:"the object as people know it"`
	Before string    `json:"before" doc:"JSON of what was changed, as it was; may be empty"`
	After  string    `json:"after" doc:"and as it became"`
	Prev   string    `json:"prev" doc:"hash of the entry before; empty for the first"`
	Hash   string    `json:"hash"`
}

func entry(e inventory.Entry) auditEntry {
	return auditEntry{e.Seq, e.At.UTC(), e.Actor, e.Action, e.Object, e.Label, e.Before, e.After, e.Prev, e.Hash}
}

// auditPage is a page of the audit.
type auditPage struct {
	Items []auditEntry `json:"items" doc:"the latest first"`
	Next  *int64       `json:"next" doc:"what before is to be for the next page; null when this is the last"`
}

const (
	auditSize    = 100
	maxAuditSize = 1000
)

func (a *api) audit(w http.ResponseWriter, r *http.Request) error {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return wrong("the query of the address is not well-formed")
	}
	before, limit := int64(0), int64(auditSize)
	if v := q.Get("before"); v != "" {
		if before, err = strconv.ParseInt(v, 10, 64); err != nil || before < 1 {
			return wrong("before is the number of an entry, from 1 on")
		}
	}
	if v := q.Get("limit"); v != "" {
		if limit, err = strconv.ParseInt(v, 10, 64); err != nil || limit < 1 || limit > maxAuditSize {
			return wrong("limit is a number from 1 to " + strconv.Itoa(maxAuditSize))
		}
	}
	list, err := a.Store.Audit(r.Context(), q.Get("object"), before, int(limit)+1)
	if err != nil {
		return err
	}
	out := auditPage{Items: []auditEntry{}}
	for _, e := range list[:min(len(list), int(limit))] {
		out.Items = append(out.Items, entry(e))
	}
	if len(list) > int(limit) {
		out.Next = &out.Items[limit-1].Seq
	}
	return send(w, out)
}

// auditFile writes the whole chain, from its beginning, so that each line can be
// checked against the one before as it is read.
func (a *api) auditFile(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodHead {
		attach(w, "application/x-ndjson", "audit.ndjson")
		return nil
	}
	ctx := r.Context()
	if err := a.Store.Note(ctx, inventory.Entry{Actor: a.User(ctx), Action: "export", Object: "audit", Label: "audit.ndjson"}); err != nil {
		return err
	}
	head, err := a.Store.Audit(ctx, "", 0, 1)
	if err != nil {
		return err
	}
	attach(w, "application/x-ndjson", "audit.ndjson")
	out := bufio.NewWriterSize(w, 64<<10)
	for done := int64(0); len(head) > 0 && done < head[0].Seq; done += maxAuditSize {
		size := min(maxAuditSize, head[0].Seq-done)
		list, err := a.Store.Audit(ctx, "", done+size+1, int(size))
		if err != nil {
			return cut(true, err)
		}
		for _, e := range slices.Backward(list) {
			line, err := json.Marshal(entry(e))
			if err != nil {
				return cut(true, err)
			}
			out.Write(line)
			out.WriteByte('\n')
		}
	}
	return cut(true, out.Flush())
}
