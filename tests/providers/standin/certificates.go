package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"time"
)

type certificates struct {
	good, expired, wrongHost, selfSigned tls.Certificate
}

type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// Certificates of an authority of their own, whose certificate it writes to caFile.
func issue(caFile string) (certificates, error) {
	var issued certificates
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return issued, err
	}
	template := template("the stand-in's authority", time.Hour)
	template.IsCA = true
	template.BasicConstraintsValid = true
	template.KeyUsage = x509.KeyUsageCertSign
	bytes, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return issued, err
	}
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: bytes})
	if err := os.WriteFile(caFile, encoded, 0o600); err != nil {
		return issued, err
	}
	ca := &authority{template, key}
	if issued.good, err = certify(ca, "127.0.0.1", time.Hour); err != nil {
		return issued, err
	}
	if issued.expired, err = certify(ca, "127.0.0.1", -time.Minute); err != nil {
		return issued, err
	}
	if issued.wrongHost, err = certify(ca, "192.0.2.1", time.Hour); err != nil {
		return issued, err
	}
	issued.selfSigned, err = certify(nil, "127.0.0.1", time.Hour)
	return issued, err
}

func template(name string, validFor time.Duration) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-24 * time.Hour),
		NotAfter:     time.Now().Add(validFor),
	}
}

// Signed by the authority, or by itself where that is nil.
func certify(by *authority, address string, validFor time.Duration) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := template(address, validFor)
	template.IPAddresses = []net.IP{net.ParseIP(address)}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	parent, signer := template, key
	if by != nil {
		parent, signer = by.certificate, by.key
	}
	bytes, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{bytes}, PrivateKey: key}, nil
}
