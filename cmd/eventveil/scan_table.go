package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/internal/scan"
)

// scanColumn is a column of the table. Text is cut to make the table fit: first to
// roomy, then to tight characters, 0 for never.
type scanColumn struct {
	head         string
	right        bool
	roomy, tight int
	fit          func(d *scan.DataPoint, width int) string
}

// scanColumns are the table's columns from left to right.
var scanColumns = []scanColumn{
	{head: "CLASS", fit: func(d *scan.DataPoint, _ int) string { return d.Class.String() }},
	{head: "TYPE", roomy: 14, tight: 12, fit: func(d *scan.DataPoint, width int) string { return cutEnd(d.Type, width) }},
	{head: "PATH", roomy: 34, tight: 18, fit: func(d *scan.DataPoint, width int) string { return cutStart(printable(d.Path), width) }},
	{head: "FOUND", right: true, fit: func(d *scan.DataPoint, _ int) string { return thousands(d.Count) }},
	{head: "SHARE", right: true, fit: func(d *scan.DataPoint, _ int) string { return percent(d.Share) }},
	{head: "BY", fit: func(d *scan.DataPoint, _ int) string { return byCell(d) }},
	{head: "LOOKS LIKE", roomy: 16, tight: 12, fit: func(d *scan.DataPoint, width int) string { return cutEnd(looks(d), width) }},
	{head: "EVENTS", roomy: 14, tight: 10, fit: eventsCell},
	{head: "SOURCES", roomy: 12, tight: 8, fit: func(d *scan.DataPoint, width int) string { return cutEnd(strings.Join(d.Sources, " "), width) }},
}

// unlimited is a width that cuts nothing.
const unlimited = 1 << 20

// printTable prints the inventory for people: as wide as the terminal, or as
// COLUMNS says, uncut elsewhere.
func printTable(w io.Writer, inv *inventory) error {
	width, terminal := terminalWidth(w)
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		width = n
	} else if !terminal {
		width = unlimited
	}
	columns := scanColumns
	if !inv.sources {
		columns = columns[:len(columns)-1]
	}
	return layOut(w, inv.Points, columns, width, terminal && os.Getenv("NO_COLOR") == "")
}

// fewestColumns are shown however narrow the terminal is.
const fewestColumns = 6

// measure returns the width that each column would like to have.
func measure(points []scan.DataPoint, columns []scanColumn) []int {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = utf8.RuneCountInString(c.head)
		for j := range points {
			widths[i] = max(widths[i], utf8.RuneCountInString(c.fit(&points[j], unlimited)))
		}
	}
	return widths
}

// gap is what stands between columns.
const gap = "  "

func layOut(w io.Writer, points []scan.DataPoint, columns []scanColumn, width int, colors bool) error {
	widths := measure(points, columns)
	for shrink(columns, widths, width) && len(columns) > fewestColumns { // the last ones are the least needed
		columns = columns[:len(columns)-1]
		widths = measure(points, columns)
	}
	out := bufio.NewWriter(w)
	line := func(cell func(i int) string, color string) {
		var b strings.Builder
		for i, c := range columns {
			if i > 0 {
				b.WriteString(gap)
			}
			text := cell(i)
			pad := strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(text)))
			if i == 0 && color != "" {
				text = color + text + "\x1b[0m"
			}
			if c.right {
				text, pad = pad, text
			}
			b.WriteString(text + pad)
		}
		fmt.Fprintln(out, strings.TrimRight(b.String(), " "))
	}
	line(func(i int) string { return columns[i].head }, "")
	for j := range points {
		d := &points[j]
		if j > 0 && d.Class != points[j-1].Class {
			fmt.Fprintln(out)
		}
		color := ""
		if colors {
			color = classColors[d.Class]
		}
		line(func(i int) string { return columns[i].fit(d, widths[i]) }, color)
	}
	return out.Flush()
}

// classColors are a terminal's.
var classColors = [...]string{catalog.Green: "\x1b[32m", catalog.Yellow: "\x1b[33m", catalog.Red: "\x1b[1;31m"}

// shrink narrows columns, from the right, until the table fits, and tells whether it
// still does not.
func shrink(columns []scanColumn, widths []int, width int) bool {
	over := (len(columns)-1)*len(gap) - width
	for _, w := range widths {
		over += w
	}
	for _, tight := range []bool{false, true} {
		for i := len(columns) - 1; i >= 0 && over > 0; i-- {
			least := columns[i].roomy
			if tight {
				least = columns[i].tight
			}
			if least == 0 || widths[i] <= least {
				continue
			}
			by := min(over, widths[i]-least)
			widths[i] -= by
			over -= by
		}
	}
	return over > 0
}

// cutEnd and cutStart cut a text to a width; a path's end says more than its start.
func cutEnd(s string, width int) string {
	if r := []rune(s); len(r) > width {
		return string(r[:width-1]) + "…"
	}
	return s
}

func cutStart(s string, width int) string {
	if r := []rune(s); len(r) > width {
		return "…" + string(r[len(r)-width+1:])
	}
	return s
}

// looks is the shape of a value, if there was one.
func looks(d *scan.DataPoint) string {
	if d.Count == 0 {
		return "(empty)"
	}
	return d.Shape
}

// byCell says what gave a data point away: key, value or both; ~ is for a near miss
// of a name, a check mark for values that passed a validator.
func byCell(d *scan.DataPoint) string {
	switch by := d.Matched(); d.How() {
	case "validated":
		return by + " ✓"
	case "fuzzy":
		return by + " ~"
	default:
		return by
	}
}

// shownNames is how many event names a cell lists at most.
const shownNames = 3

// eventsCell lists the most frequent event names, as many as there is room for, and
// how many more there are.
func eventsCell(d *scan.DataPoint, width int) string {
	names := d.Names[:min(len(d.Names), shownNames)]
	for ; len(names) > 0; names = names[:len(names)-1] {
		text := ""
		for i, n := range names {
			if i > 0 {
				text += ", "
			}
			text += printable(n.Name)
		}
		more := moreNames(d, len(names))
		if utf8.RuneCountInString(text+more) <= width {
			return text + more
		}
		if len(names) == 1 {
			return cutEnd(text, max(2, width-len(more))) + more
		}
	}
	return ""
}

// moreNames is " +12" when twelve names are not shown.
func moreNames(d *scan.DataPoint, shown int) string {
	if d.NameCount <= shown && !d.MoreNames {
		return ""
	}
	text := fmt.Sprintf(" +%d", d.NameCount-shown)
	if d.MoreNames {
		text += "…"
	}
	return text
}

// percent writes a share so that little is not nothing and most not all.
func percent(share float64) string {
	switch p := 100 * share; {
	case p > 0 && p < 0.1:
		return "<0.1%"
	case p > 99.9 && p < 100:
		return ">99.9%"
	case p == 100:
		return "100%"
	default:
		return fmt.Sprintf("%.1f%%", p)
	}
}
