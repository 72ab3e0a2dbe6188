package rules

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWords(t *testing.T) {
	p, report := Parse("p.yaml", []byte(`
version: 1
mode: enforce
keys: [{id: k1, secret: sixteen-bytes-or-more}]
sources: [{name: web, match: {write_key: w}}]
destinations:
  - {name: collector, url: "http://127.0.0.1:9"}
  - {name: ads, url: "http://127.0.0.1:9", delivery: queued, labels: [out]}
rules:
  - {when: {class: [yellow, red], path: traits.**, status: new}, action: {hash: {key: k1}}}
  - {when: {type: [phone, email], source: [web, unknown], event: "Order*", destination: {not: {label: out}}}, action: {mask: {keep_last: 4}}}
  - {when: {type: ip_address}, action: truncate}
  - {when: {type: person_name}, action: {hash: {plain: sha256}}}
  - {when: {class: green, type: country}, action: block}
  - {action: allow}
`), func(string) (string, bool) { return "", false })
	if err := report.Err(); err != nil {
		t.Fatal(err)
	}
	check := func(rule int, action string, want ...Selector) {
		t.Helper()
		if diff := cmp.Diff(want, p.When(rule)); diff != "" {
			t.Errorf("rule %d: - want, + got:\n%s", rule, diff)
		}
		if got := p.Rules[rule].Action.String(); got != action {
			t.Errorf("rule %d: got %q, want %q", rule, got, action)
		}
	}
	check(0, "hash with key k1", Selector{"class", []string{"red", "yellow"}}, Selector{"path", []string{"traits.**"}}, Selector{"status", []string{"new"}})
	check(1, "mask, but for the first 0 and the last 4 characters", Selector{"type", []string{"email", "phone"}}, Selector{"source", []string{"unknown", "web"}},
		Selector{"event", []string{"Order*"}}, Selector{"destination", []string{"collector"}})
	check(2, "truncate addresses to /24 and /48, other values to 3 characters", Selector{"type", []string{"ip_address"}})
	check(3, "hash without a key (SHA-256)", Selector{"type", []string{"person_name"}})
	check(4, "block", Selector{"class", []string{"green"}}, Selector{"type", []string{"country"}})
	check(5, "allow")
}
