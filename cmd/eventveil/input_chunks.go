package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"

	"github.com/eventveil/eventveil/internal/scan"
)

// feeder reads inputs into chunks for a Scanner.
type feeder struct {
	scanner *scan.Scanner
	stdin   io.Reader
	read    atomic.Int64 // bytes of inputs, as they are stored
}

// input reads one input; file is its number. What cannot be read is told to the
// Scanner.
func (f *feeder) input(ctx context.Context, file int, name string) {
	in, closeInput, err := openCounted(name, f.stdin, &f.read)
	if err != nil {
		f.scanner.Unreadable(scan.Problem{File: file, Name: name, Err: err})
		return
	}
	defer closeInput()
	if oneALine(in) {
		f.lines(ctx, in, file, name)
	} else {
		f.spans(ctx, in, file, name)
	}
}

// lines cuts an input of one document a line into chunks, at line ends.
func (f *feeder) lines(ctx context.Context, in *bufio.Reader, file int, name string) {
	fresh := func(line int) *scan.Chunk {
		c := f.scanner.Chunk()
		c.File, c.Name, c.Line = file, name, line
		return c
	}
	c := fresh(1)
	for ctx.Err() == nil {
		err := fill(in, c)
		if err != nil && !isEnd(err) {
			f.scanner.Unreadable(scan.Problem{File: file, Name: name, Line: c.Line + bytes.Count(c.Data, lineEnd), Err: fmt.Errorf("cannot read on: %w", err)})
			c.Data = c.Data[:bytes.LastIndexByte(c.Data, '\n')+1]
		}
		if err != nil {
			break
		}
		cut := bytes.LastIndexByte(c.Data, '\n') + 1
		switch {
		case cut > 0:
			next := fresh(c.Line + bytes.Count(c.Data[:cut], lineEnd))
			next.Data = append(next.Data, c.Data[cut:]...)
			c.Data = c.Data[:cut]
			f.scanner.Scan(c)
			c = next
		case len(c.Data) <= maxDocument/2:
			c.Data = slices.Grow(c.Data, len(c.Data))
		default:
			f.scanner.Unreadable(scan.Problem{File: file, Name: name, Line: c.Line, Err: errTooLong})
			c.Data = c.Data[:0]
			skipLine(in)
			c.Line++
		}
	}
	f.scanner.Scan(c)
}

var lineEnd = []byte("\n")

// fill reads until a chunk's buffer is full; the error is io.EOF at the end.
func fill(in io.Reader, c *scan.Chunk) error {
	for len(c.Data) < cap(c.Data) {
		n, err := in.Read(c.Data[len(c.Data):cap(c.Data)])
		c.Data = c.Data[:len(c.Data)+n]
		if err != nil {
			return err
		}
	}
	return nil
}

// skipLine reads to the end of a line; an error is met again by the next read.
func skipLine(in *bufio.Reader) {
	for {
		if _, err := in.ReadSlice('\n'); !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}

// spans collects documents that span lines in chunks.
func (f *feeder) spans(ctx context.Context, in *bufio.Reader, file int, name string) {
	fresh := func() *scan.Chunk {
		c := f.scanner.Chunk()
		c.File, c.Name, c.Docs = file, name, make([]scan.Doc, 0, 16)
		return c
	}
	c := fresh()
	d := document{file: name}
	err := readSpans(in, &d, func(d *document, err error) error {
		if err != nil {
			f.scanner.Unreadable(scan.Problem{File: file, Name: name, Line: d.line, Err: err})
			return ctx.Err()
		}
		if len(c.Data) > 0 && len(c.Data)+len(d.bytes) > scan.ChunkSize {
			f.scanner.Scan(c)
			c = fresh()
		}
		start := len(c.Data)
		c.Data = append(c.Data, d.bytes...)
		c.Docs = append(c.Docs, scan.Doc{Start: start, End: len(c.Data), Line: d.line})
		return ctx.Err()
	})
	if err != nil && ctx.Err() == nil {
		f.scanner.Unreadable(scan.Problem{File: file, Name: name, Line: d.line, Err: fmt.Errorf("cannot read on: %w", errors.Unwrap(err))})
	}
	f.scanner.Scan(c)
}
