// Package sheet writes tables as CSV that spreadsheets open as what they are: text.
// What senders of events name, and what people note, must never become a formula.
package sheet

import (
	"bufio"
	"io"
	"strings"
	"unicode"
)

// Cell is text that no spreadsheet takes for a formula: what could be one begins with
// an apostrophe, which is what such programs show as text.
func Cell(s string) string {
	for i, r := range s {
		switch {
		case strings.ContainsRune("=+-@|%＝＋－＠", r), i == 0 && (r == '\t' || r == '\r' || r == '\n'):
			return "'" + s
		case unicode.IsSpace(r), unicode.IsControl(r), unicode.Is(unicode.Cf, r): // some programs drop them before they look
		default:
			return s
		}
	}
	return s
}

// Writer writes a table: UTF-8 with a byte order mark, without which some programs
// take it for another encoding, and lines that end in CR LF as RFC 4180 has them. Every
// cell is quoted, so that one with the separator of another country stays one.
type Writer struct {
	out  *bufio.Writer
	rows int
}

// NewWriter begins a table.
func NewWriter(w io.Writer) *Writer { return &Writer{out: bufio.NewWriterSize(w, 64<<10)} }

// Row writes cells, each through Cell. An error is kept for Flush.
func (w *Writer) Row(cells ...string) {
	if w.rows++; w.rows == 1 {
		w.out.WriteString("\ufeff")
	}
	for i, c := range cells {
		if i > 0 {
			w.out.WriteByte(',')
		}
		w.out.WriteByte('"')
		w.out.WriteString(strings.ReplaceAll(strings.ToValidUTF8(Cell(c), "\ufffd"), `"`, `""`))
		w.out.WriteByte('"')
	}
	w.out.WriteString("\r\n")
}

// Flush writes what is left, and tells the first error.
func (w *Writer) Flush() error { return w.out.Flush() }
