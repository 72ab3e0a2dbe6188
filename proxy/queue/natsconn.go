package queue

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"
)

func (c *cluster) connect() error {
	options, err := c.options.connection()
	if err != nil {
		return err
	}
	options = append(options,
		nats.Name("eventveil"), nats.Timeout(connectFor), nats.MaxReconnects(-1), nats.ReconnectWait(250*time.Millisecond),
		nats.PingInterval(10*time.Second), nats.MaxPingsOutstanding(2),
		nats.IgnoreAuthErrorAbort(), // who is refused later may be let in again
		nats.ReconnectBufSize(-1),   // what cannot be sent fails, and is tried again by those who know what it is
		nats.ReconnectHandler(func(*nats.Conn) {
			c.noted.fine("connection")
			for _, p := range c.all() {
				signal(p.mine.renew)
			}
		}),
		nats.ConnectHandler(func(*nats.Conn) { c.noted.fine("connection") }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if c.ctx.Err() == nil && err != nil {
				c.noted.trouble("connection", plain(err))
			}
		}),
		nats.ReconnectErrHandler(func(_ *nats.Conn, err error) { c.noted.trouble("connection", plain(err)) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { c.noted.trouble("protocol", plain(err)) }),
	)
	nc, err := nats.Connect(c.options.URL, options...)
	if refused(err) {
		return plain(err)
	}
	if err != nil {
		c.noted.trouble("connection", plain(err))
		if nc, err = nats.Connect(c.options.URL, append(options, nats.RetryOnFailedConnect(true))...); err != nil {
			return plain(err)
		}
	}
	c.nc, c.nobody = nc, nats.NewInbox()
	c.js, err = jetstream.New(nc, jetstream.WithPublishAsyncTimeout(storeFor), jetstream.WithDefaultTimeout(askFor))
	if err != nil {
		nc.Close()
	}
	return err
}

// connection is what the options ask of a connection. Files are read again whenever one
// is made; now, only to be checked.
func (o *NATSOptions) connection() ([]nats.Option, error) {
	for _, s := range strings.Split(o.URL, ",") {
		u, err := url.Parse(strings.TrimSpace(s))
		if err != nil || u.Host == "" || u.Scheme != "nats" && u.Scheme != "tls" {
			return nil, errors.New("NATS: url is not one such as nats://host:4222 or tls://host:4222, or several with commas between them")
		}
	}
	var options []nats.Option
	if o.Credentials != "" {
		text, err := os.ReadFile(o.Credentials)
		if err != nil {
			return nil, fmt.Errorf("NATS: cannot read credentials_file: %w", err)
		}
		if _, err := nkeys.ParseDecoratedJWT(text); err != nil {
			return nil, fmt.Errorf("NATS: credentials_file %s holds no user's JWT: write one with nsc generate creds", o.Credentials)
		}
		if _, err := nkeys.ParseDecoratedUserNKey(text); err != nil {
			return nil, fmt.Errorf("NATS: credentials_file %s holds no user's seed: write one with nsc generate creds", o.Credentials)
		}
		options = append(options, nats.UserCredentials(o.Credentials))
	}
	if o.CAFile != "" {
		pem, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, fmt.Errorf("NATS: cannot read ca_file: %w", err)
		}
		if !x509.NewCertPool().AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("NATS: ca_file %s holds no certificate in PEM", o.CAFile)
		}
		options = append(options, nats.RootCAs(o.CAFile))
	}
	if o.CertFile != "" {
		if _, err := tls.LoadX509KeyPair(o.CertFile, o.KeyFile); err != nil {
			return nil, fmt.Errorf("NATS: cannot use cert_file %s with key_file %s: %w", o.CertFile, o.KeyFile, err)
		}
		options = append(options, nats.ClientCert(o.CertFile, o.KeyFile))
	}
	return options, nil
}

// plain says what is wrong with a connection without the URL, which may hold a password.
func plain(err error) error {
	if refused(err) {
		return fmt.Errorf("NATS refuses us: %w; look at credentials_file, or the user and password in url", err)
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return fmt.Errorf("NATS: %w", err)
}

// refused tells of a server that is there and does not let us in.
func refused(err error) bool {
	for _, e := range []error{nats.ErrAuthorization, nats.ErrAuthExpired, nats.ErrAuthRevoked, nats.ErrAccountAuthExpired} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
