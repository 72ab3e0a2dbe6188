package proxy

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/eventveil/eventveil/rules"
)

// planted are values that the policy of these tests lets reach nobody.
var planted = []string{"ada.l@example.com", "ada.l%40example.com", "4111111111111111"}

// enforcing hashes e-mail addresses, blocks restricted data, truncates addresses.
const enforcing = `
version: 1
mode: enforce
keys: [{id: k1, secret: "0123456789abcdef0123456789abcdef"}]
destinations: [{name: collector, url: "URL"}]
cookies: {forward: [sp]}
timeouts: {read: 2s, write: 2s, upstream: 2s, drain: 2s}
rules:
  - {name: test events stay home, when: {event: "Internal *"}, action: drop}
  - {name: no restricted data, when: {class: red}, action: block}
  - {name: e-mail hashed, when: {type: email}, action: {hash: {key: k1}}}
  - {name: coarse addresses, when: {type: ip_address}, action: {truncate: {ipv4: 24, ipv6: 48}}}
`

// with is enforcing with more keys in front of its rules.
func with(keys string) string {
	return strings.Replace(enforcing, "\nrules:", "\n"+keys+"\nrules:", 1)
}

func policy(t testing.TB, yaml, url string) *rules.Policy {
	t.Helper()
	p, report := rules.Parse("test", []byte(strings.ReplaceAll(yaml, "URL", url)), nil)
	if p == nil {
		t.Fatal(report.Err())
	}
	return p
}

// arrival is a request as the collector got it.
type arrival struct {
	method, target, body string
	header, trailer      http.Header
}

// collector is a fake upstream. It fails the test when a planted value arrives.
type collector struct {
	*httptest.Server
	mu       sync.Mutex
	arrivals []arrival
}

// collect starts a collector; answer may be nil for 200 and {"success":true}.
func collect(t testing.TB, answer http.HandlerFunc) *collector {
	t.Helper()
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a := arrival{r.Method, r.RequestURI, string(body), r.Header.Clone(), r.Trailer.Clone()}
		for _, value := range planted {
			if strings.Contains(fmt.Sprintf("%q", a), value) {
				t.Errorf("a planted value arrived at the collector: %+v", a)
			}
		}
		c.mu.Lock()
		c.arrivals = append(c.arrivals, a)
		c.mu.Unlock()
		if answer != nil {
			answer(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"success":true}`)
	}))
	t.Cleanup(c.Close)
	return c
}

// take returns what has arrived and forgets it.
func (c *collector) take() []arrival {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.arrivals
	c.arrivals = nil
	return list
}

// one returns the one request that has arrived.
func (c *collector) one(t *testing.T) arrival {
	t.Helper()
	list := c.take()
	if len(list) != 1 {
		t.Fatalf("%d requests arrived at the collector, want 1: %+v", len(list), list)
	}
	return list[0]
}

// none fails when anything has arrived.
func (c *collector) none(t *testing.T) {
	t.Helper()
	if list := c.take(); len(list) > 0 {
		t.Errorf("arrived at the collector: %+v", list)
	}
}

// proxied is a running Server.
type proxied struct {
	*Server
	addr     string
	registry *prometheus.Registry
	log      bytes.Buffer
}

// serve starts a Server on a free port. Its metrics and its log are searched for
// planted values at the end.
func serve(t *testing.T, yaml, url string, recorder Recorder) *proxied {
	t.Helper()
	return serveWith(t, Options{Policy: policy(t, yaml, url), Recorder: recorder})
}

func serveWith(t *testing.T, o Options) *proxied {
	t.Helper()
	p := &proxied{registry: prometheus.NewRegistry()}
	o.Registry, o.Instance, o.Log = p.registry, "test", slog.New(slog.NewTextHandler(&p.log, nil))
	var err error
	if p.Server, err = New(o); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = l.Addr().String()
	done := make(chan error, 1)
	go func() { done <- p.Serve(l) }()
	t.Cleanup(func() {
		text := p.text(t) + p.log.String()
		for _, value := range planted {
			if strings.Contains(text, value) {
				t.Errorf("a planted value is in the metrics or the log")
			}
		}
		l.Close()
		<-done
	})
	return p
}

func (p *proxied) text(t *testing.T) string {
	t.Helper()
	w := httptest.NewRecorder()
	promhttp.HandlerFor(p.registry, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Body.String()
}

// metric reads a sample, 0 when there is none. name may have labels in {}.
func (p *proxied) metric(t *testing.T, name string) float64 {
	t.Helper()
	m := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + ` (\S+)$`).FindStringSubmatch(p.text(t))
	if m == nil {
		return 0
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (p *proxied) outcome(t *testing.T, outcome string) float64 {
	t.Helper()
	return p.outcomeFor(t, "collector", outcome)
}

func (p *proxied) outcomeFor(t *testing.T, destination, outcome string) float64 {
	t.Helper()
	return p.metric(t, `eventveil_events_total{destination="`+destination+`",outcome="`+outcome+`"}`)
}

func (p *proxied) refusedBy(t *testing.T, reason string) float64 {
	t.Helper()
	return p.metric(t, `eventveil_refused_total{reason="`+reason+`"}`)
}

// answer is a response with its body read.
type answer struct {
	status int
	header http.Header
	body   string
	close  bool // the connection ends after it
}

// send makes a request; headers are name, value pairs.
func (p *proxied) send(t *testing.T, method, target, body string, headers ...string) answer {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", method, target)
	host := "proxy.example.com"
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			host = headers[i+1]
			continue
		}
		fmt.Fprintf(&b, "%s: %s\r\n", headers[i], headers[i+1])
	}
	fmt.Fprintf(&b, "Host: %s\r\nContent-Length: %d\r\n\r\n%s", host, len(body), body)
	list := p.raw(t, method, b.String(), 1)
	if len(list) != 1 {
		t.Fatalf("no answer to %s %s", method, target)
	}
	return list[0]
}

// post sends a JSON body and wants a status.
func (p *proxied) post(t *testing.T, want int, target, body string, headers ...string) answer {
	t.Helper()
	a := p.send(t, "POST", target, body, append([]string{"Content-Type", "application/json"}, headers...)...)
	if a.status != want {
		t.Errorf("POST %s: status %d, want %d (%s)", target, a.status, want, a.body)
	}
	return a
}

// raw writes bytes to a connection and reads up to n answers, or until it is closed.
func (p *proxied) raw(t *testing.T, method, request string, n int) (list []answer) {
	t.Helper()
	c, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	go func() { io.WriteString(c, request) }()
	r := bufio.NewReader(c)
	for len(list) < n {
		res, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			return list
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatalf("the answer was cut off: %v", err)
		}
		list = append(list, answer{res.StatusCode, res.Header, string(body), res.Close})
	}
	return list
}
