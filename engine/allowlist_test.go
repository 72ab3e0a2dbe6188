package engine_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

const listing = `
version: 1
mode: enforce
keys: [{id: k1, secret: "${KEY}"}]
destinations:
  - {name: strict, url: "http://127.0.0.1:9000", allow_list: true}
  - {name: open, url: "http://127.0.0.1:9001", delivery: queued}
rules:
  - {name: cards, when: {type: credit_card}, action: block}
  - {name: what may pass, when: {path: [type, event, properties.plan, properties.items, properties.note, context.app.name, "$transport.user_agent", "$transport.query.v"], destination: strict}, action: allow}
  - {name: mail, when: {type: email, destination: strict}, action: {hash: {key: k1}}}
  - {name: elsewhere, when: {path: [properties, properties.other, traits], destination: open}, action: redact}
`

func TestAllowList(t *testing.T) {
	e := engine.New(policy(t, listing))
	mail := hashOf(t, e)
	f := func(format *engine.Format, body, want string) {
		t.Helper()
		want = strings.ReplaceAll(want, "MAIL", mail)
		if got := pass(t, e, format, body); got != want {
			t.Errorf("%s\n got %s\nwant %s", body, got, want)
		}
	}
	// What is approved stays to the byte; everything else goes, whatever it holds.
	f(single, `{"type":"track"}`, `{"type":"track"}`)
	f(single, `{ "type" : "tr\u0061ck" , "messageId":"m-1", "n":1, "b":true, "z":null, "e":"" }`, `{ "type" : "tr\u0061ck"  }`)
	f(single, `{"x":1,"properties":{"plan":9007199254740993,"x":[1],"plan":-0.0,"pl\u0061n":null},"y":{}}`, `{"properties":{"plan":9007199254740993,"plan":-0.0,"pl\u0061n":null}}`)
	f(single, `{"properties":{"plan":{"deep":[{"er":true}],"er":{}},"items":[1,"a",[],{},{"b":[]}]}}`, `{"properties":{"plan":{"deep":[{"er":true}]},"items":[1,"a"]}}`)
	f(single, `{"context":{"app":{"name":"shop","version":"1.2"},"page":{}},"type":{"type":1}}`, `{"context":{"app":{"name":"shop"}},"type":{"type":1}}`)
	f(single, `{"Type":"track","type ":1,"types":2,"type.x":3,"plan":4,"properties":"x","event":[["x"]]}`, `{"event":[["x"]]}`)
	// Names may be what leaks, and so may what is around nothing.
	f(single, `{"type":1,"a":{"ada@example.com":{}},"b":[[],[{}]],"c":{"4111111111111111":[]}}`, `{"type":1}`)
	f(single, `{"":{"type":1},"\u0001":{"event":2},"type":3}`, `{"type":3}`)
	f(single, `{"properties":{"items":{"4111111111111111":1,"a":2},"note":{"4111111111111111":{"a":1}}}}`, `{"properties":{"items":{"a":2}}}`)
	// An event of which nothing is left goes, and so does one that is no object.
	f(single, `{"a":1}`, ``)
	f(single, `{}`, ``)
	f(single, `"track"`, ``)
	f(single, ` 7`, ``)
	f(single, `[1,{"a":2}]`, ``)
	f(single, `{"properties":{"note":"4111111111111111"}}`, ``)
	// Rules decide about what was found, also within what passes.
	f(single, `{"who":"ada@example.com","x":["ada@example.com",3],"email":null,"e-mail":true}`, `{"who":"MAIL","x":["MAIL"],"email":null}`)
	f(single, `{"properties":{"note":"card 4111111111111111","plan":"4111111111111111"}}`, `{"properties":{"note":"card [credit_card]"}}`)
	f(single, `{"properties":{"note":"{\"card\":\"4111111111111111\",\"a\":[1]}","x":"{\"type\":1}"}}`, `{"properties":{"note":"{\"a\":[1]}"}}`)
	f(single, `{"properties":{"note":"`+b64(`{"card":"4111111111111111","a":"b"}`)+`"},"p":"`+b64(`{"type":"track"}`)+`"}`, `{"properties":{"note":"`+b64(`{"a":"b"}`)+`"}}`)
	f(single, `{"properties":{"note":"see /?card=4111111111111111&a=1"},"url":"/?v=1"}`, `{"properties":{"note":"see /?a=1"}}`)
	f(single, `{"q":{"key":"email","value":"ada@example.com","z":["ada@example.com"],"y":1}}`, `{"q":{"value":"MAIL","z":["MAIL"]}}`)
	f(single, `{"q":{"key":"card number","value":"5555","z":["ada@example.com"],"y":1}}`, `{"q":{"z":["MAIL"]}}`)
	// Rules about other destinations mean nothing.
	f(single, `{"properties":{"other":"x","note":"{\"traits\":1}"},"traits":{"plan":1}}`, `{"properties":{"note":"{\"traits\":1}"}}`)
	f(single, strings.Repeat(`{"properties":`, 30)+`{"type":[`+strings.Repeat("[", 30)+strings.Repeat("]", 30)+`]}`+strings.Repeat("}", 30), ``)
	// Around events nothing stays but what is approved, and the batch.
	f(batch, `{"writeKey":"wk","batch":[{"type":1,"a":2},{"a":3},[4],{"event":5}],"sentAt":"x","type":[{"x":6}],"context":{"ip":"203.0.113.7","app":{"name":"n"}}}`,
		`{"batch":[{"type":1},{"event":5}],"type":[{"x":6}],"context":{"app":{"name":"n"}}}`)
	f(batch, `{"batch":[{"a":1}],"type":1}`, ``)
	f(batch, `{"batch":[],"x":1}`, `{"batch":[]}`)
	f(batch, `{"batch":{"type":1},"type":2}`, `{"type":2}`)
	f(batch, `{"batch":[{"batch":[{"type":1}],"type":2}],"batch":7}`, `{"batch":[{"type":2}]}`)
	f(lines, "{\"type\":1,\"a\":2}\n{\"a\":3}\n\n4\n {\"event\":5}", "{\"type\":1}\n\n {\"event\":5}")
	f(&engine.Format{RootArray: true}, `[{"type":1,"a":2}, {"a":3},"type",null]`, `[{"type":1}]`)
	f(&engine.Format{RootArray: true}, `{"a":3,"type":1}`, `{"type":1}`)
}

// TestAllowListOutcome holds the counts, the positions and what is shared.
func TestAllowListOutcome(t *testing.T) {
	e := engine.New(policy(t, listing))
	in := e.Get()
	defer e.Put(in)
	if err := in.Inspect([]byte(`{"batch":[{"type":1},{"a":1},{"type":2,"a":1}]}`), batch); err != nil {
		t.Fatal(err)
	}
	in.Decide(0)
	out := in.Render(0)
	if string(out.Body) != `{"batch":[{"type":1},{"type":2}]}` || out.Events != 3 || out.Dropped != 1 || out.Altered != 1 {
		t.Errorf("%s, %+v", out.Body, out)
	}
	if diff := cmp.Diff([]int{0, 2}, in.Positions(nil, 0)); diff != "" {
		t.Error(diff)
	}
	if open := in.Render(1); open.Altered != 0 || open.Dropped != 0 {
		t.Errorf("another destination gets %s", open.Body)
	}
}

// TestAllowListShares: two allow-lists that approve the same get the same bytes.
func TestAllowListShares(t *testing.T) {
	e := engine.New(policy(t, strings.ReplaceAll(strings.Replace(listing, `name: open`, `allow_list: true, name: open`, 1), ", destination: strict", "")))
	in := e.Get()
	defer e.Put(in)
	if err := in.Inspect([]byte(`{"type":1,"a":2}`), single); err != nil {
		t.Fatal(err)
	}
	in.Decide(0)
	if a, b := in.Render(0), in.Render(1); &a.Body[0] != &b.Body[0] || string(a.Body) != `{"type":1}` {
		t.Errorf("%s and %s", a.Body, b.Body)
	}
}

func TestAllowListTransport(t *testing.T) {
	e := engine.New(policy(t, listing))
	f := func(field engine.Field, value, want string) {
		t.Helper()
		in := e.Get()
		defer e.Put(in)
		if err := in.Inspect([]byte(`{"type":1}`), single); err != nil {
			t.Fatal(err)
		}
		field.Value = []byte(value)
		in.Transport([]engine.Field{field})
		in.Decide(0)
		if got, keep := in.Field(0, 0); string(got) != want || keep != (want != "") {
			t.Errorf("%s %s: got %q, %v, want %q", field.Path, value, got, keep, want)
		}
		if got, keep := in.Field(1, 0); string(got) != value || !keep {
			t.Errorf("%s: another destination gets %q, %v", value, got, keep)
		}
	}
	agent, referrer := engine.Field{Path: "$transport.user_agent"}, engine.Field{Path: "$transport.referrer"}
	query := engine.Field{Path: "$transport.query", Query: true}
	f(agent, "Mozilla/5.0", "Mozilla/5.0")
	f(agent, "bot, ada@example.com", "bot, ada@example.com")
	f(referrer, "https://shop.example.com/", "")
	f(referrer, "203.0.113.7", "")
	f(referrer, "", "")
	f(query, "v=1", "v=1")
	f(query, "a=1&v=2&b&=x&c=#d?v=3;e=%20", "v=2?v=3")
	f(query, "%76=1&w=v=1", "%76=1")
	f(query, "V=1&\"=v&\x01v=2&v", "")
	f(query, "ip=203.0.113.7&a", "")
	f(query, "w=&v=&x", "v=")
	f(engine.Field{Path: "$transport.ip"}, "203.0.113.7", "")
	f(engine.Field{Path: "$transport.ip"}, "", "")
}

// TestAllowListAfter: what a rule approves stays when a later one blocks the rest, also
// where another destination has a rule about all that is around it.
func TestAllowListAfter(t *testing.T) {
	e := engine.New(policy(t, listing+"  - {name: rest, when: {event: Order}, action: block}\n"))
	body := `{"event":"Order","properties":{"x":1,"plan":[{"a":2}],"z":3},"context":{"page":{}}}`
	if got := pass(t, e, single, body); got != `{"event":"Order","properties":{"plan":[{"a":2}]}}` {
		t.Error(got)
	}
}

// TestAllowListNames: what has no name in paths is not approved, whatever is.
func TestAllowListNames(t *testing.T) {
	e := engine.New(policy(t, strings.NewReplacer("$transport.query.v", "$transport.query", `path: [properties, `, `path: ["**", `).Replace(listing)))
	if got := pass(t, e, single, `{"":"x","\u0001":1,"\u0002":{"":2},"type":3}`); got != `{"type":3}` {
		t.Error(got)
	}
	in := e.Get()
	defer e.Put(in)
	if err := in.Inspect([]byte(`{}`), single); err != nil {
		t.Fatal(err)
	}
	in.Transport([]engine.Field{{Path: "$transport.query", Query: true, Value: []byte("v=1&\"=2&%01x=3&w=4&5")}})
	in.Decide(0)
	if got, keep := in.Field(0, 0); string(got) != "v=1&\"=2&%01x=3&w=4" || !keep {
		t.Errorf("%q, %v", got, keep)
	}
}

// TestAllowListsDiffer: two allow-lists that approve different things get different bytes.
func TestAllowListsDiffer(t *testing.T) {
	e := engine.New(policy(t, strings.Replace(strings.Replace(listing, `name: open`, `allow_list: true, name: open`, 1), "[properties, properties.other, traits]", "messageId", 1)))
	in := e.Get()
	defer e.Put(in)
	if err := in.Inspect([]byte(`{"messageId":"m","type":"t","x":1}`), single); err != nil {
		t.Fatal(err)
	}
	in.Decide(0)
	if a, b := in.Render(0), in.Render(1); string(a.Body) != `{"type":"t"}` || string(b.Body) != `{"messageId":"[redacted]"}` {
		t.Errorf("%s and %s", a.Body, b.Body)
	}
}

// TestApprovedTransform: what passes may have to be changed although nothing was found
// there.
func TestApprovedTransform(t *testing.T) {
	text := strings.Replace(listing, "rules:\n", "rules:\n  - {name: all, when: {event: Mask}, action: mask}\n", 1)
	text = strings.Replace(text, "properties.other, ", "seen.other, ", 1)
	e := engine.New(policy(t, text).With([]rules.Verdict{{Path: "seen", Source: rules.AnySource, Approved: true}}))
	f := func(body, want string) {
		t.Helper()
		if got := pass(t, e, single, body); got != want {
			t.Errorf("%s\n got %s\nwant %s", body, got, want)
		}
	}
	f(`{"seen":"abc","a":1}`, `{"seen":"abc"}`)
	f(`{"seen":"abc","event":"Mask","n":{"seen":1}}`, `{"seen":"***","event":"****"}`)
	f(`{"seen":[true,null,12],"event":"Mask"}`, `{"event":"****"}`)
	f(`{"seen":"{\"other\":1,\"card\":\"4111111111111111\"}"}`, `{"seen":"{\"other\":1}"}`)
}

// names of members, and what they are in paths.
var listedNames = []struct{ raw, folded string }{
	{`a`, "a"}, {`\u0061`, "a"}, {`b`, "b"}, {`c`, "c"}, {`x.y`, "x_y"}, {`ada@example.com`, "*"}, {`12345`, "*"}, {``, ""}, {`größe`, "größe"},
}

// listedDoc writes a random document with scalars that all differ, and returns what of
// it is approved.
type listedDoc struct {
	*rand.Rand
	approved func(path string, typ catalog.ID) bool
	text     strings.Builder
	scalars  int
	kept     []string // as they stand
	gone     []string
}

func (d *listedDoc) space() string { return []string{"", "", " ", "\n\t"}[d.IntN(4)] }

// value writes a value at a path; ok says that something of it is approved.
func (d *listedDoc) value(path string, depth int) (v any, ok bool) {
	switch k := d.IntN(7); {
	case depth > 0 && k < 3:
		d.text.WriteString("{" + d.space())
		object := []member{}
		for i := range d.IntN(5) {
			if i > 0 {
				d.text.WriteString("," + d.space())
			}
			name := listedNames[d.IntN(len(listedNames))]
			fmt.Fprintf(&d.text, `"%s"%s:%s`, name.raw, d.space(), d.space())
			below := path + "." + name.folded
			if path == "" {
				below = name.folded
			}
			kept := len(d.kept)
			v, some := d.value(below, depth-1)
			if path == "" && name.folded == "" || strings.Contains(name.raw, "@") && !d.approved(below, catalog.Email) {
				// What has such a name goes with all that is below it.
				d.gone, d.kept, some = append(d.gone, d.kept[kept:]...), d.kept[:kept], false
			}
			if some {
				ok = true
				object = append(object, member{strings.ReplaceAll(name.raw, `\u0061`, "a"), v})
			}
			d.text.WriteString(d.space())
		}
		d.text.WriteString("}")
		return object, ok
	case depth > 0 && k == 3:
		d.text.WriteString("[" + d.space())
		array := []any{}
		for i := range d.IntN(4) {
			if i > 0 {
				d.text.WriteString("," + d.space())
			}
			if v, some := d.value(path+"[]", depth-1); some {
				ok = true
				array = append(array, v)
			}
			d.text.WriteString(d.space())
		}
		d.text.WriteString("]")
		return array, ok
	}
	return d.scalar(path)
}

func (d *listedDoc) scalar(path string) (v any, ok bool) {
	d.scalars++
	var raw string
	switch d.IntN(6) {
	case 0:
		raw = []string{"true", "false", "null", `""`}[d.IntN(4)]
	case 1:
		raw = fmt.Sprintf("%d.500e1", 1000+d.scalars)
	case 2:
		raw = fmt.Sprintf(`"w\u%04x\"w"`, 0x1000+d.scalars)
	default:
		raw = fmt.Sprintf(`"word %d x"`, 1000+d.scalars)
	}
	d.text.WriteString(raw)
	ok = path != "" && d.approved(path, catalog.None)
	switch {
	case len(raw) < 6:
	case ok:
		d.kept = append(d.kept, raw)
	default:
		d.gone = append(d.gone, raw)
	}
	dec := json.NewDecoder(strings.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		panic(err)
	}
	return v, ok
}

// TestAllowListProperty: what comes out is what is approved, to the byte, and no byte of
// any other value.
func TestAllowListProperty(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	paths := []string{"a", "b.a", "a.b[]", "c[].a", "x_y", "b.*", "größe.größe", "b.c", "**.x_y.a", `c.*.b`, "b.b[][]"}
	for range 60 {
		var chosen []string
		for range 1 + r.IntN(4) {
			chosen = append(chosen, `"`+paths[r.IntN(len(paths))]+`"`)
		}
		p, report := rules.Parse("test.yaml", []byte("version: 1\nmode: enforce\ndestinations: [{name: d, url: \"http://127.0.0.1:9\", allow_list: true}]\nrules:\n  - {when: {path: ["+strings.Join(chosen, ", ")+"]}, action: allow}\n"), nil)
		if report.HasErrors() {
			t.Fatal(report.Err())
		}
		e := engine.New(p)
		for range 100 {
			d := listedDoc{Rand: r, approved: func(path string, typ catalog.ID) bool {
				return p.Decide(&rules.Point{Path: path, Type: typ, Class: p.Types[typ].Class}).Action.Kind == rules.Allow
			}}
			want, ok := d.value("", 5)
			body := d.text.String()
			out := pass(t, e, single, body)
			for _, raw := range d.kept {
				if !strings.Contains(out, raw) {
					t.Fatalf("%v\nin  %s\nout %s\nlacks %s", chosen, body, out, raw)
				}
			}
			for _, raw := range d.gone {
				if strings.Contains(out, raw) {
					t.Fatalf("%v\nin  %s\nout %s\nholds %s", chosen, body, out, raw)
				}
			}
			if !ok {
				if out != "" {
					t.Fatalf("%v\nin  %s\nout %s, want nothing", chosen, body, out)
				}
				continue
			}
			if got := ordered(t, []byte(out)); !reflect.DeepEqual(got, want) {
				t.Fatalf("%v\nin  %s\nout %s\nwant %v", chosen, body, out, want)
			}
			asBatch := pass(t, e, batch, `{"a1":7,"batch":[`+body+`,{"q":1}]}`)
			if asBatch != `{"batch":[`+out+`]}` {
				t.Fatalf("%v\nin  %s\nout %s\nin a batch %s", chosen, body, out, asBatch)
			}
		}
	}
}

// FuzzAllowList holds that an allow-list's output is JSON, and that without an approval
// nothing passes.
func FuzzAllowList(f *testing.F) {
	for i := range formats {
		f.Add([]byte(`{"batch":[{"type":1,"properties":{"plan":{"a":[]},"x":"ada@example.com"}},[2]],"type":{"":1}}`), i)
		f.Add([]byte("{\"type\":\"x\",\"a\":{\"b\":1}}\n[{\"event\":1}] \n 2"), i)
		f.Add([]byte(`[{"type":"{\"card\":\"4111111111111111\"}"},{"properties":{"key":"email","value":"x"}}]`), i)
	}
	e := engine.New(policy(f, listing))
	none := engine.New(policy(f, "version: 1\nmode: enforce\ndestinations: [{name: d, url: \"http://127.0.0.1:9\", allow_list: true}]\nrules: [{when: {class: red}, action: block}]\n"))
	f.Fuzz(func(t *testing.T, body []byte, which int) {
		format := formats[uint(which)%uint(len(formats))]
		in := e.Get()
		err := in.Inspect(body, format)
		events := in.Events()
		e.Put(in)
		if err != nil {
			return
		}
		once := pass(t, e, format, string(body))
		if !format.Lines && once != "" && !json.Valid([]byte(once)) {
			t.Fatalf("%q became %q", body, once)
		}
		if left := pass(t, none, format, string(body)); events > 0 && left != "" {
			t.Fatalf("%q: nobody approved %q", body, left)
		}
	})
}
