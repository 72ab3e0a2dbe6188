// Command eventveil keeps personal data out of the events that tracking SDKs
// send: as a proxy in front of the collector (serve), and as filters for files
// of events (explain, filter, classify).
//
// It parses flags, calls and prints. What is personal is decided by package
// engine, what is done about it by package rules. Data goes to standard output,
// words go to standard error; the exit status is 0 when all is well, 1 when
// something wrong was found, 2 when the command line cannot be understood.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// The exit statuses.
const (
	exitFine  = 0
	exitFound = 1
	exitUsage = 2
)

// errFound ends a command with status 1 when it has already said what it found.
var errFound = errors.New("found something wrong")

// usageError is a command line that cannot be understood.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

func usagef(format string, a ...any) error { return usageError{fmt.Sprintf(format, a...)} }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run executes one command line, without the program's name, and returns its
// exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		printHelp(stderr)
		return exitUsage
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		return help(args[1:], stdout, stderr)
	case "-version", "--version":
		args = []string{"version"}
	}
	c := lookup(args[0])
	if c == nil {
		unknownCommand(stderr, args[0])
		return exitUsage
	}
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	call := c.bind(fs)
	switch err := fs.Parse(args[1:]); {
	case errors.Is(err, flag.ErrHelp):
		printCommandHelp(stdout, c)
		return exitFine
	case err != nil:
		return finish(stderr, c, usageError{err.Error()})
	}
	return finish(stderr, c, call(ctx, &streams{stdin, stdout, stderr}, fs.Args()))
}

// finish says what went wrong, if anything, and turns it into an exit status.
func finish(stderr io.Writer, c *command, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errFound):
		return exitFound
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "eventveil %s: %v\nusage: eventveil %s\nmore:  eventveil help %s\n", c.name, err, c.usage(), c.name)
		return exitUsage
	default:
		fmt.Fprintf(stderr, "eventveil %s: %v\n", c.name, err)
		return exitFound
	}
}
