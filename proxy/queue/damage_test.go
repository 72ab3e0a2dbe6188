package queue

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// within changes a closed file by SQL.
func within(t *testing.T, o Options, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", o.Path)
	must(t, err)
	for _, s := range statements {
		_, err := db.Exec(s)
		must(t, err)
	}
	must(t, db.Close())
}

// A pack that is not what was written is skipped, counted and told of once, without what
// was in it.
func TestDamagedPackIsSkipped(t *testing.T) {
	for name, key := range map[string][]byte{"checked": nil, "encrypted": oneKey} {
		t.Run(name, func(t *testing.T) {
			o := file(t)
			o.Key = key
			q := opened(t, o)
			for i := range 10 {
				must(t, try(q, body(fmt.Sprint("secret-a", i)), body(fmt.Sprint("secret-b", i))))
			}
			must(t, q.Bury([]Dead{{Message: body("dead 1"), Reason: Rejected, At: time.Unix(1, 0)}, {Message: body("dead 2"), Reason: Rejected, At: time.Unix(1, 0)}}))
			must(t, q.Close())
			within(t, o, "UPDATE lane_1 SET pack = CAST(substr(pack, 1, 32) || zeroblob(8) || substr(pack, 41) AS BLOB) WHERE id IN (3, 4)",
				"UPDATE lane_1 SET pack = '' WHERE id = 10", "UPDATE lane_1 SET pack = (SELECT pack FROM dead LIMIT 1) WHERE id = 7",
				"UPDATE dead SET pack = 'x' WHERE id = 1")
			log, to := logged()
			o.Log = to
			q = opened(t, o)
			got := drained(t, q)
			if len(got) != 12 {
				t.Errorf("%q", got)
			}
			n, err := q.Replay(t.Context(), Selection{})
			must(t, err)
			if lost := q.Lost()["crm"]; n != 1 || lost.Damaged != 9 {
				t.Errorf("%d replayed, %+v", n, lost)
			}
			same(t, drained(t, q), []string{"dead 2"})
			flushed(t, q)
			must(t, q.Close())
			if n := strings.Count(log.String(), "\n"); n != 1 || strings.Contains(log.String(), "secret") {
				t.Errorf("%d lines: %s", n, log)
			}
			if b, err := opened(t, o).Backlogs(); err != nil || len(b) > 0 {
				t.Errorf("%v %v", b, err)
			}
		})
	}
}

// spoil overwrites pages of a file.
func spoil(t *testing.T, path string, from, to int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	_, err = f.WriteAt(bytes.Repeat([]byte("damaged!"), int(to-from)*512), from*4096)
	must(t, err)
	must(t, f.Close())
}

// filled is a closed file with so many messages of 3000 bytes, two dead letters and a mark.
func filled(t *testing.T, o Options, n int) {
	q := opened(t, o)
	for i := range n {
		must(t, try(q, body(numbered(i))))
	}
	must(t, q.Bury([]Dead{{Message: body("dead"), Reason: Rejected, At: time.Unix(1, 0)}}))
	must(t, q.Mark("orders", 5))
	must(t, q.Close())
}

func numbered(i int) string { return fmt.Sprint(i, strings.Repeat(".", 3000)) }

// A file that is damaged at its head does not keep the process from starting.
func TestDamagedHead(t *testing.T) {
	o := file(t)
	filled(t, o, 10)
	spoil(t, o.Path, 0, 1)
	log, to := logged()
	o.Log = to
	q := opened(t, o)
	must(t, try(q, body("new")))
	same(t, drained(t, q), []string{"new"})
	old, err := filepath.Glob(o.Path + ".damaged-*")
	must(t, err)
	if len(old) == 0 || !strings.Contains(log.String(), old[0]) || !strings.Contains(log.String(), "check the disk") {
		t.Errorf("%q, %s", old, log)
	}
	must(t, q.Close())
	opened(t, o)
}

// A process that ends while it takes over a damaged file leaves that to the next.
func TestSalvageIsDoneAgain(t *testing.T) {
	o := file(t)
	filled(t, o, 20)
	old := o.Path + ".damaged-then"
	must(t, os.Rename(o.Path, old))
	filled(t, o, 5) // what was taken over, or would be
	must(t, os.WriteFile(o.Path+salvageEnding, []byte(old), 0o600))
	q := opened(t, o)
	if got := drained(t, q); len(got) != 20 {
		t.Errorf("%d came", len(got))
	}
	must(t, q.Close())
	if got := drained(t, opened(t, o)); len(got) != 0 {
		t.Errorf("%d come again", len(got))
	}
	// Of one that it had not yet begun to move nothing is to be done.
	o = file(t)
	filled(t, o, 20)
	must(t, os.WriteFile(o.Path+salvageEnding, []byte(old+"-not"), 0o600))
	if got := drained(t, opened(t, o)); len(got) != 20 {
		t.Errorf("%d came", len(got))
	}
}

// What lies on pages that are not damaged is delivered, by this process and the next,
// which moves the file aside.
func TestDamagedPages(t *testing.T) {
	for _, when := range []string{"running", "started"} {
		t.Run(when, func(t *testing.T) {
			o := file(t)
			const all = 200
			filled(t, o, all)
			spoil(t, o.Path, 60, 63)
			log, to := logged()
			o.Log = to
			q := opened(t, o)
			if when == "started" {
				// As if it was found by a process that ended then.
				must(t, q.Close())
				must(t, os.WriteFile(o.Path+suspectEnding, nil, 0o600))
				q = opened(t, o)
				if old, _ := filepath.Glob(o.Path + ".damaged-*"); len(old) == 0 {
					t.Error("the file was not moved aside")
				}
				if n, err := q.Marked("orders"); n != 5 || err != nil {
					t.Errorf("the mark is %d, %v", n, err)
				}
				if groups, err := q.Groups(t.Context()); len(groups) != 1 || err != nil {
					t.Errorf("%v, %v", groups, err)
				}
			}
			got := drained(t, q)
			lost := q.Lost()["crm"].Damaged
			if len(got) < all-10 || len(got) == all || lost != int64(all-len(got)) {
				t.Errorf("%d came, %d are counted as lost\n%s", len(got), lost, log)
			}
			last := -1
			for _, s := range got {
				var n int
				_, err := fmt.Sscanf(s, "%d.", &n)
				if must(t, err); n <= last || s != numbered(n) {
					t.Errorf("%d after %d, or changed", n, last)
				}
				last = n
			}
			must(t, try(q, body("new")))
			same(t, drained(t, q), []string{"new"})
			must(t, q.Close())
			q = opened(t, o)
			// Beside a damaged page not all can be deleted.
			if again := drained(t, q); len(again) > 10 || when == "started" && len(again) > 0 {
				t.Errorf("%d come again", len(again))
			}
			if _, err := os.Stat(o.Path + suspectEnding); err == nil {
				t.Error("the file is checked again")
			}
			must(t, try(q, body("newer")))
			same(t, drained(t, q), []string{"newer"})
		})
	}
}
