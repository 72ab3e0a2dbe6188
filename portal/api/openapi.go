package api

import (
	"cmp"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (a *api) openapi(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	w.Write(a.document)
	return nil
}

// object is JSON that is put together.
type object = map[string]any

// describe makes the OpenAPI document of routes.
func describe(routes []route, version string) []byte {
	d := describer{schemas: object{}}
	paths := object{}
	for _, r := range routes {
		item, _ := paths[prefix+r.path].(object)
		if item == nil {
			item = object{}
			paths[prefix+r.path] = item
		}
		item[strings.ToLower(r.method)] = d.operation(r)
	}
	text, err := json.MarshalIndent(object{
		"openapi": "3.1.0",
		"info": object{"title": "Eventveil", "version": version,
			"description": "What Eventveil knows of the personal data in events, and what people decide about it. Answers are JSON, errors problems of RFC 9457, times UTC. No answer holds a value of an event."},
		"servers":  []any{object{"url": "/"}},
		"security": []any{object{"token": []string{}}, object{"session": []string{}}},
		"paths":    paths,
		"components": object{"schemas": d.schemas, "securitySchemes": object{
			"token":   object{"type": "http", "scheme": "bearer", "description": "a token of portal.tokens"},
			"session": object{"type": "apiKey", "in": "cookie", "name": "eventveil", "description": "of who is logged in at the portal"},
		}},
	}, "", "  ")
	if err != nil {
		panic("BUG: the OpenAPI document cannot be encoded: " + err.Error())
	}
	return append(text, '\n')
}

// anyRoute are the statuses that every operation may fail with: because of who asks, and
// of the store.
var anyRoute = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusServiceUnavailable}

// describer collects the schemas of named types.
type describer struct{ schemas object }

func (d *describer) operation(r route) object {
	name := strings.NewReplacer("/", "_", "{id}", "one", ":", "_", ".", "_", "-", "_").Replace(strings.ToLower(r.method) + r.path)
	op := object{"operationId": name, "summary": r.does, "x-role": r.role.String()}
	if r.more != "" {
		op["description"] = r.more
	}
	params := []any{}
	if strings.Contains(r.path, "{id}") {
		params = append(params, object{"name": "id", "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	if r.tagged && r.method != http.MethodGet {
		params = append(params, object{"name": "If-Match", "in": "header", "description": "the ETag that the change is made for", "schema": object{"type": "string"}})
	}
	for _, p := range r.query {
		params = append(params, p.describe())
	}
	if len(params) > 0 {
		op["parameters"] = params
	}
	switch {
	case r.takes != nil:
		op["requestBody"] = object{"required": true, "content": object{"application/json": object{"schema": d.schema(reflect.TypeOf(r.takes))}}}
	case r.method == http.MethodPost:
		op["requestBody"] = object{"required": true, "content": object{"application/json": object{"schema": object{}}}}
	}
	good := object{"content": object{"application/json": object{"schema": d.schema(reflect.TypeOf(r.gives))}}}
	if r.media != "" {
		good["content"] = object{r.media: object{"schema": object{"type": "string"}}}
	}
	if r.tagged {
		good["headers"] = object{"ETag": object{"description": "the version, in quotes", "schema": object{"type": "string"}}}
	}
	for _, p := range r.query {
		if p.name == "format" {
			good["content"].(object)["text/csv"] = object{"schema": object{"type": "string"}}
		}
	}
	status := cmp.Or(r.status, http.StatusOK)
	good["description"] = http.StatusText(status)
	answers := object{strconv.Itoa(status): good}
	bad := object{"application/problem+json": object{"schema": d.schema(reflect.TypeFor[problem]())}}
	fails := slices.Concat(anyRoute, r.fails)
	if r.method != http.MethodGet {
		fails = append(fails, http.StatusUnsupportedMediaType) // a body that is not said to be JSON
	}
	for _, s := range fails {
		answers[strconv.Itoa(s)] = object{"description": http.StatusText(s), "content": bad}
	}
	op["responses"] = answers
	return op
}

func (p *param) describe() object {
	schema := object{"type": "string"}
	switch {
	case p.number:
		schema["type"] = "integer"
	case p.truth:
		schema["type"] = "boolean"
	case p.words != nil:
		schema["enum"] = p.words
	}
	o := object{"name": p.name, "in": "query", "description": p.does, "schema": schema}
	if p.many {
		o["schema"] = object{"type": "array", "items": schema}
		o["description"] = p.does + "; repeated, or with commas"
	}
	return o
}

// schema describes a type as encoding/json writes it.
func (d *describer) schema(t reflect.Type) object {
	if t == nil {
		return object{}
	}
	switch {
	case t == reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case t == reflect.TypeFor[words]():
		text := object{"type": "string"}
		return object{"oneOf": []any{text, object{"type": "array", "items": text}}}
	}
	switch t.Kind() {
	case reflect.Struct:
		name := strings.ToUpper(t.Name()[:1]) + t.Name()[1:]
		if _, known := d.schemas[name]; !known {
			d.schemas[name] = nil // a type that holds itself ends here
			d.schemas[name] = d.members(t)
		}
		return object{"$ref": "#/components/schemas/" + name}
	case reflect.Slice:
		return object{"type": "array", "items": d.schema(t.Elem())}
	case reflect.Map:
		if t.Elem().Kind() == reflect.Interface {
			return object{"type": "object"}
		}
		return object{"type": "object", "additionalProperties": d.schema(t.Elem())}
	case reflect.Pointer:
		return nullable(d.schema(t.Elem()))
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	}
	panic("BUG: no schema for " + t.String())
}

// members describes a struct, with the members of those embedded in it.
func (d *describer) members(t reflect.Type) object {
	properties, required := object{}, []string{}
	var collect func(t reflect.Type)
	collect = func(t reflect.Type) {
		for i := range t.NumField() {
			f := t.Field(i)
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch {
			case f.Anonymous:
				collect(f.Type)
				continue
			case !f.IsExported() || name == "-":
				continue
			}
			optional := options == "omitempty"
			of := f.Type
			if optional && of.Kind() == reflect.Pointer {
				of = of.Elem() // left out, never null
			}
			s := d.schema(of)
			if words := f.Tag.Get("enum"); words != "" {
				s["enum"] = strings.Split(words, ",")
			}
			if doc := f.Tag.Get("doc"); doc != "" {
				s["description"] = doc
			}
			properties[name] = s
			if !optional {
				required = append(required, name)
			}
		}
	}
	collect(t)
	o := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		o["required"] = required
	}
	return o
}

// nullable is a schema that takes null as well.
func nullable(s object) object {
	if typ, plain := s["type"].(string); plain {
		s["type"] = []string{typ, "null"}
		return s
	}
	return object{"oneOf": []any{s, object{"type": "null"}}}
}
