package queue

import (
	"bytes"
	"fmt"
	"sync/atomic"
	"testing"
	"time"
)

// kilobyte is a message of 1 KB.
func kilobyte() Message {
	return Message{Destination: "crm", Source: "web", Format: "segment", Path: "/v1/track", Headers: []Header{{"Content-Type", "application/json"}},
		Body: bytes.Repeat([]byte("x"), 1000), Events: 1, Accepted: time.Unix(1700000000, 0)}
}

// BenchmarkAppend tells how long one of so many appenders waits, divided by their number:
// its inverse is messages a second.
func BenchmarkAppend(b *testing.B) {
	for _, fsync := range []string{"always", "os"} {
		for _, appenders := range []int{1, 64, 256} {
			for name, key := range map[string][]byte{"plain": nil, "encrypted": oneKey} {
				b.Run(fmt.Sprint("fsync=", fsync, "/appenders=", appenders, "/", name), func(b *testing.B) {
					o := file(b)
					o.NoSync, o.Key = fsync == "os", key
					appendAll(b, opened(b, o), appenders, []Message{kilobyte()})
				})
			}
		}
	}
}

// BenchmarkFanOut appends for five destinations at once.
func BenchmarkFanOut(b *testing.B) {
	var five []Message
	for d := range 5 {
		m := kilobyte()
		m.Destination = fmt.Sprint("d", d)
		five = append(five, m)
	}
	appendAll(b, opened(b, file(b)), 64, five)
}

func appendAll(b *testing.B, q *local, appenders int, m []Message) {
	var n atomic.Int64
	done := make(chan error, appenders)
	b.ReportAllocs()
	b.SetBytes(int64(len(m) * 1000))
	b.ResetTimer()
	for range appenders {
		go func() {
			for n.Add(1) <= int64(b.N) {
				if err := try(q, m...); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range appenders {
		must(b, <-done)
	}
	b.ReportMetric(float64(b.N*len(m))/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkNext takes and settles messages that 64 appenders have put there.
func BenchmarkNext(b *testing.B) {
	for name, key := range map[string][]byte{"plain": nil, "encrypted": oneKey} {
		b.Run(name, func(b *testing.B) {
			o := file(b)
			o.NoSync, o.Key = true, key
			q := opened(b, o)
			for n := 0; n < b.N; n += 64 {
				batch := make([]Message, min(64, b.N-n))
				for i := range batch {
					batch[i] = kilobyte()
				}
				must(b, try(q, batch...))
			}
			b.ReportAllocs()
			b.SetBytes(1000)
			b.ResetTimer()
			for n := 0; n < b.N; {
				items, err := q.Next(b.Context(), "crm", 100, 1<<20)
				must(b, err)
				must(b, q.Ack(items...))
				n += len(items)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

func BenchmarkPack(b *testing.B) {
	for name, s := range sealers() {
		b.Run(name, func(b *testing.B) {
			m := make([]Message, 64)
			for i := range m {
				m[i] = kilobyte()
			}
			var blob []byte
			b.SetBytes(64 * 1000)
			b.ReportAllocs()
			for b.Loop() {
				blob = s.pack(blob[:0], "crm", m)
			}
		})
	}
}
