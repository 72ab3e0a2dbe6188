package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestEventFromYAML(t *testing.T) {
	f := func(event, want string) {
		t.Helper()
		file, err := parseCases("c.yaml", []byte("cases:\n  - name: a\n    findings: []\n    event: "+event+"\n"))
		if err != nil {
			t.Fatalf("%s: %v", event, err)
		}
		if got := string(file.cases[0].event); got != want {
			t.Errorf("%s: got %s, want %s", event, got, want)
		}
	}
	f(`{b: 1, a: 2}`, `{"b":1,"a":2}`)
	f(`{n: 1.50, big: 12345678901234567890, e: 1e2}`, `{"n":1.50,"big":12345678901234567890,"e":1e2}`)
	f(`{n: 0x1f, m: .5, i: .inf, d: 2026-11-24}`, `{"n":"0x1f","m":".5","i":".inf","d":"2026-11-24"}`)
	f(`{t: true, f: False, n: null, m: ~, s: "true"}`, `{"t":true,"f":false,"n":null,"m":null,"s":"true"}`)
	f(`[a, [b], {}]`, `["a",["b"],{}]`)
	f(`&x {a: &y [1], b: *y}`, `{"a":[1],"b":[1]}`)
	f(`'{"a" : 1, "a":2}'`, `{"a" : 1, "a":2}`)
}

func FuzzCases(f *testing.F) {
	f.Add([]byte("config: c.yaml\ncases:\n  - name: a\n    event: {a: 1}\n    expect: {d: {dropped: true}}\n"))
	f.Add([]byte("cases: [{name: a, event: &a [*a], findings: []}]"))
	f.Add([]byte("cases: [{name: a, event: !!int \"x\", findings: [{path: p, type: t}]}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := parseCases("c.yaml", text)
		if err != nil {
			return
		}
		for _, c := range file.cases {
			if !json.Valid(c.event) {
				t.Errorf("the event became %q, which is not JSON", c.event)
			}
		}
	})
}

func FuzzClassify(f *testing.F) {
	f.Add([]byte(`{"key":"email","value":"ada@example.com"}`))
	f.Add([]byte(`{"as":"email","locale":"us","value":12}`))
	f.Add([]byte(`{"key":{},"value":[[]]}`))
	policy, err := loadPolicy("", nil)
	if err != nil {
		f.Fatal(err)
	}
	c := newClassifier(policy)
	f.Fuzz(func(t *testing.T, question []byte) {
		line, _ := c.answer(question, nil)
		if !json.Valid(line) || strings.Count(string(line), "\n") != 1 {
			t.Errorf("the answer %q is not one line of JSON", line)
		}
	})
}
