package nashra

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// Hash is the first 16 bytes of a SHA-256; the zero value means "none".
type Hash [16]byte

// HashOf hashes parts so that ("ab", "c") and ("a", "bc") differ.
func HashOf(parts ...string) Hash {
	h := sha256.New()
	var buf [1 << 10]byte // a part is not copied whole
	for _, p := range parts {
		h.Write(append(strconv.AppendInt(buf[:0], int64(len(p)), 10), ':'))
		for len(p) > 0 {
			n := copy(buf[:], p)
			h.Write(buf[:n])
			p = p[n:]
		}
	}
	return Hash(h.Sum(nil)[:16])
}

// HashOfBytes is HashOf(string(data)), without the string.
func HashOfBytes(data []byte) Hash {
	h := sha256.New()
	fmt.Fprintf(h, "%d:", len(data))
	h.Write(data)
	return Hash(h.Sum(nil)[:16])
}

// IsZero reports whether h is no hash.
func (h Hash) IsZero() bool { return h == Hash{} }

// String is h in lower-case hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText is String as bytes; the zero hash is "".
func (h Hash) MarshalText() ([]byte, error) {
	if h.IsZero() {
		return nil, nil
	}
	return []byte(h.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*h = Hash{}
		return nil
	}
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("hash of %d characters, not %d", len(text), hex.EncodedLen(len(h)))
	}
	_, err := hex.Decode(h[:], text)
	return err
}

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewID makes the id of an article from its partner and the first of these
// that the entry has: its guid (a guid that is a URL counts by its link key),
// its link key, its folded title. The result has 26 characters, a-z and 2-7,
// and is published as urn:nashra:ID.
//
// It only mints: an article that is stored already keeps the id it has, which
// the store finds by its guid and link key.
func NewID(partner, identity string) string {
	sum := sha256.Sum256([]byte(partner + "\x00" + identity))
	return idEncoding.EncodeToString(sum[:16])
}

// URN is the id of an article as feeds publish it.
func URN(id string) string { return "urn:nashra:" + id }

// Identity is all that tells which article an entry is.
type Identity struct {
	Partner string `json:"partner"`
	GUID    string `json:"guid,omitempty"` // empty where the feed's guids are not trusted
	Link    string `json:"link,omitempty"`
	Title   string `json:"title,omitempty"`
}

// GUIDKey is the guid as identities compare it: the link key of one that is a
// web address, else the guid itself without space around it.
func (i Identity) GUIDKey() string {
	guid := strings.TrimSpace(i.GUID)
	if key := LinkKey(guid); key != "" {
		return key
	}
	return guid
}

// LinkKey is a web address without what changes while the page stays the same:
// scheme, "www.", default port, fragment, tracking parameters, trailing slash,
// the way of escaping. It is "" for what is no http or https address.
func LinkKey(link string) string {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if ascii, err := idna.ToASCII(host); err == nil {
		host = ascii
	}
	if host = strings.TrimPrefix(host, "www."); host == "" {
		return ""
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		host += ":" + p
	}
	RemoveTracking(u)
	path := (&url.URL{Path: strings.TrimRight(u.Path, "/")}).EscapedPath()
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return host + path
}

// trackingParameters tell a partner where a click came from and name no other
// page. Names that begin with "utm_" are treated alike.
var trackingParameters = map[string]bool{
	"fbclid": true, "gclid": true, "dclid": true, "msclkid": true, "yclid": true,
	"mc_cid": true, "mc_eid": true, "igshid": true,
}

// RemoveTracking takes the tracking parameters out of u's query and leaves the
// others in their order and spelling.
func RemoveTracking(u *url.URL) {
	if u.RawQuery == "" {
		return
	}
	var parts []string
	for _, pair := range strings.Split(u.RawQuery, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if unescaped, err := url.QueryUnescape(name); err == nil {
			name = unescaped
		}
		name = strings.ToLower(name)
		if trackingParameters[name] || strings.HasPrefix(name, "utm_") {
			continue
		}
		parts = append(parts, pair)
	}
	u.RawQuery = strings.Join(parts, "&")
	u.ForceQuery = false
}

// keyParameters are what sites call the key that opens a private feed.
var keyParameters = map[string]bool{
	"key": true, "apikey": true, "api_key": true, "api-key": true, "auth": true, "token": true, "access_token": true,
	"secret": true, "password": true, "pass": true, "pwd": true, "sig": true, "signature": true,
}

// RedactURL is a URL as it may be printed, stored and published: without a user
// and a password, and without the parameters of its query that hold a key.
func RedactURL(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return "(unreadable URL)"
	}
	pairs := strings.Split(u.RawQuery, "&")
	kept := slices.DeleteFunc(slices.Clone(pairs), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return keyParameters[strings.ToLower(name)]
	})
	if u.User == nil && len(kept) == len(pairs) {
		return raw
	}
	u.User, u.RawQuery = nil, strings.Join(kept, "&")
	return u.String()
}
