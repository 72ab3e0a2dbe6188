package names

// ordinary are words that are near a word of the lexicon, or made of two, and mean
// something else.
var ordinary = set("iphone", "gzip", "bzip", "unzip", "headphone", "microphone", "megaphone", "earphone", "headphones", "smartphone", "passwordless",
	"addressable", "telephony", "nickel", "gender", "trace", "grace", "brace")

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
