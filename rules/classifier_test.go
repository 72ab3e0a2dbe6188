package rules

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/engine/detect"
)

// mistakes checks what Load says about what stands behind a sound beginning, whose
// last line is 7.
func mistakes(t *testing.T, dir, in string, want ...string) {
	t.Helper()
	path := filepath.Join(dir, "c.yaml")
	if err := os.WriteFile(path, []byte(head+oneRule+in), 0o600); err != nil {
		t.Fatal(err)
	}
	p, report := Load(path, testEnv)
	if (p == nil) != report.HasErrors() {
		t.Errorf("policy %v beside errors %v", p != nil, report.HasErrors())
	}
	var got []string
	if len(report.Problems) > 0 {
		got = strings.Split(strings.ReplaceAll(report.String(), path, "c.yaml"), "\n")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s(-want +got)\n%s", in, diff)
	}
}

func TestClassifierMistakes(t *testing.T) {
	f := func(in string, want ...string) {
		t.Helper()
		mistakes(t, t.TempDir(), "classifiers:\n  - "+in+"\n", want...)
	}
	f(`{name: a, class: red, keys: [loyalty card], similar_keys: [member no], patterns: ['LC-\d{8}', 'M\d+'], validator: luhn}`)
	f(`{name: a, class: red}`, `c.yaml:9:5: error: a classifier must have keys, similar_keys, a pattern or a dictionary`)
	f(`{name: a, class: red, validator: luhn, keys: [x1], context: {keys: [a]}}`,
		`c.yaml:9:38: error: a validator needs a pattern or a dictionary: it judges what they find`,
		`c.yaml:9:65: error: a context needs a pattern or a dictionary: it is what must be around what they find`)
	f(`{name: a, class: red, pattern: x, patterns: [y]}`, `c.yaml:9:49: error: a classifier has pattern or patterns, not both`)
	f(`{name: a, class: red, patterns: [], keys: [], similar_keys: ["-"]}`,
		`c.yaml:9:37: error: patterns must not be an empty list`,
		`c.yaml:9:47: error: keys of a classifier must not be an empty list`,
		`c.yaml:9:66: error: a similar key of a classifier must have a letter or a digit`)
	f(`{name: a, class: red, patterns: ['a*', '\bx?\b', '(a|)', '(?i)a{0,2}', '[', '^$', 'a+']}`,
		`c.yaml:9:38: error: a pattern can match the empty text, and so would every value; say what must be there: "+" in place of "*"`,
		`c.yaml:9:44: error: a pattern can match the empty text, and so would every value; say what must be there: "+" in place of "*"`,
		`c.yaml:9:54: error: a pattern can match the empty text, and so would every value; say what must be there: "+" in place of "*"`,
		`c.yaml:9:62: error: a pattern can match the empty text, and so would every value; say what must be there: "+" in place of "*"`,
		"c.yaml:9:76: error: a pattern is not a regular expression (RE2): missing closing ]: `[`",
		`c.yaml:9:81: error: a pattern can match the empty text, and so would every value; say what must be there: "+" in place of "*"`)
	f(`{name: a, class: red, pattern: x, validator: luhm}`,
		`c.yaml:9:50: error: unknown validator "luhm"; it is ean, luhn, mod11_10, mod97, verhoeff, a scheme or a built-in type; did you mean "luhn"?`)
	f(`{name: a, class: red, pattern: x, validator: free_text}`,
		`c.yaml:9:50: error: type "free_text" has no validator; "eventveil types" lists those that are found by value`)
	f(`{name: a, class: red, pattern: x, context: {}}`, `c.yaml:9:48: error: context must have keys, parents or words`)
	f(`{name: a, class: red, pattern: x, context: {key: [a], words: ["-", "a b"], parents: b}}`,
		`c.yaml:9:49: error: unknown key "key" in context of a classifier; did you mean "keys"?`,
		`c.yaml:9:67: error: one of context.words must have a letter or a digit`,
		`c.yaml:9:89: error: context.parents must be a list, not a single value`)
	f(`{name: a, class: red, pattern: x, description: "two\nlines"}`, `c.yaml:9:52: error: description must be at most 200 bytes on one line`)
}

func TestExamples(t *testing.T) {
	f := func(in string, want ...string) {
		t.Helper()
		mistakes(t, t.TempDir(), in+"\n", want...)
	}
	f(`classifiers:
  - {name: a, class: red, keys: [loyalty card], pattern: '^LC-\d{8}$', examples: {match: ["LC-12345678", {key: loyaltyCard}, {key: x, value: LC-00000000},
      {path: traits.loyalty_card, value: x}], no_match: ["LC-1", {key: email, value: LC-1}, {key: ref}]}}`)
	f(`classifiers:
  - name: a
    class: red
    keys: [loyalty card]
    pattern: '^LC-\d{8}$'
    examples:
      match: [LC-1, {key: ref}]
      no_match: [LC-12345678, {key: loyalty_card, value: LC-1}, {}, {key: a, path: b}, {path: a..b}, {val: x}, []]`,
		`c.yaml:15:65: error: an example must have a key or a path, a value, or both`,
		`c.yaml:15:84: error: an example has a key or a path, not both`,
		`c.yaml:15:95: error: path of an example: a segment between dots is empty`,
		`c.yaml:15:103: error: unknown key "val" in an example; known are key, path, value`,
		`c.yaml:15:112: error: an example must be a single value, not a list`)
	f(`classifiers:
  - name: a
    class: red
    keys: [loyalty card]
    pattern: '^LC-\d{8}$'
    examples:
      match: [LC-1, {key: ref}]
      no_match: [LC-12345678, {key: loyalty_card, value: LC-1}]
  - {name: b, class: red, keys: [b1], examples: {match: [x]}}`,
		`c.yaml:14:15: error: the classifier does not match this example`,
		`c.yaml:14:21: error: the classifier does not match this example`,
		`c.yaml:15:18: error: the classifier matches this example, which it must not`,
		`c.yaml:15:31: error: the classifier matches this example, which it must not`,
		`c.yaml:16:58: error: a value alone proves nothing here: the classifier has neither pattern nor dictionary; write {key: …}`)
	f(`classifiers:
  - name: a
    class: red
    pattern: '\d{11}'
    validator: luhn
    context: {keys: [customer ref], parents: [membership], words: [member number]}
    examples:
      match: [{key: customer_ref, value: "79927398713"}, {path: membership.id, value: "79927398713"}, my Member-Number is 79927398713]
      no_match: ["79927398713", {key: customer_ref, value: "79927398710"}, {path: id.membership, value: "79927398713"}]`)
	f(`classifiers:
  - {name: a, class: red, pattern: '\d{11}', validator: luhn, context: {keys: [ref]}, examples: {match: ["79927398713", {key: ref, value: "79927398710"}]}}`,
		`c.yaml:9:106: error: the classifier: the context is missing, {key: …, value: …} gives one, so it does not match this example`,
		`c.yaml:9:121: error: the classifier: the value does not pass the validator, so it does not match this example`)
	f(`overrides:
  - {path: traits.plan, type: none, examples: {match: [traits.plan, {path: traits.plan.x}], no_match: [traits]}}
  - {path: traits.code, type: none, examples: {match: [traits.plan], no_match: ["traits.code[].x", a..b]}}`,
		`c.yaml:10:56: error: the path of this override does not match this example`,
		`c.yaml:10:81: error: the path of this override matches this example, which it must not`,
		`c.yaml:10:100: error: path of an example: a segment between dots is empty`)
}

// TestBounds holds that a text is dismissed unread only when nothing in it can match.
func TestBounds(t *testing.T) {
	f := func(expr string, least int, need detect.Bytes) {
		t.Helper()
		if p := newPattern(regexp.MustCompile(expr)); p.least != least || p.need != need {
			t.Errorf("%s: at least %d bytes of %b, want %d of %b", expr, p.least, p.need, least, need)
		}
	}
	f(`^LC-\d{8}$`, 11, detect.HasLetter|detect.HasDash|detect.HasDigit)
	f(`(?i)lc-k`, 4, detect.HasLetter|detect.HasDash)
	f(`(?i)k-`, 2, detect.HasDash)
	f(`(?i:lc)\d`, 3, detect.HasLetter|detect.HasDigit)
	f(`[A-Z0-9]{2,}`, 2, 0)
	f(`[à-ü]+x?`, 1, detect.HasHigh)
	f(`[^a]é`, 2, detect.HasHigh)
	f(`ab1|cd`, 2, detect.HasLetter)
	f(`(a|1)(b@)*`, 1, 0)
	f(`\bx*\b`, 0, 0)
	f(`(a{999})`, 999, detect.HasLetter)
	f(`.+ .`, 3, detect.HasSpace)
}

func TestDictionaryMistakes(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("terms.txt", "\ufeff# partners\r\nAcme Corp\r\n\n  Müller GmbH \n")
	write("empty.txt", "# nothing\n\n")
	write("latin1.txt", "Acme\nM\xfcller\n")
	write("dash.txt", "Acme\n---\n")
	write("long.txt", "Acme\n"+strings.Repeat("a", 600)+"\n")
	write("huge.txt", strings.Repeat("a\n", maxTermsFile/2+1))
	write("many.txt", strings.Repeat("a\n", maxTerms+1))
	f := func(in string, want ...string) {
		t.Helper()
		mistakes(t, dir, "classifiers:\n  - {name: a, class: red, dictionary: "+in+"}\n", want...)
	}
	f(`{file: terms.txt}, examples: {match: [acme  corp, MÜLLER gmbh], no_match: [acme, "Acme Corp, Inc"]}`)
	f(`{file: terms.txt, within: text}, examples: {match: ["Sold to ACME-Corp."], no_match: [acme, acmecorp, pacme corp]}`)
	f(`{words: [Acme Corp], case: sensitive}, examples: {match: [Acme Corp], no_match: [acme corp]}`)
	f(`{file: nowhere.txt}`, `c.yaml:9:46: error: cannot read the file of a dictionary: no such file or directory`)
	f(`{file: .}`, `c.yaml:9:46: error: cannot read the file of a dictionary: it is not a regular file`)
	f(`{file: huge.txt}`, `c.yaml:9:46: error: cannot read the file of a dictionary: it is larger than 16MiB`)
	f(`{file: many.txt}`, `c.yaml:9:46: error: the file of a dictionary: line 1000001: there are more than 1000000 terms`)
	f(`{file: empty.txt}`, `c.yaml:9:46: error: the file of a dictionary: it has no term`)
	f(`{file: latin1.txt}`, `c.yaml:9:46: error: the file of a dictionary: line 2: this term is not UTF-8`)
	f(`{file: long.txt}`, `c.yaml:9:46: error: the file of a dictionary: line 2: this term is longer than 512 bytes`)
	f(`{file: dash.txt}`)
	f(`{file: dash.txt, within: text}`,
		`c.yaml:9:46: error: the file of a dictionary: line 2: this term has no letter and no digit, and so cannot be found within a text`)
	f(`{words: [], case: none, within: texts}`,
		`c.yaml:9:47: error: words of a dictionary must not be an empty list`,
		`c.yaml:9:57: error: unknown case "none"; known are insensitive, sensitive`,
		`c.yaml:9:71: error: unknown within "texts"; did you mean "text"?`)
	f(`{}`, `c.yaml:9:39: error: a dictionary must have a file, words or both`)
	f(`[a]`, `c.yaml:9:39: error: a dictionary must be a mapping of keys to values, not a list`)

	mistakes(t, dir, "classifiers:\n  - {name: a, class: red, dictionary: {file: terms.txt}, examples: {match: [new partner]}}\n",
		`c.yaml:9:77: error: the classifier does not match this example`)
	write("terms.txt", "New Partner\n") // read again whenever the configuration is
	mistakes(t, dir, "classifiers:\n  - {name: a, class: red, dictionary: {file: terms.txt}, examples: {match: [new partner]}}\n")
	p, _ := Load(filepath.Join(dir, "c.yaml"), testEnv)
	if p == nil || !cmp.Equal(p.Files, []string{filepath.Join(dir, "terms.txt")}) {
		t.Error("the policy does not tell of its files")
	}
}

func TestTypesAndOverrideMistakes(t *testing.T) {
	f := func(in string, want ...string) {
		t.Helper()
		mistakes(t, t.TempDir(), in+"\n", want...)
	}
	f(`types: {email: {class: red, names: on, values: off, keys: [electronic post], not_keys: [email plan]}, phone: {names: off}}`)
	f(`types:
  email: {}
  phone: {name: off, values: no, class: pink, keys: x}
  uuid: [off]
  us_ssn: {names: off, not_keys: [social]}
  vin: {keys: [frame no], not_keys: [frameNo]}`,
		`c.yaml:9:10: error: what is changed about a type must have class, names, values, keys or not_keys`,
		`c.yaml:10:11: error: unknown key "name" in a type; did you mean "names"?`,
		`c.yaml:10:30: error: unknown values "no"; did you mean "on"?`,
		`c.yaml:10:41: error: unknown class "pink"; known are green, yellow, red, off`,
		`c.yaml:10:53: error: keys of a type must be a list, not a single value`,
		`c.yaml:11:9: error: class must be a single value, not a list`,
		`c.yaml:12:35: warning: the names of type "us_ssn" are off, so not_keys changes nothing`,
		`c.yaml:13:38: error: this name is both one of keys and one of not_keys of type "vin", see c.yaml:13:16`)
	f(`classifiers:
  - {name: a, class: red, keys: [club no, clubNo]}
  - {name: b, class: red, similar_keys: [CLUB_NO]}
  - {name: c, class: green, keys: [phone]}
types: {email: {keys: [club-no]}}`,
		`c.yaml:9:43: warning: this name is there twice: it is the same as the one on c.yaml:9:34`,
		`c.yaml:10:42: error: this name is already one of classifier "a", see c.yaml:9:34; a name can mean one type`,
		`c.yaml:11:36: warning: this is the own name of the built-in type "phone", which a field of that name then is not`,
		`c.yaml:12:24: error: this name is already one of classifier "a", see c.yaml:9:34; a name can mean one type`)
	f(`overrides:
  - {path: a, type: none, types: [emial], reason: test data}
  - {path: b, type: none, event: Order *}
  - {path: c, type: email, source: unknown, reason: x}
  - {path: d, type: none, source: wep, reason: x}
  - {path: e, type: none, types: [], reason: ""}`,
		`c.yaml:9:35: error: unknown type "emial"; did you mean "email"?`,
		`c.yaml:10:5: error: key "reason" is missing in an override that has event: say why nothing personal is there`,
		`c.yaml:11:28: error: source narrows only an override with type: none; a path has one type for all events`,
		`c.yaml:12:35: error: unknown source "wep"; known are unknown`,
		`c.yaml:13:5: error: key "reason" is missing in an override that has types: say why nothing personal is there`,
		`c.yaml:13:34: error: types must not be an empty list; leave the key out to match all`,
		`c.yaml:13:46: error: reason must not be empty`)
	f(`overrides:
  - {path: a, type: none, types: [email, phone], reason: x}
  - {path: a.b, type: none, types: email, reason: x}
  - {path: a.b, type: none, types: [email, vin], reason: x}
  - {path: a.b, type: us_ssn}
  - {path: a.b, type: none, event: X, reason: x}`,
		`c.yaml:10:5: warning: this override can never match: the one on line 9 decides first`,
		`c.yaml:13:5: warning: this override can never match: the one on line 12 decides first`)
}
