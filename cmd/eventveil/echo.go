//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// withoutEcho makes a terminal show nothing of what is typed until restore is called;
// ok is false when f is none.
func withoutEcho(f *os.File) (restore func(), ok bool) {
	if f == nil {
		return nil, false
	}
	was, err := unix.IoctlGetTermios(int(f.Fd()), getTermios)
	if err != nil {
		return nil, false
	}
	quiet := *was
	quiet.Lflag &^= unix.ECHO
	if unix.IoctlSetTermios(int(f.Fd()), setTermios, &quiet) != nil {
		return nil, false
	}
	// Nothing can be done when the terminal has gone meanwhile.
	return func() { _ = unix.IoctlSetTermios(int(f.Fd()), setTermios, was) }, true
}
