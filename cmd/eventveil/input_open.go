package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// inputs are the files that a command line names, folders opened up.
type inputs struct {
	names   []string
	skipped int   // files in folders that are not named like events
	size    int64 // bytes of all files; -1 when it is not known
}

// listInputs opens up folders, in the order of their names; no file is "-".
func listInputs(args []string) (*inputs, error) {
	if len(args) == 0 {
		args = []string{"-"}
	}
	list := &inputs{}
	for _, arg := range args {
		if arg == "-" {
			list.add(arg, nil)
			continue
		}
		info, err := os.Stat(arg)
		if err != nil {
			var fault *fs.PathError
			if errors.As(err, &fault) {
				fault.Op = "open" // which is what would have failed
			}
			return nil, fmt.Errorf("cannot read: %w", err)
		}
		if !info.IsDir() {
			list.add(arg, info)
			continue
		}
		if err := list.folder(arg); err != nil {
			return nil, fmt.Errorf("cannot read the folder: %w", err)
		}
	}
	return list, nil
}

func (l *inputs) add(name string, info fs.FileInfo) {
	l.names = append(l.names, name)
	switch {
	case info == nil || !info.Mode().IsRegular():
		l.size = -1
	case l.size >= 0:
		l.size += info.Size()
	}
}

// folder adds the files below a folder that are named like events. Links to files
// are followed, links to folders are not.
func (l *inputs) folder(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(d.Name(), ".") && path != root
		if d.IsDir() {
			if hidden {
				return fs.SkipDir
			}
			return nil
		}
		info, err := os.Stat(path)
		if err == nil && info.Mode().IsRegular() && !hidden && likeEvents(d.Name()) {
			l.add(path, info)
		} else {
			l.skipped++
		}
		return nil
	})
}

// likeEvents tells whether a file in a folder is named as archives of events are.
func likeEvents(name string) bool {
	name = strings.ToLower(name)
	for _, packed := range []string{".gz", ".gzip", ".zst", ".zstd"} {
		name = strings.TrimSuffix(name, packed)
	}
	switch filepath.Ext(name) {
	case "", ".json", ".ndjson", ".jsonl", ".log", ".txt":
		return true
	}
	return false
}

// inputName is how messages call an input.
func inputName(file string) string {
	if file == "-" {
		return "standard input"
	}
	return printable(file)
}

// maxWindow bounds the memory in bytes that unpacking zstd takes.
const maxWindow = 128 << 20

// inputBuffer is the size in bytes of an input's read buffer.
const inputBuffer = 256 << 10

// open opens a file or standard input and unpacks gzip and zstd, told by the first
// bytes.
func open(name string, stdin io.Reader) (*bufio.Reader, func(), error) {
	return openCounted(name, stdin, nil)
}

// openCounted opens an input; the bytes read of it, as they are stored, are added
// to read unless that is nil.
func openCounted(name string, stdin io.Reader, read *atomic.Int64) (*bufio.Reader, func(), error) {
	closeInput := func() {}
	raw := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, nil, fmt.Errorf("cannot read: %w", err)
		}
		closeInput = func() { f.Close() }
		raw = f
	}
	if read != nil {
		raw = &counted{raw, read}
	}
	in := bufio.NewReaderSize(raw, inputBuffer)
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			closeInput()
			return nil, nil, fmt.Errorf("cannot unpack %s: %w", inputName(name), err)
		}
		return bufio.NewReaderSize(unpacked, inputBuffer), closeInput, nil
	}
	if magic, _ := in.Peek(4); string(magic) == "\x28\xb5\x2f\xfd" {
		unpacked, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			closeInput()
			return nil, nil, fmt.Errorf("cannot unpack %s: %w", inputName(name), err)
		}
		closeFile := closeInput
		return bufio.NewReaderSize(unpacked, inputBuffer), func() { unpacked.Close(); closeFile() }, nil
	}
	return in, closeInput, nil
}

// counted counts what is read.
type counted struct {
	io.Reader
	n *atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// sizeOf is the size of standard input when it is a file, -1 otherwise.
func sizeOf(stdin io.Reader) int64 {
	if f, ok := stdin.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return info.Size()
		}
	}
	return -1
}

// isEnd tells the end of an input from a fault.
func isEnd(err error) bool { return errors.Is(err, io.EOF) }
