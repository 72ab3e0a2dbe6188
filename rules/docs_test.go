package rules

import (
	"encoding/pem"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestReference holds docs/config.md and the code together: its example loads
// without a word and has every key, every key has a row, every row is a key, and
// the defaults are those of the code.
func TestReference(t *testing.T) {
	data, err := os.ReadFile("../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(data)
	_, rest, _ := strings.Cut(doc, "```yaml\n")
	example, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("docs/config.md has no example")
	}
	known := map[string]bool{} // key to whether the example has it
	name := docFolder(t) + "/config.md"
	env := func(name string) (string, bool) {
		if name == "DATABASE_URL" {
			return docDatabase, true
		}
		return "0123456789abcdef" + name, true
	}
	examples := []string{example}
	for _, m := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(rest, -1) {
		examples = append(examples, head+"  - {name: later, url: \"http://later.example.com\", delivery: queued}\n"+m[1]+oneRule) // a part that says otherwise
	}
	for _, example := range examples {
		p, report := parse(name, []byte(example), env, func(key string, used bool) { known[key] = known[key] || used })
		for _, problem := range report.Problems {
			if problem.Severity == Error || !strings.Contains(problem.Message, "pass forwards") {
				t.Errorf("the example: %s", problem)
			}
		}
		if p == nil {
			t.FailNow()
		}
	}

	rows := map[string]string{} // key to default
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| [^|\n]+ \\|([^|\n]*)\\|").FindAllStringSubmatch(doc, -1) {
		rows[m[1]] = strings.Trim(m[2], "` ")
	}
	for key, used := range known {
		if !used {
			t.Errorf("the example lacks %s", key)
		}
		if _, ok := rows[key]; !ok {
			t.Errorf("%s has no row", key)
		}
	}
	for key := range rows {
		if _, ok := known[key]; !ok {
			t.Errorf("the row %s is no key", key)
		}
	}

	d := defaults()
	l, w, to := d.Limits, d.Timeouts, newDestination()
	for key, want := range map[string]string{
		"listen.data": d.Listen.Data, "listen.admin": d.Listen.Admin,
		"limits.body": sizeText(l.Body), "limits.inflated": sizeText(l.Inflated), "limits.depth": strconv.Itoa(l.Depth),
		"limits.values": strconv.Itoa(l.Values), "limits.key_bytes": sizeText(int64(l.KeyBytes)), "limits.nested": strconv.Itoa(l.Nested),
		"limits.paths": strconv.Itoa(l.Paths), "limits.header": sizeText(int64(l.Header)), "limits.in_flight": sizeText(l.InFlight),
		"limits.connections": strconv.Itoa(l.Conns),
		"timeouts.read":      short(w.Read), "timeouts.write": short(w.Write), "timeouts.idle": short(w.Idle),
		"timeouts.upstream": short(w.Upstream), "timeouts.drain": short(w.Drain),
		"store.flush": short(d.Store.Flush), "store.poll": short(d.Store.Poll), "store.retention": short(d.Store.Retention),
		"store.points": strconv.Itoa(d.Store.Points), "portal.session": short(d.Portal.Session),
		"queue.max_bytes": sizeText(d.Queue.Bytes), "queue.max_age": spanText(d.Queue.Age), "queue.nats.stream": natsStream,
		"queue.nats.replicas": strconv.Itoa(natsReplicas), "consent.changes": strings.Join(d.Consent.Changes, ", "),
		"destinations[].retry.min": short(to.Retry.Min), "destinations[].retry.max": short(to.Retry.Max),
		"destinations[].retry.attempts": strconv.Itoa(to.Retry.Attempts), "destinations[].concurrency": strconv.Itoa(to.Concurrency),
		"destinations[].batch.events": strconv.Itoa(to.Batch.Events), "destinations[].batch.bytes": sizeText(to.Batch.Bytes),
		"cors.max_age": short(d.CORS.MaxAge), "reload.poll": short(d.ReloadPoll),
		"actions.truncate.ipv4": strconv.Itoa(keepIPv4), "actions.truncate.ipv6": strconv.Itoa(keepIPv6), "actions.truncate.length": strconv.Itoa(keepLength),
	} {
		if rows[key] != want {
			t.Errorf("the default of %s is %q, the row says %q", key, want, rows[key])
		}
	}
}

const docDatabase = "postgres://eventveil@db.example.com/eventveil"

// docFolder is a folder with the files that the documentation names.
func docFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	block := func(kind string) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: []byte("x")}))
	}
	for name, content := range map[string]string{"ca.pem": block("CERTIFICATE"), "client.pem": block("CERTIFICATE"), "client.key": block("EC PRIVATE KEY"),
		"ads.token": "0123", "nats.creds": "x", "nats.url": "nats://nats.example.com",
		"eventveil.key": "0123456789abcdef", "partners.txt": "Example", "backup.token": "fedcba9876543210",
		"oidc.secret": "0123", "database.url": docDatabase,
		"grace.hash": "$argon2id$v=19$m=65536,t=3,p=2$MDEyMzQ1Njc4OWFiY2RlZg$ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA"} {
		if err := os.WriteFile(dir+"/"+name, []byte(content+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// short writes a time span as people do: "2h" for "2h0m0s", "75s" for "1m15s".
func short(d time.Duration) string {
	if d%time.Hour == 0 {
		return strconv.Itoa(int(d/time.Hour)) + "h"
	}
	if d > 2*time.Minute && d%time.Minute == 0 {
		return strconv.Itoa(int(d/time.Minute)) + "m"
	}
	return strconv.Itoa(int(d/time.Second)) + "s"
}
