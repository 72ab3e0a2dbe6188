package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eventveil/eventveil/engine"
)

func TestNamedBySibling(t *testing.T) {
	through(t, "", map[string]string{
		`{"contacts":[{"type":"email","value":"none"},{"value":"x","type":"phone"}]}`: `{"contacts":[{"type":"email","value":"[email]"},{"value":"[phone]","type":"phone"}]}`,
		`{"fields":[{"name":"email","type":"text","value":"x"}]}`:                     `{"fields":[{"name":"email","type":"text","value":"[email]"}]}`,
		`{"a":{"key":"ssn","value":"x","value":"y"}}`:                                 `{"a":{"key":"ssn","value":"[us_ssn]","value":"[us_ssn]"}}`,
		`{"a":{"key":"none","value":"x","key":"\u0073sn"}}`:                           `{"a":{"key":"none","value":"[us_ssn]","key":"\u0073sn"}}`,
		`{"telecom":{"system":"phone","use":"home","value":5550100}}`:                 `{"telecom":{"system":"phone","use":"home","value":"[phone]"}}`,
		`{"s":"{\"type\":\"email\",\"value\":\"x\"}"}`:                                `{"s":"{\"type\":\"email\",\"value\":\"[email]\"}"}`,
		`{"inputs":[{"id":"first_name","val":"x"},{"id":"qty","val":2}]}`:             `{"inputs":[{"id":"first_name","val":"[first_name]"},{"id":"qty","val":2}]}`,
		`{"type":"track","event":"e","properties":{"key":"ssn","value":"x"}}`:         `{"type":"track","event":"e","properties":{"key":"ssn","value":"[us_ssn]"}}`,
		// What the value is by itself still counts beside a name of less.
		`{"a":{"type":"email","value":"card 4111 1111 1111 1111"}}`: `{"a":{"type":"email","value":"[email]"}}`,
		// What the objects around the value say is not made less of.
		`{"ssn":{"type":"email","value":"x"},"salary":{"key":"email","value":5000}}`: `{"ssn":{"type":"email","value":"[us_ssn]"},"salary":{"key":"email","value":"[income]"}}`,
		// Nothing is named by what means nothing, or not here.
		`{"items":[{"name":"Blue shirt","value":"x"},{"type":"country","value":"x"}]}`:       ``,
		`{"type":"track","event":"e","properties":{"label":"email","value":"x"}}`:            ``,
		`{"a":{"type":"email","value":true},"b":{"type":"email","value":null}}`:              ``,
		`{"type":"email","properties":{"value":"x"}}`:                                        ``,
		`{"a":{"type":"email","b":{"value":"x"}}}`:                                           ``,
		`{"a":{"type":"` + strings.Repeat("email ", 400) + `","value":"x"},"b":{"value":1}}`: ``,
	})
}

// TestSiblingsKeepPaths: what a sibling names is still selected by its own path, and
// no text of a sibling shows in a path.
func TestSiblingsKeepPaths(t *testing.T) {
	e := engine.New(policy(t, head+`
  - {name: by path, when: {path: "contacts[].value"}, action: redact}
overrides:
  - {path: "other[].value", type: none}
`))
	in := e.Get()
	body := `{"contacts":[{"type":"Ada's email","value":"x"}],"other":[{"type":"email","value":"x"}]}`
	if err := in.Inspect([]byte(body), single); err != nil {
		t.Fatal(err)
	}
	in.Decide(0)
	if got, want := string(in.Render(0).Body), strings.Replace(body, `"x"`, `"[email]"`, 1); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, f := range in.Findings() {
		if f.Path != "contacts[].value.email" {
			t.Errorf("path %q", f.Path)
		}
	}
}

func TestProjectTokens(t *testing.T) {
	const hex, phc = "0123456789abcdef0123456789abcdef", "phc_exampleexampleexample0123456789"
	through(t, "", map[string]string{
		`{"event":"e","properties":{"token":"` + hex + `","distinct_id":"u"}}`:         `{"event":"e","properties":{"token":"` + hex + `","distinct_id":"[user_id]"}}`,
		`{"event":"e","properties":{"mp_lib":"web","time":1,"token":"` + hex + `"}}`:   ``,
		`{"$token":"` + hex + `","$group_key":"k","$set":{}}`:                          ``,
		`{"$token":"test-token","$distinct_id":"u"}`:                                   `{"$token":"test-token","$distinct_id":"[user_id]"}`,
		`{"properties":{"token":"` + phc + `"},"token":"` + phc + `"}`:                 ``,
		`{"$token":"ada@example.com","$lib":"web"}`:                                    `{"$token":"[auth_token]","$lib":"web"}`,
		`{"$token":4111111111111111,"$lib":"web"}`:                                     `{"$token":"[credit_card]","$lib":"web"}`,
		`{"token":"phc_ada@example.com","$lib":"web"}`:                                 `{"token":"[auth_token]","$lib":"web"}`,
		`{"event":"e","properties":{"token":"` + hex + `"}}`:                           `{"event":"e","properties":{"token":"[auth_token]"}}`,
		`{"properties":{"token":"opensesame","mp_lib":"web"}}`:                         `{"properties":{"token":"[auth_token]","mp_lib":"web"}}`,
		`{"properties":{"reset_token":"` + hex + `","token":"` + hex + `","$lib":1}}`:  `{"properties":{"reset_token":"[auth_token]","token":"` + hex + `","$lib":1}}`,
		`{"token":"` + hex + `","note":"ada@example.com","x":[{"value":1}],"$lib":""}`: `{"token":"` + hex + `","note":"[email]","x":[{"value":1}],"$lib":""}`,
	})
}

// TestSiblingsLinear: an object of many members with roles costs by its length.
func TestSiblingsLinear(t *testing.T) {
	in := engine.New(policy(t, redactAll)).Get()
	cost := func(n int) time.Duration {
		body := []byte(`{"a":{` + strings.Repeat(`"type":"email","value":"x",`, n) + `"end":1}}`)
		least := time.Hour
		for range 5 {
			begin := time.Now()
			if err := in.Inspect(body, single); err != nil {
				t.Fatal(err)
			}
			least = min(least, time.Since(begin))
		}
		return least
	}
	if few, many := cost(500), cost(8000); many > 64*few {
		t.Error(fmt.Sprint(few, " for 500 pairs, ", many, " for 8000"))
	}
}
