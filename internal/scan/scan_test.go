package scan

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/rules"
)

var format = &engine.Format{Batch: "batch", RootArray: true, EventName: []string{"event", "name"}, WriteKey: "writeKey"}

func policy(t testing.TB) *rules.Policy {
	t.Helper()
	p, err := rules.Default("http://127.0.0.1:9000")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// take scans texts, each a chunk of lines.
func take(t testing.TB, p *rules.Policy, jobs int, texts ...string) *Snapshot {
	t.Helper()
	s := New(Options{Policy: p, Format: format, Source: -1, Jobs: jobs})
	line := 1
	for _, text := range texts {
		c := s.Chunk()
		c.Name, c.Line = "in", line
		c.Data = append(c.Data, text...)
		line += strings.Count(text, "\n")
		s.Scan(c)
	}
	return s.Finish()
}

// lines writes data points as the tests below expect them.
func lines(s *Snapshot) (got []string) {
	for _, d := range s.Points {
		var names []string
		for _, n := range d.Names {
			names = append(names, fmt.Sprintf("%s:%d", n.Name, n.Events))
		}
		empty := ""
		if d.Empty > 0 {
			empty = fmt.Sprintf(" and %d empty", d.Empty)
		}
		got = append(got, fmt.Sprintf("%s %s %s found %d%s in %d %.2f [%s] %v", d.Class, d.Type, d.Path, d.Count, empty, d.Events, d.Share, d.Shape, names))
	}
	return got
}

func TestScan(t *testing.T) {
	f := func(in string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, lines(take(t, policy(t), 1, in))); diff != "" {
			t.Errorf("%s\n(-want +got)\n%s", in, diff)
		}
	}
	f(``)
	f(" \n\r\n")
	f(`[]`)
	f(`{"plan":"pro"}`)
	// Restricted data comes first, then what was found most often.
	f(`{"event":"A","email":"ada@example.com","ssn":"123-45-6789"}`+"\n"+`{"event":"B","email":"bob@example.com"}`,
		"red us_ssn ssn found 1 in 1 0.50 [999-99-9999] [A:1]",
		"yellow email email found 2 in 2 1.00 [aaa@aaaaaaa.aaa] [A:1 B:1]")
	// One event counts once, however often it holds a data point.
	f(`{"event":"A","to":["ada@example.com","bob@example.com"]}`,
		"yellow email to[] found 2 in 1 1.00 [aaa@aaaaaaa.aaa] [A:1]")
	// What stands beside the events of a batch counts for all of them, once.
	f(`{"email":"ada@example.com","batch":[{"event":"A","email":"bob@example.com"},{"type":"page"},{"a":1}]}`,
		"yellow email email found 2 in 3 1.00 [aaa@aaaaaaa.aaa] [A:1 page:1]")
	f(`[{"event":"A"},{"event":"B","email":"ada@example.com"}]`,
		"yellow email email found 1 in 1 0.50 [aaa@aaaaaaa.aaa] [B:1]")
	// Values within values.
	f(`{"url":"https://x.example.com/?email=ada%40example.com&a=1"}`,
		"yellow email url.email found 1 in 1 1.00 [aaa@aaaaaaa.aaa] []")
	f(`{"j":"{\"u/v\":{\"email\":\"ada@example.com\"}}"}`,
		"yellow email j.u/v.email found 1 in 1 1.00 [aaa@aaaaaaa.aaa] []")
	f(`{"b":"eyJ1Ijp7ImVtYWlsIjoiYWRhQGV4YW1wbGUuY29tIn19"}`,
		"yellow email b.u.email found 1 in 1 1.00 [aaa@aaaaaaa.aaa] []")
	f(`{"t":"\u00e9 mail ada@example.com now"}`,
		"yellow email t found 1 in 1 1.00 [aaa@aaaaaaa.aaa] []")
	f(`{"":{"a~b":{"c/d":["x",{"email":"ada@example.com"}]}}}`,
		"yellow email a~b.c/d[].email found 1 in 1 1.00 [aaa@aaaaaaa.aaa] []")
	f(`{"ssn":{"value":"123-45-6789"}}`,
		"red us_ssn ssn.value found 1 in 1 1.00 [999-99-9999] []")
	f(`{"age":42}`, "yellow age age found 1 in 1 1.00 [99] []")
	// A name that is personal is no path, and its shape is one.
	f(`{"ada@example.com":1}`, "yellow email * found 1 in 1 1.00 [aaa@aaaaaaa.aaa] []")
	// Empty fields are told apart from values.
	f("{\"event\":\"A\",\"email\":null}\n{\"email\":\"\"}\n{\"event\":\"B\",\"email\":\"ada@example.com\"}\n{\"ip\":\"\"}",
		"yellow email email found 1 and 2 empty in 1 0.25 [aaa@aaaaaaa.aaa] [B:1]",
		"yellow ip_address ip found 0 and 1 empty in 0 0.00 [] []")
	// The first value is shown.
	f("{\"email\":\"x.y@example.com\"}\n{\"email\":\"ada@example.com\"}",
		"yellow email email found 2 in 2 1.00 [a.a@aaaaaaa.aaa] []")
}

func TestEventNames(t *testing.T) {
	n := newEventNames(engine.New(policy(t)))
	f := func(event, want string) {
		t.Helper()
		got := ""
		if id, _ := n.ofEvent([]byte(event), ""); id >= 0 {
			got = n.shown[id]
		}
		if got != want {
			t.Errorf("%s is called %q, want %q", event, got, want)
		}
	}
	f(`{}`, "")
	f(`7`, "")
	f(`{"event":""}`, "")
	f(`{"event":null,"type":"page"}`, "page")
	f(`{"type":"track","event":"Signed Up"}`, "Signed Up")
	f(`{"event":"a \"b\" \u00e9"}`, `a "b" é`)
	// "name" is as often a person's.
	f(`{"name":"Ada Lovelace"}`, "")
	f(`{"event":"mail to ada@example.com"}`, "*")
	f(`{"event":"order 123456 of 2 shipped"}`, "order * of 2 shipped")
	f(`{"event":"view_8f3a9c7e2b"}`, "view_*")
	f(`{"event":"a\u0000\u001b[31mb"}`, "a[31mb")
	f(`{"event":"`+strings.Repeat("ab ", 100)+`"}`, strings.Repeat("ab ", 19)+"ab…")
}

// TestJobs: how many workers there are makes no difference.
func TestJobs(t *testing.T) {
	var chunks []string
	for i := range 40 {
		text := ""
		for j := range 20 {
			text += fmt.Sprintf(`{"event":"e%d","p%d":{"email":"%s@example.com"},"ip":"192.0.2.%d"}`+"\n", j%7, (i*j)%11, strings.Repeat("x", i%9+1), i)
		}
		chunks = append(chunks, text+"{\"broken\":\n")
	}
	want := take(t, policy(t), 1, chunks...)
	for _, jobs := range []int{2, 5} {
		got := take(t, policy(t), jobs, chunks...)
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b error) bool { return a.Error() == b.Error() })); diff != "" {
			t.Errorf("%d workers: (-one +many)\n%s", jobs, diff)
		}
	}
	if want.Unreadable != 40 || len(want.Problems) != maxProblems || want.Problems[1].Line != 42 || want.Events != 800 {
		t.Errorf("%d events, %d unreadable, %+v", want.Events, want.Unreadable, want.Problems)
	}
}

// TestLimit: invented names cost no more memory than limits.paths says.
func TestLimit(t *testing.T) {
	p := policy(t)
	p.Limits.Paths = 100
	var text strings.Builder
	for i := range 300 {
		fmt.Fprintf(&text, "{\"a%db\":{\"email\":\"ada@example.com\"}}\n", i)
	}
	for _, jobs := range []int{1, 3} {
		half := strings.Index(text.String(), `{"a150b"`)
		s := take(t, p, jobs, text.String()[:half], text.String()[half:])
		if len(s.Points) != 100 || s.Overflow != 200 {
			t.Errorf("%d workers: %d data points, overflow %d", jobs, len(s.Points), s.Overflow)
		}
	}
}

// TestLongArray: an export of many events in one array is taken event by event.
func TestLongArray(t *testing.T) {
	p := policy(t)
	p.Limits.Values = 20
	event := `{"event":"A","email":"ada@example.com"}`
	s := take(t, p, 1, "["+strings.Repeat(event+" ,", 99)+event+"]\n["+strings.Repeat(event+",", 99)+"}]\n")
	if s.Events != 100 || s.Unreadable != 1 || s.Problems[0].Line != 2 || len(s.Points) != 1 || s.Points[0].Events != 100 {
		t.Errorf("%+v", s)
	}
	if s = take(t, p, 1, `[[`+strings.Repeat("1,", 99)+`1],`+event+`]`); s.Events != 1 || s.Unreadable != 1 {
		t.Errorf("%+v", s)
	}
}

func TestProblems(t *testing.T) {
	var l problems
	for _, line := range []int{30, 5, 40, 1} {
		l.add(Problem{File: 1, Line: line, Err: errors.New("x")})
	}
	for range 50 {
		l.add(Problem{File: 2, Err: errors.New("y")})
	}
	l.add(Problem{File: 0, Line: 9, Err: errors.New("z")})
	if l.count != 55 || len(l.first) != maxProblems || l.first[0].Line != 9 || l.first[1].Line != 1 || l.first[4].Line != 40 {
		t.Errorf("%d: %+v", l.count, l.first)
	}
}

// FuzzScan: whatever comes is counted or refused, and no digit of it is shown.
func FuzzScan(f *testing.F) {
	f.Add(`{"event":"A 12345","email":"ada@example.com"}`)
	f.Add(`[{"url":"?a@example.com=b%40example.com;q=1#x=ada%40example.com"},[[]],{"":{"email":"\ud800"}}]`)
	f.Add(`{"batch":[1,"x",null],"batch":{"j":"{\"a b\":\"ada@example.com text:1 key\"}"}}`)
	p := policy(f)
	f.Fuzz(func(t *testing.T, text string) {
		s := take(t, p, 1, text)
		for _, d := range s.Points {
			if strings.ContainsAny(d.Shape, "012345678bcdefghijklmnopqrstuvwyz") {
				t.Fatalf("%q of %s", d.Shape, d.Path)
			}
			if d.Events > s.Events || d.Share > 1 {
				t.Fatalf("%s in %d of %d events", d.Path, d.Events, s.Events)
			}
		}
	})
}

func BenchmarkScan(b *testing.B) {
	var text strings.Builder
	for i := 0; text.Len() < ChunkSize-1000; i++ {
		fmt.Fprintf(&text, `{"anonymousId":"78c53c15-32a1-4b65-adac-%012d","channel":"web","context":{"ip":"192.0.2.%d","campaign":{"name":"autumn","source":"newsletter","medium":"email"},`+
			`"library":{"name":"analytics.js","version":"2.9.1"},"locale":"en-US","page":{"path":"/best-seller/1","referrer":"https://www.example.com/search?q=shoes","title":"The best sellers","url":"https://shop.example.com/best-seller/?ik=%d"},`+
			`"screen":{"density":2,"height":1794,"width":1080},"userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"},"event":"Product Viewed %d","messageId":"ajs-%d","originalTimestamp":"2026-01-20T13:39:21.032Z",`+
			`"properties":{"product_id":"p%d","sku":"F15","category":"Games","price":13.49,"quantity":%d,"currency":"EUR"},"traits":{"email":"user%d@example.com","plan":"pro"},"type":"track","userId":"u-%d"}`+"\n",
			i, i%256, i, i%10, i, i%100, i%10, i, i)
	}
	for _, jobs := range []int{1, 2} {
		b.Run(fmt.Sprintf("jobs=%d", jobs), func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			s := New(Options{Policy: policy(b), Format: format, Source: -1, Jobs: jobs})
			for b.Loop() {
				c := s.Chunk()
				c.Line = 1
				c.Data = append(c.Data, text.String()...)
				s.Scan(c)
			}
			if got := s.Finish(); got.Unreadable > 0 || len(got.Points) == 0 {
				b.Fatal("nothing was found")
			}
		})
	}
}
