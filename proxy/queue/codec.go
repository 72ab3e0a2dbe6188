package queue

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"time"
)

// A frame is one message: its length, then its members, each text with its length
// before it, the body last. The destination is not in it: what frames lie in is bound to
// one, see sealer.

// appendFrame adds a message; nothing of it is kept.
func appendFrame(dst []byte, m *Message) []byte {
	var accepted int64 // 0 for the zero time
	if !m.Accepted.IsZero() {
		accepted = m.Accepted.UnixNano()
	}
	n := size(m)
	dst = slices.Grow(dst, int(n)+binary.MaxVarintLen64)
	dst = binary.AppendUvarint(dst, uint64(n))
	dst = appendText(dst, m.Source)
	dst = appendText(dst, m.Format)
	dst = appendText(dst, m.Path)
	dst = appendText(dst, m.Query)
	dst = binary.AppendUvarint(dst, uint64(len(m.Headers)))
	for _, h := range m.Headers {
		dst = appendText(dst, h.Name)
		dst = appendText(dst, h.Value)
	}
	dst = binary.AppendUvarint(dst, uint64(m.Events))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(accepted))
	return append(dst, m.Body...)
}

// size is the length of a message in a frame.
func size(m *Message) int64 {
	n := textSize(m.Source) + textSize(m.Format) + textSize(m.Path) + textSize(m.Query) + numberSize(uint64(len(m.Headers)))
	for _, h := range m.Headers {
		n += textSize(h.Name) + textSize(h.Value)
	}
	return int64(n + numberSize(uint64(m.Events)) + 8 + len(m.Body))
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func textSize(s string) int { return numberSize(uint64(len(s))) + len(s) }

// numberSize is the length of a number as binary.AppendUvarint writes it.
func numberSize(n uint64) int { return (bits.Len64(n|1) + 6) / 7 }

// readFrames reads all of what appendFrame wrote. Bodies lie in the bytes that are read.
func readFrames(b []byte, destination string) ([]Message, error) {
	var messages []Message
	last := &Message{}
	for len(b) > 0 {
		n, used := binary.Uvarint(b)
		if used <= 0 || n > uint64(len(b)-used) {
			return nil, ErrDamaged
		}
		m, ok := readFrame(b[used:used+int(n):used+int(n)], last)
		if !ok {
			return nil, ErrDamaged
		}
		m.Destination = destination
		messages = append(messages, m)
		last = &messages[len(messages)-1]
		b = b[used+int(n):]
	}
	return messages, nil
}

// readFrame reads one. Text that is as in the message before is shared with it: sources,
// paths and headers seldom differ.
func readFrame(b []byte, last *Message) (m Message, ok bool) {
	r := reader{rest: b}
	m.Source = r.text(last.Source)
	m.Format = r.text(last.Format)
	m.Path = r.text(last.Path)
	m.Query = r.text(last.Query)
	headers := r.number()
	if headers > uint64(len(r.rest)/2) { // each has two lengths at least
		return m, false
	}
	if headers > 0 {
		m.Headers = make([]Header, headers)
	}
	for i := range m.Headers {
		var like Header
		if i < len(last.Headers) {
			like = last.Headers[i]
		}
		m.Headers[i] = Header{r.text(like.Name), r.text(like.Value)}
	}
	m.Events = int(r.number())
	if r.bad || len(r.rest) < 8 {
		return m, false
	}
	if accepted := int64(binary.LittleEndian.Uint64(r.rest)); accepted != 0 {
		m.Accepted = time.Unix(0, accepted)
	}
	m.Body = r.rest[8:]
	return m, true
}

// reader reads from a frame until it is bad.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) number() uint64 {
	n, used := binary.Uvarint(r.rest)
	if used <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[used:]
	return n
}

func (r *reader) text(like string) string {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return ""
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	if string(b) == like {
		return like
	}
	return string(b)
}
