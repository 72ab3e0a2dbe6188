package pages

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// words are the functions that templates have.
func (s *site) words() template.FuncMap {
	return template.FuncMap{
		"asset":     assetURL,
		"visible":   visible,
		"cut":       cut,
		"name":      nameOf,
		"num":       func(n any) string { return number(whole(n)) },
		"short":     short,
		"class":     classWord,
		"action":    actionWord,
		"status":    statusWord,
		"found":     foundWords,
		"when":      func(t time.Time) when { return whenOf(t, s.Now()) },
		"plural":    func(n any, one, many string) string { return plural(whole(n), one, many) },
		"title":     func(w string) string { return strings.TrimSuffix(sentence(w), ".") },
		"list":      list,
		"selectors": selectorWords,
		"minus":     func(a, b int) int { return a - b },
		"size":      sizeWords,
		"delivery":  deliveriesAt,
		"if_":       func(is bool, yes, no string) string { return map[bool]string{true: yes, false: no}[is] },
		"cuts":      cuts,
		"lines":     lines,
	}
}

var classWords = map[string]string{"red": "Restricted", "yellow": "Personal", "green": "Not personal"}

// classWord is a class as people read it; what is none is "Not personal" as well: a
// field in which nothing was found.
func classWord(class string) string {
	if w, ok := classWords[class]; ok {
		return w
	}
	return classWords["green"]
}

// actionWords say what became of a value.
var actionWords = map[string]string{"allow": "sent as it is", "block": "removed", "hash": "hashed", "mask": "masked", "redact": "redacted",
	"truncate": "shortened", "generalize": "made coarser", "encrypt": "encrypted", "drop": "event dropped", "integrations": "sent as it is, integrations set"}

func actionWord(action string) string {
	if w, ok := actionWords[action]; ok {
		return w
	}
	return action
}

var statusWords = map[inventory.Status]string{inventory.New: "New", inventory.Approved: "Approved", inventory.Ignored: "Ignored"}

func statusWord(s inventory.Status) string { return statusWords[s] }

var matchedWords = map[string]string{"key": "by name", "value": "by value", "both": "by name and value"}

var howWords = map[string]string{"exact": "exact", "synonym": "synonym", "fuzzy": "similar name", "pattern": "pattern", "validated": "validated"}

// foundWords say how a data point was found, without the confidence.
func foundWords(f inventory.Finding) string {
	switch {
	case f.Type == "":
		return "nothing found"
	case f.Matched == "":
		return "a rule names the path"
	}
	return matchedWords[f.Matched] + ", " + howWords[f.How]
}

// number has its thousands apart: 12,345.
func number[N int | int64](n N) string {
	digits := strconv.FormatInt(int64(n), 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// short is a number for a place where its size matters more than its digits: 1.2 M.
func short(n int64) string {
	for _, u := range []struct {
		from int64
		unit string
	}{{1e9, "G"}, {1e6, "M"}, {1e4, "k"}} {
		if n >= u.from {
			size := max(u.from, 1000)
			if u.unit == "k" {
				size = 1000
			}
			return strings.TrimSuffix(strconv.FormatFloat(float64(n)/float64(size), 'f', 1, 64), ".0") + " " + u.unit
		}
	}
	return number(n)
}

// sizeWords is a number of bytes as the configuration writes sizes: 1.2 MiB.
func sizeWords(n int64) string {
	for _, u := range []struct {
		of   int64
		unit string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= u.of {
			return strings.TrimSuffix(strconv.FormatFloat(float64(n)/float64(u.of), 'f', 1, 64), ".0") + " " + u.unit
		}
	}
	return number(n) + " B"
}

// whole is a number of a template as an int64.
func whole(n any) int64 {
	if i, ok := n.(int); ok {
		return int64(i)
	}
	return n.(int64)
}

// when is a time as people and as programs read it.
type when struct{ Words, Full, ISO string }

func whenOf(t, now time.Time) when {
	if t.IsZero() {
		return when{"never", "", ""}
	}
	t = t.UTC()
	w := when{Full: t.Format("2 Jan 2006, 15:04:05 UTC"), ISO: t.Format(time.RFC3339)}
	switch d := now.Sub(t); {
	case d < time.Minute:
		w.Words = "just now"
	case d < time.Hour:
		w.Words = fmt.Sprintf("%d min ago", d/time.Minute)
	case d < 24*time.Hour:
		w.Words = fmt.Sprintf("%d h ago", d/time.Hour)
	case d < 48*time.Hour:
		w.Words = "yesterday"
	case d < 30*24*time.Hour:
		w.Words = fmt.Sprintf("%d days ago", d/(24*time.Hour))
	default:
		w.Words = t.Format("2 Jan 2006")
	}
	return w
}

// plural is a number with its noun.
func plural[N int | int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// list joins words as a sentence does: a, b and c.
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// cuts is list for names that somebody else chose.
func cuts(names []string) string {
	short := make([]string, len(names))
	for i, n := range names {
		short[i] = cut(n, 40)
	}
	return list(short)
}

// lines is visible for a text of several lines.
func lines(text string) string {
	all := strings.Split(text, "\n")
	for i := range all {
		all[i] = visible(all[i])
	}
	return strings.Join(all, "\n")
}
