package wire

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/eventveil/eventveil/rules"
)

func TestRoutes(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Routes {
		if !strings.HasPrefix(r.Path, "/") || strings.HasSuffix(r.Path, "/") || seen[r.Path] {
			t.Errorf("path %q is no path, or ends in a slash, or was listed before", r.Path)
		}
		seen[r.Path] = true
		if r.Dialect == nil || r.Dialect.Events == nil {
			t.Errorf("%s has no dialect", r.Path)
		}
	}
	for _, path := range []string{"/v1/track", "/v1/t", "/v1/b", "/v1/batch", "/v1/import", "/beacon/v1/batch"} {
		if !seen[path] {
			t.Errorf("%s is missing", path)
		}
	}
	if seen["/v1/m"] {
		t.Error("/v1/m holds measurements of an SDK, no events of Segment's")
	}
}

func TestEventType(t *testing.T) {
	f := func(path, want string) {
		t.Helper()
		if got := EventType(path); got != want {
			t.Errorf("events of %s are of type %q, want %q", path, got, want)
		}
	}
	f("/v1/track", "track")
	f("/v1/t", "track")
	f("/v1/a/", "alias")
	f("/v1/batch", "")
	f("/v1", "")
	f("/collect", "")
	f("", "")
}

// TestAnswers holds that SDKs can read what they are told.
func TestAnswers(t *testing.T) {
	for _, format := range rules.Formats {
		d := ByName(format)
		if d == nil || d.Name != format {
			t.Errorf("no dialect for the format %q", format)
			continue
		}
		var answer struct {
			Success       bool
			Code, Message string
		}
		if err := json.Unmarshal(d.Success, &answer); err != nil || !answer.Success {
			t.Errorf("%s: success is %s", format, d.Success)
		}
		text := d.Refusal([]byte("x"), "invalid_request", "malformed JSON")
		if string(text) != `x{"success":false,"message":"malformed JSON","code":"invalid_request"}` {
			t.Errorf("%s: refusal is %s", format, text)
		}
	}
}
