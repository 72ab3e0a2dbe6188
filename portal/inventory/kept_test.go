package inventory

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/engine"
)

const consenting = `
version: 1
mode: enforce
destinations:
  - {name: collector, url: "http://127.0.0.1:9000"}
  - {name: ads, url: "http://127.0.0.1:9001", delivery: queued, consent: [marketing], integrations: ignore}
  - {name: lake, url: "http://127.0.0.1:9002", delivery: queued, format: json, integrations: ignore}
rules:
  - {name: no numbers, when: {class: red, destination: ads}, action: redact}
`

// heed records a body as the proxy does.
func heed(t testing.TB, r *Recorder, e *engine.Engine, body string) {
	t.Helper()
	in := e.Get()
	defer e.Put(in)
	if err := in.Inspect([]byte(body), batches); err != nil {
		t.Fatal(err)
	}
	in.Transport([]engine.Field{{Path: "$transport.ip", Value: []byte("203.0.113.9")}})
	in.Decide(0)
	in.Heed(engine.Signals{})
	r.Record(in)
}

// TestRecordKept: what a destination is kept from is not recorded as if it had it.
func TestRecordKept(t *testing.T) {
	e, r := engineOf(t, consenting), NewRecorder()
	const found = `"email":"ada@example.com","ssn":"078-05-1121"`
	const agreed = `"context":{"consent":{"categoryPreferences":{"marketing":true}}}`
	live, stop := r.Watch()
	defer stop()
	heed(t, r, e, `{`+found+`}`)
	heed(t, r, e, `{"batch":[{`+found+`},{`+found+`,`+agreed+`}]}`)
	b := fetched(r, e)
	paths := map[ID]string{}
	for _, o := range b.Points {
		paths[o.ID()] = o.Path
	}
	var got []string
	for _, s := range b.Sightings {
		if s.Destination != "" {
			got = append(got, fmt.Sprintf("%s to %s: %s %q %d", paths[s.Point], s.Destination, s.Action, s.Rule, s.Count))
		}
	}
	for _, r := range b.Rules {
		got = append(got, fmt.Sprintf("rule %q for %s: %s %d", r.Rule, r.Destination, r.Action, r.Count))
	}
	slices.Sort(got)
	want := []string{
		`$transport.ip to ads: allow "" 1`,
		`$transport.ip to ads: block "" 1`,
		`$transport.ip to collector: allow "" 2`,
		`$transport.ip to lake: block "" 2`,
		`email to ads: allow "" 1`,
		`email to ads: drop "" 2`,
		`email to collector: allow "" 3`,
		`email to lake: allow "" 3`,
		`rule "" for ads: allow 5`,
		`rule "" for collector: allow 8`,
		`rule "" for lake: allow 8`,
		`rule "no numbers" for ads: redact 3`,
		`ssn to ads: drop "" 2`,
		`ssn to ads: redact "no numbers" 1`,
		`ssn to collector: allow "" 3`,
		`ssn to lake: allow "" 3`,
	}
	if diff := cmp.Diff(strings.Join(want, "\n"), strings.Join(got, "\n")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	shown := ""
	for _, f := range (<-live).Findings {
		shown += f.Path + " " + f.Actions[1].Action + " " + f.Actions[1].Rule + ";"
	}
	if shown != "email drop ;ssn drop ;$transport.ip block ;" {
		t.Errorf("shown live: %s", shown)
	}
}

// TestRecordKeptBounded: what is kept from more combinations of destinations than there
// is room for is lost and told, and not counted as sent.
func TestRecordKeptBounded(t *testing.T) {
	text := "version: 1\nmode: enforce\nlimits: {values: 1000000}\ndestinations:\n  - {name: collector, url: \"http://127.0.0.1:9000\"}\n"
	for i := range 13 {
		text += fmt.Sprintf("  - {name: d%d, url: \"http://127.0.0.1:9001/%d\", delivery: queued, consent: [c%d], integrations: ignore}\n", i, i, i)
	}
	e, r := engineOf(t, text+"rules: [{name: none, when: {type: us_ssn}, action: block}]\n"), NewRecorder()
	const events = 1 << 13 // one for each combination
	var body strings.Builder
	for i := range events {
		fmt.Fprintf(&body, `,{"email":"ada@example.com","context":{"consent":{"categoryPreferences":{"c0":%t`, i&1 != 0)
		for c := 1; c < 13; c++ {
			fmt.Fprintf(&body, `,"c%d":%t`, c, i>>c&1 != 0)
		}
		body.WriteString(`}}}}`)
	}
	heed(t, r, e, `{"batch":[`+body.String()[1:]+`]}`)
	var lost, sent, dropped int64
	b := fetched(r, e)
	for _, o := range b.Overflow {
		lost += o.Count
	}
	for _, s := range b.Sightings {
		if s.Destination == "d0" && s.Action == "drop" {
			dropped += s.Count
		} else if s.Destination == "d0" {
			sent += s.Count
		}
	}
	if lost == 0 || lost != r.lost.Load() || sent > events/2+1 || dropped > events/2 || sent+dropped+lost != events+1 {
		t.Errorf("of %d: %d lost, %d sent, %d dropped", events, lost, sent, dropped)
	}
}

func BenchmarkRecordKept(b *testing.B) {
	e, r := engineOf(b, consenting), NewRecorder()
	in := e.Get()
	if err := in.Inspect([]byte(`{"email":"ada@example.com","ssn":"078-05-1121"}`), batches); err != nil {
		b.Fatal(err)
	}
	in.Decide(0)
	in.Heed(engine.Signals{})
	b.ReportAllocs()
	for b.Loop() {
		r.Record(in)
	}
}
