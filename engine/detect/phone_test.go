package detect

import "testing"

// TestNationalPhone has numbers told by their grouping alone. They are from the
// ranges set aside for fiction where a country has one.
func TestNationalPhone(t *testing.T) {
	check(t, map[string]string{
		"01 99 00 12 34":              "phone=01 99 00 12 34",
		"06.39.98.12.34":              "phone=06.39.98.12.34",
		"02-61-91-12-34":              "phone=02-61-91-12-34",
		"07700 900 123":               "phone=07700 900 123",
		"07700 900123":                "phone=07700 900123",
		"020 7946 0958":               "phone=020 7946 0958",
		"090-0000-0143":               "phone=090-0000-0143",
		"(020) 7946 0958":             "phone=(020) 7946 0958",
		"(01632) 960 123":             "phone=(01632) 960 123",
		"(11) 91234-5678":             "phone=(11) 91234-5678",
		"(123) 555-0143":              "phone=(123) 555-0143",
		"( 202 ) 555-0143":            "phone=( 202 ) 555-0143",
		"(202).555.0143":              "phone=(202).555.0143",
		"(202) 555-0143 x12":          "phone=(202) 555-0143 x12",
		"(202) 555-0143x1234":         "phone=(202) 555-0143x1234",
		"202-555-0143 ext. 12":        "phone=202-555-0143 ext. 12",
		"078 123 45 67":               "phone=078 123 45 67",
		"0176 555 014 31":             "phone=0176 555 014 31",
		"010-55550143":                "phone=010-55550143",
		"at 082 555 0143.":            "phone=082 555 0143",
		"+(370) 65550143":             "phone=+(370) 65550143",
		"001-202-555-0143x12":         "phone=001-202-555-0143x12",
		"001-202-555-0143":            "phone=001-202-555-0143",
		"+86 20 12345678-9012":        "phone=+86 20 12345678",
		"Fax: 01 99 00 12 34, 0199":   "phone=01 99 00 12 34",
		"(19 35550143 is cut":         "phone=(19 35550143",
		"555-0143 office":             "phone=555-0143",
		"655 550 143-Fax":             "phone=655 550 143",
		"+12025550143, 1815-12-10":    "phone=+12025550143",
		"+12025550143, dob 02031990":  "phone=+12025550143",
		"+1 202 555 0143 / 5550199":   "phone=+1 202 555 0143",
		"+12025550143 or 02025550199": "phone=+12025550143 | phone=02025550199",
	})
	none(t, "2026-11-24", "24.11.2026 10:11", "01 99 00 12", "0199001234", "012-345-678901", "978-1-23-456789-7", "00-11-22-33-44", "01.99-00.12 34", "07-5550143", "5390 0754 7034 1234", "12345 020 7946 0958",
		"sku-012-345-6789", "/020 7946 0958", "#020 7946 0958", "f(202) 555-01", "(2026) 123456", "(202) 2026-11-24", "0000 0000 0000", "1.234.567,89",
		"655 550 143 visits", "1 234 567 mobile", "12345678 home page", "v02.61.91.12.34", "0.123.456.789", "052 0908", "(12) apples 1234567")
}

// TestAnnouncedPhone has plainer numbers behind a word for a telephone.
func TestAnnouncedPhone(t *testing.T) {
	f := func(before, number, after string) {
		t.Helper()
		if got, want := finds(before+number+after), "phone="+number; got != want {
			t.Errorf("%q: found %q, want %q", before+number+after, got, want)
		}
	}
	f("Telefon: ", "5550143", "")
	f("Meu telefone é ", "21 995550143", ".")
	f("Mi teléfono es ", "655 550 143", "")
	f("Téléphone : ", "199001234", "")
	f("numero di telefono ", "3335550143", "")
	f("Rufnummer ", "030 9876 54321", "")
	f("telefoon ", "655501430", "!")
	f("мой телефон ", "9125550143", "")
	f("我的电话是", "52095501", "。")
	f("携帯は", "09000000143", "です")
	f("전화 ", "0255550143", "")
	f("联系我：", "13800138000", "吗")
	f("店：", "13800138000", " ")
	f("Contact: ", "5550143", "")
	f("Позвоните мне на ", "9125550143", "")
	f("call us toll-free at ", "8005550143", "")
	f("text me at ", "5550143", "")
	f("Reach her on ", "78 555 014", "")
	f("Nobody is answering on ", "25-55-01-43", "")
	f("My Israeli number is ", "09-5550143", "")
	f("WhatsApp ", "004407700900123", "")
	f("(call ", "011-44-7700-900123", ")")
	f("userPhone=x phone 1: ", "5550143", "")
	f("tel 2: ", "5550143", "")
	f("Desk: ", "5550143", "")
	f("Office ", "555 0143", "")
	f("Jane @ ", "2025550143", "")
	f("cep no: ", "5320000123", "")
	none(t, "order number is 5550143", "my invoice no 20250143", "call the user 12345678", "phone order 5550143", "text 12345678", "reach 1234567 users",
		"mobile sessions 1234567", "call at 1732357872", "called on 2026-11-24", "phone: 2026-11-24 10:11", "the number 12 is 1", "telephony 5550143",
		"contact id 5550143", "ORD-5550143", "call ORD-5550143", "phone 1.234.567", "订单号12345678", "订单13800138000", "tracking number 5550143",
		"number of users 5550143", "my number was 20261124", "call 42 5550143%", "phone price $5550143")
}

// TestAnnouncedIdentity has the numbers that only a word before them tells.
func TestAnnouncedIdentity(t *testing.T) {
	check(t, map[string]string{
		"My SSN is 000-45-6788":                 "us_ssn=000-45-6788",
		"ssn: 000-456788":                       "us_ssn=000-456788",
		"social security 00045-6788":            "us_ssn=00045-6788",
		"social security number is 123456788":   "us_ssn=123456788",
		"passport number C01X00T99":             "passport=C01X00T99",
		"passeport 12AB34567":                   "passport=12AB34567",
		"Reisepass: C01234567":                  "passport=C01234567",
		"my passport is 123456789.":             "passport=123456789",
		"护照号码：E12345678":                        "passport=E12345678",
		"driver's license number is D1234567":   "driver_license=D1234567",
		"driver license: 12345678":              "driver_license=12345678",
		"bank account number is 12345678901":    "",
		"bank no. 12345678901":                  "bank_account=12345678901",
		"credit card 9999999999999995":          "credit_card=9999999999999995",
		"Kartennummer: 9999 9999 9999 9995 bis": "credit_card=9999 9999 9999 9995",
	})
	none(t, "license 12345678", "license key D1234567", "passport 2026", "driver 7 at 12345", "social 12345678", "ssn 000-00-0000", "000-45-6788", "000-456788",
		"12345-6789", "9999999999999995", "order 9999 9999 9999 9995", "card 9999999999999994", "passport office tel c1234567x")
}
