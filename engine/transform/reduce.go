package transform

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

// mask appends value with its letters and digits replaced by '*', but for the
// first and last ones that are to be kept: never more than half of them.
func mask(dst []byte, first, last int, value []byte) []byte {
	total := 0
	for i := 0; i < len(value); {
		r, n := utf8.DecodeRune(value[i:])
		if hidden(r) {
			total++
		}
		i += n
	}
	first, last = max(first, 0), max(last, 0)
	if half := total / 2; first+last > half || first > half || last > half {
		last = min(last, half)
		first = min(first, half-last)
	}
	seen := 0
	for i := 0; i < len(value); {
		r, n := utf8.DecodeRune(value[i:])
		switch {
		case !hidden(r):
			dst = append(dst, value[i:i+n]...)
		case seen < first || seen >= total-last:
			if r == utf8.RuneError && n <= 1 {
				dst = append(dst, '*')
			} else {
				dst = append(dst, value[i:i+n]...)
			}
			seen++
		default:
			dst = append(dst, '*')
			seen++
		}
		i += n
	}
	return dst
}

// hidden tells whether mask hides a character: letters, marks and digits of all
// scripts, and bytes that are no UTF-8.
func hidden(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	case r == utf8.RuneError:
		return true
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// truncate appends an address's network, or the first characters of any other value.
func truncate(dst []byte, a *rules.Action, typ catalog.ID, value []byte) []byte {
	if typ == catalog.IPAddress {
		return network(dst, a.IPv4Bits, a.IPv6Bits, value)
	}
	if a.Length <= 0 {
		return redact(dst, typ)
	}
	i := 0
	for n := 0; n < a.Length && i < len(value); n++ {
		_, size := utf8.DecodeRune(value[i:])
		i += size
	}
	return append(dst, value[:i]...)
}

// network appends the network address of an IP address for a prefix of bits.
func network(dst []byte, bits4, bits6 int, value []byte) []byte {
	a, ok := parseIP(value)
	if !ok {
		return redact(dst, catalog.IPAddress)
	}
	bits := bits6
	if a.Is4() {
		bits = bits4
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return redact(dst, catalog.IPAddress)
	}
	return p.Addr().AppendTo(dst)
}

// The prefixes to which generalize cuts addresses.
const (
	coarse4 = 24
	coarse6 = 48
)

// generalize appends a coarser value; what is not understood becomes a redaction.
func generalize(dst []byte, typ catalog.ID, value []byte) []byte {
	value = bytes.TrimSpace(value)
	mark := len(dst)
	ok := false
	switch typ {
	case catalog.DateOfBirth:
		dst, ok = year(dst, value)
	case catalog.Latitude, catalog.Longitude:
		dst, ok = coordinate(dst, value)
	case catalog.LatLong:
		dst, ok = coordinates(dst, value)
	case catalog.PostalCode:
		dst, ok = postalCode(dst, value)
	case catalog.Age:
		dst, ok = decade(dst, value)
	case catalog.IPAddress:
		return network(dst, coarse4, coarse6, value)
	case catalog.Email:
		if at := bytes.LastIndexByte(value, '@'); at > 0 && at+1 < len(value) {
			return append(append(dst, "*@"...), value[at+1:]...)
		}
	case catalog.Phone, catalog.Fax:
		dst, ok = countryCode(dst, value)
	case catalog.UserAgent:
		dst, ok = userAgent(dst, value)
	}
	if ok {
		return dst
	}
	return redact(dst[:mark], typ)
}

// userAgents are the browsers that a user agent is reduced to, the first that
// occurs: most browsers also name those that stand later here.
var userAgents = [...]struct{ mark, name string }{
	{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"},
	{"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Version/", "Safari"},
	{"okhttp/", "okhttp"}, {"Dalvik/", "Dalvik"}, {"CFNetwork/", "CFNetwork"}, {"curl/", "curl"}, {"MSIE ", "Internet Explorer"},
}

// userAgent appends "Chrome/124": family and major version.
func userAgent(dst, value []byte) ([]byte, bool) {
	for _, u := range userAgents {
		i := bytes.Index(value, []byte(u.mark))
		if i < 0 {
			continue
		}
		dst = append(append(dst, u.name...), '/')
		i += len(u.mark)
		n := len(dst)
		for ; i < len(value) && value[i] >= '0' && value[i] <= '9' && len(dst)-n < 4; i++ {
			dst = append(dst, value[i])
		}
		return dst, len(dst) > n
	}
	return dst, false
}
