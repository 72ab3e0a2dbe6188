package engine

import "golang.org/x/sys/cpu"

// blocks tells whether scanBlocks may be called.
var blocks = cpu.X86.HasAVX2 && cpu.X86.HasBMI1

// scanBlocks looks for a byte at which the string scanner must stop, 32 bytes at a
// time, as long as whole blocks remain in p[:n]. It returns the offset of the stop,
// or of what is left to look at, and the classes of the bytes before it.
//
//go:noescape
func scanBlocks(p *byte, n int) (end int, classes uint32)
