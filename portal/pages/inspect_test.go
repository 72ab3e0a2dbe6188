package pages

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// element is a tag of a page.
type element struct {
	name string
	attr map[string]string
	text string // directly in it
}

func (e *element) has(name string) bool { _, ok := e.attr[name]; return ok }

// elements takes a page apart. Pages are well-formed but for void elements, so that a
// lenient XML decoder reads them; in says what each is in.
func elements(t testing.TB, page string) (list []*element, in map[*element][]*element) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict = false
	d.AutoClose = append(slices.Clone(xml.HTMLAutoClose), "wbr")
	d.Entity = xml.HTMLEntity
	in = map[*element][]*element{}
	var open []*element
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the page cannot be read: %v", err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			e := &element{name: x.Name.Local, attr: map[string]string{}}
			for _, a := range x.Attr {
				name := a.Name.Local
				if a.Name.Space != "" {
					name = a.Name.Space + ":" + name
				}
				if e.has(name) {
					t.Errorf("<%s> has the attribute %s twice", e.name, name)
				}
				e.attr[name] = a.Value
			}
			in[e] = slices.Clone(open)
			list, open = append(list, e), append(open, e)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1].name != x.Name.Local {
				t.Fatalf("</%s> closes what is not open", x.Name.Local)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(x)
			}
		}
	}
	if len(open) > 0 {
		t.Fatalf("<%s> is not closed", open[len(open)-1].name)
	}
	return list, in
}

// inspect checks what holds for every page, and returns its links.
func inspect(t testing.TB, target, page string) (links []string) {
	t.Helper()
	fail := func(format string, args ...any) { t.Helper(); t.Errorf(target+": "+format, args...) }
	if i := strings.IndexFunc(page, func(r rune) bool {
		return r != '\n' && !unicode.IsPrint(r) && !unicode.IsSpace(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
	}); i >= 0 {
		fail("a character that cannot be seen: %q", page[max(0, i-60):min(len(page), i+10)])
	}
	list, in := elements(t, page)
	ids := map[string]*element{}
	count := map[string]int{}
	for _, e := range list {
		if e.name != "title" || slices.ContainsFunc(in[e], func(o *element) bool { return o.name == "head" }) { // pictures have titles too
			count[e.name]++
		}
		if id := e.attr["id"]; id != "" {
			if ids[id] != nil {
				fail("the id %q is there twice", id)
			}
			ids[id] = e
		}
	}
	labelled := map[string]bool{}
	for _, e := range list {
		if e.name == "label" && e.has("for") {
			labelled[e.attr["for"]] = true
		}
	}
	for name, want := range map[string]int{"h1": 1, "main": 1, "title": 1, "html": 1, "header": 1} {
		if count[name] != want {
			fail("%d <%s>", count[name], name)
		}
	}
	for _, e := range list {
		within := func(name string) bool {
			return slices.ContainsFunc(in[e], func(o *element) bool { return o.name == name })
		}
		for name, value := range e.attr {
			switch {
			case name == "style", strings.HasPrefix(name, "on"):
				fail("<%s> has the attribute %s", e.name, name)
			case (name == "href" || name == "src" || name == "action") && !strings.HasPrefix(value, "/") && !strings.HasPrefix(value, "?") && !strings.HasPrefix(value, "#"):
				fail("<%s %s=%q> leads elsewhere", e.name, name, value)
			case (name == "for" || name == "form" || name == "list" || name == "aria-labelledby") && ids[value] == nil:
				fail("<%s %s=%q> names no id", e.name, name, value)
			case name == "href" && strings.Contains(value, "#") && strings.HasPrefix(value, "#") && ids[value[1:]] == nil:
				fail("the link %q leads nowhere", value)
			}
		}
		switch e.name {
		case "style", "iframe", "object", "embed", "base":
			fail("there is a <%s>", e.name)
		case "script":
			if !e.has("src") || strings.TrimSpace(e.text) != "" {
				fail("there is a script within the page")
			}
		case "img":
			if !e.has("alt") {
				fail("an <img> has no alt")
			}
		case "a":
			if !e.has("href") {
				fail("an <a> leads nowhere")
			}
			links = append(links, e.attr["href"])
		case "link":
			links = append(links, e.attr["href"])
		case "input", "select", "textarea":
			if e.attr["type"] != "hidden" && !e.has("aria-label") && !within("label") && !labelled[e.attr["id"]] {
				fail("<%s name=%q> has no label", e.name, e.attr["name"])
			}
		case "table":
			if !slices.ContainsFunc(list, func(o *element) bool { return o.name == "caption" && slices.Contains(in[o], e) }) {
				fail("a table has no caption")
			}
		case "th":
			if !e.has("scope") {
				fail("a <th> has no scope")
			}
		case "form":
			if within("form") {
				fail("a form is within a form")
			}
			token := slices.ContainsFunc(list, func(o *element) bool {
				return o.name == "input" && o.attr["name"] == "token" && o.attr["value"] == testToken && slices.Contains(in[o], e)
			})
			if post := e.attr["method"] == "post"; post != token {
				fail("a form with method %q: its token is there: %v", e.attr["method"], token)
			}
		}
		if e.attr["class"] == "pill red" && e.text != "Restricted" {
			fail("a class is told by colour alone")
		}
	}
	return links
}
