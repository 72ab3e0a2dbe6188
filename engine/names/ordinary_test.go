package names

import (
	"bufio"
	goflag "flag"
	"os"
	"slices"
	"strings"
	"testing"
)

var wordList = goflag.String("words", "", "a `file` of English words, one a line: those that would be misread are written into ordinary.txt")

// generated is the head of the part of ordinary.txt that -words writes.
const generated = "\n# Of an English dictionary"

func TestOrdinary(t *testing.T) {
	l := builtin()
	if *wordList != "" {
		writeOrdinary(t, l, *wordList)
	}
	for w := range ordinary {
		if got := l.read([]string{w}, true); len(got) != 1 || got[0].text != w {
			t.Errorf("%s is read as %v", w, got)
		}
	}
}

// writeOrdinary collects the words of a dictionary that would be taken for
// misspelt or for several words.
func writeOrdinary(t *testing.T, l *lexicon, path string) {
	head, rest, ok := strings.Cut(ordinaryWords, generated)
	if !ok {
		t.Fatalf("ordinary.txt has no line that begins with %q", generated[1:])
	}
	title, _, _ := strings.Cut(rest, "\n")
	ordinary = map[string]bool{}
	for line := range strings.Lines(head) {
		if line[0] == '#' {
			continue
		}
		for _, w := range strings.Fields(line) {
			ordinary[w] = true
		}
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var found []string
	for in := bufio.NewScanner(file); in.Scan(); {
		w := in.Text()
		if len(w) < 4 || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" || ordinary[w] || l.words[w] || l.phrases[w] != (sense{}) {
			continue
		}
		got := l.unknown(nil, w)
		if plural := strings.HasPrefix(w, strings.TrimSuffix(got[0].text, "y")) && strings.HasSuffix(w, "s"); len(got) > 1 || got[0].text != w && !plural {
			found = append(found, w)
		}
	}
	slices.Sort(found)
	text, width := head+generated+title, 1000
	for _, w := range slices.Compact(found) {
		if width += len(w) + 1; width > 118 {
			text += "\n" + w
			width = len(w)
			continue
		}
		text += " " + w
	}
	for _, w := range found {
		ordinary[w] = true
	}
	if err := os.WriteFile("ordinary.txt", []byte(text+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}
