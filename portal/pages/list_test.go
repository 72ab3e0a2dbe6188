package pages

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

var (
	rowLink  = regexp.MustCompile(`class="open" href="/datapoints/([0-9a-f]{20})"`)
	nextLink = regexp.MustCompile(`rel="next" href="([^"]+)"`)
)

// TestPaging: the pages of a list together have everything once.
func TestPaging(t *testing.T) {
	f := newFixture(t)
	var points []inventory.Observed
	for i := range 230 {
		points = append(points, point(fmt.Sprintf("traits.field_%d", i), "email", "yellow"))
	}
	f.observe("web", "x", points...)
	for _, start := range []string{"/inventory", "/inbox", "/inventory?sort=path&source=web"} {
		seen := map[string]int{}
		target, pages := start, 0
		for ; target != ""; pages++ {
			body := f.page(target)
			for _, m := range rowLink.FindAllStringSubmatch(body, -1) {
				seen[m[1]]++
			}
			next := nextLink.FindStringSubmatch(body)
			if target = ""; next != nil {
				target = html.UnescapeString(next[1])
			}
		}
		if len(seen) != len(points) || pages < 3 {
			t.Errorf("%s: %d data points on %d pages, want %d", start, len(seen), pages, len(points))
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("%s: %s is there %d times", start, id, n)
			}
		}
	}
}

// TestFilters: what an address asks for is on the page, is kept by its links, and is
// what the table for programs gets.
func TestFilters(t *testing.T) {
	f := newFixture(t)
	f.normal()
	list := func(target string, want ...inventory.Observed) string {
		t.Helper()
		body := f.page(target)
		var ids, wanted []string
		for _, m := range rowLink.FindAllStringSubmatch(body, -1) {
			ids = append(ids, m[1])
		}
		for _, o := range want {
			wanted = append(wanted, string(o.ID()))
		}
		slices.Sort(ids)
		slices.Sort(wanted)
		if !slices.Equal(ids, wanted) {
			t.Errorf("%s: %q, want %q", target, ids, wanted)
		}
		return body
	}
	list("/inventory", email, ssn, ip, overrode)
	list("/inventory?personal=false", email, ssn, ip, overrode, untyped)
	list("/inventory?class=red", ssn)
	list("/inventory?q=EMAIL", email)
	list("/inventory?source=mobile&type=email&type=ip_address", email, ip)
	list("/inventory?action=block", ssn)
	list("/inventory?q=nothing+is+like+that")
	list("/inbox?class=yellow&source=web", email, ip, overrode)

	body := list("/inventory?class=red&class=yellow&source=mobile&q=t&sort=-count", email, ssn, ip)
	csv := regexp.MustCompile(`href="(/api/v1/inventory.csv\?[^"]+)"`).FindStringSubmatch(body)
	if csv == nil {
		t.Fatal("there is no link to the CSV")
	}
	u, err := url.Parse(html.UnescapeString(csv[1]))
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"class": {"red", "yellow"}, "source": {"mobile"}, "q": {"t"}, "sort": {"-count"}, "personal": {"true"}}
	if got := u.Query(); got.Encode() != want.Encode() {
		t.Errorf("the CSV is of %s, want %s", got.Encode(), want.Encode())
	}
	has(t, body, `/inventory?class=yellow&amp;q=t&amp;sort=-count&amp;source=mobile`, // red taken out
		`/inventory?class=red&amp;class=yellow&amp;q=t&amp;sort=-count&amp;source=mobile&amp;source=web`, `aria-sort="ascending"`)

	f.decide(doConfirm, []string{at(email, 0)}, nil)
	list("/inbox", ssn, ip, overrode)
	list("/inventory?status=approved", email)
}

// asked counts the questions to a store.
type asked struct {
	inventory.Store
	points, facets, others int
}

func (a *asked) Points(ctx context.Context, l inventory.List) (inventory.Page, error) {
	a.points++
	return a.Store.Points(ctx, l)
}

func (a *asked) Point(ctx context.Context, id inventory.ID) (*inventory.DataPoint, error) {
	a.others++
	return a.Store.Point(ctx, id)
}

func (a *asked) Facets(ctx context.Context, f inventory.Filter) (*inventory.Facets, error) {
	a.facets++
	return a.Store.Facets(ctx, f)
}

// TestRowsFirst: a full page of the inventory costs a few questions, and its rows are
// out before the slowest of them is asked. The benchmark says how long that takes.
func TestRowsFirst(t *testing.T) {
	f := newFixture(t)
	f.large(200)
	a := &asked{Store: f.store}
	f.options.Store = a
	f.handler = New(f.options)
	w := &firstPaint{ResponseRecorder: httptest.NewRecorder(), flushed: func() {
		if a.facets > 0 {
			t.Error("the facets are counted before the rows are out")
		}
	}}
	f.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/inventory", nil))
	if w.at.IsZero() {
		t.Error("the rows do not go out first")
	}
	if n := len(rowLink.FindAllString(w.Body.String(), -1)); n != pageSize {
		t.Errorf("%d rows", n)
	}
	if a.points > 2 || a.facets != 1 || a.others > 0 {
		t.Errorf("the store was asked %d times for lists, %d times for facets, %d times for single data points", a.points, a.facets, a.others)
	}
}

func (f *fixture) large(n int) {
	f.t.Helper()
	for from := 0; from < n; from += 1000 {
		var points []inventory.Observed
		for i := from; i < min(n, from+1000); i++ {
			kind := []string{"email", "us_ssn", "phone", "ip_address"}[i%4]
			points = append(points, point(fmt.Sprintf("properties.group_%d.items[].field_%d", i/50, i), kind, []string{"yellow", "red", "yellow", "yellow"}[i%4]))
		}
		f.observe([]string{"web", "mobile"}[from/1000%2], "Order Completed", points...)
	}
}

// firstPaint measures until the rows are out: a browser shows them then.
type firstPaint struct {
	*httptest.ResponseRecorder
	at      time.Time
	flushed func() // nil for none
}

func (w *firstPaint) Flush() {
	if !w.at.IsZero() || !strings.Contains(w.Body.String(), "</table>") {
		return
	}
	w.at = time.Now()
	if w.flushed != nil {
		w.flushed()
	}
}

func BenchmarkInventory(b *testing.B) {
	f := newFixture(b)
	f.large(10_000)
	var paint time.Duration
	for b.Loop() {
		begin := time.Now()
		w := &firstPaint{ResponseRecorder: httptest.NewRecorder()}
		f.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/inventory", nil))
		if w.Code != http.StatusOK || w.at.IsZero() {
			b.Fatal("the page is not there")
		}
		paint += w.at.Sub(begin)
	}
	b.ReportMetric(float64(paint.Microseconds())/1000/float64(b.N), "ms-to-rows/op")
}
