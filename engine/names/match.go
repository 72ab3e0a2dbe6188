package names

import (
	"strings"

	"github.com/eventveil/eventveil/engine/catalog"
)

// Matcher recognises names. It is immutable and safe for concurrent use.
type Matcher struct {
	exact    map[string]catalog.ID // a type's own name, folded
	synonyms map[string]catalog.ID
	tails    map[string]catalog.ID // synonyms that tell at the end of a longer name
	types    []catalog.Type
}

// New makes a Matcher of the catalogue and the entries that a policy adds; these win.
func New(extra []Entry) *Matcher {
	m := &Matcher{exact: map[string]catalog.ID{}, synonyms: map[string]catalog.ID{}, tails: map[string]catalog.ID{}, types: catalog.All()}
	for _, e := range extra {
		m.exact[fold(e.Key)] = e.Type
	}
	for _, t := range m.types[1:] {
		if t.ID == catalog.URLWithPII {
			continue // a URL is judged by what is in it
		}
		own := fold(t.Name)
		if _, taken := m.exact[own]; !taken {
			m.exact[own] = t.ID
		}
		for _, s := range t.Synonyms {
			name := fold(s)
			ascii := strings.IndexFunc(s, func(r rune) bool { return r > 0x7f }) < 0
			if ascii && (len(name) <= 3 && !short[name] || vague[s]) {
				continue
			}
			if _, taken := m.synonyms[name]; !taken {
				m.synonyms[name] = t.ID
			}
			if tails[t.Name] && !looseTail[s] && ascii && len(name) > 2 {
				if _, taken := m.tails[name]; !taken {
					m.tails[name] = t.ID
				}
			}
		}
	}
	for name, id := range preferred {
		m.synonyms[name] = id
	}
	return m
}

// preferred settles names that several types claim, by what they mean in customer
// events, and adds a few that the catalogue leaves out.
var preferred = map[string]catalog.ID{
	"token": catalog.AuthToken, "address": catalog.StreetAddress, "mail": catalog.Email, "pass": catalog.Password, "pin": catalog.CardPIN,
	"nif": catalog.TaxID, "nss": catalog.SocialSecurity, "ssn": catalog.USSSN, "personnummer": catalog.SEPNR, "card": catalog.CreditCard,
	"clientip": catalog.IPAddress, "uid": catalog.UserID, "clientid": catalog.AnonymousID, "fullname": catalog.PersonName,
	"cardnumber": catalog.CreditCard, "ipadrs": catalog.IPAddress, "ipaddr": catalog.IPAddress, "useremail": catalog.Email,
	"versicherungsnummer": catalog.SocialSecurity, "fin": catalog.VIN, "idnumber": catalog.NationalID, "zip4": catalog.PostalCode,
	"remoteip": catalog.IPAddress, "userip": catalog.IPAddress, "xforwardedfor": catalog.IPAddress, "xrealip": catalog.IPAddress,
}

// fold joins the words of a name.
func fold(key string) string { return strings.Join(split(key), "") }

// Match tells what a name says. parents are the names of the objects around it,
// outermost first, as they are in the document, without arrays.
func (m *Matcher) Match(parents []string, key string) Verdict {
	if len(key) > maxKey {
		return Verdict{}
	}
	words := split(key)
	if len(words) == 0 {
		return Verdict{}
	}
	around := make([]string, len(parents))
	for i, p := range parents {
		if strings.HasPrefix(p, "$") && i == 0 {
			around[i] = p // a transport value's
			continue
		}
		around[i] = fold(p[:min(len(p), maxKey)])
	}
	name := strings.Join(words, "")
	if id, ok := m.exact[name]; ok && int(id) >= len(m.types) {
		return Verdict{Type: id, How: Exact} // the policy's own
	}
	if v, ok := dialect(around, name); ok {
		return v
	}
	parent := ""
	if len(around) > 0 {
		parent = around[len(around)-1]
	}
	id, how := m.lookup(words)
	if strings.ContainsFunc(key, func(r rune) bool { return strings.ContainsRune("äöüÄÖÜåÅøØ", r) }) && id == catalog.None {
		id, how = m.lookup(split(germanic.Replace(key)))
	}
	switch name {
	case "name", "fullname", "displayname":
		switch {
		case people[parent]:
			return Verdict{Type: catalog.PersonName, How: Synonym}
		case things[parent] || len(around) == 0 || name == "name":
			return Verdict{}
		}
	case "line1", "line2", "street1", "street2", "addressline1", "addressline2", "line":
		if places[parent] || strings.HasPrefix(name, "address") {
			return Verdict{Type: catalog.StreetAddress, How: Synonym}
		}
	}
	if things[parent] && personal[id] {
		return Verdict{}
	}
	if id == catalog.None {
		return Verdict{}
	}
	return Verdict{Type: id, How: how}
}

// personal are types that a thing has too: a product's name, weight or owner is no person's.
var personal = map[catalog.ID]bool{
	catalog.PersonName: true, catalog.FirstName: true, catalog.LastName: true, catalog.BodyMeasure: true, catalog.Salutation: true,
	catalog.Occupation: true, catalog.Education: true, catalog.Photo: true, catalog.FreeText: true, catalog.Age: true, catalog.Ethnicity: true,
	catalog.Username: true, catalog.Religion: true, catalog.HealthCondition: true,
}

// stage is one way of looking up the words of a name.
type stage struct {
	how  How
	find func(m *Matcher, words []string) catalog.ID
}

// stages are tried in order, the surest first.
var stages = []stage{
	{Exact, func(m *Matcher, w []string) catalog.ID { return m.exact[strings.Join(w, "")] }},
	{Synonym, func(m *Matcher, w []string) catalog.ID { return m.synonyms[strings.Join(w, "")] }},
	{Synonym, (*Matcher).plural},
	{Synonym, (*Matcher).numbered},
	{Synonym, (*Matcher).trimmed},
	{Synonym, (*Matcher).tail},
}

func (m *Matcher) lookup(words []string) (catalog.ID, How) {
	if isFlag(words) {
		return catalog.None, Unmatched
	}
	for _, s := range stages {
		if id := s.find(m, words); id != catalog.None {
			return id, s.how
		}
	}
	return catalog.None, Unmatched
}

// isFlag tells names that are about a thing: email_verified, has_phone, ip_count.
func isFlag(words []string) bool {
	if len(words) < 2 {
		return false
	}
	return flagFirst[words[0]] || flagLast[words[len(words)-1]]
}

func (m *Matcher) plain(name string) catalog.ID {
	if id := m.exact[name]; id != catalog.None {
		return id
	}
	return m.synonyms[name]
}

func (m *Matcher) plural(words []string) catalog.ID {
	name := strings.Join(words, "")
	for _, end := range []string{"s", "es"} {
		if base, ok := strings.CutSuffix(name, end); ok && len(base) > 2 {
			if id := m.plain(base); id != catalog.None {
				return id
			}
		}
	}
	if base, ok := strings.CutSuffix(name, "ies"); ok {
		return m.plain(base + "y")
	}
	return catalog.None
}

// numbered drops a number at the end: phone2, address_line_1.
func (m *Matcher) numbered(words []string) catalog.ID {
	n := len(words) - 1
	if n < 1 || strings.Trim(words[n], "0123456789") != "" {
		return catalog.None
	}
	if id := m.plain(strings.Join(words[:n], "")); id != catalog.None {
		return id
	}
	return m.trimmed(words[:n])
}

// trimmed drops first words that say whose and last words that add nothing.
func (m *Matcher) trimmed(words []string) catalog.ID {
	for from := 0; from < len(words) && from < 4; from++ {
		if from > 0 && !prefixes[words[from-1]] {
			break
		}
		rest := words[from:]
		for len(rest) > 0 {
			if id := m.plain(strings.Join(rest, "")); id != catalog.None && (from > 0 || len(rest) < len(words)) {
				return id
			}
			if len(rest) == 1 || !suffixes[rest[len(rest)-1]] {
				break
			}
			rest = rest[:len(rest)-1]
		}
	}
	return catalog.None
}

// tail looks at the last words of a longer name.
func (m *Matcher) tail(words []string) catalog.ID {
	for from := 1; from < len(words); from++ {
		if id := m.tails[strings.Join(words[from:], "")]; id != catalog.None {
			return id
		}
	}
	return catalog.None
}
