package detect

import (
	"encoding/binary"
)

// Addresses of coins, each with its network's check.

// btcAddress is a Bitcoin address: Base58Check with the version bytes of Bitcoin Core,
// those of its test network too, or a segregated-witness program of BIP 141.
func btcAddress(v []byte) bool {
	if len(v) >= 26 && len(v) <= 35 && (isBase58Address(v) || isBase58Test(v)) {
		return true
	}
	return isBech32(v) && isProgram(v[3:])
}

// isBase58Test is isBase58Address for the versions of the test network, 111 and 196.
func isBase58Test(v []byte) bool {
	version, ok := base58Version(v)
	return ok && (version == 111 || version == 196)
}

// isProgram tells whether the data part of a Bech32 address, a version, a program
// and six characters of check, has a length that BIP 141 and BIP 350 allow.
func isProgram(data []byte) bool {
	n := len(data) - 7
	if n < 4 || n*5%8 > 4 {
		return false
	}
	size := n * 5 / 8
	switch version := bech32[data[0]] - 1; version {
	case 0:
		return size == 20 || size == 32
	default:
		return version <= 16 && size >= 2 && size <= 40
	}
}

// ethAddress: 40 hexadecimal digits; letters of both cases spell a check, EIP-55.
func ethAddress(v []byte) bool {
	if !isETH(v) {
		return false
	}
	var plain [40]byte
	low, up := false, false
	for i, c := range v[2:] {
		low = low || c >= 'a'
		up = up || c >= 'A' && c <= 'F'
		plain[i] = c
		if c >= 'A' && c <= 'F' {
			plain[i] = c | 0x20
		}
	}
	if !low || !up {
		return true
	}
	sum := keccak256(plain[:])
	for i, c := range v[2:] {
		if nibble := sum[i/2] >> (4 * (1 - i%2)) & 15; c >= 'A' && (c <= 'F') != (nibble >= 8) {
			return false
		}
	}
	return true
}

// xmrAddress is a Monero address: base58 in blocks of eight bytes, a byte for the
// network and kind, keys, and four bytes of Keccak-256.
func xmrAddress(v []byte) bool {
	if len(v) != 95 && len(v) != 106 {
		return false
	}
	var n [77]byte
	size := 0
	for len(v) > 0 {
		block := v[:min(11, len(v))]
		v = v[len(block):]
		bytes := len(block) * 8 / 11
		x := uint64(0)
		for _, c := range block {
			d := uint64(base58[c])
			if d == 0 || x > (1<<64-1-(d-1))/58 {
				return false
			}
			x = x*58 + d - 1
		}
		if bytes < 8 && x>>(8*bytes) != 0 {
			return false
		}
		for i := range bytes {
			n[size+i] = byte(x >> (8 * (bytes - 1 - i)))
		}
		size += bytes
	}
	switch n[0] {
	case 18, 42: // an address and a subaddress
		if size != 69 {
			return false
		}
	case 19: // with the number of a payment
		if size != 77 {
			return false
		}
	default:
		return false
	}
	sum := keccak256(n[:size-4])
	return [4]byte(sum[:4]) == [4]byte(n[size-4:size])
}

// keccak256 is the hash of Ethereum and Monero: Keccak as submitted to NIST, which
// differs from SHA3-256 of FIPS 202 by its padding. data is shorter than 136 bytes.
func keccak256(data []byte) (sum [32]byte) {
	var a [25]uint64
	var block [136]byte
	copy(block[:], data)
	block[len(data)] = 1
	block[135] |= 0x80
	for i := range 17 {
		a[i] = binary.LittleEndian.Uint64(block[8*i:])
	}
	keccakF(&a)
	for i := range 4 {
		binary.LittleEndian.PutUint64(sum[8*i:], a[i])
	}
	return sum
}

// keccakF is the permutation Keccak-f[1600] (FIPS 202, 3.2 and 3.3). Its constants
// come from the shift register and the walk that the standard defines them by.
func keccakF(a *[25]uint64) {
	register := uint8(1)
	for range 24 {
		var c [5]uint64
		for x := range 5 {
			c[x] = a[x] ^ a[x+5] ^ a[x+10] ^ a[x+15] ^ a[x+20]
		}
		for i := range a {
			t := c[(i+1)%5]
			a[i] ^= c[(i+4)%5] ^ (t<<1 | t>>63)
		}
		var b [25]uint64
		b[0] = a[0]
		for x, y, t := 1, 0, 0; t < 24; t++ {
			r := (t + 1) * (t + 2) / 2 % 64
			w := a[x+5*y]
			x, y = y, (2*x+3*y)%5
			b[x+5*y] = w<<r | w>>(64-r)
		}
		for i := range a {
			row := i / 5 * 5
			a[i] = b[i] ^ ^b[row+(i+1)%5]&b[row+(i+2)%5]
		}
		for j := range 7 {
			if register&1 != 0 {
				a[0] ^= 1 << (1<<j - 1)
			}
			high := register >> 7
			register = register<<1 ^ high*0x71
		}
	}
}
