package detect

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
)

// finds calls Find and writes what it finds as "type=text", in order.
func finds(text string) string {
	var out []string
	for _, s := range Find(nil, []byte(text), Classify([]byte(text))) {
		out = append(out, s.Type.String()+"="+text[s.Start:s.End])
	}
	return strings.Join(out, " | ")
}

// check compares the finds of each text.
func check(t *testing.T, cases map[string]string) {
	t.Helper()
	for text, want := range cases {
		if got := finds(text); got != want {
			t.Errorf("%q: found %q, want %q", text, got, want)
		}
	}
}

// none checks that texts hold nothing.
func none(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if got := finds(text); got != "" {
			t.Errorf("%q: found %q, want nothing", text, got)
		}
	}
}

func TestFindNothing(t *testing.T) {
	none(t, ordinary[:]...)
	none(t, "", "a", "7", "@", ":", "-1", "1.5", "€ 1.299,00", "$1,299.00", "1732357872123", "1732357872", "20261123", "2026-11-23",
		"2026-11-23 10:11:12", "2026-11-23T10:11:12+01:00", "2026-11-23T10:11:12.123456789-0700", "10:11:12", "Mon, 23 Nov 2026 10:11:12 GMT",
		"1.2.3", "v1.2.3-beta.4", "2.0.0.1-rc1", "version 10.0.19045.1", "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "GA1.2.1234567890.1612345678", "1234567890.1612345678",
		"order 100045678", "ORD-2026-000123", "#51480b", "978-4-87311-368-5", "sku-123-45-678", "1920x1080", "en-US", "50% off 2 items",
		"Room 12, floor 3", "/products/12345/reviews?page=2", "http://127.example.com:8080/a", "color: #ffffff", "a:b:c", "std::vector",
		"12:30:45:10", "Chrome/124.0.0.0", "iOS 17.4.1", "Build/TQ3A.230805.001", "{\"a\":1,\"b\":[2,3]}", "0.4111111111111111", "x 4111111111111111222333")
}

func TestFindInOrderAndDisjoint(t *testing.T) {
	check(t, map[string]string{
		"jane@example.com, 192.0.2.1 and 202-555-0143":                "email=jane@example.com | ip_address=192.0.2.1 | phone=202-555-0143",
		"202-555-0143 is john@example.org":                            "phone=202-555-0143 | email=john@example.org",
		"https://joe:secret@example.com/?email=ann@example.com":       "url_credentials=joe:secret | email=ann@example.com",
		"card 4111 1111 1111 1111 exp 12/27, ssn 123-45-6788":         "credit_card=4111 1111 1111 1111 | us_ssn=123-45-6788",
		"from 198.51.100.7:8080 to [2001:db8::5]:443 (jane@test.com)": "ip_address=198.51.100.7 | ip_address=2001:db8::5 | email=jane@test.com",
	})
}

func TestFolded(t *testing.T) {
	check(t, map[string]string{
		"jane＠example．com":                         "email=jane＠example．com",
		"４１１１ １１１１ １１１１ １１１１":                      "credit_card=４１１１ １１１１ １１１１ １１１１",
		"4111\u20111111\u20111111\u20111111":       "credit_card=4111\u20111111\u20111111\u20111111",
		"4111\u00a01111\u00a01111\u00a01111 ünïcö": "credit_card=4111\u00a01111\u00a01111\u00a01111",
		"ja\u200bne@exam\u00adple.com":             "email=ja\u200bne@exam\u00adple.com",
		"café 12\x003-4\x015-6788":                 "us_ssn=12\x003-4\x015-6788",
		"naïve – résumé … 12€":                     "",
		"١٩٢.٠.٢.١٧":                               "ip_address=١٩٢.٠.٢.١٧",
	})
	long := strings.Repeat("é – ", 700) + "jane＠example.com" + strings.Repeat(" ü", 10)
	check(t, map[string]string{long: "email=jane＠example.com"})
}

func TestFindAllocations(t *testing.T) {
	dst := make([]Span, 0, 16)
	for _, s := range append(ordinary[:], "jane@example.com", "4111-1111-1111-1111 and 192.0.2.1 and +1 202 555 0143", "jane＠example.com",
		"GB29 NWBK 6016 1331 9268 19", "AKIAIOSFODNN7EXAMPLE", "52.5200,13.4050", "2001:db8::1", "a – b 1") {
		text := []byte(s)
		b := Classify(text)
		if n := testing.AllocsPerRun(50, func() { Find(dst, text, b) }); n != 0 {
			t.Errorf("%q allocates %v times", s, n)
		}
	}
}

// TestFindIsLinear gives hostile texts of two sizes: a byte of the long one must
// cost about as much as a byte of the short one.
func TestFindIsLinear(t *testing.T) {
	const short, long = 1 << 13, 1 << 18
	dst := make([]Span, 0, long)
	perByte := func(piece string, size int) float64 {
		text := bytes.Repeat([]byte(piece), size/len(piece))
		b := Classify(text)
		best := time.Hour
		for range 3 {
			start := time.Now()
			Find(dst, text, b)
			best = min(best, time.Since(start))
		}
		return float64(best.Nanoseconds()) / float64(size)
	}
	for _, piece := range []string{"@", "1", ":", "a@", "1.", "1-", "1 ", "a1", "a:", "+1", "://", "://@", ".@a", "é@", "-a1", "eyJ1.", "SG.1", "eyJaaaaaaa1.", "0:", "((", "1.1.",
		"www.", "\"@", "\\\"@", "1a-", "=;", "-----BEGIN ", "basic 1", "\"", ".", " ", "ey", "ey1.", "call 1234567 ", "1234567 ", "phone ", "01 99 ", "(1) ", "1 at a.a ",
		"[at]", "a [at] b [dot] ", "a-bb-", "AA-", "aa-bb-cc-", "1 a-b ", "tel1 ", "电话1234567", "12.", "1.2.3.4.", "4111 ", "01.", "1Q~", "8Q~a", "+1 ", "+(1", "@ 1",
		":APA91b1", "00D123456789012!a", "1//0a1", "/hooks/1/", "1:a1", "sha256~", "AKIA1", "a_ghp_1", "MTIzNDU2Nzg5MDEyMzQ1Njc4.a1b2c3.", "1|a1", "\\\"", "{\"1"} {
		// A text 32 times as long costs 32 times as much a byte when the work is
		// quadratic; the slack is for the machine.
		if a, b := perByte(piece, short), perByte(piece, long); b > 6*a+20 {
			t.Errorf("%q repeated costs %.0f ns a byte in %d bytes and %.0f in %d", piece, a, short, b, long)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range ordinary {
		f.Add(s)
	}
	for _, s := range []string{"jane@example.com", "4111 1111 1111 1111", "jane＠example．com +1 202-555-0143", "GB29 NWBK 6016 1331 9268 19",
		"https://a:b@example.com", "2001:db8::1 00:00:5e:00:53:01", "52.5200,13.4050", "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----",
		"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.", "1-202-555-0143 ssn 123456788", "Bearer abcdef0123456789", "\"a b\"@example.com", "１２３-45-6788"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := []byte(s)
		end := 0
		for _, span := range Find(nil, text, Classify(text)) {
			if span.Start < end || span.End <= span.Start || span.End > len(text) || span.Type == catalog.None {
				t.Fatalf("%q: bad span %+v after %d", s, span, end)
			}
			end = span.End
			if utf8.ValidString(s) && (!utf8.RuneStart(text[span.Start]) || span.End < len(text) && !utf8.RuneStart(text[span.End])) {
				t.Fatalf("%q: span %+v cuts a character", s, span)
			}
		}
	})
}
