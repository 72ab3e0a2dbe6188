package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine"
)

// heeding is a policy with a destination that needs consent (0), one that passes when
// nothing is said (1), one that heeds integrations alone (2) and one that asks for
// nothing (3).
const heeding = `
version: 1
mode: enforce
consent:
  paths: [context.privacy.granted, agreed]
  gpc: [marketing]
  dnt: ignore
destinations:
  - {name: mailer, url: "http://127.0.0.1:9000", consent: [marketing], consent_changes: forward}
  - {name: ads, url: "http://127.0.0.1:9001", delivery: queued, consent: [marketing, profiling], consent_missing: allow, integrations: ignore}
  - {name: crm, url: "http://127.0.0.1:9002", delivery: queued, integrations: [CRM, "Größe"]}
  - {name: lake, url: "http://127.0.0.1:9003", delivery: queued, integrations: ignore}
rules:
  - {name: mail, when: {type: email}, action: redact}
`

// heldBack asks what is kept from the destinations of a policy: for each event a word of a
// letter per destination, "c" for want of consent, "i" by integrations, "-" for nothing.
func heldBack(t testing.TB, e *engine.Engine, f *engine.Format, body string, s engine.Signals) string {
	t.Helper()
	in := e.Get()
	defer e.Put(in)
	if err := in.Inspect([]byte(body), f); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	in.Decide(0)
	in.Heed(s)
	var words []string
	for event := range in.Events() {
		word := ""
		for d := range e.Policy().Destinations {
			word += map[engine.Hold]string{engine.Free: "-", engine.NoConsent: "c", engine.NotMeant: "i"}[in.Held(event, d)]
		}
		words = append(words, word)
	}
	for d := range e.Policy().Destinations {
		checkHeld(t, in, f, d)
	}
	return strings.Join(words, " ")
}

// checkHeld holds that Render leaves out what Heed says, and nothing else.
func checkHeld(t testing.TB, in *engine.Inspector, f *engine.Format, d int) {
	t.Helper()
	out := in.Render(d)
	var free []int
	agreed := 0
	for event := range in.Events() {
		switch in.Held(event, d) {
		case engine.Free:
			free = append(free, event)
		case engine.NoConsent:
			agreed++
		}
	}
	if got := in.Positions(nil, d); !slices.Equal(got, free) {
		t.Errorf("destination %d gets %v, want %v", d, got, free)
	}
	if out.Events != in.Events() || out.Dropped != out.Events-len(free) || out.NoConsent != agreed {
		t.Errorf("destination %d: %+v", d, out)
	}
	if len(engine.Split(nil, out.Body, f)) != len(free) || len(free) == 0 && out.Body != nil {
		t.Errorf("destination %d gets %s", d, out.Body)
	}
}

func TestConsent(t *testing.T) {
	e := engine.New(policy(t, heeding))
	var s engine.Signals
	f := func(body, want string) {
		t.Helper()
		if got := heldBack(t, e, single, body, s); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
	context := func(members, want string) { t.Helper(); f(`{"context":{`+members+`}}`, want) }
	prefer := func(preferences, want string) {
		t.Helper()
		context(`"consent":{"categoryPreferences":`+preferences+`}`, want)
	}
	const both = `{"marketing":true,"profiling":true}`

	// Nothing said.
	f(`{}`, "c---")
	f(`{"context":null}`, "c---")
	f(`{"context":{"page":{"consent":{}}},"consent":{}}`, "c---")
	f(`"an event"`, "c---")

	// Segment: all that is needed must be granted.
	prefer(both, "----")
	prefer(`{"marketing":true}`, "-c--")
	prefer(`{"marketing":false,"profiling":true}`, "cc--")
	prefer(`{"Marketing":true}`, "cc--")
	prefer(`{}`, "cc--")
	prefer(`{"m\u0061rketing":true,"profiling":true,"x":1}`, "----")

	// What cannot be read grants nothing.
	context(`"consent":{}`, "cc--")
	context(`"consent":{"version":2}`, "cc--")
	context(`"consent":null`, "cc--")
	context(`"consent":true`, "cc--")
	f(`{"context":"{\"consent\":{\"categoryPreferences\":{\"marketing\":true}}}"}`, "cc--")
	f(`{"context":[`+both+`]}`, "cc--")
	for _, value := range []string{`"true"`, `1`, `null`, `{}`, `[true]`} {
		prefer(`{"profiling":true,"marketing":`+value+`}`, "cc--")
	}
	for _, value := range []string{`"marketing"`, `["marketing","profiling"]`, `true`, `null`} {
		prefer(value, "cc--")
	}

	// Whoever says it twice must mean it twice.
	prefer(`{"marketing":true,"profiling":true,"m\u0061rketing":false}`, "cc--")
	prefer(`{"marketing":false,"profiling":true,"marketing":true}`, "cc--")
	context(`"consent":{"categoryPreferences":`+both+`,"categoryPreferences":{}}`, "cc--")
	context(`"consent":{"categoryPreferences":`+both+`},"consent":{}`, "cc--")
	context(`"consent":{"categoryPreferences":`+both+`},"consent":{"categoryPreferences":`+both+`}`, "----")
	f(`{"context":{"consent":{"categoryPreferences":`+both+`}},"context":{}}`, "c---")
	f(`{"context":{},"conte\u0078t":{"consent":{"categoryPreferences":`+both+`}}}`, "c---")
	f(`{"context":{"consent":{"categoryPreferences":`+both+`}},"context":{"consent":null}}`, "cc--")

	// RudderStack.
	manage := func(members, want string) { t.Helper(); context(`"consentManagement":`+members, want) }
	manage(`{"allowedConsentIds":["marketing","profiling"],"deniedConsentIds":["x"],"provider":"custom"}`, "----")
	manage(`{"allowedConsentIds":["marketing"],"deniedConsentIds":["profiling"],"resolutionStrategy":"or"}`, "-c--")
	manage(`{"allowedConsentIds":{"marketing":"Ads and mail","profiling":"Profiles"}}`, "----")
	manage(`{"allowedConsentIds":{"marketing":false,"profiling":true}}`, "cc--")
	manage(`{"allowedConsentIds":["marketing","profiling"],"deniedConsentIds":["marketing"]}`, "cc--")
	manage(`{"deniedConsentIds":["other"]}`, "cc--")
	manage(`{"allowedConsentIds":["marketing","profiling"],"deniedConsentIds":"marketing"}`, "cc--")
	manage(`{"allowedConsentIds":["marketing",1]}`, "cc--")
	manage(`{"allowedConsentIds":["marketing"],"allowedConsentIds":["profiling"]}`, "cc--")
	manage(`{}`, "cc--")
	manage(`null`, "cc--")

	// Paths of the configuration.
	context(`"privacy":{"granted":["marketing","pro\u0066iling"]}`, "----")
	context(`"privacy":{"granted":"marketing"}`, "-c--")
	context(`"privacy":{"granted":`+both+`}`, "----")
	context(`"privacy":{"granted":[]}`, "cc--")
	context(`"privacy":{"granted":7}`, "cc--")
	context(`"privacy":{}`, "c---")
	context(`"privacy":5`, "cc--")
	context(`"privacy":null`, "cc--")
	f(`{"agreed":["marketing","profiling"]}`, "----")
	f(`{"agreed":null}`, "cc--")

	// Everything that speaks must grant.
	f(`{"agreed":["marketing"],"context":{"consent":{"categoryPreferences":`+both+`}}}`, "-c--")
	f(`{"agreed":["marketing","profiling"],"context":{"consentManagement":{"allowedConsentIds":["profiling"]}}}`, "cc--")

	// What browsers say takes back what was granted.
	s.DNT = true
	prefer(both, "----")
	s.GPC = true
	prefer(both, "cc--")
	f(`{}`, "cc--")

	// Events that tell of a change pass where the configuration says so.
	const change = `"event":"Segment Consent Preference Updated"`
	f(`{`+change+`,"context":{"consent":{"categoryPreferences":{}}}}`, "-c--")
	f(`{"name":"Segment Consent Preference Updated"}`, "-c--")
	f(`{`+change+`,"name":"Order"}`, "-c--")
	f(`{`+change+`,"event":"Order"}`, "cc--")
	f(`{"name":"Segment Consent Preference Updated","name":"Order"}`, "cc--")
	f(`{`+change+`,"\u0065vent":5}`, "cc--")
	f(`{"event":"segment consent preference updated"}`, "cc--")
	f(`{"properties":{`+change+`}}`, "cc--")
}

func TestIntegrations(t *testing.T) {
	e := engine.New(policy(t, heeding))
	f := func(integrations string, free bool) {
		t.Helper()
		want := "c-i-"
		if free {
			want = "c---"
		}
		if got := heldBack(t, e, single, `{"integrations":`+integrations+`}`, engine.Signals{}); got != want {
			t.Errorf("%s: %s, want %s", integrations, got, want)
		}
	}
	f(`{}`, true)
	f(`null`, true)
	f(`{"All":true,"Other":false}`, true)
	f(`{"All":false}`, false)
	f(`{"all":false}`, false)
	f(`{"All":false,"CRM":true}`, true)
	f(`{"All":false,"CRM":{"id":7}}`, true)
	f(`{"CRM":{},"\u0041ll":false}`, true)
	f(`{"All":false,"CRM":null}`, false)
	f(`{"All":false,"Other":true}`, false)
	f(`{"CRM":false}`, false)
	f(`{"cr\u006d":false}`, false)
	f(`{"GRÖSSE":false}`, true) // ß folds to itself
	f(`{"gRÖßE":false}`, false)
	f(`{"CRM":true,"crm":false}`, false)
	f(`{"CRM":false,"CRM":true}`, false)
	f(`{"All":true,"All":false}`, false)
	f(`{"CRM":true,"Größe":false}`, false)
	f(`{"All":false,"CRM":true},"integrations":{"CRM":false}`, false)
	f(`{},"integrations":{"All":false}`, false)
	f(`"none"`, false)
	f(`false`, false)
	f(`["CRM"]`, false)
	f(`{"All":0,"CRM":0}`, false)
	f(`{"CRM":"no"}`, false)
	f(`{"All":null,"CRM":null}`, true)
}

// TestAroundEvents: what a batch says counts for the events that say nothing.
func TestAroundEvents(t *testing.T) {
	e := engine.New(policy(t, heeding))
	f := func(format *engine.Format, body, want string) {
		t.Helper()
		if got := heldBack(t, e, format, body, engine.Signals{}); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
	const yes = `{"context":{"consent":{"categoryPreferences":{"marketing":true,"profiling":true}}}}`
	const no = `{"context":{"consent":{"categoryPreferences":{"marketing":false}}}}`
	f(batch, `{"batch":[`+yes+`,{},`+no+`]}`, "---- c--- cc--")
	f(batch, `{"batch":[{},`+no+`,{"context":{"page":{}}},7],`+yes[1:], "---- cc-- ---- ----")
	f(batch, `{`+no[1:len(no)-1]+`,"batch":[{},`+yes+`],"batch":[{}]}`, "cc-- ---- cc--")
	f(batch, `{"integrations":{"All":false},"batch":[{},{"integrations":{}},{"integrations":null},{"integrations":{"CRM":true}}]}`, "c-i- c-i- c-i- c---")
	f(batch, yes, "----")
	f(batch, `{"batch":{"x":1},"integrations":{"CRM":false}}`, "c-i-")
	f(lines, yes+"\n\n{}\n"+no, "---- c--- cc--")
	f(&engine.Format{RootArray: true}, ` [`+yes+`,{}]`, "---- c---")
	f(&engine.Format{Batch: "batch", RootArray: true}, `[`+no+`,`+yes+`]`, "cc-- ----")
}

// TestPlacesOfDialects: a configuration may look for consent where a dialect has its own.
func TestPlacesOfDialects(t *testing.T) {
	f := func(path, body, want string) {
		t.Helper()
		e := engine.New(policy(t, strings.Replace(heeding, "context.privacy.granted", path, 1)))
		if got := heldBack(t, e, single, body, engine.Signals{}); got != want {
			t.Errorf("%s: %s: %s, want %s", path, body, got, want)
		}
	}
	const both = `{"marketing":true,"profiling":true}`
	f("context.consent", `{"context":{"consent":`+both+`}}`, "----")
	f("context.consent", `{"context":{"consent":{"categoryPreferences":`+both+`}}}`, "----")
	f("context.consent", `{"context":{"consent":{}}}`, "cc--")
	f("context.consent.given", `{"context":{"consent":{"given":`+both+`}}}`, "----")
	f("context.consent.given", `{"context":{"consent":{"given":`+both+`,"categoryPreferences":{}}}}`, "cc--")
	f("context.consent.given", `{"context":{"consent":{}}}`, "c---")
	f("context.consent.given", `{"context":{"consent":3}}`, "cc--")
	f("context.consentManagement.x", `{"context":{"consentManagement":{"x":"marketing"}}}`, "-c--")
	f("context", `{"context":`+both+`}`, "----")
}

// TestHeedWatching: in observe mode nothing is kept back.
func TestHeedWatching(t *testing.T) {
	e := engine.New(policy(t, strings.Replace(heeding, "enforce", "observe", 1)))
	if got := heldBack(t, e, single, `{"integrations":{"CRM":false}}`, engine.Signals{GPC: true}); got != "----" {
		t.Error(got)
	}
}

// TestHeldShare: what is kept from two destinations alike is rendered once.
func TestHeldShare(t *testing.T) {
	e := engine.New(policy(t, heeding))
	in := e.Get()
	defer e.Put(in)
	body := `{"batch":[{"email":"ada@example.com"},{"email":"ada@example.com","agreed":["marketing","profiling"]}],"integrations":{"CRM":false}}`
	if err := in.Inspect([]byte(body), batch); err != nil {
		t.Fatal(err)
	}
	in.Decide(0)
	in.Heed(engine.Signals{})
	mailer, ads, crm, lake := in.Render(0), in.Render(1), in.Render(2), in.Render(3)
	if &ads.Body[0] != &lake.Body[0] || string(mailer.Body) != `{"batch":[{"email":"[email]","agreed":["marketing","profiling"]}],"integrations":{"CRM":false}}` || crm.Body != nil {
		t.Errorf("%s, %s, %s", mailer.Body, ads.Body, crm.Body)
	}
	if mailer.Dropped != 1 || mailer.NoConsent != 1 || mailer.Altered != 1 || crm.Dropped != 2 || crm.NoConsent != 0 {
		t.Errorf("%+v, %+v", mailer, crm)
	}
}

// FuzzHeed holds that a body means the same to Heed when it is sent as one event, in a
// batch, and on a line, and that a signal never lets more pass.
func FuzzHeed(f *testing.F) {
	f.Add([]byte(`{"context":{"consent":{"categoryPreferences":{"marketing":true}},"consentManagement":{"allowedConsentIds":["x"]}},"integrations":{"All":false}}`))
	f.Add([]byte(`{"context":{"privacy":{"granted":"marketing"}},"agreed":[],"event":"Segment Consent Preference Updated"}`))
	e := engine.New(policy(f, heeding))
	f.Fuzz(func(t *testing.T, event []byte) {
		in := e.Get()
		err := in.Inspect(event, single)
		e.Put(in)
		if err != nil || strings.Contains(string(event), "batch") || strings.ContainsAny(string(event), "\n\r") {
			return
		}
		named := &engine.Format{Lines: true, EventName: single.EventName}
		alone := heldBack(t, e, single, string(event), engine.Signals{})
		if got := heldBack(t, e, batch, `{"batch":[`+string(event)+`]}`, engine.Signals{}); got != alone {
			t.Fatalf("%s: %s, in a batch %s", event, alone, got)
		}
		if got := heldBack(t, e, named, string(event), engine.Signals{}); got != alone {
			t.Fatalf("%s: %s, on a line %s", event, alone, got)
		}
		for i, h := range heldBack(t, e, single, string(event), engine.Signals{GPC: true, DNT: true}) {
			if alone[i] != '-' && h == '-' {
				t.Fatalf("%s: %s without a signal", event, alone)
			}
		}
	})
}
