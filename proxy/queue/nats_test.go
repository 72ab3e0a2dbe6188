package queue_test

import (
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/internal/testnats"
	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/proxy/queue/queuetest"
)

// soon is after what time tests take over from a process that is silent.
const soon = 500 * time.Millisecond

// servers are those that run, by URL.
var servers sync.Map

func newServer(t testing.TB) string {
	s := testnats.Start(t)
	servers.Store(s.URL(), s)
	return s.URL()
}

func natsOptions(url string, key []byte) queue.NATSOptions {
	return queue.NATSOptions{URL: url, Stream: "test", Key: key, Log: slog.New(slog.DiscardHandler)}
}

var inCluster = queuetest.Backend{
	Name: "nats",
	New:  newServer,
	Open: func(at string, key []byte) (queue.Queue, error) {
		q, err := queue.OpenCluster(natsOptions(at, key), soon)
		if err != nil {
			return nil, err
		}
		return q, still(q)
	},
	Files: func(at string) []string {
		s, _ := servers.Load(at)
		return []string{s.(*testnats.Server).Dir()}
	},
}

// still waits until the server has dealt with what a process told it that was killed.
func still(q queue.Queue) error {
	var before map[string]queue.Backlog
	for {
		now, err := q.Backlogs()
		if err != nil || before != nil && cmp.Equal(before, now) {
			return err
		}
		before = now
		time.Sleep(50 * time.Millisecond)
	}
}

func TestNATS(t *testing.T) { queuetest.Run(t, inCluster) }
