package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// redraw is the time between two drawings of a progress bar.
const redraw = 100 * time.Millisecond

// progress draws a bar on a terminal; elsewhere it does nothing.
type progress struct {
	w      io.Writer
	total  int64 // bytes; -1 when unknown
	read   *atomic.Int64
	begin  time.Time
	ticker *time.Ticker // nil: not a terminal
	drawn  bool
}

func newProgress(w io.Writer, total int64, read *atomic.Int64) *progress {
	p := &progress{w: w, total: total, read: read, begin: time.Now()}
	if _, is := terminalWidth(w); is && os.Getenv("TERM") != "dumb" {
		p.ticker = time.NewTicker(redraw)
	}
	return p
}

// tick tells when to draw; never when it is no terminal.
func (p *progress) tick() <-chan time.Time {
	if p.ticker == nil {
		return nil
	}
	return p.ticker.C
}

func (p *progress) draw() {
	width, _ := terminalWidth(p.w)
	line := []rune(progressLine(p.read.Load(), p.total, time.Since(p.begin)))
	fmt.Fprintf(p.w, "\r%s\x1b[K", string(line[:max(0, min(len(line), width-1))]))
	p.drawn = true
}

// close wipes the bar, so that nothing of it is left among the words.
func (p *progress) close() {
	if p.ticker == nil {
		return
	}
	p.ticker.Stop()
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// barWidth is the number of cells in a bar; each has eight steps.
const barWidth = 24

// progressLine says how much is done, how fast it goes and how long it will take.
func progressLine(read, total int64, took time.Duration) string {
	rate := float64(read) / max(took.Seconds(), 1e-3)
	if total <= 0 {
		return fmt.Sprintf("%s read, %s/s", megabytes(read), megabytes(int64(rate)))
	}
	read = min(read, total)
	part := float64(read) / float64(total)
	steps := int(part * barWidth * 8)
	bar := strings.Repeat("█", steps/8)
	if steps%8 > 0 {
		bar += string([]rune("▏▎▍▌▋▊▉")[steps%8-1])
	}
	bar += strings.Repeat("░", barWidth-utf8.RuneCountInString(bar))
	line := fmt.Sprintf("%s %3.0f%%  %s of %s  %s/s", bar, 100*part, megabytes(read), megabytes(total), megabytes(int64(rate)))
	if read > 0 {
		line += "  " + left(time.Duration(float64(total-read)/rate*float64(time.Second))) + " left"
	}
	return line
}

// left is a remaining time, no finer than it can be known.
func left(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	return seconds(d)
}
