package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine"
)

// TestCountsKept: what Heed keeps from a destination is not counted as if it went there,
// nor are transport values that its format does not send.
func TestCountsKept(t *testing.T) {
	text := strings.Replace(heeding, `9003", delivery: queued,`, `9003", delivery: queued, format: json,`, 1)
	f := func(text, body, want string) {
		t.Helper()
		e := engine.New(policy(t, text))
		in := e.Get()
		defer e.Put(in)
		if err := in.Inspect([]byte(body), batch); err != nil {
			t.Fatal(err)
		}
		in.Transport([]engine.Field{{Path: "$transport.ip", Value: []byte("203.0.113.9")}})
		in.Decide(0)
		in.Heed(engine.Signals{})
		var got []string
		for d := range e.Policy().Destinations {
			word := e.Policy().Destinations[d].Name
			for _, c := range in.Counts(d) {
				word += fmt.Sprintf(" %s %s %d", c.Type, c.Action, c.N)
			}
			got = append(got, word)
		}
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("%s\ncounts  %s\nwant    %s", body, got, want)
		}
	}
	const mail, yes = `"email":"ada@example.com"`, `"agreed":["marketing","profiling"]`
	f(text, `{`+mail+`}`, "mailer email drop 1 ip_address block 1, ads email redact 1 ip_address allow 1, crm email redact 1 ip_address allow 1, lake email redact 1 ip_address block 1")
	f(text, `{`+mail+`,`+yes+`}`, "mailer email redact 1 ip_address allow 1, ads email redact 1 ip_address allow 1, crm email redact 1 ip_address allow 1, lake email redact 1 ip_address block 1")
	f(text, `{`+mail+`,"integrations":{"CRM":false},`+yes+`}`, "mailer email redact 1 ip_address allow 1, ads email redact 1 ip_address allow 1, crm email drop 1 ip_address block 1, lake email redact 1 ip_address block 1")
	f(text, `{"batch":[{`+mail+`},{`+mail+`,`+yes+`}],`+mail+`}`, "mailer email drop 1 email redact 2 ip_address allow 1, ads email redact 3 ip_address allow 1, crm email redact 3 ip_address allow 1, lake email redact 3 ip_address block 1")
	f(text, `{"batch":[{`+mail+`},{`+mail+`}],`+mail+`}`, "mailer email drop 3 ip_address block 1, ads email redact 3 ip_address allow 1, crm email redact 3 ip_address allow 1, lake email redact 3 ip_address block 1")
	f(text, `{"batch":[]}`, "mailer ip_address allow 1, ads ip_address allow 1, crm ip_address allow 1, lake ip_address block 1")
	f(strings.Replace(text, "action: redact", "action: drop", 1), `{`+mail+`}`, "mailer email drop 1 ip_address block 1, ads email drop 1 ip_address allow 1, crm email drop 1 ip_address allow 1, lake email drop 1 ip_address block 1")
}
