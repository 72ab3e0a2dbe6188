//go:build !amd64

package engine

// blocks is false where there is no vector scanner.
const blocks = false

func scanBlocks(*byte, int) (int, uint32) { return 0, 0 }
