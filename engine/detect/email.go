package detect

import (
	"bytes"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
)

// The longest parts of an address that are looked at, in bytes (RFC 5321 has 64
// and 255; longer local parts are sent all the same).
const (
	maxLocal  = 128
	maxDomain = 255
)

// findEmails appends the e-mail addresses of text.
func findEmails(dst []Span, text []byte) []Span {
	low := 0
	for i := 0; ; {
		k := bytes.IndexByte(text[i:], '@')
		if k < 0 {
			return dst
		}
		k += i
		i = k + 1
		start := localStart(text, k, low)
		if start == k {
			continue
		}
		end := domainEnd(text, k+1)
		if end == 0 || at(text, end) == ':' && k-start == 3 && string(text[start:k]) == "git" {
			continue // git@host:path is a repository
		}
		if at(text, end) == '@' {
			continue
		}
		dst = append(dst, Span{Start: start, End: end, Type: catalog.Email, Proof: Check})
		i, low = end, end
	}
}

// localByte holds the ASCII characters that a local part is read back over.
// What RFC 5322 allows beyond them stands around addresses more often than in them.
var localByte = func() (t [128]bool) {
	for c := range t {
		t[c] = isAlnum(byte(c))
	}
	for _, c := range "._+-%~&!#$*" {
		t[c] = true
	}
	return t
}()

// localStart returns where the local part that ends at k begins; k when there is none.
func localStart(text []byte, k, low int) int {
	low = max(low, k-maxLocal)
	if k > low && text[k-1] == '"' { // a quoted local part, in which a backslash quotes any character
		for i := k - 2; i >= low; i-- {
			if text[i] == '"' && i < k-2 && (i == low || text[i-1] != '\\') {
				return i
			}
		}
		return k
	}
	i, ascii, solid := k, false, false
	for i > low {
		c := text[i-1]
		if c < utf8.RuneSelf {
			if !localByte[c] && !(c == '\'' && i < k && i-2 >= low && isLetter(text[i]) && isLetter(text[i-2])) {
				break
			}
			ascii = true
			solid = solid || isAlnum(c) || c == '_'
			i--
			continue
		}
		r, n := utf8.DecodeLastRune(text[low:i])
		// Scripts written without spaces run into an address: letters above the
		// Latin, Greek and Cyrillic blocks belong to it only if all of it is such.
		if r == utf8.RuneError || ascii && r >= 0x530 || !isWordRune(r) {
			break
		}
		solid = true
		i -= n
	}
	if !solid {
		return k
	}
	for i < k && text[i] < utf8.RuneSelf && !isAlnum(text[i]) && text[i] != '_' {
		i++
	}
	return i
}

// isWordRune tells whether a non-ASCII character can be part of an address:
// letters, not punctuation or symbols.
func isWordRune(r rune) bool {
	return r >= 0xc0 && r != 0xd7 && r != 0xf7 && (r < 0x2000 || r > 0x2bff) && (r < 0x3000 || r > 0x303f) && (r < 0xff00 || r > 0xffef)
}

// domainEnd returns where the domain that begins at i ends; 0 when it is none.
func domainEnd(text []byte, i int) int {
	start, stop := i, min(len(text), i+maxDomain)
	if at(text, i) == '[' {
		return literalEnd(text, i)
	}
	label, dots, numeric := i, 0, 0
	ascii := false
	for i < stop {
		c := text[i]
		switch {
		case c < utf8.RuneSelf && (isAlnum(c) || c == '-'):
			ascii = true
			i++
			continue
		case c == '.' && i > label:
			if allDigits(text[label:i]) {
				numeric++
			}
			dots++
			i++
			label, ascii = i, false
			continue
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRune(text[i:])
			// Up to the first dot the domain cannot be over yet, whatever the script.
			if r != utf8.RuneError && isWordRune(r) && !(ascii && dots > 0 && r >= 0x530) {
				i += n
				continue
			}
		}
		break
	}
	end := i
	for end > start && (text[end-1] == '.' || text[end-1] == '-') {
		end--
	}
	// The last label must be plausible; what follows a sentence's full stop is not
	// part of the domain ("…@example.com.See").
	dot := bytes.LastIndexByte(text[start:end], '.')
	if dot <= 0 || numeric >= 2 && dots >= 2 {
		return 0
	}
	tld := text[start+dot+1 : end]
	if !plausibleTLD(tld) {
		return 0
	}
	return end
}

// literalEnd reads an address literal: "[192.0.2.1]", "[IPv6:2001:db8::1]".
func literalEnd(text []byte, i int) int {
	for k := i + 1; k < len(text) && k < i+50; k++ {
		if text[k] == ']' {
			in := text[i+1 : k]
			if hasPrefix(in, "IPv6:") {
				in = in[5:]
			}
			if validIP(in) {
				return k + 1
			}
			return 0
		}
	}
	return 0
}

func plausibleTLD(tld []byte) bool {
	if len(tld) < 2 || len(tld) > 63 {
		return false
	}
	if tld[0] >= utf8.RuneSelf || len(tld) > 4 && equalFold(tld[:4], "xn--") {
		return true
	}
	for _, c := range tld {
		if !isLetter(c) && c < utf8.RuneSelf {
			return false
		}
	}
	if len(tld) > 24 {
		return false
	}
	return len(tld) > 5 || !isFileEnding(tld)
}

// isFileEnding tells whether v, of up to five letters, is the ending of file names
// and no top-level domain.
func isFileEnding(v []byte) bool {
	var room [5]byte
	for i, c := range v {
		room[i] = c | 0x20
	}
	switch string(room[:len(v)]) {
	case "js", "png", "jpg", "gif", "svg", "css", "jsx", "tsx", "mjs", "cjs", "php", "xml", "txt", "pdf", "ico", "bmp", "exe", "dll", "log", "csv",
		"jpeg", "webp", "json", "html", "htm", "yaml", "yml", "woff", "avif", "scss", "less", "lock", "docx", "xlsx":
		return true
	}
	return false
}
