//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || solaris || aix)

package main

import "io"

// terminalWidth is false: what a terminal is cannot be asked here.
func terminalWidth(io.Writer) (columns int, is bool) { return 0, false }
