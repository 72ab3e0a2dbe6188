package pages

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

// newest is how many entries of the inbox the overview shows.
const newest = 5

type overviewPage struct {
	Empty     bool // nothing was ever met
	Endpoint  string
	Live      bool
	Span      span
	Spans     []span
	Chart     *chart
	Events    int64 // the destination with the most
	Findings  int64
	Passed    int64 // restricted, sent as they were
	Kept      int64 // restricted, with something done to them
	Outcomes  outcomes
	Newest    []inventory.DataPoint
	Overflow  []inventory.Overflow
	Processes []inventory.Process
	passed    []string // the actions by which they were
	Troubles  []inventory.Delivery
	Differ    bool // processes do not have the same configuration
}

// overview answers: what goes by, and is anything waiting for me?
func (s *site) overview(w http.ResponseWriter, r *http.Request) error {
	v := s.view(r, "overview", "Overview")
	p := overviewPage{Span: spanOf(r.URL.Query().Get("span")), Spans: spans, Live: s.Watch != nil, Endpoint: endpoint(s.Policy())}
	if err := s.fillOverview(r.Context(), &p); err != nil {
		return err
	}
	v.Data = &p
	return s.show(w, http.StatusOK, "overview", v)
}

func (s *site) fillOverview(ctx context.Context, p *overviewPage) error {
	now := s.Now()
	since := p.Span.begin(now)
	hours, err := s.Store.Hours(ctx, "", since)
	if err != nil {
		return err
	}
	p.Chart = chartOf(hours, p.Span, now)
	p.Findings = p.Chart.Total
	for _, h := range hours {
		if h.Destination != "" && h.Class == "red" {
			if inventory.Intact(h.Action) {
				p.Passed += h.Count
				if !slices.Contains(p.passed, h.Action) {
					p.passed = append(p.passed, h.Action)
				}
			} else {
				p.Kept += h.Count
			}
		}
	}
	list, err := s.Store.OutcomesSince(ctx, since)
	if err != nil {
		return err
	}
	p.Outcomes = outcomesOf(list)
	for _, row := range p.Outcomes.Rows {
		p.Events = max(p.Events, row.Total)
	}
	page, err := s.Store.Points(ctx, inventory.List{Filter: waiting, Order: inventory.ByFirst, Limit: newest})
	if err != nil {
		return err
	}
	p.Newest = page.Items
	if p.Overflow, err = s.Store.Overflow(ctx); err != nil {
		return err
	}
	if p.Processes, err = s.Store.Processes(ctx); err != nil {
		return err
	}
	ways, _, err := inventory.ReadDeliveries(ctx, s.Store, s.Policy(), s.Now())
	if err != nil {
		return err
	}
	p.Troubles = troubles(ways)
	for _, o := range p.Processes {
		p.Differ = p.Differ || o.Policy != p.Processes[0].Policy
	}
	if p.Findings == 0 && p.Events == 0 && len(p.Newest) == 0 {
		all, err := s.Store.Points(ctx, inventory.List{Limit: 1})
		if err != nil {
			return err
		}
		p.Empty = all.Total == 0
	}
	return nil
}

// PassedAt is the address of what was sent as it was.
func (p *overviewPage) PassedAt() string {
	return "/inventory?" + url.Values{"class": {"red"}, "action": p.passed}.Encode()
}

// endpoint is where a first event can be sent to.
func endpoint(p *rules.Policy) string {
	host, port, err := net.SplitHostPort(p.Listen.Data)
	if err != nil {
		return "http://127.0.0.1:8080"
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// outcomes is a table of events by destination and what became of them.
type outcomes struct {
	Names []string // of the columns
	Rows  []outcomeRow
}

type outcomeRow struct {
	Destination string
	Counts      []int64
	Total       int64
	Share       string // of the longest row
}

// outcomeOrder is the order of the columns: from what all is well with to what fails.
var outcomeOrder = []string{"forwarded", "altered", "blocked", "suppressed", "no_consent", "queued", "invalid", "overloaded", "failed"}

func outcomesOf(list []inventory.OutcomeHour) (o outcomes) {
	counts := map[string]map[string]int64{}
	for _, h := range list {
		if counts[h.Destination] == nil {
			counts[h.Destination] = map[string]int64{}
		}
		counts[h.Destination][h.Outcome] += h.Count
		if h.Count > 0 && !slices.Contains(o.Names, h.Outcome) {
			o.Names = append(o.Names, h.Outcome)
		}
	}
	rank := func(name string) int {
		if i := slices.Index(outcomeOrder, name); i >= 0 {
			return i
		}
		return len(outcomeOrder)
	}
	slices.SortFunc(o.Names, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	var most int64
	for destination, by := range counts {
		row := outcomeRow{Destination: destination}
		for _, name := range o.Names {
			row.Counts = append(row.Counts, by[name])
			row.Total += by[name]
		}
		most = max(most, row.Total)
		o.Rows = append(o.Rows, row)
	}
	slices.SortFunc(o.Rows, func(a, b outcomeRow) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Destination, b.Destination))
	})
	for i := range o.Rows {
		o.Rows[i].Share = share(o.Rows[i].Total, most)
	}
	return o
}
