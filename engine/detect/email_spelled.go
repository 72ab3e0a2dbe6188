package detect

import (
	"bytes"

	"github.com/eventveil/eventveil/engine/catalog"
)

// findSpelled appends the e-mail addresses of text whose signs are written as
// words: "jane [at] example [dot] com", and without brackets where the words
// before speak of mail: "email: jane at example dot com".
func findSpelled(dst []Span, text []byte) []Span {
	low := 0
	for i := 1; i < len(text); {
		k := bytes.Index(text[i:], []byte("at"))
		if k < 0 {
			break
		}
		k += i
		i = k + 2
		before, after, bracket := word(text, k, i)
		if after == 0 {
			continue
		}
		start := localStart(text, before, low)
		if start == before {
			continue
		}
		if !bracket && !mailFits(text, start, after) {
			continue
		}
		end := spelledDomain(text, after)
		if end == 0 || !bracket && !mailBefore(text, start) {
			continue
		}
		dst = append(dst, Span{start, end, catalog.Email, Shape})
		i, low = end, end
	}
	return dst
}

// word tells whether text[s:e] stands in brackets or between spaces, and returns
// the ends of what stands around it; after is 0 when it does not.
func word(text []byte, s, e int) (before, after int, bracket bool) {
	switch p, c := at(text, s-1), at(text, e); {
	case p == '[' && c == ']', p == '(' && c == ')', p == '{' && c == '}':
		s, e = s-1, e+1
		if at(text, s-1) == ' ' {
			s--
		}
		if at(text, e) == ' ' {
			e++
		}
		return s, e, true
	case p == ' ' && c == ' ':
		return s - 1, e + 1, false
	}
	return 0, 0, false
}

// spelledDomain returns where the domain that begins at i ends, its dots written as
// such or as words; 0 when it is none.
func spelledDomain(text []byte, i int) (end int) {
	stop := min(len(text), i+maxDomain)
	dots, last := 0, i
	for {
		label := i
		for i < stop && (isAlnum(text[i]) || text[i] == '-') {
			i++
		}
		if i == label {
			break
		}
		end, last = i, label
		if at(text, i) == '.' {
			i++
			dots++
			continue
		}
		k := i
		if c := at(text, k); c == ' ' {
			k++
		}
		if c := at(text, k); c == '[' || c == '(' || c == '{' {
			k++
		}
		if !hasPrefix(text[k:], "dot") {
			break
		}
		_, after, _ := word(text, k, k+3)
		if after == 0 {
			break
		}
		i = after
		dots++
	}
	if dots == 0 {
		return 0
	}
	if tld := text[last:end]; !plausibleTLD(tld) || len(tld) > 12 {
		return 0
	}
	return end
}

// mailFits tells whether an address without brackets, its local part at s and its domain
// at i, is worth a look: its dot is a word, or the words before it lead to it.
func mailFits(text []byte, s, i int) bool {
	for i < len(text) && (isAlnum(text[i]) || text[i] == '-') {
		i++
	}
	if at(text, i) == ' ' && hasPrefix(text[i+1:], "dot ") {
		return true
	}
	for s > 0 && text[s-1] == ' ' {
		s--
	}
	return at(text, i) == '.' && (at(text, s-1) == ':' || hasSuffix(text[:s], " is"))
}

// mailBefore tells whether the words before s speak of mail or contact.
func mailBefore(text []byte, s int) bool {
	t := before(text, s, maxContext)
	return containsFold(t, "mail") || containsFold(t, "contact") || containsFold(t, "reach") || containsFold(t, "write")
}
