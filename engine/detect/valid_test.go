package detect

import (
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine/catalog"
)

// TestValid has, for each type, valid values and then near misses. All are
// constructed or printed in the issuers' own descriptions.
func TestValid(t *testing.T) {
	f := func(typ catalog.ID, good []string, bad ...string) {
		t.Helper()
		for i, v := range append(good, bad...) {
			valid, known := Valid(typ, "", []byte(v))
			if want := i < len(good); !known || valid != want {
				t.Errorf("%s %q: valid %v, known %v, want %v", typ, v, valid, known, want)
			}
		}
	}
	f(catalog.CreditCard, []string{"4111111111111111", " 4111-1111-1111-1111 ", "４１１１１１１１１１１１１１１１"}, "4111111111111112", "", "card")
	f(catalog.IBAN, []string{"GB29 NWBK 6016 1331 9268 19"}, "GB29 NWBK 6016 1331 9268 18", "GB29")
	f(catalog.Email, []string{"jane@example.com", "mailto:jane@example.com"}, "jane", "jane@example", "jane@example.com and more")
	f(catalog.IPAddress, []string{"192.0.2.1", "2001:db8::/32", "fe80::1%eth0", "::"}, "192.0.2", "192.0.2.1/33", "1::2::3")
	f(catalog.MAC, []string{"00:00:5e:00:53:01", "00-00-5E-00-53-01", "0000.5e00.5301", "00005E005301"}, "00:00:5e:00:53", "00:00-5e:00:53:01")
	f(catalog.UUID, []string{"123e4567-e89b-12d3-a456-426614174000"}, "123e4567-e89b-12d3-a456-42661417400", "x23e4567-e89b-12d3-a456-426614174000")
	f(catalog.Phone, []string{"+1 202 555 0143", "(202) 555-0143 x12"}, "12", "no phone")
	f(catalog.IMEI, []string{"490154203237518"}, "490154203237517", "000000000000000")
	f(catalog.VIN, []string{"1M8GDM9AXKP042788"}, "1M8GDM9AXKP042789", "1M8GDM9AXKP04278O")
	f(catalog.BIC, []string{"DEUTDEFF", "DEUTDEFF500"}, "DEUTXQFF", "DEUTDE")
	f(catalog.BankRouting, []string{"021000021"}, "021000022", "991000021")
	f(catalog.LatLong, []string{"52.52, 13.405"}, "95.0, 13.4", "52.52")
	f(catalog.URLCredentials, []string{"https://a:b@example.com/"}, "https://example.com/")
	f(catalog.USSSN, []string{"123-45-6788", "123456788"}, "12-345-6788", "000-45-6788", "078-05-1120")
	f(catalog.USITIN, []string{"912-70-1234"}, "912-66-1234", "812-70-1234")
	f(catalog.MedicalLicense, []string{"1234567893", "AB1234563"}, "1234567890", "AB1234560")
	f(catalog.CASIN, []string{"130-692-544"}, "130-692-545", "030-692-544")
	f(catalog.BRCPF, []string{"111.444.777-35"}, "111.444.777-34", "11111111111")
	f(catalog.CLRUT, []string{"12.345.678-5"}, "12.345.678-6")
	f(catalog.VERIF, []string{"V-11470283-4"}, "V-11470283-3")
	f(catalog.UKNINO, []string{"AB123456C"}, "AB123456E", "GB123456A", "AO123456A")
	f(catalog.UKNHS, []string{"943 476 5919"}, "943 476 5918")
	f(catalog.DESteuerID, []string{"36574261809"}, "36574261808", "06574261809")
	f(catalog.DESVNR, []string{"15070649C103"}, "15070649C104")
	f(catalog.FRNIR, []string{"2 55 08 14 168 025 38"}, "2 55 08 14 168 025 39")
	f(catalog.ESDNI, []string{"12345678Z", "X1234567L"}, "12345678A", "X1234567A")
	f(catalog.ITCF, []string{"RSSMRA85T10A562S"}, "RSSMRA85T10A562T", "RSSMRA85T32A562S")
	f(catalog.NLBSN, []string{"111222333"}, "111222334")
	f(catalog.BENN, []string{"85.07.30-033 28"}, "85.07.30-033 29")
	f(catalog.CHAHV, []string{"756.9217.0769.85"}, "756.9217.0769.84", "755.9217.0769.85")
	f(catalog.SEPNR, []string{"811228-9874", "19811228-9874"}, "811228-9873", "811328-9874")
	f(catalog.FIHETU, []string{"131052-308T"}, "131052-308U", "321052-308T")
	f(catalog.PLPESEL, []string{"44051401359"}, "44051401358")
	f(catalog.CZRC, []string{"710319/2745"}, "710319/2746")
	f(catalog.BGEGN, []string{"7523169263"}, "7523169264")
	f(catalog.ROCNP, []string{"1630615123457"}, "1630615123458")
	f(catalog.HROIB, []string{"33392005961"}, "33392005962")
	f(catalog.EEIK, []string{"36805280109"}, "36805280108")
	f(catalog.TRTCKN, []string{"17291716060"}, "17291716050")
	f(catalog.RUSNILS, []string{"112-233-445 95"}, "112-233-445 96")
	f(catalog.CNRIC, []string{"11010519491231002X"}, "110105194912310021", "11010519491331002X")
	f(catalog.HKHKID, []string{"A123456(3)"}, "A123456(4)")
	f(catalog.TWNID, []string{"A123456789"}, "A123456788")
	f(catalog.INAadhaar, []string{"234123412346"}, "234123412347", "134123412346")
	f(catalog.SGNRIC, []string{"S1234567D"}, "S1234567E")
	f(catalog.THPIN, []string{"7-2545-09301-67-2"}, "7-2545-09301-67-1")
	f(catalog.ZAID, []string{"7503305044089"}, "7503305044088", "7513305044089")
	f(catalog.AUTFN, []string{"123 456 782"}, "123 456 783")
	f(catalog.AUMedicare, []string{"2123 45670 1"}, "2123 45680 1")

	f(catalog.LastName, []string{"Doe", "O'Hara-Müller", "王"}, "jane@example.com", "4711", "")
	f(catalog.PostalCode, []string{"10115", "SW1A 1AA"}, "Berlin", "10115-10115-10115")
	f(catalog.Passport, []string{"C01X00T47"}, "12", "passport")
	f(catalog.DateOfBirth, []string{"1990-02-28", "28.02.1990", "02/28/1990", "19900228"}, "1990-02-30", "soon", "1990")
	if _, known := Valid(catalog.Religion, "", []byte("x")); known {
		t.Error("a word has a validator")
	}
	if _, known := Valid(65535, "de", nil); known {
		t.Error("an unknown type has a validator")
	}
}

func TestValidByCountry(t *testing.T) {
	f := func(typ catalog.ID, locale, v string, want bool) {
		t.Helper()
		if valid, _ := Valid(typ, locale, []byte(v)); valid != want {
			t.Errorf("%s %q in %q: %v, want %v", typ, v, locale, valid, want)
		}
	}
	f(catalog.Passport, "fr", "12AB34567", true)
	f(catalog.Passport, "fr_FR", "AB1234567", false)
	f(catalog.Passport, "en-GB", "123456789", true)
	f(catalog.Passport, "uk", "A23456789", false)
	f(catalog.Passport, "xx", "A23456789", true)
	f(catalog.PostalCode, "de_DE", "10115", true)
	f(catalog.PostalCode, "de_DE", "1011", false)
	f(catalog.PostalCode, "de_AT", "1010", true)
	f(catalog.PostalCode, "nl", "1012 AB", true)
	f(catalog.PostalCode, "en", "SW1A 1AA", true)
	f(catalog.TaxID, "at", "12-345/6782", true)
	f(catalog.TaxID, "si", "12-345/6782", false)
	f(catalog.TaxID, "", "12-345/6782", true)
	f(catalog.ESDNI, "es", "X1234567L", true)
	f(catalog.BankRouting, "de", "021000021", true)
}

func TestValidAllocations(t *testing.T) {
	for _, v := range []string{"GB29 NWBK 6016 1331 9268 19", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "11010119900307123X"} {
		v := []byte(v)
		for _, name := range SchemeNames() {
			s, _ := LookupScheme(name)
			if n := testing.AllocsPerRun(10, func() { s.Valid("", v); Valid(s.Type, "de_DE", v) }); n != 0 {
				t.Errorf("%s allocates %v times", name, n)
			}
		}
	}
}

func FuzzValid(f *testing.F) {
	for _, s := range []string{"", "0", "123-45-6788", "RSSMRA85T10A562S", "A123456(3)", "１２３", "PT123456789", "{}", "52.5,13.4", "756.9217.0769.85"} {
		f.Add(s)
	}
	f.Add("00000000" + strings.Repeat("\xb1", 4000) + "100000000")
	f.Fuzz(func(_ *testing.T, s string) {
		locales := [...]string{"", "de", "en_GB", "es-AR", "nl", "se", "kr", "tr", "nz"}
		for i := range schemes {
			schemes[i].Valid(locales[len(s)%len(locales)], []byte(s))
		}
	})
}
