package pages

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

// queueing puts queued destinations into the policy, beside collector.
func (f *fixture) queueing(names ...string) {
	p := *f.policy.Load()
	for _, name := range names {
		p.Destinations = append(p.Destinations, rules.Destination{Name: name, Queued: true, Retry: rules.Retry{Attempts: 15}, Backlog: rules.Backlog{Age: 7 * 24 * time.Hour}})
	}
	f.policy.Store(&p)
}

// tell has a process on a host tell of its queue.
func (f *fixture) tell(id string, at time.Time, backlogs []inventory.Backlog, dead ...inventory.DeadGroup) {
	f.t.Helper()
	if err := f.store.SetDelivery(context.Background(), inventory.Process{ID: id, Host: "node-" + id, LastSeen: at, Queue: id}, backlogs, dead); err != nil {
		f.t.Fatal(err)
	}
}

// queued are deliveries of which some go wrong.
func (f *fixture) queued() {
	f.queueing("mailer", "warehouse")
	ago := func(d time.Duration) time.Time { return f.at.Add(-d) }
	group := func(destination, source, reason string, status int, events int64) inventory.DeadGroup {
		return inventory.DeadGroup{Process: "a1", Destination: destination, Source: source, Reason: reason, Status: status, Messages: 2, Events: events, Bytes: 100 * events, First: ago(3 * time.Hour), Last: ago(2 * time.Minute)}
	}
	f.tell("a1", f.at, []inventory.Backlog{
		{Process: "a1", Destination: "mailer", Messages: 40, Events: 1234, Bytes: 3 << 20, Oldest: ago(2 * time.Hour), Delivered: 5, Retries: 9, Lost: 3, Trouble: "it answered 503 to the last 4 requests", Since: ago(5 * time.Minute)},
		{Process: "a1", Destination: "warehouse", Delivered: 77},
	}, group("mailer", "web", "rejected", 400, 30), group("mailer", "web", "rejected", 422, 1000), group("mailer", "mobile", "failing", 0, 4), group("warehouse", "web", "expired", 0, 1), group("former", "web", "failing", 500, 2))
	f.tell("b2", ago(2*time.Hour), []inventory.Backlog{{Process: "b2", Destination: "mailer", Messages: 1, Events: 1, Bytes: 1, Oldest: ago(2 * time.Hour)}, {Process: "b2", Destination: "warehouse"}})
	f.tell("c3", f.at, []inventory.Backlog{{Process: "c3", Destination: "mailer", Messages: 1, Events: 10, Bytes: 10, Oldest: f.at}})
}

// send posts the form of a page that leads to an address and holds a text; more are
// members besides.
func (f *fixture) send(page, action, holds string) answer {
	f.t.Helper()
	for _, form := range regexp.MustCompile(`(?s)<form[^>]*action="`+action+`".*?</form>`).FindAllString(page, -1) {
		if !strings.Contains(form, holds) {
			continue
		}
		values := url.Values{}
		for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`).FindAllStringSubmatch(form, -1) {
			values.Add(m[1], html.UnescapeString(m[2]))
		}
		return f.do(http.MethodPost, action, values)
	}
	f.t.Fatalf("no form to %s holds %q:\n%s", action, holds, page)
	return answer{}
}

// given are the orders of a store, a line each.
func (f *fixture) given() (lines []string) {
	f.t.Helper()
	orders, err := f.store.DeadOrders(context.Background(), 0)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, o := range orders {
		lines = append(lines, fmt.Sprintf("%s %s/%s/%s %d by %s", o.What, o.Destination, o.Source, o.Reason, o.Events, o.Actor))
	}
	return lines
}

// TestDeliveriesEntry: the menu speaks of deliveries when there are some.
func TestDeliveriesEntry(t *testing.T) {
	const entry = `<a href="/deliveries"`
	f := newFixture(t)
	f.normal()
	lacks(t, f.page("/"), entry)
	lacks(t, f.page("/destinations"), entry)
	has(t, f.page("/deliveries"), "events go to it while their sender waits")
	f.tell("a1", f.at, nil, inventory.DeadGroup{Process: "a1", Destination: "former", Source: "web", Reason: "failing", Messages: 1, Events: 1, First: f.at, Last: f.at})
	has(t, f.page("/inbox"), entry)
	f.tell("a1", f.at, []inventory.Backlog{{Process: "a1", Destination: "former"}})
	has(t, f.page("/inbox"), entry)
	f.tell("a1", f.at, nil)
	lacks(t, f.page("/inbox"), entry)
	f.queueing("mailer")
	has(t, f.page("/inbox"), entry)
	has(t, f.page("/destinations"), `<a href="/deliveries">Deliveries</a>.`)
	has(t, f.page("/deliveries"), "nothing waits", "queued")
}

func TestDeliveries(t *testing.T) {
	f := newFixture(t)
	f.normal()
	f.queued()
	body := f.page("/deliveries")
	has(t, body, "Its process is not heard of", "2 of 3 queues in trouble", "1,245", "3 MiB", "2 h ago", "9 retries", "3 events were dropped from a full queue", "Deliveries",
		"Not taken: 1,037 events", "no longer in the configuration", "nothing waits", ">77<")
	has(t, body, "It answered 400 (30) and 422 (1,000) and will not take it.", "Tried 15 times, without an answer.", "Waited longer than 7 days.", "Tried as often as the configuration says; it answered 500.")
	lacks(t, body, "By process", "node-a1")
	if n := strings.Count(body, ">Purge…<"); n != 4 || strings.Count(body, ">Purge all…<") != 1 || strings.Count(body, ">Replay<") != 4 {
		t.Errorf("%d ways to purge a row", n)
	}

	body = f.page("/deliveries?destination=mailer")
	has(t, body, "Only <bdi>mailer</bdi>", "By process", "node-a1", "node-b2", "It answered 503 to the last 4 requests", "being delivered", "last <time", "Not taken: 1,034 events", "Purge all…")
	lacks(t, body, "Waited longer", ">77<")
	lacks(t, f.page("/deliveries?destination=warehouse"), "By process", "Purge all")

	body = f.page("/")
	has(t, body, "Not everything arrives.", `<a href="/deliveries?destination=mailer"><bdi>mailer</bdi></a>: its process is not heard of, began`, "1,245 events wait; 1,034 events were not taken.", "warehouse</bdi></a>: 1 event was not taken.")
	lacks(t, body, "collector</bdi></a>:")
	f.tell("a1", f.at, nil)
	f.tell("b2", f.at, nil)
	lacks(t, f.page("/"), "Not everything arrives")
	lacks(t, f.page("/deliveries"), "Not taken:", "By process")
}

// TestDeliveriesRoles: a viewer looks, an editor replays, an owner purges.
func TestDeliveriesRoles(t *testing.T) {
	f := newFixture(t)
	f.queued()
	for role, may := range map[rules.Role][2]bool{rules.Viewer: {false, false}, rules.Editor: {true, false}, rules.Owner: {true, true}} {
		f.role = role
		body := f.page("/deliveries")
		for i, word := range []string{"/deliveries/replay", "/deliveries/purge"} {
			if strings.Contains(body, word) != may[i] {
				t.Errorf("%s for a %v: %v", word, role, !may[i])
			}
			if got := f.do(http.MethodPost, word, url.Values{"token": {testToken}}).Status == http.StatusSeeOther; got != may[i] {
				t.Errorf("POST %s as %v: %v", word, role, got)
			}
		}
		if got := f.get("/deliveries/purge").Status == http.StatusOK; got != may[1] {
			t.Errorf("a %v is asked whether to purge: %v", role, got)
		}
	}
}

func TestOrders(t *testing.T) {
	f := newFixture(t)
	f.queued()
	page := f.page("/deliveries?destination=mailer")
	page = f.made(f.send(page, "/deliveries/replay", `value="failing"`))
	has(t, page, "4 events for mailer will be delivered again, within 1 second wherever a process holds them.", "Only <bdi>mailer</bdi>")
	page = f.made(f.send(page, "/deliveries/replay", "Replay all"))
	has(t, page, "1,034 events for mailer will be delivered again")
	lacks(t, page, "order=", "did=")

	// To purge takes a second step.
	href := regexp.MustCompile(`href="(/deliveries/purge\?[^"]*reason=rejected[^"]*)"`).FindStringSubmatch(page)
	if href == nil {
		t.Fatalf("nothing leads to the question:\n%s", page)
	}
	asked := f.page(html.UnescapeString(href[1]))
	has(t, asked, "What mailer will not take from web (rejected): 1,030 events in 4 requests.", "It answered 400 (30) and 422 (1,000) and will not take it.", "Leave them")
	page = f.made(f.send(asked, "/deliveries/purge", "Purge 1,030 events"))
	has(t, page, "1,030 events for mailer will be forgotten", "Only <bdi>mailer</bdi>")
	page = f.made(f.send(f.page("/deliveries/purge"), "/deliveries/purge", "Purge 1,037 events"))
	has(t, page, "1,037 events will be forgotten")

	me := " by grace@example.com"
	want := []string{"replay mailer/mobile/failing 4" + me, "replay mailer// 1034" + me, "purge mailer/web/rejected 1030" + me, "purge // 1037" + me}
	if got := f.given(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("ordered %q, want %q", got, want)
	}
	has(t, f.page("/activity"), "dead letters: mailer · web · rejected", "all dead letters", "purge", "events: 1037, requests: 10")

	// Somebody else's order is no news of one's own.
	orders, err := f.store.DeadOrders(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("/deliveries?did=purge&order=%d", orders[3].ID)
	has(t, f.page(at), "will be forgotten")
	f.user = "eve"
	lacks(t, f.page(at), "will be forgotten")
	f.user = "grace@example.com"
	lacks(t, f.page(strings.Replace(at, "purge", "replay", 1)), "will be")

	for _, form := range []url.Values{{"destination": {"maler"}}, {"reason": {"bored"}}, {"source": {"<b>"}}} {
		for _, target := range []string{"/deliveries/replay", "/deliveries/purge"} {
			form.Set("token", testToken)
			a := f.do(http.MethodPost, target, form)
			if a.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s %v: %d", target, form, a.Status)
			}
			inspect(t, target, a.Body)
		}
	}
	has(t, f.do(http.MethodPost, "/deliveries/replay", url.Values{"destination": {"maler"}}).Body, `did you mean "mailer"?`)
	if a := f.do(http.MethodPost, "/deliveries/replay", url.Values{"back": {"https://evil.example.com/"}}); !strings.HasPrefix(a.Header.Get("Location"), "/?") {
		t.Errorf("led to %s", a.Header.Get("Location"))
	}
	f.tell("a1", f.at, nil)
	has(t, f.page("/deliveries/purge?destination=mailer"), "There are none")
}

// TestHostileDeliveries: names come from configurations, and are shown as text all the same.
func TestHostileDeliveries(t *testing.T) {
	f := newFixture(t)
	const bad = `<script>alert(1)</script>&destination=x#"`
	const worse = bad + "\u202e\x1b" // what no configuration lets through as a name
	f.tell("a1", f.at, []inventory.Backlog{{Process: "a1", Destination: bad, Messages: 1, Events: 1, Trouble: worse, Since: f.at, Oldest: f.at}, {Process: "", Destination: bad, Messages: 1, Events: 1}},
		inventory.DeadGroup{Process: "a1", Destination: bad, Source: bad, Reason: "rejected", Messages: 1, Events: 1, First: f.at, Last: f.at})
	for _, link := range inspect(t, "/deliveries", f.page("/deliveries")) {
		if link, _, _ = strings.Cut(link, "#"); strings.HasPrefix(link, "/deliveries") {
			f.page(link)
		}
	}
	for _, page := range []string{"/", "/deliveries", "/deliveries?" + url.Values{"destination": {bad}}.Encode(), "/deliveries/purge"} {
		lacks(t, f.page(page), "<script>alert", "\u202e", "\x1b")
	}
}

func TestWhy(t *testing.T) {
	to := &rules.Destination{Retry: rules.Retry{Attempts: 1}, Backlog: rules.Backlog{Age: 90 * time.Minute}}
	f := func(reason string, to *rules.Destination, want string, statuses ...statusCount) {
		t.Helper()
		d := deadRow{DeadGroup: inventory.DeadGroup{Reason: reason}, statuses: statuses}
		if got := d.why(to); got != want {
			t.Errorf("%s %v: %q, want %q", reason, statuses, got, want)
		}
	}
	f("rejected", to, "It answered 400 and will not take it.", statusCount{400, 3})
	f("rejected", to, "It will not take it.", statusCount{0, 3})
	f("failing", to, "Tried 1 time; it answered nothing (2) and 503 (1,000).", statusCount{0, 2}, statusCount{503, 1000})
	f("failing", nil, "Tried as often as the configuration says, without an answer.", statusCount{0, 2})
	f("expired", to, "Waited longer than 90 minutes.", statusCount{0, 1})
	f("expired", to, "Waited longer than 90 minutes; it answered 429.", statusCount{429, 1})
	f("expired", nil, "Waited longer than the configuration says.")
	f("of a newer version", nil, "Of a newer version.", statusCount{400, 1})
	var many []statusCount
	for i := range 9 {
		many = append(many, statusCount{400 + i, 1})
	}
	f("rejected", to, "It answered 400 (1), 401 (1), 402 (1), 403 (1), 404 (1), 405 (1) and 3 others and will not take it.", many...)
}

// TestManyDeliveries: a page about a fleet is there at once.
func TestManyDeliveries(t *testing.T) {
	f := newFixture(t)
	fleet(f)
	took := time.Duration(1 << 62)
	for range 5 {
		begin := time.Now()
		if a := f.get("/deliveries"); a.Status != http.StatusOK {
			t.Fatal(a.Status)
		}
		took = min(took, time.Since(begin))
	}
	t.Logf("100 destinations in 20 processes: %v", took)
	if took > time.Second { // the race detector and a busy machine have their share
		t.Errorf("100 destinations in 20 processes: %v", took)
	}
}

// fleet are 100 destinations in 20 processes, with dead letters for each.
func fleet(f *fixture) {
	var names []string
	for i := range 100 {
		names = append(names, fmt.Sprintf("destination-%02d", i))
	}
	f.queueing(names...)
	for p := range 20 {
		id := fmt.Sprintf("p%02d", p)
		var backlogs []inventory.Backlog
		var dead []inventory.DeadGroup
		for i, name := range names {
			b := inventory.Backlog{Process: id, Destination: name, Messages: int64(i), Events: int64(10 * i), Bytes: int64(1000 * i), Oldest: f.at.Add(-time.Duration(i) * time.Minute), Delivered: 1e6, Retries: 7}
			if i%10 == 0 {
				b.Trouble, b.Since = "it answered 503 to the last 4 requests", f.at.Add(-time.Hour)
				dead = append(dead, inventory.DeadGroup{Process: id, Destination: name, Source: "web", Reason: "rejected", Status: 400, Messages: 1, Events: 7, Bytes: 70, First: f.at, Last: f.at})
			}
			backlogs = append(backlogs, b)
		}
		f.tell(id, f.at, backlogs, dead...)
	}
}

func BenchmarkDeliveries(b *testing.B) {
	f := newFixture(b)
	fleet(f)
	for b.Loop() {
		if a := f.get("/deliveries"); a.Status != http.StatusOK {
			b.Fatal(a.Status)
		}
	}
}
