package main

import (
	"io"
	"strings"
	"text/tabwriter"
	"unicode"
)

// table prints aligned columns.
type table struct{ text strings.Builder }

func newTable(heads ...string) *table {
	t := &table{}
	t.row(heads...)
	return t
}

func (t *table) row(cells ...string) {
	t.text.WriteString(strings.Join(cells, "\t"))
	t.text.WriteByte('\n')
}

func (t *table) write(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(tw, t.text.String()); err != nil {
		return err
	}
	return tw.Flush()
}

// printable replaces what could move the cursor or hide text on a terminal;
// paths are made of names that anybody may have sent.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\ufffd'
	}, s)
}
