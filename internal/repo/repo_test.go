package repo

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// root is the repository's top, seen from this package.
const root = "../.."

// files lists the repository's files: the tracked ones and the new ones that
// git does not ignore; without git, whatever lies there.
func files(t *testing.T) []string {
	t.Helper()
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	if out, err := cmd.Output(); err == nil {
		var list []string
		for _, f := range strings.Split(strings.TrimRight(string(out), "\x00"), "\x00") {
			if _, err := os.Stat(filepath.Join(root, f)); err == nil { // deleted, not yet committed
				list = append(list, f)
			}
		}
		return list
	}
	var list []string
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules" || d.Name() == "bin") {
			return filepath.SkipDir
		}
		if !d.IsDir() {
			rel, _ := filepath.Rel(root, path)
			list = append(list, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// maxLines is where a Go file has become two; data tables are lists, not code.
const maxLines = 600

func TestFileSize(t *testing.T) {
	for _, name := range files(t) {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		text := read(t, name)
		if n := bytes.Count(text, []byte("\n")); n > maxLines && !isTable(text) {
			t.Errorf("%s has %d lines, more than %d: is there a second thing in it?", name, n, maxLines)
		}
	}
}

// isTable tells whether a file is data: most of its lines are elements of
// composite literals or text in them.
func isTable(text []byte) bool {
	lines := bytes.Split(text, []byte("\n"))
	data := 0
	for _, l := range lines {
		if element.Match(l) {
			data++
		}
	}
	return data*2 > len(lines)
}

var element = regexp.MustCompile(`^\s*([{"'}].*,|[\w.]+:\s.*,|//.*|\x60.*|)$`)

// The paths are put together here, so that this file does not name them itself.
var machinePaths = regexp.MustCompile(`(^|[^a-zA-Z0-9_.])/(` + strings.Join([]string{"ro" + "ot", "wo" + "rk", "fa" + "rm"}, "|") + `)/`)

func TestNoMachinePaths(t *testing.T) {
	for _, name := range files(t) {
		text := read(t, name)
		if bytes.IndexByte(text, 0) >= 0 { // not a text
			continue
		}
		for i, line := range strings.Split(string(text), "\n") {
			if machinePaths.MatchString(line) {
				t.Errorf("%s:%d names a folder of one machine", name, i+1)
			}
		}
	}
}

// TestNoSkippedTests: a missing part is installed, or fails with a sentence.
func TestNoSkippedTests(t *testing.T) {
	skip := regexp.MustCompile(`\bt\.(Skip|Skipf|SkipNow)\(|\b(it|test|describe)\.skip\b`)
	for _, name := range files(t) {
		if !strings.HasSuffix(name, "_test.go") && !strings.Contains(name, ".test.") {
			continue
		}
		for i, line := range strings.Split(string(read(t, name)), "\n") {
			if skip.MatchString(line) && !strings.Contains(line, "MustCompile") {
				t.Errorf("%s:%d skips a test", name, i+1)
			}
		}
	}
}

var shellBlock = regexp.MustCompile("(?ms)^```(?:sh|bash|shell)\n(.*?)^```")

// TestShellExamplesParse reads every shell block of the documents with bash.
func TestShellExamplesParse(t *testing.T) {
	for _, name := range files(t) {
		if !strings.HasSuffix(name, ".md") {
			continue
		}
		for _, block := range shellBlock.FindAllSubmatch(read(t, name), -1) {
			cmd := exec.Command("bash", "-n")
			cmd.Stdin = bytes.NewReader(block[1])
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: shell example does not parse: %v\n%s%s", name, err, out, block[1])
			}
		}
	}
}

// TestLinks checks that links between the documents lead somewhere.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	for _, name := range files(t) {
		if !strings.HasSuffix(name, ".md") {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(string(read(t, name)), -1) {
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			}
		}
	}
}
