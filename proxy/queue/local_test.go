package queue_test

import (
	"path/filepath"
	"testing"

	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/proxy/queue/queuetest"
)

func sqlite(name string, noSync bool) queuetest.Backend {
	return queuetest.Backend{
		Name: name,
		New:  func(t testing.TB) string { return filepath.Join(t.TempDir(), "queue.db") },
		Open: func(at string, key []byte) (queue.Queue, error) {
			return queue.Open(queue.Options{Path: at, Key: key, NoSync: noSync})
		},
		Files: func(at string) []string { return []string{filepath.Dir(at)} },
	}
}

var (
	inFile   = sqlite("sqlite", false)
	unsynced = sqlite("sqlite-os", true)
	inMemory = queuetest.Backend{
		Name:     "memory",
		New:      func(testing.TB) string { return ":memory:" },
		Open:     func(at string, key []byte) (queue.Queue, error) { return queue.Open(queue.Options{Path: at, Key: key}) },
		Volatile: true,
	}
)

func TestMain(m *testing.M) { queuetest.Main(m, inFile, unsynced, inCluster, inFleet) }

func TestFile(t *testing.T)     { queuetest.Run(t, inFile) }
func TestUnsynced(t *testing.T) { queuetest.Run(t, unsynced) }
func TestMemory(t *testing.T)   { queuetest.Run(t, inMemory) }
