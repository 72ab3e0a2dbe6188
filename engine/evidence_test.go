package engine_test

import (
	"testing"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/detect"
	"github.com/eventveil/eventveil/engine/names"
)

// TestEvidence: a finding says by what it was found, and the more that is, the surer it is.
func TestEvidence(t *testing.T) {
	e := engine.New(policy(t, redactAll+`
classifiers:
  - {name: loyalty, class: red, pattern: '\bL\d{6}\b', context: {words: [loyalty]}}
`))
	last := 0
	for _, c := range []struct {
		key, value string
		want       engine.Evidence
	}{
		{"emial", "", engine.Evidence{By: engine.ByKey, NameHow: names.Synonym}},
		{"telehpone_home", "", engine.Evidence{By: engine.ByKey, NameHow: names.Fuzzy}},
		{"", "(202) 555-0143", engine.Evidence{By: engine.ByValue}},
		{"", "tel 5550143", engine.Evidence{By: engine.ByValue, Proof: detect.Context}},
		{"", "loyalty card L123456", engine.Evidence{By: engine.ByValue, Proof: detect.Context}},
		{"", "jane@example.com", engine.Evidence{By: engine.ByValue, Proof: detect.Check}},
		{"phone", "(202) 555-0143", engine.Evidence{By: engine.ByBoth, NameHow: names.Exact}},
		{"email", "jane@example.com", engine.Evidence{By: engine.ByBoth, NameHow: names.Exact, Proof: detect.Check}},
		{"nhs_number", "943 476 5919", engine.Evidence{By: engine.ByBoth, NameHow: names.Synonym, Proof: detect.Check}},
		{"nhs_number", "943 476 5918", engine.Evidence{By: engine.ByKey, NameHow: names.Synonym}},
		{"first_name", "Ada", engine.Evidence{By: engine.ByKey, NameHow: names.Exact}},
		{"auth_token", "AKIAIOSFODNN7EXAMPLE", engine.Evidence{By: engine.ByBoth, NameHow: names.Exact}},
	} {
		var value []byte
		if c.value != "" {
			value = []byte(c.value)
		}
		if got := e.Classify(c.key, value).Evidence; got != c.want {
			t.Errorf("%q %q: got %+v, want %+v", c.key, c.value, got, c.want)
		}
		if c.want.NameHow != names.Synonym && c.key != "auth_token" && c.key != "first_name" {
			if c.want.Confidence() < last {
				t.Errorf("%+v is less sure than what has less evidence", c.want)
			}
			last = c.want.Confidence()
		}
	}
}

func TestLocalAddresses(t *testing.T) {
	through(t, "", map[string]string{
		`{"u":"http://127.0.0.1:5500/index.html","v":"[::1]:8080","w":"127.0.0.1:9000","x":"postgres://db@127.0.0.1/x"}`: ``,
		`{"note":"refused by 127.0.0.1 and ::1"}`: `{"note":"refused by [ip_address] and [ip_address]"}`,
	})
}

// TestKeysWithEquals: a key with "=" in it is no form.
func TestKeysWithEquals(t *testing.T) {
	through(t, "", map[string]string{
		`{"v":"pscale_tkn_a1b2c3d4-0-3vljp8t9jvui_gyxxow-=kxsjc=m2ay0me6qi764evk"}`:   `{"v":"[api_key]"}`,
		`{"v":"x pscale_tkn_a1b2c3d4-0-3vljp8t9jvui_gyxxow-=kxsjc=m2ay0me6qi764e y"}`: `{"v":"x [api_key] y"}`,
		`{"v":"ssn=123-45-6788&next=aaaaaaaaaaaaaaaaaaaaaaaaaaaa"}`:                   `{"v":"ssn=%5Bus_ssn%5D&next=aaaaaaaaaaaaaaaaaaaaaaaaaaaa"}`,
	})
}

func TestVersionsAndPlus(t *testing.T) {
	through(t, "", map[string]string{
		`{"context":{"app":{"version":"4.12.0.1"}},"browser_version":"114.0.0.0","chrome_version":"114.0.1.2","uaFullVersion":"114.0.1.2"}`: ``,
		`{"note":"114.0.0.1"}`: `{"note":"[ip_address]"}`,
		`{"context":{"device":{"model":"192.0.2.1"},"os":{"name":"192.0.2.1","version":"10.0.0.1"}},"platform":"192.0.2.1","sdk_version":"192.0.2.1 via 192.0.2.2"}`: `{"context":{"device":{"model":"[ip_address]"},"os":{"name":"[ip_address]","version":"10.0.0.1"}},"platform":"[ip_address]","sdk_version":"[ip_address] via [ip_address]"}`,
		`{"log":"leg=A caller=+442079460712 dur=3"}`:  `{"log":"leg=A caller=%5Bphone%5D dur=3"}`,
		`{"card":"hero","cvv":"none","pin":"to top"}`: ``,
	})
}
