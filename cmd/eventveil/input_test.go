package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// documents lists what is read from an input: index, line and text.
func documents(t *testing.T, in io.Reader) (got []string) {
	t.Helper()
	err := eachDocument(nil, in, func(d *document, err error) error {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%d@%d %s", d.index, d.line, d.bytes))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestDocuments(t *testing.T) {
	f := func(in string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, documents(t, strings.NewReader(in))); diff != "" {
			t.Errorf("%q: (-want +got)\n%s", in, diff)
		}
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		io.WriteString(w, in)
		w.Close()
		if diff := cmp.Diff(want, documents(t, &packed)); diff != "" {
			t.Errorf("%q packed: (-want +got)\n%s", in, diff)
		}
	}
	f("")
	f(" \n\n")
	f(`{"a":1}`, `0@1 {"a":1}`)
	f("{\"a\":1}\n\n  {\"b\":2} \r\n", `0@1 {"a":1}`, `1@3 {"b":2}`)
	f("\ufeff{\"a\":1}\n{\"b\":2}", `0@1 {"a":1}`, `1@2 {"b":2}`)
	f("{\n  \"a\": \"}\"\n}\n{\n\"b\":2}\n", "0@1 {\n  \"a\": \"}\"\n}", "1@4 {\n\"b\":2}")
	f("[\n{\"a\":1}\n]\n", "0@1 [\n{\"a\":1}\n]")
	f("[{\"a\":1},\n{\"b\":\"]\\\"\"}]", "0@1 [{\"a\":1},\n{\"b\":\"]\\\"\"}]")
	// A broken first line does not take the others with it.
	f("{\"a\":\n{\"b\":2}\n{\"c\":", `0@1 {"a":`, `1@2 {"b":2}`, `2@3 {"c":`)
	f("{\"a\":\n1", "0@1 {\"a\":\n1")
	f("nonsense\nmore\n{\"a\":1}", `0@1 nonsense`, `1@2 more`, `2@3 {"a":1}`)
}

// TestDocumentsAtOnce pipes one line in and expects it before the next comes.
func TestDocumentsAtOnce(t *testing.T) {
	in, feed := io.Pipe()
	seen := make(chan string)
	go eachDocument(nil, in, func(d *document, _ error) error {
		seen <- string(d.bytes)
		return nil
	})
	for _, line := range []string{`{"a":1}`, `{"a":2}`} {
		fmt.Fprintln(feed, line)
		if got := <-seen; got != line {
			t.Errorf("got %s, want %s", got, line)
		}
	}
	feed.Close()
}

func TestLines(t *testing.T) {
	var got []string
	eachLine(nil, strings.NewReader("a\n\nb"), func(d *document, _ error) error {
		got = append(got, fmt.Sprintf("%d@%d %s", d.index, d.line, d.bytes))
		return nil
	})
	if diff := cmp.Diff([]string{"0@1 a", "1@2 ", "2@3 b"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTooLong(t *testing.T) {
	in := io.MultiReader(strings.NewReader("{\"a\":1}\n\""), io.LimitReader(endless{}, maxDocument), strings.NewReader("\"\n{\"b\":2}"))
	var got []string
	err := eachDocument(nil, in, func(d *document, err error) error {
		got = append(got, fmt.Sprintf("%d %s %v", d.index, d.bytes, err))
		return nil
	})
	want := []string{`0 {"a":1} <nil>`, "1  " + errTooLong.Error(), `2 {"b":2} <nil>`}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func FuzzDocuments(f *testing.F) {
	f.Add([]byte("{\"a\":1}\n{\"b\":2}\n"))
	f.Add([]byte("{\n\"a\":\"}\\\"\"\n}\n[1,\n2]"))
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, in []byte) {
		if bytes.HasPrefix(in, []byte("\x1f\x8b")) {
			return
		}
		// Nothing but white space and byte order marks is lost, and order is kept.
		var got []byte
		err := eachDocument(nil, bytes.NewReader(in), func(d *document, err error) error {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, d.bytes...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		solid := func(b []byte) string {
			dark := strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "").Replace(string(b))
			return strings.ReplaceAll(dark, "\ufeff", "") // after, as lines put together may make one
		}
		if solid(got) != solid(in) {
			t.Fatalf("read %q of %q", got, in)
		}
	})
}
