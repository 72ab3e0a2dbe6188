package explain

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/rules"
)

const policy = `
version: 1
mode: enforce
sources:
  - {name: web, match: {write_key: wk-web}}
destinations:
  - {name: collector, url: "http://127.0.0.1:9"}
  - {name: ads, url: "http://127.0.0.1:9", delivery: queued, default: block}
rules:
  - {name: "no \"e-mail\" from the web", when: {type: email, source: web}, action: mask}
`

func inspection(t *testing.T, source int) *Inspection {
	t.Helper()
	p, report := rules.Parse("policy.yaml", []byte(policy), func(string) (string, bool) { return "", false })
	if err := report.Err(); err != nil {
		t.Fatal(err)
	}
	x := New(engine.New(p), source)
	t.Cleanup(x.Close)
	return x
}

func lines(t *testing.T, x *Inspection, document string) (list []string) {
	t.Helper()
	if err := x.Read([]byte(document), nil); err != nil {
		t.Fatal(err)
	}
	for f := range x.Findings() {
		line := f.AppendJSON(nil, 7)
		if !json.Valid(line) {
			t.Errorf("not JSON: %s", line)
		}
		list = append(list, string(line))
	}
	return list
}

func TestLines(t *testing.T) {
	const rest = `"type":"email","class":"yellow","matched":"both","how":"validated","confidence":0.99,"actions":{`
	masked := `"collector":{"action":"mask","rule":"no \"e-mail\" from the web","line":10},"ads":{"action":"mask","rule":"no \"e-mail\" from the web","line":10}}}`
	passed := `"collector":{"action":"allow","rule":""},"ads":{"action":"block","rule":""}}}`
	check := func(source int, document string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, lines(t, inspection(t, source), document)); diff != "" {
			t.Errorf("- want, + got:\n%s", diff)
		}
	}
	check(-1, `{"email":"ada@example.com"}`, `{"event":7,"path":"/email","inner":"",`+rest+passed)
	check(-1, `{"writeKey":"wk-web","email":"ada@example.com"}`, `{"event":7,"path":"/email","inner":"",`+rest+masked)
	check(1, `[{"a/b":{"email":"ada@example.com"}}]`, `{"event":7,"path":"/0/a~1b/email","inner":"",`+rest+masked)
	check(0, `{"plan":"pro"}`)
}

func TestWhy(t *testing.T) {
	x := inspection(t, -1)
	check := func(document, want string) {
		t.Helper()
		err := x.Read([]byte(document), nil)
		if err == nil {
			t.Fatalf("%.40s can be read", document)
		}
		if got := Why(err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(`{"email":"ada@example.com"`, "not valid JSON, at byte 26")
	check("{\"email\":\"\xff\"}", "not valid UTF-8, at byte 10")
	check(strings.Repeat("[", 100)+strings.Repeat("]", 100), "nested deeper than limits.depth, at byte 64")
}

// TestWithheld: a line says why a destination does not get the event whatever it holds.
func TestWithheld(t *testing.T) {
	p, report := rules.Parse("policy.yaml", []byte(strings.Replace(policy, "default: block", "consent: [ads]", 1)), nil)
	if err := report.Err(); err != nil {
		t.Fatal(err)
	}
	f := func(gpc bool, document, want string) {
		t.Helper()
		x := New(engine.New(p), 0)
		defer x.Close()
		x.Signals.GPC = gpc
		for _, line := range lines(t, x, document) {
			if !strings.HasSuffix(line, `"collector":{"action":"allow","rule":""},"ads":{"action":"allow","rule":""`+want+`}}}`) {
				t.Errorf("%s: %s", document, line)
			}
		}
	}
	const agreed = `"context":{"consent":{"categoryPreferences":{"ads":true}}}`
	f(false, `{"email":"ada@example.com",`+agreed+`}`, "")
	f(true, `{"email":"ada@example.com",`+agreed+`}`, `,"withheld":"consent"`)
	f(false, `{"email":"ada@example.com"}`, `,"withheld":"consent"`)
	f(false, `{"email":"ada@example.com","integrations":{"Ads":false},`+agreed+`}`, `,"withheld":"integrations"`)
	f(false, `{"email":"ada@example.com","batch":[{`+agreed+`}]}`, "")
}
