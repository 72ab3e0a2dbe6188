package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the generated pages and the expected output again")

// TestMain lets this test binary play the program: under the name of eventveil it
// is eventveil, so that scripts run real processes without building one.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "eventveil" {
		main()
		return
	}
	os.Exit(m.Run())
}

// asProgram returns a folder with an eventveil in it, for PATH.
func asProgram(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(self, filepath.Join(dir, "eventveil")); err != nil {
		t.Fatal(err)
	}
	return dir
}
