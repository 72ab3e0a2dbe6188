package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/eventveil/eventveil/engine/explain"
)

const (
	// maxEvents bounds what can be explained at once, in bytes.
	maxEvents = 1 << 20
	// maxExplained bounds the findings of an answer: to say where each of them is, the
	// document is walked again.
	maxExplained = 1000
)

// explained is a line of the answer, as `eventveil explain` prints it.
type explained struct {
	Event      int                      `json:"event" doc:"counts the documents of the body; a batch is one document"`
	Path       string                   `json:"path" doc:"JSON Pointer"`
	Inner      string                   `json:"inner" doc:"where inside a string value: query:email, json:/user/email, text:5-20"`
	Type       string                   `json:"type"`
	Class      string                   `json:"class" enum:"red,yellow,green"`
	Matched    string                   `json:"matched" enum:"key,value,both,"`
	How        string                   `json:"how" enum:"exact,synonym,fuzzy,pattern,validated,"`
	Confidence float64                  `json:"confidence"`
	Context    bool                     `json:"context,omitempty" doc:"words beside the value told"`
	Empty      bool                     `json:"empty,omitempty" doc:"null or an empty text in a field known by its name"`
	Actions    map[string]explainedRule `json:"actions" doc:"by destination"`
}

type explainedRule struct {
	Action   string `json:"action"`
	Rule     string `json:"rule" doc:"empty for the destination's default"`
	Line     int    `json:"line,omitempty"`
	Withheld string `json:"withheld,omitempty" enum:"consent,integrations" doc:"why the destination does not get the event, whatever it holds"`
}

// explain says of events what is found in them and what the rules do. Nothing is kept.
func (a *api) explain(w http.ResponseWriter, r *http.Request) error {
	s := a.policy()
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return wrong("the query of the address is not well-formed")
	}
	source := -1
	if name := q.Get("source"); name != "" {
		if source = s.Source(name); source < 0 {
			return wrong("there is no source of that name in the configuration; leave it out to let the write key tell")
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEvents))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return &problem{Status: http.StatusRequestEntityTooLarge, Code: "too-large", Detail: "at most 1 MiB of events can be explained at once"}
	case err != nil:
		return wrong("the body cannot be read to its end")
	}
	x := explain.New(s.engine(), source)
	defer x.Close()
	documents := split(body)
	findings := 0
	for i, d := range documents {
		if err := x.Read(d, nil); err != nil {
			return wrong(fmt.Sprintf("document %d of the body cannot be read: %s", i, explain.Why(err)))
		}
		if findings += len(x.Inspector.Findings()); findings > maxExplained {
			return &problem{Status: http.StatusRequestEntityTooLarge, Code: "too-large",
				Detail: fmt.Sprintf("more than %d findings: explain fewer events at once", maxExplained)}
		}
	}
	w.Header().Set("Content-Type", "application/json")
	out := bufio.NewWriterSize(w, 64<<10)
	out.WriteByte('[')
	var line []byte
	separator := "\n"
	for i, d := range documents {
		if err := x.Read(d, nil); err != nil { // it could be read above
			return cut(true, err)
		}
		for f := range x.Findings() {
			out.WriteString(separator)
			separator = ",\n"
			line = f.AppendJSON(line[:0], i)
			out.Write(line)
		}
	}
	out.WriteString("\n]\n")
	return cut(true, out.Flush())
}

// split takes a body apart into documents: it is one, or has one on each line.
func split(body []byte) (documents [][]byte) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	if !bytes.Contains(body, []byte("\n")) || json.Valid(body) {
		return [][]byte{body}
	}
	for line := range bytes.SplitSeq(body, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			documents = append(documents, line)
		}
	}
	return documents
}
