package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/rules"
)

var (
	nothing = &rules.DeviceMode{}
	some    = &rules.DeviceMode{Allow: []rules.DeviceModeIntegration{{Name: "Braze"}, {Name: "FullStory (Actions)"},
		{Name: "Hotjar", Drop: []string{"properties.email", "userId", "properties.products.sku", "properties.tags"}}}}
	everything = &rules.DeviceMode{Any: true}
	kept       = &rules.DeviceMode{APIHost: "keep", Allow: some.Allow}
)

func ask(m *rules.DeviceMode) Ask { return Ask{Mode: m, Host: "events.example.com", Secure: true} }

const (
	address = `"apiHost":"events.example.com/v1","protocol":"https"`
	metrics = `"metrics":{"host":"events.example.com/v1"}`
)

func segmentIs(t *testing.T, m *rules.DeviceMode, in, want string, removed int) {
	t.Helper()
	got, err := Segment([]byte(in), ask(m))
	if err != nil {
		t.Errorf("%s: %v", in, err)
		return
	}
	if d := cmp.Diff(want, string(got.Body)); d != "" {
		t.Errorf("%s (-want +got):\n%s", in, d)
	}
	if got.Removed != removed {
		t.Errorf("%s: removed %d, want %d", in, got.Removed, removed)
	}
}

func rudderIs(t *testing.T, m *rules.DeviceMode, in, want string, removed int) {
	t.Helper()
	got, err := Rudder([]byte(in), ask(m))
	if err != nil {
		t.Errorf("%s: %v", in, err)
		return
	}
	if d := cmp.Diff(want, string(got.Body)); d != "" {
		t.Errorf("%s (-want +got):\n%s", in, d)
	}
	if got.Removed != removed {
		t.Errorf("%s: removed %d, want %d", in, got.Removed, removed)
	}
}

// TestSegmentDocument is a document as the CDN gives it, spaces and all.
func TestSegmentDocument(t *testing.T) {
	segmentIs(t, some, `{
 "integrations": {
  "AdWords" : {"conversionId": 12345678901234567890, "type":"browser","bundlingStatus":"bundled"},
  "Braze": {"apiKey":"b","versionSettings":{"version":"2.8.6","componentTypes":["browser"]},"bundlingStatus":"bundled"},
  "Google Analytics": {"trackingId": "UA-1", "bundlingStatus":"unbundled"},
  "Segment.io": {"apiKey":"wk","unbundledIntegrations":["Google Analytics"],"apiHost":"api.segment.io/v1","retryQueue":true}
 },
 "plan":{"track":{"__default":{"enabled":true,"integrations":{"AdWords":false}}}},
 "middlewareSettings":{"routingRules":[ {"scope":"x"} ]},
 "enabledMiddleware":{"@segment/x":true},
 "metrics":{"sampleRate":0.10,"host":"api.segment.io/v1"},
 "legacyVideoPluginsEnabled":true,
 "remotePlugins":[
  {"name":"LogRocket (Actions)","creationName":"LogRocket (Actions)","libraryName":"l","url":"https://cdn.segment.com/l.js","settings":{}},
  {"name":"FullStory (Actions)","creationName":"FullStory","libraryName":"f","url":"https://cdn.segment.com/f.js","settings":{"a":1}}
 ],
 "consentSettings":{"allCategories":["ads"],"hasUnmappedDestinations":true}, "n": 1.0e5
}
`, `{
 "integrations": {
  "Braze": {"apiKey":"b","versionSettings":{"version":"2.8.6","componentTypes":["browser"]},"bundlingStatus":"bundled"},
  "Segment.io": {"protocol":"https","apiKey":"wk","unbundledIntegrations":["Google Analytics"],"apiHost":"events.example.com/v1","retryQueue":true}
 },
 "plan":{"track":{"__default":{"enabled":true,"integrations":{"AdWords":false}}}},
 "middlewareSettings":{"routingRules":[ {"scope":"x"} ]},
 "enabledMiddleware":{"@segment/x":true},
 "metrics":{"sampleRate":0.10,"host":"events.example.com/v1"},
 "legacyVideoPluginsEnabled":true,
 "remotePlugins":[
  {"name":"FullStory (Actions)","creationName":"FullStory","libraryName":"f","url":"https://cdn.segment.com/f.js","settings":{"a":1}}
 ],
 "consentSettings":{"allCategories":["ads"],"hasUnmappedDestinations":true}, "n": 1.0e5
}
`, 3)
}

func TestSegmentRemoves(t *testing.T) {
	at := `"Segment.io":{` + address + `}`
	in := func(integrations string) string { return `{` + metrics + `,"integrations":` + integrations + `}` }
	segmentIs(t, nothing, in(`{}`), in(`{`+at+`}`), 0)
	segmentIs(t, nothing, in(`{"A":{}}`), in(`{`+at+`}`), 1)
	segmentIs(t, nothing, in(`{"A":{},"B":1,`+at+`}`), in(`{`+at+`}`), 2)
	segmentIs(t, nothing, in(`{`+at+`,"A":{},"B":1}`), in(`{`+at+`}`), 2)
	segmentIs(t, nothing, in(`{"A":0, `+at+` ,"B":1}`), in(`{`+at+`}`), 2)
	segmentIs(t, some, in(`{"braze":{},"A":0,"HOTJAR":false}`), `{"middlewareSettings":{"routingRules":[`+hotjar(`"HOTJAR"`)+`]},`+metrics+`,"integrations":{`+at+`,"braze":{},"HOTJAR":false}}`, 1)
	segmentIs(t, everything, in(`{"A":{},`+at+`}`), in(`{"A":{},`+at+`}`), 0)
	segmentIs(t, kept, `{"integrations":{"A":{},"Braze":{},"Segment.io":{"apiHost":"api.segment.io/v1"}}}`,
		`{"integrations":{"Braze":{},"Segment.io":{"apiHost":"api.segment.io/v1"}}}`, 1)
	// Other spellings and doubled members.
	segmentIs(t, nothing, in(`{"\u0041\u0064":{},"Segment\u002eio":{}}`), in(`{"Segment\u002eio":{`+address+`}}`), 1)
	segmentIs(t, nothing, `{`+metrics+`,"\u0069ntegrations":{"A":{},`+at+`}}`, `{`+metrics+`,"\u0069ntegrations":{`+at+`}}`, 1)
	segmentIs(t, nothing, `{`+metrics+`,"integrations":{"A":{},"A":{},`+at+`},"integrations":{"A":{}}}`, `{`+metrics+`,"integrations":{`+at+`},"integrations":{`+at+`}}`, 3)
	segmentIs(t, nothing, in(`{"segment.IO":{},"Segment.io ":{},"__proto__":{},"":{},`+at+`}`), in(`{`+at+`}`), 4)
}

func TestSegmentAddress(t *testing.T) {
	in := func(own string) string { return `{` + metrics + `,"integrations":{"Segment.io":` + own + `}}` }
	segmentIs(t, nothing, in(`{"apiKey":"wk"}`), in(`{`+address+`,"apiKey":"wk"}`), 0)
	segmentIs(t, nothing, in(`{"apiHost":null,"protocol":"http","apiHost":"a","ap\u0069Host":"b"}`),
		in(`{"apiHost":"events.example.com/v1","protocol":"https","apiHost":"events.example.com/v1","ap\u0069Host":"events.example.com/v1"}`), 0)
	segmentIs(t, nothing, in(`true`), in(`{`+address+`}`), 0)
	segmentIs(t, nothing, in(`null`), in(`{`+address+`}`), 0)
	segmentIs(t, &rules.DeviceMode{APIHost: "e.example.com/x/v1"}, in(`{"protocol":"http"}`),
		`{"metrics":{"host":"e.example.com/x/v1"},"integrations":{"Segment.io":{"apiHost":"e.example.com/x/v1","protocol":"https"}}}`, 0)
	segmentIs(t, nothing, `{"integrations":{},"metrics":null}`, `{"integrations":{"Segment.io":{`+address+`}},"metrics":{"host":"events.example.com/v1"}}`, 0)
	segmentIs(t, nothing, `{"integrations":{},"metrics":{"sampleRate":0}}`, `{"integrations":{"Segment.io":{`+address+`}},"metrics":{"host":"events.example.com/v1","sampleRate":0}}`, 0)
	plain, err := Segment([]byte(`{"integrations":{}}`), Ask{Mode: nothing, Host: "localhost:8080"})
	if err != nil || !strings.Contains(string(plain.Body), `{"apiHost":"localhost:8080/v1","protocol":"http"}`) {
		t.Errorf("asked by http: %s, %v", plain.Body, err)
	}
}

func TestSegmentPlugins(t *testing.T) {
	in := func(plugins, rules string) string {
		if rules != "" {
			rules = `"middlewareSettings":{"routingRules":[` + rules + `]},`
		}
		return `{` + rules + metrics + `,"integrations":{"Segment.io":{` + address + `}},"remotePlugins":` + plugins + `}`
	}
	is := func(plugins, want, rules string, removed int) {
		t.Helper()
		segmentIs(t, some, in(plugins, ""), in(want, rules), removed)
	}
	is(`[]`, `[]`, "", 0)
	is(`null`, `null`, "", 0)
	is(`[{"name":"A","creationName":"A"}]`, `[]`, "", 1)
	is(`[{"name":"Braze"},{"creationName":"Braze"},{"name":"A"}]`, `[{"name":"Braze"},{"creationName":"Braze"}]`, "", 1)
	is(`[{"name":"A","name":"Braze"},{"name":"Braze","n\u0061me":"A"},{"name":["Braze"]},{},"Braze",null,[{"name":"Braze"}]]`, `[]`, "", 7)
	is(`[{"name":"A","creationName":"Hotjar"}]`, `[{"name":"A","creationName":"Hotjar"}]`, hotjar(`"Hotjar"`), 0)
	is(`[{"name":"Hotjar","creationName":"Hot \u004aar"}]`, `[{"name":"Hotjar","creationName":"Hot \u004aar"}]`, hotjar(`"Hot \u004aar"`), 0)
	is(`[{"name":"Hotjar","creationName":"hotjar"}]`, `[{"name":"Hotjar","creationName":"hotjar"}]`, hotjar(`"hotjar"`), 0)
	// Without its creation name the browser could not be told what to drop.
	is(`[{"name":"Hotjar"},{"name":"Hotjar","creationName":7}]`, `[]`, "", 2)
}

// hotjar is the rule for Hotjar's drop, for a destination's name as JSON.
func hotjar(name string) string {
	return `{"scope":"destinations","target_type":"workspace::project::destination::config","matchers":[{"type":"all","ir":""}],` +
		`"transformers":[[{"type":"drop_properties","config":{"drop":{"":["userId"],"properties":["email","tags"],"properties.products":["sku"]}}}]],"destinationName":` + name + `}`
}

func TestSegmentRules(t *testing.T) {
	in := func(middleware string) string {
		return `{` + metrics + `,"integrations":{"Segment.io":{` + address + `},"Hotjar":{}}` + middleware + `}`
	}
	segmentIs(t, some, in(`,"middlewareSettings":{}`), in(`,"middlewareSettings":{"routingRules":[`+hotjar(`"Hotjar"`)+`]}`), 0)
	segmentIs(t, some, in(`,"middlewareSettings":{"a":1}`), in(`,"middlewareSettings":{"routingRules":[`+hotjar(`"Hotjar"`)+`],"a":1}`), 0)
	segmentIs(t, some, in(`,"middlewareSettings":null`), in(`,"middlewareSettings":{"routingRules":[`+hotjar(`"Hotjar"`)+`]}`), 0)
	segmentIs(t, some, in(`,"middlewareSettings":{"routingRules":null}`), in(`,"middlewareSettings":{"routingRules":[`+hotjar(`"Hotjar"`)+`]}`), 0)
	segmentIs(t, some, in(`,"middlewareSettings":{"routingRules":[{"a":1}]}`), in(`,"middlewareSettings":{"routingRules":[`+hotjar(`"Hotjar"`)+`,{"a":1}]}`), 0)
	segmentIs(t, some, in(`,"middlewareSettings":{"routingRules":[]},"middlewareSettings":{"routingRules":[],"routingRules":[]}`),
		in(`,"middlewareSettings":{"routingRules":[`+hotjar(`"Hotjar"`)+`]},"middlewareSettings":{"routingRules":[`+hotjar(`"Hotjar"`)+`],"routingRules":[`+hotjar(`"Hotjar"`)+`]}`), 0)
}

func TestRudder(t *testing.T) {
	definition := func(name, display string) string {
		return `{"id":"d","name":"Braze","enabled":true,"config":{},"destinationDefinition":{"name":"` + name + `","displayName":"` + display + `"}}`
	}
	in := func(destinations string) string {
		return `{ "source":{"id":"s","writeKey":"wk","config":{"statsCollection":{}},"destinations":` + destinations + `,"enabled":true}, "n":1.0 }`
	}
	braze, label := definition("BRAZE", "Braze"), definition("HJ", "Something else")
	rudderIs(t, some, in(`[]`), in(`[]`), 0)
	rudderIs(t, some, in(`[`+label+`, `+braze+` ,`+label+`]`), in(`[`+braze+`]`), 2)
	rudderIs(t, some, in(`[`+definition("X", "Braze")+`,`+definition("braze", "X")+`]`), in(`[`+definition("X", "Braze")+`,`+definition("braze", "X")+`]`), 0)
	rudderIs(t, everything, in(`[`+label+`]`), in(`[`+label+`]`), 0)
	// What is allowed only without some members cannot be had.
	rudderIs(t, some, in(`[`+definition("HOTJAR", "Hotjar")+`,`+definition("Braze", "Hotjar")+`]`), in(`[]`), 2)
	rudderIs(t, some, in(`[{"name":"Braze"},{"destinationDefinition":"Braze"},null,{"destinationDefinition":{"name":"Braze","nam\u0065":"X"}}]`), in(`[]`), 4)
	rudderIs(t, nothing, `{"source":{"destinations":[1]},"sourc\u0065":{"d\u0065stinations":[2],"destinations":[]}}`,
		`{"source":{"destinations":[]},"sourc\u0065":{"d\u0065stinations":[],"destinations":[]}}`, 2)
}

func TestRudderDataPlanes(t *testing.T) {
	in := func(a, b, c string) string {
		return `{"dataPlaneUrl":` + a + `,"source":{"destinations":[],"dataplanes":` + b + `,"dataPlaneUrl":` + c + `}}`
	}
	us := `"https://events.example.com"`
	rudderIs(t, nothing, in(`"https://dp.example.net"`, `{"US":[{"url":"https://us.example.net","default":true},{"url":"https://u2.example.net"}],"EU":[]}`, `null`),
		in(us, `{"US":[{"url":`+us+`,"default":true},{"url":`+us+`}],"EU":[]}`, `null`), 0)
	rudderIs(t, nothing, in(`1`, `{}`, `"http://a.example.net"`), in(`1`, `{}`, us), 0)
	rudderIs(t, kept, in(`"a"`, `{"US":[{"url":"b"}]}`, `"c"`), in(`"a"`, `{"US":[{"url":"b"}]}`, `"c"`), 0)
	rudderIs(t, &rules.DeviceMode{APIHost: "e.example.com/ev/v1"}, in(`"a"`, `{}`, `2`), in(`"https://e.example.com/ev"`, `{}`, `2`), 0)
}

func TestUnreadable(t *testing.T) {
	bad := func(want error, in string) {
		t.Helper()
		for name, change := range map[string]func([]byte, Ask) (Answer, error){"Segment": Segment, "Rudder": Rudder} {
			if got, err := change([]byte(in), ask(everything)); !errors.Is(err, want) || got.Body != nil {
				t.Errorf("%s(%.60s): %v, want %v", name, in, err, want)
			}
		}
	}
	bad(ErrSyntax, ``)
	bad(ErrSyntax, `<!doctype html><title>Not here</title>`)
	bad(ErrSyntax, `{"integrations":{},"source":{"destinations":[]}} {}`)
	bad(ErrSyntax, "\ufeff"+`{"integrations":{},"source":{"destinations":[]}}`)
	bad(ErrSyntax, `{"integrations":{"A":{}},"source":{"destinations":[]},}`)
	bad(ErrSyntax, `[{"integrations":{}}]`)
	bad(ErrSyntax, `null`)
	bad(ErrShape, `{}`)
	bad(ErrShape, `{"integrations":["A"],"source":[]}`)
	bad(ErrShape, `{"integrations":null,"source":{"destinations":{}}}`)
	bad(ErrShape, `{"integrations":{},"integrations":"A","source":{"destinations":[]},"source":null}`)
	bad(ErrShape, `{"integrations":{},"remotePlugins":{"0":{}},"source":{"destinations":[],"destinations":{"0":{}}}}`)
	bad(ErrShape, `{"success":true,"data":{"integrations":{},"source":{"destinations":[]}}}`)
	bad(ErrDepth, strings.Repeat("[", 5000000))
	bad(ErrDepth, `{"integrations":{},"x":`+strings.Repeat("[", 200)+strings.Repeat("]", 200)+`}`)
}

// names visits the names in every occurrence of a member of a document, as any reader
// of JSON could find them.
func names(t *testing.T, doc []byte, member string, visit func(name string)) {
	t.Helper()
	if !json.Valid(doc) {
		t.Fatalf("not JSON: %q", doc)
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	next := func() json.Token {
		token, err := dec.Token()
		if err != nil {
			t.Fatalf("%v: %q", err, doc)
		}
		return token
	}
	var walk func(depth int, in bool)
	walk = func(depth int, in bool) {
		delim, nested := next().(json.Delim)
		if !nested {
			return
		}
		for dec.More() {
			name := ""
			if delim == '{' {
				name = next().(string)
			}
			if in && depth == 1 {
				visit(name)
			}
			walk(depth+1, in || depth == 0 && name == member)
		}
		next()
	}
	walk(0, false)
}

func FuzzSegment(f *testing.F) {
	f.Add([]byte(`{"integrations":{"A":{},"Segment.io":{"apiHost":"a"},"Hotjar":{}},"remotePlugins":[{"name":"B","creationName":"Braze"},{"name":"C"}],"metrics":{}}`))
	f.Add([]byte(`{"integrations":{"\u0041":1,"A":2},"\u0069ntegrations":{"hotjar":[]},"middlewareSettings":{"routingRules":[]},"middlewareSettings":3}`))
	f.Add([]byte(` {"remotePlugins" : [ {"name":"Hotjar","creationName":"h"} , 1 ], "integrations" : { } , "metrics":1}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := Segment(in, ask(some))
		if err != nil {
			return
		}
		names(t, got.Body, "integrations", func(name string) {
			allowed := name == "Segment.io"
			for _, x := range some.Allow {
				allowed = allowed || strings.EqualFold(x.Name, name)
			}
			if !allowed {
				t.Errorf("integration %q is left in %q, of %q", name, got.Body, in)
			}
		})
		again, err := Segment(got.Body, ask(&rules.DeviceMode{Allow: []rules.DeviceModeIntegration{{Name: "Braze"}, {Name: "Hotjar"}, {Name: "FullStory (Actions)"}}}))
		if err != nil || again.Removed != 0 || string(again.Body) != string(got.Body) {
			t.Errorf("not settled: %v, %d removed: %q, of %q", err, again.Removed, again.Body, got.Body)
		}
		if all, err := Segment(in, Ask{Mode: &rules.DeviceMode{Any: true, APIHost: "keep"}}); err != nil || string(all.Body) != string(in) {
			t.Errorf("nothing asked, but changed: %v %q", err, all.Body)
		}
	})
}

func FuzzRudder(f *testing.F) {
	f.Add([]byte(`{"source":{"destinations":[{"destinationDefinition":{"name":"BRAZE","displayName":"Braze"}},{}],"dataplanes":{"US":[{"url":"a"}]}}}`))
	f.Add([]byte(`{"dataPlaneUrl":"a","source":{"destinations":[1, 2 ,{"destinationDefinition":{"displayName":"Hotjar"}}]},"source":{"destinations":[]}}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := Rudder(in, ask(some))
		if err != nil {
			return
		}
		again, err := Rudder(got.Body, ask(some))
		if err != nil || again.Removed != 0 || !json.Valid(got.Body) || string(again.Body) != string(got.Body) {
			t.Errorf("not settled: %v, %d removed: %q, of %q", err, again.Removed, again.Body, got.Body)
		}
		if all, err := Rudder(in, Ask{Mode: &rules.DeviceMode{Any: true, APIHost: "keep"}}); err != nil || string(all.Body) != string(in) {
			t.Errorf("nothing asked, but changed: %v %q", err, all.Body)
		}
	})
}
