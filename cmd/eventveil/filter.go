package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/eventveil/eventveil/rules"
)

var filterCommand = &command{
	name:  "filter",
	args:  "[FILE...]",
	short: "print events as one destination would get them",
	long: `
Reads events and prints, for each, the bytes that the destination would get:
untouched events stay as they are, byte for byte. A dropped event prints nothing,
and so does one that the destination must not have for want of consent or that is
not meant for it. A document that cannot be read is reported on standard error,
prints nothing, and makes the exit status 1. Rules that look at headers, cookies
or client addresses have nothing to look at here.`,
	example: `echo '{"properties":{"ssn":"123-45-6789","plan":"pro"}}' | eventveil filter -destination collector`,
	bind: func(fs *flag.FlagSet) call {
		config := fs.String("config", "", "the configuration `file`; without it the built-in policy")
		destination := fs.String("destination", "", "the `name` of the destination (required)")
		source := fs.String("source", "", "the `name` of the source that events come from; without it their write key tells")
		signals := signalFlags(fs)
		return func(_ context.Context, s *streams, args []string) error {
			if *destination == "" {
				return usagef("-destination is missing: whose bytes?")
			}
			policy, err := loadPolicy(*config, s.stderr)
			if err != nil {
				return err
			}
			to, err := destinationIndex(policy, *destination)
			if err != nil {
				return err
			}
			from, err := sourceIndex(policy, *source)
			if err != nil {
				return err
			}
			warnObserve(s.stderr, policy)
			x := newReader(policy, from, *signals)
			defer x.Close()
			out := bufio.NewWriterSize(s.stdout, 64<<10)
			err = x.each(args, s, func(*document) {
				result := x.Render(to)
				if result.Events > 0 && result.Dropped == result.Events {
					return
				}
				out.Write(result.Body) // a write error stays with out and is told by Flush
				out.WriteByte('\n')
			})
			return errors.Join(out.Flush(), err)
		}
	},
}

// warnObserve says why nothing changes.
func warnObserve(w io.Writer, p *rules.Policy) {
	if p.Observe {
		fmt.Fprintln(w, "mode is observe: events stay as they are")
	}
}
