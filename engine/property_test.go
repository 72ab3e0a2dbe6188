package engine_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine"
	"github.com/tidwall/gjson"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// member is one member of an object; a slice of them keeps order and duplicates,
// which the oracle needs and a map would lose.
type member struct {
	name  string
	value any
}

// ordered decodes a document by encoding/json: objects as []member, numbers as their text.
func ordered(t testing.TB, doc []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	v, err := orderedValue(d)
	if err != nil {
		t.Fatalf("not JSON: %v\n%s", err, doc)
	}
	return v
}

func orderedValue(d *json.Decoder) (any, error) {
	tok, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch tok {
	case json.Delim('{'):
		object := []member{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := orderedValue(d)
			if err != nil {
				return nil, err
			}
			object = append(object, member{name.(string), v})
		}
		_, err = d.Token()
		return object, err
	case json.Delim('['):
		array := []any{}
		for d.More() {
			v, err := orderedValue(d)
			if err != nil {
				return nil, err
			}
			array = append(array, v)
		}
		_, err = d.Token()
		return array, err
	}
	return tok, nil
}

// expected is the oracle for a policy that blocks ssn and hashes email by name:
// the document with every such member treated, told from the decoded tree.
func expected(v any, hash func(string) string) any {
	switch v := v.(type) {
	case []member:
		out := []member{}
		for _, m := range v {
			name := strings.ToLower(m.name)
			scalar := holds(m.value)
			switch {
			case name == "ssn" && scalar:
				continue
			case name == "email" && scalar:
				out = append(out, member{m.name, hash(fmt.Sprint(m.value))})
			default:
				out = append(out, member{m.name, expected(m.value, hash)})
			}
		}
		return out
	case []any:
		out := []any{}
		for _, e := range v {
			out = append(out, expected(e, hash))
		}
		return out
	}
	return v
}

// holds tells whether a value can be personal data: a string that is not empty, a number.
func holds(v any) bool {
	switch v := v.(type) {
	case string:
		return v != ""
	case json.Number:
		return true
	}
	return false
}

// randomDoc writes a document with random spellings, white space, duplicates and nesting.
func randomDoc(r *rand.Rand, b *strings.Builder, depth int) {
	space := func() {
		for r.IntN(4) == 0 {
			b.WriteByte(" \n\t\r"[r.IntN(4)])
		}
	}
	names := []string{`ssn`, `SSN`, `\u0073sn`, `s\u0073\u006e`, `email`, `Email`, `em\u0061il`, `plan`, `x\"y`, `caf\u00e9`, `größe`, ``, `a/b~c`, `k.*|@#`}
	scalars := []string{`1`, `-0.0`, `9007199254740993`, `1.50e+3`, `"word"`, `"two words"`, `"esc \" \\ \/ \u00e9 \n"`, `""`, `null`, `true`, `false`, `"größe"`, `"ada@example.com"`, `"\ud83d\ude00"`}
	switch k := r.IntN(6); {
	case depth > 0 && k < 3:
		b.WriteByte('{')
		for i, n := 0, r.IntN(6); i < n; i++ {
			if i > 0 {
				b.WriteByte(',')
			}
			space()
			name := names[r.IntN(len(names))]
			fmt.Fprintf(b, `"%s"`, name)
			space()
			b.WriteByte(':')
			space()
			if strings.Contains(strings.ToLower(name), "s") || strings.HasPrefix(strings.ToLower(name), "em") {
				b.WriteString(scalars[r.IntN(len(scalars))])
			} else {
				randomDoc(r, b, depth-1)
			}
			space()
		}
		space()
		b.WriteByte('}')
	case depth > 0 && k == 3:
		b.WriteByte('[')
		for i, n := 0, r.IntN(4); i < n; i++ {
			if i > 0 {
				b.WriteByte(',')
			}
			space()
			randomDoc(r, b, depth-1)
			space()
		}
		b.WriteByte(']')
	default:
		s := scalars[r.IntN(len(scalars))]
		if s == `"ada@example.com"` {
			s = `"word"` // found by value; this oracle knows names alone
		}
		b.WriteString(s)
	}
}

// TestOutputIsInputMinusEdits holds laws 2 and 3 against encoding/json.
func TestOutputIsInputMinusEdits(t *testing.T) {
	e := engine.New(policy(t, head+`
  - {name: ssn, when: {type: us_ssn}, action: block}
  - {name: mail, when: {type: email}, action: {hash: {key: k1}}}
`))
	hash := func(value string) string {
		body, err := json.Marshal(map[string]string{"email": value})
		if err != nil {
			t.Fatal(err)
		}
		var out map[string]string
		if err := json.Unmarshal([]byte(pass(t, e, single, string(body))), &out); err != nil {
			t.Fatal(err)
		}
		return out["email"]
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var b strings.Builder
		randomDoc(r, &b, 5)
		in := b.String()
		out := pass(t, e, single, in)
		want := expected(ordered(t, []byte(in)), hash)
		if got := ordered(t, []byte(out)); !reflect.DeepEqual(got, want) {
			t.Fatalf("in  %s\nout %s\nwant %v", in, out, want)
		}
		if reflect.DeepEqual(want, ordered(t, []byte(in))) && in != out {
			t.Fatalf("an event that no rule touches changed\nin  %s\nout %s", in, out)
		}
	}
}

func FuzzInspect(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e-3,"x\u0041",null,true],"b":{}}`, `{"email":"ada@example.com","p":"{\"ssn\":\"078-05-1120\"}"}`,
		`[{"u":"https://a.example.com/?q=a%40example.com&x"}]`, `{"p":"eyJhIjoiYkBleGFtcGxlLmNvbSJ9"}`, `{"a@example.com":[{"c":{}}]}`, `{"a":1}}`, `[1,]`, `"\ud800"`, "{\"a\":\"\xff\"}"} {
		f.Add([]byte(s))
	}
	enforce, watch := engine.New(policy(f, enforcing)), engine.New(policy(f, watching))
	f.Fuzz(func(t *testing.T, body []byte) {
		in := watch.Get()
		defer watch.Put(in)
		err := in.Inspect(body, single)
		fits := json.Valid(body) && utf8.Valid(body)
		if gjson.ValidBytes(body) != json.Valid(body) {
			t.Fatalf("the oracles disagree on %q", body)
		}
		if err == nil && !fits {
			t.Fatalf("accepted what is not JSON in UTF-8: %q", body)
		}
		if err != nil {
			if reason := err.(*engine.Error).Reason; fits && (reason == "syntax" || reason == "utf8") {
				t.Fatalf("refused JSON for %s: %q", reason, body)
			}
			return
		}
		in.Decide(0)
		if out := in.Render(0); !bytes.Equal(out.Body, body) || out.Altered != 0 {
			t.Fatalf("no rule touches it, yet it changed: %q to %q", body, out.Body)
		}
		for i := range in.Findings() {
			in.Pointer(i)
			in.Inner(i)
		}
		out, dropped := render(t, enforce, body)
		if dropped != (len(out) == 0) || !dropped && !json.Valid(out) || !utf8.Valid(out) {
			t.Fatalf("%q became what is not JSON: %q", body, out)
		}
	})
}

// render returns a copy of what the first destination gets, and whether that is nothing.
func render(t *testing.T, e *engine.Engine, body []byte) (out []byte, dropped bool) {
	in := e.Get()
	defer e.Put(in)
	if err := in.Inspect(body, single); err != nil {
		t.Fatal(err)
	}
	in.Decide(0)
	o := in.Render(0)
	return bytes.Clone(o.Body), o.Events > 0 && o.Dropped == o.Events
}

func FuzzTransport(f *testing.F) {
	f.Add([]byte("a=1&email=ada%40example.com&&=x&b"))
	e := engine.New(policy(f, enforcing))
	f.Fuzz(func(t *testing.T, value []byte) {
		in := e.Get()
		defer e.Put(in)
		if err := in.Inspect([]byte(`{}`), single); err != nil {
			t.Fatal(err)
		}
		in.Transport([]engine.Field{{Path: "$transport.query", Value: value, Query: true}, {Path: "$transport.referrer", Value: value}})
		in.Decide(0)
		for i := range 2 {
			if out, keep := in.Field(0, i); !keep && out != nil {
				t.Fatal("a value that is not kept was returned")
			}
		}
	})
}
