package names

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine/catalog"
)

func TestMatch(t *testing.T) {
	m := New([]Entry{{Key: "loyalty card", Type: 900}})
	check := func(path, want string, how How) {
		t.Helper()
		words := strings.Split(path, ".")
		v := m.Match(words[:len(words)-1], words[len(words)-1])
		got := "-"
		switch {
		case v.Reserved:
			got = "reserved"
		case v.Type == 900:
			got = "custom"
		case v.Type != catalog.None:
			got = v.Type.String()
		}
		if got != want || v.How != how {
			t.Errorf("%s: got %s (%d), want %s (%d)", path, got, v.How, want, how)
		}
	}
	// However a name is spelled.
	for _, name := range []string{"email", "Email", "EMAIL", "ｅｍａｉｌ", "e\u200bmail"} {
		check("traits."+name, "email", Exact)
	}
	for _, name := range []string{"e-mail", "eMail", "email_address", "EmailAddress", "user_email", "billingEmail", "contact email", "emails", "email2", "orderConfirmationEmail"} {
		if v := m.Match([]string{"traits"}, name); v.Type != catalog.Email {
			t.Errorf("%s is no e-mail: %v", name, v)
		}
	}
	check("properties.ſſn", "us_ssn", Synonym)
	check("properties.to\u212Aen", "auth_token", Synonym)
	check("traits.phoneNumber", "phone", Synonym)
	check("traits.dob", "date_of_birth", Synonym)
	check("traits.firstName", "first_name", Exact)
	check("traits.vorname", "first_name", Synonym)
	check("traits.straße", "street_address", Synonym)
	check("traits.メールアドレス", "email", Synonym)
	check("properties.ip adrs", "ip_address", Synonym)
	check("properties.loyaltyCard", "custom", Exact)
	// Abbreviations, slips, details of sensitive facts, other scripts.
	check("traits.PAT_LST_NM", "last_name", Synonym)
	check("traits.mthr_mdn_nm", "security_answer", Synonym)
	check("traits.emialAdress", "email", Synonym)
	check("traits.usr_pswrd", "password", Fuzzy)
	check("properties.conviction_date", "criminal", Synonym)
	check("properties.avg_heart_rate_bpm", "vital_signs", Synonym)
	check("properties.userData.em", "email", Exact)
	check("traits.ημερομηνία_γέννησης", "date_of_birth", Synonym)
	check("traits.मोबाइल_नंबर", "phone", Synonym)
	check("traits.születési_dátum", "date_of_birth", Synonym)
	// Parents say whose name it is.
	check("traits.name", "person_name", Exact)
	check("properties.customer.name", "person_name", Synonym)
	check("properties.product.name", "commerce", Synonym)
	check("properties.products.name", "-", Unmatched)
	check("traits.address.line1", "street_address", Synonym)
	check("properties.product.weight", "-", Unmatched)
	// The protocols' own.
	check("writeKey", "reserved", Unmatched)
	check("messageId", "reserved", Unmatched)
	check("userId", "user_id", Exact)
	check("anonymousId", "anonymous_id", Exact)
	check("context.ip", "ip_address", Synonym)
	check("context.userAgent", "user_agent", Exact)
	check("context.device.advertisingId", "ad_id", Exact)
	check("context.library.name", "event_meta", Exact)
	check("event", "event_meta", Exact)
	// Near misses.
	for _, path := range []string{"properties.email_verified", "properties.has_phone", "properties.trace", "properties.air_condition", "properties.ip_count",
		"properties.submit", "properties.subset", "properties.make", "properties.export", "properties.sessions", "properties.stage", "properties.norm",
		"properties.chk_show_password", "properties.email_template_name", "properties.anonymize_ip", "properties.cell_padding", "properties.num_emails",
		"properties.third_party", "properties.block", "properties.password_reset_count",
		"properties.position", "properties.is_password_set", "properties.plan_code", "properties.description", ""} {
		check(path, "-", Unmatched)
	}
}

func FuzzMatch(f *testing.F) {
	m := New(nil)
	f.Add("a.b", "emailAddress")
	f.Add("", "\xff\u200b①")
	f.Fuzz(func(t *testing.T, parents, key string) {
		around := strings.Split(parents, ".")
		if a, b := m.Match(around, key), m.Match(around, key); a != b {
			t.Errorf("%q: %v, then %v", key, a, b)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	m := New(nil)
	for b.Loop() {
		m.Match([]string{"context", "traits"}, "billingEmailAddress")
	}
}

// BenchmarkMatchUnknown matches names that nobody has seen, as a flood of invented ones does.
func BenchmarkMatchUnknown(b *testing.B) {
	m := New(nil)
	r := rand.New(rand.NewPCG(1, 2))
	keys := make([]string, 4096)
	for i := range keys {
		key := make([]byte, 18)
		for j := range key {
			key[j] = "abcdefghijklmnopqrstuvwxyz_"[r.IntN(27)]
		}
		keys[i] = string(key)
	}
	for i := 0; b.Loop(); i++ {
		m.Match([]string{"properties"}, keys[i%len(keys)])
	}
}
