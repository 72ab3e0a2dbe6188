package queue

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"time"
)

// reserve is a file that does nothing but take room. When the disk is full it goes, so
// that what was delivered can be deleted; until it could be made again nothing is added.
// It belongs to the writer.
type reserve struct {
	path  string
	size  int64
	held  bool
	again time.Time // when to try to make it
}

// reserveSize is as much as the log of changes may hold when the disk is full, and must be
// taken over into the file before it can be written anew.
const reserveSize = 32 << 20

// reserveAgain is the time between two attempts to make it.
const reserveAgain = 200 * time.Millisecond

// ready tells whether there is room to add something.
func (r *reserve) ready() bool {
	if r == nil || r.held {
		return true
	}
	if now := time.Now(); now.After(r.again) {
		r.again = now.Add(reserveAgain)
		r.held = r.fill() == nil
	}
	return r.held
}

// fill makes the file. It is written, not only measured out, for file systems that keep no
// room for what is empty.
func (r *reserve) fill() (err error) {
	if info, err := os.Stat(r.path); err == nil && info.Size() == r.size {
		return nil
	}
	f, err := os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			r.release()
		}
	}()
	b := make([]byte, min(r.size, 1<<20))
	if _, err := rand.Read(b); err != nil {
		return err
	}
	for at := int64(0); at < r.size; at += int64(len(b)) {
		if _, err := f.Write(b[:min(int64(len(b)), r.size-at)]); err != nil {
			return err
		}
	}
	return f.Sync()
}

func (r *reserve) release() {
	if r == nil {
		return
	}
	r.held = false
	r.again = time.Now().Add(reserveAgain)
	if err := os.Remove(r.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		// There is no room to be had from it; then deleting may fail until there is.
		_ = os.Truncate(r.path, 0)
	}
}
