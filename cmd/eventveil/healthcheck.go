package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

var healthcheckCommand = &command{
	name:  "healthcheck",
	short: "ask a running proxy whether it is ready",
	long: `
Asks the readiness address and exits with 0 when the answer is 200, with 1
otherwise, saying what is not ready. It is the probe for images without a shell.`,
	example: "eventveil healthcheck -url http://127.0.0.1:9090/readyz",
	bind: func(fs *flag.FlagSet) call {
		url := fs.String("url", "http://127.0.0.1:9090/readyz", "the `address` to ask")
		timeout := fs.Duration("timeout", 2*time.Second, "how `long` to wait for the answer")
		return func(ctx context.Context, s *streams, args []string) error {
			if len(args) > 0 {
				return usagef("takes no arguments")
			}
			ctx, cancel := context.WithTimeout(ctx, *timeout)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, *url, nil)
			if err != nil {
				return usagef("cannot ask %q: %v", *url, err)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				return fmt.Errorf("not ready: %w", err)
			}
			defer resp.Body.Close()
			body, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
			if resp.StatusCode != http.StatusOK {
				return fmt.Errorf("not ready: %s: %s", resp.Status, strings.TrimSpace(string(body)))
			}
			return nil
		}
	},
}
