package queue

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	oneKey   = []byte("a key of sixteen")
	otherKey = []byte("another sixteen!")
)

// sealers are one without and one with a key.
func sealers() map[string]*sealer {
	return map[string]*sealer{"checked": newSealer(nil), "encrypted": newSealer(oneKey)}
}

// sample is messages of all shapes for a destination.
func sample(destination string) []Message {
	at := time.Unix(1700000000, 123456789)
	plain := Message{destination, "web", "segment", "/v1/batch", "a=b&c", []Header{{"Content-Type", "application/json"}, {"X-Empty", ""}}, []byte(`{"batch":[{}]}`), 1, at}
	like := plain
	like.Headers, like.Body, like.Events = []Header{{"Content-Type", "application/json"}}, []byte("other"), 300
	binary := Message{destination, "\x00\xff", "é", strings.Repeat("/p", 5000), "", nil, bytes.Repeat([]byte{0, 1, 255}, 50_000), 1 << 40, at.Add(-100 * 365 * 24 * time.Hour)}
	return []Message{plain, like, {Destination: destination, Body: []byte{}}, binary, plain}
}

func TestPack(t *testing.T) {
	for name, s := range sealers() {
		t.Run(name, func(t *testing.T) {
			for _, destination := range []string{"", "crm", strings.Repeat("x", 300)} {
				want := sample(destination)
				blob := s.pack([]byte("before"), destination, want)
				got, err := s.unpack(blob[len("before"):], destination)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			}
			if got, err := s.unpack(s.pack(nil, "crm", nil), "crm"); err != nil || len(got) != 0 {
				t.Errorf("an empty pack: %v, %v", got, err)
			}
		})
	}
}

// What a caller does with its bytes after pack changes nothing.
func TestPackCopies(t *testing.T) {
	for name, s := range sealers() {
		body := []byte("as it was")
		blob := s.pack(nil, "crm", []Message{{Body: body}})
		copy(body, "scribbled")
		got, err := s.unpack(blob, "crm")
		if err != nil || string(got[0].Body) != "as it was" {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// Messages of a pack do not reach into each other when somebody appends to a body.
func TestBodiesAreApart(t *testing.T) {
	s := newSealer(nil)
	got, err := s.unpack(s.pack(nil, "crm", sample("crm")), "crm")
	if err != nil {
		t.Fatal(err)
	}
	_ = append(got[0].Body, "more and more and more"...)
	if diff := cmp.Diff(sample("crm"), got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// damaged checks that nothing is read from a blob.
func damaged(t *testing.T, s *sealer, blob []byte, destination, what string) {
	t.Helper()
	if got, err := s.unpack(bytes.Clone(blob), destination); !errors.Is(err, ErrDamaged) || got != nil {
		t.Errorf("%s: %d messages, %v", what, len(got), err)
	}
}

func TestDamagedPack(t *testing.T) {
	for name, s := range sealers() {
		t.Run(name, func(t *testing.T) {
			blob := s.pack(nil, "crm", []Message{{Source: "web", Body: []byte("body")}, {Source: "web", Body: []byte("more")}})
			for i := range blob {
				damaged(t, s, blob[:i], "crm", fmt.Sprint("cut at ", i))
				for bit := range 8 {
					flipped := bytes.Clone(blob)
					flipped[i] ^= 1 << bit
					damaged(t, s, flipped, "crm", fmt.Sprint("bit ", bit, " of byte ", i))
				}
			}
			damaged(t, s, append(bytes.Clone(blob), 0), "crm", "longer")
			damaged(t, s, blob, "", "no destination")
			damaged(t, s, blob, "crm2", "another destination")
			damaged(t, s, blob, "CRM", "another destination")
		})
	}
	blob := newSealer(oneKey).pack(nil, "crm", sample("crm"))
	damaged(t, newSealer(otherKey), blob, "crm", "another key")
	damaged(t, newSealer(nil), blob, "crm", "no key")
}

// What was packed before there was a key is read with one.
func TestKeyAfterwards(t *testing.T) {
	got, err := newSealer(oneKey).unpack(newSealer(nil).pack(nil, "crm", sample("crm")), "crm")
	if err != nil || len(got) != len(sample("crm")) {
		t.Errorf("%d messages, %v", len(got), err)
	}
}

func TestEncryptedPack(t *testing.T) {
	s := newSealer(oneKey)
	m := []Message{{Source: "planted-marker", Path: "planted-marker", Query: "planted-marker", Headers: []Header{{"planted-marker", "planted-marker"}}, Body: []byte("planted-marker")}}
	one, two := s.pack(nil, "crm", m), s.pack(nil, "crm", m)
	if bytes.Contains(one, []byte("planted")) {
		t.Error("the pack holds what it should hide")
	}
	if !bytes.Contains(newSealer(nil).pack(nil, "crm", m), []byte("planted")) {
		t.Error("this test would not see it")
	}
	if bytes.Equal(one[2:30], two[2:30]) {
		t.Error("two packs have the same salt and nonce")
	}
}

func FuzzUnpack(f *testing.F) {
	for _, s := range sealers() {
		f.Add(s.pack(nil, "crm", sample("crm")[:2]), []byte("body"))
	}
	all := sealers()
	f.Fuzz(func(t *testing.T, blob, body []byte) {
		// Frames as they would be if somebody made a sum for them.
		if messages, err := readFrames(bytes.Clone(blob), "crm"); err == nil {
			again, err := readFrames(newSealer(nil).pack(nil, "crm", messages)[6:], "crm")
			if diff := cmp.Diff(messages, again); err != nil || diff != "" {
				t.Errorf("%v (-want +got)\n%s", err, diff)
			}
		}
		want := Message{Destination: "crm", Source: string(blob), Path: string(body), Headers: []Header{{string(body), string(blob)}}, Body: body, Events: len(blob)}
		for _, s := range all {
			for _, destination := range []string{"crm", string(body)} {
				_, _ = s.unpack(bytes.Clone(blob), destination)
			}
			got, err := s.unpack(s.pack(nil, "crm", []Message{want, want}), "crm")
			if err != nil || len(got) != 2 || !bytes.Equal(got[1].Body, body) {
				t.Fatalf("%v, %v", got, err)
			}
			if diff := cmp.Diff(want.Headers, got[0].Headers); diff != "" {
				t.Error(diff)
			}
		}
	})
}
