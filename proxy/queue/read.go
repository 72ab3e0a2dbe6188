package queue

import (
	"database/sql"
	"fmt"
	"strings"
)

// read makes the tables of a new file, or reads what an old one counts.
func (q *local) read() error {
	return q.db.update(func(t *tx) error {
		var tables, whose, which int64
		for query, n := range map[string]*int64{
			"SELECT count(*) FROM sqlite_schema": &tables, "PRAGMA application_id": &whose, "PRAGMA user_version": &which,
		} {
			if err := t.rows(number(n), query); err != nil {
				return err
			}
		}
		switch {
		case tables == 0:
			if err := q.make(t); err != nil {
				return err
			}
		case whose != application:
			return fmt.Errorf("%s is a database of something else: name another file", q.path)
		case which != format:
			return fmt.Errorf("%s is of another version of this program: let that one deliver what waits, or name another file", q.path)
		default:
			if err := q.readLanes(t); err != nil {
				return err
			}
		}
		if err := q.readKey(t); err != nil {
			return err
		}
		return t.exec("INSERT OR REPLACE INTO meta (name, value) VALUES ('open', x'01')")
	})
}

func (q *local) make(t *tx) error {
	statements := strings.Split(strings.TrimSpace(schema), ";\n")
	statements = append(statements, fmt.Sprintf("PRAGMA application_id = %d", application), fmt.Sprintf("PRAGMA user_version = %d", format))
	for _, s := range statements {
		if err := t.exec(s); err != nil {
			return err
		}
	}
	return nil
}

// readLanes reads what waits. A lane in which nothing does is forgotten, with its table.
func (q *local) readLanes(t *tx) error {
	var lanes []*lane
	err := t.rows(func(rows *sql.Rows) error {
		l := newLane("")
		var upto int64
		err := rows.Scan(&l.number, &l.name, &l.last, &l.messages, &l.events, &l.bytes, &upto)
		l.before = uint64(upto)
		lanes = append(lanes, l)
		return err
	}, "SELECT id, name, last, messages, events, bytes, taken FROM lanes ORDER BY id")
	if err != nil {
		return err
	}
	var crashed int64
	if err := t.rows(number(&crashed), "SELECT count(*) FROM meta WHERE name = 'open'"); err != nil {
		return err
	}
	for _, l := range lanes {
		var last int64
		// Both ends are looked at, to know now whether they can be read.
		if err := t.rows(number(&last), fmt.Sprintf("SELECT coalesce((SELECT max(id) FROM lane_%d) + 0 * (SELECT min(id) FROM lane_%[1]d), 0)", l.number)); err != nil {
			return err
		}
		if last == 0 {
			if err := t.exec(fmt.Sprintf("DROP TABLE lane_%d", l.number)); err != nil {
				return err
			}
			if err := t.exec("DELETE FROM lanes WHERE id = ?", l.number); err != nil {
				return err
			}
			continue
		}
		if crashed > 0 {
			l.before = placeID(l.number, l.last, packMessages-1)
		}
		q.tables = max(q.tables, l.number)
		q.lanes[l.name] = l
	}
	return t.rows(func(rows *sql.Rows) error {
		var name string
		var bytes int64
		err := rows.Scan(&name, &bytes)
		q.laneOf(name).dead = bytes
		return err
	}, "SELECT destination, sum(bytes) FROM dead GROUP BY destination")
}

// readKey refuses a key that is not that of what waits: all of that would look damaged.
func (q *local) readKey(t *tx) error {
	var check []byte
	if err := t.rows(func(rows *sql.Rows) error { return rows.Scan(&check) }, "SELECT value FROM meta WHERE name = 'key'"); err != nil {
		return err
	}
	if check != nil {
		if _, err := q.seal.unpack(check, ""); err != nil && q.holds() {
			return fmt.Errorf("%s: %w; if it is lost, move the file away: so is what waits in it", q.path, ErrKey)
		}
	}
	return t.exec("INSERT OR REPLACE INTO meta (name, value) VALUES ('key', ?)", q.seal.pack(nil, "", nil))
}

// holds tells whether there is anything in the file.
func (q *local) holds() bool {
	for _, l := range q.lanes {
		if l.number > 0 || l.dead > 0 {
			return true
		}
	}
	return false
}

// leave notes, as the last thing, what was taken and is not settled.
func (q *local) leave() error {
	return q.db.update(func(t *tx) error {
		for _, l := range q.lanes {
			if err := t.exec("UPDATE lanes SET taken = ? WHERE id = ?", int64(l.reached()), l.number); err != nil {
				return err
			}
		}
		return t.exec("DELETE FROM meta WHERE name = 'open'")
	})
}
