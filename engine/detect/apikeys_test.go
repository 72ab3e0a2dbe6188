package detect

import (
	"strings"
	"testing"

	"github.com/eventveil/eventveil/engine/catalog"
)

// keyBody makes n characters that a rule takes.
func keyBody(set uint8, check keyCheck, n int) string {
	unit := "aB3dE5gH7j"
	switch {
	case check == isID:
		return "00000000-0000-4000-8000-00000000000a"
	case set == setHex:
		unit = "0a1b2c3d4e"
	case check == isUpper:
		unit = "A2C3E5G7"
	}
	return strings.Repeat(unit, n/len(unit)+1)[:n]
}

// TestKeyTable finds a made-up key of every prefix, alone and within a sentence, and
// nothing where the characters behind the prefix are words.
func TestKeyTable(t *testing.T) {
	for _, k := range keyTable {
		for _, prefix := range strings.Fields(k.prefixes) {
			key := prefix + keyBody(k.set, k.check, k.min)
			want := catalog.APIKey
			if k.typ != catalog.None {
				want = k.typ
			}
			for _, text := range []string{key, "the key is " + key + ", keep it"} {
				start := strings.Index(text, key)
				found := Find(nil, []byte(text), Classify([]byte(text)))
				if len(found) != 1 || found[0].Start != start || found[0].End != start+len(key) || found[0].Type != want {
					t.Errorf("%s: %q: found %v", k.vendor, text, finds(text))
				}
			}
			if k.check == isAny || k.min < 12 || strings.Contains(prefix, "eyJ") {
				continue
			}
			none(t, prefix+strings.Repeat("word", k.min)[:k.min])
		}
	}
}

// TestKeyNearMisses has what begins like a key.
func TestKeyNearMisses(t *testing.T) {
	const mix = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5"
	none(t, "AKIA"+mix[:16], "npm_"+mix[:35], "npm_"+mix+"x", "md-2026-11-23-autumn-sale1", "sk-learn-model-2026-11", "as-of-2026-11-23-1011", "pk_2026_report_final_version_3_of_4",
		"key_2026", "api-gateway-7f9c4d6b8-x2v5z", "sdk-android-14.2.0", "pat.smith-2026", "test_2026_11_23_variant_b_control1", "secret-santa-2026-gift-exchange-list-of-2",
		"re_engagement_campaign_2026_q4_v1_emails", "b_variant_2026_q4_checkout_redesign_experiment", "rnd_seed_20261123", "standard_2026_delivery", "EAAA-2026-11-23-report-of-all-sites-1",
		"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "st.patricks-day-2026-sale-in-all-of-our-shops-1234567", "KEY0-2026", "pa-2026-11-23-newsletter-to-all-customers-v1-x", "hooks.example.com/hooks/catch/123456789012")
}

// TestKeysBeside has keys told by what stands before them, and their near misses.
func TestKeysBeside(t *testing.T) {
	hex, mix := strings.Repeat("0a1b2c3d", 8), strings.Repeat("aB3dE5gH7j", 9)
	uuid := "00000000-0000-4000-8000-00000000000a"
	for _, key := range []string{uuid + ":" + hex[:32], uuid + ":fx", hex[:24] + ":" + hex, "1/1234567890123456:" + hex[:32], "2/1234567890123456/1234567890123457:" + hex[:32],
		"123456789012345|" + mix[:27], "access_token$production$a1b2c3d4e5f6g7h8$" + hex[:32], "12345678901:A" + mix[:34],
		hex[:32] + "-" + hex[:8] + "-" + hex[:8], mix[:27] + "_" + mix[:21], mix[:11] + "AAAAAAAAAA" + mix[:43], "00D" + mix[:12] + "!" + mix, "123456789012345678-" + mix[:40],
		"1-" + mix[:64], "MTIzNDU2Nzg5MDEyMzQ1Njc4.aB3dE5." + mix[:27], "acme-glpat-" + mix[:20]} {
		if got := strings.TrimPrefix(finds(key), "api_key="); got != key && !strings.HasPrefix(key, "acme-") || got == "" {
			t.Errorf("%q: found %q", key, finds(key))
		}
	}
	check(t, map[string]string{
		"1//0" + mix[:42]: "auth_token=1//0" + mix[:42],
		"4/0" + mix[:60]:  "auth_token=4/0" + mix[:60],
		"AAAAaB3dE5g:APA91b" + mix[:90] + mix[:44]:                        "auth_token=AAAAaB3dE5g:APA91b" + mix[:90] + mix[:44],
		"https://hooks.zapier.com/hooks/catch/1234567/o1a2b3c4d5e6f/":     "api_key=1234567/o1a2b3c4d5e6f/",
		"https://discord.com/api/webhooks/123456789012345678/" + mix[:68]: "api_key=123456789012345678/" + mix[:68],
		"1000." + hex[:32] + "." + hex[:32]:                               "auth_token=1000." + hex[:32] + "." + hex[:32],
		strings.Repeat("aB3+", 19) + "+AStaB3dE5==":                       "api_key=" + strings.Repeat("aB3+", 19) + "+AStaB3dE5==",
		"elastic:Made-up$1": "url_credentials=elastic:Made-up$1",
		"Admin:no!secret9":  "url_credentials=Admin:no!secret9",
	})
	none(t, uuid+":"+hex[:31], uuid+":fxy", uuid, hex[:23]+":"+hex, "3/4/1234567890:"+hex[:30], "12345|"+mix[:27], "1-"+mix[:63], "123456789012345678-"+hex[:40],
		"coupon:Summer2026!now", "product:Blue#12shirt", "user:john.smith-1981", "admin:dashboard-2026", "user: Passw0rd$1", "test:a#1", "api:v2/items#1",
		"MTIzNDU2Nzg5MDEyMzQ1Njc4.report2026", strings.Repeat("aB3+", 19)+"+BSTaB3dE5==")
}
