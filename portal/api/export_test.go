package api

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/portal/inventory"
)

// table reads a CSV answer.
func table(s *site, path string) [][]string {
	s.Helper()
	a := s.ask("GET", path, "")
	if a.status != http.StatusOK || a.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(a.Get("Content-Disposition"), "attachment; filename=") {
		s.Fatalf("%d, %v: %s", a.status, a.Header, a.body)
	}
	text, marked := strings.CutPrefix(a.body, "\ufeff")
	if !marked {
		s.Error("no byte order mark")
	}
	if n := strings.Count(text, "\n"); n != strings.Count(text, "\r\n") {
		s.Errorf("%d lines do not end in CR LF", n-strings.Count(text, "\r\n"))
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		s.Fatal(err)
	}
	return rows
}

// column lists the cells below a head.
func column(rows [][]string, head string) (cells []string) {
	at := slices.Index(rows[0], head)
	for _, r := range rows[1:] {
		cells = append(cells, r[at])
	}
	return cells
}

func TestInventoryCSV(t *testing.T) {
	s := filled(t)
	s.patch(id("traits.email"), `{"status":"approved","note":"=HYPERLINK(\"https://example.com\")","owner":"@owner"}`)
	rows := table(s, "/inventory.csv")
	if diff := cmp.Diff([]string{"context.ip", "properties.sku", "traits.email", "traits.ssn"}, column(rows, "path")); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	row := map[string]string{}
	for i, head := range rows[0] {
		row[head] = rows[3][i]
	}
	for _, at := range []string{"first_seen", "last_seen", "decided_at"} {
		if when, err := time.Parse("2006-01-02T15:04:05Z", row[at]); err != nil || time.Since(when) > time.Minute {
			t.Errorf("%s is %q", at, row[at])
		}
		delete(row, at)
	}
	want := map[string]string{"class": "yellow", "type": "email", "path": "traits.email", "status": "approved", "recommended": "yellow", "found_type": "email",
		"matched": "both", "how": "validated", "confidence": "0.99", "count": "5", "sources": "web", "destinations": "ads; collector", "shape": "aaa@aaaaaaa.aaa",
		"drift": "", "note": `'=HYPERLINK("https://example.com")`, "owner": "'@owner", "decided_by": "ada", "override": "", "id": string(id("traits.email")), "version": "1"}
	if diff := cmp.Diff(want, row); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	if got := column(table(s, "/inventory.csv?class=green"), "path"); !slices.Equal(got, []string{"properties.country", "properties.plan"}) {
		t.Errorf("green: %q", got)
	}
	if got := column(table(s, "/inventory.csv?status=approved"), "path"); !slices.Equal(got, []string{"traits.email"}) {
		t.Errorf("approved: %q", got)
	}
	if got := column(table(s, "/inventory.csv?type=phone"), "override"); !slices.Equal(got, []string{"policy.yaml:13"}) {
		t.Errorf("override: %q", got)
	}
	if got := table(s, "/inventory.csv?q=nothing"); len(got) != 1 {
		t.Errorf("%d rows", len(got))
	}
}

// TestColumnsAreDocumented holds docs/api.md to the columns.
func TestColumnsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, c := range columns {
		line := strings.Index(string(page)[at:], "\n| `"+c.name+"` | ")
		if line < 0 {
			t.Fatalf("docs/api.md does not explain the column %s, or not in its order", c.name)
		}
		at += line
	}
}

// hostile are names as somebody who sends events may choose them.
var hostile = []string{"=cmd|' /C calc'!A0", "+1", "-1", "@sum(A1)", "\t=1", " =1", "<script>alert(1)</script>", `a"b,c;d`, "x\r\ny", "\u202etxt.exe", "\u2028", "＝1",
	"\x1b[31mred", "'quoted", strings.Repeat("long.", 2000)}

func TestHostileNames(t *testing.T) {
	s := begin(t, nil)
	var points []inventory.Observed
	var sightings []inventory.Sighting
	for _, name := range hostile {
		p := inventory.Observed{Path: name, Found: inventory.Finding{Type: "email", Class: "yellow"}, Shape: name[:1]}
		points = append(points, p)
		sightings = append(sightings, inventory.Sighting{Point: p.ID(), Source: name[:min(len(name), 100)], Event: name[:min(len(name), 100)], Count: 1})
	}
	s.observe(points, sightings)
	l := get[list](s, "/datapoints")
	if len(l.Items) != len(hostile) {
		t.Fatalf("%d data points", len(l.Items))
	}
	for i, p := range l.Items {
		d := get[pointDetail](s, "/datapoints/"+string(p.ID))
		if d.Path != p.Path || len(d.Sightings) != 1 || d.Sightings[0].Source != p.Sources[0] {
			t.Errorf("data point %d: %+v", i, d)
		}
	}
	for _, path := range []string{"/datapoints", "/inventory.json"} {
		if body := s.ask("GET", path, "").body; strings.Contains(body, "<script>") || strings.ContainsAny(body, "\x1b\u2028") {
			t.Errorf("%s: names are not encoded", path)
		}
	}
	rows := table(s, "/inventory.csv")
	if len(rows) != len(hostile)+1 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		for _, c := range row {
			if bare := strings.TrimLeft(c, " \t\r\n\u202e"); bare != "" && strings.ContainsAny(bare[:1], "=+-@") {
				t.Errorf("the cell %.20q begins like a formula", c)
			}
		}
	}
}

func TestInventoryJSON(t *testing.T) {
	s := filled(t)
	f := get[inventoryFile](s, "/inventory.json")
	if diff := cmp.Diff([]string{"context.ip", "properties.sku", "traits.email", "traits.ssn"}, paths(list{Items: f.Items})); diff != "" || f.Total != 4 {
		t.Errorf("total %d, - want, + got:\n%s", f.Total, diff)
	}
	if f := get[inventoryFile](s, "/inventory.json?q=nothing"); len(f.Items) != 0 || f.Items == nil {
		t.Errorf("%+v", f)
	}
}

// TestExportsAreWhole holds that an export has all pages.
func TestExportsAreWhole(t *testing.T) {
	s := begin(t, nil)
	var many []inventory.Observed
	for i := range 2*inventory.MaxLimit + 1 {
		many = append(many, inventory.Observed{Path: fmt.Sprintf("p%d", i), Found: inventory.Finding{Type: "email", Class: "yellow"}})
	}
	s.observe(many, nil)
	if got := len(table(s, "/inventory.csv")) - 1; got != len(many) {
		t.Errorf("%d rows, want %d", got, len(many))
	}
	if got := len(get[inventoryFile](s, "/inventory.json").Items); got != len(many) {
		t.Errorf("%d items, want %d", got, len(many))
	}
}

func TestProcessingRecord(t *testing.T) {
	s := filled(t)
	r := get[record](s, "/processing-record")
	if len(r.Activities) != 3 || r.Controller != open {
		t.Fatalf("%+v", r)
	}
	a := r.Activities[1]
	for i := range a.Categories {
		if c := &a.Categories[i]; c.FirstSeen == nil || c.LastSeen == nil || c.Description == "" {
			t.Errorf("incomplete: %+v", c)
		}
		a.Categories[i].FirstSeen, a.Categories[i].LastSeen, a.Categories[i].Description = nil, nil, ""
	}
	want := activity{Destination: "ads", Recipient: "ads.example.com:8443", Labels: []string{"marketing"}, Consent: []string{"ads"},
		Purpose: open, LegalBasis: open, Subjects: open, Transfers: open, Retention: open,
		Security: []string{"fields are removed", "values are pseudonymized by a hash", "values are replaced by the name of their type"},
		Categories: []category{
			{Class: "red", Type: "us_ssn", Sources: []string{"app"}, Actions: map[string]int64{"block": 2}, Count: 2},
			{Class: "yellow", Type: "email", Sources: []string{"web"}, Actions: map[string]int64{"hash": 5}, Count: 5},
			{Class: "yellow", Type: "ip_address", Sources: []string{"web"}, Actions: map[string]int64{"redact": 1}, Count: 1}}}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	if g := r.Activities[2]; g.Destination != "gone" || g.Recipient != "" || len(g.Categories) != 1 {
		t.Errorf("%+v", g)
	}
	rows := table(s, "/processing-record?format=csv")
	if got := column(rows, "destination"); !slices.Equal(got, []string{"collector", "collector", "collector", "ads", "ads", "ads", "gone"}) {
		t.Errorf("rows of %q", got)
	}
	if got := column(rows, "recipient")[0]; got != "collector.example.com" {
		t.Errorf("recipient %q", got)
	}
	if got := column(table(begin(t, nil), "/processing-record?format=csv"), "type"); !slices.Equal(got, []string{"", ""}) {
		t.Errorf("without traffic: %q", got)
	}
	problemOf(s, s.ask("GET", "/processing-record?format=pdf", ""), http.StatusBadRequest)
}

// TestOperationsAreDocumented holds docs/api.md to the routes and the roles that they ask for.
func TestOperationsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range routes {
		if row := fmt.Sprintf("\n| `%s %s%s` | %s | ", r.method, prefix, r.path, r.role); !strings.Contains(string(page), row) {
			t.Errorf("docs/api.md has no row %q", row)
		}
	}
	if rows := strings.Count(string(page), "` | viewer | ") + strings.Count(string(page), "` | editor | ") + strings.Count(string(page), "` | owner | "); rows != len(routes) {
		t.Errorf("docs/api.md has %d operations, want %d", rows, len(routes))
	}
}
