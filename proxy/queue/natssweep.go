package queue

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// sweepAfter is how old must be what nothing seems to belong to: a parcel comes after its
// parts, and may be sent again.
const sweepAfter = 2 * knownFor

// sweep forgets what was left behind by those who ended between two steps.
func (c *cluster) sweep(ctx context.Context, after time.Duration) error {
	var err error
	for _, p := range c.all() {
		err = errors.Join(err, p.sweep(ctx, p.base, after), p.dead.sweep(ctx, p.deadBase, after), p.sweepDone(ctx))
	}
	return err
}

// sweep forgets parts whose parcel never came, or went without them.
func (s *stream) sweep(ctx context.Context, base string, after time.Duration) error {
	made, subjects, err := s.subjects(ctx, base+".part.>")
	if err != nil || len(subjects) == 0 {
		return err
	}
	if _, subjects, err = s.subjects(ctx, base+".>"); err != nil {
		return err
	}
	parts, parcels := map[string]bool{}, map[string]bool{}
	for subject := range subjects {
		if id, ok := partOf(base, subject); ok {
			parts[id] = true
		} else {
			parcels[lastToken(subject)] = true
		}
	}
	for id := range parts {
		if parcels[id] {
			continue
		}
		m, err := made.GetMsg(ctx, 1, jetstream.WithGetMsgSubject(s.partSubject(base, id, "*")))
		if err == nil && time.Since(m.Time) > after {
			err = s.dropParts(ctx, base, id)
		}
		if err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
			return s.fault(err)
		}
	}
	return nil
}

// sweepDone forgets what remember has noted of packs that are gone.
func (p *place) sweepDone(ctx context.Context) error {
	made, subjects, err := p.subjects(ctx, p.base+".done.>")
	for subject := range subjects {
		seq, _, _, ok := p.doneCounts(subject)
		if !ok || err != nil {
			continue
		}
		if _, err = made.GetMsg(ctx, seq); errors.Is(err, jetstream.ErrMsgNotFound) {
			err = made.Purge(ctx, jetstream.WithPurgeSubject(p.doneSubject(seq)+".>"))
		}
	}
	return p.fault(err)
}

// subjects are those of a stream that this process has used; none of another.
func (s *stream) subjects(ctx context.Context, filter string) (jetstream.Stream, map[string]uint64, error) {
	s.mu.Lock()
	made := s.made
	s.mu.Unlock()
	if made == nil {
		return nil, nil, nil
	}
	info, err := made.Info(ctx, jetstream.WithSubjectFilter(filter))
	if err != nil {
		return nil, nil, s.fault(err)
	}
	return made, info.State.Subjects, nil
}

func (p *place) doneSubject(seq uint64) string {
	return p.base + ".done." + strconv.FormatUint(seq, 10)
}
