// Package upstream makes the HTTP clients of destinations: bounded, without retries or
// redirects, and with the destination's certificates.
package upstream

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/rules"
)

// Client speaks to one server: Events for what has small answers, Stream for what is
// passed through.
type Client struct {
	Events, Stream *fasthttp.HostClient
	Origin         string // scheme://host
	Host           string
	Prefix         string // path in front of every request's path
	Target
}

// Target is what tells one client from another.
type Target struct {
	URL     string
	Timeout time.Duration // of one request
	Conns   int           // at most
	TLS     rules.TLS
}

// Of is the target of a destination.
func Of(d *rules.Destination, p *rules.Policy) Target {
	t := Target{URL: d.URL, Timeout: d.Timeout, Conns: p.Limits.Conns, TLS: d.TLS}
	if t.Timeout == 0 {
		t.Timeout = p.Timeouts.Upstream
	}
	return t
}

// maxIdle is how long a connection to the collector is kept without use. A request
// on one that the collector is just closing is lost, and is not sent again here; so
// this is less than the shortest idle timeout that servers have (Node.js: 5 s).
const maxIdle = 4 * time.Second

// New makes a client. Its errors name no part of the URL.
func New(to Target) (*Client, error) {
	u, err := url.Parse(to.URL)
	if err != nil {
		return nil, errors.New("it is not a URL")
	}
	addr := u.Host
	if u.Port() == "" {
		addr = net.JoinHostPort(u.Hostname(), map[bool]string{false: "80", true: "443"}[u.Scheme == "https"])
	}
	config, err := Config(to.TLS)
	if err != nil {
		return nil, err
	}
	config.ServerName = u.Hostname()
	client := func() *fasthttp.HostClient {
		return &fasthttp.HostClient{
			Addr:      addr,
			IsTLS:     u.Scheme == "https",
			TLSConfig: config,
			Dial: func(addr string) (net.Conn, error) {
				return fasthttp.DialDualStackTimeout(addr, min(to.Timeout, 10*time.Second))
			},
			MaxConns:                      to.Conns,
			ReadTimeout:                   to.Timeout,
			WriteTimeout:                  to.Timeout,
			MaxIdleConnDuration:           maxIdle,
			MaxIdemponentCallAttempts:     1,
			RetryIfErr:                    func(*fasthttp.Request, int, error) (bool, bool) { return false, false },
			ReadBufferSize:                32 << 10,
			WriteBufferSize:               128 << 10,
			MaxResponseBodySize:           16 << 20,
			NoDefaultUserAgentHeader:      true,
			DisablePathNormalizing:        true,
			DisableHeaderNamesNormalizing: false,
			SecureErrorLogMessage:         true,
		}
	}
	c := &Client{Events: client(), Stream: client(), Origin: u.Scheme + "://" + u.Host, Host: u.Host, Prefix: strings.TrimSuffix(u.EscapedPath(), "/"), Target: to}
	c.Stream.StreamResponseBody = true
	dial := c.Stream.Dial
	c.Stream.Dial = func(addr string) (net.Conn, error) {
		conn, err := dial(addr)
		if err != nil {
			return nil, err
		}
		return &patient{conn, to.Timeout}, nil
	}
	return c, nil
}

// Config reads the certificates of a destination. Its errors name keys of the
// configuration.
func Config(t rules.TLS) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.CAFile != "" {
		pem, err := os.ReadFile(t.CAFile)
		if err != nil {
			return nil, fmt.Errorf("cannot read tls.ca_file: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("there is no certificate in PEM in tls.ca_file")
		}
	}
	if t.CertFile != "" {
		cert, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("cannot use tls.cert_file with tls.key_file: %w", err)
		}
		c.Certificates = []tls.Certificate{cert}
	}
	return c, nil
}

// Close lets go of connections that are not in use.
func (c *Client) Close() {
	c.Events.CloseIdleConnections()
	c.Stream.CloseIdleConnections()
}

// patient is a connection whose time to read begins anew with every read: what is
// streamed comes as fast as a browser takes it. The whole is bounded by the
// listener's time to write.
type patient struct {
	net.Conn
	timeout time.Duration
}

func (c *patient) Read(b []byte) (int, error) {
	if err := c.Conn.SetReadDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

// SetReadDeadline is Read's business.
func (c *patient) SetReadDeadline(time.Time) error { return nil }
