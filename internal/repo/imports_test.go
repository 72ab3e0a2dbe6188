package repo

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/eventveil/eventveil/"

// pkg is what `go list` says of a package.
type pkg struct {
	ImportPath string
	Doc        string
	Name       string
	Imports    []string
}

func packages(t *testing.T) (list []pkg) {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Doc,Name,Imports", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

// arrows says for each room which rooms it may import. A package belongs to the
// room with the longest matching prefix; its own room is always allowed.
var arrows = map[string][]string{
	"engine/catalog":    {},
	"engine/names":      {"engine/catalog"},
	"engine/detect":     {"engine/catalog"},
	"engine/transform":  {"engine/catalog", "engine/detect", "rules"},
	"rules":             {"engine/catalog", "engine/detect", "engine/names"},
	"engine":            {"engine/catalog", "engine/detect", "engine/names", "engine/transform", "rules"},
	"engine/explain":    {"engine", "engine/catalog", "engine/detect", "engine/names", "rules"},
	"proxy/wire":        {"engine", "engine/catalog", "rules"},
	"proxy/queue":       {},
	"proxy/upstream":    {"rules"},
	"proxy/settings":    {"rules"},
	"proxy/deliver":     {"proxy/queue", "proxy/upstream", "proxy/wire", "engine", "rules"},
	"proxy":             {"proxy/wire", "proxy/queue", "proxy/upstream", "proxy/settings", "engine", "engine/catalog", "engine/detect", "rules"},
	"internal/app":      {"proxy", "proxy/wire", "proxy/deliver", "proxy/queue", "portal/inventory", "portal/store", "portal/access", "portal/api", "portal/pages", "engine", "engine/catalog", "rules"},
	"internal/scan":     {"engine", "engine/catalog", "engine/names", "engine/transform", "rules"},
	"cmd":               {"internal/app", "internal/scan", "internal/sheet", "portal/inventory", "portal/store", "portal/access", "portal/api", "portal/pages", "engine", "engine/catalog", "engine/detect", "engine/explain", "engine/names", "rules"},
	"internal/repo":     {},
	"internal/sheet":    {},
	"internal/testnats": {},
	"internal/testpg":   {},
	"portal/inventory":  {"engine", "engine/catalog", "engine/detect", "engine/transform", "rules"},
	"portal/store":      {"portal/inventory"},
	"portal/access":     {"portal/inventory", "rules"},
	"portal/api":        {"internal/sheet", "portal/inventory", "portal/access", "engine/explain", "engine", "engine/catalog", "rules"},
	"portal/pages":      {"portal/inventory", "portal/access", "engine/explain", "engine", "engine/catalog", "rules"},
}

func room(path string) string {
	path = strings.TrimPrefix(path, module)
	best := ""
	for r := range arrows {
		if (path == r || strings.HasPrefix(path, r+"/")) && len(r) > len(best) {
			best = r
		}
	}
	return best
}

func TestImportArrows(t *testing.T) {
	for _, p := range packages(t) {
		from := room(p.ImportPath)
		if from == "" {
			continue // helpers of tests and benchmarks
		}
		for _, i := range p.Imports {
			if !strings.HasPrefix(i, module) {
				continue
			}
			to := room(i)
			ok := to == from
			for _, allowed := range arrows[from] {
				ok = ok || to == allowed
			}
			if !ok {
				t.Errorf("%s imports %s: room %q may only import %q", p.ImportPath, i, from, arrows[from])
			}
		}
	}
}

// TestPureRooms holds law 7: the engine is a function. What reaches the world,
// a clock or a log is not imported by it, nor by the rules beyond the files that
// they read.
func TestPureRooms(t *testing.T) {
	world := []string{"net", "net/http", "net/rpc", "net/smtp", "os", "os/exec", "os/signal", "syscall", "log", "log/slog", "time",
		"database/sql", "expvar", "math/rand", "math/rand/v2", "crypto/tls", "runtime/metrics"}
	third := []string{"github.com/valyala/fasthttp", "github.com/prometheus/"}
	allowed := map[string][]string{
		"rules": {"os", "time"}, // reads configuration and secret files; durations in a configuration
	}
	for _, p := range packages(t) {
		r := room(p.ImportPath)
		if r != "rules" && r != "engine" && !strings.HasPrefix(r, "engine/") {
			continue
		}
		for _, i := range p.Imports {
			bad := false
			for _, w := range world {
				bad = bad || i == w
			}
			for _, w := range third {
				bad = bad || strings.HasPrefix(i, w)
			}
			for _, a := range allowed[r] {
				bad = bad && i != a
			}
			if bad {
				t.Errorf("%s imports %s: the engine is bytes and a policy in, findings and bytes out", p.ImportPath, i)
			}
		}
	}
}

func TestPackageComments(t *testing.T) {
	for _, p := range packages(t) {
		want := "Package " + p.Name + " "
		if p.Name == "main" {
			want = "Command "
		}
		if !strings.HasPrefix(p.Doc, want) {
			t.Errorf("%s has no comment that begins with %q and says what it promises", p.ImportPath, want)
		}
	}
}
