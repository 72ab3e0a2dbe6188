package queue

import (
	"context"
	"errors"
	"sync"

	"github.com/nats-io/nuid"
)

// sending is the Ticket of an Append.
type sending struct {
	c     *cluster
	packs []packed

	once sync.Once
	err  error
}

// packed is a parcel for a destination.
type packed struct {
	p *place
	*parcel
	room func(ctx context.Context, bytes int, why error) error // makes it in the parcel's stream
}

func (c *cluster) Append(messages []Message) (Ticket, error) {
	t := &sending{c: c}
	open := map[string][]Message{}
	bytes := map[string]int64{}
	var names []string
	flush := func(name string) error {
		p, err := c.place(name)
		if err != nil {
			return err
		}
		x := packed{p, p.pack(open[name], nuid.Next()), p.makeRoom}
		if err := x.send(); err != nil {
			return err
		}
		t.packs = append(t.packs, x)
		return nil
	}
	for i := range messages {
		m := &messages[i]
		n := size(m)
		if o := open[m.Destination]; len(o) >= parcelMessages || len(o) > 0 && bytes[m.Destination]+n > parcelBytes {
			if err := flush(m.Destination); err != nil {
				return nil, t.fail(err)
			}
			open[m.Destination], bytes[m.Destination] = nil, 0
		}
		if len(open[m.Destination]) == 0 {
			names = append(names, m.Destination)
		}
		open[m.Destination] = append(open[m.Destination], *m)
		bytes[m.Destination] += n
	}
	for _, name := range names {
		if len(open[name]) == 0 {
			continue
		}
		if err := flush(name); err != nil {
			return nil, t.fail(err)
		}
		open[name] = nil
	}
	return t, nil
}

// fail is for an Append of which a pack could not be sent.
func (t *sending) fail(err error) error {
	if t.Wait() == nil {
		t.undo()
	}
	return err
}

func (t *sending) Wait() error {
	t.once.Do(func() {
		for i := range t.packs {
			x := &t.packs[i]
			t.err = errors.Join(t.err, x.settle())
		}
		if t.err != nil {
			t.undo()
		}
	})
	return t.err
}

// settle waits until a pack is there, and makes room for it where that is asked for.
func (x *packed) settle() error {
	err := x.wait()
	for again := false; errors.Is(err, ErrFull); again = true {
		ctx, cancel := context.WithTimeout(x.p.c.ctx, askFor)
		if again || !x.p.quiet(ctx) { // what was settled makes room
			err = x.room(ctx, len(x.blob), err)
		} else {
			err = nil
		}
		cancel()
		if err != nil {
			return err
		}
		if err = x.send(); err == nil {
			err = x.wait()
		}
	}
	return err
}

func (t *sending) undo() {
	for _, x := range t.packs {
		if err := x.undo(); err != nil {
			t.c.noted.trouble("append", errors.Join(errors.New("what could not be appended as a whole is delivered in part"), err))
		}
	}
}
