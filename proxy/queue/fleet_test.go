package queue_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/proxy/queue/queuetest"
)

// A place of a fleet's queue is a server and a file.
func inBoth(at string) (url, file string) {
	url, file, _ = strings.Cut(at, "|")
	return url, file
}

func openFleet(url, file string, key []byte) (queue.Queue, error) {
	n := natsOptions(url, key)
	return queue.OpenFleet(queue.Options{Path: file, Key: key, NATS: &n}, soon)
}

var inFleet = queuetest.Backend{
	Name: "fleet",
	New: func(t testing.TB) string {
		return newServer(t) + "|" + filepath.Join(t.TempDir(), "queue.db")
	},
	Open: func(at string, key []byte) (queue.Queue, error) {
		url, file := inBoth(at)
		q, err := openFleet(url, file, key)
		if err != nil {
			return nil, err
		}
		return q, still(q)
	},
	Files: func(at string) []string {
		url, file := inBoth(at)
		return append(inCluster.Files(url), filepath.Dir(file))
	},
	Chained: true,
}

func TestFleet(t *testing.T) { queuetest.Run(t, inFleet) }
