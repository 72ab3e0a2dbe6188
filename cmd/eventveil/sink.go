package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// sinkBody bounds what the sink reads of one request.
const sinkBody = 64 << 20

var sinkCommand = &command{
	name:  "sink",
	short: "stand in for a collector and print what arrives",
	long: `
Listens as a collector would, prints method, path and body of every request to
standard output and answers {"success":true}. Bodies packed with gzip are
unpacked for printing. It is for trying rules out, with made-up data: it prints
everything that it is sent.`,
	example: "eventveil sink -listen 127.0.0.1:9000",
	bind: func(fs *flag.FlagSet) call {
		listen := fs.String("listen", "127.0.0.1:9000", "the `address` to listen on")
		quiet := fs.Bool("quiet", false, "print one line a request, without bodies")
		status := fs.Int("status", http.StatusOK, "the HTTP status `code` to answer with")
		return func(ctx context.Context, s *streams, args []string) error {
			if len(args) > 0 {
				return usagef("takes no arguments")
			}
			if *status < 200 || *status > 599 {
				return usagef("-status must lie between 200 and 599")
			}
			l, err := net.Listen("tcp", *listen)
			if err != nil {
				return fmt.Errorf("cannot listen: %w", err)
			}
			fmt.Fprintf(s.stderr, "sink listens on http://%s\n", l.Addr())
			return serveSink(ctx, l, &sink{out: s.stdout, quiet: *quiet, status: *status})
		}
	},
}

// sink prints requests. Its printing is serialized, so that bodies of
// concurrent requests do not mix.
type sink struct {
	mu     sync.Mutex
	out    io.Writer
	quiet  bool
	status int
}

func serveSink(ctx context.Context, l net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { srv.Close() })
	defer stop()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// ServeHTTP prints one request and answers it.
func (k *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, sinkBody))
	if err != nil {
		http.Error(w, `{"success":false}`, http.StatusBadRequest)
		return
	}
	k.print(r, body)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(k.status)
	fmt.Fprintf(w, "{\"success\":%t}\n", k.status < 300)
}

func (k *sink) print(r *http.Request, body []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.quiet {
		fmt.Fprintf(k.out, "%s %s %d bytes\n", r.Method, r.URL.RequestURI(), len(body))
		return
	}
	fmt.Fprintf(k.out, "%s %s\n", r.Method, r.URL.RequestURI())
	if len(body) > 0 {
		fmt.Fprintf(k.out, "%s\n", readable(body))
	}
}

// readable unpacks gzip and indents JSON; anything else stays as it came.
func readable(body []byte) []byte {
	if bytes.HasPrefix(body, []byte("\x1f\x8b")) {
		if unpacked, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
			if plain, err := io.ReadAll(io.LimitReader(unpacked, sinkBody)); err == nil {
				body = plain
			}
		}
	}
	var pretty bytes.Buffer
	if json.Indent(&pretty, body, "", "  ") == nil {
		return pretty.Bytes()
	}
	return body
}
