package queue

import (
	"fmt"
	"strconv"
	"strings"
)

// token writes a name in letters, digits and "-", the other bytes as "_" and two digits.
func token(name string) string {
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		if c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "_%02x", c)
		}
	}
	if b.Len() == 0 {
		return "_"
	}
	return b.String()
}

// untoken reads what token wrote.
func untoken(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '_' {
			b.WriteByte(s[i])
			continue
		}
		if i+3 > len(s) {
			break
		}
		n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if err != nil {
			break
		}
		b.WriteByte(byte(n))
		i += 2
	}
	return b.String()
}

func lastToken(subject string) string { return subject[strings.LastIndexByte(subject, '.')+1:] }

// partOf is the id of the parcel that a subject is a part of.
func partOf(base, subject string) (id string, ok bool) {
	rest, ok := strings.CutPrefix(subject, base+".part.")
	id, _, _ = strings.Cut(rest, ".")
	return id, ok
}
