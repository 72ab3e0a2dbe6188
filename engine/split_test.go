package engine_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/engine"
)

// formats are the ways in which events lie in bodies.
var formats = []*engine.Format{
	single, batch, lines, {RootArray: true}, {Batch: "batch", RootArray: true}, {Batch: "batch", Lines: true},
}

func TestSplit(t *testing.T) {
	f := func(format int, body string, want ...string) {
		t.Helper()
		var got []string
		for _, s := range engine.Split(nil, []byte(body), formats[format]) {
			got = append(got, body[s.Start:s.End])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s as %d: - want, + got:\n%s", body, format, diff)
		}
	}
	const alone, batches, line, array, either = 0, 1, 2, 3, 4
	f(alone, ` {"batch":[1]} `, `{"batch":[1]}`)
	f(batches, `{"batch":[{"a":"]"}, 2 ,null],"x":[3],"b\u0061tch":[["d"]],"batch":[]}`, `{"a":"]"}`, `2`, `null`, `["d"]`)
	f(batches, ` {"a":{"batch":[1]}} `, `{"a":{"batch":[1]}}`)
	f(batches, `{"batch":{"a":1}}`, `{"batch":{"a":1}}`)
	f(batches, `{"x":"\\","batch":["\\",{"\\\"":"\\\\\""},"\\\\"],"y\\":1}`, `"\\"`, `{"\\\"":"\\\\\""}`, `"\\\\"`)
	f(batches, `{"batch":[]}`)
	f(batches, `[1,2]`)
	f(batches, ` 7 `, `7`)
	f(line, "{\"a\":1}\n\n 2 \r\n[3,4]", `{"a":1}`, `2`, `[3,4]`)
	f(line, ``)
	f(array, `[ {"a":[1]} , "x"]`, `{"a":[1]}`, `"x"`)
	f(array, `{"batch":[1]}`, `{"batch":[1]}`)
	f(either, `{"batch":[1,2]}`, `1`, `2`)
	f(either, `[[3],4]`, `[3]`, `4`)
}

// FuzzSplit holds that Split sees the events that Inspect sees, and that what is left of
// them after dropping lies where Positions says.
func FuzzSplit(f *testing.F) {
	for i := range formats {
		f.Add([]byte(`{"batch":[{"event":"gone"},{"event":"left","a":1},[2],null],"batch":[{}],"c":{"ssn":1}}`), i)
		f.Add([]byte("{\"event\":\"gone\"}\n{\"a\":1} \n 2"), i)
		f.Add([]byte(`[{"event":"gone"},{"a":[1]},"x"]`), i)
	}
	e := engine.New(policy(f, head+`
  - {name: gone, when: {event: gone}, action: drop}
  - {name: red, when: {class: red}, action: block}
`))
	f.Fuzz(func(t *testing.T, body []byte, which int) {
		format := formats[uint(which)%uint(len(formats))]
		in := e.Get()
		defer e.Put(in)
		if in.Inspect(body, format) != nil {
			return
		}
		came := engine.Split(nil, body, format)
		if len(came) != in.Events() {
			t.Fatalf("%q: %d events, Inspect sees %d", body, len(came), in.Events())
		}
		in.Decide(0)
		out := in.Render(0)
		left := engine.Split(nil, out.Body, format)
		positions := in.Positions(nil, 0)
		if len(left) != out.Events-out.Dropped || len(positions) != len(left) {
			t.Fatalf("%q to %q: %d events, %d positions, want %d", body, out.Body, len(left), len(positions), out.Events-out.Dropped)
		}
		for i, p := range positions {
			before, after := body[came[p].Start:came[p].End], out.Body[left[i].Start:left[i].End]
			if out.Altered == 0 && !bytes.Equal(before, after) {
				t.Fatalf("%q to %q: event %d is not event %d", body, out.Body, i, p)
			}
		}
	})
}
