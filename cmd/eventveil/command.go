package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
)

// streams are what a command reads and writes.
type streams struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// call runs a command whose flags have been parsed; args are what is left.
type call func(ctx context.Context, s *streams, args []string) error

// command is one subcommand.
type command struct {
	name    string
	args    string // what follows the flags: "[FILE...]"
	short   string // one line for the list of commands
	long    string // some sentences for its own page
	example string // lines to copy into a shell
	bind    func(fs *flag.FlagSet) call
}

// usage is the command's one-line synopsis, without the program's name.
func (c *command) usage() string {
	return strings.TrimRight(c.name+" [flags] "+c.args, " ")
}

// commands lists every subcommand in the order in which help shows them.
func commands() []*command {
	return []*command{
		serveCommand, checkCommand, explainCommand, filterCommand, scanCommand, classifyCommand,
		testCommand, typesCommand, sinkCommand, healthcheckCommand, hashPasswordCommand, versionCommand,
	}
}

// lookup finds a command by its name; nil when there is none.
func lookup(name string) *command {
	for _, c := range commands() {
		if c.name == name {
			return c
		}
	}
	return nil
}

// unknownCommand says which commands there are, the nearest first.
func unknownCommand(w io.Writer, name string) {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	names = append(names, "help")
	fmt.Fprintf(w, "eventveil: unknown command %q", name)
	if near := nearest(name, names); near != "" {
		fmt.Fprintf(w, ", did you mean %q?", near)
	}
	fmt.Fprintf(w, "\ncommands: %s\n", strings.Join(names, " "))
}

// help prints the page of the command named in args, or the list of commands.
func help(args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		printHelp(stdout)
		return exitFine
	}
	c := lookup(args[0])
	if c == nil {
		unknownCommand(stderr, args[0])
		return exitUsage
	}
	printCommandHelp(stdout, c)
	return exitFine
}

func printHelp(w io.Writer) {
	fmt.Fprint(w, "Eventveil keeps personal data out of tracking events.\n\nusage: eventveil COMMAND [flags] [arguments]\n\ncommands:\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-14s %s\n", c.name, c.short)
	}
	fmt.Fprint(w, `
Every command that reads events takes files, folders or "-" (standard input):
JSON, one document a line or one document over many lines, plain, gzip or zstd.
Data goes to standard output, words to standard error. Exit status: 0 fine, 1 found
something wrong, 2 bad usage. "eventveil help COMMAND" shows flags and an example.
`)
}

func printCommandHelp(w io.Writer, c *command) {
	fmt.Fprintf(w, "usage: eventveil %s\n\n%s\n", c.usage(), strings.TrimSpace(c.long))
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	c.bind(fs)
	first := true
	fs.VisitAll(func(f *flag.Flag) {
		if first {
			fmt.Fprint(w, "\nflags:\n")
			first = false
		}
		name, usage := flag.UnquoteUsage(f)
		head := "-" + f.Name
		if name != "" {
			head += " " + name
		}
		if f.DefValue != "" && f.DefValue != "false" {
			usage += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(w, "  %-24s %s\n", head, usage)
	})
	fmt.Fprintf(w, "\nexample:\n  %s\n", strings.ReplaceAll(strings.TrimSpace(c.example), "\n", "\n  "))
}

// nearest returns the name most like word, or "" when none is like it.
func nearest(word string, names []string) string {
	best, bestDistance := "", max(1, len(word)/2)+1
	for _, n := range names {
		if d := distance(strings.ToLower(word), n); d < bestDistance {
			best, bestDistance = n, d
		}
	}
	return best
}

// distance is the number of single-byte edits between a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
