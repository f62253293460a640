package ingest

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"strings"
)

// signature is an X-Hub-Signature field: the HMAC of a body (WebSub, section
// 8). Subscribers must take all four methods.
type signature struct {
	method func() hash.Hash
	mac    []byte
}

var signatureMethods = map[string]func() hash.Hash{
	"sha1":   sha1.New,
	"sha256": sha256.New,
	"sha384": sha512.New384,
	"sha512": sha512.New,
}

// parseSignature reads "method=hex". ok is false for what no body could have.
func parseSignature(field string) (s signature, ok bool) {
	name, digits, _ := strings.Cut(strings.TrimSpace(field), "=")
	method, known := signatureMethods[strings.ToLower(name)]
	if !known {
		return s, false
	}
	mac, err := hex.DecodeString(digits)
	if err != nil || len(mac) != method().Size() {
		return s, false
	}
	return signature{method, mac}, true
}

// signs reports whether body was signed with secret. The time it takes does
// not tell how much of the signature is right.
func (s signature) signs(body []byte, secret string) bool {
	h := hmac.New(s.method, []byte(secret))
	_, _ = h.Write(body) // a hash's Write returns no error
	return hmac.Equal(h.Sum(nil), s.mac)
}
