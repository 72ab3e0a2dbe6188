package rules

import (
	"fmt"
	"strings"
	"testing"
)

func TestParsePasswordHash(t *testing.T) {
	f := func(in string, want error) {
		t.Helper()
		h, err := ParsePasswordHash(in)
		if fmt.Sprint(err) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", in, err, want)
		}
		if err == nil && h.PHC() != in {
			t.Errorf("%s is written as %s", in, h.PHC())
		}
	}
	const salt, sum = "MDEyMzQ1Njc4OWFiY2RlZg", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"
	with := func(cost string) string { return "$argon2id$v=19$" + cost + "$" + salt + "$" + sum }
	f(with("m=65536,t=3,p=2"), nil)
	f(with("m=1048576,t=20,p=16"), nil)
	f(with("m=8,t=1,p=1"), nil)
	f("", errHashFormat)
	f("hunter2", errHashFormat)
	f("$2b$12$"+salt+sum, errHashFormat)
	f(strings.Replace(with("m=65536,t=3,p=2"), "argon2id", "argon2i", 1), errHashFormat)
	f(strings.Replace(with("m=65536,t=3,p=2"), "19", "16", 1), errHashFormat)
	f(with("m=65536,t=3"), errHashFormat)
	f(with("t=3,m=65536,p=2"), errHashFormat)
	f(with("m=065536,t=3,p=2"), errHashFormat)
	f(with("m=+65536,t=3,p=2"), errHashFormat)
	f(with("m=99999999999,t=3,p=2"), errHashFormat)
	f(with("m=1048577,t=3,p=2"), fmt.Errorf("the memory m, in KiB, must be from 1 to 1048576"))
	f(with("m=65536,t=21,p=2"), fmt.Errorf("the passes t must be from 1 to 20"))
	f(with("m=65536,t=0,p=2"), fmt.Errorf("the passes t must be from 1 to 20"))
	f(with("m=65536,t=3,p=17"), fmt.Errorf("the parallelism p must be from 1 to 16"))
	f(with("m=15,t=3,p=2"), fmt.Errorf("the memory m, in KiB, must be at least 8 times the parallelism p"))
	f("$argon2id$v=19$m=65536,t=3,p=2$c2hvcnQ$"+sum, errHashSalt)
	f("$argon2id$v=19$m=65536,t=3,p=2$"+salt+"==$"+sum, errHashSalt)
	f("$argon2id$v=19$m=65536,t=3,p=2$"+salt[:10]+"\n"+salt[10:]+"$"+sum, errHashSalt)
	f("$argon2id$v=19$m=65536,t=3,p=2$"+salt+"$c2hvcnQ", errHashSum)
	f("$argon2id$v=19$m=65536,t=3,p=2$"+salt+"$"+strings.Repeat("MDEy", 22), errHashSum)
	f(with("m=65536,t=3,p=2")+"$", errHashFormat)
}

func TestPasswordHashIsHidden(t *testing.T) {
	h, err := ParsePasswordHash(goodHash)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%v %+v %#v %s", h, h, h, h); strings.Trim(got, " ") != strings.TrimSpace(strings.Repeat(hidden+" ", 4)) {
		t.Errorf("a hash is printed as %s", got)
	}
}

// FuzzParsePasswordHash holds that what is read is within bounds, and is written as it
// was read: there is one way to write a hash.
func FuzzParsePasswordHash(f *testing.F) {
	f.Add(goodHash)
	f.Add(weakHash)
	f.Add("$argon2id$v=19$m=8,t=1,p=1$$")
	f.Add("$argon2id$v=19$m=4294967296,t=-1,p=+1$MDEy=$\n")
	f.Fuzz(func(t *testing.T, in string) {
		h, err := ParsePasswordHash(in)
		if err != nil {
			return
		}
		if h.PHC() != in {
			t.Errorf("%q is written as %q", in, h.PHC())
		}
		if h.Memory < 8*uint32(h.Parallelism) || h.Memory > maxHashMemory || h.Passes < 1 || h.Passes > maxPasses ||
			h.Parallelism < 1 || h.Parallelism > maxParallel || len(h.Salt) < minSalt || len(h.Sum) < minSum || len(h.Sum) > maxSum {
			t.Errorf("%q is out of bounds", in)
		}
	})
}
