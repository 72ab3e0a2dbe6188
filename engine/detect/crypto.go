package detect

import "crypto/sha256"

// Bitcoin addresses: Base58Check (SHA-256 twice, four bytes of it at the end),
// Bech32 (BIP 173) and Bech32m (BIP 350). Ethereum: 40 hexadecimal digits; the
// mixed-case check of EIP-55 needs Keccak and is not asked.

// base58 has 1 + the value of each character of the Bitcoin alphabet, 0 for others.
var base58 = func() (t [256]uint8) {
	for i, c := range []byte("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz") {
		t[c] = uint8(i) + 1
	}
	return t
}()

// isBase58Address tells whether v is a Bitcoin address with version byte 0 or 5.
func isBase58Address(v []byte) bool {
	version, ok := base58Version(v)
	return ok && (version == 0 || version == 5)
}

// base58Version reads the version byte of a Base58Check text of 25 bytes; ok is false
// when it is none, or its check does not hold.
func base58Version(v []byte) (version byte, ok bool) {
	var n [25]byte
	for _, c := range v {
		d := int(base58[c]) - 1
		if d < 0 {
			return 0, false
		}
		for i := len(n) - 1; i >= 0; i-- {
			d += int(n[i]) * 58
			n[i] = byte(d)
			d >>= 8
		}
		if d != 0 {
			return 0, false
		}
	}
	sum := sha256.Sum256(n[:21])
	sum = sha256.Sum256(sum[:])
	return n[0], [4]byte(sum[:4]) == [4]byte(n[21:])
}

// saidAddress tells whether v, at s of text, has the form of a Bitcoin address and the
// words before it call it one, though its check fails: people mistype.
func saidAddress(text []byte, s int, v []byte) bool {
	if s == 0 || at(text, s-1) == '/' || !isMixed.pass(v) {
		return false
	}
	for _, c := range v {
		if base58[c] == 0 {
			return false
		}
	}
	for _, word := range [...]string{"address", "bitcoin", "btc", "wallet"} {
		if containsFold(before(text, s, 24), word) {
			return true
		}
	}
	return false
}

// bech32 has 1 + the value of each character, 0 for others.
var bech32 = func() (t [256]uint8) {
	for i, c := range []byte("qpzry9x8gf2tvdw0s3jn54khce6mua7l") {
		t[c] = uint8(i) + 1
		t[upper(c)] = uint8(i) + 1
	}
	return t
}()

// isBech32 tells whether v is a "bc1" address, or a "tb1" one of the test network, in
// one case.
func isBech32(v []byte) bool {
	if len(v) < 14 || len(v) > 90 || v[2] != '1' || !equalFold(v[:2], "bc") && !equalFold(v[:2], "tb") {
		return false
	}
	low, up := false, false
	sum := uint32(1)
	step := func(d uint32) {
		top := sum >> 25
		sum = sum&0x1ffffff<<5 ^ d
		for i, g := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 != 0 {
				sum ^= g
			}
		}
	}
	step(3) // the high bits of two letters, then their low ones
	step(3)
	step(0)
	step(uint32(v[0] & 31))
	step(uint32(v[1] & 31))
	for i, c := range v {
		low = low || c >= 'a' && c <= 'z'
		up = up || c >= 'A' && c <= 'Z'
		if i < 3 {
			continue
		}
		d := bech32[c]
		if d == 0 {
			return false
		}
		step(uint32(d) - 1)
	}
	return !(low && up) && (sum == 1 || sum == 0x2bc830a3)
}

// isETH tells whether v is "0x" and 40 hexadecimal digits, not all the same.
func isETH(v []byte) bool {
	if len(v) != 42 || v[0] != '0' || v[1] != 'x' {
		return false
	}
	different := false
	for _, c := range v[2:] {
		if !isHex(c) {
			return false
		}
		different = different || c != v[2]
	}
	return different
}
