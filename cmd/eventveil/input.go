package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/tidwall/gjson"
)

// maxDocument bounds one document: a longer one is reported and skipped, so
// that a file without line ends cannot take all memory.
const maxDocument = 64 << 20

// document is one event, or one batch of events, of an input.
type document struct {
	index int    // counts from 0 over all inputs; blank lines do not count
	file  string // "-" for standard input
	line  int    // where it begins, from 1
	bytes []byte // without the white space around it; valid until the next document
}

// where names a document for a message.
func (d *document) where() string { return fmt.Sprintf("%s:%d", inputName(d.file), d.line) }

// errTooLong is told to eachDocument's visitor instead of a document's bytes.
var errTooLong = fmt.Errorf("longer than %d MiB, skipped", maxDocument>>20)

// visitor is called for each document; err is not nil when it could not be
// read. What it returns, if not nil, ends the reading.
type visitor func(d *document, err error) error

// eachDocument calls visit for every document of the files, in order; no file
// or "-" is standard input.
func eachDocument(files []string, stdin io.Reader, visit visitor) error {
	return eachInput(files, stdin, func(in *bufio.Reader, d *document) error { return readDocuments(in, d, visit) })
}

// eachLine calls visit for every line of the files, whatever it holds.
func eachLine(files []string, stdin io.Reader, visit visitor) error {
	return eachInput(files, stdin, func(in *bufio.Reader, d *document) error { return readLines(in, d, visit) })
}

func eachInput(files []string, stdin io.Reader, read func(*bufio.Reader, *document) error) error {
	list, err := listInputs(files)
	if err != nil {
		return err
	}
	d := document{}
	for _, name := range list.names {
		in, closeInput, err := open(name, stdin)
		if err != nil {
			return err
		}
		d.file, d.line = name, 0
		err = read(in, &d)
		closeInput()
		if err != nil {
			return err
		}
	}
	return nil
}

// readLines reads one input line by line.
func readLines(in *bufio.Reader, d *document, visit visitor) error {
	var buf []byte
	for {
		line, err := readLine(in, buf[:0])
		buf = line
		end, tooLong := errors.Is(err, io.EOF), errors.Is(err, errTooLong)
		if err != nil && !end && !tooLong {
			return fmt.Errorf("cannot read %s: %w", d.file, err)
		}
		if end && len(line) == 0 {
			return nil
		}
		d.line++
		d.bytes = trim(line)
		var problem error
		if tooLong {
			d.bytes, problem = nil, errTooLong
		}
		if err := visit(d, problem); err != nil {
			return err
		}
		d.index++
		if end {
			return nil
		}
	}
}

// readDocuments reads one input. When every line is a document, blank lines do
// not count; otherwise documents may span lines, and each ends with the line in
// which its brackets do.
func readDocuments(in *bufio.Reader, d *document, visit visitor) error {
	if oneALine(in) {
		return readLines(in, d, func(l *document, err error) error {
			if err == nil && len(l.bytes) == 0 {
				l.index-- // readLines counts it
				return nil
			}
			return visit(l, err)
		})
	}
	return readSpans(in, d, visit)
}

// readSpans reads documents that may span lines.
func readSpans(in *bufio.Reader, d *document, visit visitor) error {
	var buf []byte
	for end := false; !end; {
		begin, depth, inString := 0, 0, false
		var problem error
		buf = buf[:0]
		for !end && problem == nil && (begin == 0 || depth > 0) {
			n := len(buf)
			var err error
			buf, err = readLine(in, buf)
			d.line++
			switch end = errors.Is(err, io.EOF); {
			case errors.Is(err, errTooLong):
				problem = errTooLong
			case err != nil && !end:
				return fmt.Errorf("cannot read %s: %w", d.file, err)
			}
			if begin == 0 && (problem != nil || len(trim(buf)) > 0) {
				begin = d.line
			}
			if begin == 0 {
				buf = buf[:0]
				continue
			}
			depth, inString = brackets(buf[n:], depth, inString)
		}
		if begin == 0 {
			return nil
		}
		last := d.line
		d.line, d.bytes = begin, trim(buf)
		if problem != nil {
			d.bytes = nil
		}
		if err := visit(d, problem); err != nil {
			return err
		}
		d.line = last
		d.index++
	}
	return nil
}

// whiteSpace is what JSON allows around a document.
const whiteSpace = " \t\r\n"

// trim drops white space around a text, and a byte order mark before it.
func trim(text []byte) []byte {
	return bytes.Trim(bytes.TrimPrefix(text, []byte("\ufeff")), whiteSpace)
}

// readLine appends the next line to buf, up to maxDocument bytes in all.
func readLine(in *bufio.Reader, buf []byte) ([]byte, error) {
	tooLong := false
	for {
		part, err := in.ReadSlice('\n')
		if len(buf)+len(part) > maxDocument {
			tooLong = true
		} else {
			buf = append(buf, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case tooLong: // an error, if any, is met again by the next read
			return buf, errTooLong
		default:
			return buf, err
		}
	}
}

// oneALine tells whether an input is one document a line: whether one of the
// first two lines that are not blank is a document by itself. It reads no
// further than it must, so that an event piped in is answered at once.
func oneALine(in *bufio.Reader) bool {
	for want := 1; ; want = in.Buffered() + 1 {
		_, err := in.Peek(want)
		head, _ := in.Peek(in.Buffered())
		byLine, sure := judgeLines(bytes.TrimPrefix(head, []byte("\ufeff")))
		if sure {
			return byLine
		}
		if err != nil {
			// A first line longer than the buffer is a document written by a machine.
			return errors.Is(err, bufio.ErrBufferFull) && !bytes.Contains(head, []byte("\n"))
		}
	}
}

// judgeLines answers oneALine from the beginning of an input; sure is false when
// more of it must be seen.
func judgeLines(head []byte) (byLine, sure bool) {
	for seen := 0; seen < 2; {
		line, rest, ended := bytes.Cut(head, []byte("\n"))
		line = bytes.Trim(line, whiteSpace)
		if ended && len(line) == 1 && (line[0] == '[' || line[0] == '{') {
			// A lone bracket opens a document of many lines, whatever follows.
			return false, true
		}
		if ended && gjson.ValidBytes(line) {
			return true, true
		}
		if !ended {
			return false, false
		}
		if len(line) > 0 {
			seen++
		}
		head = rest
	}
	return false, true
}

// brackets follows the nesting of JSON text; it is for finding a document's
// end, not for judging it.
func brackets(text []byte, depth int, inString bool) (int, bool) {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
	return depth, inString
}
