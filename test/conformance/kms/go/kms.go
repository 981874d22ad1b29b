package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Place says where the bakery's things are in Google Cloud.
type Place struct {
	Project  string `json:"project"`
	Location string `json:"location"`
	KeyRing  string `json:"keyRing"`
	Database string `json:"database"`
}

// Key is one of the ring, with the number that the hardware would keep.
type Key struct {
	Name  string `json:"name"`
	Curve string `json:"curve"`
	PEM   string `json:"pem"`
	D     string `json:"d"`
}

// Signature is one that the hardware has made.
type Signature struct {
	Key    string `json:"key"`
	Digest string `json:"digest"`
	R      string `json:"r"`
	S      string `json:"s"`
}

// Keys is Cloud KMS with one ring.
type Keys struct {
	kmspb.UnimplementedKeyManagementServiceServer
	ring  string
	keys  map[string]Key // by the name of version 1
	mutex sync.Mutex
	made  []Signature
}

func newKeys(place Place, keys []Key) *Keys {
	ring := fmt.Sprintf("projects/%s/locations/%s/keyRings/%s", place.Project, place.Location, place.KeyRing)
	byVersion := map[string]Key{}
	for _, key := range keys {
		byVersion[fmt.Sprintf("%s/cryptoKeys/%s/cryptoKeyVersions/1", ring, key.Name)] = key
	}
	return &Keys{ring: ring, keys: byVersion}
}

func (k *Keys) ListCryptoKeys(_ context.Context, r *kmspb.ListCryptoKeysRequest) (*kmspb.ListCryptoKeysResponse, error) {
	if r.Parent != k.ring {
		return nil, status.Errorf(codes.PermissionDenied, "no permission on %s", r.Parent)
	}
	var answer kmspb.ListCryptoKeysResponse
	for version := range k.keys {
		name := version[:strings.Index(version, "/cryptoKeyVersions/")]
		answer.CryptoKeys = append(answer.CryptoKeys, &kmspb.CryptoKey{Name: name, Purpose: kmspb.CryptoKey_ASYMMETRIC_SIGN})
	}
	return &answer, nil
}

func (k *Keys) ListCryptoKeyVersions(_ context.Context, r *kmspb.ListCryptoKeyVersionsRequest) (*kmspb.ListCryptoKeyVersionsResponse, error) {
	name := r.Parent + "/cryptoKeyVersions/1"
	if _, ok := k.keys[name]; !ok {
		return nil, status.Errorf(codes.NotFound, "no key %s", r.Parent)
	}
	version := &kmspb.CryptoKeyVersion{Name: name, State: kmspb.CryptoKeyVersion_ENABLED}
	return &kmspb.ListCryptoKeyVersionsResponse{CryptoKeyVersions: []*kmspb.CryptoKeyVersion{version}}, nil
}

func (k *Keys) GetPublicKey(_ context.Context, r *kmspb.GetPublicKeyRequest) (*kmspb.PublicKey, error) {
	key, ok := k.keys[r.Name]
	if !ok {
		return nil, status.Errorf(codes.NotFound, "no version %s", r.Name)
	}
	return &kmspb.PublicKey{Name: r.Name, Pem: key.PEM}, nil
}

func (k *Keys) AsymmetricSign(_ context.Context, r *kmspb.AsymmetricSignRequest) (*kmspb.AsymmetricSignResponse, error) {
	key, ok := k.keys[r.Name]
	if !ok {
		return nil, status.Errorf(codes.NotFound, "no version %s", r.Name)
	}
	digest := r.GetDigest().GetSha256()
	if len(digest) != 32 {
		return nil, status.Error(codes.InvalidArgument, "the digest of these keys has 32 bytes")
	}
	x, y, err := ecdsa.Sign(rand.Reader, privateKey(key.Curve, key.D), digest)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.made = append(k.made, Signature{key.Name, hex.EncodeToString(digest), fmt.Sprintf("%064x", x), fmt.Sprintf("%064x", y)})
	return &kmspb.AsymmetricSignResponse{Name: r.Name, Signature: derOf(x, y)}, nil
}

// taken answers what was signed since it was last asked.
func (k *Keys) taken() []Signature {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	made := k.made
	k.made = nil
	return made
}

func hasToken(ctx context.Context) error {
	words, _ := metadata.FromIncomingContext(ctx)
	for _, word := range words.Get("authorization") {
		if word == "Bearer "+token {
			return nil
		}
	}
	return status.Error(codes.Unauthenticated, "no token of the metadata server")
}

func withToken(ctx context.Context, request any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if err := hasToken(ctx); err != nil {
		return nil, err
	}
	return next(ctx, request)
}

func withTokenStream(server any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if err := hasToken(stream.Context()); err != nil {
		return err
	}
	return next(server, stream)
}
