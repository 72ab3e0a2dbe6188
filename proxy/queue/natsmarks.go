package queue

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go/jetstream"
)

func (c *cluster) markSubject(name string) string { return c.options.Stream + ".mark." + token(name) }

func (c *cluster) Mark(name string, n int64) error {
	ctx, cancel := context.WithTimeout(c.ctx, askFor)
	defer cancel()
	if _, err := c.marks.get(ctx); err != nil {
		return err
	}
	_, err := c.js.Publish(ctx, c.markSubject(name), strconv.AppendInt(nil, n, 10))
	return c.marks.fault(err)
}

func (c *cluster) Marked(name string) (int64, error) {
	ctx, cancel := context.WithTimeout(c.ctx, askFor)
	defer cancel()
	made, err := c.marks.get(ctx)
	if err != nil {
		return 0, err
	}
	m, err := made.GetLastMsgForSubject(ctx, c.markSubject(name))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, c.marks.fault(err)
	}
	n, err := strconv.ParseInt(string(m.Data), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: the mark %s is no number", ErrDamaged, name)
	}
	return n, nil
}
