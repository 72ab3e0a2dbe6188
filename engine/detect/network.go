package detect

import (
	"bytes"

	"github.com/eventveil/eventveil/engine/catalog"
)

// maxIPv6 is the longest IPv6 address in bytes, with an IPv4 tail.
const maxIPv6 = 45

// findColons appends what is written with colons: IPv6 and MAC addresses.
func findColons(dst []Span, text []byte) []Span {
	if hasPrefix(text, "::") && (len(text) == 2 || len(text) <= 10 && validIPText(text)) {
		return append(dst, Span{0, len(text), catalog.IPAddress, Check}) // the unspecified address; within a text it is punctuation
	}
	low := 0
	for i := 0; ; {
		k := bytes.IndexByte(text[i:], ':')
		if k < 0 {
			return dst
		}
		k += i
		if next := at(text, k+1); next != ':' && !isHex(next) {
			i = k + 1
			continue
		}
		s := runBack(text, k, max(low, k-5), setHex)
		e, colons := k, 0
		for e < len(text) && (text[e] == ':' || isHex(text[e])) {
			if text[e] == ':' {
				colons++
			}
			e++
		}
		i, low = e, e
		if colons < 2 || e-s > maxIPv6+2 {
			continue
		}
		if text[s] == ':' && text[s+1] != ':' { // "ip:2001:…"
			s++
		} else if s > 0 && isAlnum(text[s-1]) {
			continue
		}
		if e-s >= 2 && text[e-1] == ':' && text[e-2] != ':' {
			e--
		}
		if at(text, e) == '.' && isDigit(at(text, e+1)) { // an IPv4 tail
			for e < len(text) && e-s <= maxIPv6 && (text[e] == '.' && isDigit(at(text, e+1)) || isDigit(text[e])) {
				e++
			}
		}
		if c := at(text, e); isAlnum(c) || c == '_' {
			continue
		}
		switch v := text[s:e]; {
		case isMAC(v), colons == 2 && len(v) == 14 && v[4] == ':' && v[9] == ':' && isGroupedMAC(v), colons == 5 && isShortMAC(v):
			dst = append(dst, Span{s, e, catalog.MAC, Check})
		case (len(v) > 2 && nextDigit(v, 0) >= 0 || len(v) == 2 && containsFold(before(text, s, 24), "ipv6")) && validIPv6(v):
			dst = append(dst, Span{s, e, catalog.IPAddress, Check})
			i, low = e, e
		}
	}
}

// isMAC tells whether v is six or eight pairs of hexadecimal digits with one separator.
func isMAC(v []byte) bool {
	if len(v) != 17 && len(v) != 23 || v[2] != ':' && v[2] != '-' {
		return false
	}
	for i, c := range v {
		if i%3 == 2 && c != v[2] || i%3 != 2 && !isHex(c) {
			return false
		}
	}
	return true
}

// isMACToken tells whether the token v, letters, digits and dashes, is a MAC
// address: pairs, or three groups of four as some switches write it.
func isMACToken(v []byte) bool {
	switch len(v) {
	case 17, 23:
		return isMAC(v)
	case 14:
		return v[4] == '-' && v[9] == '-' && isGroupedMAC(v)
	}
	return false
}

// findLetteredMAC appends MAC addresses with dashes that have no digit: "DE-AD-BE-EF-CA-FE".
func findLetteredMAC(dst []Span, text []byte) []Span {
	for i := 2; i+15 <= len(text); {
		k := bytes.IndexByte(text[i:len(text)-14], '-')
		if k < 0 {
			break
		}
		if k += i; text[k+3] == '-' && text[k+6] == '-' && sets[at(text, k-3)]&setToken == 0 && sets[at(text, k+15)]&setToken == 0 &&
			isMAC(text[k-2:k+15]) && nextDigit(text[k-2:k+15], 0) < 0 {
			dst = append(dst, Span{k - 2, k + 15, catalog.MAC, Check})
			k += 15
		}
		i = k + 1
	}
	return dst
}

// spacedMAC tells whether v begins with six or eight pairs of hexadecimal digits
// apart by spaces, and returns their length. Without a letter they are numbers.
func spacedMAC(v []byte) int {
	end, letter := 0, false
	for i := 0; ; i += 3 {
		if len(v) < i+2 || !isHex(v[i]) || !isHex(v[i+1]) {
			return 0
		}
		letter = letter || isLetter(v[i]) || isLetter(v[i+1])
		if end = i + 2; end == len(v) || v[end] != ' ' || end+2 < len(v) && !(isHex(v[end+1]) && isHex(v[end+2])) || end > 23 {
			break
		}
	}
	if letter && (end == 17 || end == 23) && !isAlnum(at(v, end)) {
		return end
	}
	return 0
}

// isShortMAC tells whether v is six hexadecimal numbers without leading zeros, as some
// systems write MAC addresses. Without a letter, or a number of two digits, they are
// something else.
func isShortMAC(v []byte) bool {
	letter, pairs, n := false, 0, 0
	for i, c := range v {
		if c == ':' {
			if n == 0 {
				return false
			}
			n = 0
			continue
		}
		if n++; n > 2 {
			return false
		}
		if n == 2 {
			pairs++
		}
		letter = letter || isLetter(v[i])
	}
	return n > 0 && letter && pairs > 0
}

// isDottedMAC tells whether v is written "0011.22aa.bbcc". Without a letter it is
// a number like any other.
func isDottedMAC(v []byte) bool {
	return len(v) == 14 && v[4] == '.' && v[9] == '.' && isGroupedMAC(v)
}

// isGroupedMAC tells whether v is three groups of four hexadecimal digits with a
// letter among them.
func isGroupedMAC(v []byte) bool {
	letter := false
	for i, c := range v {
		if i == 4 || i == 9 {
			continue
		}
		if !isHex(c) {
			return false
		}
		letter = letter || isLetter(c)
	}
	return letter
}

// ipv4End returns where the IPv4 address that begins at s ends; 0 when it is none.
func ipv4End(text []byte, s int) int {
	i := s
	for part := 0; part < 4; part++ {
		if part > 0 {
			if at(text, i) != '.' {
				return 0
			}
			i++
		}
		n, begin := 0, i
		for i < len(text) && isDigit(text[i]) && i-begin < 4 {
			n = n*10 + int(text[i]-'0')
			i++
		}
		if i == begin || n > 255 || i-begin > 3 {
			return 0
		}
	}
	return i
}

// findIPv4 reads an IPv4 address at s, the start of a run of digits. next is where
// the scan goes on: behind the dotted number, whatever it is.
func findIPv4(text []byte, s int) (end, next int) {
	next = s
	for next < len(text) && (isDigit(text[next]) || text[next] == '.' && isDigit(at(text, next+1))) {
		next++
	}
	e := ipv4End(text, s)
	if e == 0 || e != next || next-s > 15 {
		return 0, next
	}
	p, c := at(text, s-1), at(text, e)
	switch {
	case isAlnum(c), c == '_', c == '.' && isLetter(at(text, e+1)), c == '-' && isAlnum(at(text, e+1)), c == '+' && isAlnum(at(text, e+1)):
		return 0, next
	case p == '_', p == '-', p == '.', p == '^', p == '~' && s == 1:
		return 0, next
	case p == '/' && s > 1 && isLetter(text[s-2]): // Chrome/124.0.0.0, but not http://host/…
		return 0, next
	case p == '/' && s > 2 && text[s-2] != '/' && !isDigit(text[s-2]):
		return 0, next
	case versionBefore(before(text, s, 12)):
		return 0, next
	}
	return e, next
}

// versionBefore tells whether a word for "version" ends before a dotted number.
func versionBefore(t []byte) bool {
	for len(t) > 0 && (t[len(t)-1] == ' ' || t[len(t)-1] == ':' || t[len(t)-1] == '=' || t[len(t)-1] == '.') {
		t = t[:len(t)-1]
	}
	for _, w := range [...]string{"version", "ver", "build", "release", "v", "firmware", "driver"} {
		if len(t) >= len(w) && equalFold(t[len(t)-len(w):], w) && (len(t) == len(w) || !isLetter(t[len(t)-len(w)-1])) {
			return true
		}
	}
	return false
}

// validIP tells whether v is an IPv4 or IPv6 address.
func validIP(v []byte) bool { return len(v) > 0 && ipv4End(v, 0) == len(v) || validIPv6(v) }

// validIPv6 tells whether v is an IPv6 address by RFC 4291 2.2, without a zone.
func validIPv6(v []byte) bool {
	if len(v) < 2 || len(v) > maxIPv6 {
		return false
	}
	groups, gap, i := 0, false, 0
	if v[0] == ':' {
		if v[1] != ':' {
			return false
		}
		gap, i = true, 2
	}
	for i < len(v) {
		begin := i
		i = run(v, i, setHex)
		if i < len(v) && v[i] == '.' {
			if ipv4End(v, begin) != len(v) {
				return false
			}
			groups += 2
			break
		}
		if i == begin || i-begin > 4 {
			return false
		}
		groups++
		if i == len(v) {
			break
		}
		if v[i] != ':' {
			return false
		}
		i++
		if i == len(v) {
			return false
		}
		if v[i] == ':' {
			if gap {
				return false
			}
			gap = true
			i++
		}
	}
	return groups == 8 && !gap || groups < 8 && gap
}
