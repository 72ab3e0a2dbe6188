package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// keepOrders is how long orders wait for processes that have not heard of them.
const keepOrders = 30 * 24 * time.Hour

// SetDelivery replaces what is known of the deliveries of a process. Rows of a shared
// queue belong to who told them last, so that who tells of it no longer takes them away,
// and who does not know a destination leaves it to those who do.
func (s *Store) SetDelivery(ctx context.Context, p inventory.Process, backlogs []inventory.Backlog, dead []inventory.DeadGroup) error {
	now := micros(p.LastSeen)
	if now == 0 {
		now = micros(time.Now())
	}
	id, host, queue := short(p.ID), short(p.Host), short(p.Queue)
	// owner is whose a row is, with who tells it and where.
	owner := func(process, destination string) []any {
		if process != "" {
			return []any{id, destination, id, queue, host}
		}
		return []any{"", destination, id, "", ""}
	}
	var waiting, letters []any
	spoken := map[string]bool{} // destinations whose dead letters in a shared queue are all told of; true: what waits as well
	for _, b := range backlogs {
		if b.Process == "" {
			spoken[short(b.Destination)] = true
		}
		waiting = append(append(waiting, owner(b.Process, short(b.Destination))...),
			b.Messages, b.Events, b.Bytes, micros(b.Oldest), b.Delivered, b.Retries, b.Lost, cut(b.Trouble, maxTrouble), micros(b.Since), now)
	}
	for _, g := range dead {
		if d := short(g.Destination); g.Process == "" && !spoken[d] {
			spoken[d] = false
		}
		letters = append(append(letters, owner(g.Process, short(g.Destination))...),
			short(g.Source), short(g.Reason), int64(g.Status), g.Messages, g.Events, g.Bytes, micros(g.First), micros(g.Last), now)
	}
	return s.write(ctx, "note the deliveries", func(t tx) error {
		if err := t.lock(lockQueues); err != nil {
			return err
		}
		for _, table := range []string{"backlogs", "dead_letters"} {
			if err := t.exec("DELETE FROM "+table+" WHERE teller = ? OR queue = ? AND queue <> ''", id, queue); err != nil {
				return err
			}
			for destination, waits := range spoken {
				if table == "backlogs" && !waits {
					continue
				}
				if err := t.exec("DELETE FROM "+table+" WHERE process = '' AND destination = ?", destination); err != nil {
					return err
				}
			}
		}
		if err := t.insert("backlogs (process, destination, teller, queue, host, messages, events, bytes, oldest, delivered, retries, lost, trouble, since, last_seen)",
			"(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", "", waiting); err != nil {
			return err
		}
		return t.insert("dead_letters (process, destination, teller, queue, host, source, reason, status, messages, events, bytes, first, last, last_seen)",
			"(?,?,?,?,?,?,?,?,?,?,?,?,?,?)", "", letters)
	})
}

// maxTrouble bounds the words about a trouble, in bytes.
const maxTrouble = 1 << 10

// Backlogs lists what processes tell that waits.
func (s *Store) Backlogs(ctx context.Context) ([]inventory.Backlog, error) {
	return ask(ctx, s, "read what waits for destinations", func(r *sql.Rows) (b inventory.Backlog, err error) {
		var oldest, since, last int64
		err = r.Scan(&b.Process, &b.Host, &b.Destination, &b.Messages, &b.Events, &b.Bytes, &oldest, &b.Delivered, &b.Retries, &b.Lost, &b.Trouble, &since, &last)
		b.Oldest, b.Since, b.LastSeen = moment(oldest), moment(since), moment(last)
		return b, err
	}, "SELECT process, host, destination, messages, events, bytes, oldest, delivered, retries, lost, trouble, since, last_seen FROM backlogs"+
		" WHERE last_seen >= ? ORDER BY destination, host, process", micros(time.Now().Add(-silent)))
}

// Dead lists what processes tell that destinations will not take.
func (s *Store) Dead(ctx context.Context) (list []inventory.DeadGroup, err error) {
	err = s.read(ctx, "read the dead letters", func(t tx) error {
		list, err = t.dead()
		return err
	})
	return list, err
}

func (t tx) dead() (list []inventory.DeadGroup, err error) {
	err = t.rows(func(r *sql.Rows) error {
		var g inventory.DeadGroup
		var first, last int64
		err := r.Scan(&g.Process, &g.Host, &g.Destination, &g.Source, &g.Reason, &g.Status, &g.Messages, &g.Events, &g.Bytes, &first, &last)
		g.First, g.Last = moment(first), moment(last)
		list = append(list, g)
		return err
	}, "SELECT process, host, destination, source, reason, status, messages, events, bytes, first, last FROM dead_letters"+
		" WHERE last_seen >= ? ORDER BY destination, reason, source, status, host, process", micros(time.Now().Add(-silent)))
	return list, err
}

// OrderDead notes an order and writes the audit. IDs are the time, at least one after the
// last: a process remembers the last that it carried out, and a store that was begun anew
// must not give out what it takes for old ones.
func (s *Store) OrderDead(ctx context.Context, o inventory.DeadOrder) (inventory.DeadOrder, error) {
	o.Destination, o.Source, o.Reason, o.Actor = short(o.Destination), short(o.Source), short(o.Reason), short(o.Actor)
	err := s.write(ctx, "order what becomes of dead letters", func(t tx) error {
		now := micros(time.Now())
		// The row is held until the end: orders become visible in the order of their IDs.
		if err := t.exec("UPDATE meta SET value = CASE WHEN value < ? THEN ? ELSE value + 1 END WHERE key = 'orders'", now, now); err != nil {
			return err
		}
		if err := t.row([]any{&o.ID}, "SELECT value FROM meta WHERE key = 'orders'"); err != nil {
			return err
		}
		o.At, o.Messages, o.Events = moment(now), 0, 0
		dead, err := t.dead()
		if err != nil {
			return err
		}
		for i := range dead {
			if g := &dead[i]; o.Means(g) {
				o.Messages, o.Events = o.Messages+g.Messages, o.Events+g.Events
				if g.Last.After(o.At) { // clocks differ: what is known already is meant
					o.At = g.Last
				}
			}
		}
		if err := t.exec("INSERT INTO dead_orders (id, what, destination, source, reason, actor, at, messages, events) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			o.ID, o.What, o.Destination, o.Source, o.Reason, o.Actor, micros(o.At), o.Messages, o.Events); err != nil {
			return err
		}
		return t.audit([]inventory.Entry{{Actor: o.Actor, Action: o.What, Object: "dead-letters", Label: selection(&o), After: orderText(&o)}})
	})
	return o, err
}

// selection is which dead letters an order is about, as people read it.
func selection(o *inventory.DeadOrder) string {
	chosen := slices.DeleteFunc([]string{o.Destination, o.Source, o.Reason}, func(s string) bool { return s == "" })
	if len(chosen) == 0 {
		return "all dead letters"
	}
	return "dead letters: " + strings.Join(chosen, " · ")
}

// orderText is an order as the audit has it. What chooses all is left out.
func orderText(o *inventory.DeadOrder) string {
	text, err := json.Marshal(struct {
		Destination string `json:"destination,omitempty"`
		Source      string `json:"source,omitempty"`
		Reason      string `json:"reason,omitempty"`
		Messages    int64  `json:"messages"`
		Events      int64  `json:"events"`
	}{o.Destination, o.Source, o.Reason, o.Messages, o.Events})
	if err != nil {
		panic("BUG: an order is not JSON: " + err.Error())
	}
	return string(text)
}

// DeadOrders are those after an ID, the oldest first.
func (s *Store) DeadOrders(ctx context.Context, after int64) ([]inventory.DeadOrder, error) {
	return ask(ctx, s, "read what is to become of dead letters", func(r *sql.Rows) (o inventory.DeadOrder, err error) {
		var at int64
		err = r.Scan(&o.ID, &o.What, &o.Destination, &o.Source, &o.Reason, &o.Actor, &at, &o.Messages, &o.Events)
		o.At = moment(at)
		return o, err
	}, "SELECT id, what, destination, source, reason, actor, at, messages, events FROM dead_orders WHERE id > ? ORDER BY id", after)
}
