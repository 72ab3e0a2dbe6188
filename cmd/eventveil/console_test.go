package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A console text is what a terminal would show: a line that begins with "$ " is
// a command for bash, the lines after it are its output, both streams, and
// "[exit N]" when its status is not 0. Lines that begin with "#" before the
// first command are left alone. `go test -update` writes the output again.

// replay runs the commands of a console text in dir and returns the text with
// the output that they gave.
func replay(t *testing.T, dir, text string) string {
	t.Helper()
	path := "PATH=" + asProgram(t) + string(os.PathListSeparator) + os.Getenv("PATH")
	var out strings.Builder
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		command, is := strings.CutPrefix(lines[i], "$ ")
		if !is {
			if strings.HasPrefix(lines[i], "#") {
				out.WriteString(lines[i] + "\n")
			}
			continue
		}
		out.WriteString(lines[i] + "\n")
		for strings.HasSuffix(command, "\\") && i+1 < len(lines) {
			i++
			out.WriteString(lines[i] + "\n")
			command += "\n" + lines[i]
		}
		cmd := exec.Command("bash", "-c", command)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), path, "EVENTVEIL_KEY=made-up-for-the-examples")
		got, err := cmd.CombinedOutput()
		out.Write(got)
		if len(got) > 0 && !bytes.HasSuffix(got, []byte("\n")) {
			out.WriteString("\n")
		}
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			fmt.Fprintf(&out, "[exit %d]\n", exit.ExitCode())
		} else if err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// TestScripts runs the commands as commands: testdata/*.txt.
func TestScripts(t *testing.T) {
	scripts, _ := filepath.Glob("testdata/*.txt")
	if len(scripts) == 0 {
		t.Fatal("no scripts in testdata")
	}
	for _, name := range scripts {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want := string(text)
			got := replay(t, "testdata", want)
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != want {
				t.Errorf("- the script, + what happens:\n%s", diff(want, got))
			}
		})
	}
}

var consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```")

// TestDocumentsConsole runs every console block of the documents, from the
// repository's top, and compares what is printed with what stands there.
func TestDocumentsConsole(t *testing.T) {
	pages, _ := filepath.Glob("../../docs/*.md")
	pages = append(pages, "../../README.md")
	for _, name := range pages {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := consoleBlock.ReplaceAllStringFunc(string(text), func(block string) string {
				inner := consoleBlock.FindStringSubmatch(block)[1]
				return "```console\n" + replay(t, "../..", inner) + "```"
			})
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(text) {
				t.Errorf("- the page, + what happens:\n%s", diff(string(text), got))
			}
		})
	}
}

// TestCommandsPage holds docs/commands.md to the help texts.
func TestCommandsPage(t *testing.T) {
	var page strings.Builder
	page.WriteString("# Commands\n\nThis page is what `eventveil help` prints; `make docs` writes it.\n\n```text\n")
	printHelp(&page)
	page.WriteString("```\n")
	for _, c := range commands() {
		fmt.Fprintf(&page, "\n## eventveil %s\n\n```text\n", c.name)
		printCommandHelp(&page, c)
		page.WriteString("```\n")
	}
	const name = "../../docs/commands.md"
	if *update {
		if err := os.WriteFile(name, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != page.String() {
		t.Errorf("docs/commands.md is not what help prints; run `make docs`:\n%s", diff(string(text), page.String()))
	}
}
