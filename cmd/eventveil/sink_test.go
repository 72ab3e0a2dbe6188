package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestSink(t *testing.T) {
	f := func(k *sink, body, wantStatus, wantAnswer, wantPrinted string) {
		t.Helper()
		var out bytes.Buffer
		k.out = &out
		r := httptest.NewRequest(http.MethodPost, "/v1/track?x=1", strings.NewReader(body))
		w := httptest.NewRecorder()
		k.ServeHTTP(w, r)
		if got := w.Result().Status; got != wantStatus {
			t.Errorf("status %q, want %q", got, wantStatus)
		}
		if got := w.Body.String(); got != wantAnswer {
			t.Errorf("answer %q, want %q", got, wantAnswer)
		}
		if got := out.String(); got != wantPrinted {
			t.Errorf("printed %q, want %q", got, wantPrinted)
		}
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	io.WriteString(w, `{"a":1}`)
	w.Close()
	fine, pretty := "{\"success\":true}\n", "POST /v1/track?x=1\n{\n  \"a\": 1\n}\n"
	f(&sink{status: 200}, `{"a":1}`, "200 OK", fine, pretty)
	f(&sink{status: 200}, packed.String(), "200 OK", fine, pretty)
	f(&sink{status: 200}, "e=pv&aid=x", "200 OK", fine, "POST /v1/track?x=1\ne=pv&aid=x\n")
	f(&sink{status: 200}, "\x1f\x8bnot gzip", "200 OK", fine, "POST /v1/track?x=1\n\x1f\x8bnot gzip\n")
	f(&sink{status: 200}, "", "200 OK", fine, "POST /v1/track?x=1\n")
	f(&sink{status: 200, quiet: true}, `{"a":1}`, "200 OK", fine, "POST /v1/track?x=1 7 bytes\n")
	f(&sink{status: 503}, "{}", "503 Service Unavailable", "{\"success\":false}\n", "POST /v1/track?x=1\n{}\n")
}

func TestSinkEnds(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- serveSink(ctx, l, &sink{out: io.Discard, status: 200}) }()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestHealthcheck(t *testing.T) {
	f := func(code int, want int, words string) {
		t.Helper()
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			io.WriteString(w, "queue is full")
		}))
		defer srv.Close()
		var out, errs bytes.Buffer
		got := run(context.Background(), []string{"healthcheck", "-url", srv.URL}, strings.NewReader(""), &out, &errs)
		if got != want || out.Len() > 0 || !strings.Contains(errs.String(), words) {
			t.Errorf("%d: status %d, printed %q, said %q", code, got, out.String(), errs.String())
		}
	}
	f(200, exitFine, "")
	f(503, exitFound, "503 Service Unavailable: queue is full")
}
