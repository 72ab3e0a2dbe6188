package rules

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPath(t *testing.T) {
	d := &Destination{Paths: []PathMap{{"/v1/t", "/track"}, {"/v1/*", "/collect/*"}, {"/all/*", "/one"}, {"/*", "/rest/*"}}}
	f := func(in, want string) {
		t.Helper()
		if got := d.Path(in); got != want {
			t.Errorf("%s goes to %s, want %s", in, got, want)
		}
	}
	f("/v1/t", "/track")
	f("/v1/track", "/collect/track")
	f("/v1/", "/collect/")
	f("/v1/a/b*", "/collect/a/b*")
	f("/all/x", "/one")
	f("/v1", "/rest/v1")
	f("/", "/rest/")
	d.Paths = d.Paths[:1]
	f("/v1/p", "/v1/p")
	d.Paths = nil
	f("/v1/t", "/v1/t")
}

// destinations is a configuration of these, and of what stands behind them.
func destinations(list, more string) string {
	return "version: 1\nmode: enforce\nkeys: [{id: k1, secret: \"${KEY}\"}]\ndestinations:\n" + list + oneRule + more
}

func TestDestinationDefaults(t *testing.T) {
	p, report := Parse("c.yaml", []byte(destinations(`  - {name: a, url: "http://a.example.com"}
  - {name: b, url: "http://b.example.com", delivery: queued}
`, "")), testEnv)
	if report.String() != "" {
		t.Fatal(report)
	}
	want := Destination{Name: "a", URL: "http://a.example.com", Default: p.Destinations[0].Default, Retry: Retry{time.Second, 5 * time.Minute, 15},
		Batch: Batch{100, 500 << 10}, Concurrency: 8, Backlog: Backlog{1 << 30, 7 * 24 * time.Hour, false}}
	if diff := cmp.Diff(want, p.Destinations[0]); diff != "" {
		t.Errorf("inline (-want +got)\n%s", diff)
	}
	want.Name, want.URL, want.Queued, want.Integrations = "b", "http://b.example.com", true, []string{"b"}
	if diff := cmp.Diff(want, p.Destinations[1]); diff != "" {
		t.Errorf("queued (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(Queue{Backlog: want.Backlog}, p.Queue); diff != "" {
		t.Errorf("queue (-want +got)\n%s", diff)
	}
	deny := Denies{All: true}
	if diff := cmp.Diff(Consent{Changes: []string{"Segment Consent Preference Updated"}, GPC: deny, DNT: deny}, p.Consent); diff != "" {
		t.Errorf("consent (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(DeviceMode{}, p.DeviceMode); diff != "" {
		t.Errorf("device_mode (-want +got)\n%s", diff)
	}
}

func TestDestinationSettings(t *testing.T) {
	dir := docFolder(t)
	p, report := Parse(dir+"/c.yaml", []byte(destinations(`  - name: a
    url: "https://a.example.com/in/"
    delivery: queued
    paths: {"/v1/t": /track, "/v1/*": "/c/*"}
    headers: {authorization: "Bearer ${SHORT}", X-Api-Key: {file: ads.token}, X-Team: growth, Content-Type: application/x.events+json}
    tls: {ca_file: ca.pem, cert_file: client.pem, key_file: client.key}
    integrations: [Mailer, Mail Tool]
    allow_list: true
    consent: [marketing, Email & SMS]
    consent_missing: allow
    consent_changes: forward
    retry: {min: 20ms, max: 1d, attempts: 3}
    rate: 500
    concurrency: 2
    order: none
    queue: {max_bytes: 100MiB, full: refuse}
  - {name: b, url: "http://b.example.com", delivery: queued, format: ndjson, integrations: ignore, batch: {events: 1, bytes: 1MiB}}
  - {name: c, url: "http://c.example.com", integrations: [C]}
`, `  - {name: t, when: {path: type}, action: allow}
  - {name: w, when: {path: x}, action: {integrations: {'a"\b': false, All: true, Ünï: false}}}
queue: {path: q.db, fsync: os, key: k1, max_bytes: 2GiB, max_age: 1d12h, full: drop_oldest,
  nats: {url_file: nats.url, credentials_file: nats.creds, tls: {ca_file: ca.pem}, stream: ev, replicas: 1}}
consent: {paths: [context.privacy.granted, granted], changes: [], gpc: [marketing], dnt: ignore}
device_mode: {url: "https://cdn.example.com", api_host: events.example.com/v1/, allow: [Braze, {name: GA 4, drop: [properties.email, traits]}]}
`)), testEnv)
	if report.String() != "" {
		t.Fatal(report)
	}
	a, b, c := p.Destinations[0], p.Destinations[1], p.Destinations[2]
	var headers []string
	for _, h := range a.Headers {
		headers = append(headers, h.Name+": "+string(h.Value))
	}
	if diff := cmp.Diff([]string{"Authorization: Bearer hunter2", "X-Api-Key: 0123", "X-Team: growth", "Content-Type: application/x.events+json"}, headers); diff != "" {
		t.Errorf("headers (-want +got)\n%s", diff)
	}
	tls := TLS{dir + "/ca.pem", dir + "/client.pem", dir + "/client.key", a.TLS.Digest}
	if tls.Digest == (TLS{}).Digest || tls.Digest == p.Queue.NATS.TLS.Digest {
		t.Error("the digest of the files does not tell others from them")
	}
	a.Headers, a.Default = nil, nil
	want := Destination{Name: "a", URL: "https://a.example.com/in", Queued: true, Paths: []PathMap{{"/v1/t", "/track"}, {"/v1/*", "/c/*"}}, TLS: tls,
		Integrations: []string{"Mailer", "Mail Tool"}, AllowList: true, Consent: []string{"marketing", "Email & SMS"}, ConsentMissing: true, ConsentChanges: true,
		Retry: Retry{20 * time.Millisecond, 24 * time.Hour, 3}, Rate: 500, Concurrency: 2, Unordered: true, Batch: Batch{100, 500 << 10},
		Backlog: Backlog{100 << 20, 36 * time.Hour, false}}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("a (-want +got)\n%s", diff)
	}
	if b.Format != PlainLines || b.Integrations != nil || b.Batch != (Batch{1, 1 << 20}) || b.Backlog != (Backlog{2 << 30, 36 * time.Hour, true}) {
		t.Errorf("b is %+v", b)
	}
	if diff := cmp.Diff([]string{"C"}, c.Integrations); diff != "" {
		t.Errorf("c (-want +got)\n%s", diff)
	}
	if q := p.Queue; q.Path != dir+"/q.db" || !q.NoSync || q.Key == nil || q.Key.ID != "k1" || string(q.NATS.URL) != "nats://nats.example.com" {
		t.Errorf("queue is %+v", q)
	}
	p.Queue.NATS.URL = nil
	if diff := cmp.Diff(NATS{Credentials: dir + "/nats.creds", TLS: TLS{CAFile: dir + "/ca.pem", Digest: p.Queue.NATS.TLS.Digest}, Stream: "ev", Replicas: 1}, *p.Queue.NATS); diff != "" {
		t.Errorf("nats (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(Consent{Paths: []string{"context.privacy.granted", "granted"}, GPC: Denies{Categories: []string{"marketing"}}}, p.Consent); diff != "" {
		t.Errorf("consent (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(DeviceMode{URL: "https://cdn.example.com", APIHost: "events.example.com/v1",
		Allow: []DeviceModeIntegration{{Name: "Braze"}, {Name: "GA 4", Drop: []string{"properties.email", "traits"}}}}, p.DeviceMode); diff != "" {
		t.Errorf("device_mode (-want +got)\n%s", diff)
	}
	act := p.Rules[2].Action
	if want := `"a\"\\b":false,"All":true,"Ünï":false`; act.Kind != Integrate || act.Integrations != want || !strings.HasSuffix(act.String(), ": "+want) {
		t.Errorf("the action is %q, %s", act.Integrations, act)
	}
	for _, name := range []string{"ads.token", "ca.pem", "client.pem", "client.key", "nats.url", "nats.creds"} {
		if !strings.Contains(strings.Join(p.Files, "\n")+"\n", dir+"/"+name+"\n") {
			t.Errorf("a change of %s does not reload", name)
		}
	}
}

func TestDestinationMistakes(t *testing.T) {
	dir := docFolder(t)
	write := func(name, content string, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(dir+"/"+name, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("breaks.txt", "a\nb", 0o600)
	write("none.txt", "\n", 0o600)
	write("open.txt", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")})), 0o644)
	if err := os.Chmod(dir+"/open.txt", 0o644); err != nil {
		t.Fatal(err)
	}
	write("locked.txt", string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("x")})), 0o600)
	// f reads two destinations: one with keys behind its name and url, and an inline one.
	const head = `  - {name: o, url: "http://o.example.com"}
  - {name: d, url: "https://d.example.com", `
	g := func(list, more string, want ...string) {
		t.Helper()
		p, report := Parse(dir+"/c.yaml", []byte(destinations(list, more)), testEnv)
		if (p == nil) != report.HasErrors() {
			t.Errorf("policy %v beside errors %v", p != nil, report.HasErrors())
		}
		got := strings.Split(strings.NewReplacer(dir+"/c.yaml:", "", dir+"/", "DIR/").Replace(report.String()), "\n")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s%s(-want +got)\n%s", list, more, diff)
		}
	}
	f := func(keys string, want ...string) {
		t.Helper()
		g(head+"delivery: queued,\n     "+keys+"}\n", "", want...)
	}
	f("format: xml", `7:14: error: unknown format "xml"; known are received, json, ndjson`)
	f("allow_list: yes", `7:18: error: unknown allow_list "yes"; known are true`)
	f("allowlist: true", `7:6: error: unknown key "allowlist" in a destination; did you mean "allow_list"?`)
	f("retry: {min: 1h, max: 1m, attempts: 0}", `7:13: error: retry.min, 1h0m0s, must not be longer than retry.max, 1m0s`,
		`7:42: error: retry.attempts must be a whole number from 1 to 1000`)
	f("retry: {min: 10m}", `7:13: error: retry.min, 10m0s, must not be longer than retry.max, 5m0s`)
	f("rate: 0, concurrency: 0, order: any", `7:12: error: rate must be a whole number from 1 to 1000000`,
		`7:28: error: concurrency must be a whole number from 1 to 1000`, `7:38: error: unknown order "any"; known are source, none`)
	f("format: json, batch: {events: 0, bytes: 100}", `7:36: error: batch.events must be a whole number from 1 to 10000`,
		`7:46: error: batch.bytes must be a size from 1KiB to 64MiB, such as 10MiB, 512KiB or a number of bytes`)
	f("batch: {events: 10}", `7:6: error: batch is for format: json and ndjson: as received, a request leaves as large as it came`)
	f("format: json, paths: {/a: /b}", `7:20: error: paths is for requests as received: in another format all go to the url itself`)
	f("consent_missing: allow, consent_changes: forward", `7:6: error: consent_missing needs consent, the list of the categories that this destination asks for`,
		`7:30: error: consent_changes needs consent, the list of the categories that this destination asks for`)
	f("queue: {max_bytes: 1, max_age: 1s, full: drop}",
		`7:25: error: queue.max_bytes must be a size from 64KiB to 16384GiB, such as 10MiB, 512KiB or a number of bytes`,
		`7:37: error: queue.max_age must be a time span from 1m0s to 365d, such as 30s, 2h or 7d`,
		`7:47: error: unknown full "drop"; known are refuse, drop_oldest`)
	f("queue: {max_bytes: 1MiB}", `6:5: warning: max_bytes of destination "d" is smaller than limits.body: a large request would be refused for ever`)
	g(head+`retry: {min: 1s}, rate: 1, batch: {events: 1}, concurrency: 1, order: none, queue: {full: refuse}, format: json, delivery: inline}`+"\n", "",
		`6:45: error: retry is for queued destinations: write delivery: queued, or leave it out`,
		`6:63: error: rate is for queued destinations: write delivery: queued, or leave it out`,
		`6:72: error: batch is for queued destinations: write delivery: queued, or leave it out`,
		`6:92: error: concurrency is for queued destinations: write delivery: queued, or leave it out`,
		`6:108: error: order is for queued destinations: write delivery: queued, or leave it out`,
		`6:121: error: queue is for queued destinations: write delivery: queued, or leave it out`,
		`6:144: error: an inline destination gets requests as they came, as its answer is the SDK's answer: write delivery: queued for another format`,
		`6:168: error: only one destination can be inline: its answer is the SDK's answer; write delivery: queued`)

	f(`integrations: Mixpanel`, `7:20: error: integrations must be a list of names, [Mixpanel], or the word ignore`)
	f(`integrations: [all, ""]`, `7:21: error: "All" means every destination in integrations; write the names of this one`,
		`7:26: error: a name in integrations must not be empty`)
	f(`integrations: []`, `7:20: error: integrations must not be an empty list; write the word ignore to heed none`)

	f(`paths: {v1: /a, /b: c, "/b*": /d*, /c: "/d*", /e: "/d?x", /b: /x, /bc: /y}`,
		`7:14: error: a path of requests must begin with "/" and may end in "*", without query`,
		`7:26: error: a path below url must begin with "/" and may end in "*", without query`,
		`7:45: error: a path below url can end in "*" only when the path before it does: there is no rest to stand there`,
		`7:56: error: a path below url must begin with "/" and may end in "*", without query`,
		`7:64: error: this key in paths is already on line 7`,
		`7:72: warning: this path can never match: "/b*" before it decides first`)

	f(`headers: {Authorization: hunter2, X-Trace: on, x-auth_token: hunter2, "X Y": a, X-Trace: b, x-trace: c}`,
		`7:31: warning: a secret is written in this file; take it from the environment, "${NAME}", or from a file, {file: PATH}`,
		`7:67: warning: a secret is written in this file; take it from the environment, "${NAME}", or from a file, {file: PATH}`,
		`7:76: error: a header must be named by letters, digits and "-" or "_"`,
		`7:86: error: this key in headers is already on line 7`,
		`7:98: error: header X-Trace is there twice`)
	f(`headers: {Cookie: "${SHORT}", host: x, X-A: "a\r\nb", X-B: "\x7f", X-C: {file: breaks.txt}, X-D: {file: none.txt}, X-E: {hunter2}, X-F: ""}`,
		`7:16: error: header Cookie cannot be set: it is this proxy's own, or ends at it`,
		`7:36: error: header Host cannot be set: it is this proxy's own, or ends at it`,
		`7:50: error: value of header X-A must have no line breaks or other control characters`,
		`7:65: error: value of header X-B must have no line breaks or other control characters`,
		`7:78: error: value of header X-C must have no line breaks or other control characters`,
		`7:110: error: there is nothing in file`,
		`7:126: error: key "file" is missing in value of a header`,
		`7:127: error: unknown key in value of a header; known are file`,
		`7:142: error: value of a header must not be empty`)
	f(`headers: {}`, `7:15: error: headers must name at least one header`)
	f(`headers: [a]`, `7:15: error: headers must be a mapping of names to values, not a list`)

	f(`tls: {ca_file: nowhere, cert_file: ca.pem, key_file: ca.pem}`,
		`7:21: error: cannot read tls.ca_file, "DIR/nowhere": no such file or directory`, `7:59: error: there is no private key in PEM in tls.key_file`)
	f(`tls: {ca_file: "${SHORT}"}`, `7:21: error: cannot read tls.ca_file, relative to the folder of the configuration: no such file or directory`)
	f(`tls: {ca_file: "`+strings.Repeat("x", 300)+`"}`, `7:21: error: cannot read tls.ca_file, relative to the folder of the configuration: file name too long`)
	f(`tls: {ca_file: /nowhere/ca.pem, cert_file: client.pem, key_file: hunter2}`,
		`7:21: error: cannot read tls.ca_file, "/nowhere/ca.pem": no such file or directory`,
		`7:71: error: cannot read tls.key_file, relative to the folder of the configuration: no such file or directory`)
	f(`headers: {X-A: {file: hunter2}, X-B: {file: /nowhere/hunter2}}`,
		`7:28: error: cannot read file, relative to the folder of the configuration: no such file or directory`,
		`7:50: error: cannot read file: no such file or directory`)
	f(`tls: {ca_file: ads.token, cert_file: client.pem}`,
		`7:11: error: tls.cert_file and tls.key_file go together: one proves nothing without the other`,
		`7:21: error: there is no certificate in PEM in tls.ca_file`)
	f(`tls: {cert_file: client.pem, key_file: locked.txt}`, `7:45: error: the key in tls.key_file is encrypted; take the password off, and let nobody else read the file`)
	f(`tls: {cert_file: client.pem, key_file: open.txt}`, `7:45: warning: every user of this machine can read tls.key_file; take the permission away: chmod o-r`)
	f(`tls: {}`, `7:11: error: tls must have ca_file, or cert_file and key_file`)
	g(`  - {name: d, url: "http://d.example.com", tls: {ca_file: ca.pem}}`+"\n", "", `5:44: error: tls has no meaning for an http:// url: write https://`)

	// Where delivery is misspelt nothing is said that depends on it.
	g(head+`delivery: queud, allow_list: true, retry: {min: 2s}, queue: {full: refuse}}`+"\n", "queue: {fsync: os}\non_error: pass\n",
		`6:55: error: unknown delivery "queud"; did you mean "queued"?`,
		`10:11: warning: on_error: pass forwards bodies that could not be read, with whatever personal data they hold`)
	g(`  - {name: d, url: "https://d.example.com", delivery: queud}`+"\n", "device_mode: {api_host: keep}\n",
		`5:55: error: unknown delivery "queud"; did you mean "queued"?`)

	// Two of the same.
	const later = `  - {name: a, url: "http://a.example.com", delivery: queued}` + "\n"
	g(later+`  - {name: b, url: "http://a.example.com/", delivery: queued}`+"\n", "",
		`6:20: warning: destination "b" has the same url and format as "a": what both may have arrives there twice`)
	g(later+`  - {name: b, url: "http://a.example.com/", delivery: queued, format: json}`+"\n"+`  - {name: c, url: "http://a.example.com/"}`+"\n", "", "")

	// What nobody has read is never queued.
	g(later, "on_error: pass\nroutes: [{path: /a, opaque: pass}, {path: /b, on_error: block}]\n",
		`8:11: error: on_error: pass needs an inline destination: a body that nobody has read is never queued; leave it out, or make one destination inline`,
		`8:11: warning: on_error: pass forwards bodies that could not be read, with whatever personal data they hold`,
		`9:29: error: opaque: pass needs an inline destination: a body that nobody has read is never queued; leave it out, or make one destination inline`,
		`9:29: warning: opaque: pass forwards the bodies of this route unread, with whatever personal data they hold`)
	g(`  - {name: a, url: "http://a.example.com", allow_list: true}`+"\n", "on_error: pass\n",
		`8:11: error: on_error: pass sends bodies that nobody has read to destination "a", which may have only what is approved; leave one of them out`,
		`8:11: warning: on_error: pass forwards bodies that could not be read, with whatever personal data they hold`)
	g(later, "", "")

	// The queue.
	g(later, "queue: {path: \":memory:\"}\n", `8:15: warning: queue.path ":memory:" loses what waits when the process ends, though it was acknowledged`)
	g(later, "queue: {path: \":memory:\", nats: {url: \"nats://n.example.com\"}}\n",
		`8:15: error: with queue.nats the queue needs a file: it keeps what the cluster has not taken over yet`)
	g(later, "queue: {path: s.db}\nstore: {path: s.db}\n", `8:1: error: queue and store must be two files`)
	g(later, "queue: {path: c.yaml}\nstore: {path: \"../"+filepath.Base(dir)+"/c.yaml\"}\n",
		`8:15: error: queue.path is the file of this configuration; name another one, which is made when it is not there`,
		`9:15: error: store.path is the file of this configuration; name another one, which is made when it is not there`)
	write("c.yaml", "", 0o600)
	if err := os.Symlink("c.yaml", dir+"/link.yaml"); err != nil {
		t.Fatal(err)
	}
	g(later, "queue: {path: link.yaml}\n", `8:15: error: queue.path is the file of this configuration; name another one, which is made when it is not there`)
	g(later, "queue: {path: ads.token}\n", "")
	g(later, "queue: {fsync: never, key: k2, max_age: 400d, maxbytes: 1}\n", `8:16: error: unknown fsync "never"; known are always, os`,
		`8:28: error: unknown key id "k2"; did you mean "k1"?`,
		`8:41: error: queue.max_age must be a time span from 1m0s to 365d, such as 30s, 2h or 7d`,
		`8:47: error: unknown key "maxbytes" in queue; did you mean "max_bytes"?`)
	g(later, "queue: {nats: {url: \"nats://ada:hunter2@n.example.com,nats://m.example.com\", stream: a.b, replicas: 9, hunter2}}\n",
		`8:21: warning: a secret is written in this file; take it from the environment, "${NAME}", or from a file, url_file`,
		`8:86: error: queue.nats.stream must be at most 32 letters, digits, "_" or "-": the names of streams and subjects begin with it`,
		`8:101: error: queue.nats.replicas must be a whole number from 1 to 5`,
		`8:104: error: unknown key in queue.nats; known are url, url_file, credentials_file, tls, stream, replicas`)
	g(later, "queue: {nats: {url: \"nats://${SHORT}@n.example.com\"}}\n", "")
	g(later, "queue: {nats: {url: \"nats://n.example.com, http://x\"}}\n", `8:21: error: url of queue.nats must begin with nats:// or tls://`)
	g(later, "queue: {nats: {url: \"nats://\"}}\n", `8:21: error: url of queue.nats must name a host`)
	g(later, "queue: {nats: {url: \"nats://a b:x\"}}\n", `8:21: error: url of queue.nats is not a URL; it must be such as "nats://host:4222", several separated by commas`)
	g(later, "queue: {nats: {stream: x, credentials_file: nowhere}}\n", `8:15: error: key "url" or "url_file" is missing in queue.nats`,
		`8:45: error: cannot read queue.nats.credentials_file, relative to the folder of the configuration: no such file or directory`)
	g(`  - {name: o, url: "http://o.example.com"}`+"\n", "queue: {fsync: os}\nconsent: {gpc: ignore}\n",
		`8:1: warning: no destination has delivery: queued, so queue changes nothing`,
		`9:1: warning: no destination asks for consent, so consent changes nothing`)

	// Consent and browsers.
	const asks = `  - {name: a, url: "http://a.example.com", delivery: queued, consent: [marketing, "${SHORT}"]}` + "\n"
	g(asks, "consent: {paths: [a..b, \"a.*\", $.a], changes: [\"\"], gpc: allow, dnt: []}\n",
		`8:19: error: a path of consent must be names from the event downwards, joined by dots, such as context.privacy.granted`,
		`8:25: error: a path of consent must be names from the event downwards, joined by dots, such as context.privacy.granted`,
		`8:32: error: a path of consent must be names from the event downwards, joined by dots, such as context.privacy.granted`,
		`8:48: error: an event's name must not be empty`,
		`8:58: error: unknown gpc "allow"; known are deny, ignore`,
		`8:70: error: dnt must not be an empty list; write ignore when it takes nothing back`)
	g(asks, "consent: {gpc: [marketting, hunter3], dnt: [\"${SHORT}\", marketing]}\n",
		`8:17: warning: no destination asks for this category of consent, so the signal takes nothing back by it; did you mean "marketing"?`,
		`8:29: warning: no destination asks for this category of consent, so the signal takes nothing back by it`)
	g(later, "device_mode: {allow: all}\n", `8:1: error: device_mode needs url: there is no inline destination that could be asked for settings`,
		`8:22: warning: allow: all lets browsers load every integration; what these send goes past this proxy and its rules`)
	g(later, "device_mode: {url: cdn, api_host: \"https://e.example.com\", allow: any}\n",
		`8:1: error: device_mode needs url: there is no inline destination that could be asked for settings`,
		`8:20: error: device_mode.url must be http:// or https:// with a host and an optional path: the scheme is another one or is missing`,
		`8:35: error: device_mode.api_host must be a host and a path without scheme, such as "events.example.com/v1", or the word keep`,
		`8:67: error: device_mode.allow must be a list of integrations, or the word all`)
	g(later, "device_mode: {url: \"https://cdn.example.com\", api_host: keep, allow: [A, {name: A, drop: [a]}, {drop: [\"a[]\"]}, {name: B}]}\n",
		`8:81: error: the name of this integration is already used on line 8; names must differ`,
		`8:96: error: key "name" is missing in an integration`,
		`8:104: error: a member to drop must be names from the event downwards, joined by dots, such as context.privacy.granted`,
		`8:113: error: key "drop" is missing in an integration`)

	// The action.
	a := func(action string, want ...string) {
		t.Helper()
		g(later, "  - {action: "+action+"}\n", want...)
	}
	a("integrations", `8:14: error: integrations needs to know what to write: {integrations: {Mixpanel: false}}`)
	a("{integrations: {}}", `8:29: error: integrations must have at least one name, such as {Mixpanel: false}`)
	a("{integrations: [A]}", `8:29: error: integrations must be a mapping of names to true and false, not a list`)
	a(`{integrations: {A: no, "": true, B: true, B: false, "a\tb": true, b: true}}`, `8:33: error: unknown value in integrations "no"; known are false, true`,
		`8:37: error: a key of integrations must be a word that is not empty`,
		`8:56: error: this key in integrations is already on line 8`,
		`8:66: error: a name in integrations must be at most 200 bytes on one line`,
		`8:80: error: this name, in any case, is already used on line 8; names must differ`)
}

func TestLeadsBack(t *testing.T) {
	f := func(data, url string, want bool) {
		t.Helper()
		in := "version: 1\nmode: enforce\nlisten: {data: \"" + data + "\", admin: \"127.0.0.1:9090\"}\ndestinations:\n  - {name: a, url: \"" + url + "\"}\n" + oneRule
		_, report := Parse("c.yaml", []byte(in), testEnv)
		if got := strings.HasPrefix(report.String(), "c.yaml:5:20: error: this url points at this proxy itself, listen."); got != want {
			t.Errorf("%s from %s: %q", url, data, report)
		}
		in = "version: 1\nmode: enforce\nlisten: {data: \"" + data + "\", admin: \"127.0.0.1:9090\"}\ndestinations: [{name: a, url: \"http://a.example.com\"}]\n" +
			"device_mode: {url: \"" + url + "\"}\n" + oneRule
		_, report = Parse("c.yaml", []byte(in), testEnv)
		if got := strings.HasPrefix(report.String(), "c.yaml:5:20: error: this url points at this proxy itself, listen."); got != want {
			t.Errorf("device_mode, %s from %s: %q", url, data, report)
		}
	}
	for url, want := range map[string]bool{
		"http://127.0.0.1:8080": true, "http://localhost:8080/x": true, "http://LOCALHOST.:8080": true, "http://[::1]:8080": true, "http://127.8.0.1:8080": true,
		"http://0.0.0.0:8080": true, "http://[::]:8080": true, "http://[::ffff:127.0.0.1]:8080": true, "http://a.localhost:8080": true, "https://localhost:8080": true,
		"http://127.0.0.1:9090": true, "http://localhost:9090": true, "http://[::1]:9090": false,
		"http://127.0.0.1:8081": false, "http://127.0.0.1": false, "http://192.0.2.1:8080": false, "http://a.example.com:8080": false,
	} {
		f(":8080", url, want)
	}
	f("0.0.0.0:80", "http://localhost", true)
	f("0.0.0.0:443", "https://localhost", true)
	f("[::]:443", "http://localhost", false)
	f("127.0.0.1:80", "http://127.0.0.1", true)
	f("127.0.0.1:80", "http://127.0.0.2", false)
	f("127.0.0.1:80", "http://0.0.0.0", true)
	f("localhost:80", "http://127.0.0.1", true)
	f("[::1]:80", "http://localhost", true)
	f("192.0.2.1:80", "http://192.0.2.1", true)
	f("192.0.2.1:80", "http://localhost", false)
	f("Events.example.com:80", "http://events.example.com.", true)
	f("192.0.2.1:0", "http://192.0.2.1", false)

	if _, err := Default("http://127.0.0.1:8080"); err != nil {
		t.Errorf("without a file the ports are not known yet: %v", err)
	}
	if p, _ := Default("http://127.0.0.1:9000"); p.Listen != defaults().Listen {
		t.Errorf("without a file the listeners are %+v", p.Listen)
	}
}

func TestSpans(t *testing.T) {
	f := func(in string, want time.Duration) {
		t.Helper()
		got, err := parseSpan(in)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("%s is %v, %v, want %v", in, got, err, want)
		}
	}
	f("7d", 7*day)
	f("1d12h", 36*time.Hour)
	f("90m", 90*time.Minute)
	f("0d", 0)
	for _, bad := range []string{"", "d", "1.5d", "-1d", "1d-1h", "1d2d", "99999d", "7", "1d ", "+1d"} {
		f(bad, -1)
	}
}
