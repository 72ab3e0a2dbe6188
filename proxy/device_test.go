package proxy

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
)

// loaded is what a CDN answers to a browser SDK that asks for settings.
const loaded = `{"integrations":{"AdWords":{"type":"browser","bundlingStatus":"bundled"},"Braze":{"apiKey":"b"},"Segment.io":{"apiKey":"wk","apiHost":"api.segment.io/v1"}},` +
	`"remotePlugins":[{"name":"LogRocket","creationName":"LogRocket","url":"https://cdn.example.com/l.js"}],"metrics":{"sampleRate":0.1},"n":1.0}`

// restricted is loaded without the three that no policy allows, for a browser that asked by http.
const restricted = `{"integrations":{"Segment.io":{"protocol":"http","apiKey":"wk","apiHost":"proxy.example.com/v1"}},` +
	`"remotePlugins":[],"metrics":{"host":"proxy.example.com/v1","sampleRate":0.1},"n":1.0}`

const settingsPath = "/v1/projects/wk/settings"

// cdn answers every request with a body; headers are name, value pairs.
func cdn(t *testing.T, status int, body string, headers ...string) *collector {
	return collect(t, func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
}

func zip(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	fmt.Fprint(w, text)
	w.Close()
	return b.String()
}

func brotlied(text string) string {
	var b bytes.Buffer
	w := brotli.NewWriter(&b)
	fmt.Fprint(w, text)
	w.Close()
	return b.String()
}

func TestSettingsAreRestricted(t *testing.T) {
	c := cdn(t, 200, loaded, "Content-Type", "application/json; charset=utf-16", "Etag", `"v1"`, "Last-Modified", "Mon, 02 Mar 2026 10:00:00 GMT", "Cache-Control", "public, max-age=300")
	p := serve(t, with(`trusted_proxies: []`), c.URL, nil)
	a := p.send(t, "GET", settingsPath+"?email="+planted[0]+"&v=2", "", "Accept-Encoding", "gzip, br", "If-None-Match", `"v1"`,
		"If-Modified-Since", "Mon, 02 Mar 2026 10:00:00 GMT", "Range", "bytes=0-10")
	if a.status != 200 || a.body != restricted {
		t.Errorf("status %d, body\n%s, want\n%s", a.status, a.body, restricted)
	}
	for name, want := range map[string]string{"Etag": "", "Last-Modified": "", "Cache-Control": "public, max-age=300", "Content-Type": jsonType,
		"Content-Length": strconv.Itoa(len(restricted)), "Vary": "Origin"} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	got := c.one(t)
	for _, name := range []string{"Accept-Encoding", "If-None-Match", "If-Modified-Since", "Range"} {
		if got.header.Get(name) != "" {
			t.Errorf("%s went along", name)
		}
	}
	if !strings.HasSuffix(got.target, "&v=2") {
		t.Errorf("asked for %s", got.target)
	}
	if n := p.metric(t, "eventveil_device_mode_removed_total"); n != 3 {
		t.Errorf("%v integrations counted as removed, want 3", n)
	}
}

func TestSettingsAllowed(t *testing.T) {
	p := serve(t, with(`device_mode: {api_host: "e.example.com/v1", allow: [braze, {name: LogRocket, drop: [userId]}]}`), cdn(t, 200, loaded).URL, nil)
	body := p.send(t, "GET", settingsPath, "", "Origin", "https://shop.example.com").body
	for _, want := range []string{`"Braze":{"apiKey":"b"}`, `"apiHost":"e.example.com/v1"`, `"protocol":"https"`, `"name":"LogRocket"`, `{"drop":{"":["userId"]}}`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing in %s", want, body)
		}
	}
	if strings.Contains(body, "AdWords") {
		t.Errorf("AdWords is in %s", body)
	}
	p = serve(t, with(`device_mode: {api_host: keep, allow: all}`), cdn(t, 200, loaded).URL, nil)
	if body := p.send(t, "GET", settingsPath, "").body; body != loaded {
		t.Errorf("everything is allowed, but: %s", body)
	}
	p = serve(t, strings.Replace(enforcing, "mode: enforce", "mode: observe", 1), cdn(t, 200, loaded, "Etag", `"v1"`).URL, nil)
	if a := p.send(t, "GET", settingsPath, ""); a.body != loaded || a.header.Get("Etag") != `"v1"` {
		t.Errorf("only watching, but: %v %s", a.header, a.body)
	}
}

func TestSettingsCoded(t *testing.T) {
	is := func(body string, headers ...string) {
		t.Helper()
		p := serve(t, enforcing, cdn(t, 200, body, headers...).URL, nil)
		if a := p.send(t, "GET", settingsPath, ""); a.status != 200 || a.body != restricted || a.header.Get("Content-Encoding") != "" {
			t.Errorf("%v: %d %v %q", headers, a.status, a.header, a.body)
		}
	}
	is(loaded, "Content-Encoding", "identity")
	is(zip(loaded), "Content-Encoding", "gzip")
	is(brotlied(loaded), "Content-Encoding", "br")
	is(zip(loaded), "Content-Type", "application/json")
}

func TestSettingsRefused(t *testing.T) {
	is := func(what string, status int, body string, headers ...string) {
		t.Helper()
		p := serve(t, enforcing, cdn(t, status, body, headers...).URL, nil)
		a := p.send(t, "GET", settingsPath, "", "If-None-Match", `"v1"`)
		if a.status != 502 || strings.Contains(a.body, "AdWords") || a.header.Get("Location") != "" {
			t.Errorf("%s: status %d, %v, %.100q", what, a.status, a.header, a.body)
		}
		if n := p.refusedBy(t, "settings"); n != 1 {
			t.Errorf("%s: counted %v times, want once", what, n)
		}
	}
	is("a page", 200, "<!doctype html><title>AdWords</title>", "Content-Type", "text/html")
	is("half", 200, loaded[:len(loaded)-1])
	is("a part", 206, loaded[:40], "Content-Range", "bytes 0-39/300")
	is("nothing", 204, "")
	is("not modified", 304, "")
	is("elsewhere", 302, loaded, "Location", "https://cdn.example.com"+settingsPath)
	is("huge", 200, loaded+strings.Repeat(" ", maxSettings))
	is("huge beyond reading", 200, loaded+strings.Repeat(" ", 17<<20))
	is("huge once inflated", 200, zip(loaded+strings.Repeat(" ", maxSettings)), "Content-Encoding", "gzip")
	is("an unknown coding", 200, loaded, "Content-Encoding", "compress")
	is("two codings", 200, zip(zip(loaded)), "Content-Encoding", "gzip, gzip")
	is("doubly packed", 200, zip(zip(loaded)), "Content-Encoding", "gzip")
}

func TestSettingsErrors(t *testing.T) {
	p := serve(t, enforcing, cdn(t, 404, `{"error":"unknown write key"}`, "Content-Type", "application/json").URL, nil)
	if a := p.send(t, "GET", settingsPath, ""); a.status != 404 || a.body != `{"error":"unknown write key"}` {
		t.Errorf("%d %s", a.status, a.body)
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	p = serve(t, enforcing, gone.URL, nil)
	if a := p.send(t, "GET", settingsPath, ""); a.status != 502 || p.refusedBy(t, "upstream") != 1 {
		t.Errorf("%d %s", a.status, a.body)
	}
	p = serve(t, enforcing, cdn(t, 200, loaded).URL, nil)
	if list := p.raw(t, "GET", "GET "+settingsPath+" HTTP/1.0\r\n\r\n", 1); len(list) != 1 || list[0].status != 421 {
		t.Errorf("asked of no host: %+v", list)
	}
}

func TestSettingsHead(t *testing.T) {
	c := cdn(t, 200, loaded, "Content-Type", "application/json", "Etag", `"v1"`)
	p := serve(t, enforcing, c.URL, nil)
	a := p.send(t, "HEAD", "/sourceConfig/?view=ad", "")
	if a.status != 200 || a.body != "" || a.header.Get("Etag") != "" || a.header.Get("Content-Length") != "" {
		t.Errorf("%d %v %q", a.status, a.header, a.body)
	}
	if got := c.one(t); got.method != "HEAD" || got.target != "/sourceConfig/?view=ad" {
		t.Errorf("asked: %s %s", got.method, got.target)
	}
}

func TestSourceConfig(t *testing.T) {
	const config = `{"source":{"id":"s","config":{},"dataplanes":{"US":[{"url":"https://dp.example.net","default":true}]},"destinations":[` +
		`{"id":"1","destinationDefinition":{"name":"HOTJAR","displayName":"Hotjar"}},{"id":"2","destinationDefinition":{"name":"BRAZE","displayName":"Braze"}}]}}`
	const want = `{"source":{"id":"s","config":{},"dataplanes":{"US":[{"url":"http://proxy.example.com","default":true}]},"destinations":[` +
		`{"id":"2","destinationDefinition":{"name":"BRAZE","displayName":"Braze"}}]}}`
	p := serve(t, with(`device_mode: {allow: [Braze]}`), cdn(t, 200, config).URL, nil)
	for _, path := range []string{"/sourceConfig/", "/sourceConfig", "/prefix//source%43onfig/"} {
		if a := p.send(t, "GET", path+"?writeKey=wk&v=3", "", "Authorization", "Basic d2s6"); a.body != want {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

func TestSecure(t *testing.T) {
	is := func(keys, want string, headers ...string) {
		t.Helper()
		p := serve(t, with(keys), cdn(t, 200, loaded).URL, nil)
		if body := p.send(t, "GET", settingsPath, "", headers...).body; !strings.Contains(body, `"protocol":"`+want+`"`) {
			t.Errorf("%s %v: %s, want %s", keys, headers, body, want)
		}
	}
	is("", "http")
	is("", "http", "Origin", "http://shop.example.com")
	is("", "https", "Origin", "https://shop.example.com")
	is("", "http", "X-Forwarded-Proto", "https")
	is("trusted_proxies: [127.0.0.1]", "https", "X-Forwarded-Proto", "https")
	is("trusted_proxies: [127.0.0.1]", "https", "X-Forwarded-Proto", " HTTPS, http")
	is("trusted_proxies: [127.0.0.1]", "http", "X-Forwarded-Proto", "http", "Origin", "https://shop.example.com")
	is("trusted_proxies: [127.0.0.1]", "https", "Origin", "https://shop.example.com")
	is("trusted_proxies: [192.0.2.0/24]", "http", "X-Forwarded-Proto", "https")
}

func TestBundledIntegrations(t *testing.T) {
	const classic = "/analytics.js/v1/wk/analytics.classic.js"
	p := serve(t, enforcing, cdn(t, 200, "script").URL, nil)
	if a := p.send(t, "GET", classic, ""); a.status != 404 || p.refusedBy(t, "bundle") != 1 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := p.send(t, "GET", "/analytics.js/v1/wk/analytics.min.js", ""); a.status != 200 || a.body != "script" {
		t.Errorf("%d %s", a.status, a.body)
	}
	p = serve(t, with("device_mode: {allow: all}"), cdn(t, 200, "script").URL, nil)
	if a := p.send(t, "GET", classic, ""); a.status != 200 {
		t.Errorf("everything is allowed, but: %d", a.status)
	}
}

// TestDeviceURL has scripts and settings come from another server than the collector.
func TestDeviceURL(t *testing.T) {
	c, scripts := collect(t, nil), cdn(t, 200, loaded)
	p := serve(t, strings.Replace(with(`headers: {forward: [X-Tenant]}
device_mode: {url: "`+scripts.URL+`/cdn/"}`), `url: "URL"}`, `url: "URL", paths: {"/v1/*": "/collect/*"}, headers: {X-Api-Key: secret}}`, 1), c.URL, nil)
	visitor := []string{"Cookie", "sp=1; session=2", "Referer", "https://shop.example.com/a", "X-Tenant", "t", "User-Agent", "Mozilla/5.0", "Authorization", "Basic d2s6", "Anonymousid", "YQ==", "Sec-Gpc", "1"}
	for _, target := range []string{settingsPath + "?a=1", "/sourceConfig/?writeKey=wk", "/analytics.js/v1/wk/analytics.min.js", "/next-integrations/integrations/braze/2.8.6/braze.dynamic.js.gz", "/v3/modern/rsa.min.js"} {
		p.send(t, "GET", target, "", visitor...)
		got := scripts.one(t)
		if got.target != "/cdn"+target {
			t.Errorf("asked for %s, want /cdn%s", got.target, target)
		}
		for _, name := range []string{"Cookie", "Referer", "X-Tenant", "X-Api-Key", "X-Forwarded-For", "Anonymousid", "Sec-Gpc"} {
			if v := got.header.Get(name); v != "" {
				t.Errorf("%s: %s %q went to the CDN", target, name, v)
			}
		}
		if got.header.Get("Authorization") == "" || got.header.Get("User-Agent") != "Mozilla/5.0" {
			t.Errorf("%s: %v", target, got.header)
		}
		c.none(t)
	}
	p.send(t, "GET", "/v1/pixel/track?data=e30", "", visitor...)
	if got := c.one(t); got.target != "/collect/pixel/track?data=e30" || got.header.Get("X-Api-Key") != "secret" || got.header.Get("Cookie") != "sp=1" {
		t.Errorf("the collector got %s %v", got.target, got.header)
	}
	scripts.none(t)
}

// TestDeviceNoInline has nobody whose rules decide what the CDN is told of the visitor:
// it is told what no destination's rules touch.
func TestDeviceNoInline(t *testing.T) {
	scripts := cdn(t, 200, loaded)
	p, _ := serveQueued(t, strings.Replace(with(`device_mode: {url: "`+scripts.URL+`"}`), `url: "URL"}`, `url: "URL", delivery: queued}`, 1), "http://collector.example.com")
	a := p.send(t, "GET", settingsPath+"?v=2", "", "User-Agent", "Mozilla/5.0", "Cookie", "sp=1")
	if a.body != restricted {
		t.Errorf("%d %s", a.status, a.body)
	}
	if got := scripts.one(t); got.target != settingsPath+"?v=2" || got.header.Get("X-Forwarded-For") != "" || got.header.Get("Cookie") != "" {
		t.Errorf("the CDN got %s %v", got.target, got.header)
	}
	p.send(t, "GET", settingsPath+"?email="+planted[0], "")
	if got := scripts.one(t); got.target != settingsPath {
		t.Errorf("the CDN got %s", got.target)
	}
	if a := p.send(t, "GET", "/v1/pixel/track", ""); a.status != 404 {
		t.Errorf("%d %s", a.status, a.body)
	}
	scripts.none(t)
	p, _ = serveQueued(t, strings.Replace(enforcing, `url: "URL"}`, `url: "URL", delivery: queued}`, 1), "http://collector.example.com")
	if a := p.send(t, "GET", settingsPath, ""); a.status != 404 {
		t.Errorf("nowhere to ask: %d %s", a.status, a.body)
	}
}

// TestSettingsAllowList has a collector that gets only what is approved: there is no event
// to approve, but the path and what is in the query.
func TestSettingsAllowList(t *testing.T) {
	c := cdn(t, 200, loaded)
	yaml := func(rule string) string {
		return strings.NewReplacer(`url: "URL"}`, `url: "URL", allow_list: true}`, "rules:\n", "rules:\n"+rule).Replace(enforcing)
	}
	p := serve(t, yaml(""), c.URL, nil)
	if a := p.send(t, "GET", settingsPath, ""); a.status != 400 || p.refusedBy(t, "query") != 1 {
		t.Errorf("%d %s", a.status, a.body)
	}
	c.none(t)
	p = serve(t, yaml(`  - {name: settings, when: {path: ["$transport.path", "$transport.query.writeKey"]}, action: allow}`+"\n"), c.URL, nil)
	if a := p.send(t, "GET", settingsPath+"?v=2&writeKey=wk", "", "Cookie", "sp=1"); a.body != restricted {
		t.Errorf("%d %s", a.status, a.body)
	}
	if got := c.one(t); got.target != settingsPath+"?writeKey=wk" || got.header.Get("Cookie") != "" {
		t.Errorf("asked for %s %v", got.target, got.header)
	}
}

// TestDeviceSwap changes where scripts come from while the process runs.
func TestDeviceSwap(t *testing.T) {
	c, first, second := collect(t, nil), cdn(t, 200, loaded), cdn(t, 200, loaded)
	yaml := func(s *collector) string { return with(`device_mode: {url: "` + s.URL + `"}`) }
	p := serve(t, yaml(first), c.URL, nil)
	before := p.snapshot.Load().device
	for _, to := range []*collector{first, second} {
		if err := p.Swap(policy(t, yaml(to), c.URL)); err != nil {
			t.Fatal(err)
		}
		if same := p.snapshot.Load().device == before; same != (to == first) {
			t.Errorf("the client is the same: %v", same)
		}
		p.send(t, "GET", "/a.js", "")
		to.one(t)
	}
	if err := p.Swap(policy(t, enforcing, c.URL)); err != nil {
		t.Fatal(err)
	}
	p.send(t, "GET", "/a.js", "")
	c.one(t)
}

func TestAssetOf(t *testing.T) {
	is := func(want asset, paths ...string) {
		t.Helper()
		for _, path := range paths {
			if got := assetOf([]byte(path)); got != want {
				t.Errorf("assetOf(%q) = %d, want %d", path, got, want)
			}
		}
	}
	is(segmentSettings, settingsPath, "/projects/wk/settings", settingsPath+"/", "//v1/projects//wk/./settings", "/v1/projects/wk/%73ettings",
		"/v1/%70rojects/wk/Settings", "/prefix/v1/projects/wk/settings", "/v1/projects/wk/x/../settings", "/v1%2Fprojects%2Fwk%2Fsettings")
	is(rudderSettings, "/sourceConfig", "/sourceConfig/", "/sourceconfig", "/a/sourceConfig//", "/%73ourceConfig")
	is(bundle, "/analytics.js/v1/wk/analytics.classic.js", "/x/analytics.classic.min.js.gz")
	is(script, "/analytics.js/v1/wk/analytics.min.js", "/analytics.js/v1/wk/platform", "/analytics-next/bundles/870.bundle.abc.js", "/next-integrations/actions/x/a.js",
		"/next-integrations/integrations/vendor/commons.abc.js.gz", "/v3/modern/plugins/rsa-plugins.js", "/3.1.0/modern/js-integrations/Braze.min.js", "/a.mjs", "/a.js.map")
	is(noAsset, "", "/", "/v1/pixel/track", "/v1/projects", "/settings", "/wk/settings", "/v1/projects/wk/settings/x", "/js", "/track", "/%zz")
}

// TestSettingsAtOnce looks for buffers that two requests share.
func TestSettingsAtOnce(t *testing.T) {
	c := collect(t, func(w http.ResponseWriter, r *http.Request) {
		key := strings.Split(r.URL.Path, "/")[3]
		text := strings.Replace(loaded, `"apiKey":"wk"`, `"apiKey":"`+strings.Repeat(key, 400)+`"`, 1)
		if key == "b" {
			w.Header().Set("Content-Encoding", "gzip")
			text = zip(text)
		}
		fmt.Fprint(w, text)
	})
	p := serve(t, enforcing, c.URL, nil)
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			key := string(rune('a' + i%3))
			want := strings.Replace(restricted, `"apiKey":"wk"`, `"apiKey":"`+strings.Repeat(key, 400)+`"`, 1)
			for range 20 {
				if a := p.send(t, "GET", "/v1/projects/"+key+"/settings", ""); a.body != want {
					t.Errorf("%s: %d %.300s", key, a.status, a.body)
					return
				}
			}
		})
	}
	wait.Wait()
}
