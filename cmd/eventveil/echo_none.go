//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package main

import "os"

// withoutEcho is false: how a terminal is silenced is not known here.
func withoutEcho(*os.File) (restore func(), ok bool) { return nil, false }
