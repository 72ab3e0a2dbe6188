package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/eventveil/eventveil/engine/explain"
	"github.com/eventveil/eventveil/internal/scan"
	"github.com/eventveil/eventveil/internal/sheet"
)

// columns are the CSV's, and the names of a data point's members in JSON.
var columns = []string{"class", "type", "path", "count", "empty", "events", "share", "matched", "how", "confidence", "shape", "event_names", "top_events", "sources"}

// printCSV prints a row for each data point below a row of heads.
func printCSV(w io.Writer, inv *inventory) error {
	out := csv.NewWriter(w)
	out.Write(columns) // an error stays with out and is told by Error
	for i := range inv.Points {
		d := &inv.Points[i]
		var top []string
		for _, n := range d.Names {
			top = append(top, fmt.Sprintf("%s (%d)", n.Name, n.Events))
		}
		row := []string{d.Class.String(), d.Type, d.Path, strconv.FormatInt(d.Count, 10), strconv.FormatInt(d.Empty, 10), strconv.FormatInt(d.Events, 10),
			strconv.FormatFloat(share(d), 'f', -1, 64), d.Matched(), d.How(), string(explain.AppendShare(nil, d.Confidence())), d.Shape,
			strconv.Itoa(d.NameCount), strings.Join(top, "; "), strings.Join(d.Sources, "; ")}
		for i := range row {
			row[i] = sheet.Cell(row[i])
		}
		out.Write(row)
	}
	out.Flush()
	return out.Error()
}

// share is rounded to what a report needs.
func share(d *scan.DataPoint) float64 { return math.Round(d.Share*1e4) / 1e4 }

// jsonPoint is a data point in JSON.
type jsonPoint struct {
	Class      string      `json:"class"`
	Type       string      `json:"type"`
	Path       string      `json:"path"`
	Count      int64       `json:"count"`
	Empty      int64       `json:"empty"`
	Events     int64       `json:"events"`
	Share      float64     `json:"share"`
	Matched    string      `json:"matched"`
	How        string      `json:"how"`
	Confidence float64     `json:"confidence"`
	Shape      string      `json:"shape"`
	EventNames int         `json:"event_names"`
	TopEvents  []jsonEvent `json:"top_events"`
	Sources    []string    `json:"sources"`
}

type jsonEvent struct {
	Name   string `json:"name"`
	Events int64  `json:"events"`
}

// printJSON prints one object, a data point a line.
func printJSON(w io.Writer, inv *inventory) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "{\"events\":%d,\"bytes\":%d,\"unreadable\":%d,\"overflow\":%d,\"omitted\":%d,\"datapoints\":[",
		inv.Events, inv.Bytes, inv.Unreadable, inv.Overflow, inv.omitted)
	for i := range inv.Points {
		d := &inv.Points[i]
		p := jsonPoint{d.Class.String(), d.Type, d.Path, d.Count, d.Empty, d.Events, share(d), d.Matched(), d.How(), float64(d.Confidence()) / 100, d.Shape, d.NameCount, []jsonEvent{}, d.Sources}
		for _, n := range d.Names {
			p.TopEvents = append(p.TopEvents, jsonEvent(n))
		}
		line, err := json.Marshal(p)
		if err != nil {
			return err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		out.Write(line)
	}
	out.WriteString("\n]}\n")
	return out.Flush()
}
