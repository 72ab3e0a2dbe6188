package store

import (
	"path/filepath"
	"testing"

	"github.com/eventveil/eventveil/internal/testpg"
	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/portal/store/storetest"
)

// open opens a store that is closed after the test.
func open(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// file is the options for a new file.
func file(t testing.TB) Options { return Options{Path: filepath.Join(t.TempDir(), "store.db")} }

func TestFile(t *testing.T) {
	storetest.Run(t, func(t *testing.T) inventory.Store { return open(t, file(t)) })
	t.Run("shared", func(t *testing.T) {
		o := file(t)
		storetest.RunShared(t, open(t, o), open(t, o))
	})
}

func TestMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T) inventory.Store { return open(t, Options{Path: ":memory:"}) })
}

func TestPostgres(t *testing.T) {
	storetest.Run(t, func(t *testing.T) inventory.Store { return open(t, Options{URL: testpg.Start(t)}) })
	t.Run("shared", func(t *testing.T) {
		o := Options{URL: testpg.Start(t)}
		storetest.RunShared(t, open(t, o), open(t, o))
	})
}
