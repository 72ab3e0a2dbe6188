package rules

import (
	"bytes"
	"errors"
	"unicode"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
)

// The bounds of a dictionary.
const (
	maxTermsFile = 16 << 20  // bytes
	maxTerms     = 1_000_000 // terms of a file and the configuration together
	maxTerm      = 512       // bytes of a term
	maxTermWords = 32        // words of a term that is looked for within a text
)

// dictionary is a set of terms that values are compared with: whole, or, within
// a text, word by word. Case counts when it is sensitive; runs of white space are one space.
type dictionary struct {
	terms     map[string]entry // by what add made of them
	count     int              // terms added
	longest   int              // bytes of the longest term
	within    bool             // look at the words of a text, not at all of it
	sensitive bool
}

// entry is what is known of a text that is a term, or the first word of one.
type entry struct {
	term  bool
	words uint8 // the most words of a term that begins with it
}

// Scratch is room for folding texts. The zero value is ready to use; it is not safe
// for concurrent use.
type Scratch struct{ buf []byte }

// add adds a term. It fails for one that could never be found.
func (d *dictionary) add(term string) error {
	if d.terms == nil {
		d.terms = map[string]entry{}
	}
	if len(term) > maxTerm {
		return errors.New("is longer than 512 bytes")
	}
	if !utf8.ValidString(term) {
		return errors.New("is not UTF-8")
	}
	if !d.within {
		d.put(string(d.fold(nil, bytes.TrimSpace([]byte(term)))), 0)
		return nil
	}
	text := []byte(term)
	var folded []byte
	words, first := 0, 0
	for start, end := nextWord(text, 0); start < end; start, end = nextWord(text, end) {
		if words++; words > 1 {
			folded = append(folded, ' ')
		}
		if folded = d.fold(folded, text[start:end]); words == 1 {
			first = len(folded)
		}
	}
	switch {
	case words == 0:
		return errors.New("has no letter and no digit, and so cannot be found within a text")
	case words > maxTermWords:
		return errors.New("has more than 32 words")
	}
	d.put(string(folded), 1)
	head := string(folded[:first])
	e := d.terms[head]
	e.words = max(e.words, uint8(words))
	d.terms[head] = e
	return nil
}

func (d *dictionary) put(term string, words uint8) {
	e := d.terms[term]
	e.term, e.words = true, max(e.words, words)
	d.terms[term] = e
	d.count++
	d.longest = max(d.longest, len(term))
}

// tooLong tells texts that no term can be, however folding shortens them.
func (d *dictionary) tooLong(n int) bool { return n > 3*d.longest }

// find appends the terms in a text, of those that overlap the first and longest.
func (d *dictionary) find(dst []detect.Span, text []byte, typ catalog.ID, valid func([]byte) bool, s *Scratch) []detect.Span {
	if !d.within {
		start, end := 0, len(text)
		for start < end && text[start] <= ' ' {
			start++
		}
		for start < end && text[end-1] <= ' ' {
			end--
		}
		if start == end || d.tooLong(end-start) {
			return dst
		}
		s.buf = d.fold(s.buf[:0], text[start:end])
		if d.terms[string(s.buf)].term && (valid == nil || valid(text[start:end])) {
			dst = append(dst, detect.Span{Start: start, End: end, Type: typ, Proof: proofOf(valid)})
		}
		return dst
	}
	for start, end := nextWord(text, 0); start < end; start, end = nextWord(text, end) {
		stop := d.at(text, start, end, s)
		if stop > 0 && (valid == nil || valid(text[start:stop])) {
			dst = append(dst, detect.Span{Start: start, End: stop, Type: typ, Proof: proofOf(valid)})
			end = stop
		}
	}
	return dst
}

// in tells whether a term is in a text.
func (d *dictionary) in(text []byte, s *Scratch) bool {
	for start, end := nextWord(text, 0); start < end; start, end = nextWord(text, end) {
		if d.at(text, start, end, s) > 0 {
			return true
		}
	}
	return false
}

// at is where the longest term ends that begins with the word text[start:end], 0
// when none does.
func (d *dictionary) at(text []byte, start, end int, s *Scratch) (stop int) {
	if d.tooLong(end - start) {
		return 0
	}
	s.buf = d.fold(s.buf[:0], text[start:end])
	e := d.terms[string(s.buf)]
	if e.words == 0 {
		return 0
	}
	if e.term {
		stop = end
	}
	for range e.words - 1 {
		if start, end = nextWord(text, end); start == end || d.tooLong(end-start) {
			break
		}
		s.buf = d.fold(append(s.buf, ' '), text[start:end])
		if d.terms[string(s.buf)].term {
			stop = end
		}
	}
	return stop
}

// fold appends a text as it is compared.
func (d *dictionary) fold(dst, text []byte) []byte {
	space := false
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c <= ' ':
			if !space {
				dst = append(dst, ' ')
			}
			space = true
			i++
			continue
		case c < utf8.RuneSelf:
			if !d.sensitive && c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
		default:
			r, n := utf8.DecodeRune(text[i:])
			if !d.sensitive {
				r = unicode.ToLower(unicode.ToUpper(r)) // ς and σ are one letter
			}
			dst = utf8.AppendRune(dst, r)
			i += n
		}
		space = false
	}
	return dst
}

// nextWord is the first word of a text at or after i; start is end when there is none.
// In scripts that put no space between words every character is a word.
func nextWord(text []byte, i int) (start, end int) {
	start = -1
	for i < len(text) {
		c := text[i]
		if c < utf8.RuneSelf {
			if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
				if start < 0 {
					start = i
				}
			} else if start >= 0 {
				return start, i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case spaceless(r) && unicode.IsLetter(r):
			if start >= 0 {
				return start, i
			}
			for start, i = i, i+n; i < len(text); i += n {
				if r, n = utf8.DecodeRune(text[i:]); !unicode.IsMark(r) {
					break
				}
			}
			return start, i
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if start < 0 {
				start = i
			}
		case unicode.IsMark(r): // goes with the letter before it
		case start >= 0:
			return start, i
		}
		i += n
	}
	if start < 0 {
		return len(text), len(text)
	}
	return start, len(text)
}

// spaceless tells letters of scripts that are written without spaces.
func spaceless(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
