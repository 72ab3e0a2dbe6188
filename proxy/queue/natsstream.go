package queue

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// stream is one of JetStream's that belongs to us, made when it is first used.
type stream struct {
	c *cluster

	mu     sync.Mutex
	config jetstream.StreamConfig
	made   jetstream.Stream // nil: it is to be made, or made to be as config says
}

func (c *cluster) streamConfig(name, subjects string, retention jetstream.RetentionPolicy) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: c.options.Stream + "-" + name, Description: "Eventveil: what waits for destinations",
		Subjects: []string{subjects}, Retention: retention, Storage: jetstream.FileStorage, Replicas: c.options.Replicas,
		MaxBytes: -1, Discard: jetstream.DiscardNew, Duplicates: knownFor,
	}
}

// get is the stream, which it makes when it is not there.
func (s *stream) get(ctx context.Context) (jetstream.Stream, error) {
	made, err := s.make(ctx)
	if err != nil {
		return nil, s.fault(err)
	}
	return made, nil
}

func (s *stream) make(ctx context.Context) (jetstream.Stream, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.made != nil {
		return s.made, nil
	}
	made, err := s.c.js.CreateOrUpdateStream(ctx, s.config)
	if err == nil {
		s.made = made
	}
	return made, err
}

// there is the stream as it is; ErrStreamNotFound when it is not.
func (s *stream) there(ctx context.Context) (jetstream.Stream, error) {
	s.mu.Lock()
	made := s.made
	s.mu.Unlock()
	if made != nil {
		return made, nil
	}
	return s.c.js.Stream(ctx, s.config.Name)
}

// remove deletes a message; it tells whether nobody else did so before.
func (s *stream) remove(ctx context.Context, seq uint64) (first bool, err error) {
	made, err := s.there(ctx)
	if err == nil {
		err = made.DeleteMsg(ctx, seq)
	}
	if errors.Is(err, jetstream.ErrMsgDeleteUnsuccessful) || errors.Is(err, jetstream.ErrMsgNotFound) {
		return false, nil
	}
	return err == nil, s.fault(err)
}

// limit bounds the stream from its next use on.
func (s *stream) limit(l Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if most := l.most(); s.config.MaxBytes != most {
		s.config.MaxBytes, s.made = most, nil
	}
}

// most is a limit in JetStream's words.
func (l Limits) most() int64 {
	if l.Bytes <= 0 {
		return -1
	}
	return l.Bytes
}

// again makes the stream anew the next time: it is gone, or is to be otherwise.
func (s *stream) again() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made = nil
}

// fault says what to do about an error of JetStream.
func (s *stream) fault(err error) error {
	if err == nil {
		return nil
	}
	name := s.config.Name
	var api *jetstream.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode {
		case 10077: // it could not be stored
			return fmt.Errorf("%w: stream %s of NATS: %s", ErrFull, name, api.Description)
		case 10002, 10023, 10047: // of the account, of the server, of its disk
			return fmt.Errorf("%w: NATS has no room for stream %s (%s): lower max_bytes, or raise max_file_store or the account's limits there", ErrFull, name, api.Description)
		case 10074, 10005: // not in a cluster, or in one that is too small
			return fmt.Errorf("NATS cannot keep %d replicas of stream %s (%s): set queue.nats.replicas to the number of its servers, 3 or 1", s.config.Replicas, name, api.Description)
		}
	}
	switch {
	case errors.Is(err, nats.ErrConnectionClosed), s.c.ctx.Err() != nil:
		return ErrClosed
	case errors.Is(err, nats.ErrReconnectBufExceeded), errors.Is(err, nats.ErrDisconnected):
		return errors.New("NATS is away")
	case errors.Is(err, jetstream.ErrNoStreamResponse), errors.Is(err, jetstream.ErrStreamNotFound):
		s.again()
		return fmt.Errorf("stream %s of NATS does not answer: %w", name, err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, jetstream.ErrAsyncPublishTimeout):
		return fmt.Errorf("NATS does not answer for stream %s in time: it is away, has no leader, or keeps this user from JetStream", name)
	}
	return fmt.Errorf("stream %s of NATS: %w", name, err)
}
