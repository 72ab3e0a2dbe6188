package queue

import (
	"context"
	"errors"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// Headers of what is stored. They tell no more than what has to be known without the key.
const (
	headAccepted = "Eventveil-Accepted" // of the first message, Unix nanoseconds
	headMessages = "Eventveil-Messages"
	headEvents   = "Eventveil-Events"
	headParts    = "Eventveil-Parts" // the blob is in so many messages before this
	headKey      = "Eventveil-Key"   // what the key is known by
	headSource   = "Eventveil-Source"
	headReason   = "Eventveil-Reason"
	headStatus   = "Eventveil-Status"
	headAt       = "Eventveil-At"     // Unix nanoseconds
	headBuried   = "Eventveil-Buried" // likewise
	headBytes    = "Eventveil-Bytes"
)

// headRoom is what a message has beside its blob, at most.
const headRoom = 8 << 10

// parcel is a blob on its way into a stream. What is larger than a message of NATS may be
// goes in parts, in messages of their own before it. It may be sent again when it is not
// known whether it came: it is stored once.
type parcel struct {
	s      *stream
	base   string // its subject and those of its parts are below this
	partID string // tells its parts from all others, and is the last token of its subject when there are any
	msg    *nats.Msg
	blob   []byte
	future jetstream.PubAckFuture
	seq    uint64 // once it is there
}

// whole is what is in place of a partID in the subject of what has no parts.
const whole = "0"

// parcel makes one. What has the same msgID is stored once.
func (s *stream) parcel(base, subject, msgID string, header nats.Header, blob []byte) *parcel {
	header.Set(jetstream.MsgIDHeader, msgID)
	if s.c.keyID != "" {
		header.Set(headKey, s.c.keyID)
	}
	return &parcel{s: s, base: base, partID: nuid.Next(), msg: &nats.Msg{Subject: subject, Header: header}, blob: blob}
}

// send begins to store it.
func (p *parcel) send() error {
	making, made := context.WithTimeout(p.s.c.ctx, makeFor)
	_, err := p.s.get(making)
	made()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(p.s.c.ctx, askFor)
	defer cancel()
	js := p.s.c.js
	m := &nats.Msg{Subject: p.msg.Subject + "." + whole, Header: p.msg.Header, Data: p.blob}
	if most := max(int(p.s.c.nc.MaxPayload())-headRoom, headRoom); len(p.blob) > most {
		parts := 0
		for rest := p.blob; len(rest) > 0; parts++ {
			n := min(len(rest), most)
			part := &nats.Msg{Subject: p.s.partSubject(p.base, p.partID, strconv.Itoa(parts)), Data: rest[:n]}
			if _, err := js.PublishMsg(ctx, part, jetstream.WithMsgID(p.partID+"-"+strconv.Itoa(parts))); err != nil {
				return p.s.fault(err)
			}
			rest = rest[n:]
		}
		m.Subject, m.Data = p.msg.Subject+"."+p.partID, nil
		m.Header.Set(headParts, strconv.Itoa(parts))
	}
	if p.future, err = js.PublishMsgAsync(m); err != nil {
		return p.s.fault(err)
	}
	return nil
}

// wait returns nil when JetStream has it.
func (p *parcel) wait() error {
	select {
	case ack := <-p.future.Ok():
		p.seq = ack.Sequence
		return nil
	case err := <-p.future.Err():
		return p.s.fault(err)
	}
}

// undo takes back what is there.
func (p *parcel) undo() error {
	if p.seq == 0 {
		return nil // its parts are swept, should it not have come
	}
	ctx, cancel := context.WithTimeout(p.s.c.ctx, askFor)
	defer cancel()
	if _, err := p.s.remove(ctx, p.seq); err != nil {
		return err
	}
	if p.msg.Header.Get(headParts) != "" {
		return p.s.dropParts(ctx, p.base, p.partID)
	}
	return nil
}

// blob is what a parcel brought: data, or the parts that the header speaks of. ErrDamaged
// when one is missing.
func (s *stream) blob(ctx context.Context, base, subject string, header nats.Header, data []byte) ([]byte, error) {
	if header.Get(headParts) == "" {
		return data, nil
	}
	parts, err := strconv.Atoi(header.Get(headParts))
	if err != nil {
		return nil, ErrDamaged
	}
	made, err := s.there(ctx)
	if err != nil {
		return nil, s.fault(err)
	}
	var blob []byte
	for i := range parts {
		m, err := made.GetLastMsgForSubject(ctx, s.partSubject(base, lastToken(subject), strconv.Itoa(i)))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil, ErrDamaged
		}
		if err != nil {
			return nil, s.fault(err)
		}
		blob = append(blob, m.Data...)
	}
	return blob, nil
}

func (s *stream) partSubject(base, id, number string) string {
	return base + ".part." + id + "." + number
}

// dropParts forgets the parts of a parcel, by the last token of its subject.
func (s *stream) dropParts(ctx context.Context, base, id string) error {
	if id == whole {
		return nil
	}
	made, err := s.there(ctx)
	if err == nil {
		err = made.Purge(ctx, jetstream.WithPurgeSubject(s.partSubject(base, id, "*")))
	}
	return err
}
