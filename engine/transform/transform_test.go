package transform

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

var (
	key1 = &rules.Key{ID: "k1", Secret: rules.Secret("0123456789abcdef0123456789abcdef")}
	key2 = &rules.Key{ID: "k2", Secret: rules.Secret("fedcba9876543210fedcba9876543210")}
)

func TestHash(t *testing.T) {
	tr := New()
	a := &rules.Action{Kind: rules.Hash, Key: key1}
	f := func(typ catalog.ID, same ...string) {
		t.Helper()
		first := string(tr.Append(nil, a, typ, []byte(same[0])))
		if !strings.HasPrefix(first, "h1:k1:") || len(first) != len("h1:k1:")+32 {
			t.Fatalf("%s: token %q has the wrong form", typ, first)
		}
		for _, s := range same[1:] {
			if got := string(tr.Append(nil, a, typ, []byte(s))); got != first {
				t.Errorf("%s: %q and %q have different hashes", typ, same[0], s)
			}
		}
	}
	f(catalog.Email, "Jane.Doe@Example.com", " jane.doe@example.com\n", "JANE.DOE@EXAMPLE.COM")
	f(catalog.Email, "JÖRG@example.com", "jörg@example.com")
	f(catalog.Phone, "+1 (202) 555-0143", "+12025550143", "0012025550143", "+1-202-555-0143 ext. 12")
	f(catalog.Phone, "5550143", "555-0143")
	f(catalog.IPAddress, "2001:db8:0:0::1", "2001:DB8::1", "[2001:db8::1]")
	f(catalog.IPAddress, "::ffff:192.0.2.1", "192.0.2.1")
	f(catalog.CreditCard, "4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111")
	f(catalog.IBAN, "gb29 nwbk 6016 1331 9268 19", "GB29NWBK60161331926819")
	f(catalog.MAC, "00-00-5E-00-53-01", "00:00:5e:00:53:01", "0000.5e00.5301", "00005E005301")
	f(catalog.UUID, "123E4567-E89B-12D3-A456-426614174000", "123e4567-e89b-12d3-a456-426614174000")
	f(catalog.UserID, " u-17", "u-17")

	b := &rules.Action{Kind: rules.Hash, Key: key2}
	one, two := tr.Append(nil, a, catalog.UserID, []byte("x")), tr.Append(nil, b, catalog.UserID, []byte("x"))
	if bytes.Equal(one[6:], two[6:]) {
		t.Error("two keys give the same hash")
	}
	if got := string(tr.Append(nil, &rules.Action{Kind: rules.Hash}, catalog.Email, []byte("jane@example.com"))); got != "[email]" {
		t.Errorf("hash without a key: %q, want a redaction", got)
	}
	plain := &rules.Action{Kind: rules.Hash, Plain: true}
	want := "86e0b9e56c17cc4d12387e1949b85053fbe73bc3ce5a1188713a9d300cc6133d" // printf jane.doe@example.com | sha256sum
	if got := string(tr.Append(nil, plain, catalog.Email, []byte(" Jane.Doe@Example.com"))); got != want {
		t.Errorf("plain hash: %q, want %q", got, want)
	}
}

func TestReduce(t *testing.T) {
	tr := New()
	f := func(a rules.Action, typ catalog.ID, value, want string) {
		t.Helper()
		if got := string(tr.Append(nil, &a, typ, []byte(value))); got != want {
			t.Errorf("action %d of %s on %q: %q, want %q", a.Kind, typ, value, got, want)
		}
	}
	mask := func(first, last int) rules.Action {
		return rules.Action{Kind: rules.Mask, KeepFirst: first, KeepLast: last}
	}
	f(mask(0, 0), catalog.Email, "jane@example.com", "****@*******.***")
	f(mask(0, 4), catalog.CreditCard, "4111-1111-1111-1234", "****-****-****-1234")
	f(mask(2, 9), catalog.UserID, "abcd", "**cd")
	f(mask(9, 0), catalog.UserID, "abcd", "ab**")
	f(mask(1, 1), catalog.UserID, "abc", "**c")
	f(mask(1, 0), catalog.FirstName, "Zoë Ångström", "Z** ********")
	f(mask(0, 3), catalog.None, "\xff\xfea", "**a")
	f(mask(-5, 0), catalog.None, "", "")

	f(rules.Action{Kind: rules.Redact}, catalog.USSSN, "123-45-6789", "[us_ssn]")
	f(rules.Action{Kind: rules.Redact}, catalog.None, "x", "[redacted]")
	f(rules.Action{Kind: rules.Redact}, 60000, "x", "[redacted]")

	ip := rules.Action{Kind: rules.Truncate, IPv4Bits: 24, IPv6Bits: 48}
	f(ip, catalog.IPAddress, "192.0.2.77", "192.0.2.0")
	f(ip, catalog.IPAddress, "::ffff:192.0.2.77", "192.0.2.0")
	f(ip, catalog.IPAddress, "2001:db8:1:2:3::4", "2001:db8:1::")
	f(ip, catalog.IPAddress, "fe80::1%eth0", "fe80::")
	f(ip, catalog.IPAddress, "not one", "[ip_address]")
	f(ip, catalog.IPAddress, "192.0.2.300", "[ip_address]")
	f(rules.Action{Kind: rules.Truncate, Length: 2}, catalog.City, "Ålesund", "Ål")
	f(rules.Action{Kind: rules.Truncate, Length: 99}, catalog.City, "Rome", "Rome")
	f(rules.Action{Kind: rules.Truncate}, catalog.City, "Rome", "[city]")
}

func TestGeneralize(t *testing.T) {
	tr := New()
	a := &rules.Action{Kind: rules.Generalize}
	f := func(typ catalog.ID, value, want string) {
		t.Helper()
		if got := string(tr.Append(nil, a, typ, []byte(value))); got != want {
			t.Errorf("%s %q: %q, want %q", typ, value, got, want)
		}
	}
	f(catalog.DateOfBirth, "1990-02-28", "1990")
	f(catalog.DateOfBirth, "28.02.1990", "1990")
	f(catalog.DateOfBirth, "19900228", "1990")
	f(catalog.DateOfBirth, "28.02.90", "[date_of_birth]")
	f(catalog.Latitude, "52.5200", "52.5")
	f(catalog.Longitude, "-0.1276", "-0.1")
	f(catalog.Longitude, "13", "13")
	f(catalog.Latitude, "52°31'", "[latitude]")
	f(catalog.LatLong, "52.5200, 13.4050", "52.5,13.4")
	f(catalog.PostalCode, "10115", "101**")
	f(catalog.PostalCode, "SW1A 1AA", "SW1* ***")
	f(catalog.PostalCode, "101", "1**")
	f(catalog.Age, "34", "30-39")
	f(catalog.Age, "old", "[age]")
	f(catalog.IPAddress, "198.51.100.7", "198.51.100.0")
	f(catalog.IPAddress, "2001:db8:a:b::1", "2001:db8:a::")
	f(catalog.Email, "jane@example.com", "*@example.com")
	f(catalog.Email, "jane", "[email]")
	f(catalog.Phone, "+1 202 555 0143", "+1***")
	f(catalog.Phone, "0049 30 5550143", "+49***")
	f(catalog.Phone, "+353 1 555 0143", "+353***")
	f(catalog.Phone, "030 5550143", "[phone]")
	f(catalog.UserAgent, "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36", "Chrome/124")
	f(catalog.UserAgent, "something", "[user_agent]")
	f(catalog.LastName, "Doe", "[last_name]")
}

func TestEncrypt(t *testing.T) {
	tr := New()
	a := &rules.Action{Kind: rules.Encrypt, Key: key1}
	for _, value := range []string{"", "a", "jane@example.com", strings.Repeat("ü", 3000)} {
		token := string(tr.Append(nil, a, catalog.Email, []byte(value)))
		if !strings.HasPrefix(token, "e1:k1:") {
			t.Fatalf("token of %d bytes has no prefix", len(value))
		}
		if again := string(New().Append(nil, a, catalog.Email, []byte(value))); again != token {
			t.Errorf("two encryptions of %d bytes differ", len(value))
		}
		got, err := Decrypt(key1, token)
		if err != nil || string(got) != value {
			t.Errorf("cannot decrypt the token of %d bytes: %v", len(value), err)
		}
		if _, err := Decrypt(key2, token); err == nil {
			t.Error("another key decrypts")
		}
		other := *key2
		other.ID = key1.ID
		if _, err := Decrypt(&other, token); err == nil {
			t.Error("another secret under the same id decrypts")
		}
		flipped := []byte(token)
		flipped[len(flipped)-3] ^= 1
		if _, err := Decrypt(key1, string(flipped)); err == nil {
			t.Error("a changed token decrypts")
		}
	}
	for _, token := range []string{"", "e1:k1:", "e1:k1:AAAA", "h1:k1:00", "e1:k1:!!!!"} {
		if _, err := Decrypt(key1, token); err == nil {
			t.Errorf("%q decrypts", token)
		}
	}
	if got := string(tr.Append(nil, &rules.Action{Kind: rules.Encrypt}, catalog.Email, []byte("jane@example.com"))); got != "[email]" {
		t.Errorf("encryption without a key: %q", got)
	}
}

func TestAppendPanicsWithoutReplacement(t *testing.T) {
	for _, k := range []rules.ActionKind{rules.Allow, rules.Block, rules.Drop} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("kind %d: no panic", k)
				}
			}()
			New().Append(nil, &rules.Action{Kind: k}, catalog.None, nil)
		}()
	}
}

func TestAllocations(t *testing.T) {
	tr := New()
	dst := make([]byte, 0, 256)
	for name, c := range map[string]struct {
		a     rules.Action
		typ   catalog.ID
		value string
	}{
		"hash":     {rules.Action{Kind: rules.Hash, Key: key1}, catalog.Email, "Jane.Doe@example.com"},
		"hash ip":  {rules.Action{Kind: rules.Hash, Key: key1}, catalog.IPAddress, "2001:db8::1"},
		"plain":    {rules.Action{Kind: rules.Hash, Plain: true}, catalog.Phone, "+1 202 555 0143"},
		"mask":     {rules.Action{Kind: rules.Mask, KeepLast: 4}, catalog.CreditCard, "4111 1111 1111 1111"},
		"redact":   {rules.Action{Kind: rules.Redact}, catalog.Email, "jane@example.com"},
		"truncate": {rules.Action{Kind: rules.Truncate, IPv4Bits: 24}, catalog.IPAddress, "192.0.2.77"},
		"cut":      {rules.Action{Kind: rules.Truncate, Length: 3}, catalog.City, "Ålesund"},
	} {
		value := []byte(c.value)
		if n := testing.AllocsPerRun(100, func() { tr.Append(dst, &c.a, c.typ, value) }); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

func FuzzAppend(f *testing.F) {
	f.Add(uint16(catalog.Email), []byte("jane@example.com"))
	f.Add(uint16(catalog.IPAddress), []byte("fe80::1%a"))
	f.Add(uint16(catalog.Phone), []byte("+1 (202) 555-0143 x7"))
	f.Add(uint16(catalog.PostalCode), []byte("\xff\xfe"))
	f.Fuzz(func(t *testing.T, id uint16, value []byte) {
		tr, typ := New(), catalog.ID(id)
		for k := rules.Hash; k <= rules.Encrypt; k++ {
			a := &rules.Action{Kind: k, Key: key1, KeepFirst: 2, KeepLast: 3, IPv4Bits: 24, IPv6Bits: 48, Length: 4}
			out := tr.Append([]byte("before"), a, typ, value)
			if !bytes.HasPrefix(out, []byte("before")) || !bytes.Equal(out, New().Append([]byte("before"), a, typ, value)) {
				t.Fatalf("kind %d is not a function", k)
			}
			out = out[len("before"):]
			if utf8.Valid(value) && !utf8.Valid(out) {
				t.Fatalf("kind %d makes invalid UTF-8", k)
			}
			if hides := k == rules.Hash || k == rules.Redact || k == rules.Encrypt; hides && len(value) > 12 && bytes.Contains(out, value) {
				t.Fatalf("kind %d shows the value", k)
			}
			if k == rules.Encrypt {
				if got, err := Decrypt(key1, string(out)); err != nil || !bytes.Equal(got, value) {
					t.Fatalf("cannot decrypt: %v", err)
				}
			}
		}
	})
}

func BenchmarkHash(b *testing.B) {
	tr := New()
	a := &rules.Action{Kind: rules.Hash, Key: key1}
	value, dst := []byte("Jane.Doe@example.com"), make([]byte, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		tr.Append(dst, a, catalog.Email, value)
	}
}
