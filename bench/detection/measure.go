package main

import (
	"fmt"
	"math"
	"os"
	"strings"
	"time"
)

// measure is one figure, a share between 0 and 1, and what it ought to be.
type measure struct {
	part, name string
	value      float64
	goal       float64 // NaN: none
	atMost     bool    // the goal is the greatest value, not the least
	n          int     // cases; 0 when not known
}

func (m measure) met() bool {
	return math.IsNaN(m.goal) || (m.atMost && m.value <= m.goal) || (!m.atMost && m.value >= m.goal)
}

// goalText is the goal as people write it; "" for none.
func (m measure) goalText() string {
	switch {
	case math.IsNaN(m.goal):
		return ""
	case m.atMost:
		return fmt.Sprintf("≤ %.4g", m.goal)
	}
	return fmt.Sprintf("≥ %.4g", m.goal)
}

func misses(list []measure) (n int) {
	for _, m := range list {
		if !m.met() {
			n++
		}
	}
	return n
}

// show prints figures for people.
func show(list []measure, c []calibrated) {
	for _, m := range list {
		word := "    "
		if !math.IsNaN(m.goal) {
			word = "ok  "
			if !m.met() {
				word = "MISS"
			}
		}
		fmt.Printf("%s %-70s %8.4f  %-10s n=%d\n", word, m.part+": "+m.name, m.value, m.goalText(), m.n)
	}
	for _, k := range c {
		fmt.Printf("     confidence %3d %%: %-44s %8.4f  n=%d\n", k.stated, k.evidence, k.measured, k.n)
	}
}

// markdown is the table of a list, below the day it was measured on.
func markdown(list []measure, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s.\n\n| | figure | goal | cases |\n|---|--:|--:|--:|\n", now.Format(time.DateOnly))
	for _, m := range list {
		goal := m.goalText()
		if !m.met() {
			goal += ", **missed**"
		}
		cases := ""
		if m.n > 0 {
			cases = fmt.Sprint(m.n)
		}
		fmt.Fprintf(&b, "| %s: %s | %.4f | %s | %s |\n", m.part, m.name, m.value, goal, cases)
	}
	return b.String()
}

// rewrite puts each table between its two marks in a document.
func rewrite(path string, tables map[string]string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text := string(old)
	for name, table := range tables {
		head, foot := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->"
		before, rest, ok := strings.Cut(text, head)
		_, after, closed := strings.Cut(rest, foot)
		if !ok || !closed {
			return fmt.Errorf("%s has no place for the figures: write the lines %q and %q", path, strings.TrimSpace(head), foot)
		}
		text = before + head + table + foot + after
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
