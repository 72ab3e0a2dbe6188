package pages

import (
	"fmt"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// span is a stretch of time that a chart shows.
type span struct {
	Name, Words string
	step        time.Duration // of one bar, whole hours
	bars        int
}

// spans are those that people can choose, the default first.
var spans = []span{
	{"24h", "24 hours", time.Hour, 24},
	{"7d", "7 days", 6 * time.Hour, 28},
	{"30d", "30 days", 24 * time.Hour, 30},
}

func spanOf(name string) span {
	for _, s := range spans {
		if s.Name == name {
			return s
		}
	}
	return spans[0]
}

// begin is the beginning of the first bar.
func (s span) begin(now time.Time) time.Time {
	return now.UTC().Truncate(s.step).Add(-s.step * time.Duration(s.bars-1))
}

// layers are what bars are made of, from the bottom: the classes.
var layers = inventory.Classes

// chart is a chart of bars with the classes on top of each other. Its picture is as
// wide as there is room, so lengths along are in percent of it and down in chartHeight.
type chart struct {
	Bars   []bar
	Top    int64 // the highest bar, at least 1
	Total  int64
	Ticks  []string // words below, evenly apart
	Names  []string // of the layers
	Layers []string // those that occur
	Height int
}

// chartHeight is the unit of lengths down: a share of the picture's height.
const chartHeight = 100

type bar struct {
	At     string // the time of it
	Full   string
	X, W   string // percent
	Parts  []barPart
	Counts []int64 // by layer
	Total  int64
}

type barPart struct {
	Class string
	Y, H  string
}

// chartOf draws the findings of hours, those that were met: without a destination.
func chartOf(hours []inventory.Hour, s span, now time.Time) *chart {
	c := &chart{Bars: make([]bar, s.bars), Top: 1, Height: chartHeight, Names: layers}
	begin := s.begin(now)
	for i := range c.Bars {
		at := begin.Add(s.step * time.Duration(i))
		layout := "2 Jan, 15:04"
		if s.step >= 24*time.Hour {
			layout = "2 Jan"
		}
		c.Bars[i].At, c.Bars[i].Full = at.Format(layout), at.Format(time.RFC3339)
		c.Bars[i].Counts = make([]int64, len(layers))
	}
	seen := make([]bool, len(layers))
	for _, h := range hours {
		i := int(h.At.Sub(begin) / s.step)
		if h.Destination != "" || h.At.Before(begin) || i >= len(c.Bars) {
			continue
		}
		for l, class := range layers {
			if h.Class == class {
				c.Bars[i].Counts[l] += h.Count
				c.Bars[i].Total += h.Count
				c.Total += h.Count
				seen[l] = seen[l] || h.Count > 0
			}
		}
		c.Top = max(c.Top, c.Bars[i].Total)
	}
	for l, class := range layers {
		if seen[l] {
			c.Layers = append(c.Layers, class)
		}
	}
	width := 100 / float64(s.bars)
	for i := range c.Bars {
		c.Bars[i].draw(float64(i)*width, width, c.Top)
	}
	every := max(1, s.bars/6)
	for i := 0; i < s.bars; i += every {
		at := begin.Add(s.step * time.Duration(i))
		if s.step >= 6*time.Hour {
			c.Ticks = append(c.Ticks, at.Format("2 Jan"))
		} else {
			c.Ticks = append(c.Ticks, at.Format("15:04"))
		}
	}
	return c
}

func (b *bar) draw(x, width float64, top int64) {
	b.X, b.W = fmt.Sprintf("%.2f", x+width*0.1), fmt.Sprintf("%.2f", width*0.8)
	y := float64(chartHeight)
	for l, n := range b.Counts {
		if n == 0 {
			continue
		}
		// What is there is seen: no part is lower than a hair.
		h := max(float64(n)/float64(top)*chartHeight, 0.8)
		y = max(0, y-h)
		b.Parts = append(b.Parts, barPart{layers[l], fmt.Sprintf("%.2f", y), fmt.Sprintf("%.2f", h)})
	}
}

// share is a part of a whole in percent, for the faint bars behind rows; what is there
// is seen.
func share(n, of int64) string {
	if n <= 0 || of <= 0 {
		return "0"
	}
	return fmt.Sprintf("%.1f", max(0.5, float64(n)*100/float64(of)))
}
