package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/eventveil/eventveil/portal/inventory"
)

// maxBody bounds a body that decides, in bytes.
const maxBody = 64 << 10

// change is the body of a decision.
type change struct {
	Status *string `json:"status,omitempty" enum:"new,approved,ignored"`
	Class  *string `json:"class,omitempty" enum:"red,yellow,green"`
	Type   *string `json:"type,omitempty" doc:"a name of /api/v1/types; class becomes that type's unless it is given"`
	Note   *string `json:"note,omitempty" doc:"at most 4096 bytes"`
	Owner  *string `json:"owner,omitempty" doc:"who answers for it; at most 200 bytes"`
	Source *string `json:"source,omitempty" doc:"makes the verdict one for this source alone"`
}

// accepted is what a change may have, for who got it wrong.
var accepted = map[string]string{
	"status": "new, approved or ignored",
	"class":  "red, yellow or green",
	"type":   "the name of a type; GET /api/v1/types lists them",
	"note":   "a text of at most 4096 bytes",
	"owner":  "a text of at most 200 bytes",
	"source": "the name of a source; GET /api/v1/sources lists them",
}

// decider is a body of a bulk decision.
type decider struct {
	change
	IDs    []string `json:"ids,omitempty" doc:"at most 1000; or give filter"`
	Filter *filter  `json:"filter,omitempty" doc:"all data points that match; {} for all"`
}

// filter selects data points in a body, as the parameters of the same names do.
type filter struct {
	Class       words  `json:"class,omitempty"`
	Type        words  `json:"type,omitempty"`
	Status      words  `json:"status,omitempty"`
	Source      words  `json:"source,omitempty"`
	Destination words  `json:"destination,omitempty"`
	Action      words  `json:"action,omitempty"`
	Drift       *bool  `json:"drift,omitempty"`
	Personal    *bool  `json:"personal,omitempty"`
	Query       string `json:"q,omitempty"`
}

// words are a word or several.
type words []string

func (w *words) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		*w = words{""}
		return json.Unmarshal(b, &(*w)[0])
	}
	return json.Unmarshal(b, (*[]string)(w))
}

// readBody reads a body of JSON into v, a pointer to a struct: strictly, since what
// somebody decides must not be guessed.
func readBody(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return refused("the body has more than " + strconv.Itoa(maxBody) + " bytes")
		}
		return refused("the body cannot be read to its end")
	}
	return strict(body, v)
}

// strict decodes one JSON object, without members that v does not have, repeated
// members and nulls.
func strict(body []byte, v any) error {
	if !utf8.Valid(body) {
		return refused("the body is not UTF-8")
	}
	if reason := plain(json.NewDecoder(bytes.NewReader(body))); reason != "" {
		return refused(reason)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	var typ *json.UnmarshalTypeError
	err := dec.Decode(v)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &typ) && typ.Field != "":
		return refused("the member " + strconv.QuoteToASCII(typ.Field) + " is not of the type that it must have")
	}
	if name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		return refused(fmt.Sprintf("there is no member %.60s", name))
	}
	return refused("the body has a member of another type than it must have")
}

// plain looks through the tokens of a body: it must be one object and nothing else.
// It returns what is wrong.
func plain(dec *json.Decoder) string {
	type level struct {
		object bool
		names  map[string]bool
		value  bool // a member's name was read, its value is next
	}
	var stack []level
	for {
		token, err := dec.Token()
		switch {
		case errors.Is(err, io.EOF) && len(stack) == 0:
			return "the body is empty: it must be a JSON object"
		case err != nil:
			return "the body is not valid JSON"
		case token == nil:
			return "the body has a null: leave out what is not to change"
		case len(stack) == 0 && token != json.Delim('{'):
			return "the body must be a JSON object"
		}
		if d, is := token.(json.Delim); is && (d == '}' || d == ']') {
			if stack = stack[:len(stack)-1]; len(stack) == 0 {
				break
			}
			continue
		}
		if top := len(stack) - 1; top >= 0 && stack[top].object {
			l := &stack[top]
			if l.value = !l.value; l.value {
				name := token.(string)
				if strings.ContainsFunc(name, func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' }) {
					// encoding/json would take it for the member that it is in lower case.
					return "the body has a member whose name is not in lower case letters"
				}
				if l.names[name] {
					return "the body has a member twice"
				}
				l.names[name] = true
				continue
			}
		}
		if d, is := token.(json.Delim); is {
			stack = append(stack, level{object: d == '{', names: map[string]bool{}})
			if len(stack) > 3 {
				return "the body is nested deeper than anything that is accepted"
			}
		}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return "the body has something after the JSON object"
	}
	return ""
}

// refused is a body that cannot be accepted, with what would be.
func refused(detail string) *problem {
	p := wrong(detail)
	p.Accepted = accepted
	return p
}

// change turns a body into a change of a data point.
func (s *state) change(id inventory.ID, b *change) inventory.Change {
	c := inventory.Change{ID: id, Class: b.Class, Type: b.Type, Note: b.Note, Owner: b.Owner}
	if b.Status != nil {
		status := inventory.Status(*b.Status)
		c.Status = &status
	}
	if b.Source != nil {
		c.Source = *b.Source
	}
	if b.Type != nil && b.Class == nil {
		if typ, known := s.Policy.Type(*b.Type); known {
			class := s.Types[typ].Class.String()
			c.Class = &class
		}
	}
	return c
}
