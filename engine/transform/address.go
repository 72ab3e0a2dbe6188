package transform

import (
	"bytes"
	"net/netip"
)

// parseIP reads an IP address; a v4-mapped one is the IPv4 address. Brackets and
// a zone are dropped. It reads bytes because netip reads strings only, and
// making one allocates.
func parseIP(value []byte) (a netip.Addr, ok bool) {
	value = bytes.TrimSpace(value)
	if n := len(value); n > 2 && value[0] == '[' && value[n-1] == ']' {
		value = value[1 : n-1]
	}
	if four, ok := parse4(value); ok {
		return netip.AddrFrom4(four), true
	}
	if k := bytes.IndexByte(value, '%'); k > 0 && k+1 < len(value) {
		value = value[:k]
	}
	six, ok := parse6(value)
	return netip.AddrFrom16(six).Unmap(), ok
}

// parse4 reads four decimal numbers. Leading zeros are taken as decimal: whoever
// wrote them, the address must not pass.
func parse4(v []byte) (a [4]byte, ok bool) {
	part, n, digits := 0, 0, 0
	for i, c := range v {
		switch {
		case c >= '0' && c <= '9' && digits < 3:
			n = n*10 + int(c-'0')
			digits++
		case c == '.' && digits > 0 && part < 3 && n <= 255:
			a[part] = byte(n)
			part, n, digits = part+1, 0, 0
		default:
			return a, false
		}
		if i == len(v)-1 && part == 3 && digits > 0 && n <= 255 {
			a[3] = byte(n)
			return a, true
		}
	}
	return a, false
}

// parse6 reads an IPv6 address (RFC 4291 2.2).
func parse6(v []byte) (a [16]byte, ok bool) {
	n, gap := 0, -1 // bytes written; where "::" stands among them
	if len(v) >= 2 && v[0] == ':' && v[1] == ':' {
		gap = 0
		v = v[2:]
	}
	for len(v) > 0 {
		if n == 16 {
			return a, false
		}
		group, i := 0, 0
		for ; i < len(v) && i < 4; i++ {
			d := hexValue(v[i])
			if d < 0 {
				break
			}
			group = group<<4 | d
		}
		if i < len(v) && v[i] == '.' {
			four, ok := parse4(v)
			if !ok || n > 12 {
				return a, false
			}
			n += copy(a[n:], four[:])
			break
		}
		if i == 0 {
			return a, false
		}
		a[n], a[n+1] = byte(group>>8), byte(group)
		n += 2
		if v = v[i:]; len(v) == 0 {
			break
		}
		if v[0] != ':' || len(v) == 1 {
			return a, false
		}
		if v = v[1:]; v[0] == ':' {
			if gap >= 0 {
				return a, false
			}
			gap = n
			v = v[1:]
		}
	}
	if gap < 0 {
		return a, n == 16
	}
	if n == 16 {
		return a, false
	}
	tail := n - gap
	copy(a[16-tail:], a[gap:n])
	clear(a[gap : 16-tail])
	return a, true
}

func hexValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
