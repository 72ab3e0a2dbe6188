package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/eventveil/eventveil/rules"
)

// noUpstream stands for the collector in the built-in policy of commands that
// send nothing.
const noUpstream = "http://127.0.0.1:9000"

// loadPolicy reads and compiles a configuration; without a path it is the
// built-in policy. Warnings and errors go to stderr.
func loadPolicy(path string, stderr io.Writer) (*rules.Policy, error) {
	if path == "" {
		policy, err := rules.Default(noUpstream)
		if err == nil {
			for i := range policy.Rules {
				policy.Rules[i].Line = 0 // of no file that anybody could look at
			}
		}
		return policy, err
	}
	policy, report := rules.Load(path, os.LookupEnv)
	if report.HasErrors() {
		return nil, fmt.Errorf("cannot use the configuration:\n%s", report)
	}
	if text := report.String(); text != "" {
		fmt.Fprintln(stderr, text)
	}
	return policy, nil
}

var checkCommand = &command{
	name:  "check",
	args:  "[FILE...]",
	short: "check configurations and report every mistake",
	long: `
Reads and compiles configurations and prints every mistake with file, line,
column and, for names that do not exist, the nearest one that does. Secrets must
be there, nothing is listened on or connected to. The exit status is 1 when there
are errors; warnings alone leave it at 0.`,
	example: "eventveil check config.yaml",
	bind: func(fs *flag.FlagSet) call {
		config := fs.String("config", "", "a configuration `file`, as other commands have it")
		return func(_ context.Context, s *streams, args []string) error {
			if *config != "" {
				args = append([]string{*config}, args...)
			}
			if len(args) == 0 {
				return usagef("no configuration is named")
			}
			var failed error
			for _, path := range args {
				policy, report := rules.Load(path, os.LookupEnv)
				if text := report.String(); text != "" {
					fmt.Fprintln(s.stdout, text)
				}
				if report.HasErrors() {
					failed = errFound
					continue
				}
				fmt.Fprintf(s.stdout, "ok: %s: %s\n", path, summary(policy))
			}
			return failed
		}
	},
}

// summary says in a few words what a policy is.
func summary(p *rules.Policy) string {
	return fmt.Sprintf("mode %s, %s, %s, %s", mode(p), count(len(p.Rules), "rule"),
		count(len(p.Destinations), "destination"), count(len(p.Sources)-1, "source"))
}

// mode is the word that the configuration has for it.
func mode(p *rules.Policy) string {
	if p.Observe {
		return "observe"
	}
	return "enforce"
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
