package deliver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/eventveil/eventveil/rules"
)

// authority signs certificates.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t}
	der, key := a.sign(&x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, Subject: pkix.Name{CommonName: "authority"}})
	var err error
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.key = key
	a.file = a.write("CERTIFICATE", der)
	return a
}

// sign makes a key and a certificate; the first signs itself.
func (a *authority) sign(c *x509.Certificate) (der []byte, key *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(time.Now().UnixNano()), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = c, key
	}
	if der, err = x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer); err != nil {
		a.t.Fatal(err)
	}
	return der, key
}

func (a *authority) write(kind string, der []byte) string {
	f, err := os.CreateTemp(a.t.TempDir(), "*.pem")
	if err == nil {
		err = pem.Encode(f, &pem.Block{Type: kind, Bytes: der})
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		a.t.Fatal(err)
	}
	return f.Name()
}

func TestTLS(t *testing.T) {
	ours, theirs := newAuthority(t), newAuthority(t)
	serverDER, serverKey := theirs.sign(&x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	clientDER, clientKey := ours.sign(&x509.Certificate{Subject: pkix.Name{CommonName: "eventveil"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	keyDER, err := x509.MarshalECPrivateKey(clientKey)
	if err != nil {
		t.Fatal(err)
	}
	cert, key := ours.write("CERTIFICATE", clientDER), ours.write("EC PRIVATE KEY", keyDER)

	pool := x509.NewCertPool()
	pool.AddCert(ours.cert)
	names := make(chan string, 100)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		names <- r.TLS.PeerCertificates[0].Subject.CommonName
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool,
		Certificates: []tls.Certificate{{Certificate: [][]byte{serverDER}, PrivateKey: serverKey}}}
	server.TLS.MaxVersion = tls.VersionTLS12 // of a later one the refusal may come too late to be read
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	server.StartTLS()
	defer server.Close()

	rig := start(t,
		to("good", server.URL, func(d *rules.Destination) {
			d.TLS = rules.TLS{CAFile: theirs.file, CertFile: cert, KeyFile: key}
		}),
		to("stranger", server.URL, func(d *rules.Destination) { d.TLS = rules.TLS{CertFile: cert, KeyFile: key} }),
		to("anonymous", server.URL, func(d *rules.Destination) { d.TLS = rules.TLS{CAFile: theirs.file} }))
	for _, name := range []string{"good", "stranger", "anonymous"} {
		rig.put(message(name, "web", `{"id":1}`))
	}
	rig.settled("good")
	if name := <-names; name != "eventveil" {
		t.Errorf("the certificate is %q's", name)
	}
	f := func(name, trouble string) {
		t.Helper()
		until(t, name+": "+trouble, func() bool { return rig.States()[name].Trouble == trouble })
		if n := rig.backlog(name).Messages; n != 1 {
			t.Errorf("%d messages wait for %s", n, name)
		}
	}
	f("stranger", "its certificate is not one that we trust: look at tls.ca_file")
	f("anonymous", "it refuses our TLS: look at tls.cert_file")
	if _, err := New(Options{Queue: rig.queue, Policy: policy(to("d", server.URL, func(d *rules.Destination) {
		d.TLS.CAFile = filepath.Join(t.TempDir(), "none.pem")
	}))}); err == nil {
		t.Error("a policy with a missing certificate can be used")
	}
}
