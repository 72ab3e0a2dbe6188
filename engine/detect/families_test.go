package detect

import "testing"

func TestEmail(t *testing.T) {
	check(t, map[string]string{
		"jane@example.com":                        "email=jane@example.com",
		"Jane.O'Hara+news@mail.example.co.uk.":    "email=Jane.O'Hara+news@mail.example.co.uk",
		"<jane@example.com>,":                     "email=jane@example.com",
		"mailto:jane@example.com?subject=x":       "email=jane@example.com",
		"q?email=jane@example.com&x=1":            "email=jane@example.com",
		"jörg@müller.example":                     "email=jörg@müller.example",
		"我的邮箱是jane@example.com。":                  "email=jane@example.com",
		"用户@例子.广告":                                "email=用户@例子.广告",
		"jane@xn--mller-kva.example":              "email=jane@xn--mller-kva.example",
		"\"jane doe\"@example.com":                "email=\"jane doe\"@example.com",
		"jane@[192.0.2.1]":                        "email=jane@[192.0.2.1]",
		"a@example.com;b@example.org":             "email=a@example.com | email=b@example.org",
		"JANE@EXAMPLE.COM...":                     "email=JANE@EXAMPLE.COM",
		"jane_doe-1@example-site.museum (office)": "email=jane_doe-1@example-site.museum",
	})
	none(t, "logo@2x.png", "@scope/pkg@1.2.3", "npm i react@18.2.0", "@jane.doe", "jane@", "jane@localhost", "a@b.c", "@@example.com",
		"git@github.com:org/repo.git", "5 @ 3.50", "user@example.123", "img@2x.jpeg", "meet @ example.com")
}

func TestNetwork(t *testing.T) {
	check(t, map[string]string{
		"192.0.2.1":                   "ip_address=192.0.2.1",
		"http://192.0.2.1:8080/x":     "ip_address=192.0.2.1",
		"client (198.51.100.200).":    "ip_address=198.51.100.200",
		"2001:db8::1":                 "ip_address=2001:db8::1",
		"[2001:db8:0:0:0:0:0:1]:443":  "ip_address=2001:db8:0:0:0:0:0:1",
		"ip:2001:db8::1,":             "ip_address=2001:db8::1",
		"::ffff:192.0.2.1":            "ip_address=::ffff:192.0.2.1",
		"fe80::1%eth0":                "ip_address=fe80::1",
		"::1":                         "ip_address=::1",
		"00:00:5e:00:53:01":           "mac=00:00:5e:00:53:01",
		"at 00-00-5E-00-53-AF now":    "mac=00-00-5E-00-53-AF",
		"0000.5e00.53af":              "mac=0000.5e00.53af",
		"aa:bb:cc:dd:ee:ff":           "mac=aa:bb:cc:dd:ee:ff",
		"192.0.2.1, 203.0.113.5":      "ip_address=192.0.2.1 | ip_address=203.0.113.5",
		"x-forwarded-for=203.0.113.9": "ip_address=203.0.113.9",
	})
	none(t, "1.2.3", "192.0.2.256", "192.0.2.1.5", "Chrome/124.0.0.0", "app-1.2.3.4", "v1.2.3.4", "version 1.2.3.4", "1.2.3.4-beta", "1.2.3.4.com",
		"10:20", "10:20:30", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::1", "2001:db8::1::2", "std::vec", "00:00:5e:00:53", "00:00:5e:00:53:0g",
		"0000.5300.1234")
}

func TestCard(t *testing.T) {
	check(t, map[string]string{
		"4111111111111111":             "credit_card=4111111111111111",
		"4111 1111 1111 1111":          "credit_card=4111 1111 1111 1111",
		"4111-1111-1111-1111":          "credit_card=4111-1111-1111-1111",
		"4111.1111.1111.1111":          "credit_card=4111.1111.1111.1111",
		"3782 822463 10005":            "credit_card=3782 822463 10005",
		"378282246310005":              "credit_card=378282246310005",
		"3056 930902 5904":             "credit_card=3056 930902 5904",
		"5555555555554444":             "credit_card=5555555555554444",
		"card=4111111111111111&x=1":    "credit_card=4111111111111111",
		"pay 4111 1111 1111 1111 1227": "credit_card=4111 1111 1111 1111",
		"4111111111111111.0":           "credit_card=4111111111111111",
		"id_4111111111111111":          "credit_card=4111111111111111",
	})
	none(t, "4111111111111112", "41111111111111111111", "a4111111111111111", "4111111111111111b", "0000000000000000", "1732357872123", "1732357872123456",
		"4444444444444444", "4111 1111-1111 1111", "1111111111111117", "4111111111111111.5", "9.4111111111111111")
}

func TestFindNumber(t *testing.T) {
	f := func(num string, want bool) {
		t.Helper()
		typ, ok := FindNumber([]byte(num))
		if got := typ.String() == "credit_card"; got != want || ok != want {
			t.Errorf("%s: %s %v, want a card: %v", num, typ, ok, want)
		}
	}
	for _, num := range []string{"4111111111111111", "4111111111111111.0", "4111111111111111.000", "4.111111111111111e15", "4.111111111111111E+15",
		"41111111111111110e-0", "411111111111111.1e1", "378282246310005", "30569309025904"} {
		f(num, num != "41111111111111110e-0")
	}
	for _, num := range []string{"", "0", "-4111111111111111", "4111111111111112", "4111111111111111.5", "1732357872123", "4222222222222", "1.5e300",
		"4.111111111111111e14", "4.111111111111111e16", "4111111111111111e999", "4111111111111111e", "0.4111111111111111", "41111111111111111111"} {
		f(num, false)
	}
}

func FuzzFindNumber(f *testing.F) {
	f.Add([]byte("4.111111111111111e15"))
	f.Add([]byte("4111111111111111.0"))
	f.Fuzz(func(t *testing.T, num []byte) {
		if typ, ok := FindNumber(num); ok != (typ.String() == "credit_card") {
			t.Fatalf("%q: %s %v", num, typ, ok)
		}
	})
}

func TestPhone(t *testing.T) {
	check(t, map[string]string{
		"+12025550143":           "phone=+12025550143",
		"+1 (202) 555-0143":      "phone=+1 (202) 555-0143",
		"+1-202-555-0143.":       "phone=+1-202-555-0143",
		"(202) 555-0143":         "phone=(202) 555-0143",
		"202-555-0143":           "phone=202-555-0143",
		"202.555.0143":           "phone=202.555.0143",
		"1-202-555-0143":         "phone=1-202-555-0143",
		"+44 20 7946 0958":       "phone=+44 20 7946 0958",
		"+49 (0)30 901820":       "phone=+49 (0)30 901820",
		"0044 20 7946 0958":      "phone=0044 20 7946 0958",
		"tel: 020 7946 0958":     "phone=020 7946 0958",
		"Phone: 5550143":         "phone=5550143",
		"call me on 07700900123": "phone=07700900123",
	})
	none(t, "2025550143", "5550143", "202-555-014", "202-155-0143", "102-555-0143", "12-202-555-01434", "+1 202 555", "+00 123 456 789", "a+12025550143",
		"2+2025550143", "1202-555-0143", "order 07700900123", "telemetry 07700900123", "+999 123 456 789", "2026-555-0143", "202-555-0143-77a")
}

func TestIBAN(t *testing.T) {
	check(t, map[string]string{
		"GB29NWBK60161331926819":               "iban=GB29NWBK60161331926819",
		"gb29 nwbk 6016 1331 9268 19":          "iban=gb29 nwbk 6016 1331 9268 19",
		"to GB29-NWBK-6016-1331-9268-19 today": "iban=GB29-NWBK-6016-1331-9268-19",
		"BE 71 0961 2345 6769":                 "iban=BE 71 0961 2345 6769",
		"NO9386011117947":                      "iban=NO9386011117947",
	})
	none(t, "GB28NWBK60161331926819", "GB29NWBK6016133192681", "XX29NWBK60161331926819", "AGB29NWBK60161331926819", "GB29NWBK60161331926819A")
}

func TestSecrets(t *testing.T) {
	const body = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5"
	check(t, map[string]string{
		"AKIAIOSFODNN7EXAMPLE":                                         "api_key=AKIAIOSFODNN7EXAMPLE",
		"token ghp_" + body + "!":                                      "api_key=ghp_" + body,
		"key=sk_live_" + body:                                          "api_key=sk_live_" + body,
		"glpat-aB3dE5gH7jK9mN1pQ3sT":                                   "api_key=glpat-aB3dE5gH7jK9mN1pQ3sT",
		"xoxb-123456789012-" + body:                                    "api_key=xoxb-123456789012-" + body,
		"sk-ant-api03-" + body:                                         "api_key=sk-ant-api03-" + body,
		"mine_ghp_" + body:                                             "api_key=ghp_" + body,
		"hvs." + body:                                                  "api_key=hvs." + body,
		"123456789:" + body[:35]:                                       "api_key=123456789:" + body[:35],
		"Authorization: Bearer " + body:                                "auth_token=" + body,
		"Basic dXNlcjpwYXNzMTIzNDU2":                                   "auth_token=dXNlcjpwYXNzMTIzNDU2",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl":            "jwt=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
		"https://joe:pass@example.com/a":                               "url_credentials=joe:pass",
		"postgres://app:p@ss@db.example.com/x":                         "url_credentials=app:p@ss",
		"Server=db1;User Id=app;Password=s3cretWord;":                  "cloud_secret=s3cretWord",
		"https://hooks.slack.com/services/T024BE7LD/B024BE7LD/" + body: "api_key=T024BE7LD/B024BE7LD/" + body,
		"a -----BEGIN EC PRIVATE KEY-----\nMHc1\n-----END EC PRIVATE KEY----- b": "private_key=-----BEGIN EC PRIVATE KEY-----\nMHc1\n-----END EC PRIVATE KEY-----",
	})
	none(t, "AKIAIOSFODNN7EXAMPL", "akiaiosfodnn7example1", "ghp_short1", "sk-1234", "eyJhbGciOiJIUzI1NiJ9", "eyJub3RoaW5nIjoxfQ.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
		"task-list-for-2026-and-beyond", "SK-2026-1234-5678-9012", "https://example.com:8080/a@b", "-----BEGIN CERTIFICATE-----\nMIIB1\n-----END CERTIFICATE-----",
		"bearer of news", "key-value-pairs-2026", "sk-learn-1.4.2-py3-none-any")
}

func TestLocation(t *testing.T) {
	check(t, map[string]string{
		"52.5200,13.4050":          "lat_long=52.5200,13.4050",
		"(-33.8688, 151.2093)":     "lat_long=-33.8688, 151.2093",
		"geo:52.5200;13.4050":      "lat_long=52.5200;13.4050",
		"at 52.520 -13.405 north.": "lat_long=52.520 -13.405",
	})
	none(t, "52.52,13.40", "52.5200", "252.5200,13.4050", "1.234,5.67", "0.123,0.456,0.789", "120.5200,130.4050", "52.5200,13.4050.1")
}

func TestCrypto(t *testing.T) {
	check(t, map[string]string{
		"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2":         "crypto_address=1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
		"3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy":         "crypto_address=3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
		"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4": "crypto_address=bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
		"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed": "crypto_address=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
	})
	none(t, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
		"0x0000000000000000000000000000000000000000")
}

func TestNational(t *testing.T) {
	check(t, map[string]string{
		"123-45-6788":              "us_ssn=123-45-6788",
		"123 45 6788":              "us_ssn=123 45 6788",
		"my ssn is 123456788":      "us_ssn=123456788",
		"111.444.777-35":           "br_cpf=111.444.777-35",
		"756.9217.0769.85":         "ch_ahv=756.9217.0769.85",
		"AB123456C":                "uk_nino=AB123456C",
		"is AB 12 34 56 C":         "uk_nino=AB 12 34 56 C",
		"12345678Z":                "es_dni=12345678Z",
		"12345678-Z":               "es_dni=12345678-Z",
		"X1234567L":                "es_dni=X1234567L",
		"RSSMRA85T10A562S":         "it_cf=RSSMRA85T10A562S",
		"131052-308T":              "fi_hetu=131052-308T",
		"11010519491231002X":       "cn_ric=11010519491231002X",
		"2 55 08 14 168 025 38":    "fr_nir=2 55 08 14 168 025 38",
		"GOOD for S1234567D today": "sg_nric=S1234567D",
	})
	none(t, "123-45-0000", "666-45-6788", "900-45-6788", "123-456-788", "123456788", "111.444.777-36", "DF123456A", "12345678A", "X1234567A",
		"RSSMRA85T10A562T", "131052-308U", "110105194912310021", "255081416802539", "123-45-67889", "1123-45-6788", "sku-12345678Z-a")
}
