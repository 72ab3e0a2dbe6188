package engine_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/engine"
)

const integrating = head + `
  - {name: bad agents, when: {path: $transport.user_agent}, action: {integrations: {Bots: true}}}
  - {name: no cards in analytics, when: {type: credit_card}, action: {integrations: {Mixpanel: false, CRM: true}}}
  - {name: red, when: {class: red}, action: block}
  - {name: no mail in the crm, when: {type: email}, action: {integrations: {CRM: false}}}
  - {name: not for anybody, when: {event: "Internal *"}, action: {integrations: {All: false}}}
`

func TestIntegrate(t *testing.T) {
	e := engine.New(policy(t, integrating))
	f := func(format *engine.Format, body, want string, altered int) {
		t.Helper()
		in := e.Get()
		defer e.Put(in)
		if err := in.Inspect([]byte(body), format); err != nil {
			t.Fatal(err)
		}
		in.Decide(0)
		out := in.Render(0)
		if string(out.Body) != want || out.Altered != altered {
			t.Errorf("%s\n got %s (%d altered)\nwant %s (%d)", body, out.Body, out.Altered, want, altered)
		}
		if again := pass(t, e, format, want); again != want {
			t.Errorf("%s\nis changed again: %s", want, again)
		}
	}
	const mail, card = `"m":"ada@example.com"`, `"c":"4111111111111111"`
	// A member is added where there is none, and nothing else changes.
	f(single, "{ "+mail+" , \"n\":1.0\n}", "{ "+mail+" , \"n\":1.0,\"integrations\":{\"CRM\":false}\n}", 1)
	f(single, `{`+mail+`,"integrations":{ }}`, `{`+mail+`,"integrations":{"CRM":false }}`, 1)
	f(single, `{`+mail+`,"integrations":{"All":true, "Ads":{"x":[1]} }}`, `{`+mail+`,"integrations":{"All":true, "Ads":{"x":[1]},"CRM":false }}`, 1)
	// What is there already stays as it is.
	f(single, `{`+mail+`,"integrations": {"CRM" : false}}`, `{`+mail+`,"integrations": {"CRM" : false}}`, 0)
	f(single, `{"a":1}`, `{"a":1}`, 0)
	f(single, `{"email":null}`, `{"email":null}`, 0)
	// Every occurrence and every spelling.
	f(single, `{`+mail+`,"integrations":{"CRM":true,"\u0043RM":{"id":1},"crm":null}}`, `{`+mail+`,"integrations":{"CRM":false,"\u0043RM":false,"crm":false}}`, 1)
	f(single, `{"integrations":{"crm":true},`+mail+`,"\u0069ntegrations":{"CRM":1}}`, `{"integrations":{"crm":false,"CRM":false},`+mail+`,"\u0069ntegrations":{"CRM":false}}`, 1)
	for _, other := range []string{`null`, `"all"`, `[{"CRM":true}]`, `7`} {
		f(single, `{"integrations":`+other+`,`+mail+`}`, `{"integrations":{"CRM":false},`+mail+`}`, 1)
	}
	// Several rules combine; false wins, options stay where the setting is true.
	f(single, `{`+card+`}`, `{`+card+`,"integrations":{"Mixpanel":false,"CRM":true}}`, 1)
	f(single, `{`+card+`,`+mail+`}`, `{`+card+`,`+mail+`,"integrations":{"Mixpanel":false,"CRM":false}}`, 1)
	f(single, `{`+mail+`,`+card+`}`, `{`+mail+`,`+card+`,"integrations":{"CRM":false,"Mixpanel":false}}`, 1)
	f(single, `{`+card+`,"integrations":{"CRM":{"id":7}}}`, `{`+card+`,"integrations":{"CRM":{"id":7},"Mixpanel":false}}`, 1)
	// Beside an edit, also of all that stands there.
	f(single, `{"ssn":1,`+mail+`}`, `{`+mail+`,"integrations":{"CRM":false}}`, 1)
	f(single, `{"integrations":{"ssn":1},`+mail+`}`, `{"integrations":{"CRM":false},`+mail+`}`, 1)
	// Batches: by event; what is found beside events is written into all; an event's own
	// integrations do not hide what the batch says.
	f(batch, `{"batch":[{"a":1},{`+mail+`}, {"event":"Internal test"}]}`,
		`{"batch":[{"a":1},{`+mail+`,"integrations":{"CRM":false}}, {"event":"Internal test","integrations":{"All":false}}]}`, 2)
	f(batch, `{`+mail+`,"batch":[{},{`+card+`,"ssn":2},[3]]}`,
		`{`+mail+`,"batch":[{"integrations":{"CRM":false}},{`+card+`,"integrations":{"CRM":false,"Mixpanel":false}},[3]]}`, 2)
	f(batch, `{"batch":[{`+mail+`},{"a":1}],"integrations":{"All":false, "CRM":{"id":7}},"integrations":{ }}`,
		`{"batch":[{`+mail+`,"integrations":{"All":false, "CRM":false}},{"a":1}],"integrations":{"All":false, "CRM":{"id":7}},"integrations":{ }}`, 1)
	f(batch, `{"x":[],`+mail+`}`, `{"x":[],`+mail+`,"integrations":{"CRM":false}}`, 1)
	f(lines, "{"+mail+"}\n{}\n\n{"+card+"}", "{"+mail+",\"integrations\":{\"CRM\":false}}\n{}\n\n{"+card+",\"integrations\":{\"Mixpanel\":false,\"CRM\":true}}", 2)
	f(&engine.Format{RootArray: true}, `[{`+mail+`},2]`, `[{`+mail+`,"integrations":{"CRM":false}},2]`, 1)
	f(single, `"ada@example.com"`, `"ada@example.com"`, 0)
}

// TestIntegrateByDefault: what a destination does by default may be to write.
func TestIntegrateByDefault(t *testing.T) {
	text := strings.Replace(integrating[:strings.Index(integrating, "rules:")], "{name: collector,", "{name: collector, default: {integrations: {CRM: false}},", 1)
	e := engine.New(policy(t, text+"rules:\n  - {when: {class: red}, action: block}\n"))
	if got := pass(t, e, single, `{"email":"ada@example.com"}`); got != `{"email":"ada@example.com","integrations":{"CRM":false}}` {
		t.Error(got)
	}
}

// TestIntegrateAll: a transport value's rule writes into every event that is left, and
// the value stays.
func TestIntegrateAll(t *testing.T) {
	e := engine.New(policy(t, integrating+`
  - {name: gone, when: {event: gone}, action: drop}
`))
	in := e.Get()
	defer e.Put(in)
	if err := in.Inspect([]byte(`{"batch":[{"a":1},{"event":"gone"},{"b":2}]}`), batch); err != nil {
		t.Fatal(err)
	}
	in.Transport([]engine.Field{{Path: "$transport.user_agent", Value: []byte("crawler")}})
	in.Decide(0)
	out := in.Render(0)
	if want := `{"batch":[{"a":1,"integrations":{"Bots":true}},{"b":2,"integrations":{"Bots":true}}]}`; string(out.Body) != want || out.Altered != 2 || out.Dropped != 1 {
		t.Errorf("got %s, %+v", out.Body, out)
	}
	if diff := cmp.Diff([]int{0, 2}, in.Positions(nil, 0)); diff != "" {
		t.Error(diff)
	}
	if value, keep := in.Field(0, 0); string(value) != "crawler" || !keep {
		t.Errorf("the value became %q, %v", value, keep)
	}
	if second := in.Render(1); &second.Body[0] != &out.Body[0] {
		t.Error("the same plan was rendered twice")
	}
	if owned := in.Own(&out, nil); string(owned) != string(out.Body) {
		t.Errorf("own: %s", owned)
	}
}

// FuzzIntegrate holds that what is written stays JSON and is written once.
func FuzzIntegrate(f *testing.F) {
	f.Add([]byte(`{"m":"ada@example.com","integrations":{"crm":1,"CRM":{}},"integrations":[1]}`))
	f.Add([]byte(`{"m":"4111111111111111","m\u0020":"ada@example.com","integrations" : { "x":{"ssn":1} } }`))
	e := engine.New(policy(f, integrating))
	f.Fuzz(func(t *testing.T, event []byte) {
		body := []byte(`{"batch":[` + string(event) + `],"integrations":{"x":1}}`)
		in := e.Get()
		err := in.Inspect(body, batch)
		e.Put(in)
		if err != nil {
			return
		}
		once := pass(t, e, batch, string(body))
		if once != "" && !json.Valid([]byte(once)) {
			t.Fatalf("%s became %s", body, once)
		}
		if twice := pass(t, e, batch, once); once != "" && twice != once {
			t.Fatalf("%s became %s and then %s", body, once, twice)
		}
	})
}
