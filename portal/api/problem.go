package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/eventveil/eventveil/portal/inventory"
)

// problem is a refusal as RFC 9457 has it.
type problem struct {
	Type   string `json:"type" doc:"urn:eventveil:problem: and a code that stays the same"`
	Title  string `json:"title" doc:"the status in words"`
	Status int    `json:"status"`
	Detail string `json:"detail" doc:"what is wrong, and what to do next"`

	Accepted map[string]string `json:"accepted,omitempty" doc:"what the members of a body may be"`
	Current  *pointDetail      `json:"current,omitempty" doc:"of 412: the data point as it is now"`
	Differs  []string          `json:"differs,omitempty" doc:"of 412: members of the body that are not what the data point has now"`
	Changes  []auditEntry      `json:"changes,omitempty" doc:"of 412: what others decided since the version of If-Match, the latest first"`

	Code  string `json:"-"`
	allow string
}

func (p *problem) Error() string { return p.Detail }

func (p *problem) write(w http.ResponseWriter) {
	full := *p // some are shared
	full.Type, full.Title = "urn:eventveil:problem:"+p.Code, http.StatusText(p.Status)
	body, err := json.Marshal(full)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	if p.allow != "" {
		h.Set("Allow", p.allow)
	}
	if p.Current != nil {
		h.Set("ETag", etag(p.Current.Version))
	}
	if p.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "5")
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(p.Status)
	w.Write(append(body, '\n'))
}

// wrong is a problem of the request itself.
func wrong(detail string) *problem {
	return &problem{Status: http.StatusBadRequest, Code: "bad-request", Detail: detail}
}

// toProblem says what an error means to who asked.
func toProblem(err error) *problem {
	var p *problem
	reason, refused := inventory.Refused(err)
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, inventory.ErrNotFound):
		return &problem{Status: http.StatusNotFound, Code: "not-found", Detail: reason}
	case errors.Is(err, inventory.ErrCursor):
		return &problem{Status: http.StatusBadRequest, Code: "cursor", Detail: reason + "; begin again without it"}
	case errors.Is(err, inventory.ErrChanged):
		return &problem{Status: http.StatusPreconditionFailed, Code: "changed", Detail: reason}
	case errors.Is(err, inventory.ErrTwin):
		return &problem{Status: http.StatusConflict, Code: "twin", Detail: reason}
	case refused:
		p := wrong(reason)
		p.Accepted = accepted
		return p
	}
	return &problem{Status: http.StatusServiceUnavailable, Code: "store", Detail: "the store cannot be used: " + err.Error()}
}

// send answers with JSON.
func send(w http.ResponseWriter, v any) error { return sendAs(w, http.StatusOK, v) }

func sendAs(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
	return nil
}
