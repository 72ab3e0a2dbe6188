package api

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// contract is the OpenAPI document as it is served; answers of all tests are held to it.
type contract struct {
	paths   map[string]object // by path, then method
	schemas object
	match   map[string]*regexp.Regexp // of the addresses of a path
}

func readContract(t testing.TB, text []byte) *contract {
	t.Helper()
	var doc struct {
		OpenAPI    string `json:"openapi"`
		Paths      map[string]object
		Components struct{ Schemas object }
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("it says it is OpenAPI %q", doc.OpenAPI)
	}
	c := &contract{doc.Paths, doc.Components.Schemas, map[string]*regexp.Regexp{}}
	for path := range doc.Paths {
		c.match[path] = regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(path), `\{id\}`, `[^/]+`) + "$")
	}
	return c
}

// operation finds what a request is; nil when the document has none.
func (c *contract) operation(method, path string) object {
	for p, re := range c.match {
		if re.MatchString(path) {
			op, _ := c.paths[p][strings.ToLower(method)].(object)
			return op
		}
	}
	return nil
}

// check holds an exchange to the document; body is what was sent.
func (c *contract) check(method, path, body string, a answer) error {
	op := c.operation(method, path)
	if op == nil || a.status == http.StatusForbidden { // not routed; or answered by what stands before
		return nil
	}
	response, documented := op["responses"].(object)[strconv.Itoa(a.status)].(object)
	if !documented {
		return fmt.Errorf("%s %s: status %d is not in the document", method, path, a.status)
	}
	media, _, err := mime.ParseMediaType(a.Get("Content-Type"))
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	content, documented := response["content"].(object)[media].(object)
	if !documented {
		return fmt.Errorf("%s %s: %s is not in the document", method, path, media)
	}
	if media == "application/json" || media == "application/problem+json" {
		if err := c.validate(content["schema"].(object), a.body); err != nil {
			return fmt.Errorf("%s %s, answer: %w", method, path, err)
		}
	}
	headers, _ := response["headers"].(object)
	_, tagged := headers["ETag"]
	if given := a.Get("ETag") != ""; a.status < 300 && given != tagged {
		return fmt.Errorf("%s %s: ETag given: %v, documented: %v", method, path, given, tagged)
	}
	request, _ := op["requestBody"].(object)
	if a.status >= 300 || request == nil {
		return nil
	}
	schema := request["content"].(object)["application/json"].(object)["schema"].(object)
	if len(schema) == 0 { // events, which may be several documents
		return nil
	}
	if err := c.validate(schema, body); err != nil {
		return fmt.Errorf("%s %s took a body that the document does not allow: %w", method, path, err)
	}
	return nil
}

func (c *contract) validate(schema object, text string) error {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return err
	}
	return c.value(schema, v, "$")
}

// value checks a value against a schema. It knows what the document uses; a keyword
// that it does not know is an error.
func (c *contract) value(schema object, v any, at string) error {
	o, isObject := v.(object)
	for keyword, want := range schema {
		switch keyword {
		case "description", "properties":
		case "$ref":
			name, _ := strings.CutPrefix(want.(string), "#/components/schemas/")
			of, there := c.schemas[name].(object)
			if !there {
				return fmt.Errorf("%s: the document has no %v", at, want)
			}
			if err := c.value(of, v, at); err != nil {
				return err
			}
		case "type":
			if !isType(want, v) {
				return fmt.Errorf("%s is %T, not %v", at, v, want)
			}
		case "enum":
			if !slices.Contains(want.([]any), v) {
				return fmt.Errorf("%s is %v, none of %v", at, v, want)
			}
		case "format":
			text, is := v.(string)
			if !is {
				continue // null
			}
			when, err := time.Parse(time.RFC3339, text)
			if err != nil || want != "date-time" || !strings.HasSuffix(text, "Z") || when.IsZero() {
				return fmt.Errorf("%s is %q, not a time in UTC", at, text)
			}
		case "oneOf":
			fits := 0
			var last error
			for _, s := range want.([]any) {
				if err := c.value(s.(object), v, at); err != nil {
					last = err
				} else {
					fits++
				}
			}
			if fits != 1 {
				return fmt.Errorf("%s fits %d of its schemas: %w", at, fits, last)
			}
		case "items":
			list, _ := v.([]any)
			for i, x := range list {
				if err := c.value(want.(object), x, fmt.Sprintf("%s[%d]", at, i)); err != nil {
					return err
				}
			}
		case "required":
			for _, name := range want.([]any) {
				if _, there := o[name.(string)]; isObject && !there {
					return fmt.Errorf("%s has no %v", at, name)
				}
			}
		case "additionalProperties":
			if err := c.members(schema, o, at); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s: the test knows no keyword %q", at, keyword)
		}
	}
	return nil
}

// members checks those of an object.
func (c *contract) members(schema, o object, at string) error {
	known, _ := schema["properties"].(object)
	for name, x := range o {
		s, there := known[name].(object)
		if !there {
			if s, there = schema["additionalProperties"].(object); !there {
				return fmt.Errorf("%s has a member %q that is not in the document", at, name)
			}
		}
		if err := c.value(s, x, at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func isType(want, v any) bool {
	if list, several := want.([]any); several {
		return slices.ContainsFunc(list, func(w any) bool { return isType(w, v) })
	}
	switch x := v.(type) {
	case nil:
		return want == "null"
	case string:
		return want == "string"
	case bool:
		return want == "boolean"
	case float64:
		return want == "number" || want == "integer" && x == float64(int64(x))
	case []any:
		return want == "array"
	default:
		return want == "object"
	}
}

// TestDocument holds that the document has every route and nothing else, and that each
// operation says what is needed to use it.
func TestDocument(t *testing.T) {
	s := filled(t)
	s.ask("GET", "/openapi.json", "")
	c := s.contract
	operations := 0
	ids := map[string]bool{}
	for path, item := range c.paths {
		for method, op := range item {
			operations++
			o := op.(object)
			id, _ := o["operationId"].(string)
			if id == "" || ids[id] || o["summary"] == "" || o["x-role"] == "" {
				t.Errorf("%s %s: %v", method, path, o)
			}
			ids[id] = true
			address := strings.ReplaceAll(strings.TrimPrefix(path, prefix), "{id}", "0123456789abcdef0123")
			if got := s.ask(strings.ToUpper(method), address, `{}`); got.status == http.StatusMethodNotAllowed ||
				got.status == http.StatusNotFound && !strings.Contains(path, "{id}") {
				t.Errorf("%s %s is not served: %d", method, path, got.status)
			}
		}
	}
	for _, r := range routes {
		if c.operation(r.method, prefix+r.path) == nil {
			t.Errorf("%s %s is not in the document", r.method, r.path)
		}
	}
	if operations != len(routes) {
		t.Errorf("%d operations, %d routes", operations, len(routes))
	}
	for name, schema := range c.schemas {
		if _, is := schema.(object)["properties"]; !is {
			t.Errorf("%s has no members", name)
		}
	}
}

// TestContractRefuses holds that the check can fail.
func TestContractRefuses(t *testing.T) {
	c := readContract(t, describe(routes, "v"))
	const good = `{"source":"web","status":"new","type":"","class":"red"}`
	schema := object{"$ref": "#/components/schemas/SourceVerdict"}
	if err := c.validate(schema, good); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{`{}`, strings.Replace(good, "red", "purple", 1), strings.Replace(good, `""`, "null", 1), strings.Replace(good, `{`, `{"more":1,`, 1), `[]`, `null`} {
		if c.validate(schema, bad) == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
	if c.validate(object{"type": "string", "format": "date-time"}, `"2026-01-02T03:04:05+01:00"`) == nil {
		t.Error("a time that is not in UTC is accepted")
	}
}
