package detect

import (
	"bytes"
	"encoding/base64"

	"github.com/eventveil/eventveil/engine/catalog"
)

const (
	// minToken is the length in bytes of the shortest token that is asked for a key.
	minToken = 12
	// minSecret is the length in bytes of the shortest text that is asked for
	// keys in blocks and connection strings.
	minSecret = 24
)

// findToken looks at the token text[ts:te], letters, digits, '_' and '-', for a
// credential: by its prefix, by what stands before it, by its parts. low bounds
// how far back it looks.
func findToken(text []byte, ts, te, low int) (Span, bool) {
	ds := ts
	switch at(text, ts-1) {
	case '.':
		ds = runBack(text, ts, max(low, ts-64), setDotted)
	case '+':
		ds = runBack(text, ts, max(low, ts-64), setBearer)
	}
	if text[ds] == 'e' {
		if hasPrefix(text[ds:], "eyJ") || hasPrefix(text[ds:], "ewo") {
			if end := jwtEnd(text, ds); end != 0 {
				return Span{ds, end, catalog.JWT, Check}, true
			}
		}
		if end := tokenEnd(text, ds); end != 0 {
			return Span{ds, end, catalog.JWT, Shape}, true
		}
	}
	if typ, end := keyEnd(text, ts); end != 0 {
		return Span{ts, end, typ, Shape}, true
	}
	if end := formEnd(text, ts, te); end != 0 {
		return Span{ts, end, catalog.APIKey, Shape}, true
	}
	if te-ts == 43 && ts-ds == 12 && at(text, ts-1) == '.' {
		if end := formEnd(text, ds, ts-1); end != 0 {
			return Span{ds, end, catalog.APIKey, Shape}, true
		}
	}
	if ds != ts {
		if typ, end := keyEnd(text, ds); end != 0 {
			return Span{ds, end, typ, Shape}, true
		}
	}
	for k := ts + 1; k+3 < te && k < ts+14; k++ { // a name before the prefix: "mine_ghp_", "acme-glpat-"
		if text[k+1] == 'g' && (text[k] == '_' && text[k+2] == 'h' || text[k] == '-' && text[k+2] == 'l') {
			if typ, end := keyEnd(text, k+1); end != 0 {
				return Span{k + 1, end, typ, Shape}, true
			}
		}
	}
	if ts == 0 {
		return Span{}, false
	}
	return findBeside(text, ts, te)
}

// jwtEnd returns where the JSON Web Token (RFC 7519) that begins at i ends; 0 when
// it is none. Its header must be JSON that names an algorithm or a type.
func jwtEnd(text []byte, i int) int {
	dot1 := run(text, i, setToken)
	if dot1-i < 8 || at(text, dot1) != '.' {
		return 0
	}
	dot2 := run(text, dot1+1, setToken)
	if dot2-dot1 < 8 || at(text, dot2) != '.' {
		return 0
	}
	end := run(text, dot2+1, setToken)
	for part := 0; part < 2 && at(text, end) == '.' && sets[at(text, end+1)]&setToken != 0; part++ {
		end = run(text, end+1, setToken) // a JWE has five parts
	}
	// The first characters are enough to see the member that every header has.
	var room [192]byte
	n := min(dot1-i, 256) &^ 3
	k, err := base64.RawURLEncoding.Decode(room[:], text[i:i+n])
	header := room[:k]
	if err != nil || k == 0 || header[0] != '{' {
		return 0
	}
	for _, name := range [...]string{`"alg"`, `"typ"`, `"enc"`, `"kid"`, `"cty"`} {
		if bytes.Contains(header, []byte(name)) {
			return end
		}
	}
	return 0
}

// tokenEnd returns where three parts end that look like a JSON Web Token though
// the first is none that can be read: "ey….ey….…", as scanners for secrets have it.
func tokenEnd(text []byte, i int) int {
	const part, signature = 19, 10
	if text[i+1] != 'y' {
		return 0
	}
	dot1 := run(text, i, setWord)
	if dot1-i < part || at(text, dot1) != '.' || !hasPrefix(text[dot1+1:], "ey") {
		return 0
	}
	dot2 := run(text, dot1+1, setToken)
	if dot2-dot1-1 < part || at(text, dot2) != '.' {
		return 0
	}
	end := run(text, dot2+1, setToken)
	if end-dot2-1 < signature {
		return 0
	}
	for n := 0; n < 2 && at(text, end) == '='; n++ {
		end++
	}
	return end
}

// findURLCredentials appends "user:password" of "scheme://user:password@host".
func findURLCredentials(dst []Span, text []byte) []Span {
	for i := 0; ; {
		k := index(text, i, "://")
		if k < 0 {
			return dst
		}
		i = k + 3
		begin, colon, atSign := i, 0, 0
	authority:
		for i < len(text) && i-begin < 512 {
			switch text[i] {
			case '/', '?', '#', ' ', '"', '\'', '<', '>', '\n', '\r', '\t':
				break authority
			case ':':
				if colon == 0 {
					colon = i
				}
			case '@':
				atSign = i
			}
			i++
		}
		if colon != 0 && atSign > colon+1 && i > atSign+1 && k > 0 && isAlnum(text[k-1]) {
			dst = append(dst, Span{begin, atSign, catalog.URLCredentials, Check})
		}
	}
}

// findBlocks appends PEM private keys and connection strings.
func findBlocks(dst []Span, text []byte, b Bytes) []Span {
	if b&HasDash != 0 && b&HasSpace != 0 {
		for i := 0; ; {
			k := index(text, i, "-----BEGIN ")
			if k < 0 {
				break
			}
			i = k + 11
			line := index(text[:min(len(text), i+48)], i, "-----")
			if line < 0 || !bytes.Contains(text[i:line], []byte("PRIVATE KEY")) {
				continue
			}
			end := len(text)
			if e := index(text, line+5, "-----END "); e >= 0 {
				if end = e + 9; end < len(text) {
					if tail := index(text, end, "-----"); tail >= 0 && tail-end < 48 {
						end = tail + 5
					}
				}
			}
			dst = append(dst, Span{k, end, catalog.PrivateKey, Check})
			i = end
		}
	}
	if n := len(text); b&HasSpace == 0 && (n == 44 || n == 52 || n == 88) && isAzureKey(text) {
		return append(dst, Span{0, n, catalog.APIKey, Shape})
	}
	if b&HasEquals != 0 && bytes.IndexByte(text, ';') >= 0 {
		dst = findConnection(dst, text)
	}
	return dst
}

// findConnection appends the secret parts of "Server=…;Password=…;" strings.
func findConnection(dst []Span, text []byte) []Span {
	begin := 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && text[i] != ';' {
			continue
		}
		part := text[begin:i]
		if eq := bytes.IndexByte(part, '='); eq > 0 && eq < 40 && len(part) > eq+3 {
			name := bytes.TrimSpace(part[:eq])
			for _, w := range [...]string{"password", "pwd", "accountkey", "sharedaccesskey", "sharedsecret", "accesskey", "secretkey"} {
				if equalFold(name, w) {
					dst = append(dst, Span{begin + eq + 1, i, catalog.CloudSecret, Shape})
				}
			}
		}
		begin = i + 1
	}
	return dst
}
