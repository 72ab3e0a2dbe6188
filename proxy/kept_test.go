package proxy

import "testing"

// TestFindingsKept holds that what a destination does not get is not counted as if it did.
func TestFindingsKept(t *testing.T) {
	c := collect(t, nil)
	p, _ := serveQueued(t, fanning, c.URL)
	f := func(destination, action, class, typ string, want float64) {
		t.Helper()
		if n := p.metric(t, `eventveil_findings_total{action="`+action+`",class="`+class+`",destination="`+destination+`",type="`+typ+`"}`); n != want {
			t.Errorf("%s: %s of %s %v times, want %v", destination, action, typ, n, want)
		}
	}
	const denied = `"context":{"consent":{"categoryPreferences":{"marketing":false}}}`
	p.post(t, 200, "/v1/track", `{"event":"E","email":"ada.l@example.com",`+denied+`}`, "User-Agent", "test")
	p.post(t, 200, "/v1/track", `{"event":"E","email":"ada.l@example.com","integrations":{"CRM":false}}`)
	f("crm", "allow", "yellow", "email", 0)
	f("crm", "drop", "yellow", "email", 2)
	f("crm", "block", "yellow", "ip_address", 2)
	f("collector", "hash", "yellow", "email", 2)
	f("collector", "truncate", "yellow", "ip_address", 2)
	p.post(t, 200, "/v1/batch", `{"batch":[{"event":"E","email":"ada.l@example.com",`+denied+`},{"event":"E","email":"ada.l@example.com"}]}`)
	f("crm", "allow", "yellow", "email", 1)
	f("crm", "drop", "yellow", "email", 3)
}
