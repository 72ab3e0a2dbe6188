package detect

import (
	"bytes"

	"github.com/eventveil/eventveil/engine/catalog"
)

// Keys told by what stands before them: a scheme, the address of a web hook, the
// other half of a pair.

// hooks are addresses whose path is the secret.
var hooks = [...]string{
	"hooks.slack.com/services/", "hooks.slack.com/workflows/", "hooks.slack.com/triggers/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/",
	"outlook.office.com/webhook/", "webhook.office.com/webhookb2/", "hooks.zapier.com/hooks/catch/", "hooks.zapier.com/hooks/standard/",
	"maker.ifttt.com/use/", "/with/key/",
}

// hookEnding tells whether text[:i] may end like the address of a web hook.
func hookEnding(text []byte, i int) bool {
	if i < 13 {
		return false
	}
	switch string(text[i-4 : i]) {
	case "ces/", "ows/", "ers/", "oks/", "ook/", "kb2/", "tch/", "ard/", "use/", "key/":
		return true
	}
	return false
}

// findBeside looks at the token text[ts:te] for a key that what stands before it tells.
func findBeside(text []byte, ts, te int) (Span, bool) {
	n := te - ts
	switch text[ts-1] {
	case ' ':
		if t := before(text, ts, 7); len(t) >= 6 && (equalFold(t[len(t)-6:], "basic ") || len(t) == 7 && equalFold(t, "bearer ")) && n >= minToken {
			return Span{ts, run(text, te, setBearer), catalog.AuthToken, Shape}, true
		}
	case '/':
		if n >= 40 && text[ts] == '0' && isMixed.pass(text[ts:te]) { // Google's refresh tokens and codes: "1//0…", "4/0…"
			for _, head := range [...]string{"1//", "4/"} {
				if start := ts - len(head); hasSuffix(text[:ts], head) && sets[at(text, start-1)]&setBearer == 0 {
					return Span{start, te, catalog.AuthToken, Shape}, true
				}
			}
		}
		start := ts
		if ts >= 2 && isDigit(text[ts-2]) {
			start = runBack(text, ts-1, max(0, ts-24), setDigit) // the number of a hook may stand between
		}
		if !hookEnding(text, start) {
			break
		}
		for _, hook := range hooks {
			if hasSuffix(text[:start], hook) {
				return Span{start, run(text, te, setBearer), catalog.APIKey, Shape}, true
			}
		}
	case ':':
		return findPair(text, ts, te)
	case '|': // Facebook: the number of an application and its secret
		if s := runBack(text, ts-1, max(0, ts-18), setDigit); n >= 27 && n <= 40 && ts-1-s >= 15 && ts-1-s <= 16 && turns(text[ts:te]) >= 3 {
			return Span{s, te, catalog.APIKey, Shape}, true
		}
	case '.': // Zoho
		if k := te + 1 + 32; n == 32 && allHex(text[ts:te]) && at(text, te) == '.' && len(text) >= k && allHex(text[te+1:k]) && hasSuffix(text[:ts], "1000.") {
			return Span{ts - len("1000."), k, catalog.AuthToken, Shape}, true
		}
	case '$': // Braintree
		for _, head := range [...]string{"access_token$production$", "access_token$sandbox$"} {
			if hasSuffix(text[:ts], head) && n == 16 && at(text, te) == '$' {
				return Span{ts - len(head), run(text, te+1, setWord), catalog.APIKey, Shape}, true
			}
		}
	}
	return Span{}, false
}

// findPair looks at the token text[ts:te] behind a colon for the second half of a key.
func findPair(text []byte, ts, te int) (Span, bool) {
	v, low := text[ts:te], max(0, ts-40)
	s := runBack(text, ts-1, low, setToken)
	switch head := text[s : ts-1]; len(v) {
	case 32: // fal: a UUID before it. Asana: numbers of its owner
		if !allHex(v) || turns(v) < 3 {
			break
		}
		if len(head) == 36 && isUUID(head) {
			return Span{s, te, catalog.APIKey, Shape}, true
		}
		if len(head) >= 10 && allDigits(head) && s >= 2 && text[s-1] == '/' && isDigit(text[s-2]) {
			if d := runBack(text, s-1, max(0, s-24), setDigit); d >= 2 && text[d-1] == '/' && text[d-2] == '2' {
				d -= 2
				return Span{d, te, catalog.APIKey, Shape}, true
			} else if d == s-2 && !isAlnum(at(text, d-1)) {
				return Span{d, te, catalog.APIKey, Shape}, true
			}
		}
	case 64: // Ghost
		if len(head) == 24 && allHex(head) && allHex(v) && turns(head) >= 3 && turns(v) >= 5 {
			return Span{s, te, catalog.APIKey, Shape}, true
		}
	case 35: // Telegram's bots: a number before it
		d := runBack(text, ts-1, max(s, ts-18), setDigit)
		n := ts - 1 - d
		if n < 8 || n > 10 && (v[0] != 'A' || n > 16) || isAlnum(at(text, d-1)) && !hasSuffix(text[:d], "bot") {
			break
		}
		return Span{d, te, catalog.APIKey, Shape}, true
	}
	if len(v) >= 100 && hasPrefix(v, "APA91b") { // Firebase messaging
		return Span{s, te, catalog.AuthToken, Shape}, true
	}
	return Span{}, false
}

// accounts are the names that come with servers, or that everybody gives theirs.
var accounts = [...]string{"admin", "administrator", "api", "bot", "ci", "cisco", "deploy", "deployer", "dev", "developer", "elastic", "git", "guest",
	"jenkins", "kibana", "mongo", "mysql", "oracle", "postgres", "rabbitmq", "redis", "root", "service", "svc", "system", "test", "tester", "tomcat",
	"ubuntu", "user", "username"}

// isLogin tells whether all of v is the name of an account, a colon and what only a
// password looks like: letters, digits and signs. Other names with a colon are labels.
func isLogin(v []byte) bool {
	colon := bytes.IndexByte(v, ':')
	if colon < 2 || colon > 16 || len(v)-colon-1 < 8 || len(v)-colon-1 > 64 {
		return false
	}
	letter, digit, sign := false, false, false
	for _, c := range v[colon+1:] {
		switch {
		case isLetter(c):
			letter = true
		case isDigit(c):
			digit = true
		case c == '!' || c == '#' || c == '$' || c == '%' || c == '&' || c == '*' || c == '@' || c == '^':
			sign = true
		case c <= ' ' || c > '~' || c == ':' || c == '"':
			return false
		}
	}
	if !letter || !digit || !sign {
		return false
	}
	for _, name := range accounts {
		if equalFold(v[:colon], name) {
			return true
		}
	}
	return false
}
