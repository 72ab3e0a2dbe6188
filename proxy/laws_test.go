package proxy

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/proxy/wire"
)

// hideouts write a value in ways that a collector reads as the value. VALUE is a
// whole JSON string's text. The collector of these tests fails when one arrives.
var hideouts = []string{
	`{"email":"VALUE"}`,
	`{"properties":{"email":"VALUE"}}`,
	`{"email":"x","email":"VALUE"}`,
	`{"email":"VALUE","email":"x"}`,
	`{"properties":{"a":1},"properties":{"email":"VALUE"}}`,
	`{"\u0065mail":"VALUE"}`,
	`{"ｅｍａｉｌ":"VALUE"}`,
	`{"":"VALUE"}`,
	`{"properties":{"list":["a",["b",{"c":"VALUE"}]]}}`,
	`{"properties":{"note":"call VALUE now"}}`,
	`{"properties":{"json":"{\"email\":\"VALUE\"}"}}`,
	`{"properties":{"json":"[{\"a\":[\"VALUE\"]}]"}}`,
	`{"properties":{"url":"https://www.example.com/a?x=1&u=VALUE#f"}}`,
	`{"properties":{"url":"https://www.example.com/VALUE/a"}}`,
	`{"properties":{"VALUE":true}}`,
	`{"context":{"traits":{"email":"VALUE"},"page":{"url":"https://www.example.com/?email=VALUE"}}}`,
	`{"traits":{"email":"VALUE"},"userId":"VALUE","anonymousId":"VALUE"}`,
}

// owing is enforcing with queued destinations, which may have no more than the collector.
var owing = strings.Replace(enforcing, `url: "URL"}]`, `url: "URL"},
  {name: later, url: "http://later.example.com", delivery: queued}, {name: plain, url: "http://plain.example.com", delivery: queued, format: json}]`, 1)

// TestLaws posts hideouts on every path and in every place of a body: what the
// policy forbids reaches neither the collector, nor the files of the queue, nor the metrics.
func TestLaws(t *testing.T) {
	c := collect(t, nil)
	p, w := serveQueued(t, owing, c.URL)
	paths := []string{"/collect"}
	for _, r := range wire.Routes {
		paths = append(paths, r.Path)
	}
	sent := 0
	f := func(path, body string) {
		t.Helper()
		p.post(t, 200, path, body)
		sent++
		a := c.one(t)
		if !json.Valid([]byte(a.body)) {
			t.Errorf("%s %s: arrived %s", path, body, a.body)
		}
		for _, d := range []string{"later", "plain"} {
			if m := w.one(t, d); string(m.Body) != a.body || m.Path != path && path != "/collect" {
				t.Errorf("%s %s: for %s waits %+v", path, body, d, m)
			}
		}
	}
	for i, pattern := range hideouts {
		value := "ada.l@example.com"
		for _, v := range []string{value, strings.ReplaceAll(value, "@", `\u0040`), "4111111111111111"} {
			body := strings.ReplaceAll(pattern, "VALUE", v)
			if v == `ada.l\u0040example.com` && strings.Contains(pattern, `\"`) {
				body = strings.ReplaceAll(pattern, "VALUE", `ada.l\\u0040example.com`) // escaped once a level
			}
			f(paths[i%len(paths)], body)
			f("/v1/batch", `{"batch":[{"event":"A"},`+body+`]}`)
			f("/v1/batch", `{"context":`+body+`,"batch":[{"event":"A"}]}`)
			f("/v1/batch", `{"batch":[{"event":"A"}],"context":`+body+`}`)
			f("/collect", `[{"event":"A"},`+body+`]`)
		}
	}
	if n := p.outcome(t, "forwarded") + p.outcome(t, "altered") + p.outcome(t, "blocked"); n < float64(sent) {
		t.Errorf("%v events are counted, %d bodies were sent", n, sent)
	}
	files, err := filepath.Glob(w.path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no file of the queue: %v", err)
	}
	written := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range planted {
			if bytes.Contains(data, []byte(value)) {
				t.Errorf("a planted value is in %s", filepath.Base(name))
			}
		}
		written += bytes.Count(data, []byte("h1:k1:"))
	}
	if written == 0 {
		t.Error("nothing of the events is in the files: this test tells nothing about them")
	}
}

// TestEveryPath holds that each of Segment's paths takes an event, and those for
// batches a batch, with and without a slash at the end.
func TestEveryPath(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, enforcing, c.URL, nil)
	for _, r := range wire.Routes {
		for _, path := range []string{r.Path, r.Path + "/"} {
			p.post(t, 200, path, `{"event":"A","email":"ada.l@example.com"}`)
			if a := c.one(t); a.target != path || !match(`{"event":"A","email":"h1:k1:*"}`, a.body) {
				t.Errorf("%s: arrived %+v", path, a)
			}
			if r.Dialect != wire.SegmentBatch {
				continue
			}
			p.post(t, 200, path, `{"batch":[{"event":"A"},{"event":"Internal x"}]}`)
			if a := c.one(t); a.body != `{"batch":[{"event":"A"}]}` {
				t.Errorf("%s: arrived %+v", path, a)
			}
		}
	}
}

// TestBase64 plants values behind base64: a JSON text behind it is read, in a body and in a query.
func TestBase64(t *testing.T) {
	c := collect(t, nil)
	p := serve(t, enforcing, c.URL, nil)
	for _, text := range []string{`{"event":"E","email":"ada.l@example.com"}`, `{"properties":{"list":["ada.l@example.com"]}}`, `[{"card":"4111111111111111"}]`} {
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			hidden := encoding.EncodeToString([]byte(text))
			p.post(t, 200, "/v1/track", fmt.Sprintf(`{"event":"E","properties":{"data":%q}}`, hidden))
			if a := c.one(t); strings.Contains(a.body, hidden) {
				t.Errorf("%s: arrived as it was", text)
			}
			p.post(t, 200, "/v1/track?data="+url.QueryEscape(hidden), `{"event":"E"}`)
			if a := c.one(t); strings.Contains(a.target, hidden) || strings.Contains(a.target, url.QueryEscape(hidden)) {
				t.Errorf("%s: arrived in the query: %s", text, a.target)
			}
		}
	}
}
