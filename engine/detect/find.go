package detect

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/eventveil/eventveil/engine/catalog"
)

// minText is the length in bytes of the shortest text that can hold a find
// told by digits or '@': "a@b.cc", "1.2.3.4".
const minText = 6

// minSpelled is the length in bytes of the shortest text that is asked for an e-mail
// address written in words: "mail: jo at me.com".
const minSpelled = 18

// minBare is the length in bytes of the shortest text without digits that can be a value.
const minBare = 14

// maxBare is the length in bytes up to which a text without digits is asked for a key.
const maxBare = 128

// Find appends to dst the spans of personal data in decoded text, in order and
// disjoint. b must be Classify(text); bits beyond that cost time, not finds.
//
// It allocates only when dst is full, or when the text is above 1 KiB and hides
// characters behind look-alikes (see fold).
func Find(dst []Span, text []byte, b Bytes) []Span {
	if b&(HasHigh|HasControl) != 0 && foldable(text) {
		return findFolded(dst, text)
	}
	return find(dst, text, b)
}

// find works on text without look-alikes.
func find(dst []Span, text []byte, b Bytes) []Span {
	if b == HasLetter && len(text) == 12 && allHex(text) {
		return append(dst, Span{0, len(text), catalog.MAC, Shape}) // no word has these letters only
	}
	if b&HasDigit == 0 && b&(HasDash|HasUnder|HasDot) != 0 && len(text) >= minBare {
		if s := bare(text, b); s.End != 0 {
			return append(dst, s)
		}
	}
	if b&(HasDigit|HasAt|HasColon) == 0 || len(text) < minText && b&HasColon == 0 {
		if b&HasBrace != 0 && len(text) >= minBare {
			return findSpelled(dst, text)
		}
		return dst
	}
	start := len(dst)
	if b&HasAt == 0 {
		if quiet(text, b) {
			return dst
		}
		if b&HasSpace != 0 && (len(text) == 17 || len(text) == 23) && spacedMAC(text) == len(text) {
			return append(dst, Span{0, len(text), catalog.MAC, Check})
		}
	} else {
		dst = findEmails(dst, text)
		if len(dst) == start+1 && dst[start].Start == 0 && dst[start].End == len(text) {
			return dst
		}
		if b&HasColon != 0 {
			dst = findURLCredentials(dst, text)
		}
	}
	if b&HasColon != 0 {
		if len(text) == 17 && isHexPair(text) {
			return append(dst, Span{0, len(text), catalog.APIKey, Shape})
		}
		if b&(HasOther|HasPercent|HasAt) != 0 && b&(HasDigit|HasSpace|HasSlash|HasBrace|HasEquals|HasHigh) == HasDigit && isLogin(text) {
			return append(dst[:start], Span{0, len(text), catalog.URLCredentials, Shape})
		}
		dst = findColons(dst, text)
	}
	if b&HasDigit != 0 {
		dst = findDigits(dst, trimBrowser(text), browserStart(text))
		if len(text) >= minSecret {
			dst = findBlocks(dst, text, b)
		}
	}
	if b&HasBrace != 0 || b&(HasSpace|HasSlash|HasAt) == HasSpace && b&(HasColon|HasDot) != 0 && len(text) >= minSpelled {
		dst = findSpelled(dst, text)
	}
	if b&HasDash != 0 && b&(HasSpace|HasDigit) != HasDigit {
		dst = findLetteredMAC(dst, text)
	}
	if len(dst)-start > 1 {
		dst = settle(dst, start)
	}
	return dst
}

// bare looks at a text without digits for the values that need none: keys, and
// MAC addresses that are all letters.
func bare(text []byte, b Bytes) Span {
	n := len(text)
	switch {
	case b&HasSpace != 0:
		if b&HasDash != 0 && b&(HasAt|HasColon) == 0 {
			var room [1]Span
			if found := findLetteredMAC(room[:0], text); len(found) != 0 {
				return found[0]
			}
		}
	case n == 17 && isMAC(text), n == 14 && isDottedMAC(text):
		return Span{0, n, catalog.MAC, Check}
	case n >= minSecret && n <= maxBare && b&(HasUnder|HasDash) != 0:
		if typ, end := keyEnd(text, 0); end == n {
			return Span{0, n, typ, Shape}
		}
	}
	return Span{}
}

// quiet dismisses, without reading them to the end of the detectors, the texts
// that events are full of: UUIDs and ISO 8601 times.
func quiet(text []byte, b Bytes) bool {
	switch {
	case b&HasDash == 0:
		return false
	case len(text) == 36 && b&^(HasDigit|HasLetter|HasDash) == 0 && b&HasLetter != 0:
		return isUUID(text)
	case len(text) >= 10 && len(text) <= 35 && text[4] == '-' && text[7] == '-':
		return isTime(text)
	}
	return false
}

// isUUID tells whether text has the dashes of a UUID. The caller has checked the
// length and that there are only letters, digits and dashes.
func isUUID(text []byte) bool {
	return text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
}

// isTime tells whether text is a date, or a date and time, of ISO 8601.
func isTime(t []byte) bool {
	if !pair(t, 0) || !pair(t, 2) || !pair(t, 5) || !pair(t, 8) {
		return false
	}
	if len(t) == 10 {
		return true
	}
	if t[10] != 'T' && t[10] != ' ' || len(t) < 16 || t[13] != ':' || !pair(t, 11) || !pair(t, 14) {
		return false
	}
	t = t[16:]
	if len(t) >= 3 && t[0] == ':' && pair(t, 1) {
		if t = t[3:]; len(t) > 1 && t[0] == '.' {
			i := 1
			for i < len(t) && i <= 9 && isDigit(t[i]) {
				i++
			}
			t = t[i:]
		}
	}
	switch len(t) {
	case 0:
		return true
	case 1:
		return t[0] == 'Z'
	case 5, 6:
		return (t[0] == '+' || t[0] == '-') && pair(t, 1) && pair(t, len(t)-2) && (len(t) == 5 || t[3] == ':')
	}
	return false
}

// What the user agents of all browsers begin with, and most end with.
const (
	browserHead = "Mozilla/5.0 ("
	browserTail = " Safari/537.36"
)

// browserStart returns where the part of a text begins that tells user agents apart.
func browserStart(text []byte) int {
	if hasPrefix(text, browserHead) {
		return len(browserHead)
	}
	return 0
}

// trimBrowser cuts off what the user agents of many browsers end with.
func trimBrowser(text []byte) []byte {
	if hasSuffix(text, browserTail) {
		return text[:len(text)-len(browserTail)]
	}
	return text
}

// pair tells whether two digits stand at i.
func pair(t []byte, i int) bool { return t[i]-'0' <= 9 && t[i+1]-'0' <= 9 }

// settle sorts the spans from start on and resolves overlaps: the weightier type
// wins, then the longer span. The loser's bytes beyond the winner stay uncovered
// only if they lie behind it.
func settle(dst []Span, start int) []Span {
	found := dst[start:]
	slices.SortFunc(found, func(a, b Span) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	kept := found[:1]
	for _, s := range found[1:] {
		last := &kept[len(kept)-1]
		switch {
		case s.Start >= last.End:
			kept = append(kept, s)
		case weight(s) > weight(*last) || weight(s) == weight(*last) && s.End-s.Start > last.End-last.Start:
			if len(kept) > 1 && s.Start < kept[len(kept)-2].End {
				continue
			}
			*last = s
		}
	}
	return dst[:start+len(kept)]
}

// weight orders finds that overlap.
func weight(s Span) int {
	switch s.Type {
	case catalog.PrivateKey, catalog.CloudSecret, catalog.URLCredentials, catalog.JWT, catalog.APIKey, catalog.AuthToken:
		return 3
	case catalog.Email:
		return 2
	case catalog.Phone, catalog.LatLong:
		return 0
	}
	return 1
}

// The character sets that scanners ask for, as bits of sets.
const (
	setDigit = 1 << iota
	setLetter
	setHex
	setToken  // A-Z a-z 0-9 _ -
	setBearer // RFC 6750 b64token: setToken and . ~ + / =
	setDotted // setToken and .
)

var sets = func() (t [256]uint8) {
	for c := range t {
		switch b := byte(c); {
		case b >= '0' && b <= '9':
			t[c] = setDigit | setHex | setToken | setBearer | setDotted
		case b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F':
			t[c] = setLetter | setHex | setToken | setBearer | setDotted
		case b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z':
			t[c] = setLetter | setToken | setBearer | setDotted
		case b == '_' || b == '-':
			t[c] = setToken | setBearer | setDotted
		case b == '.':
			t[c] = setBearer | setDotted
		case b == '~' || b == '+' || b == '/' || b == '=':
			t[c] = setBearer
		}
	}
	return t
}()

func isDigit(c byte) bool  { return c-'0' <= 9 }
func isHex(c byte) bool    { return sets[c]&setHex != 0 }
func isLetter(c byte) bool { return sets[c]&setLetter != 0 }
func isAlnum(c byte) bool  { return sets[c]&(setLetter|setDigit) != 0 }
func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
	}
	return true
}

// at returns text[i], or 0 outside of text: the empty neighbor.
func at(text []byte, i int) byte {
	if uint(i) < uint(len(text)) {
		return text[i]
	}
	return 0
}

// run returns the end of the run of bytes of set that begins at i.
func run(text []byte, i int, set uint8) int {
	for i < len(text) && sets[text[i]]&set != 0 {
		i++
	}
	return i
}

// runBack returns the start of the run of bytes of set that ends at i, at least low.
func runBack(text []byte, i, low int, set uint8) int {
	for i > low && sets[text[i-1]]&set != 0 {
		i--
	}
	return i
}

// nextDigit returns the index of the first digit at or after i, -1 if there is none.
func nextDigit(text []byte, i int) int {
	const low7, zeros, high = 0x7f7f7f7f7f7f7f7f, 0x3030303030303030, 0x8080808080808080
	for ; i+8 <= len(text); i += 8 {
		x := binary.LittleEndian.Uint64(text[i:]) ^ zeros
		if m := ^((x&low7 + 0x7676767676767676) | x) & high; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	if i >= len(text) {
		return -1
	}
	if last := len(text) - 8; last >= 0 { // the rest lies in the last eight bytes
		x := binary.LittleEndian.Uint64(text[last:]) ^ zeros
		if m := ^((x&low7 + 0x7676767676767676) | x) & high >> (8 * (i - last) & 63) << (8 * (i - last) & 63); m != 0 {
			return last + bits.TrailingZeros64(m)>>3
		}
		return -1
	}
	for ; i < len(text); i++ {
		if isDigit(text[i]) {
			return i
		}
	}
	return -1
}

// before returns up to n bytes of text that end at i.
func before(text []byte, i, n int) []byte { return text[max(0, i-n):i] }

// containsFold tells whether text holds a lower-case ASCII word in any case.
func containsFold(text []byte, word string) bool {
	for i := 0; i+len(word) <= len(text); i++ {
		if equalFold(text[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

// equalFold tells whether text is a lower-case ASCII word in any case.
func equalFold(text []byte, word string) bool {
	if len(text) != len(word) {
		return false
	}
	for i := range text {
		c := text[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}

// hasPrefix is bytes.HasPrefix with a string.
func hasPrefix(text []byte, prefix string) bool {
	return len(text) >= len(prefix) && string(text[:len(prefix)]) == prefix
}

// hasSuffix is bytes.HasSuffix with a string.
func hasSuffix(text []byte, suffix string) bool {
	return len(text) >= len(suffix) && string(text[len(text)-len(suffix):]) == suffix
}

// index is bytes.Index with an offset; -1 when sep does not follow i.
func index(text []byte, i int, sep string) int {
	if k := bytes.Index(text[i:], []byte(sep)); k >= 0 {
		return i + k
	}
	return -1
}
