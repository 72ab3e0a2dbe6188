package detect

import (
	"strings"
	"testing"
)

func TestChecksum(t *testing.T) {
	f := func(name, value string, want bool) {
		t.Helper()
		check, ok := Checksum(name)
		if !ok {
			t.Fatalf("%s is not known", name)
		}
		if got := check([]byte(value)); got != want {
			t.Errorf("%s of %q is %v", name, value, got)
		}
	}
	f("luhn", "79927398713", true)
	f("luhn", "LC-7992 7398 713", true)
	f("luhn", "79927398710", false)
	f("luhn", "", false)
	f("luhn", "0", false)
	f("luhn", "LC", false)
	f("verhoeff", "2363", true)
	f("verhoeff", "2364", false)
	f("mod97", "079444", true) // 0794 with its check digits 44
	f("mod97", "079445", false)
	f("mod11_10", "07945", true)
	f("mod11_10", "07946", false)
	f("ean", "4006381333931", true)
	f("ean", "4006381333932", false)
	f("ean", strings.Repeat("0", 4096), false)
	for _, name := range ChecksumNames() {
		check, _ := Checksum(name)
		value := []byte("79927398713")
		if n := testing.AllocsPerRun(10, func() { check(value) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	if _, ok := Checksum("crc"); ok {
		t.Error("crc is known")
	}
}
