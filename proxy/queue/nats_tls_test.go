package queue_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eventveil/eventveil/internal/testnats"
	"github.com/eventveil/eventveil/proxy/queue"
)

// identity writes a certificate that is its own authority, for 127.0.0.1 and for clients.
func identity(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, private.Public(), private)
	must(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	must(t, err)
	cert, key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	must(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	must(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	return cert, key
}

// A server and a client show each other their certificates.
func TestTLS(t *testing.T) {
	cert, key := identity(t)
	s := testnats.Start(t, testnats.Config(fmt.Sprintf("tls { cert_file: %q, key_file: %q, ca_file: %q, verify: true }", cert, key, cert)))
	o := natsOptions(strings.Replace(s.URL(), "nats:", "tls:", 1), nil)
	o.CAFile, o.CertFile, o.KeyFile = cert, cert, key
	q, err := queue.OpenCluster(o, soon)
	must(t, err)
	must(t, put(q, numbered("web", 0)))
	must(t, q.Close())

	// Without its authority the server is not believed: it counts as away.
	o.CAFile = ""
	var log strings.Builder
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	if q, err = queue.OpenCluster(o, soon); err == nil {
		err = put(q, numbered("web", 1))
		must(t, q.Close())
	}
	if err == nil || !strings.Contains(log.String(), "certificate signed by unknown authority") {
		t.Errorf("%v, and the log says %q", err, log.String())
	}
}
