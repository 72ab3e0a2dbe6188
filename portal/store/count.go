package store

import (
	"database/sql"
	"iter"
	"strings"
)

// sums adds up counts by key and keeps the order in which keys came first.
type sums[K comparable] struct {
	at     map[K]int
	keys   []K
	counts []int64
}

func (s *sums[K]) add(k K, n int64) {
	if n <= 0 {
		return
	}
	i, known := s.at[k]
	if !known {
		if s.at == nil {
			s.at = map[K]int{}
		}
		i = len(s.keys)
		s.at[k] = i
		s.keys, s.counts = append(s.keys, k), append(s.counts, 0)
	}
	s.counts[i] += n
}

func (s *sums[K]) all() iter.Seq2[K, int64] {
	return func(yield func(K, int64) bool) {
		for i, k := range s.keys {
			if !yield(k, s.counts[i]) {
				return
			}
		}
	}
}

// Keys of the tables that sightings are counted in.
type (
	eventKey struct {
		num   int64
		event string
	}
	sightingKey struct {
		num                                      int64
		source, event, destination, action, rule string
	}
	flowKey struct {
		num                         int64
		source, destination, action string
	}
	doneKey struct {
		num                 int64
		destination, action string
	}
	hourKey struct {
		num                                int64
		source, destination, action, class string
	}
	totalKey struct{ source, destination, action, class string }
)

// count adds the sightings to every table that counts them. Those of points that are
// not kept are overflow.
func (o *observing) count() error {
	other, err := o.otherEvents()
	if err != nil {
		return err
	}
	var (
		points    sums[*point]
		sightings sums[sightingKey]
		flows     sums[flowKey]
		done      sums[doneKey]
		hours     sums[hourKey]
		totals    sums[totalKey]
		overflow  sums[string]
	)
	for i := range o.sightings {
		n := &o.sightings[i]
		source, event, destination, action, rule, class := short(n.Source), short(n.Event), short(n.Destination), short(n.Action), short(n.Rule), short(n.Class)
		p := o.points[n.Point]
		if destination == "" {
			action, rule = "", ""
			if p == nil {
				overflow.add(source, n.Count)
			} else {
				points.add(p, n.Count)
			}
		}
		if p == nil {
			continue
		}
		if other[eventKey{p.num, event}] {
			event = "*"
		}
		sightings.add(sightingKey{p.num, source, event, destination, action, rule}, n.Count)
		flows.add(flowKey{p.num, source, destination, action}, n.Count)
		hours.add(hourKey{p.num, source, destination, action, class}, n.Count)
		totals.add(totalKey{source, destination, action, class}, n.Count)
		if destination != "" {
			done.add(doneKey{p.num, destination, action}, n.Count)
		}
	}
	for _, n := range o.batch.Overflow {
		overflow.add(short(n.Source), n.Count)
	}
	hour := hourOf(o.at)
	for _, c := range []struct {
		table, key, row, set string
		args                 []any
	}{
		{"sightings (point, source, event, destination, action, rule, first_seen, last_seen, count)", "point, source, event, destination, action, rule", "(?,?,?,?,?,?,?,?,?)",
			sum("sightings") + ", " + earliest("sightings") + ", " + latest("sightings"),
			flat(&sightings, func(k sightingKey, n int64) []any {
				return []any{k.num, k.source, k.event, k.destination, k.action, k.rule, o.at, o.at, n}
			})},
		{"flows (point, source, destination, action, last_seen, count)", "point, source, destination, action", "(?,?,?,?,?,?)",
			sum("flows") + ", " + latest("flows"),
			flat(&flows, func(k flowKey, n int64) []any {
				return []any{k.num, k.source, k.destination, k.action, o.at, n}
			})},
		{"done (point, destination, action)", "point, destination, action", "(?,?,?)", "",
			flat(&done, func(k doneKey, _ int64) []any { return []any{k.num, k.destination, k.action} })},
		{"hours (hour, point, source, destination, action, class, count)", "hour, point, source, destination, action, class", "(?,?,?,?,?,?,?)", sum("hours"),
			flat(&hours, func(k hourKey, n int64) []any {
				return []any{hour, k.num, k.source, k.destination, k.action, k.class, n}
			})},
		{"totals (hour, source, destination, action, class, count)", "hour, source, destination, action, class", "(?,?,?,?,?,?)", sum("totals"),
			flat(&totals, func(k totalKey, n int64) []any {
				return []any{hour, k.source, k.destination, k.action, k.class, n}
			})},
		{"overflow (source, count)", "source", "(?,?)", sum("overflow"),
			flat(&overflow, func(source string, n int64) []any { return []any{source, n} })},
	} {
		then := " ON CONFLICT (" + c.key + ") DO NOTHING"
		if c.set != "" {
			then = " ON CONFLICT (" + c.key + ") DO UPDATE SET " + c.set
		}
		if err := o.insert(c.table, c.row, then, c.args); err != nil {
			return err
		}
	}
	return o.bulk("UPDATE points SET count = points.count + v.column2,"+
		" first_seen = CASE WHEN v.column3 < points.first_seen THEN v.column3 ELSE points.first_seen END,"+
		" last_seen = CASE WHEN v.column3 > points.last_seen THEN v.column3 ELSE points.last_seen END FROM (VALUES ",
		"(CAST(? AS INTEGER), CAST(? AS BIGINT), CAST(? AS BIGINT))", "(?,?,?)", ") AS v WHERE points.num = v.column1",
		flat(&points, func(p *point, n int64) []any { return []any{p.num, n, o.at} }))
}

// flat is the list of arguments for rows of a table.
func flat[K comparable](s *sums[K], row func(K, int64) []any) []any {
	var args []any
	for k, n := range s.all() {
		args = append(args, row(k, n)...)
	}
	return args
}

func sum(table string) string { return "count = " + table + ".count + excluded.count" }

func earliest(table string) string {
	return "first_seen = CASE WHEN excluded.first_seen < " + table + ".first_seen THEN excluded.first_seen ELSE " + table + ".first_seen END"
}

func latest(table string) string {
	return "last_seen = CASE WHEN excluded.last_seen > " + table + ".last_seen THEN excluded.last_seen ELSE " + table + ".last_seen END"
}

// otherEvents keeps the names of events that are met for the first time at a point, as
// long as there is room, and tells which ones have none.
func (o *observing) otherEvents() (map[eventKey]bool, error) {
	fresh := map[eventKey]bool{}
	var list []*point // of each key
	var keys []eventKey
	var args []any
	for i := range o.sightings {
		n := &o.sightings[i]
		p := o.points[n.Point]
		if p == nil {
			continue
		}
		if k := (eventKey{p.num, short(n.Event)}); k.event != "*" && !fresh[k] {
			fresh[k] = true
			list, keys, args = append(list, p), append(keys, k), append(args, k.num, k.event)
		}
	}
	err := o.known(fresh, args)
	if err != nil {
		return nil, err
	}
	var add []any
	var grown sums[*point]
	for i, k := range keys {
		if p := list[i]; fresh[k] && p.events < int64(o.store.events) {
			p.events++
			grown.add(p, 1)
			delete(fresh, k)
			add = append(add, k.num, k.event)
		}
	}
	if err := o.insert("events (point, event)", "(?,?)", "", add); err != nil {
		return nil, err
	}
	return fresh, o.bulk("UPDATE points SET events = v.column2 FROM (VALUES ", "(CAST(? AS INTEGER), CAST(? AS BIGINT))", "(?,?)",
		") AS v WHERE points.num = v.column1", flat(&grown, func(p *point, _ int64) []any { return []any{p.num, p.events} }))
}

// known takes what is in the table out of fresh.
func (o *observing) known(fresh map[eventKey]bool, args []any) error {
	const first, more = "(CAST(? AS INTEGER), CAST(? AS TEXT))", ",(?,?)"
	for len(args) > 0 {
		n := min(len(args)/2, chunk)
		err := o.rows(func(r *sql.Rows) error {
			var num int64
			var event string
			if err := r.Scan(&num, &event); err != nil {
				return err
			}
			delete(fresh, eventKey{num, event})
			return nil
		}, "SELECT e.point, e.event FROM (VALUES "+first+strings.Repeat(more, n-1)+") AS v JOIN events e ON e.point = v.column1 AND e.event = v.column2", args[:2*n]...)
		if err != nil {
			return err
		}
		args = args[2*n:]
	}
	return nil
}
