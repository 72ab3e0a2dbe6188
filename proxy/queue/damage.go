package queue

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// Beside a file may lie, by these endings, word that it is to be checked when it is opened
// next, and the name of a damaged one that is being taken over.
const (
	suspectEnding = ".suspect"
	salvageEnding = ".salvage"
)

// Beside a file lie, once it was opened, a lock and, while there is room, a reserve.
const (
	lockEnding    = ".lock"
	reserveEnding = ".reserve"
)

// magic is what a database of SQLite begins with.
const magic = "SQLite format 3\x00"

// ours refuses a file that was written as something else: it would be taken for a damaged
// queue and moved aside. One whose head is damaged is known by what lies beside it.
func ours(file string) error {
	for _, e := range []string{lockEnding, reserveEnding} {
		if _, err := os.Stat(file + e); err == nil {
			return nil
		}
	}
	if info, err := os.Stat(file); err != nil {
		return err
	} else if info.Mode().IsRegular() {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		head := make([]byte, len(magic))
		n, err := io.ReadFull(f, head)
		if errors.Is(err, io.EOF) || string(head[:n]) == magic {
			return nil
		}
	}
	return fmt.Errorf("%s is not a queue; name another file in queue.path", file)
}

// suspect leaves word that the file is damaged. The lane has packs that cannot be read.
func (q *local) suspect(l *lane) {
	if l != nil {
		q.mu.Lock()
		l.holes = true
		q.mu.Unlock()
	}
	if q.path == memory {
		return
	}
	if err := os.WriteFile(q.db.path+suspectEnding, nil, 0o600); err != nil {
		q.log.Error("the queue's file is damaged: move it aside before the next start", "path", q.path, "error", err)
	}
}

func suspected(file string) bool {
	_, err := os.Stat(file + suspectEnding)
	return err == nil
}

// sound asks SQLite whether the file is.
func (d *database) sound() bool {
	var answer string
	err := d.apart(func(t *tx) error { return t.rows(text(&answer), "PRAGMA quick_check(1)") })
	return err == nil && answer == "ok"
}

// endings are of the files of a database.
var endings = []string{"", "-wal", "-shm"}

// aside renames a damaged file and what belongs to it, and makes an empty one.
func aside(file string) (old string, err error) {
	old = file + ".damaged-" + time.Now().UTC().Format("20060102T150405.000Z")
	if err := os.WriteFile(file+salvageEnding, []byte(old), 0o600); err != nil {
		return "", fmt.Errorf("%s is damaged and cannot be moved aside: %w", file, err)
	}
	for _, e := range endings {
		if err := os.Rename(file+e, old+e); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("%s is damaged and cannot be moved aside: %w", file, err)
		}
	}
	return old, create(file)
}

// unfinished tells of a damaged file that a process did not take over to the end. What it
// has taken over, all that is in the new file, is taken over again.
func unfinished(file string) (old string, err error) {
	name, err := os.ReadFile(file + salvageEnding)
	if err != nil {
		return "", ignore(err, fs.ErrNotExist)
	}
	if _, err := os.Stat(string(name)); err != nil {
		return "", ignore(err, fs.ErrNotExist)
	}
	for _, e := range endings {
		if err := ignore(os.Remove(file+e), fs.ErrNotExist); err != nil {
			return "", err
		}
	}
	return string(name), create(file)
}

func ignore(err, what error) error {
	if errors.Is(err, what) {
		return nil
	}
	return err
}
