package engine_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/detect"
)

// redactAll shows in the output what was found where.
const redactAll = head + `  - {name: all, when: {class: [red, yellow]}, action: redact}` + "\n"

// through checks what the first destination gets of single events.
func through(t *testing.T, config string, cases map[string]string) {
	t.Helper()
	e := engine.New(policy(t, redactAll+config))
	for in, want := range cases {
		if want == "" {
			want = in
		}
		for _, c := range e.Policy().Classifiers { // what redact writes for all of them
			want = strings.ReplaceAll(want, "["+e.Policy().Types[c.Type].Name+"]", "[redacted]")
		}
		if got := pass(t, e, single, in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestPatterns(t *testing.T) {
	through(t, `
classifiers:
  - {name: card, class: red, patterns: ['\bLC-[A-Z]{4}\b', '\b9\d{7}\b']}
`, map[string]string{
		`{"a":"LC-ABCD"}`:                                     `{"a":"[card]"}`, // letters alone reach no built-in detector
		`{"a":"LC-ABCD, LC-EFGH and 91234567"}`:               `{"a":"[card], [card] and [card]"}`,
		`{"a":"LC-ABCDE","b":"lc-abcd","c":91}`:               ``,
		`{"a":91234567,"b":912345678,"c":-91234567}`:          `{"a":"[card]","b":912345678,"c":-91234567}`,
		`{"a":["LC-ABCD",91234567,null]}`:                     `{"a":["[card]","[card]",null]}`,
		`{"LC-ABCD":1}`:                                       `{"[card]":1}`,
		`{"a":"https://x.example.com/?q=LC%2DABCD&r=1"}`:      `{"a":"https://x.example.com/?q=%5Bredacted%5D&r=1"}`,
		`{"a":"https://x.example.com/LC%2DABCD/1"}`:           `{"a":"https://x.example.com/%5Bredacted%5D/1"}`,
		`{"a":"{\"b\":\"LC\u002dABCD\"}"}`:                    `{"a":"{\"b\":\"[card]\"}"}`,
		`{"a":"` + b64(`{"b":"LC-ABCD"}`) + `"}`:              `{"a":"` + b64(`{"b":"[redacted]"}`) + `"}`,
		`{"a":"` + strings.Repeat("LC-ABCD ", 1001) + `end"}`: `{"a":"[card]"}`,
		`{"a":"LC-ABCD ada@example.com"}`:                     `{"a":"[card] [email]"}`,
	})
}

func TestOwnBeforeBuiltIn(t *testing.T) {
	through(t, `
classifiers:
  - {name: corporate, class: yellow, pattern: '[a-z]+@corp\.example\.com'}
  - {name: soft, class: yellow, pattern: '4111 1111 1111 1111 at \d+'}
`, map[string]string{
		`{"a":"write to ada@corp.example.com or ada@example.com"}`: `{"a":"write to [corporate] or [email]"}`,
		`{"a":"ada@corp.example.com"}`:                             `{"a":"[corporate]"}`,
		`{"a":"4111 1111 1111 1111 at 12"}`:                        `{"a":"[soft]"}`, // the wider edit covers the card's
	})
	e := engine.New(policy(t, redactAll+`
classifiers: [{name: soft, class: yellow, pattern: 'card 4111 1111 1111 1111'}]
`))
	if c := e.Classify("", []byte("card 4111 1111 1111 1111 x")); e.Policy().Types[c.Type].Name != "credit_card" || len(c.Spans) != 2 {
		t.Errorf("a red find is lost to a yellow classifier: %+v", c)
	}
}

func TestSimilarKeys(t *testing.T) {
	through(t, `
classifiers:
  - {name: card, class: red, keys: [club no], similar_keys: [bonus card]}
`, map[string]string{
		`{"clubNo":"x","club_no_2":"y","theBonusCardOf":"z","bonus_crad":"w"}`: `{"clubNo":"[card]","club_no_2":"y","theBonusCardOf":"[card]","bonus_crad":"[card]"}`,
		`{"bonus":"x","cardboard":"y"}`:                                        ``,
	})
}

func TestValidators(t *testing.T) {
	through(t, `
classifiers:
  - {name: member, class: red, pattern: 'M\d+', validator: luhn}
  - {name: account, class: red, pattern: 'acct: ?\S+|[A-Z]{2}\d{10,20}', validator: iban}
`, map[string]string{
		`{"a":"M79927398713 and M79927398710"}`: `{"a":"[member] and M79927398710"}`,
		`{"a":"acct: 12"}`:                      ``,
		`{"a":"NO9386011117947"}`:               `{"a":"[account]"}`,
	})
	e := engine.New(policy(t, redactAll+`classifiers: [{name: member, class: red, pattern: 'M\d+', validator: luhn}]`))
	if c := e.Classify("", []byte("M79927398713")); c.Proof != detect.Check || c.By != engine.ByValue {
		t.Errorf("classified as %+v", c)
	}
}

func TestContext(t *testing.T) {
	through(t, `
classifiers:
  - {name: member, class: red, pattern: 'N\d{4}', context: {keys: [member], parents: [club], words: [member number, Mitglied]}}
`, map[string]string{
		`{"ref":"N1234"}`:                                         ``,
		`{"member_ref":"N1234"}`:                                  `{"member_ref":"[member]"}`,
		`{"memberRefs":["N1234"]}`:                                `{"memberRefs":["[member]"]}`,
		`{"club":{"x":{"ref":"N1234"}},"ref":"N1234"}`:            `{"club":{"x":{"ref":"[member]"}},"ref":"N1234"}`,
		`{"ref":"Member-Number: N1234"}`:                          `{"ref":"Member-Number: [member]"}`,
		`{"ref":"MITGLIED N1234"}`:                                `{"ref":"MITGLIED [member]"}`,
		`{"ref":"remember number N1234"}`:                         ``,
		`{"url":"https://x.example.com/?member=N1234&ref=N1234"}`: `{"url":"https://x.example.com/?member=%5Bredacted%5D&ref=N1234"}`,
	})
	e := engine.New(policy(t, redactAll+`classifiers: [{name: member, class: red, pattern: 'N\d{4}', context: {keys: [member]}}]`))
	for key, want := range map[string]bool{"memberRef": true, "ref": false, "": false} {
		if c := e.Classify(key, []byte("N1234")); (c.By&engine.ByValue != 0) != want {
			t.Errorf("%q: %+v", key, c)
		}
	}
}

func TestDictionary(t *testing.T) {
	through(t, `
classifiers:
  - {name: partner, class: yellow, dictionary: {words: [Acme, Müller GmbH, Acme Trading Ltd, 東京商事, ΟΔΟΣ], within: text}}
  - {name: tier, class: yellow, dictionary: {words: [Gold Tier, "1234"]}}
  - {name: code, class: yellow, dictionary: {words: [XaBy], case: sensitive}}
`, map[string]string{
		`{"a":"sold to acme."}`:                      `{"a":"sold to [partner]."}`,
		`{"a":"ACME TRADING, LTD; Acme trading co"}`: `{"a":"[partner]; [partner] trading co"}`,
		`{"a":"M\u00dcLLER\tgmbh"}`:                  `{"a":"[partner]"}`,
		`{"a":"Müller","b":"acmes"}`:                 ``,
		`{"a":"株式会社東京商事の件"}`:                         `{"a":"株式会社[partner]の件"}`,
		`{"a":"οδος οδός"}`:                          `{"a":"[partner] οδός"}`,
		`{"a":" gold  tier "}`:                       `{"a":"[tier]"}`,
		`{"a":"gold tier 2"}`:                        ``,
		`{"a":1234,"b":12345}`:                       `{"a":"[tier]","b":12345}`,
		`{"a":"XaBy","b":"xaby"}`:                    `{"a":"[code]","b":"xaby"}`,
		`{"acme":1}`:                                 ``, // names are words
	})
}

func TestOverridesInPart(t *testing.T) {
	through(t, `
sources: [{name: web, match: {write_key: w}}]
overrides:
  - {path: sku, type: none, types: [email, credit_card], reason: looks like it}
  - {path: note, type: none, event: "Load *", reason: made up}
  - {path: memo, type: none, source: web, reason: made up}
  - {path: traits.email, type: none, types: email, event: [Probe], source: unknown, reason: made up}
  - {path: seen, type: none}
`, map[string]string{
		`{"sku":"ada@example.com 203.0.113.7"}`:                    `{"sku":"ada@example.com [ip_address]"}`,
		`{"sku":{"email":"ada","x":4111111111111111,"phone":"x"}}`: `{"sku":{"email":"ada","x":4111111111111111,"phone":"[phone]"}}`,
		`{"note":"ada@example.com","event":"Load test"}`:           ``,
		`{"note":"ada@example.com","event":"Order"}`:               `{"note":"[email]","event":"Order"}`,
		`{"note":"ada@example.com"}`:                               `{"note":"[email]"}`,
		`{"memo":"ada@example.com"}`:                               `{"memo":"[email]"}`, // from unknown
		`{"traits":{"email":"ada@example.com"},"event":"Probe"}`:   ``,
		`{"traits":{"email":"4111111111111111"},"event":"Probe"}`:  `{"traits":{"email":"[credit_card]"},"event":"Probe"}`,
		`{"traits":{"email":"ada@example.com"},"event":"Probed"}`:  `{"traits":{"email":"[email]"},"event":"Probed"}`,
		`{"seen":{"ada@example.com":{"email":"ada@example.com"}}}`: ``,
	})
	e := engine.New(policy(t, head+`
  - {name: all, when: {class: [red, yellow]}, action: block}
overrides: [{path: note, type: none, event: "Load *", reason: made up}, {path: email, type: none, types: email, event: Load, reason: made up}]
`))
	for body, want := range map[string]string{
		`{"note":"ada@example.com","a":1}`:            `{"a":1}`,
		`{"note":"ada@example.com","event":"Load 1"}`: `{"note":"ada@example.com","event":"Load 1"}`,
		`{"email":"192.0.2.1","event":"Load"}`:        `{"email":"[ip_address]","event":"Load"}`,
		`{"email":"ada@example.com","event":"Load"}`:  `{"email":"ada@example.com","event":"Load"}`,
		`{"email":"ada@example.com","event":"Order"}`: `{"event":"Order"}`,
	} {
		if got := pass(t, e, single, body); got != want {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
	}
	e = engine.New(policy(t, redactAll+`
overrides: [{path: note, type: none, event: "Load *", reason: made up}]
`))
	in := e.Get()
	defer e.Put(in)
	body := `{"batch":[{"note":"ada@example.com","event":"Load 1"},{"note":"ada@example.com","event":"Order"},{"event":"Load 2","note":"x"}]}`
	if err := in.Inspect([]byte(body), batch); err != nil {
		t.Fatal(err)
	}
	in.Transport([]engine.Field{{Path: "$transport.ip", Value: []byte("203.0.113.7")}, {Path: "$transport.referrer", Value: []byte("ada@example.com")}})
	in.Decide(0)
	if got, want := string(in.Render(0).Body), strings.Replace(body, `ada@example.com","event":"Order`, `[email]","event":"Order`, 1); got != want {
		t.Errorf("got %s", got)
	}
	for i, want := range []string{"[ip_address]", "[email]"} {
		if got, _ := in.Field(0, i); string(got) != want {
			t.Errorf("field %d is %q", i, got)
		}
	}
	if n := len(in.Findings()); n != 3 {
		t.Errorf("%d findings", n)
	}
}

func TestRetunedTypes(t *testing.T) {
	through(t, `
types:
  email: {values: off}
  phone: {names: off, keys: [reachable at, mobile]}
  us_ssn: {not_keys: [ssn]}
  ip_address: {names: off, values: off}
`, map[string]string{
		`{"email":"x","note":"ada@example.com"}`:       `{"email":"[email]","note":"ada@example.com"}`,
		`{"phone":"x","reachableAt":"x","mobile":"x"}`: `{"phone":"x","reachableAt":"[phone]","mobile":"[phone]"}`,
		`{"note":"call +1 212 555 0123"}`:              `{"note":"call [phone]"}`,
		`{"ssn":"x","social_security_number":"x"}`:     `{"ssn":"x","social_security_number":"[social_security]"}`,
		`{"ip":"203.0.113.7","note":"203.0.113.7"}`:    ``,
		`{"seen":{"ada@example.com":1}}`:               ``,
	})
}

// FuzzClassifiers holds that whatever classifiers find, what is made of it is JSON,
// and that nothing is lost of an event that no rule touches.
func FuzzClassifiers(f *testing.F) {
	const config = `
classifiers:
  - {name: a, class: red, patterns: ['\d+', '[\x{80}-\x{ffff}]b?'], validator: luhn, context: {keys: [k], words: [x]}}
  - {name: b, class: yellow, dictionary: {words: [a b, c, é, 東京], within: text}}
  - {name: c, class: red, dictionary: {words: [x]}, pattern: '[a-c@]+'}
overrides:
  - {path: p, type: none, types: [a, email], reason: r}
  - {path: q, type: none, event: "e*", reason: r}
`
	for _, s := range []string{`{"k":"x 18 c","p":"18 a b","q":"a@example.com","event":"e1"}`, `{"a@b.example":"\u00e9b%20a%20b","n":18}`,
		`{"q":["c",18,{"k":"東京"}],"event":"e"}`, `{"u":"/?k=18&x=a+b&q=c"}`} {
		f.Add([]byte(s))
	}
	redacting, watch := engine.New(policy(f, redactAll+config)), engine.New(policy(f, watching+config))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, e := range []*engine.Engine{redacting, watch} {
			in := e.Get()
			if in.Inspect(body, single) == nil {
				in.Transport([]engine.Field{{Path: "$transport.referrer", Value: body}})
				in.Decide(0)
				out := in.Render(0).Body
				if out != nil && !json.Valid(out) {
					t.Fatalf("%q became %q", body, out)
				}
				if e == watch && !bytes.Equal(out, body) {
					t.Fatalf("no rule touches it, yet it changed: %q to %q", body, out)
				}
				in.Field(0, 0)
				in.Findings()
				in.Counts(0)
			}
			e.Put(in)
			e.Classify("k", body)
		}
	})
}
