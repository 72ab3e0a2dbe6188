package detect

import "encoding/base64"

// Keys without a prefix that are told by their form: a suffix, an infix, the
// lengths of their parts.

// formEnd returns where the key of such a form ends whose first token is
// text[ts:te]; 0 when it is none.
func formEnd(text []byte, ts, te int) int {
	v := text[ts:te]
	if at(text, te) == '.' {
		return dottedFormEnd(text, ts, te)
	}
	n := len(v)
	if n < 36 && v[0] != 'd' && at(text, te) != '!' {
		return 0 // most words
	}
	switch {
	case n == 40 && v[6] == '_' && hasSuffix(v, "_mmk"): // MaxMind
		return te
	case n == 40 && equalFold(v[36:], "nral") && allHex(v[6:36]): // New Relic
		return te
	case n == 84 && string(v[76:80]) == "AZDO": // Azure DevOps
		return te
	case n == 84 && string(v[52:56]) == "JQQJ", n == 52 && string(v[42:46]) == "AzSe", n >= 43 && n <= 44 && string(v[33:37]) == "AzCa", n == 54 && string(v[44:48]) == "AzFu": // Azure: its mark within
		return run(text, te, setBearer)
	case n == 50 && v[32] == '-' && v[41] == '-' && allHex(v[:32]) && allHex(v[33:41]) && allHex(v[42:]): // Mailgun
		return te
	case n == 49 && v[27] == '_' && isMixed.pass(v[:27]) && isMixed.pass(v[28:]): // ngrok
		return te
	case n == 64 && string(v[11:21]) == "AAAAAAAAAA" && turns(v) >= 3: // Dropbox
		return te
	case n == 15 && at(text, te) == '!' && hasPrefix(v, "00D"): // Salesforce: the number of an organization and a session
		if end := run(text, te+1, setDotted); end-te > 80 {
			return end
		}
	case n >= 57 && n <= 68 && isDigit(v[0]): // Twitter, TrueNAS: a number and a key
		if k := run(v, 0, setDigit); v[k] == '-' && (k >= 16 && n-k == 41 || k <= 3 && n-k == 65) && run(v, k+1, setWord) == n && isMixed.pass(v[k+1:]) {
			return te
		}
	case n == 36 && hasPrefix(text[te:], ":fx") && !isAlnum(at(text, te+3)) && isUUID(v): // DeepL
		return te + 3
	case n >= 36 && n <= 38 && string(v[32:35]) == "-us" && allHex(v[:32]) && allDigits(v[35:]): // Mailchimp
		return te
	case n > 16 && hasPrefix(v, "django-insecure-"): // Django's secret, of any characters
		for te < len(text) && text[te] > ' ' && text[te] < 0x7f && text[te] != '"' && text[te] != '\'' && text[te] != '\\' {
			te++
		}
		return te
	}
	return 0
}

// dottedFormEnd is formEnd for keys in parts with dots between.
func dottedFormEnd(text []byte, ts, te int) int {
	v, rest := text[ts:te], text[te+1:]
	switch n := len(v); {
	case n == 14 && hasPrefix(rest, "atlasv1."): // HashiCorp Terraform
		if end := run(rest, 8, setBearer); end >= 68 {
			return te + 1 + end
		}
	case n >= 24 && n <= 28 && v[0] >= 'M' && v[0] <= 'O': // Discord: the number of a bot, a time, a signature
		if k := run(rest[:min(len(rest), 7)], 0, setToken); k == 6 && at(rest, k) == '.' && isNumber64(v) {
			if end := run(rest[:min(len(rest), k+40)], k+1, setToken); end-k-1 >= 27 && end-k-1 <= 38 {
				return te + 1 + end
			}
		}
	case n == 11: // Kagi: eight random bytes and thirty-two
		if end := run(rest[:min(len(rest), 44)], 0, setToken); end == 43 && mixed(v) && mixed(rest[:end]) {
			return te + 1 + end
		}
	case n == 6: // a Kubernetes bootstrap token
		if end := run(rest[:min(len(rest), 17)], 0, setWord); end == 16 && sets[at(rest, end)]&setDotted == 0 && lowerDigits(v) && lowerDigits(rest[:end]) && turns(v) >= 1 && turns(rest[:end]) >= 5 {
			return te + 1 + end
		}
	case n >= 8 && n <= 39 && (hasPrefix(v, "sc_") || hasPrefix(v, "ext_") || hasPrefix(v, "scauth_") || hasPrefix(v, "authress_")): // Authress
		if k := run(rest[:min(len(rest), 8)], 0, setWord); k >= 4 && k <= 6 && (hasPrefix(rest[k:], ".acc_") || hasPrefix(rest[k:], ".acc-")) {
			if end := run(rest, k, setBearer); end >= k+46 {
				return te + 1 + end
			}
		}
	}
	return 0
}

// isNumber64 tells whether v is base64 of digits.
func isNumber64(v []byte) bool {
	var room [24]byte
	n, err := base64.RawURLEncoding.Decode(room[:], v)
	return err == nil && n > 0 && allDigits(room[:n])
}

// azureMark has, by length, where the keys of Azure's services that are base64 have
// "+A" or "A" and the service, and what they may have there.
var azureMark = [...]struct {
	size, at int
	marks    string
}{{88, 76, "+ASt +ABa ACDb"}, {52, 42, "+ACR"}, {44, 33, "+AEh +ASb +ARm AIoT"}}

// isAzureKey tells whether all of v is such a key.
func isAzureKey(v []byte) bool {
	for _, m := range azureMark {
		if len(v) == m.size && run(v, 0, setBearer) == m.size {
			for i := 0; i < len(m.marks); i += 5 {
				if string(v[m.at:m.at+4]) == m.marks[i:i+4] {
					return true
				}
			}
		}
	}
	return false
}

// azureEnd returns where the secret of a Microsoft Entra application ends, which
// has "Q~" behind a digit at q; 0 when it is none. start is where it begins.
func azureEnd(text []byte, q int) (start, end int) {
	start = q - 4
	if start < 0 || !isDigit(text[q-1]) {
		return 0, 0
	}
	for _, c := range text[start : q-1] {
		if sets[c]&setBearer == 0 || c == '+' || c == '/' || c == '=' {
			return 0, 0
		}
	}
	if p := at(text, start-1); sets[p]&setToken != 0 || p == '~' || p == '.' {
		return 0, 0
	}
	end = q + 2
	for end < len(text) && end < q+38 && (sets[text[end]]&setDotted != 0 || text[end] == '~') {
		end++
	}
	if n := end - q - 2; n < 31 || n > 34 {
		return 0, 0
	}
	return start, end
}

func allHex(v []byte) bool { return run(v, 0, setHex) == len(v) }

// isHexPair tells whether v is two lower-case numbers of eight hexadecimal digits,
// a letter in each: the form of credentials of package servers.
func isHexPair(v []byte) bool {
	return len(v) == 17 && v[8] == ':' && allHex(v[:8]) && allHex(v[9:]) && lowerDigits(v[:8]) && lowerDigits(v[9:]) && !allDigits(v[:8]) && !allDigits(v[9:])
}

// lowerDigits tells whether v has only lower-case letters and digits.
func lowerDigits(v []byte) bool {
	for _, c := range v {
		if !isDigit(c) && c-'a' >= 26 {
			return false
		}
	}
	return true
}

// turns counts the changes between letters and digits in v.
func turns(v []byte) (n int) {
	for i := 1; i < len(v); i++ {
		if isDigit(v[i]) != isDigit(v[i-1]) {
			n++
		}
	}
	return n
}

// mixed tells whether v has letters of both cases.
func mixed(v []byte) bool {
	lower, upper := false, false
	for _, c := range v {
		lower = lower || c-'a' < 26
		upper = upper || c-'A' < 26
	}
	return lower && upper
}
