package proxy

import (
	"bytes"
	"encoding/json"
	"regexp"
	"testing"
)

func TestRelocate(t *testing.T) {
	positions := []int{0, 2, 5, 11}
	f := func(want, answer string) {
		t.Helper()
		got, changed := relocate(nil, []byte(answer), positions)
		if changed != (want != "") || changed && string(got) != want {
			t.Errorf("%s: changed %v\n%s, want\n%s", answer, changed, got, want)
		}
	}
	f(`{"code":400,"failed_records":[{"index":2,"insert_id":"a","message":"1"}, { "index" : 11 }]}`,
		`{"code":400,"failed_records":[{"index":1,"insert_id":"a","message":"1"}, { "index" : 3 }]}`)
	f(`{"events_with_invalid_fields":{"time":[0,11],"price":[ 5 ]},"events_with_missing_fields":{"a.b*|@#":[2]}}`,
		`{"events_with_invalid_fields":{"time":[0,3],"price":[ 2 ]},"events_with_missing_fields":{"a.b*|@#":[1]}}`)
	f(`{"events_with_invalid_id_lengths":{"user_id":[2]},"silenced_events":[5],"throttled_events":[11,2],"eps_threshold":1}`,
		`{"events_with_invalid_id_lengths":{"user_id":[1]},"silenced_events":[2],"throttled_events":[3,1],"eps_threshold":1}`)
	f(`{"throttled_events":[2],"errors":[{"index":5},{"event_index":11,"index":2},{"at":1}]}`,
		`{"throttled_events":[1],"errors":[{"index":2},{"event_index":3,"index":1},{"at":1}]}`)
	f(`{"silenced_events":[2],"silenced_events":[5]}`, `{"silenced_events":[1],"silenced_events":[2]}`)
	f(`{"s\u0069lenced_events":[2]}`, `{"s\u0069lenced_events":[1]}`)

	f("", `{"success":true}`)
	f("", `{"silenced_events":[4,-1,-0,1.0,1e0,"1",null,true,[1],{"index":1},99999999999999999999]}`)
	f("", `{"failed_records":{"index":1},"errors":[1,"1",[{"index":1}]],"events_with_invalid_fields":[1],"throttled_events":{"a":[1]}}`)
	f("", `{"events_with_invalid_fields":{"a":1,"b":{"c":[1]}},"other":[{"index":1}],"data":{"silenced_events":[1]}}`)
	f("", `[{"index":1}]`)
	f("", `{"silenced_events":[1]`)
	f("", ``)
	f("", `1`)
}

// FuzzRelocate feeds answers: JSON stays JSON, what is no index stays as it is, and with
// every event in its place all does.
func FuzzRelocate(f *testing.F) {
	for _, s := range []string{`{"failed_records":[{"index":2}]}`, `{"events_with_invalid_fields":{"a":[0,1]},"silenced_events":[1]}`,
		` {"errors" : [ { "index" : 1 , "event_index":0} ] } `, `{"\u0065rrors":[{"index":1}]}`, `{"throttled_events":[1,1.5,-0,"x"]}`, `[]`, `{`, `{"errors":[{"index":01}]}`} {
		f.Add([]byte(s))
	}
	same, moved := []int{0, 1, 2, 3}, []int{17, 18, 19, 1000}
	digits := regexp.MustCompile(`[0-9]+`)
	f.Fuzz(func(t *testing.T, answer []byte) {
		if got, changed := relocate(nil, answer, same); changed && string(got) != string(answer) {
			t.Errorf("%q became %q", answer, got)
		}
		got, changed := relocate(nil, answer, moved)
		if !changed {
			return
		}
		if !json.Valid(got) || !bytes.Equal(digits.ReplaceAll(got, nil), digits.ReplaceAll(answer, nil)) {
			t.Errorf("%q became %q", answer, got)
		}
	})
}
