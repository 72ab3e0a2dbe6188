package pages

import (
	"context"
	"errors"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/portal/inventory"
)

// made fails unless a decision was made, and returns the page that it leads to.
func (f *fixture) made(a answer) string {
	f.t.Helper()
	if a.Status != http.StatusSeeOther {
		f.t.Fatalf("the decision was answered with %d:\n%s", a.Status, a.Body)
	}
	return f.page(a.Header.Get("Location"))
}

// submit posts the form of a page whose button does something.
func (f *fixture) submit(page, do string) answer {
	f.t.Helper()
	for _, form := range regexp.MustCompile(`(?s)<form[^>]*action="/decide".*?</form>`).FindAllString(page, -1) {
		if !strings.Contains(form, `name="do" value="`+do+`"`) {
			continue
		}
		values := url.Values{"do": {do}}
		for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`).FindAllStringSubmatch(form, -1) {
			if m[1] != "do" {
				values.Add(m[1], html.UnescapeString(m[2]))
			}
		}
		return f.do(http.MethodPost, "/decide", values)
	}
	f.t.Fatalf("no form of the page does %q:\n%s", do, page)
	return answer{}
}

// verdict fails unless a data point is said to be something.
func (f *fixture) verdict(o inventory.Observed, status inventory.Status, class, typ string) {
	f.t.Helper()
	if d := f.point(o); d.Status != status || d.Class != class || d.Type != typ {
		f.t.Errorf("%s is %s, %s, %s; want %s, %s, %s", d.Path, d.Status, d.Class, d.Type, status, class, typ)
	}
}

func TestDecide(t *testing.T) {
	f := newFixture(t)
	f.normal()

	page := f.made(f.decide(doConfirm, []string{at(email, 0)}, nil))
	has(t, page, "traits.email (email) is confirmed.", "Undo")
	f.verdict(email, inventory.Approved, "yellow", "email")
	page = f.made(f.submit(page, doReopen))
	has(t, page, "traits.email (email) is back in the inbox.")
	lacks(t, page, ">Undo<")
	f.verdict(email, inventory.New, "yellow", "email")

	page = f.made(f.decide(doReclassify, []string{at(ip, 0)}, url.Values{"type": {"us_ssn"}}))
	has(t, page, "is reclassified as restricted, us_ssn.")
	f.verdict(ip, inventory.Approved, "red", "us_ssn") // the class of the type
	page = f.made(f.decide(doIgnore, []string{at(ip, 1)}, nil))
	f.verdict(ip, inventory.Ignored, "green", "ip_address")
	f.made(f.submit(page, doRestore)) // Undo brings back what had been decided before
	f.verdict(ip, inventory.Approved, "red", "us_ssn")

	has(t, f.made(f.decide(doConfirm, []string{at(ip, 3)}, nil)), "was so already")

	page = f.made(f.decide(doReclassify, []string{at(ssn, 0)}, url.Values{"class": {"green"}, "source": {"mobile"}}))
	has(t, page, "from mobile, is reclassified as not personal, us_ssn.")
	f.verdict(ssn, inventory.New, "red", "us_ssn")
	if v := f.point(ssn).PerSource; len(v) != 1 || v[0].Class != "green" {
		t.Errorf("for mobile: %+v", v)
	}
	f.made(f.submit(page, doReopen))
	if v := f.point(ssn).PerSource; len(v) != 0 {
		t.Errorf("for mobile, undone: %+v", v)
	}

	f.made(f.decide(doNote, []string{at(ssn, 2)}, url.Values{"note": {"for billing"}, "owner": {"Billing"}}))
	if d := f.point(ssn); d.Note != "for billing" || d.Owner != "Billing" || d.Status != inventory.New {
		t.Errorf("noted: %+v", d)
	}
}

func TestDecideOnMany(t *testing.T) {
	f := newFixture(t)
	f.normal()
	page := f.made(f.decide(doConfirm, []string{at(email, 0), at(ssn, 0), at(ip, 0)}, nil))
	has(t, page, "3 data points are confirmed.")
	for _, o := range []inventory.Observed{email, ssn, ip} {
		f.verdict(o, inventory.Approved, o.Found.Class, o.Found.Type)
	}
	f.made(f.submit(page, doReopen))
	for _, o := range []inventory.Observed{email, ssn, ip} {
		f.verdict(o, inventory.New, o.Found.Class, o.Found.Type)
	}
}

func TestConflict(t *testing.T) {
	f := newFixture(t)
	f.normal()
	f.user = "ada@example.com"
	f.made(f.decide(doReclassify, []string{at(email, 0)}, url.Values{"class": {"red"}}))
	f.user = "grace@example.com"

	a := f.decide(doIgnore, []string{at(email, 0), at(ssn, 0)}, nil)
	if a.Status != http.StatusPreconditionFailed {
		t.Fatalf("a decision on what has changed: %d", a.Status)
	}
	inspect(t, "/decide", a.Body)
	has(t, a.Body, "Somebody was faster", "1 decision was made; 1 was not.", "traits.", "ada@example.com", "<del><bdi>Personal</bdi></del>", "<ins><bdi>Restricted</bdi></ins>", "Ignore nevertheless")
	f.verdict(email, inventory.Approved, "red", "email")
	f.verdict(ssn, inventory.Ignored, "green", "us_ssn")
	values := url.Values{"do": {doIgnore}}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`).FindAllStringSubmatch(a.Body[strings.Index(a.Body, `action="/decide"`):], -1) {
		values.Set(m[1], html.UnescapeString(m[2]))
	}
	f.made(f.do(http.MethodPost, "/decide", values))
	f.verdict(email, inventory.Ignored, "green", "email")

	// A note that somebody wrote is not lost either.
	a = f.decide(doNote, []string{at(email, 0)}, url.Values{"note": {"a long <story>"}, "owner": {"me"}})
	if a.Status != http.StatusPreconditionFailed {
		t.Fatal(a.Status)
	}
	inspect(t, "/decide", a.Body)
	has(t, a.Body, ">a long &lt;story&gt;</textarea>", `value="me"`)
}

func TestRefusedDecisions(t *testing.T) {
	f := newFixture(t)
	f.normal()
	f.observe("web", "x", point("traits.email", "phone", "yellow"))
	check := func(a answer, status int, texts ...string) {
		t.Helper()
		if a.Status != status {
			t.Errorf("answered with %d, want %d", a.Status, status)
		}
		inspect(t, "/decide", a.Body)
		has(t, a.Body, texts...)
	}
	check(f.decide(doConfirm, nil, nil), http.StatusBadRequest, "No data point was chosen")
	check(f.decide(doConfirm, []string{"nonsense"}, nil), http.StatusBadRequest)
	check(f.decide("dance", []string{at(email, 0)}, nil), http.StatusBadRequest)
	check(f.decide(doReclassify, []string{at(email, 0)}, nil), http.StatusUnprocessableEntity, "Say what it is")
	check(f.decide(doReclassify, []string{at(email, 0)}, url.Values{"type": {"<b>"}}), http.StatusUnprocessableEntity, "There is no type of that name")
	check(f.decide(doReclassify, []string{at(email, 0)}, url.Values{"class": {"purple"}}), http.StatusUnprocessableEntity, "Class is one of")
	check(f.decide(doReclassify, []string{at(email, 0)}, url.Values{"type": {"phone"}}), http.StatusUnprocessableEntity, "already known to hold that type")
	check(f.decide(doReclassify, []string{at(untyped, 0)}, url.Values{"class": {"red"}}), http.StatusUnprocessableEntity, "say what it holds")
	check(f.decide(doConfirm, []string{at(email, 0)}, url.Values{"source": {"nobody"}}), http.StatusUnprocessableEntity, "no source of that name")
	check(f.decide(doConfirm, []string{"0123456789abcdef0123:0"}, nil), http.StatusUnprocessableEntity, "There is no such data point")
	check(f.decide(doNote, []string{at(email, 0)}, url.Values{"note": {strings.Repeat("x", 5000)}}), http.StatusUnprocessableEntity, "Note is a text")
	f.verdict(email, inventory.New, "yellow", "email")
}

func TestLateDecision(t *testing.T) {
	f := newFixture(t)
	f.normal()
	f.desk.Apply = func(context.Context) error { return errors.New("busy") }
	has(t, f.made(f.decide(doConfirm, []string{at(email, 0)}, nil)), "comes into force as soon as the store answers again")
	f.verdict(email, inventory.Approved, "yellow", "email")
}

// TestFlashIsTrue: an address that somebody made up says nothing that is not so.
func TestFlashIsTrue(t *testing.T) {
	f := newFixture(t)
	f.normal()
	lacks(t, f.page("/inbox?did=confirm&points="+url.QueryEscape(at(email, 0))), `class="note good flash"`)
	f.made(f.decide(doConfirm, []string{at(email, 0)}, nil))
	f.user = "mallory@example.com"
	lacks(t, f.page("/inbox?did=confirm&points="+url.QueryEscape(at(email, 1))), `class="note good flash"`)
}
