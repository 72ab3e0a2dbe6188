package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is the release that this source belongs to.
const version = "0.1.0"

var versionCommand = &command{
	name:    "version",
	short:   "print version, Go version and revision",
	long:    "Prints the version, the Go version and platform it was built with, and the revision of the source when the build recorded it.",
	example: "eventveil version",
	bind: func(*flag.FlagSet) call {
		return func(_ context.Context, s *streams, args []string) error {
			if len(args) > 0 {
				return usagef("takes no arguments")
			}
			_, err := fmt.Fprintf(s.stdout, "eventveil %s %s %s/%s %s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH, revision())
			return err
		}
	},
}

// revision names the commit that the binary was built from.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	rev, dirty := "unknown", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			rev = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+changes"
		}
	}
	return rev + dirty
}
