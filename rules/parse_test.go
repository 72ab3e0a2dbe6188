package rules

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// head is the part of a configuration that has no mistake; it has five lines.
const head = `version: 1
mode: enforce
keys: [{id: k1, secret: "${KEY}"}]
destinations:
  - {name: collector, url: "http://collector.example.com"}
`

const oneRule = `rules:
  - {name: first, when: {class: red}, action: block}
`

func testEnv(name string) (string, bool) {
	v, ok := map[string]string{"KEY": "0123456789abcdef", "SHORT": "hunter2", "URL": "https://ada:pw@example.com", "MODE": "enforce"}[name]
	return v, ok
}

// full is a configuration with a bit of everything and no mistake.
const full = `version: 1
require_end: true
mode: enforce
listen: {data: ":8080", admin: "[::1]:9090"}
limits: {body: 1MiB, inflated: 2097152, depth: 32, in_flight: 1GiB}
keys:
  - {id: k1, secret: "${KEY}"}
sources:
  - name: web
    match: {write_key: wk_web, host: Shop.example.com}
  - {name: server, match: {header: {x-team: backend}, path: "/internal/*"}}
destinations:
  - name: collector
    url: "http://collector.example.com/base/"
    default: allow
  - name: analytics
    url: "https://analytics.example.com"
    delivery: queued
    labels: [analytics]
classifiers:
  - name: loyalty_card
    class: red
    keys: [loyalty card]
    pattern: '^LC-\d{8}$'
    examples: {match: ["LC-12345678"], no_match: ["LC-1", ""]}
overrides:
  - {path: traits.ref, type: us_ssn}
  - {path: properties.quota, type: none}
rules:
  - name: no cards
    when: {type: loyalty_card}
    action: drop
  - name: addresses to analytics only hashed
    when: {type: ip_address, destination: analytics}
    action: hash
  - name: internal events stay home
    when:
      event: "Internal *"
      destination: {not: collector}
    action: drop
end: true
`

func TestParseAcceptsAll(t *testing.T) {
	p, report := Parse("config.yaml", []byte(full), testEnv)
	if got := report.String(); got != "" || p == nil {
		t.Fatalf("Parse reports %q, policy %v", got, p != nil)
	}
	if p.Limits.Body != 1<<20 || p.Limits.Inflated != 2<<20 || p.Limits.InFlight != 1<<30 || p.Limits.Depth != 32 || p.Limits.Paths != 20000 {
		t.Errorf("limits are %+v", p.Limits)
	}
	if u := p.Destinations[0].URL; u != "http://collector.example.com/base" {
		t.Errorf("url is %q", u)
	}
	if a := p.Rules[1].Action; a.Kind != Hash || a.Key == nil || a.Key.ID != "k1" || a.Key.Secret.String() != "<secret>" {
		t.Errorf("the hash has key %v", a.Key)
	}
	if h := p.Sources[2].Header; h["X-Team"] != "backend" {
		t.Errorf("header criteria are %v", h)
	}
}

func TestParseMistakes(t *testing.T) {
	f := func(name, in string, want ...string) {
		t.Helper()
		p, report := Parse("c.yaml", []byte(in), testEnv)
		if (p == nil) != report.HasErrors() {
			t.Errorf("%s: policy %v beside errors %v", name, p != nil, report.HasErrors())
		}
		got := strings.Split(report.String(), "\n")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
	f("empty", "", `c.yaml:1:1: error: the file is empty; a configuration begins with "version: 1"`)
	f("comment only", "# nothing\n", `c.yaml:1:1: error: the file is empty; a configuration begins with "version: 1"`)
	f("a list", "- version: 1\n", `c.yaml:1:1: error: the configuration must be a mapping of keys to values, not a list`)
	f("no YAML", "version: 1\nmode: [enforce\n", `c.yaml:2:1: error: this is not YAML: did not find expected ',' or ']' in what begins here`)
	f("nothing that is needed", "listen: {data: \":1\"}\n",
		`c.yaml:1:1: error: key "version" is missing in the configuration`,
		`c.yaml:1:1: error: key "mode" is missing in the configuration`,
		`c.yaml:1:1: error: key "destinations" is missing in the configuration`,
		`c.yaml:1:1: error: key "rules" is missing in the configuration`)
	f("version and mode", strings.Replace(strings.Replace(head, "1", "2", 1), "enforce", "enforced", 1)+oneRule,
		`c.yaml:1:10: error: unknown version "2"; did you mean "1"?`,
		`c.yaml:2:7: error: unknown mode "enforced"; did you mean "enforce"?`)
	f("all mistakes at once", head+`rules:
  - {name: a, when: {clas: red}, acton: block}
  - {name: b, when: {class: rad}, action: blok}
  - {name: a, when: {type: emial}, action: {hash: {key: k2}}}
  - {when: {type: [ssn, zzzzzzzzzz], source: wep, destination: {label: crm}}, action: {mask: {keep_last: many}}}
`,
		`c.yaml:7:5: error: key "action" is missing in a rule`,
		`c.yaml:7:22: error: unknown key "clas" in when of a rule; did you mean "class"?`,
		`c.yaml:7:34: error: unknown key "acton" in a rule; did you mean "action"?`,
		`c.yaml:8:29: error: unknown class "rad"; did you mean "red"?`,
		`c.yaml:8:43: error: unknown action "blok"; did you mean "block"?`,
		`c.yaml:9:12: error: the name of this rule is already used on line 7; names must differ`,
		`c.yaml:9:28: error: unknown type "emial"; did you mean "email"?`,
		`c.yaml:9:57: error: unknown key id "k2"; did you mean "k1"?`,
		`c.yaml:10:20: error: unknown type "ssn"; did you mean "us_ssn"?`,
		`c.yaml:10:25: error: unknown type "zzzzzzzzzz"; "eventveil types" lists them`,
		`c.yaml:10:46: error: unknown source "wep"; known are unknown`,
		`c.yaml:10:72: error: unknown label "crm"; there is none`,
		`c.yaml:10:106: error: keep_last must be a whole number from 0 to 32`)
	f("doubled key", head+oneRule+"mode: observe\n", `c.yaml:8:1: error: key "mode" in the configuration is already on line 2`)
	f("second document", head+oneRule+"---\nmode: observe\n",
		`c.yaml:8:1: error: a second document begins here; a configuration is one document, without "---" in it`)
	f("anchors", head+"rules:\n  - &a {name: a, action: block}\n  - *a\n  - {<<: *a, action: drop}\n",
		`c.yaml:7:5: error: anchors are not accepted; write the value out where it is needed`,
		`c.yaml:8:5: error: aliases are not accepted; write the value out`,
		`c.yaml:9:6: error: merge keys are not accepted; write the values out`,
		`c.yaml:9:10: error: aliases are not accepted; write the value out`)
	f("tags", head+"rules:\n  - {name: !!str a, action: !custom block}\n",
		`c.yaml:7:12: error: tags are not accepted; leave out what begins with "!"`,
		`c.yaml:7:29: error: tags are not accepted; leave out what begins with "!"`)
	f("kinds", "version: 1\nmode: enforce\ndestinations: {}\nrules: all\nlimits:\nhosts: []\n",
		`c.yaml:3:15: error: destinations must be a list, not a mapping`,
		`c.yaml:4:8: error: rules must be a list, not a single value`,
		`c.yaml:5:8: error: limits must be a mapping of keys to values, not nothing`,
		`c.yaml:6:8: error: hosts must not be an empty list; leave the key out to serve any host`)
	f("empty lists", "version: 1\nmode: enforce\ndestinations: []\nrules: []\n",
		`c.yaml:3:15: error: destinations must not be an empty list`,
		`c.yaml:4:8: error: rules must not be an empty list`)
	f("settings", head+oneRule+`limits: {body: 10MB, inflated: 1KiB, depth: 0, bodie: 1}
timeouts: {read: 30, drain: -1s}
trusted_proxies: [192.0.2.0/24, example.com]
cors: {origins: ["https://example.com", "example.com/x"], max_age: 2d}
headers: {forward: [X-Request-Id, cookie]}
listen: {admin: 9090, data: "::1:80"}
routes:
  - {path: collect, format: xml}
  - {path: /raw, opaque: pass, on_error: pass}
  - {path: /raw, format: json}
on_error: forward
`,
		`c.yaml:8:9: error: limits.inflated must not be smaller than limits.body`,
		`c.yaml:8:16: error: limits.body must be a size from 1KiB to 1GiB, such as 10MiB, 512KiB or a number of bytes`,
		`c.yaml:8:45: error: limits.depth must be a whole number from 1 to 512`,
		`c.yaml:8:48: error: unknown key "bodie" in limits; did you mean "body"?`,
		`c.yaml:9:18: error: timeouts.read must be a time span from 1ms to 1h0m0s, such as 500ms, 30s or 2h`,
		`c.yaml:9:29: error: timeouts.drain must be a time span from 1ms to 1h0m0s, such as 500ms, 30s or 2h`,
		`c.yaml:10:33: error: a trusted proxy must be an address or a network, such as 192.0.2.0/24`,
		`c.yaml:11:41: error: an origin must be scheme://host or scheme://host:port, or "*" for any`,
		`c.yaml:11:68: error: cors.max_age must be a time span from 0s to 24h0m0s, such as 500ms, 30s or 2h`,
		`c.yaml:12:35: error: header Cookie cannot be forwarded: it ends at this proxy (cookies have a key of their own)`,
		`c.yaml:13:17: error: listen.admin must be host:port, such as "127.0.0.1:9090" or ":8080"`,
		`c.yaml:13:29: error: listen.data must be host:port, such as "127.0.0.1:9090" or ":8080"`,
		`c.yaml:15:12: error: path of a route must begin with "/" and may end in "*", without query`,
		`c.yaml:15:29: error: unknown format "xml"; known are json, ndjson, segment`,
		`c.yaml:16:26: warning: opaque: pass forwards the bodies of this route unread, with whatever personal data they hold`,
		`c.yaml:16:42: warning: on_error: pass forwards bodies that could not be read, with whatever personal data they hold`,
		`c.yaml:17:5: warning: this route can never match: the route "/raw" before it decides first`,
		`c.yaml:18:11: error: unknown on_error "forward"; known are block, pass`)
	f("variables", `version: 1
mode: "${MODE}"
destinations:
  - {name: "${NAME}", url: "${URL}"}
rules:
  - {name: "a${", when: {path: "$${x}", type: "${MODE}"}, action: block}
`,
		`c.yaml:4:12: error: environment variable NAME is not set`,
		`c.yaml:4:28: error: url must be http:// or https:// with a host and an optional path: it must hold no user name and password`,
		`c.yaml:6:12: error: after "${" a variable's name and "}" are expected; write "$${" for the characters themselves`,
		`c.yaml:6:47: error: unknown type; "eventveil types" lists them`)
	f("secrets", `version: 1
mode: enforce
keys:
  - {id: k1, secret: hunter2hunter2hunter2}
  - {id: k1, secret: "${SHORT}", secret_file: x}
  - {id: K2, hunter2, secret_file: nowhere}
  - {id: k3, secret: "${SHORT}", secre: x}
  - {id: k4}
destinations:
  - {name: collector, url: "http://collector.example.com"}
rules:
  - {name: a, action: block}
`,
		`c.yaml:4:22: warning: a secret is written in this file; take it from the environment, "${NAME}", or from a file, secret_file`,
		`c.yaml:5:10: error: the id of this key is already used on line 4; names must differ`,
		`c.yaml:5:47: error: a key has secret or secret_file, not both`,
		`c.yaml:6:10: error: id of a key must be at most 16 lower-case letters, digits, "_" or "-": it stands in every hash`,
		`c.yaml:6:14: error: unknown key in a key; known are id, secret, secret_file`,
		`c.yaml:6:36: error: cannot read secret_file, relative to the folder of the configuration: no such file or directory`,
		`c.yaml:7:22: error: secret must have at least 16 bytes`,
		`c.yaml:7:34: error: unknown key "secre" in a key; did you mean "secret"?`,
		`c.yaml:8:5: error: key "secret" or "secret_file" is missing in a key`)
	f("hash without a key", `version: 1
mode: enforce
keys: [{id: a, secret: "${KEY}"}, {id: b, secret: "${KEY}"}]
destinations:
  - {name: collector, url: "http://collector.example.com", key: a}
  - {name: mailer, url: "http://mailer.example.com", delivery: queued, default: {hash: {plain: sha256}}}
rules:
  - {name: fine, when: {destination: collector}, action: hash}
  - {name: plain, when: {class: red}, action: {hash: {plain: sha256}}}
  - {name: both, when: {class: yellow}, action: {hash: {plain: md5}}}
  - {name: none, when: {type: email}, action: encrypt}
`,
		`c.yaml:10:49: error: hash has no key for destination "mailer", and there is more than one key: name one, {hash: {key: …}}, or give the destination a key, or ask for the reversible kind by name: {hash: {plain: sha256}}`,
		`c.yaml:10:64: error: unknown plain "md5"; known are sha256`,
		`c.yaml:11:47: error: encrypt has no key for destination "mailer", and there is more than one key: name one, {encrypt: {key: …}}, or give the destination a key`)
	f("actions", head+`rules:
  - {name: a, when: {class: red}, action: {block: {}}}
  - {name: b, when: {class: red}, action: {hush: {}}}
  - {name: c, when: {class: red}, action: {hash: {plain: sha256, key: k1}}}
  - {name: d, when: {class: red}, action: {mask: {keep: 4}}}
  - {name: e, when: {class: red}, action: {truncate: {ipv4: 32, ipv6: 127, length: -1}}}
  - {name: f, when: {class: red}, action: {mask: {}, hash: {}}}
  - {name: g, when: {class: red}, action: [block]}
`,
		`c.yaml:7:51: error: block takes no options; write the word alone`,
		`c.yaml:8:44: error: unknown action "hush"; did you mean "hash"?`,
		`c.yaml:9:50: error: a hash has a key or is plain, not both`,
		`c.yaml:10:51: error: unknown key "keep" in options of mask; known are keep_first, keep_last`,
		`c.yaml:11:61: error: ipv4 must be a whole number from 0 to 31`,
		`c.yaml:11:84: error: length must be a whole number from 0 to 1000`,
		`c.yaml:12:43: error: action must be one word, or one word with options`,
		`c.yaml:13:43: error: action must be a single value, not a list`)
	f("selectors", head+`rules:
  - {name: a, when: {path: [/traits/email, "items[0]", a..b, "a**", $.a]}, action: block}
  - {name: b, when: {destination: [], status: approvd}, action: block}
  - {name: c, when: {destination: {not: {labels: x}, lable: x}}, action: block}
  - {name: d, when: {destination: [colector], class: []}, action: block}
  - {name: e, when: {consent: marketing}, action: block}
`,
		`c.yaml:7:29: error: path: segments are separated by dots: write "traits.email", not a JSON Pointer`,
		`c.yaml:7:44: error: path: elements of an array are written "[]", without a number`,
		`c.yaml:7:56: error: path: a segment between dots is empty`,
		`c.yaml:7:62: error: path: "**" must be a segment of its own`,
		`c.yaml:7:69: error: path: a path starts at the event: leave out "$."`,
		`c.yaml:8:35: error: destination must not be an empty list; leave the key out to match all`,
		`c.yaml:8:47: error: unknown status "approvd"; did you mean "approved"?`,
		`c.yaml:9:41: error: key "label" is missing in not of a destination`,
		`c.yaml:9:42: error: unknown key "labels" in not of a destination; did you mean "label"?`,
		`c.yaml:9:54: error: unknown key "lable" in destination of a rule; did you mean "label"?`,
		`c.yaml:10:36: error: unknown destination "colector"; did you mean "collector"?`,
		`c.yaml:10:54: error: class must not be an empty list; leave the key out to match all`,
		`c.yaml:11:22: error: unknown key "consent" in when of a rule; known are class, type, path, source, event, destination, status`)
	f("types", head+oneRule+`classifiers:
  - {name: email, class: red, keys: [mail]}
  - {name: Card, class: red, pattern: "(x"}
  - {name: card, class: red}
  - {name: card, class: red, keys: ["--"], pattern: "^LC"}
  - {name: any, class: green, pattern: "x*"}
overrides:
  - {path: traits.ref, type: non}
  - {path: traits, type: none}
  - {path: traits.ref, type: card}
types: {emial: green, card: red, email: of, us_ssn: red, us_ssn: off}
sources:
  - {name: unknown, match: {}}
  - {name: we b, match: {host: "http://example.com", path: x, header: {}}}
`,
		`c.yaml:9:12: error: a classifier must not have the name of a built-in type; its class can be set under types`,
		`c.yaml:10:12: error: name of a classifier must be at most 64 lower-case letters, digits or "_", beginning with a letter`,
		`c.yaml:10:39: error: pattern is not a regular expression (RE2): missing closing ): `+"`(x`",
		`c.yaml:11:5: error: a classifier must have keys, similar_keys, a pattern or a dictionary`,
		`c.yaml:12:12: error: the name of this classifier is already used on line 11; names must differ`,
		`c.yaml:12:37: error: a key of a classifier must have a letter or a digit`,
		`c.yaml:13:40: error: pattern can match the empty text, and so would every value; say what must be there: "+" in place of "*"`,
		`c.yaml:15:30: error: unknown type "non"; did you mean "none"?`,
		`c.yaml:17:5: warning: this override can never match: the one on line 16 decides first`,
		`c.yaml:18:9: error: unknown type "emial"; did you mean "email"?`,
		`c.yaml:18:23: error: types is for built-in types; change a classifier where it is defined`,
		`c.yaml:18:41: error: unknown class "of"; did you mean "off"?`,
		`c.yaml:18:58: error: key "us_ssn" in types is already on line 18`,
		`c.yaml:20:12: error: "unknown" is the source of events that match none; take another name`,
		`c.yaml:20:28: error: match of a source must have at least one of write_key, host, path, header`,
		`c.yaml:21:12: error: name of a source must be at most 64 letters, digits, "_", "-" or "."`,
		`c.yaml:21:32: error: a host must be a name or an address as in a Host header, with or without a port`,
		`c.yaml:21:60: error: path must begin with "/" and may end in "*", without query`,
		`c.yaml:21:71: error: header must name at least one header`)
	f("destinations", `version: 1
mode: enforce
destinations:
  - {name: a, url: "http://a.example.com"}
  - {name: b, url: "ftp://b.example.com", delivery: inline}
  - {name: b, url: "http://b.example.com?x=1", delivery: queue, key: k9, timeout: 0s}
  - {url: b, labels: [a b], consent: []}
`+oneRule,
		`c.yaml:5:20: error: url must be http:// or https:// with a host and an optional path: the scheme is another one or is missing`,
		`c.yaml:5:53: error: only one destination can be inline: its answer is the SDK's answer; write delivery: queued`,
		`c.yaml:6:5: error: the name of this destination is already used on line 5; names must differ`,
		`c.yaml:6:20: error: url must be http:// or https:// with a host and an optional path: it must have no query and no fragment`,
		`c.yaml:6:58: error: unknown delivery "queue"; did you mean "queued"?`,
		`c.yaml:6:70: error: unknown key id; there is none`,
		`c.yaml:6:83: error: timeout must be a time span from 1ms to 1h0m0s, such as 500ms, 30s or 2h`,
		`c.yaml:7:5: error: key "name" is missing in a destination`,
		`c.yaml:7:5: error: only one destination can be inline: its answer is the SDK's answer; write delivery: queued`,
		`c.yaml:7:11: error: url must be http:// or https:// with a host and an optional path: the scheme is another one or is missing`,
		`c.yaml:7:23: error: a label must be at most 64 letters, digits, "_", "-" or "."`,
		`c.yaml:7:38: error: consent must not be an empty list; leave the key out to ask for none`)
	f("end in the middle", "version: 1\nend: true\n"+strings.TrimPrefix(head, "version: 1\n")+oneRule+"require_end: true\n",
		`c.yaml:2:1: error: "end: true" must be the last key of the configuration`,
		`c.yaml:9:1: error: "require_end: true" must stand before the rules, or a truncated file would lack it too`)
	f("end is missing", strings.TrimSuffix(full, "end: true\n"),
		`c.yaml:29:1: error: the file must end with "end: true", because require_end is set: its end is missing`)
	f("end alone", head+oneRule+"end: true\n",
		`c.yaml:8:1: warning: "end: true" protects from truncation only together with "require_end: true" before the rules`)
}

func TestWarnings(t *testing.T) {
	const four = `version: 1
mode: enforce
destinations:
  - {name: a, url: "http://a.example.com", labels: [x]}
  - {name: b, url: "http://b.example.com", delivery: queued, labels: [x, y]}
types: {free_text: off}
sources: [{name: web, match: {write_key: w}}]
rules:
`
	f := func(rules string, want ...string) {
		t.Helper()
		_, report := Parse("c.yaml", []byte(four+rules), testEnv)
		var got []string
		for _, p := range report.Problems {
			got = append(got, p.Severity.String()+" "+p.Message)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s(-want +got)\n%s", rules, diff)
		}
	}
	r := func(name, when, action string) string {
		return "  - {name: " + name + ", when: {" + when + "}, action: " + action + "}\n"
	}
	never := func(name, by string, line string) string {
		return `warning rule "` + name + `" can never match: rule "` + by + `" on line ` + line + ` decides first`
	}
	f(r("all", "", "block")+r("red", "class: red", "drop"), never("red", "all", "9"))
	f(r("yellow", "class: yellow", "block")+r("mail", "type: email", "hash"), "error hash has no key for destination \"a\", and keys has none: "+
		"name one, {hash: {key: …}}, or give the destination a key, or ask for the reversible kind by name: {hash: {plain: sha256}}")
	f(r("yellow", "class: yellow", "block")+r("mail", "type: email", "mask"), never("mail", "yellow", "9"))
	f(r("mail", "type: email", "mask") + r("yellow", "class: yellow", "block"))
	f(r("yellow", "class: yellow, path: traits", "block")+r("mail", "type: email", "mask")+r("deep", "type: email, path: traits.a", "mask"),
		never("deep", "yellow", "9"))
	f(r("yellow", "class: yellow, path: traits", "block")+r("deep", "type: email, path: traits.a", "mask"), never("deep", "yellow", "9"))
	f(r("yellow", "class: yellow, event: Sign*", "block")+r("one", "type: email, event: Signed *", "mask"), never("one", "yellow", "9"))
	f(r("yellow", "class: yellow, event: Sign*", "block") + r("one", "type: email, event: '*'", "mask"))
	f(r("here", "type: email, destination: a", "block") + r("there", "type: email", "mask"))
	f(r("here", "type: email, destination: a", "block")+r("there", "type: email, destination: {not: a}", "block")+r("none", "type: email", "mask"),
		`warning rule "none" can never match: earlier rules, the last of them "there" on line 10, decide first`)
	f(r("labels", "type: email, destination: {label: x}", "block")+r("none", "type: email", "mask"), never("none", "labels", "9"))
	f(r("new", "type: email, status: new", "block") + r("rest", "type: email", "mask"))
	f(r("both", "type: email, status: [new, approved]", "block")+r("rest", "type: email", "mask"), never("rest", "both", "9"))
	f(r("web", "type: email, source: web", "block") + r("rest", "type: email", "mask"))
	f(r("each", "type: email, source: [web, unknown]", "block")+r("rest", "type: email", "mask"), never("rest", "each", "9"))
	f(r("typed", "class: [red, yellow, green]", "block") + r("path", "path: traits.note", "block"))
	f(r("path", "path: '**'", "block") + r("event", "event: X", "drop"))
	f(r("nowhere", "destination: {not: [a, b]}", "block"), `warning rule "nowhere" can never match: it selects no destination`)
	f(r("label", "destination: {label: y, not: b}", "block"), `warning rule "label" can never match: it selects no destination`)
	f(r("class", "class: red, type: email", "block"), `warning type "email" can never match here: its class is yellow, which this rule does not select`)
	f(r("off", "type: free_text", "block"), `warning type "free_text" is switched off under types and never found`)
	f(r("first", "", "block")+"sources2: 1\n", `error unknown key "sources2" in the configuration`)
}

func TestSourceShadowed(t *testing.T) {
	f := func(second string, want bool) {
		t.Helper()
		in := head + oneRule + "sources:\n  - {name: a, match: {host: example.com, path: \"/in/*\"}}\n  - {name: b, match: " + second + "}\n"
		_, report := Parse("c.yaml", []byte(in), testEnv)
		if got := strings.Contains(report.String(), `source "b" can never match`); got != want {
			t.Errorf("%s: %q", second, report.String())
		}
	}
	f(`{host: "Example.com:8080", path: /in/x, write_key: w}`, true)
	f(`{host: example.com}`, false)
	f(`{path: /in/x}`, false)
	f(`{host: example.com, path: "/i*"}`, false)
}

func TestTruncatedIsRefused(t *testing.T) {
	lines := strings.SplitAfter(full, "\n")
	for n := range lines[:len(lines)-2] {
		if p, report := Parse("c.yaml", []byte(strings.Join(lines[:n], "")), testEnv); p != nil || !report.HasErrors() {
			t.Errorf("the first %d lines load as a whole configuration", n)
		}
	}
}

func TestSecretFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("good", "0123456789abcdef\n", 0o600)
	write("open", "0123456789abcdef", 0o644)
	write("short", "0123456789abcde\n", 0o600)
	f := func(file, want string) {
		t.Helper()
		path := filepath.Join(dir, "c.yaml")
		write("c.yaml", strings.Replace(head, `secret: "${KEY}"`, "secret_file: "+file, 1)+oneRule, 0o600)
		p, report := Load(path, testEnv)
		if got := strings.ReplaceAll(report.String(), path, "c.yaml"); got != want {
			t.Errorf("%s: got  %s\nwant %s", file, got, want)
		}
		if p != nil && len(p.Rules) != 1 {
			t.Errorf("%s: the policy is not whole", file)
		}
	}
	f("good", "")
	f("open", "c.yaml:3:30: warning: every user of this machine can read secret_file; take the permission away: chmod o-r")
	f("short", "c.yaml:3:30: error: secret_file, without the newline at its end, must have at least 16 bytes")
	f(dir, "c.yaml:3:30: error: cannot read secret_file: it is not a regular file")
	f(".", "c.yaml:3:30: error: cannot read secret_file, relative to the folder of the configuration: it is not a regular file")
}

func TestLoadNoFile(t *testing.T) {
	p, report := Load("no-such-file.yaml", testEnv)
	if want := "no-such-file.yaml: error: cannot read the configuration: no such file or directory"; p != nil || report.String() != want {
		t.Errorf("got %q, want %q", report.String(), want)
	}
}

func TestDefault(t *testing.T) {
	p, err := Default("https://collector.example.com/")
	if err != nil || p.Destination("collector") != 0 || p.Destinations[0].Queued || p.Observe {
		t.Fatalf("Default gives %v", err)
	}
	if _, err := Default("collector.example.com"); err == nil {
		t.Error("Default accepts a URL without scheme")
	}
}

// TestPolicyFile holds the keys that configurations were promised.
func TestPolicyFile(t *testing.T) {
	p, report := Load("testdata/policy.yaml", func(string) (string, bool) { return "0123456789abcdef", true })
	want := `testdata/policy.yaml:57:5: warning: rule "new and unreviewed personal data waits" can never match: ` +
		`rule "personal data only where approved" on line 54 decides first`
	if p == nil || report.String() != want {
		t.Fatalf("got %s", report)
	}
	if d := p.Destinations[2]; !d.Queued || len(d.Consent) != 1 || d.Consent[0] != "marketing" {
		t.Errorf("mailer is %+v", d)
	}
	if len(p.Rules) != 7 || len(p.Sources) != 4 || len(p.Classifiers) != 1 {
		t.Errorf("%d rules, %d sources, %d classifiers", len(p.Rules), len(p.Sources), len(p.Classifiers))
	}
}

func TestManyProblems(t *testing.T) {
	f := func(in string, most int) {
		t.Helper()
		start := time.Now()
		p, report := Parse("c.yaml", []byte(in), testEnv)
		if p != nil || !report.HasErrors() || len(report.Problems) > most {
			t.Errorf("policy %v, %d problems", p != nil, len(report.Problems))
		}
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("took %v", d)
		}
	}
	f(head+oneRule+strings.Repeat("x: 1\n", 20000), maxProblems)
	f(head+"routes: ["+strings.Repeat("{path: /a, opaque: pass},", 1500)+"]\nx: 1\n"+oneRule, maxProblems+1)
	f(head+"rules: ["+strings.Repeat("{action: block},", maxList+1)+"]\n", 1)
	f(strings.Repeat("[", 1<<20), 1)
	f(strings.Repeat("#", maxFile+1), 1)
}

func TestManyRulesAreCheckedInTime(t *testing.T) {
	var in strings.Builder
	in.WriteString("version: 1\nmode: enforce\ndestinations:\n")
	for i := range maxDestinations {
		fmt.Fprintf(&in, "  - {name: d%d, url: \"http://d%d.example.com\", delivery: queued}\n", i, i)
	}
	in.WriteString("rules:\n")
	for i := range maxList {
		fmt.Fprintf(&in, "  - {when: {type: email, path: \"a.*.b%d.**\"}, action: block}\n", i)
	}
	start := time.Now()
	p, report := Parse("c.yaml", []byte(in.String()), testEnv)
	if p == nil || report.String() != "" {
		t.Error(report)
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("took %v", d)
	}
}
