package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/detect"
	"github.com/eventveil/eventveil/internal/scan"
)

// scanned runs a scan and returns what it prints.
func scanned(t *testing.T, stdin string, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, words bytes.Buffer
	code := run(context.Background(), append([]string{"scan"}, args...), strings.NewReader(stdin), &out, &words)
	if code != want {
		t.Errorf("scan %q: exit %d, want %d\n%s", args, code, want, &words)
	}
	return out.String(), words.String()
}

// archive writes files, by their paths, packed as their names say.
func archive(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var packed bytes.Buffer
		var w io.WriteCloser
		switch filepath.Ext(name) {
		case ".gz":
			w = gzip.NewWriter(&packed)
		case ".zst":
			w, _ = zstd.NewWriter(&packed)
		}
		if w == nil {
			packed.WriteString(text)
		} else {
			io.WriteString(w, text)
			w.Close()
		}
		if err := os.WriteFile(path, packed.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// manyEvents is some megabytes, with lines that lie across chunks and some that
// cannot be read.
func manyEvents(n int) string {
	var b strings.Builder
	for i := range n {
		if i%1000 == 999 {
			b.WriteString("{\"broken\"\n\n")
			continue
		}
		fmt.Fprintf(&b, "{\"event\":\"e%d\",\"traits\":{\"email\":\"u%d@example.com\",\"pad\":\"%s\"}}\n", i%3, i, strings.Repeat("-", i%600))
	}
	return b.String()
}

// TestScanInputs: however events come, the inventory is the same.
func TestScanInputs(t *testing.T) {
	text := manyEvents(9000)
	want, words := scanned(t, text, 1, "-format", "json", "-jobs", "1")
	var got struct {
		Events, Bytes, Unreadable int
		Datapoints                []struct{ Count, Events int }
	}
	if err := json.Unmarshal([]byte(want), &got); err != nil {
		t.Fatal(err)
	}
	if got.Events != 8991 || got.Bytes != len(text) || got.Unreadable != 9 || len(got.Datapoints) != 1 || got.Datapoints[0].Count != 8991 {
		t.Errorf("%+v", got)
	}
	for i := range 9 {
		if at := fmt.Sprintf("standard input:%d: not valid JSON", 1000+1001*i); !strings.Contains(words, at) {
			t.Errorf("%q is missing:\n%s", at, words)
		}
	}
	half := strings.LastIndexByte(text[:len(text)/2], '\n') + 1
	root := archive(t, map[string]string{
		"plain/a.ndjson": text, "zip/a.json.gz": text, "zst/a.jsonl.zst": text, "one/a.gz": text[:half], "one/b/c.zst": text[half:],
		"bom/a.log": "\ufeff" + text, "one/picture.png": "\x89PNG", "one/.hidden.json": "{", "one/.git/x.json": "{",
	})
	for _, dir := range []string{"plain", "zip", "zst", "one", "bom"} {
		for _, jobs := range []string{"1", "4"} {
			out, words := scanned(t, "", 1, "-format", "json", "-jobs", jobs, filepath.Join(root, dir))
			if dir == "bom" { // the mark's three bytes are read as well
				out = strings.Replace(out, fmt.Sprint(len(text)+3), fmt.Sprint(len(text)), 1)
			}
			if out != want {
				t.Errorf("%s with -jobs %s: - standard input, + files\n%s", dir, jobs, diff(want, out))
			}
			if dir == "one" && !strings.Contains(words, "2 files not named like events") {
				t.Error("it is not told what was left out: " + words)
			}
		}
	}
}

func TestScanDocuments(t *testing.T) {
	// Documents over many lines, and a batch.
	out, _ := scanned(t, "{\n \"email\": \"ada@example.com\"\n}\n[\n {\"email\": \"bob@example.com\"},\n {}\n]\n", 0, "-format", "csv")
	want := strings.Join(columns, ",") + "\nyellow,email,email,2,0,2,0.6667,both,validated,0.99,aaa@aaaaaaa.aaa,0,,unknown\n"
	if diff := cmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}
	_, words := scanned(t, "{\n\"a\":1\n}\n{\n\"b\":]\n}\n", 1)
	if !strings.Contains(words, "standard input:4: not valid JSON") {
		t.Error(words)
	}
}

func TestScanBroken(t *testing.T) {
	root := archive(t, map[string]string{"a.json.gz": manyEvents(500), "b.json": `{"email":"ada@example.com"}`})
	packed, _ := os.ReadFile(filepath.Join(root, "a.json.gz"))
	os.WriteFile(filepath.Join(root, "a.json.gz"), packed[:len(packed)/2], 0o600)
	os.WriteFile(filepath.Join(root, "c.gz"), []byte("\x1f\x8b\x00"), 0o600)
	out, words := scanned(t, "", 1, "-format", "csv", root)
	// What broke off is told; the others count.
	if !regexp.MustCompile(`a\.json\.gz:\d+: cannot read on: unexpected EOF\n.*c\.gz: cannot unpack`).MatchString(words) {
		t.Error(words)
	}
	if !strings.Contains(out, "email,traits.email,") || !strings.Contains(out, "email,email,1,0,1") {
		t.Error(out)
	}
}

func TestScanTooLong(t *testing.T) {
	in := io.MultiReader(strings.NewReader("{\"email\":\"ada@example.com\"}\n\""), io.LimitReader(endless{}, 2*maxDocument), strings.NewReader("\"\n{\"ip\":\"192.0.2.1\"}"))
	var out, words bytes.Buffer
	code := run(context.Background(), []string{"scan", "-format", "csv"}, in, &out, &words)
	if code != 1 || !strings.Contains(words.String(), "standard input:2: longer than 64 MiB") || strings.Count(out.String(), "\n") != 3 {
		t.Errorf("exit %d\n%s%s", code, &out, &words)
	}
}

// TestScanShowsNoValue plants values wherever an event has room for them and expects
// none in anything that is printed.
func TestScanShowsNoValue(t *testing.T) {
	const canary = "canary.bird@example.com"
	packed := "eyJ1Ijp7ImVtYWlsIjoiY2FuYXJ5LmJpcmRAZXhhbXBsZS5jb20ifX0="
	text := strings.ReplaceAll(strings.Join([]string{
		`{"event":"Mail CANARY","email":"CANARY","CANARY":{"CANARY":"CANARY"},"name":"CANARY","type":"CANARY"}`,
		`{"type":"CANARY","url":"https://x.example.com/CANARY?CANARY=1&to=CANARY#CANARY","j":"{\"CANARY\":{\"email\":\"CANARY\"}}"}`,
		`{"event":{"CANARY":1},"t":["write to CANARY, or CANARY"],"b":"` + packed + `","writeKey":"CANARY"}`,
		`{"ssn":"123-45-6789","card":4111111111111111,"name":"Ada Lovelace","traits":{"firstName":"Ada"}}`,
		`{"broken":"CANARY`,
		`CANARY`,
		`{"batch":[{"event":"CANARY","CANARY":"\u0063anary.bird@example.com"}]}`,
	}, "\n"), "CANARY", canary)
	file := filepath.Join(archive(t, map[string]string{"e.ndjson": text}), "e.ndjson")
	for _, format := range []string{"table", "csv", "json"} {
		out, words := scanned(t, "", 1, "-format", format, file)
		for _, raw := range []string{"canary", "bird", "123-45", "41111", "Ada", "Lovelace", packed[:12]} {
			if strings.Contains(out+words, raw) {
				t.Errorf("%s: %q is printed:\n%s%s", format, raw, out, words)
			}
		}
		if !strings.Contains(out, "aaaaaa.aaaa@aaaaaaa.aaa") {
			t.Errorf("%s: no shape:\n%s", format, out)
		}
	}
}

// TestScanFormulas: no cell is one to a spreadsheet.
func TestScanFormulas(t *testing.T) {
	out, _ := scanned(t, `{"event":"=HYPERLINK(1)","@x":{"email":"ada@example.com"},"phone":"+1 555 555 0100","-a,\"b":{"ip":"192.0.2.1"}}`, 0, "-format", "csv")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	guarded := 0
	for _, row := range rows {
		for _, c := range row {
			if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
				t.Errorf("a formula: %q", c)
			}
			if strings.HasPrefix(c, "'") {
				guarded++
			}
		}
	}
	if guarded < 5 {
		t.Errorf("%d cells are guarded:\n%s", guarded, out)
	}
}

func TestScanInterrupted(t *testing.T) {
	in, feed := io.Pipe()
	defer feed.Close()
	ctx, stop := context.WithCancel(context.Background())
	stop()
	var out, words bytes.Buffer
	if code := run(ctx, []string{"scan"}, in, &out, &words); code != 1 || out.Len() > 0 || !strings.Contains(words.String(), "interrupted") {
		t.Errorf("exit %d\n%s%s", code, &out, &words)
	}
}

func TestProgressLine(t *testing.T) {
	f := func(read, total int64, took time.Duration, want string) {
		t.Helper()
		if got := progressLine(read, total, took); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	f(250e6, -1, time.Second, "250 MB read, 250 MB/s")
	f(0, 500e6, 0, "░░░░░░░░░░░░░░░░░░░░░░░░   0%  0 B of 500 MB  0 B/s")
	f(250e6, 1000e6, 2*time.Second, "██████░░░░░░░░░░░░░░░░░░  25%  250 MB of 1000 MB  125 MB/s  6 s left")
	f(1e9, 64e9, 10*time.Second, "▍░░░░░░░░░░░░░░░░░░░░░░░   2%  1000 MB of 64.0 GB  100 MB/s  10 min 30 s left")
	f(505, 500, time.Second, "████████████████████████ 100%  500 B of 500 B  505 B/s  0 s left")
}

func TestScanTable(t *testing.T) {
	points := []scan.DataPoint{
		{Path: "context.traits.contact.addresses[].street_address", Type: "street_address", Class: catalog.Red, Count: 1234567, Share: 0.9999, Evidence: engine.Evidence{By: engine.ByBoth, Proof: detect.Check},
			Names: []scan.NameCount{{Name: "Checkout Step Completed", Events: 9}, {Name: "b", Events: 1}}, NameCount: 14, Shape: "999 Aaaaaaaaaa Aaaaaaaa, Aaaaaa"},
		{Path: "a", Class: catalog.Green, Share: 0.0001},
	}
	for _, width := range []int{66, 80, 100, 120, 1000} {
		var out bytes.Buffer
		if err := layOut(&out, points, scanColumns[:8], width, false); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("%d columns of %d: %s", n, width, line)
			}
		}
	}
}
