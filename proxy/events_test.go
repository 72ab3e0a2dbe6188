package proxy

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/engine"
)

// TestOutcomes holds that every event is counted once, and what arrives.
func TestOutcomes(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, enforcing, c.URL, nil)
	f := func(path, contentType, body, want string, counts ...string) {
		t.Helper()
		before := map[string]float64{}
		for _, o := range outcomeNames {
			before[o] = p.outcome(t, o)
		}
		a := p.send(t, "POST", path, body, "Content-Type", contentType)
		if want == "" {
			c.none(t)
		} else if a.status != 200 {
			t.Errorf("%s %s: status %d", path, body, a.status)
		} else if got := c.one(t).body; !strings.Contains(want, "*") && got != want || !match(want, got) {
			t.Errorf("%s %s: arrived\n%s, want\n%s", path, body, got, want)
		}
		var got []string
		for _, o := range outcomeNames {
			if n := p.outcome(t, o) - before[o]; n != 0 {
				got = append(got, fmt.Sprintf("%s %v", o, n))
			}
		}
		if diff := cmp.Diff(counts, got); diff != "" {
			t.Errorf("%s %s: counts (- want, + got)\n%s", path, body, diff)
		}
	}
	const js, text, lines = "application/json", "text/plain", "application/x-ndjson"
	f("/v1/track", js, ` {"event" : "E", "n": 10.00, "n": 9007199254740993} `, ` {"event" : "E", "n": 10.00, "n": 9007199254740993} `, "forwarded 1")
	f("/v1/t", text, `{"event":"E","properties":{"email":"ada.l@example.com"}}`, `{"event":"E","properties":{"email":"h1:k1:*"}}`, "altered 1")
	f("/v1/batch", js, `{"batch":[{"event":"A"},{"event":"B","email":"ada.l@example.com"},{"event":"Internal x"}],"sentAt":1}`,
		`{"batch":[{"event":"A"},{"event":"B","email":"h1:k1:*"}],"sentAt":1}`, "forwarded 1", "altered 1", "blocked 1")
	f("/beacon/v1/batch?writeKey=wk_test", text, `{"batch":[{"event":"A"}]}`, `{"batch":[{"event":"A"}]}`, "forwarded 1")
	f("/v1/batch", js, `{"batch":[{"event":"Internal a"},{"event":"Internal b"}]}`, "", "blocked 2")
	f("/v1/track", js, `{"event":"Internal a"}`, "", "blocked 1")
	f("/v1/m", text, `{"series":[{"value":1}]}`, `{"series":[{"value":1}]}`, "forwarded 1")
	f("/any/path", js, `[{"event":"A"},{"event":"Internal"},{"event":"Internal x"},{"email":"ada.l@example.com"}]`,
		`[{"event":"A"},{"event":"Internal"},{"email":"h1:k1:*"}]`, "forwarded 2", "altered 1", "blocked 1")
	f("/any/path", lines, "{\"event\":\"A\"}\n{\"event\":\"Internal x\"}\n{\"email\":\"ada.l@example.com\"}\n",
		"{\"event\":\"A\"}\n{\"email\":\"h1:k1:*\"}\n", "forwarded 1", "altered 1", "blocked 1")
	f("/any/path", js, `{"card":"4111111111111111"}`, `{}`, "altered 1")
	f("/v1/track", js, `{"event":"E","email":"ada.l@example.com"`, "", "invalid 1")
	f("/v1/track", js, ``, "", "invalid 1")
}

// match compares with a pattern in which * is any text.
func match(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for _, part := range parts[1:] {
		i := strings.Index(text, part)
		if part == parts[len(parts)-1] {
			i = strings.LastIndex(text, part)
		}
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return text == ""
}

// TestRefused holds what is not forwarded, and how it is answered and counted.
func TestRefused(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, with("limits: {depth: 8, values: 50, key_bytes: 64}\nroutes: [{path: /lines, format: ndjson}]"), c.URL, nil)
	f := func(path, contentType, body string, want int, reason string) {
		t.Helper()
		before := p.refusedBy(t, reason)
		a := p.send(t, "POST", path, body, "Content-Type", contentType)
		if a.status != want || p.refusedBy(t, reason) != before+1 {
			t.Errorf("%s %s %.60q: status %d, want %d, counted as %q %v times", path, contentType, body, a.status, want, reason, p.refusedBy(t, reason)-before)
		}
		if a.header.Get("Content-Type") != "application/json" || !match(`{"success":false,"message":"*","code":"*"}`, a.body) || strings.Contains(a.body, "SECRET") {
			t.Errorf("%s %.60q: answer %s %s", path, body, a.header.Get("Content-Type"), a.body)
		}
	}
	const js = "application/json"
	f("/v1/track", js, `{"a":"SECRET",}`, 400, "syntax")
	f("/v1/track", js, `{"a":1}{"b":"SECRET"}`, 400, "syntax")
	f("/v1/track", js, `{a:1}`, 400, "syntax")
	f("/v1/track", js, `{'a':1}`, 400, "syntax")
	f("/v1/track", js, `{"a":NaN}`, 400, "syntax")
	f("/v1/track", js, "\xef\xbb\xbf{\"a\":1}", 400, "syntax")
	f("/v1/track", js, "{\x00\"\x00a\x00\"\x00:\x001\x00}\x00", 400, "syntax")
	f("/v1/track", js, `"SECRET"`, 400, "syntax")
	f("/v1/batch", js, `[{"a":1}]`, 400, "syntax")
	f("/v1/track", js, "{\"em\xffail\":\"SECRET\"}", 400, "utf8")
	f("/v1/track", js, strings.Repeat(`{"a":`, 9)+"1"+strings.Repeat("}", 9), 400, "depth")
	f("/v1/track", js, strings.Repeat(`{"a":`, 100000), 400, "depth")
	f("/v1/track", js, `{"a":[`+strings.Repeat("1,", 60)+`1]}`, 400, "values")
	f("/v1/track", js, `{"`+strings.Repeat("k", 100)+`":1}`, 400, "key_bytes")
	f("/v1/track", js, "  \n", 400, "empty")
	f("/collect", js, `"ada.l@example.com"`, 400, "syntax")
	f("/collect", js, `4111111111111111`, 400, "syntax")
	f("/collect", js, "{\"a\":1}\n{\"b\":2}", 400, "syntax")
	f("/collect", "", "email=ada.l@example.com", 415, "unsupported_media_type")
	f("/collect", "application/x-www-form-urlencoded", "data=eyJlbWFpbCI6ImFkYS5sQGV4YW1wbGUuY29tIn0=", 415, "unsupported_media_type")
	f("/collect", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nada.l@example.com\r\n--b--\r\n", 415, "unsupported_media_type")
	f("/v1/track", "multipart/form-data; boundary=b", "--b\r\n\r\nada.l@example.com\r\n--b--\r\n", 415, "unsupported_media_type")
	f("/collect", "application/xml", "<email>ada.l@example.com</email>", 415, "unsupported_media_type")
	f("/v1/track", "application/x-protobuf", "\x0a\x11ada.l@example.com", 415, "unsupported_media_type")
	f("/collect", "application/msgpack", "\x81\xa5email\xb1ada.l@example.com", 415, "unsupported_media_type")
	f("/lines", js, "{\"a\":1}\n\"ada.l@example.com\n", 400, "syntax")
	c.none(t)
}

func TestObserve(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, strings.Replace(enforcing, "mode: enforce", "mode: observe", 1), c.URL, nil)
	const body = `{"event":"Internal x","properties":{"email":"bob@example.com", "card":"4222222222222"}}`
	p.post(t, 200, "/v1/track?email=bob@example.com", body, "User-Agent", "bob@example.com/1")
	a := c.one(t)
	if a.body != body || a.target != "/v1/track?email=bob@example.com" || a.header.Get("User-Agent") != "bob@example.com/1" || a.header.Get("X-Forwarded-For") != "127.0.0.1" {
		t.Errorf("arrived %+v", a)
	}
	if n := p.outcome(t, "forwarded"); n != 1 {
		t.Errorf("forwarded: %v", n)
	}
	if n := p.metric(t, `eventveil_findings_total{action="hash",class="yellow",destination="collector",type="email"}`); n == 0 {
		t.Errorf("what enforcing would do is not counted:\n%s", p.text(t))
	}
}

// TestAnswers holds that the collector's answer is the SDK's.
func TestAnswers(t *testing.T) {
	c := collect(t, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["Content-Type"] = nil
		h.Set("Set-Cookie", "sp=1; Path=/")
		h.Set("Retry-After", "7")
		h.Set("X-RateLimit-Reset", "9")
		h.Set("ETag", `"1"`)
		h.Set("Server", "secret/1.0")
		h.Set("X-Powered-By", "secret")
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Keep-Alive", "timeout=5")
		h.Set("Connection", "close")
		h.Set("X-Internal", "secret")
		h.Set("Trailer", "X-After")
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, "slow down")
		h.Set("X-After", "secret")
	})
	p := serve(t, enforcing, c.URL, nil)
	a := p.post(t, 429, "/v1/track", `{"event":"E"}`)
	if a.body != "slow down" || a.close {
		t.Errorf("body %q, close %v", a.body, a.close)
	}
	a.header.Del("Date")
	want := http.Header{"Set-Cookie": {"sp=1; Path=/"}, "Retry-After": {"7"}, "X-Ratelimit-Reset": {"9"}, "Etag": {`"1"`}, "Content-Length": {"9"}}
	if diff := cmp.Diff(want, a.header); diff != "" {
		t.Errorf("headers (- want, + got)\n%s", diff)
	}
	if n := p.outcome(t, "failed"); n != 1 {
		t.Errorf("failed: %v", n)
	}
}

func TestRoutes(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, with(`routes:
  - {path: "/raw/*", opaque: pass}
  - {path: /in/batch, format: segment}
  - {path: /lines, format: ndjson}
  - {path: /lenient, on_error: pass}`), c.URL, nil)
	p.post(t, 200, "/raw/replay?email=ada.l@example.com&ok=1", "\x00\x01bytes", "User-Agent", "ada.l@example.com", "Content-Encoding", "gzip")
	a := c.one(t)
	if a.body != "\x00\x01bytes" || a.header.Get("Content-Encoding") != "gzip" || !strings.Contains(a.target, "ok=1") || a.header.Get("X-Forwarded-For") != "127.0.0.0" {
		t.Errorf("arrived %+v", a)
	}
	p.post(t, 200, "/lenient", "{no json")
	if a := c.one(t); a.body != "{no json" {
		t.Errorf("arrived %+v", a)
	}
	p.post(t, 415, "/lenient2", "no json", "Content-Type", "application/xml")
	p.post(t, 200, "/in/batch", `{"batch":[{"event":"Internal x"},{"event":"E"}]}`)
	if a := c.one(t); a.body != `{"batch":[{"event":"E"}]}` {
		t.Errorf("arrived %+v", a)
	}
	p.post(t, 200, "/lines", "{\"event\":\"E\"}\n{\"event\":\"F\"}")
	c.one(t)
	if n := p.metric(t, "eventveil_opaque_total"); n != 2 {
		t.Errorf("eventveil_opaque_total %v, want 2", n)
	}
	if n := p.metric(t, "eventveil_passed_on_error_total"); n != 1 {
		t.Errorf("eventveil_passed_on_error_total %v, want 1", n)
	}
	if n := p.outcome(t, "forwarded"); n != 5 {
		t.Errorf("forwarded %v, want 5", n)
	}
}

// notes is a Recorder.
type notes struct{ paths []string }

func (n *notes) Record(in *engine.Inspector) {
	for i := range in.Len() {
		n.paths = append(n.paths, fmt.Sprint(in.Source(), " ", in.Ruling(i).Path))
	}
}

// TestSources holds where the write key is looked for, and that it reaches the collector untouched.
func TestSources(t *testing.T) {
	c := collect(t, nil)
	var n notes
	p := serve(t, with(`sources:
  - {name: key, match: {write_key: "5555555555554444"}}
  - {name: team, match: {header: {X-Team: backend}}}
  - {name: host, match: {host: in.example.com}}`), c.URL, &n)
	f := func(want int, target, body string, headers ...string) arrival {
		t.Helper()
		n.paths = nil
		p.post(t, 200, target, body, headers...)
		if len(n.paths) == 0 || !strings.HasPrefix(n.paths[0], fmt.Sprint(want, " ")) {
			t.Errorf("%s %q: recorded %q, want source %d", target, headers, n.paths, want)
		}
		return c.one(t)
	}
	const body, key = `{"email":"bob@example.com"}`, "5555555555554444"
	f(0, "/v1/track", body)
	f(2, "/v1/track", body, "x-team", "backend")
	f(3, "/v1/track", body, "Host", "In.Example.Com:8080")
	if a := f(1, "/v1/track", body, "Authorization", "Basic NTU1NTU1NTU1NTU1NDQ0NDo="); a.header.Get("Authorization") != "Basic NTU1NTU1NTU1NTU1NDQ0NDo=" {
		t.Errorf("arrived with %q", a.header)
	}
	f(1, "/v1/track", body, "Authorization", "bearer "+key)
	if a := f(1, "/v1/track", body, "X-Write-Key", key); a.header.Get("X-Write-Key") != key {
		t.Errorf("arrived with %q", a.header)
	}
	for _, name := range []string{"writeKey", "write_key"} {
		target := "/beacon/v1/batch?a=1&" + name + "=" + key + "&b=2"
		if a := f(1, target, body); a.target != target {
			t.Errorf("%s arrived as %s", target, a.target)
		}
	}
	if a := f(1, "/v1/track", `{"writeKey":"`+key+`","email":"bob@example.com"}`); !strings.Contains(a.body, key) {
		t.Errorf("arrived %s", a.body)
	}
}
