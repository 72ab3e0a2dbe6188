package detect

import "github.com/eventveil/eventveil/engine/catalog"

// Need is what must be there before a value is taken for one of a type.
type Need uint8

// The needs, from the least to the most.
const (
	NeedsNothing Need = iota // its form tells
	NeedsWords               // words beside it in a text must say what it is
	NeedsName                // the field's name must: most numbers pass some check by chance
)

// NeedOf is what Find needs for values of a type, in their least conspicuous form.
func NeedOf(typ catalog.ID) Need {
	if need, ok := needs[typ]; ok {
		return need
	}
	return NeedsName
}

// needs has the types that Find finds.
var needs = func() map[catalog.ID]Need {
	m := map[catalog.ID]Need{catalog.Passport: NeedsWords, catalog.DriverLicense: NeedsWords, catalog.BankAccount: NeedsWords}
	for _, typ := range [...]catalog.ID{
		catalog.APIKey, catalog.ARDNI, catalog.AuthToken, catalog.BENN, catalog.BRCPF, catalog.CHAHV, catalog.CLRUT, catalog.CNRIC, catalog.CloudSecret,
		catalog.CreditCard, catalog.CryptoAddress, catalog.DESVNR, catalog.ESDNI, catalog.Email, catalog.FIHETU, catalog.FRNIR, catalog.HKHKID,
		catalog.IBAN, catalog.INPAN, catalog.IPAddress, catalog.ITCF, catalog.JWT, catalog.KRRRN, catalog.LatLong, catalog.MAC, catalog.MXCURP,
		catalog.Phone, catalog.PrivateKey, catalog.RUSNILS, catalog.SEPNR, catalog.SGNRIC, catalog.UKNINO, catalog.URLCredentials, catalog.USSSN,
	} {
		m[typ] = NeedsNothing
	}
	return m
}()

// Confirms tells whether Valid adds to what Find says of a value whose field's name
// gives the type: the type is not found by values alone, and has check digits, a
// grammar or a date, not a shape alone.
func Confirms(typ catalog.ID) bool {
	_, shape := shapes[typ]
	return NeedOf(typ) != NeedsNothing && !shape && typ != catalog.Password && len(SchemesOf(typ)) > 0
}
