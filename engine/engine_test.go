package engine_test

import (
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/detect"
	"github.com/eventveil/eventveil/rules"
)

var (
	single = &engine.Format{EventName: []string{"event", "name"}, WriteKey: "writeKey"}
	batch  = &engine.Format{Batch: "batch", EventName: []string{"event", "name"}, WriteKey: "writeKey"}
	lines  = &engine.Format{Lines: true}
)

const head = `
version: 1
mode: enforce
keys: [{id: k1, secret: "${KEY}"}]
destinations:
  - {name: collector, url: "http://127.0.0.1:9000"}
  - {name: second, url: "http://127.0.0.1:9001", delivery: queued}
rules:
`

const enforcing = head + `
  - {name: red, when: {class: red}, action: block}
  - {name: mail, when: {type: email}, action: {hash: {key: k1}}}
  - {name: ip, when: {type: ip_address}, action: {truncate: {ipv4: 24, ipv6: 48}}}
`

const watching = head + `  - {name: all, when: {class: red}, action: allow}` + "\n"

// policy compiles a configuration that must be right.
func policy(t testing.TB, text string) *rules.Policy {
	t.Helper()
	env := func(name string) (string, bool) { return "0123456789abcdef0123456789abcdef", name == "KEY" }
	p, report := rules.Parse("test.yaml", []byte(text), env)
	if report.HasErrors() {
		t.Fatal(report.Err())
	}
	return p
}

// pass runs one body through and returns what the first destination gets.
func pass(t testing.TB, e *engine.Engine, f *engine.Format, body string) string {
	t.Helper()
	in := e.Get()
	defer e.Put(in)
	if err := in.Inspect([]byte(body), f); err != nil {
		return err.Error()
	}
	in.Decide(0)
	return string(in.Render(0).Body)
}

func TestRender(t *testing.T) {
	e := engine.New(policy(t, enforcing))
	mail := hashOf(t, e)
	check := func(f *engine.Format, in, want string) {
		t.Helper()
		want = strings.ReplaceAll(want, "MAIL", mail)
		if got := pass(t, e, f, in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
	// A member goes with exactly one comma, whatever stands around it.
	check(single, `{"ssn":"1","a":2}`, `{"a":2}`)
	check(single, `{"a":2,"ssn":"1"}`, `{"a":2}`)
	check(single, `{"a":2,"ssn":"1","b":3}`, `{"a":2,"b":3}`)
	check(single, `{"ssn":"1"}`, `{}`)
	check(single, "{ \"ssn\" : 1 ,\n \"b\":2 , \"ssn\":3 , \"ssn\":4 }", `{ "b":2  }`)
	// All or none: duplicates, escapes, arrays, inner formats.
	check(single, `{"ssn":"1","ssn":"2","b":1}`, `{"b":1}`)
	check(single, `{"\u0073sn":"1","b":1}`, `{"b":1}`)
	check(single, `{"email":"Ada@Example.com","em\u0061il":"ada@example.com"}`, `{"email":"MAIL","em\u0061il":"MAIL"}`)
	check(single, `{"emails":["ada@example.com",null,"ADA@example.com"]}`, `{"emails":["MAIL",null,"MAIL"]}`)
	check(single, `{"username":"ada@example.com"}`, `{"username":"MAIL"}`)
	check(single, `{"p":"{\"ssn\":\"1\",\"q\":\"ada@example.com\"}"}`, `{"p":"{\"q\":\"MAIL\"}"}`)
	check(single, `{"p":"eyJzc24iOiIxMjMiLCJxIjoiYWRhQGV4YW1wbGUuY29tIn0="}`, "{\"p\":\""+b64(`{"q":"`+mail+`"}`)+`"}`)
	check(single, `{"url":"https://shop.example.com/?email=ada%40example.com&ssn=12&x=1"}`, `{"url":"https://shop.example.com/?email=MAIL&x=1"}`)
	check(single, `{"url":"https://shop.example.com/?ssn=12"}`, `{"url":"https://shop.example.com/"}`)
	check(single, `{"url":"https://shop.example.com/u/ada%40example.com/x"}`, `{"url":"https://shop.example.com/u/MAIL/x"}`)
	check(single, `{"note":"caf\u00e9, \"ada@example.com\" \u0026 ada\u0040example.com"}`, `{"note":"caf\u00e9, \"MAIL\" \u0026 MAIL"}`)
	check(single, `{"seen":{"ada@example.com":3}}`, `{"seen":{"MAIL":3}}`)
	// Batches: what stands beside the events counts for all of them.
	check(batch, `{"batch":[{"ssn":"1","a":1},{"b":2}],"context":{"ip":"203.0.113.7"}}`, `{"batch":[{"a":1},{"b":2}],"context":{"ip":"203.0.113.0"}}`)
	check(batch, `{"event":"x","ssn":"1"}`, `{"event":"x"}`)
	check(lines, "{\"ssn\":\"1\"}\n\n{\"a\":1}\n", "{}\n\n{\"a\":1}\n")
	// Numbers and spellings that no edit touches stay as they are.
	check(single, `{"n":9007199254740993,"f":1.0e+5,"z":-0.0,"s":"\u002f\/","ip":"2001:db8:1:2::7"}`, `{"n":9007199254740993,"f":1.0e+5,"z":-0.0,"s":"\u002f\/","ip":"2001:db8:1::"}`)
	// Refused.
	check(single, `{"a":1`, `cannot inspect the body: syntax at byte 6`)
	check(single, "{\"a\":\"\xff\"}", `cannot inspect the body: utf8 at byte 6`)
	check(single, strings.Repeat("[", 65), `cannot inspect the body: depth at byte 64`)
}

// hashOf is what the policy makes of ada@example.com.
func hashOf(t testing.TB, e *engine.Engine) string {
	t.Helper()
	out := pass(t, e, single, `{"email":"ada@example.com"}`)
	hash := strings.TrimSuffix(strings.TrimPrefix(out, `{"email":"`), `"}`)
	if !strings.HasPrefix(hash, "h1:k1:") {
		t.Fatalf("not a hash: %s", out)
	}
	return hash
}

func TestDrop(t *testing.T) {
	e := engine.New(policy(t, head+`
  - {name: internal, when: {event: "Internal *", destination: collector}, action: drop}
  - {name: no cards, when: {type: credit_card}, action: drop}
`))
	check := func(f *engine.Format, body, want string, dropped int) {
		t.Helper()
		in := e.Get()
		defer e.Put(in)
		if err := in.Inspect([]byte(body), f); err != nil {
			t.Fatal(err)
		}
		in.Decide(0)
		if out := in.Render(0); string(out.Body) != want || out.Dropped != dropped {
			t.Errorf("%s\n got %s (%d dropped)\nwant %s (%d dropped)", body, out.Body, out.Dropped, want, dropped)
		}
	}
	check(batch, `{"batch":[{"event":"Internal test"},{"event":"Order"}]}`, `{"batch":[{"event":"Order"}]}`, 1)
	check(batch, `{"batch":[{"event":"Order"},{"event":"Internal test"},{"event":"Internal test"}]}`, `{"batch":[{"event":"Order"}]}`, 2)
	check(batch, `{"batch":[{"event":"Internal test"}]}`, ``, 1)
	check(single, `{"event":"Internal test"}`, ``, 1)
	check(single, `{"event":"Order","card":"4111 1111 1111 1111"}`, ``, 1)
	check(lines, "{\"a\":1}\n{\"x\":\"4111111111111111\"}\n{\"b\":2}", "{\"a\":1}\n{\"b\":2}", 1)
}

func TestClassifier(t *testing.T) {
	e := engine.New(policy(t, head+`
  - {name: loyalty, when: {type: loyalty_card}, action: block}
classifiers:
  - {name: loyalty_card, class: red, keys: [loyalty card], pattern: '^LC-\d{8}$'}
`))
	for in, want := range map[string]string{
		`{"ref":"LC-12345678","a":1}`:            `{"a":1}`,
		`{"username":"LC-12345678","a":1}`:       `{"a":1}`,
		`{"loyaltyCard":"whatever","a":1}`:       `{"a":1}`,
		`{"ref":"LC-1","note":"LC-12345678 no"}`: `{"ref":"LC-1","note":"LC-12345678 no"}`,
	} {
		if got := pass(t, e, single, in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
	if c := e.Classify("", []byte("LC-12345678")); c.Proof != detect.Shape || c.By != engine.ByValue || e.Policy().Types[c.Type].Name != "loyalty_card" {
		t.Errorf("classified as %+v", c)
	}
}

// TestBlockedDocument: a document or an event that is nothing but what must not pass is
// dropped.
func TestBlockedDocument(t *testing.T) {
	e := engine.New(policy(t, enforcing))
	for _, f := range []*engine.Format{single, batch, {RootArray: true}} {
		in := e.Get()
		if err := in.Inspect([]byte(`4111111111111111`), f); err != nil {
			t.Fatal(err)
		}
		in.Decide(0)
		if out := in.Render(0); out.Body != nil || out.Events != 1 || out.Dropped != 1 {
			t.Errorf("got %q, %d events, %d dropped", out.Body, out.Events, out.Dropped)
		}
		e.Put(in)
	}
	in := e.Get()
	defer e.Put(in)
	for body, want := range map[string]string{
		`{"batch":["4111111111111111",{"a":1},"5555555555554444"]}`: `{"batch":[{"a":1}]}`,
		`{"batch":["4111111111111111","5555555555554444"]}`:         ``,
	} {
		if err := in.Inspect([]byte(body), batch); err != nil {
			t.Fatal(err)
		}
		in.Decide(0)
		if out := in.Render(0); string(out.Body) != want || out.Dropped != 2 || out.Altered != 0 {
			t.Errorf("%s: got %s, %+v", body, out.Body, out)
		}
	}
}

func TestDestinationsDiffer(t *testing.T) {
	e := engine.New(policy(t, head+`  - {name: mail, when: {type: email, destination: second}, action: redact}`+"\n"))
	in := e.Get()
	defer e.Put(in)
	body := []byte(`{"email":"ada@example.com","a":[1]}`)
	if err := in.Inspect(body, single); err != nil {
		t.Fatal(err)
	}
	in.Decide(0)
	if out := in.Render(0); &out.Body[0] != &body[0] {
		t.Error("an untouched body was copied")
	}
	if out := in.Render(1); string(out.Body) != `{"email":"[email]","a":[1]}` {
		t.Errorf("got %s", out.Body)
	}
}

func TestTransport(t *testing.T) {
	e := engine.New(policy(t, enforcing))
	mail := hashOf(t, e)
	in := e.Get()
	defer e.Put(in)
	if err := in.Inspect([]byte(`{"a":1}`), single); err != nil {
		t.Fatal(err)
	}
	in.Transport([]engine.Field{
		{Path: "$transport.ip", Value: []byte("203.0.113.7")},
		{Path: "$transport.query", Value: []byte("writeKey=wk&email=ada%40example.com&ssn=1&q=1"), Query: true},
		{Path: "$transport.referrer", Value: []byte("https://shop.example.com/?e=ada@example.com")},
		{Path: "$transport.cookies.password", Value: []byte("secret")},
	})
	in.Decide(0)
	for i, want := range []string{"203.0.113.0", "writeKey=wk&email=" + mail + "&q=1", "https://shop.example.com/?e=" + mail, ""} {
		if got, keep := in.Field(0, i); string(got) != want || keep != (want != "") {
			t.Errorf("field %d: got %q, %v, want %q", i, got, keep, want)
		}
	}
	if out := in.Render(0); string(out.Body) != `{"a":1}` || out.Altered != 0 {
		t.Errorf("body: %s, %d altered", out.Body, out.Altered)
	}
}

func TestFindings(t *testing.T) {
	e := engine.New(policy(t, enforcing))
	in := e.Get()
	defer e.Put(in)
	body := `{"batch":[{"traits":{"email":"ada@example.com","bio":"I am ada@example.com"},"url":"/?email=a%40example.com","x":{"ada@example.com":1},"p":"{\"u\":{\"ssn\":1}}"}]}`
	if err := in.Inspect([]byte(body), batch); err != nil {
		t.Fatal(err)
	}
	in.Decide(0)
	var got []string
	for i, f := range in.Findings() {
		got = append(got, strings.Join([]string{f.Path, rulesName(e, f), in.Pointer(i), in.Inner(i)}, " "))
	}
	want := []string{
		"traits.email email /batch/0/traits/email ",
		"traits.bio email /batch/0/traits/bio text:5-20",
		"url.email email /batch/0/url query:email",
		"x.* email /batch/0/x/ada@example.com key",
		"p.u.ssn us_ssn /batch/0/p json:/u/ssn",
	}
	for _, w := range want {
		found := false
		for _, g := range got {
			found = found || g == w
		}
		if !found {
			t.Errorf("no finding %q in\n%s", w, strings.Join(got, "\n"))
		}
	}
}

func rulesName(e *engine.Engine, f engine.Finding) string { return e.Policy().Types[f.Type].Name }

// TestLoneEvent holds that rules about events hold for an event that is sent alone
// where batches are expected, wherever its name stands.
func TestLoneEvent(t *testing.T) {
	e := engine.New(policy(t, head+`
  - {name: internal, when: {event: "Internal *", type: email}, action: block}
`))
	for _, in := range []string{
		`{"event":"Internal check","who":"ada@example.com"}`,
		`{"who":"ada@example.com","event":"Internal check"}`,
		`{"batch":[{"who":"ada@example.com","event":"Internal check"}]}`,
	} {
		if got := pass(t, e, batch, in); strings.Contains(got, "ada@") {
			t.Errorf("%s passed as %s", in, got)
		}
	}
	if in := `{"event":"Other","who":"ada@example.com"}`; pass(t, e, batch, in) != in {
		t.Errorf("%s was changed", in)
	}
}

// TestReserved holds that the protocol's own fields pass as they are, unless what
// stands there cannot belong there.
func TestReserved(t *testing.T) {
	e := engine.New(policy(t, redactAll))
	f := func(in, want string) {
		t.Helper()
		if got := pass(t, e, single, in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
	for _, in := range []string{
		`{"messageId":"ajs-next-1578564113557-4111111111111111"}`,
		`{"messageId":"078-05-1121"}`,
		`{"writeKey":"ada@example.com"}`,
		`{"uuid":"4111111111111111"}`,
	} {
		f(in, in)
	}
	f(`{"messageId":"m-ada@example.com"}`, `{"messageId":"[email]"}`)
	f(`{"messageId":"m 1 ada\u0040example.com"}`, `{"messageId":"m 1 [email]"}`)
	f(`{"insertId":"call 212 555 0147"}`, `{"insertId":"call [phone]"}`)
}
