package queue

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"time"
)

const (
	relayAgain  = 100 * time.Millisecond // after a failure, doubled
	relayAtMost = 5 * time.Second
)

// relay moves what waits for a destination into the cluster, from now on.
func (f *fleet) relay(destination string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.relayed[destination] || f.closed {
		return
	}
	f.relayed[destination] = true
	f.running.Go(func() {
		for f.ctx.Err() == nil {
			f.move(destination)
		}
	})
}

// move moves a pack, in its place until it is done: what follows waits for it.
func (f *fleet) move(destination string) {
	var items []*Item
	ok := f.until(destination, func() (err error) {
		items, err = f.local.Next(f.ctx, destination, parcelMessages, parcelBytes)
		return err
	})
	if !ok {
		return
	}
	place, err := f.shared.place(destination)
	if err != nil { // closed
		f.local.Return(items...)
		return
	}
	messages := make([]Message, len(items))
	for i, item := range items {
		messages[i] = item.Message
	}
	pack := packed{place, place.pack(messages, packID(items)), place.makeRoom}
	there := false
	ok = f.until(destination, func() error {
		f.moving.RLock()
		defer f.moving.RUnlock()
		if !there {
			err := pack.send()
			if err == nil {
				err = pack.settle()
			}
			if err != nil {
				return err
			}
			there = true
		}
		return f.local.Ack(items...)
	})
	if !ok {
		f.local.Return(items...)
	}
}

// until does something again, with pauses, until it is done; false when the relays end
// before.
func (f *fleet) until(destination string, do func() error) bool {
	what := "move " + destination
	for pause := relayAgain; ; pause = min(2*pause, relayAtMost) {
		err := do()
		if err == nil {
			f.shared.noted.fine(what)
			return true
		}
		if f.ctx.Err() != nil || errors.Is(err, ErrClosed) {
			f.wait(relayAgain)
			return false
		}
		f.shared.noted.trouble(what, err)
		f.wait(pause/2 + rand.N(pause/2))
	}
}

func (f *fleet) wait(d time.Duration) {
	ctx, cancel := context.WithTimeout(f.ctx, d)
	defer cancel()
	<-ctx.Done()
}

// packID is the same when a process ends between giving a pack to the cluster and noting
// that, and gives it again: then it is stored once, if it is not long after. The numbers
// that items have are part of it, for messages may be alike.
func packID(items []*Item) string {
	h := sha256.New()
	var frame []byte
	for _, item := range items {
		frame = binary.LittleEndian.AppendUint64(frame[:0], item.ID)
		h.Write(appendFrame(frame, &item.Message))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
