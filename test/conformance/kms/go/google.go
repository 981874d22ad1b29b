package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"cloud.google.com/go/kms/apiv1/kmspb"
	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// token is what the metadata server gives, and what every call to an API must carry.
const token = "stand-in-token"

// Google is the part of Google Cloud that Signatory speaks to.
type Google struct {
	keys      *Keys
	marks     *Marks
	authority string // file, PEM
	proxy     string
	metadata  string
}

// startGoogle listens on loopback, and ends with the process.
func startGoogle(folder string, place Place, keys []Key) (*Google, error) {
	google := &Google{keys: newKeys(place, keys), marks: newMarks(place), authority: filepath.Join(folder, "authority.pem")}
	certificate, err := newCertificate(google.authority)
	if err != nil {
		return nil, err
	}
	apis := grpc.NewServer(
		grpc.Creds(credentials.NewServerTLSFromCert(certificate)),
		grpc.UnaryInterceptor(withToken),
		grpc.StreamInterceptor(withTokenStream),
	)
	kmspb.RegisterKeyManagementServiceServer(apis, google.keys)
	firestorepb.RegisterFirestoreServer(apis, google.marks)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go apis.Serve(listener)
	if google.proxy, err = serve(proxyTo(listener.Addr().String())); err != nil {
		return nil, err
	}
	google.metadata, err = serve(http.HandlerFunc(metadataServer))
	return google, err
}

// environment leads a program to this Google and to no other.
func (g *Google) environment() []string {
	return []string{
		"HTTPS_PROXY=http://" + g.proxy,
		"GCE_METADATA_HOST=" + g.metadata,
		"SSL_CERT_FILE=" + g.authority,
		"SSL_CERT_DIR=/nonexistent",
	}
}

func serve(handler http.Handler) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go http.Serve(listener, handler)
	return listener.Addr().String(), nil
}

var hosts = map[string]bool{"cloudkms.googleapis.com:443": true, "firestore.googleapis.com:443": true}

// proxyTo connects whoever asks for one of the two APIs with the stand-in, and nobody with anything else.
func proxyTo(apis string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || !hosts[r.Host] {
			http.Error(w, "no way to "+r.Host, http.StatusForbidden)
			return
		}
		there, err := net.Dial("tcp", apis)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		here, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			there.Close()
			return
		}
		io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() { io.Copy(there, here); there.Close() }()
		go func() { io.Copy(here, there); here.Close() }()
	})
}

// metadataServer answers as GKE's metadata server does to a pod of a service account.
func metadataServer(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Metadata-Flavor", "Google")
	if r.Header.Get("Metadata-Flavor") != "Google" {
		http.Error(w, "no header Metadata-Flavor", http.StatusForbidden)
		return
	}
	const account = "/computeMetadata/v1/instance/service-accounts/default/"
	switch r.URL.Path {
	case account + "token":
		json.NewEncoder(w).Encode(map[string]any{"access_token": token, "expires_in": 3599, "token_type": "Bearer"})
	case account + "email":
		io.WriteString(w, "signer@stand-in.iam.gserviceaccount.com")
	case "/computeMetadata/v1/universe/universe-domain":
		io.WriteString(w, "googleapis.com")
	default:
		http.NotFound(w, r)
	}
}

// newCertificate makes one for both APIs that vouches for itself, and writes it where Signatory finds it.
func newCertificate(file string) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "tezos-bakery stand-in"},
		DNSNames:              []string{"cloudkms.googleapis.com", "firestore.googleapis.com"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, os.WriteFile(file, block, 0o600)
}

// privateKey is a key of the hardware, from its number in hex.
func privateKey(curve, d string) *ecdsa.PrivateKey {
	var c elliptic.Curve = elliptic.P256()
	if curve == "secp256k1" {
		c = secp256k1.S256()
	}
	bytes, err := hex.DecodeString(d)
	if err != nil {
		panic(err)
	}
	key := &ecdsa.PrivateKey{D: new(big.Int).SetBytes(bytes)}
	key.Curve = c
	key.X, key.Y = c.ScalarBaseMult(bytes)
	return key
}

// derOf is a signature as Cloud KMS answers it.
func derOf(r, s *big.Int) []byte {
	der, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	if err != nil {
		panic(err)
	}
	return der
}
