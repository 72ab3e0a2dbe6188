package names

import (
	"strings"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
)

// piece is a run of words that mean one thing together.
type piece struct {
	sense
	fuzzy   bool
	unknown bool
}

// Costs of covering a name: the fewest phrases that are known win.
const (
	costPhrase  = 10
	costFuzzy   = 2
	costNumber  = 4
	costUnknown = 25
)

// parse takes a name apart, in the way that leaves the least of it unexplained.
func (l *lexicon) parse(raw []string) []piece {
	ps, cost := l.pieces(l.read(raw, false))
	if n := unknowns(ps); n > 0 {
		if other, c := l.pieces(l.read(raw, true)); unknowns(other) < n {
			ps, cost = other, c
		}
	}
	if words, ok := expand(raw); ok {
		if other, c := l.pieces(l.read(words, false)); c < cost {
			return other
		}
	}
	return ps
}

func unknowns(ps []piece) (n int) {
	for i := range ps {
		if ps[i].unknown {
			n++
		}
	}
	return n
}

// pieces covers the words of a name with phrases of the lexicon, at the least cost.
func (l *lexicon) pieces(words []word) ([]piece, int) {
	type step struct{ cost, from int }
	best := make([]step, len(words)+1)
	cover := make([]piece, len(words)+1)
	var joined strings.Builder
	for end := 1; end <= len(words); end++ {
		best[end].cost = 1 << 30
		for from := max(0, end-l.longest); from < end; from++ {
			joined.Reset()
			p := piece{}
			for _, w := range words[from:end] {
				joined.WriteString(w.text)
				p.fuzzy = p.fuzzy || w.fuzzy
			}
			s, ok := l.phrase(joined.String())
			cost := costPhrase
			switch {
			case ok:
				p.sense = s
			case from < end-1:
				continue
			case idle(words[from].text):
				p.roles, cost = filler, costNumber
			default:
				p.unknown, cost = true, costUnknown
			}
			if p.fuzzy {
				cost += costFuzzy
			}
			if c := best[from].cost + cost; c < best[end].cost {
				best[end], cover[end] = step{c, from}, p
			}
		}
	}
	var out []piece
	for end := len(words); end > 0; end = best[end].from {
		out = append(out, cover[end])
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out, best[len(words)].cost
}

// phrase looks a phrase up, in the plural as well.
func (l *lexicon) phrase(name string) (sense, bool) {
	s, ok := l.phrases[name]
	if base, plural := strings.CutSuffix(name, "s"); !ok && plural && len(base) > 4 {
		s, ok = l.phrases[base]
	}
	return s, ok
}

// idle tells words that say nothing by themselves: numbers and single letters.
func idle(w string) bool {
	return strings.Trim(w, "0123456789") == "" || len(w) == 1 && w[0] < utf8.RuneSelf
}

// neutral tells whether a piece leaves what stands beside it as it is.
func (p *piece) neutral() bool {
	return !p.unknown && p.roles&none == 0 && (p.roles&(owner|filler|ref) != 0 || p.rank == weak)
}

// judge decides what the pieces of a name mean together: the type that stands
// last and that nothing beside it denies.
func judge(ps []piece) (found piece, ok bool) {
	for i := len(ps) - 1; i >= 0; i-- {
		if ps[i].typ != catalog.None && ps[i].roles&none == 0 && !detailOf(ps, i) && means(ps, i) {
			return ps[i], true
		}
	}
	return piece{}, false
}

// means tells whether the type of the i-th piece is what the name means.
func means(ps []piece, i int) bool {
	p := &ps[i]
	if i > 0 && ps[0].roles&flag != 0 && ps[0].rank < medium && !p.foreign && !tells(&ps[0], p) {
		return false // count_phones
	}
	if n := len(ps) - 1; n > i && ps[n].roles&none != 0 && ps[n].typ == catalog.None && !restricted[p.typ] {
		return false // email_template_name
	}
	for j := range ps[i+1:] {
		next := &ps[i+1+j]
		if last := i+1+j == len(ps)-1; next.roles&about != 0 && !tells(next, p) && (last || next.roles&(owner|filler) == 0) {
			return false // email_verified
		}
		if next.roles&ref != 0 && next.typ == catalog.None && described[p.typ] {
			return false // city_id
		}
	}
	for j := range ps[:i] {
		before := &ps[j]
		if before.roles&verb != 0 {
			return false // has_phone
		}
		if before.roles&thing != 0 && personal[p.typ] && p.rank < strong && (before.roles&owner == 0 || p.rank == weak) {
			return false // product_name
		}
	}
	switch p.rank {
	case strong:
		return true
	case medium:
		return bystanders(ps[i+1:], p) || p.headFirst && bystanders(ps[:i], p)
	default:
		return bystanders(ps[i+1:], p) && bystanders(ps[:i], p) && (p.roles&owner == 0 || lonely(ps))
	}
}

// lonely tells whether a word that may as well say whose a field is ("user") has
// little else beside it.
func lonely(ps []piece) bool {
	for i := range ps {
		if ps[i].roles&thing != 0 && ps[i].roles&owner == 0 {
			return false
		}
	}
	return len(ps) <= 2
}

// bystanders tells whether all pieces leave p as it is.
func bystanders(ps []piece, p *piece) bool {
	for i := range ps {
		if !ps[i].neutral() && ps[i].typ != p.typ && !tells(&ps[i], p) && !(ps[i].typ == catalog.CreditCard && ofCard[p.typ]) {
			return false
		}
	}
	return true
}

// detailOf tells whether the i-th piece, though it means something by itself, is a detail
// of a sensitive fact before it: the amount of a net pay.
func detailOf(ps []piece, i int) bool {
	for j := range ps[:i] {
		if tells(&ps[i], &ps[j]) {
			return true
		}
	}
	return false
}

// tells tells whether what a word says about p is as personal as p itself: the date of
// a conviction, the level of an income.
func tells(word, p *piece) bool { return word.roles&detail != 0 && sensitive[p.typ] }

// sensitive are types of facts about a person, of which no detail is harmless.
var sensitive = ids(catalog.DateOfBirth, catalog.HealthCondition, catalog.Medication, catalog.VitalSigns, catalog.BodyMeasure, catalog.PregnancyRepro, catalog.Disability,
	catalog.Genetic, catalog.Criminal, catalog.ImmigrationStatus, catalog.Ethnicity, catalog.Religion, catalog.Political, catalog.SexualOrientation,
	catalog.GenderIdentity, catalog.Union, catalog.BloodType, catalog.Income, catalog.AccountBalance, catalog.CreditScore)

// restricted are the red types.
var restricted = func() map[catalog.ID]bool {
	m := map[catalog.ID]bool{}
	for _, t := range catalog.All() {
		m[t.ID] = t.Class == catalog.Red
	}
	return m
}()

// ofCard are types that a card has: creditCardExpiration.
var ofCard = ids(catalog.CardExpiry, catalog.CardCVV, catalog.CardPIN, catalog.PersonName)

// open tells whether the pieces say nothing against being what their parent says:
// the "number" of a phone.
func open(ps []piece) bool {
	for i := range ps {
		if !ps[i].neutral() || ps[i].roles&about != 0 {
			return false
		}
	}
	return true
}

// personal are types that a thing has too: a product's name, weight or owner is no person's.
var personal = ids(catalog.PersonName, catalog.FirstName, catalog.LastName, catalog.BodyMeasure, catalog.Salutation, catalog.Occupation, catalog.Education,
	catalog.Photo, catalog.FreeText, catalog.Age, catalog.Ethnicity, catalog.Username, catalog.Religion, catalog.HealthCondition, catalog.RelativeName,
	catalog.MiddleName, catalog.SocialHandle, catalog.Employer, catalog.UUID)

// somebody are types that a single ambiguous word means only in an object that is
// a person: name, uid.
var somebody = ids(catalog.PersonName, catalog.UserID, catalog.PrivateKey, catalog.RelativeName, catalog.UUID, catalog.Fingerprint,
	catalog.StreetAddress, catalog.Occupation)

// described are types whose values have identifiers and codes that are not
// personal: a city's id. (A passport's id is the passport's number.)
var described = ids(catalog.City, catalog.StreetAddress, catalog.Photo, catalog.Occupation, catalog.Employer, catalog.Education, catalog.Email,
	catalog.FreeText, catalog.SearchQuery, catalog.PersonName, catalog.Religion, catalog.Ethnicity, catalog.Income, catalog.Password,
	catalog.HealthCondition, catalog.Medication, catalog.AuthToken, catalog.APIKey, catalog.OTPCode)

func ids(list ...catalog.ID) map[catalog.ID]bool {
	m := make(map[catalog.ID]bool, len(list))
	for _, id := range list {
		m[id] = true
	}
	return m
}
