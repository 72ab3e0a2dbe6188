package api

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzBody holds that what is accepted means one thing: every member is one of those
// that there are, is there once, and is a text; and reading it as others do gives the same.
func FuzzBody(f *testing.F) {
	for _, body := range []string{`{"status":"approved"}`, `{"note":"a\u0000","owner":""}`, `{"Status":"new"}`, `{"status":"new","status":"x"}`, `{"status":null}`,
		`{"status":"new"} {}`, `{"st\u0061tus":"new"}`, ` {"class" : "red" } `, `{"\u017ftatus":"new"}`, `{"a":{"b":{"c":{}}}}`, "\xff", ``} {
		f.Add([]byte(body))
	}
	members := map[string]bool{"status": true, "class": true, "type": true, "note": true, "owner": true, "source": true}
	f.Fuzz(func(t *testing.T, body []byte) {
		var c change
		if err := strict(body, &c); err != nil {
			return
		}
		var all map[string]string
		if err := json.Unmarshal(body, &all); err != nil {
			t.Fatalf("accepted, and yet: %v", err)
		}
		for name := range all {
			if !members[name] {
				t.Errorf("the member %q is accepted", name)
			}
		}
		again, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var same map[string]string
		if err := json.Unmarshal(again, &same); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(all, same); diff != "" {
			t.Errorf("- as others read it, + as it is understood:\n%s", diff)
		}
	})
}
