package rules

// nearest returns the known name that name was probably meant to be: the one
// fewest edits away, when that is about a third of its length or less; else "".
func nearest(name string, known []string) string {
	best, least := "", max(1, (len(name)+1)/3)
	if len(name) > 64 {
		return ""
	}
	for _, k := range known {
		if d := distance(name, k, least); d < least || d == least && best == "" {
			best, least = k, d
		}
	}
	return best
}

// Nearest is nearest, for names that are not written in a configuration.
func Nearest(name string, known []string) string { return nearest(name, known) }

// distance counts the insertions, deletions, replacements and swaps of
// neighbors between two names (Damerau-Levenshtein, each part edited once).
// Above limit it may return any larger number.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
