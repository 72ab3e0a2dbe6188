package pages

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/eventveil/eventveil/portal/access"
	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

// deadRow is dead letters that an order can be about: whatever was answered.
type deadRow struct {
	inventory.DeadGroup
	Why      string
	statuses []statusCount
}

type statusCount struct {
	status int
	events int64
}

// deadRows gathers the dead letters that are chosen.
func deadRows(p *rules.Policy, dead []inventory.DeadGroup, chosen *inventory.DeadOrder) (rows []deadRow) {
	for _, g := range inventory.Merge(dead, func(g *inventory.DeadGroup) { g.Process, g.Host = "", "" }) {
		if !chosen.Means(&g) {
			continue
		}
		last := len(rows) - 1
		if last < 0 || rows[last].Destination != g.Destination || rows[last].Reason != g.Reason || rows[last].Source != g.Source {
			rows = append(rows, deadRow{DeadGroup: g})
			last++
		} else {
			rows[last].Add(&g)
		}
		rows[last].statuses = append(rows[last].statuses, statusCount{g.Status, g.Events})
	}
	for i := range rows {
		var to *rules.Destination
		if at := p.Destination(rows[i].Destination); at >= 0 {
			to = &p.Destinations[at]
		}
		rows[i].Why = rows[i].why(to)
	}
	return rows
}

// sumOf is all of some rows as one.
func sumOf(rows []deadRow, chosen *inventory.DeadOrder) *deadRow {
	all := &deadRow{}
	for i := range rows {
		all.Add(&rows[i].DeadGroup)
	}
	all.Destination, all.Source, all.Reason = chosen.Destination, chosen.Source, chosen.Reason
	return all
}

// Fields are what a form carries that is about these dead letters.
func (d *deadRow) Fields() (list []field) {
	for _, f := range []field{{"destination", d.Destination}, {"source", d.Source}, {"reason", d.Reason}} {
		if f.Value != "" {
			list = append(list, f)
		}
	}
	return list
}

// Purge is the address of the page that asks whether they shall be purged.
func (d *deadRow) Purge() string {
	q := url.Values{}
	for _, f := range d.Fields() {
		q.Set(f.Name, f.Value)
	}
	return strings.TrimSuffix("/deliveries/purge?"+q.Encode(), "?")
}

// Label says which they are, for labels that only some hear.
func (d *deadRow) Label() string {
	words := "all dead letters"
	if d.Destination != "" {
		words = "what " + cut(d.Destination, 40) + " will not take"
	}
	if d.Source != "" {
		words += " from " + cut(d.Source, 40)
	}
	if d.Reason != "" {
		words += " (" + cut(d.Reason, 40) + ")"
	}
	return words
}

// orderForm is what the forms about dead letters share.
type orderForm struct {
	Token, Back   string
	Editor, Owner bool
	All           bool // of more than one row
	Of            *deadRow
}

// OrderForm is the forms about some dead letters.
func (v *view) OrderForm(d *deadRow) orderForm {
	return orderForm{Token: v.Token, Back: v.Here, Editor: v.Editor, Owner: v.Role >= rules.Owner, All: d.Reason == "", Of: d}
}

// why says for which reason they were set aside.
func (d *deadRow) why(to *rules.Destination) string {
	answers := d.answers()
	switch d.Reason {
	case inventory.Rejected:
		if answers == "" {
			return "It will not take it."
		}
		return "It answered " + answers + " and will not take it."
	case inventory.Failing:
		words := "Tried as often as the configuration says"
		if to != nil && to.Retry.Attempts > 0 {
			words = "Tried " + plural(to.Retry.Attempts, "time", "times")
		}
		if answers == "" {
			return words + ", without an answer."
		}
		return words + "; it answered " + answers + "."
	case inventory.Expired:
		words := "Waited longer than the configuration says"
		if to != nil && to.Backlog.Age > 0 {
			words = "Waited longer than " + spanWords(to.Backlog.Age)
		}
		if answers == "" {
			return words + "."
		}
		return words + "; it answered " + answers + "."
	}
	return sentence(cut(d.Reason, 40))
}

// answers are the statuses that a destination answered with, with the events of each
// when there are several.
func (d *deadRow) answers() string {
	var words []string
	for _, s := range d.statuses {
		switch {
		case s.status == 0 && len(d.statuses) == 1:
		case s.status == 0:
			words = append(words, fmt.Sprintf("nothing (%s)", number(s.events)))
		case len(d.statuses) == 1:
			words = append(words, strconv.Itoa(s.status))
		default:
			words = append(words, fmt.Sprintf("%d (%s)", s.status, number(s.events)))
		}
	}
	if more := len(words) - maxStatuses; more > 0 {
		words = append(words[:maxStatuses], fmt.Sprintf("%d others", more))
	}
	return list(words)
}

// maxStatuses bounds how many answers of a destination are named.
const maxStatuses = 6

// spanWords is a duration of the configuration as people say it.
func spanWords(d time.Duration) string {
	for _, u := range []struct {
		of        time.Duration
		one, many string
	}{{24 * time.Hour, "day", "days"}, {time.Hour, "hour", "hours"}, {time.Minute, "minute", "minutes"}, {time.Second, "second", "seconds"}} {
		if d >= u.of && d%u.of == 0 {
			return plural(int64(d/u.of), u.one, u.many)
		}
	}
	return d.String()
}

// purgePage asks whether dead letters shall be forgotten.
type purgePage struct {
	*deadRow
	Rows []deadRow
	Back string
}

// chosen are the dead letters that an address or a form is about.
func chosen(q url.Values) inventory.DeadOrder {
	return inventory.DeadOrder{Destination: q.Get("destination"), Source: q.Get("source"), Reason: q.Get("reason")}
}

// askPurge shows what would be forgotten, for there is no way back.
func (s *site) askPurge(w http.ResponseWriter, r *http.Request) error {
	o := chosen(r.URL.Query())
	dead, err := s.Store.Dead(r.Context())
	if err != nil {
		return err
	}
	if err := o.Check(s.Policy(), dead); err != nil {
		return unfitOrder(err)
	}
	p := &purgePage{Rows: deadRows(s.Policy(), dead, &o), Back: deliveriesAt(o.Destination)}
	p.deadRow = sumOf(p.Rows, &o)
	v := s.view(r, "deliveries", "Purge dead letters")
	v.Data = p
	return s.show(w, http.StatusOK, "purge", v)
}

func (s *site) replay(w http.ResponseWriter, r *http.Request) error {
	return s.orderDead(w, r, inventory.Replay)
}

func (s *site) purge(w http.ResponseWriter, r *http.Request) error {
	return s.orderDead(w, r, inventory.Purge)
}

// orderDead notes what all processes are to do with dead letters, and sends the browser
// back with a word about it.
func (s *site) orderDead(w http.ResponseWriter, r *http.Request, what string) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	ctx := r.Context()
	o := chosen(r.PostForm)
	o.What = what
	o.Actor, _ = s.User(ctx)
	dead, err := s.Store.Dead(ctx)
	if err != nil {
		return err
	}
	if err := o.Check(s.Policy(), dead); err != nil {
		return unfitOrder(err)
	}
	if o, err = s.Store.OrderDead(ctx, o); err != nil {
		return err
	}
	u, err := url.Parse(access.LocalPath(r.PostForm.Get("back")))
	if err != nil {
		u = &url.URL{Path: "/deliveries"}
	}
	q := u.Query()
	q.Set("did", what)
	q.Set("order", strconv.FormatInt(o.ID, 10))
	u.RawQuery = q.Encode()
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
	return nil
}

func unfitOrder(err error) error {
	var refusal *inventory.Refusal
	if errors.As(err, &refusal) {
		return &unfit{http.StatusUnprocessableEntity, sentence(refusal.Reason)}
	}
	return err
}

// ordered reads the word about the last order from an address. An address can be made
// up: it is shown only when who asks has given that order.
func (s *site) ordered(r *http.Request, v *view) *flash {
	q := r.URL.Query()
	id, err := strconv.ParseInt(q.Get("order"), 10, 64)
	if err != nil || id < 1 {
		return nil
	}
	orders, err := s.Store.DeadOrders(r.Context(), id-1)
	if err != nil || len(orders) == 0 || orders[0].ID != id || orders[0].Actor != v.User || orders[0].What != q.Get("did") {
		return nil
	}
	o := &orders[0]
	events := plural(o.Events, "event", "events")
	if o.Destination != "" {
		events += " for " + cut(o.Destination, 40)
	}
	f := &flash{Text: events + " will be delivered again"}
	if o.What == inventory.Purge {
		f.Text = events + " will be forgotten"
	}
	f.Text += ", within " + spanWords(s.Policy().Store.Poll) + " wherever a process holds them. Load this page again to see what is left."
	return f
}
