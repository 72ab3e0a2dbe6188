package queue_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eventveil/eventveil/internal/testnats"
	"github.com/eventveil/eventveil/proxy/queue"
)

// kilobytes are messages of 1 kB of two sources.
func kilobytes(destination string, n int) []queue.Message {
	body := []byte(strings.Repeat("x", 1000))
	all := make([]queue.Message, n)
	for i := range all {
		all[i] = queue.Message{Destination: destination, Source: fmt.Sprint("s", i%2), Path: "/v1/track", Body: body, Events: 1, Accepted: time.Unix(1700000000, int64(i))}
	}
	return all
}

func appendAll(tb testing.TB, q queue.Queue, messages []queue.Message) {
	tb.Helper()
	for len(messages) > 0 {
		n := min(len(messages), 64)
		ticket, err := q.Append(messages[:n])
		if err == nil {
			err = ticket.Wait()
		}
		if err != nil {
			tb.Fatal(err)
		}
		messages = messages[n:]
	}
}

// What a local queue moves into servers that write everything to the disk at once.
func BenchmarkRelay(b *testing.B) {
	for _, servers := range []int{1, 3} {
		b.Run(fmt.Sprint("servers=", servers), func(b *testing.B) { relay(b, servers) })
	}
}

func relay(b *testing.B, servers int) {
	var urls []string
	for _, s := range testnats.StartCluster(b, servers) {
		urls = append(urls, s.URL())
	}
	n := natsOptions(strings.Join(urls, ","), nil)
	n.Replicas = servers
	q, err := queue.OpenFleet(queue.Options{Path: filepath.Join(b.TempDir(), "queue.db"), NATS: &n}, soon)
	if err != nil {
		b.Fatal(err)
	}
	here, _ := q.(queue.Fleet).Parts()
	moved := func() {
		for {
			waits, err := here.Backlogs()
			if err != nil {
				b.Fatal(err)
			}
			if len(waits) == 0 {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}
	appendAll(b, q, kilobytes("crm", 1)) // the stream is made
	moved()
	b.ResetTimer()
	appendAll(b, q, kilobytes("crm", b.N))
	moved()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
	if err := q.Close(); err != nil {
		b.Fatal(err)
	}
}

// What is taken from such a server and settled.
func BenchmarkTake(b *testing.B) {
	for _, size := range []int{1, 64} {
		b.Run(fmt.Sprint("pack of ", size), func(b *testing.B) {
			q, err := inCluster.Open(newServer(b), nil)
			if err != nil {
				b.Fatal(err)
			}
			all := kilobytes("crm", b.N)
			for len(all) > 0 {
				n := min(len(all), size)
				ticket, err := q.Append(all[:n])
				if err == nil {
					err = ticket.Wait()
				}
				if err != nil {
					b.Fatal(err)
				}
				all = all[n:]
			}
			b.ResetTimer()
			for left := b.N; left > 0; {
				items, err := q.Next(b.Context(), "crm", 100, 1<<20)
				if err == nil {
					err = q.Ack(items...)
				}
				if err != nil {
					b.Fatal(err)
				}
				left -= len(items)
			}
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
			if err := q.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
