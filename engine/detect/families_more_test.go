package detect

import (
	"strings"
	"testing"
)

func TestEmailForms(t *testing.T) {
	check(t, map[string]string{
		`"jane\@home"@example.com`:               `email="jane\@home"@example.com`,
		`"jane@home"@example.com`:                `email="jane@home"@example.com`,
		"jo@b端d.example":                         "email=jo@b端d.example",
		"jane@example.com或bob@example.org":       "email=jane@example.com | email=bob@example.org",
		"https://jane@example.com/x":             "email=jane@example.com",
		"https://example.com/u/jane@example.org": "email=jane@example.org",
		"ja\u200bne\u2060@example.com":           "email=ja\u200bne\u2060@example.com",
		"ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ":                       "email=ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ",
		"jane [at] example [dot] com":            "email=jane [at] example [dot] com",
		"jane[at]example.com":                    "email=jane[at]example.com",
		"jane.doe {at} mail {dot} example.org!":  "email=jane.doe {at} mail {dot} example.org",
		"e-mail: jane(at)example(dot)com":        "email=jane(at)example(dot)com",
		"email: jane at example dot com":         "email=jane at example dot com",
		"my e-mail 1 is jane at example.com ok.": "email=jane at example.com",
	})
	none(t, "meet: look at example dot com", "see a[at]b", "1: we met at example.com", "mail: sent at main.js line 1", "email 3: see us at example.com",
		"arr[at].foo.bar[at]", "[at] example [dot] com", "{at}", "jane [at] example [dot] png")
}

func TestMACForms(t *testing.T) {
	check(t, map[string]string{
		"DE-AD-BE-EF-CA-FE":            "mac=DE-AD-BE-EF-CA-FE",
		"Address: DE-AD-BE-EF-CA-FE":   "mac=DE-AD-BE-EF-CA-FE",
		"at 1 of de-ad-be-ef-ca-fe, b": "mac=de-ad-be-ef-ca-fe",
		"dead.beef.cafe":               "mac=dead.beef.cafe",
		"deadbeefcafe":                 "mac=deadbeefcafe",
		"0000-5e00-53af":               "mac=0000-5e00-53af",
		"00-00-5E-FF-FE-00-53-AF":      "mac=00-00-5E-FF-FE-00-53-AF",
		"00 00 5E 00 53 AF":            "mac=00 00 5E 00 53 AF",
		"02 00 5E FF FE 00 53 AF":      "mac=02 00 5E FF FE 00 53 AF",
		"MAC address: 00005e0053af":    "mac=00005e0053af",
		"bssid 00005E0053AF, ch 1":     "mac=00005E0053AF",
		"My IPv6 address is ::":        "ip_address=::",
	})
	none(t, "DE-AD-BE-EF-CA-FG", "DE-AD-BE-EF-CA-FE-AA", "x-DE-AD-BE-EF-CA-FE", "00 00 50 00 53 00", "00 00 5E 00 53", "0000-5300-1234", "deadbeefcaf", "deadbeefcafee", "deadbeefcafg",
		"well-known-and-much-liked name", "std :: vector")
}

func TestCardRanges(t *testing.T) {
	check(t, map[string]string{
		"3530111333300000":     "credit_card=3530111333300000",
		"41111111 11111111":    "credit_card=41111111 11111111",
		"6759649826438453":     "credit_card=6759649826438453",
		"BE 71.0961.2345.6769": "iban=BE 71.0961.2345.6769",
		"NO93.8601.11.17947":   "iban=NO93.8601.11.17947",
		"৪১১১ ১১১১ ১১১১ ১১১১": "credit_card=৪১১১ ১১১১ ১১১১ ১১১১",
		"๔๑๑๑๑๑๑๑๑๑๑๑๑๑๑๑":    "credit_card=๔๑๑๑๑๑๑๑๑๑๑๑๑๑๑๑",
	})
	none(t, "100012345678903", "7566002020360505", "41111111 11111112")
}

// TestKeyForms has keys told by their form; their bodies are made up.
func TestKeyForms(t *testing.T) {
	hex, mix := strings.Repeat("0a1b2c3d", 8), strings.Repeat("aB3dE5gH7j", 8)
	for _, key := range []string{"a1B2c3_" + mix[:29] + "_mmk", hex[:32] + "-us12", strings.ToUpper(hex[:36]) + "NRAL", mix[:76] + "AZDO" + "a1B2",
		mix[:14] + ".atlasv1." + mix[:60], "aB3-dE5gH7j." + mix[:43], "0a1b2c." + hex[:16], "aB~8Q~" + mix[:34], "ab.8Q~" + mix[:31],
		"django-insecure-a1$b2^c3&d4", "feedface:badcafee", "p8e-" + hex[:32], "fc-" + hex[:32], "sc_abc12.ab12.acc_" + hex[:16] + "." + mix[:40], "px-api-" + "00000000-0000-4000-8000-00000000000a"} {
		if got := finds(key); got != "api_key="+key {
			t.Errorf("%q: found %q", key, got)
		}
	}
	check(t, map[string]string{"t='eyAbCdEf1234567890ab.ey1234567890abcdefgh.abcdefghij=='": "jwt=eyAbCdEf1234567890ab.ey1234567890abcdefgh.abcdefghij=="})
	none(t, "report.2026112410111213", "image1.thumbnailpicture", "12345678:12345678", "ey.ey.ey", "eyes1234567890123456.eyed.x", "a1b2c3d4-us12", "Q~", "1Q~", "abc8Q~short")
}

// TestGroupedNumbers has identity numbers told by their grouping and check digits.
func TestGroupedNumbers(t *testing.T) {
	check(t, map[string]string{
		"12.345.678-Z":               "es_dni=12.345.678-Z",
		"DNI 12.345.678-Z.":          "es_dni=12.345.678-Z",
		"X1234567-L":                 "es_dni=X1234567-L",
		"12.345.678-5":               "cl_rut=12.345.678-5",
		"rut 9.876.543-3, otro":      "cl_rut=9.876.543-3",
		"85.07.30-033.28":            "be_nn=85.07.30-033.28",
		"811228-9874":                "se_pnr=811228-9874",
		"X-1234567-L":                "es_dni=X-1234567-L",
		"112-233-445 95":             "ru_snils=112-233-445 95",
		"HKID A123456(3).":           "hk_hkid=A123456(3)",
		"20-12345678-6":              "ar_dni=20-12345678-6",
		"ABCPE1234F":                 "in_pan=ABCPE1234F",
		"15 070649 C 103":            "de_svnr=15 070649 C 103",
		"2-55-08-14-168-025-38":      "fr_nir=2-55-08-14-168-025-38",
		"0000:5e00:53af":             "mac=0000:5e00:53af",
		"at 0:0:5e:0:53:1":           "mac=0:0:5e:0:53:1",
		"nr 19811228-9874 ok":        "se_pnr=19811228-9874",
		"+49/69/90009123":            "phone=+49/69/90009123",
		"08-465 004 12":              "phone=08-465 004 12",
		"Bel mij op 06-12345678.":    "phone=06-12345678",
		"bel mij op 06 123 456 78 x": "phone=06 123 456 78",
	})
	none(t, "12.345.678-A", "12.345.678-6", "1.2.345.678-5", "85.07.30-033.29", "811228-9873", "811328-9874", "x-811228-9874", "811228-9874-1", "X1234567-M",
		"01-12345678", "12/31/2025", "3.141.592-7",
		"112-233-445 96", "A123456(4)", "20-12345678-7", "ABCDE1234F", "abcpe1234f", "0:0:50:0:53:1", "1:2:3:4:5:a", "600-70-8001-B")
}

func TestMistyped(t *testing.T) {
	check(t, map[string]string{
		"my card number is 4111 1111 1111 1112":               "credit_card=4111 1111 1111 1112",
		"visa 5555555555554445":                               "credit_card=5555555555554445",
		"bitcoin address: 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3": "crypto_address=1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3",
	})
	none(t, "order 4111 1111 1111 1112", "4111 1111 1111 1112", "card 9999555555554445", "id 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "address 11111111111111111111111111112")
}
